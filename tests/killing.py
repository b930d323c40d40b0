"""A process that runs commands in children, each killed by kill -9 after some time or at some step.

Run as a program: a line of JSON with an order in, a line of JSON with what came of it out. Everything is
imported once and each command is a fork, so that a death costs no second of start-up.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from stepping import Steps

import rolecall.cli
import rolecall.imports.importer
from rolecall.api import Store
from rolecall.files.outputs import Output
from rolecall.formats import format_named
from rolecall.plugins import names

BATCH_MESSAGES = 100


@dataclass(frozen=True)
class Order:
    """One command to run."""

    folder: str
    words: tuple[str, ...]
    seconds: float | None = None
    """After which it is killed."""
    step: int | None = None
    """At which it kills itself."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    """-9 when it was killed."""
    said: str
    seconds: float
    steps: int
    """How many it has, when it lived to its end."""


def install(steps: Steps) -> None:
    """Put steps around each write, commit and renaming of this process."""
    Output.write = steps.around(Output.write)  # type: ignore[method-assign]
    Output.finish = steps.around(Output.finish)  # type: ignore[method-assign]
    Path.replace = steps.around(Path.replace)  # type: ignore[method-assign]
    connection = sa.engine.base.Connection
    connection._commit_impl = steps.around(connection._commit_impl)  # type: ignore[method-assign]


class Killer:
    """Gives orders to such a process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, order: Order) -> Ended:
        """Have one command run, and return how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))


@contextmanager
def killer(**environment: str) -> Iterator[Killer]:
    """Start the process, and end it afterwards."""
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


def _obey(order: Order, said: IO[bytes]) -> Ended:
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if not child:
        _be_command(order, said.fileno(), writing)
    os.close(writing)
    if order.seconds is not None:
        time.sleep(order.seconds)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - started
    with os.fdopen(reading) as report:
        steps = int(report.read() or 0)
    said.seek(0)
    return Ended(os.waitstatus_to_exitcode(status), said.read().decode(errors="replace"), seconds, steps)


def _be_command(order: Order, said: int, report: int) -> None:
    """Run the command and exit; never returns."""
    code = 99
    try:
        os.chdir(order.folder)
        os.dup2(said, 1)
        os.dup2(said, 2)
        rolecall.imports.importer._BATCH_MESSAGES = BATCH_MESSAGES
        rolecall.imports.importer._FIRST_BATCHES = 1
        steps = Steps(order.step)
        install(steps)
        sys.argv = ["rolecall", *order.words]
        try:
            rolecall.cli.main()
        except SystemExit as ending:
            code = int(ending.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(report, str(steps.count).encode())
    finally:
        os._exit(code)


def main() -> None:
    """Obey until nothing more is asked."""
    import tempfile

    for name in names("formats"):
        format_named(name)
    for name in vars(Store):
        getattr(Store, name)  # its module is imported with it
    for line in sys.stdin:
        given = json.loads(line)
        order = Order(**{**given, "words": tuple(given["words"])})
        with tempfile.TemporaryFile() as said:
            print(json.dumps(asdict(_obey(order, said))), flush=True)


if __name__ == "__main__":
    main()
