"""Telling several downloads apart that are named in one command, or lie in one folder or zip.

A download is a tree: what lies around its sections, `messages` and `your_facebook_activity` is its root. The
zips of one download never hold the same chat file twice, and have one layout. Where two trees hold the same
file, or chats in different layouts, they are two downloads, and what the one says of a message must be
weighed against what the other says.

Paths alone tell, so nothing is unpacked for it. Files that have no folder of their own to tell them are
looked into, a few of each folder, and only where more than one download may be meant.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rolecall.archives.archive import Archive
from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, Member, is_in_section, part_no
from rolecall.errors import ArchiveError, UnsafeArchive

Root = tuple[str, tuple[str, ...]]
"""The zip that a tree is in, and the folders around it."""

_ENCRYPTED_NAME = re.compile(r"(?!message_)(.+)_\d+\.json")
# The platform's id of a chat, or what stood in its place until 2022; what is before it changes with names.
_FOLDER_ID = re.compile(r"(?:.*_)?(\d{13,})|[^_]*_(?!\d+$)([\w-]{10})", re.ASCII)
# What has no folder of its own to tell it: the layout, the names of its files, words that stand in one.
_LAYOUTS_BY_WORDS = (
    ("encrypted", _ENCRYPTED_NAME, (b'"threadName"', b'"senderName"')),
    ("first", re.compile(r"messages\.json"), (b'"conversation"', b'"created_at"')),
)
# What the platforms call a download's zips, and some unpackers a folder: the day is one for all of them.
_DATED_NAME = re.compile(r"(?:facebook|instagram)-.+-(\d{4}-\d{2}-\d{2})-\w{8}(?:\.zip)?")
# So many files of a folder are looked into, the smallest first that can hold a chat.
_TRIES = 3
_LEAST_BYTES = 50


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a chat's file lies, and what it is called in every download."""

    root: Root
    layout: str
    key: tuple[str, ...]


@dataclass(slots=True)
class _Tree:
    """The chats of one layout below one root; or of several trees that are one download."""

    layout: str
    roots: list[Root]
    keys: set[tuple[str, ...]] = field(default_factory=set)
    """What names its chat files in every download."""

    def can_hold(self, other: "_Tree") -> bool:
        """Return whether the other may be a part of the same download."""
        has_one_day = len({day for root in (*self.roots, *other.roots) if (day := _day(root))}) < 2
        return self.layout == other.layout and has_one_day and not self.keys & other.keys

    def nearness(self, other: "_Tree") -> int:
        """Return how many folders around them both have in common."""
        around = _folders_around(other.roots[0])
        return max(_shared_count(_folders_around(root), around) for root in self.roots)


def separate(archive: Archive) -> list[Archive]:
    """Return each download of what was named; the archive itself when it is one.

    Every JSON file is in one of them. Media that lie in no download's tree belong to all.
    """
    trees = _trees(archive.json_members())
    downloads: list[_Tree] = []
    for tree in trees:
        fitting = [download for download in downloads if download.can_hold(tree)]
        if fitting:
            nearest = max(fitting, key=lambda download: download.nearness(tree))
            nearest.roots += tree.roots
            nearest.keys |= tree.keys
        else:
            downloads.append(tree)
    if len(downloads) < 2:
        return [archive]
    members: list[list[Member]] = [[] for _ in downloads]
    places = _Places(downloads)
    for member in archive.members:
        found = places.around(member)
        for number in places.of(member, found):
            members[number].append(member if found else replace(member, is_stray=True))
    problems = [archive.problems, *([] for _ in members[1:])]
    return [archive.part(*about) for about in zip(members, problems, strict=True)]


# -- trees -----------------------------------------------------------------------------------------------


def _trees(members: Iterable[Member]) -> list[_Tree]:
    certain: list[_Place] = []
    candidates: dict[tuple[Root, str], list[tuple[Member, _Place]]] = defaultdict(list)
    for member in members:
        place = _place(member.container, member.location)
        if place is not None:
            certain.append(place)
            continue
        for layout, form, _ in _LAYOUTS_BY_WORDS:
            match = form.fullmatch(member.location[-1])
            if match and _may_be_flat(member.location):
                root = member.container, _above(member.location[:-1])
                key = match[1] if match.lastindex else match[0]
                folder = member.container, member.location[:-1]
                candidates[folder, layout].append((member, _Place(root, layout, (key,))))
    if len({(place.root, place.layout) for place in certain} | set(candidates)) > 1:
        for (_, layout), found in candidates.items():
            if _is_told([member for member, _ in found], layout):
                certain += [place for _, place in found]
    trees: dict[tuple[Root, str], _Tree] = {}
    for place in certain:
        tree = trees.setdefault((place.root, place.layout), _Tree(place.layout, [place.root]))
        tree.keys.add(place.key)
    return [trees[key] for key in sorted(trees)]


