"""What one file says of its thread, as Arrow rows for the temporary tables of an import."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.records import Messages, Thread
from rolecall.sentences import is_deleted_account

_MESSAGES = pa.schema(
    [
        ("staged_no", pa.int64()),
        ("file_no", pa.int64()),
        ("thread_id", pa.int64()),
        ("bucket", pa.int64()),
        ("participant_id", pa.int64()),
        ("sent_at_ms", pa.int64()),
        ("sent_at", pa.timestamp("us")),
        ("ordinal", pa.int64()),
        ("kind", pa.string()),
        ("body", pa.string()),
        ("share_url", pa.string()),
        ("share_text", pa.string()),
        ("media", pa.string()),
        ("call_seconds", pa.int64()),
        ("is_unsent", pa.bool_()),
        ("is_taken_down", pa.bool_()),
        ("is_sentence", pa.bool_()),
        ("names_sender", pa.bool_()),
    ]
)
_ATTACHMENTS = pa.schema(
    [
        ("staged_no", pa.int64()),
        ("attachment_no", pa.int64()),
        ("kind", pa.string()),
        ("uri", pa.string()),
        ("status", pa.string()),
    ]
)
_REACTIONS = pa.schema(
    [
        ("staged_no", pa.int64()),
        ("participant_id", pa.int64()),
        ("emoji", pa.string()),
        ("reacted_at_ms", pa.int64()),
    ]
)
_THREADS = pa.schema(
    [
        ("thread_id", pa.int64()),
        ("file_no", pa.int64()),
        ("part_no", pa.int64()),
        ("first_at_ms", pa.int64()),
        ("newest_at_ms", pa.int64()),
        ("title", pa.string()),
        ("source", pa.string()),
        ("section", pa.string()),
        ("is_still_participant", pa.bool_()),
        ("is_group", pa.bool_()),
        ("nameless_count", pa.int64()),
        ("is_in_seconds", pa.bool_()),
    ]
)
_PEOPLE = pa.schema([("thread_id", pa.int64()), ("participant_id", pa.int64()), ("is_somebody", pa.bool_())])
_NAMES = pa.schema([("participant_id", pa.int64()), ("name", pa.string())])
_KEYS = pa.schema(
    [
        ("thread_id", pa.int64()),
        ("source", pa.string()),
        ("key_kind", pa.string()),
        ("key_value", pa.string()),
    ]
)
# What an import stages beside the entries themselves.
SCHEMAS = {
    "staged_people": _PEOPLE,
    "staged_attachments": _ATTACHMENTS,
    "staged_reactions": _REACTIONS,
    "staged_threads": _THREADS,
    "staged_keys": _KEYS,
    "staged_names": _NAMES,
}
Row = tuple[object, ...]
# Between two places of an instant there is room for messages of other downloads that claim the same one; no
# instant has a million messages in one part.
_PLACE_STRIDE = 1024
_PART_STRIDE = 1_000_000 * _PLACE_STRIDE
_MOST_PARTS = 1_000_000
_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a file go."""

    thread_id: int
    bucket: int
    file_no: int
    first_no: int
    """Number of its first entry in the batch."""


def message_rows(thread: Thread, place: Place, people: Mapping[str, int]) -> pa.Table:
    """Return the entries of a file, in their order; `people` are participants by display name."""
    messages = thread.messages
    count = len(messages)
    times = pa.array(messages.sent_at_ms, pa.int64())
    openings = {sender: f"{sender} " for sender in people}
    columns = [
        pa.array(range(place.first_no, place.first_no + count), pa.int64()),
        pa.repeat(pa.scalar(place.file_no, pa.int64()), count),
        pa.repeat(pa.scalar(place.thread_id, pa.int64()), count),
        pa.repeat(pa.scalar(place.bucket, pa.int64()), count),
        [people[sender] for sender in messages.senders],
        times,
        _timestamps(times),
        ordinals(messages.sent_at_ms, thread.part_no),
        messages.kinds,
        messages.bodies,
        _filled(messages.share_urls, count, pa.scalar(None, pa.string())),
        _filled(messages.share_texts, count, pa.scalar(None, pa.string())),
        _filled(media(messages), count, pa.scalar("")),
        _filled(messages.call_seconds, count, pa.scalar(None, pa.int64())),
        _filled(dict.fromkeys(messages.unsent, True), count, pa.scalar(False)),
        _filled(dict.fromkeys(messages.taken_down, True), count, pa.scalar(False)),
        _filled(dict.fromkeys(messages.sentences, True), count, pa.scalar(False)),
        [
            body is not None and body.startswith(openings[sender])
            for sender, body in zip(messages.senders, messages.bodies, strict=True)
        ],
    ]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, _MESSAGES, strict=True)],
        schema=_MESSAGES,
    )


