"""What sources read from the files of archives: threads with their messages, and names of the owner.

What comes by the million are msgspec structs, which are made ten times faster than frozen dataclasses.
Nothing here knows the store.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """A file that a message names."""

    kind: str
    """photo, video, audio, gif, file or sticker."""
    uri: str
    """As the archive writes it, repaired."""


class Reaction(msgspec.Struct, frozen=True):
    """One reaction to a message."""

    emoji: str
    actor: str
    reacted_at_ms: int | None = None


class Message(msgspec.Struct, frozen=True):
    """One entry of a thread, texts repaired."""

    sender: str
    """Display name; `''` when the archive has none."""
    sent_at_ms: int
    """Milliseconds since 1970 UTC, the archive's own number."""
    kind: str
    """unsent, system, call, text, share, media or empty."""
    body: str | None = None
    share_url: str | None = None
    share_text: str | None = None
    """What the shared thing says, not what the sender typed."""
    call_seconds: int | None = None
    is_unsent: bool = False
    is_taken_down: bool = False
    is_sentence: bool = False
    """Beside what is shared or attached stood a sentence that nobody typed; it is left out."""
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()


@dataclass(slots=True)
class Messages:
    """The entries of one file, column by column, oldest first; equal times in the order of sending.

    Columns are made at once, which is faster than an object for each entry; iterating gives such objects.
    What only few entries have stands in a dict or a set, by the entry's index in the columns, from 0.
    """

    senders: list[str]
    sent_at_ms: list[int]
    kinds: list[str]
    bodies: list[str | None]
    share_urls: dict[int, str] = field(default_factory=dict)
    share_texts: dict[int, str] = field(default_factory=dict)
    call_seconds: dict[int, int] = field(default_factory=dict)
    unsent: set[int] = field(default_factory=set)
    taken_down: set[int] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    attachments: dict[int, tuple[Attachment, ...]] = field(default_factory=dict)
    reactions: dict[int, tuple[Reaction, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Iterable[Message]) -> "Messages":
        """Return messages as columns."""
        made = cls([], [], [], [])
        for index, message in enumerate(messages):
            made.senders.append(message.sender)
            made.sent_at_ms.append(message.sent_at_ms)
            made.kinds.append(message.kind)
            made.bodies.append(message.body)
            made._note(index, message)
        return made

    def _note(self, index: int, message: Message) -> None:
        """Take over what few entries have."""
        if message.share_url is not None:
            self.share_urls[index] = message.share_url
        if message.share_text is not None:
            self.share_texts[index] = message.share_text
        if message.call_seconds is not None:
            self.call_seconds[index] = message.call_seconds
        if message.is_unsent:
            self.unsent.add(index)
        if message.is_taken_down:
            self.taken_down.add(index)
        if message.is_sentence:
            self.sentences.add(index)
        if message.attachments:
            self.attachments[index] = message.attachments
        if message.reactions:
            self.reactions[index] = message.reactions

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.sent_at_ms)

    def __iter__(self) -> Iterator[Message]:
        """Yield the entries one by one."""
        columns = zip(self.senders, self.sent_at_ms, self.kinds, self.bodies, strict=True)
        for index, (sender, sent_at_ms, kind, body) in enumerate(columns):
            yield Message(
                sender,
                sent_at_ms,
                kind,
                body,
                self.share_urls.get(index),
                self.share_texts.get(index),
                self.call_seconds.get(index),
                index in self.unsent,
                index in self.taken_down,
                index in self.sentences,
                self.attachments.get(index, ()),
                self.reactions.get(index, ()),
            )


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
    is_source_sure: bool = True
    """False when no folder says whose platform it is; the files beside it tell, or nothing."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file without messages that could be read."""

    path: str
    reason: str
    is_damaged: bool
    """True for a file that should hold messages; False for one that is about something else."""


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
