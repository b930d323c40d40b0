"""What DuckDB keeps beside a store's file while it works: its journal, and a folder for what exceeds memory.

DuckDB makes both for everybody to read, as far as the program's umask lets it, and a library must not change
that umask under its caller. But it goes on with a journal that is there when it first writes: so each commit
finds one that those may read who may read the store, and nobody else.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rolecall.files.private import give_access, make_folder
from rolecall.store.sharing import open_counts

# Two machines, or two containers, may have processes of one number.
_TOKEN = secrets.token_hex(4)


def journal_of(store: Path) -> Path:
    """Return the path of a store's journal; DuckDB follows symbolic links first."""
    return Path(f"{store.resolve()}.wal")


def spill_of(store: Path) -> Path:
    """Return the folder for what this process moves out of memory: one of its own, for it is removed."""
    return Path(f"{store.resolve()}.{os.getpid()}-{_TOKEN}.tmp")


def journal_bytes(store: Path) -> int:
    """Return how many bytes of a store are in its journal and not in its file yet."""
    try:
        return journal_of(store).stat().st_size
    except OSError:
        return 0


def make_journal(store: Path) -> None:
    """Have a journal there before a commit, with the store's own mode and group; empty, if it is new.

    Where that cannot be done, what the engine says of the folder is clearer.
    """
    if os.name == "nt":  # which has no modes, and may refuse to open what the engine has open
        return
    with suppress(OSError):
        number = os.open(journal_of(store), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            about = store.stat()
            give_access(number, about.st_mode & 0o666, about.st_gid)
        finally:
            os.close(number)


def remove_spill(store: Path) -> None:
    """Remove what this process moved out of memory for a store that it has open no more."""
    shutil.rmtree(spill_of(store), ignore_errors=True)


@contextmanager
def tidied(store: Path, *, is_read_only: bool) -> Iterator[None]:
    """Make the spill folder of an open connection; before it is closed, remove a journal with nothing in it.

    All of it while the engine holds its lock on the store, so that no other process can be meant.
    """
    with suppress(OSError):  # a folder that one may only read; the engine tells, should it ever need one
        if not is_read_only:
            _remove_left_overs(store)
        make_folder(spill_of(store))
    try:
        yield
    finally:
        if open_counts().get(store) == 1 and not is_read_only and not journal_bytes(store):
            with suppress(OSError):  # there is none, or it is somebody else's
                journal_of(store).unlink()


def _remove_left_overs(store: Path) -> None:
    """Remove what engines that were killed moved out of memory: no other process has the file open now."""
    path = store.resolve()
    # Without a number: of releases before 2026-12, whose engines shared one folder.
    name = re.compile(re.escape(path.name) + r"(\.\d+-[0-9a-f]{8})?\.tmp")
    for folder in [other for other in path.parent.iterdir() if name.fullmatch(other.name)]:
        if folder != spill_of(store):
            for file in folder.glob("duckdb_temp_*"):
                file.unlink(missing_ok=True)
            with suppress(OSError):  # somebody else's, or not empty
                folder.rmdir()