def media(messages: Messages) -> dict[int, str]:
    """Return the kinds of the files of each entry that has some: place -> `photo,photo`."""
    return {place: ",".join([item.kind for item in found]) for place, found in messages.attachments.items()}


def attachment_rows(messages: Messages, first_no: int, status: Callable[[str], str]) -> list[Row]:
    """Return the files that entries name; `status` tells of a uri whether it is there."""
    return [
        (first_no + place, attachment_no, item.kind, item.uri, status(item.uri))
        for place, items in messages.attachments.items()
        for attachment_no, item in enumerate(items, start=1)
    ]


def reaction_rows(messages: Messages, first_no: int, person: Callable[[str], int]) -> list[Row]:
    """Return the reactions to entries; `person` gives the participant of a display name."""
    actors = {item.actor for items in messages.reactions.values() for item in items}
    people = {actor: person(actor) for actor in sorted(actors)}
    return [
        (first_no + place, people[item.actor], item.emoji, item.reacted_at_ms)
        for place, items in messages.reactions.items()
        for item in dict.fromkeys(items)
    ]


def thread_rows(thread: Thread, place: Place, latest_at_ms: int) -> list[Row]:
    """Return what the file says of its thread as a whole.

    Times after `latest_at_ms` are slips; they must not make every later download an older one.
    """
    every_time = thread.messages.sent_at_ms
    newest = max(every_time, default=None)
    if newest is not None and newest > latest_at_ms:
        every_time = [sent_at_ms for sent_at_ms in every_time if sent_at_ms <= latest_at_ms] or every_time
        newest = max(every_time)
    reach = (thread.part_no, min(every_time, default=None), newest)
    about = (thread.title, thread.source, thread.section, thread.is_still_participant, thread.is_group)
    nameless_count = sum(map(is_deleted_account, thread.participants))
    return [(place.thread_id, place.file_no, *reach, *about, nameless_count, thread.is_in_seconds)]


def people_rows(thread: Thread, thread_id: int, people: Mapping[str, int]) -> list[Row]:
    """Return the people whom the file lists, or who wrote; who has no name and is not listed is nobody."""
    return [(thread_id, person, bool(name) or name in thread.participants) for name, person in people.items()]


def key_rows(thread: Thread, thread_id: int) -> list[Row]:
    """Return the keys by which the file names its thread."""
    return [(thread_id, thread.source, key.kind, key.value) for key in thread.keys]


def ordinals(times: list[int], part_no: int) -> list[int]:
    """Return where each message of a file stands among those of its thread at its time.

    The place within the instant says it, so that all downloads of a thread agree. Only at the ends of a part
    an instant may go on in the next: there what stands in an older part (a higher number) comes first.

    Args:
        times: Of the messages, in the order of sending; that of a damaged file may step back.
        part_no: 1 is the newest.
    """
    found = [0] * len(times)
    if times != sorted(times):
        seen: Counter[int] = Counter()
        for index, sent_at_ms in enumerate(times):
            found[index] = seen[sent_at_ms] * _PLACE_STRIDE
            seen[sent_at_ms] += 1
    else:
        for index in [index for index, (before, after) in enumerate(pairwise(times), 1) if before == after]:
            found[index] = found[index - 1] + _PLACE_STRIDE
    if part_no > 1 and times:
        shift = (1 - min(part_no, _MOST_PARTS)) * _PART_STRIDE
        ends = (min(times), max(times))
        found = [
            ordinal + shift if sent_at_ms in ends else ordinal
            for ordinal, sent_at_ms in zip(found, times, strict=True)
        ]
    return found


def _timestamps(times: pa.Array) -> pa.Array:
    """Return times as timestamps, null where people have no calendar for them."""
    is_dated = pc.and_(pc.greater_equal(times, _YEAR_1_MS), pc.less(times, _YEAR_10000_MS))
    dated = pc.if_else(is_dated, times, pa.scalar(None, pa.int64()))
    return pc.cast(pc.cast(dated, pa.timestamp("ms")), pa.timestamp("us"))


def _filled(found: Mapping[int, object], count: int, otherwise: pa.Scalar) -> pa.Array | list[object]:
    """Return a column that few entries have a value in, and most files none."""
    if not found:
        return pa.repeat(otherwise, count)
    column = [otherwise.as_py()] * count
    for place, value in found.items():
        column[place] = value
    return column


def table_of_rows(table: str, found: Sequence[Row]) -> pa.Table:
    """Return rows of a table of `SCHEMAS` for Arrow. Each call costs, so it is made for many files."""
    schema = SCHEMAS[table]
    columns = zip(*found, strict=True) if found else [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
