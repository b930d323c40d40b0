"""The messages of a file: as columns while they are many, as objects where somebody looks at each.

What comes by the million is a column, or a msgspec struct, which is made ten times faster than a frozen
dataclass.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

T = TypeVar("T")


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


ATTACHMENTS = pa.schema(
    [("entry_no", pa.int32()), ("attachment_no", pa.int64()), ("kind", pa.string()), ("uri", pa.string())]
)
"""The files of a file's entries: index of the entry, from 0; number within the entry, from 1."""
REACTIONS = pa.schema(
    [("entry_no", pa.int32()), ("emoji", pa.string()), ("actor", pa.string()), ("reacted_at_ms", pa.int64())]
)
"""The reactions to a file's entries: index of the entry, from 0."""
KINDS = ("text", "empty", "system", "call", "share", "media", "unsent")
"""What an entry may be. A column of kinds holds their places in this tuple."""


@dataclass(slots=True)
class Messages:
    """The entries of one file, column by column, oldest first; equal times in the order of sending.

    What nearly all entries have is an Arrow column: nothing is made for each entry, and another thread can
    work meanwhile. What only few have stands in a dict or a set, by the entry's index in the columns, from 0.
    Iterating gives objects, one by one.
    """

    senders: pa.DictionaryArray
    """Display names; `''` where the archive has none."""
    sent_at_ms: pa.Int64Array
    kinds: pa.DictionaryArray
    """Of `KINDS`."""
    bodies: pa.StringArray
    """Null where there are no words."""
    share_urls: dict[int, str] = field(default_factory=dict)
    share_texts: dict[int, str] = field(default_factory=dict)
    call_seconds: dict[int, int] = field(default_factory=dict)
    unsent: set[int] = field(default_factory=set)
    taken_down: set[int] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    attachments: pa.RecordBatch = field(default_factory=lambda: table_of(ATTACHMENTS, ()))
    """The files that entries name: `ATTACHMENTS`, by entry."""
    reactions: pa.RecordBatch = field(default_factory=lambda: table_of(REACTIONS, ()))
    """`REACTIONS`, by entry, none twice."""

    @classmethod
    def of(cls, messages: Iterable[Message]) -> "Messages":
        """Return messages as columns."""
        listed = list(messages)
        kinds = pa.array([KINDS.index(message.kind) for message in listed], pa.int8())
        made = cls(
            pa.array([message.sender for message in listed], pa.string()).dictionary_encode(),
            pa.array([message.sent_at_ms for message in listed], pa.int64()),
            pa.DictionaryArray.from_arrays(kinds, pa.array(KINDS)),
            pa.array([message.body for message in listed], pa.string()),
        )
        for index, message in enumerate(listed):
            made._note(index, message)
        attachments = [
            (index, number, item.kind, item.uri)
            for index, message in enumerate(listed)
            for number, item in enumerate(message.attachments, start=1)
        ]
        reactions = [
            (index, item.emoji, item.actor, item.reacted_at_ms)
            for index, message in enumerate(listed)
            for item in dict.fromkeys(message.reactions)
        ]
        made.attachments, made.reactions = table_of(ATTACHMENTS, attachments), table_of(REACTIONS, reactions)
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

    def where(self, mask: pa.BooleanArray) -> "Messages":
        """Return the entries for which the mask is true, in their order."""
        place = {index: number for number, index in enumerate(pc.indices_nonzero(mask).to_pylist())}

        def kept(values: dict[int, T]) -> dict[int, T]:
            return {place[index]: value for index, value in values.items() if index in place}

        def kept_of(indexes: set[int]) -> set[int]:
            return {place[index] for index in indexes & place.keys()}

        return Messages(
            self.senders.filter(mask),
            self.sent_at_ms.filter(mask),
            self.kinds.filter(mask),
            self.bodies.filter(mask),
            kept(self.share_urls),
            kept(self.share_texts),
            kept(self.call_seconds),
            kept_of(self.unsent),
            kept_of(self.taken_down),
            kept_of(self.sentences),
            _renumbered(self.attachments, place),
            _renumbered(self.reactions, place),
        )

    @property
    def names(self) -> list[str]:
        """Those who sent something, in the order of their first message."""
        names: list[str] = self.senders.dictionary.to_pylist()
        return [names[index] for index in self.senders.indices.unique().to_pylist()]

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.sent_at_ms)

    def __iter__(self) -> Iterator[Message]:
        """Yield the entries one by one."""
        attachments: defaultdict[int, list[Attachment]] = defaultdict(list)
        for row in self.attachments.to_pylist():
            attachments[row["entry_no"]].append(Attachment(row["kind"], row["uri"]))
        reactions: defaultdict[int, list[Reaction]] = defaultdict(list)
        for row in self.reactions.to_pylist():
            reactions[row["entry_no"]].append(Reaction(row["emoji"], row["actor"], row["reacted_at_ms"]))
        columns = (self.senders, self.sent_at_ms, self.kinds, self.bodies)
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        for index, (sender, sent_at_ms, kind, body) in enumerate(rows):
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
                tuple(attachments[index]) if index in attachments else (),
                tuple(reactions[index]) if index in reactions else (),
            )


def table_of(columns: pa.Schema, rows: Collection[tuple[object, ...]]) -> pa.RecordBatch:
    """Return rows, values in the order of the columns."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(column, field.type) for column, field in zip(values, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=columns)


def _renumbered(table: pa.RecordBatch, place: Mapping[int, int]) -> pa.RecordBatch:
    """Return the rows of those entries that have a new place, with that."""
    moved = pa.array([place.get(index) for index in table["entry_no"].to_pylist()], pa.int32())
    return table.set_column(0, "entry_no", moved).filter(moved.is_valid())
