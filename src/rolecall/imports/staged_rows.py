"""What one file says of its thread, as Arrow rows for the temporary tables of an import."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.records import Messages, Thread
from rolecall.imports.tables import Row, schema_of, table_of_columns
from rolecall.sentences import is_deleted_account

# Between two slots of an instant there is room for messages of other downloads that claim the same one; no
# instant has a million messages in one part.
_SLOT_STRIDE = 1024
_PART_STRIDE = 1_000_000 * _SLOT_STRIDE
_MOST_PARTS = 1_000_000
_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows of a file go."""

    thread_id: int
    bucket: int
    file_no: int
    first_no: int
    """Number of its first entry in the batch."""


def message_rows(thread: Thread, target: Target, people: Mapping[str, int]) -> pa.Table:
    """Return the entries of a file, in their order; `people` are participants by display name."""
    messages = thread.messages
    count = len(messages)
    times = pa.array(messages.sent_at_ms, pa.int64())
    openings = {sender: f"{sender} " for sender in people}
    columns = [
        pa.array(range(target.first_no, target.first_no + count), pa.int64()),
        pa.repeat(pa.scalar(target.file_no, pa.int64()), count),
        pa.repeat(pa.scalar(target.thread_id, pa.int64()), count),
        pa.repeat(pa.scalar(target.bucket, pa.int64()), count),
        [people[sender] for sender in messages.senders],
        pa.nulls(count, pa.int64()),
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
    return table_of_columns(schema_of("staged_messages"), columns)


def media(messages: Messages) -> dict[int, str]:
    """Return the kinds of the files of each entry that has some: index -> `photo,photo`."""
    return {index: ",".join([item.kind for item in items]) for index, items in messages.attachments.items()}


def attachment_rows(messages: Messages, first_no: int, status: Callable[[str], str]) -> list[Row]:
    """Return the files that entries name; `status` tells of a uri whether it is there."""
    return [
        (first_no + index, attachment_no, item.kind, item.uri, status(item.uri))
        for index, items in messages.attachments.items()
        for attachment_no, item in enumerate(items, start=1)
    ]


def reaction_rows(messages: Messages, first_no: int, person: Callable[[str], int]) -> list[Row]:
    """Return the reactions to entries; `person` gives the participant of a display name."""
    actors = {item.actor for items in messages.reactions.values() for item in items}
    people = {actor: person(actor) for actor in sorted(actors)}
    return [
        (first_no + index, people[item.actor], item.emoji, item.reacted_at_ms)
        for index, items in messages.reactions.items()
        for item in dict.fromkeys(items)
    ]


def thread_rows(thread: Thread, target: Target, latest_at_ms: int) -> list[Row]:
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
    return [(target.thread_id, target.file_no, *reach, *about, nameless_count, thread.is_in_seconds)]


def people_rows(thread: Thread, thread_id: int, people: Mapping[str, int]) -> list[Row]:
    """Return the people whom the file lists, or who wrote; who has no name and is not listed is nobody."""
    return [(thread_id, person, bool(name) or name in thread.participants) for name, person in people.items()]


def key_rows(thread: Thread, thread_id: int) -> list[Row]:
    """Return the keys by which the file names its thread."""
    return [(thread_id, thread.source, key.kind, key.value) for key in thread.keys]


def ordinals(times: list[int], part_no: int) -> list[int]:
    """Return where each message of a file stands among those of its thread at its time.

    The slot within the instant says it, so that all downloads of a thread agree. Only at the ends of a part
    an instant may go on in the next: there what stands in an older part (a higher number) comes first.

    Args:
        times: Of the messages, in the order of sending; that of a damaged file may step back.
        part_no: 1 is the newest.
    """
    slots = [0] * len(times)
    if times != sorted(times):
        seen: Counter[int] = Counter()
        for index, sent_at_ms in enumerate(times):
            slots[index] = seen[sent_at_ms] * _SLOT_STRIDE
            seen[sent_at_ms] += 1
    else:
        for index in [index for index, (before, after) in enumerate(pairwise(times), 1) if before == after]:
            slots[index] = slots[index - 1] + _SLOT_STRIDE
    if part_no > 1 and times:
        shift = (1 - min(part_no, _MOST_PARTS)) * _PART_STRIDE
        ends = (min(times), max(times))
        slots = [
            slot + shift if sent_at_ms in ends else slot
            for slot, sent_at_ms in zip(slots, times, strict=True)
        ]
    return slots


def _timestamps(times: pa.Array) -> pa.Array:
    """Return times as timestamps, null where people have no calendar for them."""
    is_dated = pc.and_(pc.greater_equal(times, _YEAR_1_MS), pc.less(times, _YEAR_10000_MS))
    dated = pc.if_else(is_dated, times, pa.scalar(None, pa.int64()))
    return pc.cast(pc.cast(dated, pa.timestamp("ms")), pa.timestamp("us"))


def _filled(values: Mapping[int, object], count: int, otherwise: pa.Scalar) -> pa.Array | list[object]:
    """Return a column that few entries have a value in, and most files none."""
    if not values:
        return pa.repeat(otherwise, count)
    column = [otherwise.as_py()] * count
    for index, value in values.items():
        column[index] = value
    return column
