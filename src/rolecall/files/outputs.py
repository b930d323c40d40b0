"""Files that appear whole or not at all: written in their folder under another name, then renamed."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rolecall.errors import OutputExists, RolecallError, StoreFull, UsageError
from rolecall.files.leftovers import left_in, make_file, remove
from rolecall.files.private import give_access, make_folder

BLOCK_BYTES = 1 << 20


class Output:
    """A file being written: its bytes so far, counted and hashed."""

    def __init__(self, path: Path, file: BinaryIO, temporary: Path) -> None:
        """Take the path it is meant for, the open temporary file and that file's path."""
        self.path = path
        self.byte_count = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._file = file
        self._temporary = temporary
        self._hash = hashlib.sha256()
        self.is_published = False

    @property
    def sha256(self) -> str:
        """Hash of the bytes written so far: 64 hex digits."""
        self._send()
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Add some bytes."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= BLOCK_BYTES:
            self._send()

    def _send(self) -> None:
        """Give what waits to the file; a line at a time costs more than a line is worth."""
        if not self._waiting:
            return
        data = b"".join(self._waiting)
        with _clear_errors(self.path):
            self._file.write(data)
        self._hash.update(data)
        self.byte_count += len(data)
        self._waiting.clear()
        self._waiting_bytes = 0

    def finish(self) -> None:
        """Bring every byte to the disk, still under the temporary name: from here on no room is needed.

        The file stays open until it has its name: open, it is known as no left-over of a process that died.
        """
        self._send()
        with _clear_errors(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def publish(self) -> None:
        """Give the finished file its name; whatever had that name is replaced in the same instant."""
        with _clear_errors(self.path):
            if os.name == "nt":  # which renames no file that is open
                self._file.close()
            self._temporary.replace(self.path)
            self.is_published = True
            sync(self.path.parent)

    def discard(self) -> None:
        """Remove the temporary file, unless it has got its name."""
        self._waiting.clear()
        self._file.close()
        if not self.is_published:
            self._temporary.unlink(missing_ok=True)


def check_target(path: Path, *, is_forced: bool = False, forbidden: Path | None = None) -> Path:
    """Return the full path of a file that may be written, symbolic links followed.

    Args:
        path: Where somebody wants the file.
        is_forced: Whether a file that is there may be replaced.
        forbidden: A file that is never replaced, forced or not: the store itself.

    Raises:
        OutputExists: There is a file already.
        UsageError: It is a folder, a device or the store, or its folder does not exist.
    """
    if str(path) == "-":  # a file of that name would surprise everybody
        raise UsageError("- is not the standard output here; give the path of a file")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the path of a file in it, such as {path / 'train.jsonl'}")
    target = path.resolve()
    if not target.parent.is_dir():
        raise UsageError(f"no folder {target.parent} to write {target.name} into; make it first")
    if forbidden is not None and forbidden.exists() and target == forbidden.resolve():
        raise UsageError(f"{path} is the store itself; choose another file")
    if target.exists():
        if not target.is_file():
            raise UsageError(f"{path} is a device, not a file; choose another path")
        if not is_forced:
            raise OutputExists(f"{path} exists; choose another file, or replace it with --force")
    return target


def check_folder(path: Path, use: str = "to write into") -> None:
    """Return if a folder is there, or may be made where its parent is; raise `UsageError` otherwise."""
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; give the path of a folder {use}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"no folder {path.absolute().parent} to make {path.name} in; make it first")


@contextmanager
def folder_at(path: Path) -> Iterator[None]:
    """Make a folder for its user alone where there is none; if it is empty at the end, it goes away again."""
    is_new = not path.exists()
    make_folder(path)
    try:
        yield
    finally:
        if is_new and not any(path.iterdir()):
            path.rmdir()


@contextmanager
def writing(target: Path, *, keeps_mode: bool = False) -> Iterator[Output]:
    """Open a temporary file beside `target`, readable by its owner alone; unless published, it goes away.

    Those that killed processes left there go away first.

    Args:
        target: Where the file is meant for.
        keeps_mode: Give it the mode and group of the file that it replaces: for what holds no words of chats.
            What does may replace a file that everybody reads, and nobody said that they may read this.

    Raises:
        StoreFull: No room is left on the disk.
        RolecallError: The folder may not be written to.
    """
    with _clear_errors(target):
        remove(left_in(target.parent))
        number, temporary = make_file(target.parent)
        if keeps_mode and target.is_file():
            about = target.stat()
            give_access(number, about.st_mode & 0o666, about.st_gid)
    output = Output(target, os.fdopen(number, "wb", buffering=1 << 20), temporary)
    try:
        yield output
    finally:  # Ctrl-C too
        _quietly(output.discard)


def _quietly(close: Callable[[], None]) -> None:
    """Close a file whose last bytes may not fit on the disk: the error that counts is on its way already."""
    try:
        close()
    except OSError:
        close()  # the file is closed now; what is left is removing it


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(f"no room left on the disk for {path}; free some and repeat") from error
        raise RolecallError(f"{path} cannot be written: {error.strerror or error}") from error


def sync(path: Path) -> None:
    """Make a file, or a renaming in a folder, outlast a power cut, where the system lets one open folders."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
