"""Reading folders, zips and single files of strangers, without ever leaving them or unpacking them to disk.

An archive is all that the user names, taken together: several zips, a folder that holds zips, one file.
Source of the traps: FORMATS.md sections 1 (size and splitting) and 3.6.
"""

import os
import re
import stat
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from rolecall.archives.file_names import FileNames
from rolecall.archives.members import (
    Limits,
    Member,
    SkippedFile,
    Stream,
    is_litter,
    is_safe,
    is_sent,
    parts_of,
    printable,
    reading_order,
)
from rolecall.archives.zips import STUB_BYTES, check_size, open_zip, zip_members
from rolecall.errors import ArchiveError, NotAnArchive, UnsafeArchive, UsageError

__all__ = ["Archive", "Limits", "Member"]

# A relative path without anything odd in it.
_PLAIN = re.compile(r"(?:\w[\w-]*/)*\w[\w.-]*", re.ASCII)


class Archive:
    """What the user named, as one set of files. Use as a context manager: it holds the zips open."""

    def __init__(self, paths: Sequence[Path], limits: Limits | None = None) -> None:
        """Open the zips and list the folders; a path that lies inside another one is taken once.

        Raises:
            UsageError: A path is named twice.
            NotAnArchive: A path does not exist, or nothing there can be an archive.
            UnsafeArchive: There are more files than the limit allows.
        """
        self.limits = limits or Limits()
        self.problems: list[SkippedFile] = []
        self.members: list[Member] = []
        self._zips: dict[Path, zipfile.ZipFile] = {}
        self._names = FileNames()
        self._json_bytes = 0
        seen: set[Path] = set()
        try:
            for path in paths:
                real = path.resolve()
                if real in seen:
                    raise UsageError(f"{path} is named twice; name it once")
                seen.add(real)
            for path in paths:
                is_inside = not seen.isdisjoint(path.resolve().parents)
                if not is_inside or path.suffix.lower() == ".zip":
                    self._add(path, is_alone=len(paths) == 1)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Archive":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the zips."""
        self.close()

    def close(self) -> None:
        """Close the zips."""
        for opened in self._zips.values():
            opened.close()

    def part(self, members: Iterable[Member], problems: Iterable[SkippedFile]) -> "Archive":
        """Return some of the files as an archive of their own, to be used while this one is open."""
        made = Archive((), self.limits)
        made.problems += problems
        for member in members:
            made.members.append(member)
            made._names.add(member.location)
        return made

    def json_members(self) -> list[Member]:
        """Return the JSON files: first those that name the owner, then by folder, the oldest part first."""
        return sorted((member for member in self.members if member.is_json), key=reading_order)

    def html_count(self) -> int:
        """Return how many files hold chats in HTML, which rolecall cannot read."""
        return sum(
            re.search(r"(^|/)message(_\d+)?\.html$", member.path) is not None for member in self.members
        )

    def find(self, uri: str, location: tuple[str, ...] = ()) -> str:
        """Return the status of a file that a message names: present, missing, remote or rejected.

        `location` is that of the file which holds the message.
        """
        if _PLAIN.fullmatch(uri) and not self._names.has_name(uri.rpartition("/")[2]):
            return "missing"  # as nearly all are where media were left out: the short way to what follows
        if uri[:8].lower().startswith(("https://", "http://")):
            return "remote"
        if not is_safe(uri):
            return "rejected"
        return "present" if self._names.has(parts_of(uri), location[:-1]) else "missing"

    # -- adding what the user named -----------------------------------------------------------------------

    def _add(self, path: Path, *, is_alone: bool) -> None:
        suffix = path.suffix.lower()
        if path.is_dir():
            self._add_folder(path)
        elif not path.exists():
            raise NotAnArchive(f"no file or folder at {path}")
        elif not path.is_file():
            raise NotAnArchive(f"{path} is neither a file nor a folder")
        elif zipfile.is_zipfile(path):
            self._add_zip(path, is_alone=is_alone)
        elif suffix == ".json":
            self._remember_file(path.name, path, path.stat().st_size, path.resolve().parent)
        elif suffix in (".html", ".htm"):
            raise NotAnArchive(f"{path} is HTML; ask for the download again with the format JSON")
        elif suffix == ".zip" and is_alone:
            raise NotAnArchive(_cut_zip(path))
        elif suffix == ".zip":
            self._note(path.name, _cut_zip(path))
        else:
            raise NotAnArchive(f"{path} is not a zip, a folder or a JSON file")

    def _note(self, name: str, reason: str) -> None:
        self.problems.append(SkippedFile(printable(name), reason, is_damaged=True))

    def _add_folder(self, root: Path) -> None:
        """Add a folder's files; written out because `os.walk` is silent about what it cannot read."""
        around = root.resolve()
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
                for entry in entries:
                    path = folder / entry.name
                    inside = path.relative_to(root).as_posix()
                    if not entry.is_dir(follow_symlinks=False):
                        if not is_litter(inside):
                            self._add_entry(path, inside, around, entry.stat(follow_symlinks=False))
                    elif inside.count("/") + 1 >= self.limits.depth:
                        self._note(inside, f"lies more than {self.limits.depth} folders deep")
                    else:
                        waiting.append(path)
            except OSError as error:
                inside = folder.relative_to(root).as_posix()
                self._note(inside, f"the folder cannot be read: {error.strerror}")

    def _add_entry(self, path: Path, inside: str, around: Path, status: os.stat_result) -> None:
        suffix = path.suffix.lower()
        if not stat.S_ISREG(status.st_mode):
            if suffix in (".json", ".zip") or path.is_dir():  # otherwise it would be read
                self._note(inside, "a link or no regular file; it is not followed")
        elif suffix == ".zip" and not is_sent(inside):
            if status.st_size > STUB_BYTES:
                self._add_zip(path, is_alone=False)
        else:
            self._remember_file(inside, path, status.st_size, around)

    def _add_zip(self, path: Path, *, is_alone: bool) -> None:
        real = path.resolve()
        if real in self._zips:
            return
        try:
            opened = open_zip(path, self.limits)
        except NotAnArchive as error:
            if is_alone:
                raise
            self._note(path.name, printable(str(error)))
            return
        self._zips[real] = opened
        for member in zip_members(opened, path, self.limits):
            if isinstance(member, SkippedFile):
                self.problems.append(member)
            else:
                self._remember(member)

    def _remember_file(self, inside: str, path: Path, byte_count: int, around: Path) -> None:
        location = (*around.parts[1:], *PurePosixPath(inside).parts)
        named = inside if "/" in inside else f"{around.name}/{inside}"
        self._remember(Member(named, location, byte_count, partial(_File, path, self.limits)))

    def _remember(self, member: Member) -> None:
        location = tuple(printable(name) for name in member.location)
        member = replace(member, path=printable(member.path), location=location)
        if member.is_json and member.byte_count <= self.limits.file_bytes:
            if self._json_bytes + member.byte_count > self.limits.total_bytes:
                limit = f"the limit of {self.limits.total_bytes} bytes in all"
                self._note(member.path, f"more than {limit} would be read; raise it with --max-total-bytes")
                return
            self._json_bytes += member.byte_count
        self.members.append(member)
        self._names.add(location)
        if len(self.members) > self.limits.files:
            raise UnsafeArchive(
                f"more than {self.limits.files} files in the archive; name a smaller part of it,"
                " or raise it with --max-files"
            )


class _File:
    """A file of a folder, open to be read."""

    def __init__(self, path: Path, limits: Limits) -> None:
        try:
            check_size(path.stat().st_size, limits)
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise _unreadable(error) from error

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise _unreadable(error) from error


def _unreadable(error: OSError) -> ArchiveError:
    return ArchiveError(f"cannot be read: {error.strerror}")


def _cut_zip(path: Path) -> str:
    return f"{printable(str(path))} is not a whole zip; the download was cut: fetch it again"
