"""Waiting for an engine so that Ctrl-C and the limits of time and memory are heard, whatever it does."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02
# An engine that computes a constant while it plans, such as repeat('a', 1500000000), hears nothing until that
# is done. It is given so long to hear; where it takes memory all the while, it is not waited for.
GRACE_SECONDS = 2.0
GRACE_SECONDS_OF_MEMORY = 0.1
# What a program holds beyond what its engine counts: vectors of long texts, the rows that are handed out.
MEMORY_MARGIN = 1.25
MEMORY_MARGIN_BYTES = 256 * 1024**2
# Steps that somebody gave up, until what they work with is closed.
_left: set[Future[object]] = set()


class OutOfTime(Exception):
    """The steps took longer than was allowed."""


class OutOfMemory(Exception):
    """The program grew by more than was allowed."""


class Steps:
    """Runs the steps of some work one after the other, and interrupts the one that takes too much.

    Each step runs in a thread of its own: an engine at work lets the thread that called it hear nothing. One
    that does not even hear the interrupt is left behind: its thread goes on until the engine lets go of it.
    """

    def __init__(self, seconds: float) -> None:
        """Take the time allowed in all, 0 for no limit; pauses between steps do not count."""
        self.seconds = seconds
        self._left_seconds = seconds
        self._most_bytes = 0
        self._interrupt: Callable[[], object] = int
        self._opened = ExitStack()
        self._left_behind: Future[object] | None = None

    def __enter__(self) -> "Steps":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Close what was opened: now, or when the step that was left behind has ended."""
        if self._left_behind is None:
            return self._opened.__exit__(kind, error, trace)
        later = self._opened.pop_all()
        self._left_behind.add_done_callback(lambda step: _let_go(step, later))
        return None

    def open(self, context: AbstractContextManager[T]) -> T:
        """Open something that the steps work with."""
        return self._opened.enter_context(context)

    def bound(self, interrupt: Callable[[], object], memory_bytes: int = 0) -> None:
        """Take what interrupts a step, and the memory that its engine keeps to, 0 for none.

        A program that grows by more than that and a margin has an engine that does not count all it takes.
        That is noticed where the system tells what a program holds (Linux).
        """
        self._interrupt = interrupt
        if memory_bytes:
            self._most_bytes = held_bytes() + int(memory_bytes * MEMORY_MARGIN) + MEMORY_MARGIN_BYTES

    def run(self, step: Callable[[], T]) -> T:
        """Return what a step gives.

        Raises:
            OutOfTime, OutOfMemory: It was interrupted, or left behind, for taking too much.
            KeyboardInterrupt: The same, by Ctrl-C.
        """
        started = time.monotonic()
        future = _begin(step)
        try:
            while not _has_ended(future):
                if self.seconds and time.monotonic() - started >= self._left_seconds:
                    raise OutOfTime
                if self._most_bytes and held_bytes() > self._most_bytes:
                    raise OutOfMemory
            return future.result()
        except (KeyboardInterrupt, OutOfTime, OutOfMemory) as error:
            is_memory = isinstance(error, OutOfMemory)
            self._end(future, GRACE_SECONDS_OF_MEMORY if is_memory else GRACE_SECONDS)
            raise
        finally:
            self._left_seconds -= time.monotonic() - started

    def _end(self, future: "Future[T]", seconds: float) -> None:
        """Interrupt a step and wait until it has ended, since its connection is about to be closed."""
        ends_at = time.monotonic() + seconds
        while not future.done():
            if time.monotonic() > ends_at:
                self._left_behind = future  # type: ignore[assignment]
                _left.add(future)  # type: ignore[arg-type]
                return
            self._interrupt()
            time.sleep(0.01)
        _drop(future)


def is_left_behind() -> bool:
    """Return whether an engine is still at work on a step that somebody gave up."""
    return bool(_left)


def held_bytes() -> int:
    """Return the memory that this program holds, swapped or not; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    sizes = (line.split()[1] for line in lines if line.startswith(("RssAnon:", "VmSwap:")))
    return sum(int(size) for size in sizes) * 1024


def _begin(step: Callable[[], T]) -> "Future[T]":
    """Run a step in a thread that keeps no program from ending."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(step())
        except BaseException as error:  # for whoever waits for it
            future.set_exception(error)

    threading.Thread(target=work, name="rolecall-query", daemon=True).start()
    return future


def _let_go(step: "Future[object]", opened: ExitStack) -> None:
    """Close what a step worked with that was left behind and has ended."""
    try:
        _drop(step)
        opened.close()
    finally:
        _left.discard(step)


def _drop(step: "Future[T]") -> None:
    """Close what a step gave though nobody waits for it: an open result keeps its connection open."""
    if step.exception() is None and hasattr(result := step.result(), "close"):
        result.close()


def _has_ended(future: "Future[T]") -> bool:
    try:
        future.exception(POLL_SECONDS)
    except TimeoutError:
        return False
    return True
