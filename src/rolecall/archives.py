"""Reading folders, zips and single files of strangers, without ever leaving them or unpacking them to disk.

An archive is the union of what the user names: several zips of one download, a folder that holds zips, one
file. Source of the traps: FORMATS.md sections 1 (size and splitting) and 3.6.
"""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rolecall.errors import ArchiveError, NotAnArchive, UnsafeArchive, UsageError
from rolecall.records import ArchiveFile, SkippedFile

# The files of an archive that say whose it is; read first, since the rest is judged by it.
_OWNER_FILES = ("profile_information.json", "personal_information.json", "autofill_information.json")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may ask of the machine."""

    file_bytes: int = 2 * 1024**3
    """The largest single JSON file; it is read whole."""
    ratio: int = 500
    """How far a member of a zip may unfold, once it is over `ratio_free_bytes`."""
    ratio_free_bytes: int = 16 * 1024**2
    members: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One regular file of an archive."""

    path: str
    """Inside the archive, with slashes; a file at the top of a folder is led by that folder's name."""
    location: tuple[str, ...]
    """Its name, led by those of the folders around it and around the archive; a zip begins anew."""
    byte_count: int
    read: Callable[[], bytes]
    """Returns its bytes, or raises `ArchiveError` with the reason."""


class Archive:
    """What the user named, as one set of files. Use as a context manager: it holds the zips open."""

    def __init__(self, paths: Sequence[Path], limits: Limits | None = None) -> None:
        """Open the zips and list the folders.

        Raises:
            UsageError: A path is named twice.
            NotAnArchive: A path does not exist, or nothing there can be an archive.
            UnsafeArchive: There are more members than the limit allows.
        """
        self.limits = limits or Limits()
        self.problems: list[SkippedFile] = []
        self._zips: list[zipfile.ZipFile] = []
        self._members: list[Member] = []
        self._names: dict[str, list[tuple[str, ...]]] = {}
        seen: set[Path] = set()
        try:
            for path in paths:
                real = path.resolve()
                if real in seen:
                    raise UsageError(f"{path} is named twice; name it once")
                seen.add(real)
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
        for opened in self._zips:
            opened.close()

    def json_members(self) -> list[Member]:
        """Return the JSON files: first those that name the owner, then by folder, the oldest part first."""
        found = [member for member in self._members if member.path.lower().endswith(".json")]
        return sorted(found, key=_reading_order)

    def has_html(self) -> bool:
        """Return whether there are chats in HTML, which rolecall cannot read."""
        return any(re.search(r"(^|/)message(_\d+)?\.html$", member.path) for member in self._members)

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
        if re.match(r"https?://", uri):
            return "remote"
        if not is_safe(uri):
            return "rejected"
        wanted = PurePosixPath(uri).parts
        for have in self._names.get(wanted[-1], ()):
            shared = min(len(wanted), len(have))
            if wanted[-shared:] == have[-shared:] and (shared > 1 or shared == len(wanted)):
                return "present"
        return "missing"

    # -- adding what the user named
    # --------------------------------------------------------------------------------

    def _add(self, path: Path, *, is_alone: bool) -> None:
        if path.is_dir():
            self._add_folder(path)
        elif not path.exists():
            raise NotAnArchive(f"no file or folder at {path}")
        elif not path.is_file():
            raise NotAnArchive(f"{path} is neither a file nor a folder")
        elif zipfile.is_zipfile(path):
            self._add_zip(path, is_alone=is_alone)
        elif path.suffix.lower() == ".json":
            self._remember(path.name, path.resolve().parent, path.stat().st_size, self._file_reader(path))
        elif path.suffix.lower() in (".html", ".htm"):
            raise NotAnArchive(f"{path} is HTML; ask for the download again with the format JSON")
        elif path.suffix.lower() == ".zip":
            self._refuse(
                path.name, f"{path} is not a whole zip; the download was cut: fetch it again", is_alone
            )
        else:
            raise NotAnArchive(f"{path} is not a zip, a folder or a JSON file")

    def _refuse(self, name: str, reason: str, is_alone: bool) -> None:
        if is_alone:
            raise NotAnArchive(reason)
        self.problems.append(SkippedFile(name, reason, is_damaged=True))

    def _add_folder(self, root: Path) -> None:
        around = root.resolve()
        for place, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if not (Path(place) / name).is_symlink())
            for name in sorted(files):
                path = Path(place) / name
                inside = path.relative_to(root).as_posix()
                if _is_litter(inside):
                    continue
                status = path.lstat()
                if not stat.S_ISREG(status.st_mode):
                    if name.lower().endswith(".json"):
                        self.problems.append(
                            SkippedFile(inside, "a link or no regular file", is_damaged=True)
                        )
                elif Path(place) == root and name.lower().endswith(".zip"):
                    self._add_zip(path, is_alone=False)
                else:
                    self._remember(inside, around, status.st_size, self._file_reader(path))

    def _add_zip(self, path: Path, *, is_alone: bool) -> None:
        try:
            opened = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            return self._refuse(path.name, f"{path} is a damaged zip ({error}); fetch it again", is_alone)
        self._zips.append(opened)
        before = _stamp(path)
        for info in opened.infolist():
            if info.is_dir() or _is_litter(info.filename):
                continue
            reason = _member_reason(info)
            if reason and info.filename.lower().endswith((".json", ".zip")):
                self.problems.append(SkippedFile(info.filename, reason, is_damaged=True))
            if not reason:
                self._remember(
                    info.filename, None, info.file_size, self._zip_reader(opened, info, path, before)
                )
        return None

    def _remember(self, inside: str, around: Path | None, byte_count: int, read: Callable[[], bytes]) -> None:
        parts = PurePosixPath(inside).parts
        path = inside if len(parts) > 1 or around is None else f"{around.name}/{inside}"
        location = parts if around is None else (*around.parts[1:], *parts)
        self._members.append(Member(path, location, byte_count, read))
        self._names.setdefault(parts[-1], []).append(parts)
        if len(self._members) > self.limits.members:
            raise UnsafeArchive(
                f"more than {self.limits.members} files in the archive; name a smaller part of it"
            )

    # -- reading one file
    # ------------------------------------------------------------------------------------------

    def _file_reader(self, path: Path) -> Callable[[], bytes]:
        def read() -> bytes:
            self._check_size(path.stat().st_size)
            try:
                return path.read_bytes()
            except OSError as error:
                raise ArchiveError(f"cannot be read: {error.strerror}") from error

        return read

    def _zip_reader(
        self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, before: tuple[int, int]
    ) -> Callable[[], bytes]:
        def read() -> bytes:
            self._check_size(info.file_size)
            is_large = info.file_size > self.limits.ratio_free_bytes
            if is_large and info.file_size > self.limits.ratio * max(info.compress_size, 1):
                raise ArchiveError(f"unfolds more than {self.limits.ratio} times; a zip bomb is not read")
            if _stamp(path) != before:
                raise UnsafeArchive(f"{path} changed while it was read; wait until it is whole and repeat")
            try:
                with opened.open(info) as member:
                    data = member.read(info.file_size + 1)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                OSError,
                NotImplementedError,
                RuntimeError,
            ) as error:
                raise ArchiveError(f"damaged in the zip: {error}") from error
            if len(data) != info.file_size:
                raise ArchiveError(f"holds {len(data)} bytes where the zip says {info.file_size}")
            return data

        return read

    def _check_size(self, byte_count: int) -> None:
        if byte_count > self.limits.file_bytes:
            raise ArchiveError(f"has {byte_count} bytes, more than the limit of {self.limits.file_bytes}")


