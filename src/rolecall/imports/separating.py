"""Telling several downloads apart that are named in one command.

The zips of one download never hold the same file twice, and have one layout. Where two inputs hold the same
file, or chats in different layouts, they are two downloads, and what the one says of a message must be
weighed against what the other says.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rolecall.archives import NO_REGULAR_FILE, Archive, Limits, may_hold_chats
from rolecall.errors import ArchiveError, UnsafeArchive
from rolecall.members import PLATFORM_FOLDERS, SECTIONS, Member, part_no, printable
from rolecall.records import SkippedFile
from rolecall.zips import STUB_BYTES

_ENCRYPTED_NAME = re.compile(r"(?!message_)(.+)_\d+\.json")
_ROOTS = {"messages", *SECTIONS, *PLATFORM_FOLDERS}
# What has no folder of its own to tell it: the layout, the names of its files, words that stand in one.
_LAYOUTS_BY_WORDS = (
    ("encrypted", _ENCRYPTED_NAME, (b'"threadName"', b'"senderName"')),
    ("first", re.compile(r"messages\.json"), (b'"conversation"', b'"created_at"')),
)


@dataclass(slots=True)
class _Group:
    """Inputs that may be one download."""

    paths: list[Path] = field(default_factory=list)
    keys: set[tuple[str, ...]] = field(default_factory=set)
    """What names its files in every download."""
    layouts: set[str] = field(default_factory=set)
    """How its chats lie; empty when it has none."""
    is_download: bool = False
    """Whether chats lie in it as in the whole of a download, and not as in a part of its folders."""
    is_broken: bool = False
    """Whether it cannot be opened, which is told once."""

    def can_hold(self, other: "_Group") -> bool:
        """Return whether the other may be a part of the same download."""
        has_one_layout = not self.layouts or not other.layouts or self.layouts == other.layouts
        return has_one_layout and not self.keys & other.keys

    def add(self, other: "_Group") -> None:
        """Take the other for a part of the same download."""
        self.paths += other.paths
        self.keys |= other.keys
        self.layouts |= other.layouts


@dataclass(frozen=True, slots=True)
class Download:
    """The inputs of one download."""

    paths: list[Path]
    told: Sequence[Path] = ()
    """Those of its inputs whose problems another download tells."""
    problems: Sequence[SkippedFile] = ()
    """What lies beside the downloads of a folder and is not read."""


def separate(paths: Sequence[Path], limits: Limits | None) -> list[Download]:
    """Return each download; what holds no JSON at all (media) goes with every one of them."""
    groups: list[_Group] = []
    shared: list[Path] = []
    broken: list[Path] = []
    collected = [_collected(path, limits) for path in paths]
    if len(paths) == 1 and not collected[0]:
        return [Download(list(paths))]
    inputs = [
        one for path, found in zip(paths, collected, strict=True) for one in found or [_look_at(path, limits)]
    ]
    for found in inputs:
        if not found.keys:
            (broken if found.is_broken else shared).extend(found.paths)
            continue
        free = next((group for group in groups if group.can_hold(found)), None)
        if free is None:
            groups.append(found)
        else:
            free.add(found)
    if len(groups) < 2:
        return [Download(list(paths))]
    links = [link for path, found in zip(paths, collected, strict=True) if found for link in _links(path)]
    first = Download([*groups[0].paths, *broken, *shared], problems=links)
    return [first, *(Download([*group.paths, *shared], told=shared) for group in groups[1:])]


def _collected(path: Path, limits: Limits | None) -> list[_Group]:
    """Return what lies in a folder that only collects downloads, unpacked or not; nothing for any other."""
    if not path.is_dir() or path.name in _ROOTS or not os.access(path, os.R_OK | os.X_OK):
        return []
    children = sorted(path.iterdir())
    if any(child.suffix.lower() == ".json" for child in children):
        return []
    found = [_look_at(child, limits) for child in children if _may_be_archive(child)]
    return found if sum(one.is_download for one in found) > 1 else []


def _links(folder: Path) -> list[SkippedFile]:
    return [
        SkippedFile(printable(child.name), NO_REGULAR_FILE, is_damaged=True)
        for child in sorted(folder.iterdir())
        if child.is_symlink() and may_hold_chats(child)
    ]


def _may_be_archive(path: Path) -> bool:
    if path.is_symlink() or path.is_dir():
        return not path.is_symlink()
    return path.suffix.lower() == ".zip" and path.stat().st_size > STUB_BYTES


def _look_at(path: Path, limits: Limits | None) -> _Group:
    found = _Group([path])
    try:
        with Archive([path], limits) as archive:
            for member in archive.json_members():
                found.keys.add(_key(member))
                layout = _layout(member, found.layouts)
                if layout:
                    found.layouts.add(layout)
                    folders = PurePosixPath(member.path).parts[:-1]
                    found.is_download |= layout in ("encrypted", "first") or not _ROOTS.isdisjoint(folders)
    except UnsafeArchive:
        raise
    except ArchiveError:
        found.is_broken = True  # reported when all inputs are opened together
    return found


def _key(member: Member) -> tuple[str, ...]:
    """Return what names a file in every download: its folder and name.

    The file of an encrypted chat has the chat's name and a number, which may be another in every download.
    """
    encrypted = _ENCRYPTED_NAME.fullmatch(member.location[-1])
    return (encrypted[1],) if encrypted else member.location[-2:]


def _layout(member: Member, known: set[str]) -> str | None:
    """Return how the chat in a file lies, None for what is no chat."""
    told = next((name for name in member.location if name in PLATFORM_FOLDERS), None)
    if told:
        return told
    # The chats of early 2018 lie in no section.
    if part_no(member.path) is not None or not set(SECTIONS).isdisjoint(member.location[:-1]):
        return "messages"
    for layout, form, words in _LAYOUTS_BY_WORDS:
        if layout not in known and form.fullmatch(member.location[-1]):
            try:
                data = member.read()
            except UnsafeArchive:
                raise
            except ArchiveError:
                return None  # reported when it is read for good
            return layout if any(word in data for word in words) else None
    return None
