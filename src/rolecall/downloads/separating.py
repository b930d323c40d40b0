"""Telling several downloads apart that are named in one command, or lie in one folder or zip.

A download is a tree. Its root is what lies around its sections, its `messages` and its
`your_facebook_activity`. The zips of one download never hold the same chat file twice, and have one layout.
Two trees that hold the same file, or chats in different layouts, are two downloads; then what the one says of
a message must be weighed against what the other says.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from rolecall.archives.members import Member
from rolecall.downloads.clocks import Clock
from rolecall.downloads.download import Download
from rolecall.downloads.roots import Root
from rolecall.downloads.trees import Tree, layouts_of, trees_of


def separate(whole: Download) -> list[Download]:
    """Return each download of what was named; the same one when it is one.

    Every JSON file is in one of them. Media that lie in no download's tree belong to all.
    """
    archive = whole.archive
    downloads: list[Tree] = []
    for tree in trees_of(archive.json_members()):
        fitting = [download for download in downloads if download.can_hold(tree)]
        if fitting:
            nearest = max(fitting, key=lambda download: download.nearness(tree))
            nearest.roots += tree.roots
            nearest.keys |= tree.keys
        else:
            downloads.append(tree)
    if len(downloads) < 2:
        return [whole]
    members: list[list[Member]] = [[] for _ in downloads]
    finder = _Finder(downloads)
    for member in archive.members:
        around = finder.around(member)
        for number in finder.downloads_of(member, around):
            members[number].append(member if around else replace(member, is_stray=True))
    problems = [archive.problems, *([] for _ in members[1:])]
    parts = [archive.part(*files) for files in zip(members, problems, strict=True)]
    return [Download(part, Clock(part), whole.platforms) for part in parts]


class _Finder:
    """Finds the downloads of a file, as numbers from 0, by the folders around it."""

    def __init__(self, downloads: Sequence[Tree]) -> None:
        self._numbers = range(len(downloads))
        self._layouts = [download.layout for download in downloads]
        self._by_root: dict[Root, list[int]] = defaultdict(list)
        for number, download in enumerate(downloads):
            for root in download.roots:
                self._by_root[root].append(number)
        self._depths = sorted({len(root.folders) for root in self._by_root}, reverse=True)

    def around(self, member: Member) -> Sequence[int]:
        """Return the downloads in whose trees a file lies; several may have the same root."""
        folders = member.location[:-1]
        for depth in self._depths:
            if depth <= len(folders):
                numbers = self._by_root.get(Root(member.container, folders[:depth]))
                if numbers:
                    return numbers
        return []

    def downloads_of(self, member: Member, around: Sequence[int]) -> Sequence[int]:
        """Return the downloads of a file, given those around it: one for JSON, perhaps several for media."""
        if not member.is_json:
            return around or self._numbers
        if not around:
            return self._numbers[-1:]  # by then all people are known, so the owner's file can name one
        layouts = layouts_of(member)
        return [next((number for number in around if self._layouts[number] in layouts), around[0])]
