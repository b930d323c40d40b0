"""Waiting for an engine so that Ctrl-C and a limit of time are heard."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class OutOfTime(Exception):
    """The steps took longer than was allowed."""


class Steps:
    """Runs the steps of some work one after the other, and interrupts the one that takes too long.

    Each step runs in a thread of its own: an engine at work lets the thread that called it hear nothing.
    """

    def __init__(self, executor: ThreadPoolExecutor, seconds: float, interrupt: Callable[[], object]) -> None:
        """Take the time allowed in all (0: no limit; pauses do not count) and what ends a step."""
        self.seconds = seconds
        self._left = seconds
        self._executor = executor
        self._interrupt = interrupt

    def run(self, step: Callable[[], T]) -> T:
        """Return what a step gives.

        Raises:
            OutOfTime: It was interrupted, the time being used up.
            KeyboardInterrupt: It was interrupted by Ctrl-C.
        """
        started = time.monotonic()
        future = self._executor.submit(step)
        try:
            return future.result(max(self._left, 0) if self.seconds else None)
        except KeyboardInterrupt:
            self._end(future)
            raise
        except TimeoutError:
            self._end(future)
            raise OutOfTime from None
        finally:
            self._left -= time.monotonic() - started

    def _end(self, future: Future[T]) -> None:
        """Interrupt a step and wait until it has ended: its connection is about to be closed."""
        while not future.done():
            self._interrupt()
            time.sleep(0.01)


@contextmanager
def steps(seconds: float, interrupt: Callable[[], object]) -> Iterator[Steps]:
    """Give a runner of steps, and let go of its thread at the end."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="rolecall-query") as executor:
        yield Steps(executor, seconds, interrupt)
