"""What sources read from the files of archives: threads with their messages, and names of the owner.

Nothing here knows the store.
"""

from dataclasses import dataclass

from rolecall.archives.members import SkippedFile
from rolecall.archives.messages import Messages


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """A key by which an archive names a thread."""

    kind: str
    """folder_id (13 digits and more, the platform's own), folder, thread_path, file (the name of an encrypted
    chat's file, whose number may change between downloads) or people (user names, all that Instagram's first
    downloads tell)."""
    value: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One file's part of a thread."""

    source: str
    keys: tuple[ThreadKey, ...]
    """Best first; the first one names the thread when it is new."""
    part_no: int
    """1 is the newest part of a thread, as in `message_1.json`."""
    title: str
    participants: tuple[str, ...]
    """Display names as listed, which may miss people who left."""
    messages: Messages
    section: str | None = None
    is_still_participant: bool | None = None
    is_group: bool | None = None
    """What the archive says; None when only the people can tell."""
    is_in_seconds: bool = False
    """Whether its times have no milliseconds, as in the archives of early 2018."""
    platform: str = ""
    """Whose it is, where two platforms share a source: facebook, instagram, or `''` when nothing tells."""
    is_source_sure: bool = True
    """False when no folder says whose platform it is; the files beside it tell, or nothing."""

    @property
    def shown_source(self) -> str:
        """What a store says of the chat: an encrypted one is Messenger's unless something tells."""
        return self.platform if self.platform == "instagram" else self.source


@dataclass(frozen=True, slots=True)
class OwnerHint:
    """Names that the archive gives its owner."""

    names: tuple[str, ...]
    """The present one first, then earlier ones."""
    rank: int
    """Strength: 1 the profile, 2 the autofill form, 3 the first of an encrypted chat's list of people."""


Item = Thread | OwnerHint | SkippedFile
"""What a source makes of a file."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One JSON file of an archive, read whole."""

    path: str
    """Inside the archive, with slashes: `messages/inbox/ann_1/message_1.json`."""
    location: tuple[str, ...]
    """The folders around it and around the archive, then its name; of a zip only the folders inside."""
    data: bytes
    platform: str = ""
    """facebook or instagram, as the files beside it tell; `''` when nothing does."""
    owner_names: frozenset[str] = frozenset()
    """The owner's, as the user or the archive's profile tells them."""
