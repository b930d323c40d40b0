"""The trees of chats in an archive: one for each root and layout.

Most chats lie in folders of their own, whose paths tell root, layout and chat, so nothing is unpacked. Files
that have no such folder are told by words in them. A few of each folder are looked into, and only where more
than one download may be meant.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, Member, is_in_section, part_no
from rolecall.downloads.roots import Root

Key = tuple[str, ...]
"""What names a chat's file in every download."""

_ENCRYPTED_NAME = re.compile(r"(?!message_)(.+)_\d+\.json")
# The platform's id of a chat, or what stood there until 2022; the words before it change with names.
_FOLDER_ID = re.compile(r"(?:.*_)?(\d{13,})|[^_]*_(?!\d+$)([\w-]{10})", re.ASCII)
# Layouts whose files have no folder of their own: layout, names of its files, words that stand in one.
_FLAT_LAYOUTS = (
    ("encrypted", _ENCRYPTED_NAME, (b'"threadName"', b'"senderName"')),
    ("first", re.compile(r"messages\.json"), (b'"conversation"', b'"created_at"')),
)
# So many files of a folder are looked into, the smallest first that can hold a chat.
_TRIES = 3
_LEAST_BYTES = 50


@dataclass(frozen=True, slots=True)
class _ChatFile:
    """A file of a chat, as its path describes it."""

    root: Root
    layout: str
    key: Key


@dataclass(slots=True)
class Tree:
    """The chats of one layout below one root; or of several trees that are one download."""

    layout: str
    roots: list[Root]
    keys: set[Key] = field(default_factory=set)

    def can_hold(self, other: "Tree") -> bool:
        """Return whether the other may be a part of the same download."""
        has_one_day = len({day for root in (*self.roots, *other.roots) if (day := root.day)}) < 2
        return self.layout == other.layout and has_one_day and not self.keys & other.keys

    def nearness(self, other: "Tree") -> int:
        """Return how many folders around them both have in common."""
        return max(root.nearness(other.roots[0]) for root in self.roots)


def trees_of(members: Iterable[Member]) -> list[Tree]:
    """Return the trees of an archive, given its JSON files, in the order of their roots."""
    chat_files: list[_ChatFile] = []
    candidates: dict[tuple[Root, str], list[tuple[Member, _ChatFile]]] = defaultdict(list)
    for member in members:
        chat_file = _chat_file(member)
        if chat_file is not None:
            chat_files.append(chat_file)
        elif (flat_file := _flat_file(member)) is not None:
            folder = Root(member.container, member.location[:-1])
            candidates[folder, flat_file.layout].append((member, flat_file))
    if len({(chat_file.root, chat_file.layout) for chat_file in chat_files} | set(candidates)) > 1:
        for (_, layout), pairs in candidates.items():
            if _has_words([member for member, _ in pairs], layout):
                chat_files += [flat_file for _, flat_file in pairs]
    trees: dict[tuple[Root, str], Tree] = {}
    for chat_file in chat_files:
        tree = trees.setdefault((chat_file.root, chat_file.layout), Tree(chat_file.layout, [chat_file.root]))
        tree.keys.add(chat_file.key)
    return [trees[key] for key in sorted(trees)]


def layouts_of(member: Member) -> list[str]:
    """Return the layouts that a JSON file may be of, as its path tells."""
    chat_file = _chat_file(member)
    if chat_file:
        return [chat_file.layout]
    layouts = [name for name in member.location if name in PLATFORM_FOLDERS]
    return layouts or [name for name, form, _ in _FLAT_LAYOUTS if form.fullmatch(member.location[-1])][:1]


def _chat_file(member: Member) -> _ChatFile | None:
    """Return what the path of a chat's file says in the usual layouts; None for any other file."""
    *folders, name = member.location
    if part_no(name) is None and not is_in_section(member.location):
        return None
    platform_folders = [folder for folder in folders if folder in PLATFORM_FOLDERS]
    match = _FOLDER_ID.fullmatch(folders[-1]) if folders else None
    folder = (match[1] or match[2]) if match else "".join(folders[-1:])
    # The chats of early 2018 lie in no section, and their files have no numbers.
    layout = "messages" if is_in_section(member.location) or name != "message.json" else "early"
    root = _root(member.container, tuple(folders[:-1]))
    return _ChatFile(root, platform_folders[-1] if platform_folders else layout, (folder, name))


def _flat_file(member: Member) -> _ChatFile | None:
    """Return what a path may say of a chat's file without a folder; None when it cannot be one."""
    folders = member.location[:-1]
    # A platform's folder holds other files besides; there chats lie in `messages` alone.
    if folders[-1:] != ("messages",) and not PLATFORM_FOLDERS.keys().isdisjoint(folders):
        return None
    for layout, form, _ in _FLAT_LAYOUTS:
        match = form.fullmatch(member.location[-1])
        if match:
            key = match[1] if match.lastindex else match[0]
            return _ChatFile(_root(member.container, folders), layout, (key,))
    return None


def _root(container: str, folders: tuple[str, ...]) -> Root:
    """Return the root of a tree, given the folders around the folder of a chat."""
    for names in (SECTIONS, ("messages",), PLATFORM_FOLDERS):
        if folders and folders[-1] in names:
            folders = folders[:-1]
    return Root(container, folders)


def _has_words(members: Sequence[Member], layout: str) -> bool:
    """Return whether one of the smallest files of a folder has the words of a layout."""
    words = next(words for name, _, words in _FLAT_LAYOUTS if name == layout)
    whole = [member for member in members if member.byte_count >= _LEAST_BYTES]
    for member in sorted(whole, key=lambda member: member.byte_count)[:_TRIES]:
        data = member.peek()
        if any(word in data for word in words):
            return True
    return False
