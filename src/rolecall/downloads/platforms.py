"""Whose download a file lies in, Facebook's or Instagram's, where no folder around the file says so.

Instagram's downloads of 2020 to 2022 lie in `messages/inbox/` as Facebook's of those years do, and nothing in
most of their chats tells them apart. What lies beside them does; this is decided for each download (what is
around one folder `messages` of one zip or folder), never for all that a command names. Evidence, best first:

1. the owner's file (`profile_user` is Instagram's; `profile_v2`, and the autofill form among the messages,
   are Facebook's), and sections that Facebook alone has;
2. what Instagram alone writes into its files: the owner of a shared post, its name for deleted accounts;
3. for a download without any: the owner's file in another zip that has no chats of its own, when no other
   download can be meant.

Where the evidence of one rank speaks for both, or there is none, the file counts as Facebook's. That guess
may be wrong; so a chat keeps its thread when a later import knows better (`Identity`, import step 41).
"""

import json
import re
from collections.abc import Iterator
from functools import cache

from rolecall.archives.archive import Archive, Member
from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, is_owner_file
from rolecall.errors import ArchiveError, UnsafeArchive
from rolecall.sentences import known_sentences

FACEBOOK, INSTAGRAM = "facebook", "instagram"
_FACEBOOK_SECTIONS = set(SECTIONS) - {"inbox", "message_requests"}
_OWNER_KEYS = {
    "profile_user": INSTAGRAM,
    "username": INSTAGRAM,  # profile.json of 2018 to 2020
    "profile_v2": FACEBOOK,
    "profile": FACEBOOK,
    "autofill_information_v2": FACEBOOK,
}

Root = tuple[str, tuple[str, ...]]
"""A download: the zip it is in, and the folders around its folder `messages`."""


class Platforms:
    """The platform of each file of an archive, found out when it is first asked for."""

    def __init__(self, archive: Archive) -> None:
        """Take the archive; nothing is read yet."""
        self._members = archive.json_members()
        self._by_root: dict[Root, str] = {}

    def of(self, member: Member) -> str:
        """Return facebook or instagram, or `''` when nothing tells."""
        told = _told(member)
        if told:
            return told
        root = _root(member)
        if root is None:
            return ""
        if root not in self._by_root:
            self._by_root[root] = self._own(root) or self._borrowed(root)
        return self._by_root[root]

    def _own(self, root: Root) -> str:
        """Return what the files of a download say."""
        found = [
            member
            for member in self._members
            if member.container == root[0] and member.location[: len(root[1])] == root[1]
        ]
        folders = {name for member in found for name in member.location[len(root[1]) :]}
        strong = _of_owner_files(found) | ({FACEBOOK} if folders & _FACEBOOK_SECTIONS else set())
        if strong:
            return strong.pop() if len(strong) == 1 else ""
        is_instagram = any(_is_instagrams(data) for member in found if (data := _bytes(member)))
        return INSTAGRAM if is_instagram else ""

    def _borrowed(self, root: Root) -> str:
        """Return what the owner's file in a zip without chats says, when it can only mean this download."""
        roots = {(one, _told(member)) for member in self._members if (one := _root(member))}
        with_chats = {one[0] for one, _ in roots}
        alone = [member for member in self._members if member.container not in with_chats]
        strong = _of_owner_files(alone)
        others = {self._own(one) for one, told in roots if one != root and not told}
        return INSTAGRAM if strong == {INSTAGRAM} and not others - {""} else ""


def _told(member: Member) -> str:
    """Return the platform that a folder around a file names."""
    return next((PLATFORM_FOLDERS[name] for name in member.location if name in PLATFORM_FOLDERS), "")


def _root(member: Member) -> Root | None:
    folders = member.location[:-1]
    for name in ("messages", *SECTIONS):
        if name in folders:
            return member.container, folders[: len(folders) - 1 - folders[::-1].index(name)]
    return None


def _of_owner_files(members: list[Member]) -> set[str]:
    """Return the platforms that files naming the owner speak for."""
    found: set[str] = set()
    for member in members:
        if is_owner_file(member.path):
            found.update(_platforms_of_owner_file(_bytes(member)))
    return found


def _platforms_of_owner_file(data: bytes) -> Iterator[str]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict) and "messages" not in document:
        yield from (platform for key, platform in _OWNER_KEYS.items() if document.get(key))


def _bytes(member: Member) -> bytes:
    try:
        return member.read()
    except UnsafeArchive:
        raise
    except ArchiveError:
        return b""  # reported when it is read for good


def _is_instagrams(data: bytes) -> bool:
    return b'"original_content_owner"' in data or _deleted_accounts().search(data) is not None


@cache
def _deleted_accounts() -> re.Pattern[bytes]:
    """Return what finds Instagram's name for a deleted account, in any language, as a person's name."""
    names = [name for name in known_sentences().deleted_accounts if "instagram" in name.lower()]
    written = (json.dumps(name.encode().decode("latin-1")).encode() for name in sorted(names))
    return re.compile(rb'"(?:sender_name|name|actor)"\s*:\s*(?:' + b"|".join(map(re.escape, written)) + b")")
