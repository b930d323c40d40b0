"""The columns of a file's messages while their kinds are being decided."""

from array import array
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.messages import ATTACHMENTS, KINDS, REACTIONS, Messages, table_of

# Scalars of a type that is told: where Arrow must find it out, each use costs as much as a thousand entries.
_NOTHING, _NO_TEXT = pa.scalar(0, pa.int32()), pa.scalar(None, pa.string())
_KINDS = pa.array(KINDS, pa.string())
_KIND_NO = {kind: number for number, kind in enumerate(KINDS)}


class Columns:
    """Entries whose kinds are at first those of their words alone: text, or empty where there are none."""

    def __init__(self, senders: pa.DictionaryArray, sent_at_ms: Sequence[int], texts: pa.StringArray) -> None:
        """Take what nearly all entries have, oldest first."""
        self._senders = senders
        self._sent_at_ms = sent_at_ms
        self._texts = texts
        is_empty = pc.equal(pc.binary_length(texts), _NOTHING).cast(pa.uint8())
        self._kinds = array("b", is_empty.buffers()[1].to_pybytes()[: len(texts)] if len(texts) else b"")
        self.share_urls: dict[int, str] = {}
        self.share_texts: dict[int, str] = {}
        self.call_seconds: dict[int, int] = {}
        self.unsent: set[int] = set()
        self.taken_down: set[int] = set()
        self.sentences: set[int] = set()
        self.wordless: set[int] = set()
        """Entries whose words are left out."""
        self._attachments: list[tuple[int, int, str, str]] = []
        self._reactions: list[tuple[int, str, str, int | None]] = []

    def sender(self, index: int) -> str:
        """Return who sent an entry."""
        name: str = self._senders[index].as_py()
        return name

    def text(self, index: int) -> str:
        """Return the words of an entry; `''` where there are none."""
        text: str = self._texts[index].as_py()
        return text

    def kind(self, index: int) -> str:
        """Return the kind of an entry, as it is decided so far."""
        return KINDS[self._kinds[index]]

    def decide(self, index: int, kind: str) -> None:
        """Give an entry another kind."""
        self._kinds[index] = _KIND_NO[kind]

    def attach(self, index: int, files: Iterable[tuple[str, str]]) -> None:
        """Take the files that an entry names, each a kind and a uri."""
        self._attachments += [(index, number, *file) for number, file in enumerate(files, start=1)]

    def react(self, index: int, reactions: Iterable[tuple[str, str, int | None]]) -> None:
        """Take the reactions to an entry, each an emoji, who, and when."""
        self._reactions += [(index, *reaction) for reaction in reactions]

    def messages(self) -> Messages:
        """Return the entries as they were decided."""
        is_wordless = pc.equal(pc.binary_length(self._texts), _NOTHING)
        if self.wordless:
            is_left_out = array("b", bytes(len(self._texts)))
            for index in self.wordless:
                is_left_out[index] = 1
            is_wordless = pc.or_(is_wordless, column_of(is_left_out).cast(pa.bool_()))
        return Messages(
            self._senders,
            column_of(array("q", self._sent_at_ms)),
            pa.DictionaryArray.from_arrays(column_of(self._kinds), _KINDS),
            pc.if_else(is_wordless, _NO_TEXT, self._texts),
            self.share_urls,
            self.share_texts,
            self.call_seconds,
            self.unsent,
            self.taken_down,
            self.sentences,
            table_of(ATTACHMENTS, self._attachments),
            table_of(REACTIONS, list(dict.fromkeys(self._reactions))),
        )


_TYPES = {"b": pa.int8(), "i": pa.int32(), "q": pa.int64()}


def column_of(numbers: "array[int]") -> pa.Array:
    """Return numbers as an Arrow column, which shares their memory."""
    return pa.Array.from_buffers(_TYPES[numbers.typecode], len(numbers), [None, pa.py_buffer(numbers)])
