"""Temporary files and folders, locked as long as their process lives: so it is known what a killed one left.

A lock goes away with its process, however that ends. Where a system has no such locks (Windows, some network
folders), nothing is ever taken for left over.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX, _SUFFIX = ".rolecall-", ".part"
# With the eight characters that `tempfile` puts between.
_NAME = re.compile(r"\.rolecall-[a-z0-9_]{8}\.part")


def make_file(folder: Path) -> tuple[int, Path]:
    """Make a file in a folder, readable by its owner alone, and return it open and locked, and its path."""
    while True:
        number, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
        # Whoever looked at it before it was locked may have removed it.
        if fcntl is None or (_lock(number) is not False and Path(name).exists()):
            return number, Path(name)
        os.close(number)


@contextmanager
def temporary_folder(parent: Path | None = None, *, idle_seconds: float = 0) -> Iterator[Path]:
    """Give a folder that goes away at the end; those that killed processes left go away first.

    Args:
        parent: The folder to make it in; by default the system's for temporary files.
        idle_seconds: How long nothing was added to those. On a disk that machines share, one machine may not
            see the locks of another.
    """
    parent = parent or Path(tempfile.gettempdir())
    remove(left_in(parent, idle_seconds))
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=parent))
        # Whoever looked at it before it was locked may be removing it, or have done so.
        try:
            number = None if fcntl is None else os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        if number is None or (_lock(number) is not False and folder.exists()):
            break
        os.close(number)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if number is not None:
            os.close(number)


def left_in(folder: Path, idle_seconds: float = 0) -> list[Path]:
    """Return the temporary files and folders of ours in a folder whose process is gone, sorted."""
    if fcntl is None or not folder.is_dir():
        return []
    ours = (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return sorted(path for path in ours if _is_left(path, idle_seconds))


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders of `left_in` that are still left over, as far as this is allowed.

    Each is locked until it is gone, so that nobody begins to use one that has just been made.
    """
    for path in paths:
        with _held(path) as is_left:
            if is_left and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif is_left:
                with suppress(OSError):
                    path.unlink()


def _is_left(path: Path, idle_seconds: float) -> bool:
    with _held(path, idle_seconds) as is_left:
        return is_left


@contextmanager
def _held(path: Path, idle_seconds: float = 0) -> Iterator[bool]:
    """Tell whether a file or folder is left over, and keep it locked meanwhile if it is."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        yield False
        return
    try:
        about = os.fstat(number)
        is_idle = time.time() - about.st_mtime >= idle_seconds
        yield is_idle and about.st_uid == os.geteuid() and _lock(number) is True
    finally:
        os.close(number)


def _lock(number: int) -> bool | None:
    """Lock an open file or folder; return whether that worked, None where there are no locks."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
