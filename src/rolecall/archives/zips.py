"""Zips of strangers: which members may be read, and reading one without unpacking anything to disk.

Source of the traps: FORMATS.md section 3.6.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath

from rolecall.archives.members import (
    Limits,
    Member,
    SkippedFile,
    Stream,
    is_litter,
    is_safe,
    is_sent,
    printable,
)
from rolecall.errors import ArchiveError, NotAnArchive, UnsafeArchive

# What the zip module raises on files that are cut, overwritten or made to harm.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,  # NotImplementedError too, for a compression that is unknown
    MemoryError,
)
_IS_UTF_8 = 0x800
# Each zip of a large download holds an empty one, which has only its closing record.
STUB_BYTES = 22


def open_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Return the zip, opened.

    Raises:
        NotAnArchive: It is damaged, or has more members than the limit allows.
    """
    try:
        opened = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise NotAnArchive(f"{path} is a damaged zip ({printable(str(error))}); fetch it again") from error
    if len(opened.filelist) > limits.files:
        opened.close()
        raise NotAnArchive(
            f"{path} holds {len(opened.filelist)} files, more than the limit of {limits.files};"
            " raise it with --max-files"
        )
    return opened


def zip_members(opened: zipfile.ZipFile, path: Path, limits: Limits) -> Iterator[Member | SkippedFile]:
    """Yield the regular files of a zip, and a `SkippedFile` for each JSON file that is not to be read."""
    before = _stamp(path)
    chosen: dict[str, zipfile.ZipInfo] = {}
    for info in opened.infolist():
        # Windows' own zips have backslashes between folders.
        name = _name(info).replace("\\", "/")
        if name.endswith("/") or is_litter(name):
            continue
        reason = _reason(info, name, limits)
        if reason:
            if name.lower().endswith((".json", ".zip")):
                yield SkippedFile(printable(name), reason, is_damaged=True)
            continue
        earlier = chosen.get(name)
        if earlier and (earlier.CRC, earlier.file_size) != (info.CRC, info.file_size):
            reason = "another member of the zip has its name; only the last one is read"
            yield SkippedFile(printable(name), reason, is_damaged=True)
        chosen[name] = info
    for name, info in chosen.items():
        opening = partial(_open, opened, info, path, before, limits)
        yield Member(name, PurePosixPath(name).parts, info.file_size, opening, str(path))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; macOS' own zips have UTF-8 without the flag that says so."""
    name = info.orig_filename
    if name.isascii() or info.flag_bits & _IS_UTF_8:
        return name
    with suppress(UnicodeError):
        return name.encode("cp437").decode("utf-8")
    return name


def _reason(info: zipfile.ZipInfo, name: str, limits: Limits) -> str | None:
    """Return why a member is not to be read."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not is_safe(name):
        return "its name leads out of the archive"
    if len(PurePosixPath(name).parts) > limits.depth:
        return f"lies more than {limits.depth} folders deep"
    if stat.S_ISLNK(kind):
        return "a link; links are not followed"
    if kind and not stat.S_ISREG(kind):
        return "no regular file"
    if info.flag_bits & 0x1:
        return "encrypted; unpack the zip with its password first"
    if name.lower().endswith(".zip") and info.file_size > STUB_BYTES and not is_sent(name):
        return "a zip inside the zip; unpack the outer one first"
    return None


class _File:
    """A file of a zip, open to be read; it must have as many bytes as the zip says."""

    def __init__(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._info = info
        self._left = info.file_size
        try:
            self._file = opened.open(info)
        except _DAMAGE as error:
            raise _damaged(error) from error

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1, /) -> bytes:
        most = self._left + 1 if size < 0 else size
        try:
            data = self._file.read(most)
        except _DAMAGE as error:
            raise _damaged(error) from error
        self._left -= len(data)
        if self._left < 0 or (len(data) < most and self._left):
            count = self._info.file_size - self._left
            raise ArchiveError(f"holds {count} bytes where the zip says {self._info.file_size}")
        return data


def _damaged(error: Exception) -> ArchiveError:
    return ArchiveError(f"damaged in the zip: {printable(str(error))}")


def _open(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, before: tuple[int, int], limits: Limits
) -> _File:
    check_size(info.file_size, limits)
    is_large = info.file_size > limits.ratio_free_bytes
    if is_large and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise ArchiveError(
            f"unfolds more than {limits.ratio} times, as a zip bomb does; raise it with --max-ratio"
        )
    if _stamp(path) != before:
        raise UnsafeArchive(f"{path} changed while it was read; wait until it is whole and repeat")
    return _File(opened, info)


def check_size(byte_count: int, limits: Limits) -> None:
    """Raise `ArchiveError` when a file is over the limit."""
    if byte_count > limits.file_bytes:
        raise ArchiveError(
            f"has {byte_count} bytes, more than the limit of {limits.file_bytes};"
            " raise it with --max-file-bytes"
        )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns
