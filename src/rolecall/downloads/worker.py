"""A process that reads files for another one: `python -m rolecall.downloads.worker`, as `readers` starts it.

It opens the same archive, and answers each question on its standard input with what a file holds, on its
standard output. In one process Python does one thing at a time: so files are parsed on one core while another
writes the store.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from rolecall.archives.archive import Archive, Limits
from rolecall.downloads.asking import Asked, FileId, id_of
from rolecall.downloads.contents import content_of
from rolecall.downloads.pipes import receive, send
from rolecall.errors import ArchiveError, RolecallError

# Without the collector of cycles a parse takes a fifth less, and parses make no cycles; errors may.
_FILES_BETWEEN_COLLECTIONS = 100


def main() -> None:
    """Answer until the other process closes the pipe or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the other one says what happens
    # What a library prints must not stand between the answers.
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        os.dup2(2, 1)
        gc.disable()
        with os.fdopen(0, "rb", buffering=0, closefd=False) as questions, suppress(EOFError, BrokenPipeError):
            _answer(questions, answers)


def _answer(questions: IO[bytes], answers: IO[bytes]) -> None:
    paths, limits = cast(tuple[Sequence[Path], Limits | None], receive(questions))
    with Archive(paths, limits) as archive:
        members = {id_of(member): member for member in archive.json_members()}
        send(answers, "ready")
        for number in range(sys.maxsize):
            file_id, asked = cast(tuple[FileId, Asked], receive(questions))
            try:
                if file_id not in members:
                    raise ArchiveError("it was not there any more when it was to be read")
                send(answers, content_of(members[file_id], asked))
            except RolecallError as error:
                send(answers, error)
            if number % _FILES_BETWEEN_COLLECTIONS == 0:
                gc.collect()


if __name__ == "__main__":
    main()
