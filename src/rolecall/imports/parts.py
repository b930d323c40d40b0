"""One file's part of a chat, once it is known whose it is: what it says of its people and of the chat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.messages import Messages
from rolecall.archives.records import Thread
from rolecall.imports.tables import Row
from rolecall.sentences import is_deleted_account


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries of one file, with the rows of the store that they belong to."""

    thread: Thread
    thread_id: int
    bucket: int
    file_no: int
    """In the order of reading, from 1."""
    people: Mapping[str, int]
    """Participants by display name: those listed, then those who sent something."""
    actors: Mapping[str, int]
    """Participants by display name: those who reacted."""
    status: Callable[[str], str]
    """Tells of a file that an entry names whether it is there."""
    ends: tuple[int, int] | None
    """The first and the newest time of the whole file; None where it has none."""

    @property
    def messages(self) -> Messages:
        """The entries."""
        return self.thread.messages

    def where(self, mask: pa.BooleanArray) -> "Part":
        """Return the same with those entries alone for which the mask is true."""
        return replace(self, thread=replace(self.thread, messages=self.messages.where(mask)))


def split(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Split parts of whole chats: entries of times that one file has, and those of times that several reach.

    The first cannot be repeated in another file. The parts of a chat follow each other in time, so these are
    nearly all.
    """
    alone: list[Part] = []
    shared: list[Part] = []
    chats: dict[int, list[Part]] = {}
    for part in parts:
        chats.setdefault(part.thread_id, []).append(part)
    for chat in chats.values():
        for part in chat:
            spans = [span for other in chat if other is not part and (span := _common(part, other))]
            if not spans:
                alone.append(part)
                continue
            is_shared = _is_within(part.messages.sent_at_ms, spans)
            alone.append(part.where(pc.invert(is_shared)))
            shared.append(part.where(is_shared))
    return alone, shared


def _common(part: Part, other: Part) -> tuple[int, int] | None:
    """Return the first and last time that two files may both have; None when there is none."""
    if part.ends is None or other.ends is None:
        return None
    first, last = max(part.ends[0], other.ends[0]), min(part.ends[1], other.ends[1])
    return (first, last) if first <= last else None


def _is_within(times: pa.Int64Array, spans: list[tuple[int, int]]) -> pa.BooleanArray:
    found = pc.and_(pc.greater_equal(times, spans[0][0]), pc.less_equal(times, spans[0][1]))
    for first, last in spans[1:]:
        found = pc.or_(found, pc.and_(pc.greater_equal(times, first), pc.less_equal(times, last)))
    return found


def thread_row(part: Part, latest_at_ms: int) -> Row:
    """Return what the file says of its chat as a whole.

    Times after `latest_at_ms` are slips; they must not make every later download an older one.
    """
    thread, ends = part.thread, part.ends
    if ends and ends[1] > latest_at_ms:
        times = thread.messages.sent_at_ms
        ends = ends_of(times.filter(pc.less_equal(times, latest_at_ms))) or ends
    return (
        part.thread_id,
        part.file_no,
        thread.part_no,
        *(ends or (None, None)),
        thread.title,
        thread.shown_source,
        thread.section,
        thread.is_still_participant,
        thread.is_group,
        sum(map(is_deleted_account, thread.participants)),
        thread.is_in_seconds,
    )


def ends_of(times: pa.Int64Array) -> tuple[int, int] | None:
    """Return the first and the newest of some times; None where there is none."""
    ends = pc.min_max(times)
    return (ends["min"].as_py(), ends["max"].as_py()) if len(times) else None


def people_rows(part: Part) -> list[Row]:
    """Return the people whom the file lists, or who wrote; who has no name and is not listed is nobody."""
    listed = part.thread.participants
    return [(part.thread_id, person, bool(name) or name in listed) for name, person in part.people.items()]


def key_rows(part: Part) -> list[Row]:
    """Return the keys by which the file names its chat."""
    return [(part.thread_id, part.thread.source, key.kind, key.value) for key in part.thread.keys]
