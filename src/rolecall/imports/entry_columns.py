"""The entries of a file as rows of the store's own tables, or of those in which they are compared."""

from array import array
from collections import Counter
from collections.abc import Mapping
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.messages import Messages
from rolecall.imports.message_ids import message_ids
from rolecall.imports.parts import Part
from rolecall.imports.tables import schema, schema_of, table_of_columns

# Between two slots of an instant there is room for messages of other downloads that claim the same one; no
# instant has a million messages in one part.
_SLOT_STRIDE = 1024
_PART_STRIDE = 1_000_000 * _SLOT_STRIDE
_MOST_PARTS = 1_000_000
_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000
_FALSE = pa.scalar(False, pa.bool_())
_NO_TEXT = pa.scalar(None, pa.string())

MESSAGES = schema(
    "message_id bigint, bucket bigint, thread_id bigint, participant_id bigint, sent_at_ms bigint,"
    " sent_at timestamp, ordinal bigint, kind varchar, body varchar, share_url varchar, share_text varchar,"
    " call_seconds bigint, is_unsent boolean, is_taken_down boolean, first_import_id bigint,"
    " last_import_id bigint"
)
ATTACHMENTS = schema(
    "thread_id bigint, message_id bigint, attachment_no bigint, kind varchar, uri varchar, status varchar"
)
REACTIONS = schema(
    "thread_id bigint, message_id bigint, participant_id bigint, emoji varchar, reacted_at_ms bigint"
)


def new_ids(part: Part) -> pa.Int64Array:
    """Return the ids of entries of which the store has nothing of the chat at their times.

    They are made as `GIVE_IDS` does (`staging`): from chat, time and the number within the instant.
    """
    times = part.messages.sent_at_ms
    numbers = pc.add(pc.divide(_slots(times), _number(_SLOT_STRIDE)), _number(1))
    return message_ids(_repeated(part.thread_id, len(times)), times, numbers)


def new_messages(part: Part, ids: pa.Int64Array, import_id: int) -> pa.Table:
    """Return entries as rows of `messages`, given their ids."""
    columns = _columns(part)
    columns["message_id"] = ids
    columns["first_import_id"] = columns["last_import_id"] = _repeated(import_id, len(ids))
    return table_of_columns(MESSAGES, [columns[name] for name in MESSAGES.names])


def new_attachments(part: Part, ids: pa.Int64Array) -> pa.Table:
    """Return the files of new messages, given the ids of all the part's entries."""
    files = part.messages.attachments
    columns = [*_whose(part, files, ids), files["attachment_no"], files["kind"], files["uri"]]
    return table_of_columns(ATTACHMENTS, [*columns, _statuses(part)])


def new_reactions(part: Part, ids: pa.Int64Array) -> pa.Table:
    """Return the reactions to new messages, given the ids of all the part's entries."""
    reactions = part.messages.reactions
    columns = [*_whose(part, reactions, ids), _actors(part), reactions["emoji"], reactions["reacted_at_ms"]]
    return table_of_columns(REACTIONS, columns)


def staged_messages(part: Part, first_no: int) -> pa.Table:
    """Return entries as rows of `staged_messages`, numbered from `first_no` on."""
    messages, count = part.messages, len(part.messages)
    columns = _columns(part)
    columns["staged_no"] = pa.array(range(first_no, first_no + count), pa.int64())
    columns["file_no"] = _repeated(part.file_no, count)
    columns["media"] = _filled(_media(messages), count, pa.scalar("", pa.string()))
    columns["is_sentence"] = _flags(messages.sentences, count)
    columns["names_sender"] = _names_sender(messages)
    staged = schema_of("staged_messages")
    return table_of_columns(staged, [columns[name] for name in staged.names])


def staged_attachments(part: Part, first_no: int) -> pa.Table:
    """Return the files that entries name, as rows of `staged_attachments`."""
    files = part.messages.attachments
    columns = [_staged_nos(files, first_no), files["attachment_no"], files["kind"], files["uri"]]
    return table_of_columns(schema_of("staged_attachments"), [*columns, _statuses(part)])


def staged_reactions(part: Part, first_no: int) -> pa.Table:
    """Return the reactions to entries, as rows of `staged_reactions`."""
    reactions = part.messages.reactions
    columns = [
        _staged_nos(reactions, first_no),
        _actors(part),
        reactions["emoji"],
        reactions["reacted_at_ms"],
    ]
    return table_of_columns(schema_of("staged_reactions"), columns)


def _whose(part: Part, table: pa.RecordBatch, ids: pa.Int64Array) -> list[pa.Array]:
    """Return chat and message of what few entries have."""
    return [_repeated(part.thread_id, len(table)), ids.take(table["entry_no"])]


def _staged_nos(table: pa.RecordBatch, first_no: int) -> pa.Int64Array:
    return pc.add(table["entry_no"].cast(pa.int64()), _number(first_no))


def _statuses(part: Part) -> list[str]:
    return [part.status(uri) for uri in part.messages.attachments["uri"].to_pylist()]


