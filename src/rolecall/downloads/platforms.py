"""Whose download a file lies in, Facebook's or Instagram's, where no folder around the file says so.

The chats of Instagram's downloads of 2020 to 2022 lie in `messages/inbox/`, as Facebook's of those years do,
and most of them hold nothing that tells them apart. What lies beside them does. This is decided for each root
(what is around one folder `messages`, in one zip or folder), never for all that a command names. Evidence,
best first:

1. the owner's file (`profile_user` is Instagram's; `profile_v2`, and the autofill form among the messages,
   are Facebook's), and sections that Facebook alone has;
2. what Instagram alone writes into its files: the owner of a shared post, its name for deleted accounts;
3. where there is neither: the owner's file in another zip that has no chats of its own, when no other root
   can be meant.

Where the evidence of one rank speaks for both platforms, or there is none, the file counts as Facebook's.
That guess may be wrong, so a chat keeps its thread when a later import knows better (`imports.identity`,
and `sql/import/threads/instagram_threads`).
"""

import json
import re
from contextlib import suppress
from functools import cache

from rolecall.archives.archive import Archive, Member
from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, is_owner_file
from rolecall.downloads.roots import Root
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


class Platforms:
    """The platform of each file of an archive, decided when it is first asked for."""

    def __init__(self, archive: Archive, otherwise: str = "") -> None:
        """Take the archive, and whose the files are that tell nothing; nothing is read yet."""
        self._otherwise = otherwise
        self._members = archive.json_members()
        self._by_root: dict[Root, str] = {}

    def of(self, member: Member) -> str:
        """Return facebook or instagram, or `''` when nothing tells."""
        return _platform_of_folders(member) or self._of_root(member) or self._otherwise

    def _of_root(self, member: Member) -> str:
        root = _root(member)
        if root is None:
            return ""
        if root not in self._by_root:
            self._by_root[root] = self._own(root) or self._borrowed(root)
        return self._by_root[root]

    def _own(self, root: Root) -> str:
        """Return what the files below a root say."""
        members = [member for member in self._members if root.has(member)]
        folders = {name for member in members for name in member.location[len(root.folders) :]}
        strong = _of_owner_files(members) | ({FACEBOOK} if folders & _FACEBOOK_SECTIONS else set())
        if strong:
            return strong.pop() if len(strong) == 1 else ""
        return INSTAGRAM if any(_is_instagrams(member.peek()) for member in members) else ""

    def _borrowed(self, root: Root) -> str:
        """Return what the owner's file in a zip without chats says, when no other root can be meant."""
        roots = {
            (other, _platform_of_folders(member)) for member in self._members if (other := _root(member))
        }
        with_chats = {other.container for other, _ in roots}
        alone = [member for member in self._members if member.container not in with_chats]
        strong = _of_owner_files(alone)
        others = {self._own(other) for other, platform in roots if other != root and not platform}
        return INSTAGRAM if strong == {INSTAGRAM} and not others - {""} else ""


def _platform_of_folders(member: Member) -> str:
    """Return the platform that a folder around a file names."""
    return next((PLATFORM_FOLDERS[name] for name in member.location if name in PLATFORM_FOLDERS), "")


def _root(member: Member) -> Root | None:
    """Return what is around the innermost folder `messages`, or else around a section; None with neither."""
    folders = member.location[:-1]
    for name in ("messages", *SECTIONS):
        if name in folders:
            return Root(member.container, folders[: len(folders) - 1 - folders[::-1].index(name)])
    return None


def _of_owner_files(members: list[Member]) -> set[str]:
    """Return the platforms that files naming the owner speak for."""
    documents = [_owner_document(member) for member in members if is_owner_file(member.path)]
    return {name for document in documents for key, name in _OWNER_KEYS.items() if document.get(key)}


def _owner_document(member: Member) -> dict[str, object]:
    """Return what a file that names the owner holds; nothing when it is damaged, or a chat."""
    with suppress(ValueError, RecursionError):
        document = json.loads(member.peek())
        if isinstance(document, dict) and "messages" not in document:
            return document
    return {}


def _is_instagrams(data: bytes) -> bool:
    return b'"original_content_owner"' in data or _deleted_accounts().search(data) is not None


@cache
def _deleted_accounts() -> re.Pattern[bytes]:
    """Return the pattern of a person's name that is Instagram's for a deleted account, in any language."""
    names = [name for name in known_sentences().deleted_accounts if "instagram" in name.lower()]
    written = (json.dumps(name.encode().decode("latin-1")).encode() for name in sorted(names))
    return re.compile(rb'"(?:sender_name|name|actor)"\s*:\s*(?:' + b"|".join(map(re.escape, written)) + b")")