def _place(container: str, location: tuple[str, ...]) -> _Place | None:
    """Return where a chat's file of the usual layouts lies; None for any other."""
    *folders, name = location
    if part_no(name) is None and not is_in_section(location):
        return None
    told = [folder for folder in folders if folder in PLATFORM_FOLDERS]
    identified = _FOLDER_ID.fullmatch(folders[-1]) if folders else None
    folder = (identified[1] or identified[2]) if identified else "".join(folders[-1:])
    root = container, _above(tuple(folders[:-1]))
    # The chats of early 2018 lie in no section, and their files have no numbers.
    layout = "messages" if is_in_section(location) or name != "message.json" else "early"
    return _Place(root, told[-1] if told else layout, (folder, name))


def _above(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders around a download, given those around a chat."""
    for names in (SECTIONS, ("messages",), PLATFORM_FOLDERS):
        if folders and folders[-1] in names:
            folders = folders[:-1]
    return folders


def _may_be_flat(location: tuple[str, ...]) -> bool:
    """Return whether chats may lie here without folders; what a platform's folder holds besides is other."""
    folders = location[:-1]
    return folders[-1:] == ("messages",) or PLATFORM_FOLDERS.keys().isdisjoint(folders)


def _is_told(members: Sequence[Member], layout: str) -> bool:
    """Return whether one of the smallest files of a folder has the words of a layout."""
    words = next(words for name, _, words in _LAYOUTS_BY_WORDS if name == layout)
    whole = [member for member in members if member.byte_count >= _LEAST_BYTES]
    for member in sorted(whole, key=lambda member: member.byte_count)[:_TRIES]:
        try:
            data = member.read()
        except UnsafeArchive:
            raise
        except ArchiveError:
            continue  # reported when it is read for good
        if any(word in data for word in words):
            return True
    return False


# -- whose a file is -------------------------------------------------------------------------------------


class _Places:
    """Which downloads a file belongs to, by the folders around it."""

    def __init__(self, downloads: Sequence[_Tree]) -> None:
        self._last = len(downloads) - 1
        self._layouts = [download.layout for download in downloads]
        self._by_root: dict[Root, list[int]] = defaultdict(list)
        for number, download in enumerate(downloads):
            for root in download.roots:
                self._by_root[root].append(number)
        self._depths = sorted({len(folders) for _, folders in self._by_root}, reverse=True)

    def of(self, member: Member, found: Sequence[int]) -> Sequence[int]:
        """Return the numbers of the downloads: one for a JSON file, several for what may be anybody's."""
        if not member.is_json:
            return found or range(self._last + 1)
        if not found:
            return [self._last]  # by then all people are known, so the owner's file can name one
        place = _place(member.container, member.location)
        layouts = [name for name in member.location if name in PLATFORM_FOLDERS]
        layouts = [place.layout] if place else layouts or [_flat_layout(member)]
        return [next((number for number in found if self._layouts[number] in layouts), found[0])]

    def around(self, member: Member) -> Sequence[int]:
        """Return the downloads in whose trees a file lies; those of one root may be several."""
        folders = member.location[:-1]
        for depth in self._depths:
            found = self._by_root.get((member.container, folders[:depth])) if depth <= len(folders) else None
            if found:
                return found
        return []


def _flat_layout(member: Member) -> str:
    return next((name for name, form, _ in _LAYOUTS_BY_WORDS if form.fullmatch(member.location[-1])), "")


def _day(root: Root) -> str | None:
    """Return the day of a download, if a name tells it."""
    container, folders = root
    names = [*folders[-1:], *container.split("/")[-1:]]
    return next((found[1] for name in names if (found := _DATED_NAME.fullmatch(name))), None)


def _folders_around(root: Root) -> tuple[str, ...]:
    container, folders = root
    return tuple(container.split("/")[:-1]) if container else folders


def _shared_count(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
