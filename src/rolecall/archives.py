"""Reading folders, zips and single files of strangers, without ever leaving them or unpacking them to disk.

An archive is the union of what the user names: several zips of one download, a folder that holds zips, one
file. Source of the traps: FORMATS.md sections 1 (size and splitting) and 3.6.
"""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from rolecall.errors import ArchiveError, NotAnArchive, UnsafeArchive, UsageError
from rolecall.members import Limits, Member, is_litter, is_safe, parts_of, printable, reading_order
from rolecall.records import ArchiveFile, SkippedFile
from rolecall.zips import STUB_BYTES, check_size, open_zip, zip_members

__all__ = ["NO_REGULAR_FILE", "Archive", "Limits", "Member", "may_hold_chats"]

NO_REGULAR_FILE = "a link or no regular file; it is not followed"


class Archive:
    """What the user named, as one set of files. Use as a context manager: it holds the zips open."""

    def __init__(
        self, paths: Sequence[Path], limits: Limits | None = None, told: Sequence[Path] = ()
    ) -> None:
        """Open the zips and list the folders; what is wrong with those `told` is known already.

        Raises:
            UsageError: A path is named twice.
            NotAnArchive: A path does not exist, or nothing there can be an archive.
            UnsafeArchive: There are more files than the limit allows.
        """
        self.limits = limits or Limits()
        self.problems: list[SkippedFile] = []
        self._zips: list[zipfile.ZipFile] = []
        self._members: list[Member] = []
        self._names: dict[str, list[tuple[str, ...]]] = {}
        self._json_bytes = 0
        seen: set[Path] = set()
        try:
            for path in paths:
                real = path.resolve()
                if real in seen:
                    raise UsageError(f"{path} is named twice; name it once")
                seen.add(real)
                known = len(self.problems)
                self._add(path, is_alone=len(paths) == 1)
                if path in told:
                    del self.problems[known:]
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
        for opened in self._zips:
            opened.close()

    def json_members(self) -> list[Member]:
        """Return the JSON files: first those that name the owner, then by folder, the oldest part first."""
        return sorted((member for member in self._members if member.is_json), key=reading_order)

    def html_count(self) -> int:
        """Return how many files hold chats in HTML, which rolecall cannot read."""
        return sum(
            re.search(r"(^|/)message(_\d+)?\.html$", member.path) is not None for member in self._members
        )

    def load(self, member: Member) -> ArchiveFile:
        """Read one file whole.

        Raises:
            ArchiveError: It is damaged, encrypted, over a limit, or changed meanwhile; the text is the
            reason.
        """
        return ArchiveFile(member.path, member.location, member.read(), self.find)

    def find(self, uri: str) -> str:
        """Return the status of a file that a message names: present, missing, remote or rejected.

        The root of a download is not always the root of the archive, so the one may hold the other's path
        at its end.
        """
        if uri.startswith(("https://", "http://")):
            return "remote"
        if not is_safe(uri):
            return "rejected"
        wanted = parts_of(uri)
        for have in self._names.get(wanted[-1], ()):
            shared = min(len(wanted), len(have))
            if wanted[-shared:] == have[-shared:] and (shared > 1 or shared == len(wanted)):
                return "present"
        return "missing"

    # -- adding what the user named
    # --------------------------------------------------------------------------------

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
            place = waiting.pop()
            try:
                with os.scandir(place) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
                for entry in entries:
                    path = place / entry.name
                    inside = path.relative_to(root).as_posix()
                    if not entry.is_dir(follow_symlinks=False):
                        if not is_litter(inside):
                            self._add_entry(path, inside, around, entry.stat(follow_symlinks=False))
                    elif inside.count("/") + 1 >= self.limits.depth:
                        self._note(inside, f"lies more than {self.limits.depth} folders deep")
                    else:
                        waiting.append(path)
            except OSError as error:
                inside = place.relative_to(root).as_posix()
                self._note(inside, f"the folder cannot be read: {error.strerror}")

    def _add_entry(self, path: Path, inside: str, around: Path, status: os.stat_result) -> None:
        suffix = path.suffix.lower()
        # Below these, a zip is what somebody sent in a chat.
        is_sent = {"messages", "media"} & set(PurePosixPath(inside).parts[:-1])
        if not stat.S_ISREG(status.st_mode):
            if may_hold_chats(path):
                self._note(inside, NO_REGULAR_FILE)
        elif suffix == ".zip" and not is_sent:
            if status.st_size > STUB_BYTES:
                self._add_zip(path, is_alone=False)
        else:
            self._remember_file(inside, path, status.st_size, around)

    def _add_zip(self, path: Path, *, is_alone: bool) -> None:
        try:
            opened = open_zip(path, self.limits)
        except NotAnArchive as error:
            if is_alone:
                raise
            self._note(path.name, printable(str(error)))
            return
        self._zips.append(opened)
        for found in zip_members(opened, path, self.limits):
            if isinstance(found, SkippedFile):
                self.problems.append(found)
            else:
                self._remember(found.path, found.location, found.byte_count, found.read, found.container)

    def _remember_file(self, inside: str, path: Path, byte_count: int, around: Path) -> None:
        location = (*around.parts[1:], *PurePosixPath(inside).parts)
        named = inside if "/" in inside else f"{around.name}/{inside}"
        self._remember(named, location, byte_count, self._file_reader(path))

    def _remember(
        self,
        path: str,
        location: tuple[str, ...],
        byte_count: int,
        read: Callable[[], bytes],
        container: str = "",
    ) -> None:
        printed = tuple(printable(name) for name in location)
        member = Member(printable(path), printed, byte_count, read, container)
        if member.is_json and byte_count <= self.limits.file_bytes:
            self._json_bytes += byte_count
            if self._json_bytes > self.limits.total_bytes:
                self._json_bytes -= byte_count
                limit = f"the limit of {self.limits.total_bytes} bytes in all"
                self._note(path, f"more than {limit} would be read; raise it with --max-total-bytes")
                return
        self._members.append(member)
        parts = PurePosixPath(path).parts
        self._names.setdefault(parts[-1], []).append(parts)
        if len(self._members) > self.limits.files:
            raise UnsafeArchive(
                f"more than {self.limits.files} files in the archive; name a smaller part of it,"
                " or raise it with --max-files"
            )

    def _file_reader(self, path: Path) -> Callable[[], bytes]:
        def read() -> bytes:
            try:
                check_size(path.stat().st_size, self.limits)
                return path.read_bytes()
            except OSError as error:
                raise ArchiveError(f"cannot be read: {error.strerror}") from error

        return read


def may_hold_chats(path: Path) -> bool:
    """Return whether what is not read, being a link or the like, would be looked into otherwise."""
    return path.suffix.lower() in (".json", ".zip") or path.is_dir()


def _cut_zip(path: Path) -> str:
    return f"{printable(str(path))} is not a whole zip; the download was cut: fetch it again"
