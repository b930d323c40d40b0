"""Who reads the files of an archive: this process, and for large archives a second one, ahead of it."""

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

import rolecall
from rolecall.archives.archive import Limits
from rolecall.archives.members import Member
from rolecall.downloads.asking import Asked, Content, id_of
from rolecall.downloads.pipes import receive, send
from rolecall.errors import ReaderEnded, RolecallError

Ask = Callable[[Member], Asked]

# With less to read, a second process would be ready when everything is done.
LEAST_BYTES = 20 * 1024**2
_HUGE_BYTES = 64 * 1024**2
_MOST_WORKERS = 2
# One that it reads, and the next.
_QUESTIONS = 2
_PIPE_BYTES = 1024**2


class Reader:
    """Reads files; what comes next may be read ahead. Use as a context manager."""

    def __init__(
        self, paths: Sequence[Path] = (), limits: Limits | None = None, members: Iterable[Member] = ()
    ) -> None:
        """Take an archive, and its files; without, or with little to read, this process reads alone."""
        self._paths = [path.absolute() for path in paths]
        self._limits = limits
        self._workers: list[_Worker] = []
        self._coming: deque[Member] = deque()
        self._asked: deque[tuple[Member, Asked, _Worker]] = deque()
        self._ask: Ask | None = None
        if sum(member.byte_count for member in members if _is_for_others(member)) >= LEAST_BYTES:
            self._start()

    def __enter__(self) -> "Reader":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the other processes."""
        for worker in self._workers:
            worker.end()

    def expect(self, members: Iterable[Member], ask: Ask) -> None:
        """Say which files will be asked for, in this order, and what of each, as far as is known now."""
        while self._asked:
            with suppress(RolecallError):
                self._next_answer()
        self._coming, self._ask = deque(filter(_is_for_others, members)), ask

    def content(self, member: Member, asked: Asked) -> Content:
        """Return what a file holds.

        Raises:
            ArchiveError: It is damaged, encrypted or over a limit.
            ReaderEnded: The process that read it was killed.
        """
        if self._workers and all(worker.is_ready for worker in self._workers):
            self._ask_ahead()
            if self._asked and self._asked[0][0] is member:
                said, content = self._next_answer()
                self._ask_ahead()
                if said == asked or (content.items is None and content.sha256 in asked.known):
                    return content
        elif self._coming and self._coming[0] is member:
            self._coming.popleft()
        from rolecall.downloads.contents import content_of  # here, since one may begin without parsers

        return content_of(member, asked)

    def _start(self) -> None:
        for _ in range(_worker_count()):
            with suppress(OSError):  # then everything is read here
                self._workers.append(_Worker(self._paths, self._limits))

    def _ask_ahead(self) -> None:
        while self._coming and len(self._asked) < _QUESTIONS * len(self._workers):
            assert self._ask is not None
            member = self._coming.popleft()
            asked = self._ask(member)
            worker = min(self._workers, key=lambda worker: worker.waiting_bytes)
            worker.ask(member, asked)
            self._asked.append((member, asked, worker))

    def _next_answer(self) -> tuple[Asked, Content]:
        member, asked, worker = self._asked.popleft()
        return asked, worker.answer(member)


class _Worker:
    """A process that reads; it answers in the order in which it was asked."""

    def __init__(self, paths: Sequence[Path], limits: Limits | None) -> None:
        """Start it; it is ready when it has opened the archive."""
        root = str(Path(rolecall.__file__).parents[1])
        paths_of_modules = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            # -P: the folder that one is in may be a stranger's archive, whose files are not to be run.
            [sys.executable, "-P", "-m", "rolecall.downloads.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": paths_of_modules},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        self.is_ready = False
        self.waiting_bytes = 0
        _widen(self._answers)
        threading.Thread(
            target=self._begin, args=(paths, limits), name="starting to read", daemon=True
        ).start()

    def _begin(self, paths: Sequence[Path], limits: Limits | None) -> None:
        with suppress(EOFError, OSError):  # it could not start: everything is read here
            send(self._questions, (paths, limits))
            self.is_ready = receive(self._answers) == "ready"

    def ask(self, member: Member, asked: Asked) -> None:
        """Ask what a file holds."""
        self.waiting_bytes += member.byte_count
        with suppress(OSError):  # it has ended, which the missing answer tells
            send(self._questions, (id_of(member), asked))

    def answer(self, member: Member) -> Content:
        """Return the answer to the first question that has none yet."""
        self.waiting_bytes -= member.byte_count
        try:
            answer = cast("Content | RolecallError", receive(self._answers))
        except (EOFError, OSError) as error:
            code = self._process.wait()
            how = f"was killed (signal {-code})" if code < 0 else f"ended with {code}"
            raise ReaderEnded(
                f"the process that read {member.path} {how}, perhaps for want of memory; repeat the command:"
                " what was committed stays"
            ) from error
        if isinstance(answer, RolecallError):
            raise answer
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._questions.close()
        self._answers.close()


def _is_for_others(member: Member) -> bool:
    """Return whether another process may read a file; what a huge one holds should not be there twice."""
    return member.byte_count < _HUGE_BYTES


def _worker_count() -> int:
    """Return how many processes may read beside this one."""
    if not sys.executable or getattr(sys, "frozen", False):  # another program: it would run itself
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_WORKERS, cores - 1)


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold more, where that can be said, so that one side waits less for the other."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
