"""The files of an archive: what one is, which names are safe, what an archive may ask of the machine."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from rolecall.errors import ArchiveError, UnsafeArchive

# The files of an archive that say whose it is; read first, since the rest is judged by it.
_OWNER_FILES = (
    "profile_information.json",
    "personal_information.json",
    "autofill_information.json",
    "profile.json",
)
# Folders by which newer downloads say whose they are.
PLATFORM_FOLDERS = {
    "your_instagram_activity": "instagram",
    "your_facebook_activity": "facebook",
    "your_activity_across_facebook": "facebook",
}
# The folders of folders of chats; all but `inbox` and `message_requests` are Facebook's alone.
SECTIONS = (
    "inbox",
    "archived_threads",
    "filtered_threads",
    "message_requests",
    "e2ee_cutover",
    "legacy_threads",
)

_DRIVE = re.compile(r"[A-Za-z]+:")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may ask of the machine; a file beyond a limit is named in the summary and not read."""

    file_bytes: int = 512 * 1024**2
    """The largest single JSON file; it is read whole. Real ones hold 10,000 messages, some 5 MB."""
    total_bytes: int = 16 * 1024**3
    """All JSON files together; a real archive of 775,000 messages has less than one GB."""
    ratio: int = 500
    """How far a member of a zip may unfold, once it is over `ratio_free_bytes`."""
    ratio_free_bytes: int = 16 * 1024**2
    files: int = 1_000_000
    depth: int = 64
    """Folders in folders."""


class Stream(Protocol):
    """The bytes of a file, in order."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most `size`, or all that are left; none at the end.

        Raises:
            ArchiveError: It is damaged.
        """


@dataclass(frozen=True, slots=True)
class Member:
    """One regular file of an archive."""

    path: str
    """Inside the archive, with slashes; a file at the top of a folder is led by that folder's name."""
    location: tuple[str, ...]
    """The folders around it and around the archive, then its name; of a zip only the folders inside."""
    byte_count: int
    open: Callable[[], AbstractContextManager[Stream]]
    """Opens it; `ArchiveError` when it is damaged, encrypted or over a limit, then or when it is read."""
    container: str = ""
    """The zip that holds it; `''` for a file of a folder."""
    is_stray: bool = False
    """Whether it lies in no download's tree; then it says nothing of how new a download is."""

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            ArchiveError: It is damaged, encrypted or over a limit; the text says which.
        """
        with self.open() as stream:
            return stream.read()

    def peek(self) -> bytes:
        """Return its bytes, none when it cannot be read; that is reported when it is read for good."""
        try:
            return self.read()
        except UnsafeArchive:
            raise
        except ArchiveError:
            return b""

    @property
    def is_json(self) -> bool:
        """Return whether it can hold messages."""
        return self.path.lower().endswith(".json")


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file without messages that could be read."""

    path: str
    reason: str
    is_damaged: bool
    """True for a file that should hold messages; False for one that is about something else."""


def is_safe(name: str) -> bool:
    """Return whether a name stays inside the archive: relative, no `..`, no drive, no backslash, no NUL."""
    parts = parts_of(name)
    return bool(parts) and not (
        name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or _DRIVE.match(name)
    )


def parts_of(path: str) -> tuple[str, ...]:
    """Return the names in a relative path, as `PurePosixPath` does, without its cost."""
    return tuple(part for part in path.split("/") if part not in ("", "."))


def is_litter(path: str) -> bool:
    """Return whether a file was left by an unpacker: macOS puts `._` files beside the real ones."""
    parts = PurePosixPath(path).parts
    return bool(parts) and (parts[-1].startswith("._") or "__MACOSX" in parts)


def printable(name: str) -> str:
    """Return a stranger's file name as one can print and store it: what is not printable is escaped."""
    if name.isprintable():
        return name
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in name
    )


def is_owner_file(path: str) -> bool:
    """Return whether a file is one of those that say whose the archive is, by its name."""
    return PurePosixPath(path).name in _OWNER_FILES


def without_number(file_name: str) -> str:
    """Return the name of an encrypted chat's file without the number that keeps such names apart."""
    return re.sub(r"_\d+$", "", file_name)


def is_in_section(location: tuple[str, ...]) -> bool:
    """Return whether a file lies in the folder of a chat, in a section."""
    return len(location) > 2 and location[-3] in SECTIONS


def is_part(location: tuple[str, ...]) -> bool:
    """Return whether a file lies where a chat's parts do, and is called as they are.

    The chats of early 2018 lie in `messages` itself.
    """
    is_at_home = is_in_section(location) or location[-3:-2] == ("messages",)
    return is_at_home and part_no(location[-1]) is not None


def is_sent(path: str) -> bool:
    """Return whether a zip was sent in a chat, as the folders around it tell."""
    folders = PurePosixPath(path).parts[:-1]
    is_of_a_chat = not set(SECTIONS).isdisjoint(folders[:-1]) or "messages" in folders[:-2]
    return is_of_a_chat or folders[-1:] == ("media",)


def part_no(path: str) -> int | None:
    """Return n of `message_<n>.json` (1 is the newest), 1 for `message.json` and `messa.json`, else None.

    A real export had the name cut to `messa.json` because its folder's name was long. Source: FORMATS.md
    section 1.
    """
    name = PurePosixPath(path)
    if name.suffix.lower() != ".json":
        return None
    match = re.fullmatch(r"messag?e?_([0-9]{1,9})", name.stem)
    if match:
        return int(match[1])
    return 1 if "message_".startswith(name.stem) else None


def reading_order(member: Member) -> tuple[int, str, int, str]:
    """Return the key that sorts files: those that name the owner, then by folder, the oldest part first."""
    number = part_no(member.path)
    rank = 0 if is_owner_file(member.path) else 1 if number is not None else 2
    # By the name of the innermost folder alone, so that the parts of one thread stay together where each zip
    # has a top folder of its own.
    return rank, member.location[-2] if len(member.location) > 1 else "", -(number or 0), member.path