def is_safe(name: str) -> bool:
    """Return whether a name stays inside the archive: relative, no `..`, no drive, no backslash, no NUL."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not (
        name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or re.match(r"[A-Za-z]+:", name)
    )


def part_no(path: str) -> int | None:
    """Return n of `message_<n>.json` (1 is the newest), 1 for `message.json` and `messa.json`, else None.

    A real export had the name cut to `messa.json` because its folder's name was long. Source: FORMATS.md
    section 1.
    """
    match = re.fullmatch(r"messag?e?(?:_(\d{1,9}))?\.json", PurePosixPath(path).name)
    return int(match[1] or 1) if match else None


def _reading_order(member: Member) -> tuple[int, str, int, str]:
    number = part_no(member.path)
    rank = 0 if PurePosixPath(member.path).name in _OWNER_FILES else 1 if number is not None else 2
    # By the folder's own name: parts of one thread stay together when several zips have top folders of
    # their own.
    return rank, member.location[-2] if len(member.location) > 1 else "", -(number or 0), member.path


def _is_litter(path: str) -> bool:
    """Return whether an unpacker left the file: macOS puts `._` files beside the real ones."""
    return PurePosixPath(path).name.startswith("._") or "__MACOSX" in PurePosixPath(path).parts


def _member_reason(info: zipfile.ZipInfo) -> str | None:
    if not is_safe(info.filename):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link; links are not followed"
    if info.flag_bits & 0x1:
        return "encrypted; unpack the zip with its password first"
    if info.filename.lower().endswith(".zip"):
        return "a zip inside the zip; unpack the outer one first"
    return None


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