def _actors(part: Part) -> pa.Int64Array:
    """Return who made each reaction."""
    return _people(part.messages.reactions["actor"].dictionary_encode(), part.actors)


def _columns(part: Part) -> dict[str, object]:
    """Return the columns that both kinds of tables have, by name."""
    messages, count = part.messages, len(part.messages)
    return {
        "bucket": _repeated(part.bucket, count),
        "thread_id": _repeated(part.thread_id, count),
        "participant_id": _people(messages.senders, part.people),
        "sent_at_ms": messages.sent_at_ms,
        "sent_at": _timestamps(messages.sent_at_ms),
        "ordinal": _ordinals(part, _slots(messages.sent_at_ms)),
        "kind": messages.kinds.cast(pa.string()),
        "body": messages.bodies,
        "share_url": _filled(messages.share_urls, count, _NO_TEXT),
        "share_text": _filled(messages.share_texts, count, _NO_TEXT),
        "call_seconds": _filled(messages.call_seconds, count, _number(None)),
        "is_unsent": _flags(messages.unsent, count),
        "is_taken_down": _flags(messages.taken_down, count),
    }


def _repeated(number: int, count: int) -> pa.Int64Array:
    return pa.repeat(_number(number), count)


def _number(value: int | None) -> pa.Scalar:
    """Return a number for a calculation with a column; where Arrow must find out its type, it costs more."""
    return pa.scalar(value, pa.int64())


def _people(names: pa.DictionaryArray, people: Mapping[str, int]) -> pa.Int64Array:
    """Return the participant of each name."""
    ids = [people[name] for name in names.dictionary.to_pylist()]
    return pa.array(ids, pa.int64()).take(names.indices)


def _media(messages: Messages) -> dict[int, str]:
    """Return the kinds of the files of each entry that has some: index -> `photo,photo`."""
    media: dict[int, str] = {}
    columns = (messages.attachments["entry_no"], messages.attachments["kind"])
    for index, kind in zip(*(column.to_pylist() for column in columns), strict=True):
        media[index] = f"{media[index]},{kind}" if index in media else kind
    return media


def _names_sender(messages: Messages) -> pa.BooleanArray:
    """Return of each entry whether its words begin with its sender's name."""
    senders = messages.senders
    none = pa.repeat(_FALSE, len(messages))
    of_each = (
        pc.and_(pc.equal(senders.indices, number), pc.starts_with(messages.bodies, f"{name} "))
        for number, name in enumerate(senders.dictionary.to_pylist())
    )
    return pc.fill_null(reduce(pc.or_, of_each, none), _FALSE)


def _slots(times: pa.Int64Array) -> pa.Int64Array:
    """Return where each entry of a file stands among those of its instant, the first at 0.

    Args:
        times: In the order of sending; that of a damaged file may step back.
    """
    slots = array("q", bytes(8 * len(times)))
    before, after = times[:-1], times[1:]
    if pc.all(pc.less_equal(before, after)).as_py() is not False:
        for index in pc.indices_nonzero(pc.equal(before, after)).to_pylist():
            slots[index + 1] = slots[index] + _SLOT_STRIDE
    else:
        seen: Counter[int] = Counter()
        for index, sent_at_ms in enumerate(times.to_pylist()):
            slots[index] = seen[sent_at_ms] * _SLOT_STRIDE
            seen[sent_at_ms] += 1
    return pa.Array.from_buffers(pa.int64(), len(times), [None, pa.py_buffer(slots)])


def _ordinals(part: Part, slots: pa.Int64Array) -> pa.Int64Array:
    """Return where each entry stands among those of its chat at its time.

    The slot within the instant says it, so that all downloads of a chat agree. Only at the ends of a part an
    instant may go on in the next: there what stands in an older part (a higher number) comes first.
    """
    part_no, times = part.thread.part_no, part.messages.sent_at_ms
    if part_no <= 1 or part.ends is None:
        return slots
    shift = (1 - min(part_no, _MOST_PARTS)) * _PART_STRIDE
    is_end = pc.is_in(times, value_set=pa.array(part.ends, pa.int64()))
    return pc.if_else(is_end, pc.add(slots, _number(shift)), slots)


def _timestamps(times: pa.Int64Array) -> pa.Array:
    """Return times as timestamps, null where people have no calendar for them."""
    is_dated = pc.and_(pc.greater_equal(times, _number(_YEAR_1_MS)), pc.less(times, _number(_YEAR_10000_MS)))
    dated = pc.if_else(is_dated, times, _number(None))
    return pc.cast(pc.cast(dated, pa.timestamp("ms")), pa.timestamp("us"))


def _flags(indexes: set[int], count: int) -> pa.BooleanArray:
    """Return a column that is true at few indexes."""
    return pa.array(_filled(dict.fromkeys(indexes, True), count, _FALSE), pa.bool_())


def _filled(values: Mapping[int, object], count: int, otherwise: pa.Scalar) -> pa.Array | list[object]:
    """Return a column that few entries have a value in, and most files none."""
    if not values:
        return pa.repeat(otherwise, count)
    column = [otherwise.as_py()] * count
    for index, value in values.items():
        column[index] = value
    return column
