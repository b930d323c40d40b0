"""Rows of a batch on their way into the store: staged in temporary tables, merged by `sql/import/`.

The merging itself (what is new, what is known, in which order) is SQL, so that it costs the same however
large a thread is; here rows become Arrow tables, and new messages get their ids.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.database import append, fetch
from rolecall.imports.identity import COLUMNS, Identity
from rolecall.imports.renames import apply_renames
from rolecall.imports.statements import statements
from rolecall.records import Message, Thread

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
    ]
)
_PEOPLE = pa.schema([("thread_id", pa.int64()), ("participant_id", pa.int64())])
_NAMES = pa.schema([("participant_id", pa.int64()), ("name", pa.string())])
_KEYS = pa.schema(
    [
        ("thread_id", pa.int64()),
        ("source", pa.string()),
        ("key_kind", pa.string()),
        ("key_value", pa.string()),
    ]
)
# A part with a higher number lies before one with a lower in time, and none has so many entries; between
# two places there is room for messages of other downloads that claim the same one.
_PLACE_STRIDE = 1024
_PART_STRIDE = 10**9 * _PLACE_STRIDE
# Effects of a matched entry (sql/import/tables/19) that change what the store says.
_CHANGES = ("replace", "unsend", "fill", "recognise")
_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000


class Batch:
    """The rows of some whole threads, staged inside one running transaction."""

    def __init__(
        self, connection: sa.Connection, identity: Identity, import_id: int, newest_at_ms: int
    ) -> None:
        """Make the temporary tables; `newest_at_ms` is the clock of the download."""
        self._connection = connection
        self._identity = identity
        self._clock = {"import_id": import_id, "newest_at_ms": newest_at_ms}
        self._file_no = 0
        self.staged_count = 0
        for statement in statements("tables").values():
            connection.exec_driver_sql(statement)

    def stage(self, thread: Thread, attachment_statuses: dict[str, str]) -> int:
        """Stage one file's part of a thread and return the thread's id.

        `attachment_statuses` tells of each uri that the file names whether that is there.
        """
        connection = self._connection
        thread_id = self._identity.thread(thread)
        names = dict.fromkeys((*thread.participants, *(message.sender for message in thread.messages)))
        people = {name: self._identity.member(name, thread.source, thread_id) for name in names}
        self._file_no += 1
        append(
            connection, "staged_people", _table(_PEOPLE, [(thread_id, person) for person in people.values()])
        )
        append(connection, "staged_messages", self._message_rows(thread, thread_id, people))
        append(connection, "staged_attachments", self._attachment_rows(thread.messages, attachment_statuses))
        append(connection, "staged_reactions", self._reaction_rows(thread, thread_id))
        # Times in the future are slips; they must not make every later download an older one.
        latest = self._clock["newest_at_ms"]
        every_time = [message.sent_at_ms for message in thread.messages]
        times = [sent_at_ms for sent_at_ms in every_time if sent_at_ms <= latest] or every_time
        about = (thread.title, thread.source, thread.section, thread.is_still_participant, thread.is_group)
        reach = (thread.part_no, min(times, default=None), max(times, default=None))
        append(connection, "staged_threads", _table(_THREADS, [(thread_id, self._file_no, *reach, *about)]))
        keys = [(thread_id, thread.source, key.kind, key.value) for key in thread.keys]
        append(connection, "staged_keys", _table(_KEYS, keys))
        self.staged_count += len(thread.messages)
        return thread_id

    def merge(self) -> Counter[str]:
        """Write what is staged to the store; return how many messages were added, changed and known."""
        self._write_people_and_threads()
        for name, statement in statements("steps").items():
            self._connection.execute(sa.text(statement), self._clock)
            if name.endswith("stored_times"):
                apply_renames(self._connection, self._identity)
            elif name.endswith("new_entries"):
                self._give_ids()
        counts: Counter[str] = Counter(added_count=self._count("new_ids"))
        effects = self._connection.execute(
            sa.text("select effect, count(*) as entry_count from matched_entries group by effect")
        )
        for effect, entry_count in effects:
            counts["changed_count" if effect in _CHANGES else "known_count"] += entry_count
        for table in statements("tables"):
            self._connection.exec_driver_sql(f"drop table {table.split('_', 1)[1]}")
        return counts

    def _write_people_and_threads(self) -> None:
        new = self._identity.new
        for table, columns in COLUMNS.items():
            found = getattr(new, table)
            if found:
                append(self._connection, table, _rows_table(columns, found))
                found.clear()
        append(self._connection, "staged_names", _table(_NAMES, list(self._identity.named.items())))

    def _count(self, table: str) -> int:
        return int(self._connection.execute(sa.text(f"select count(*) from {table}")).scalar_one())

    def _give_ids(self) -> None:
        """Give new messages ids made from thread, time and occurrence; one that is taken is made anew."""
        columns = "staged_no, thread_id, sent_at_ms, occurrence_no"
        wanted = fetch(self._connection, f"select {columns} from new_entries")
        salt = 0
        while wanted.num_rows:
            ids = message_ids(wanted["thread_id"], wanted["sent_at_ms"], wanted["occurrence_no"], salt)
            given = pa.table(
                {"staged_no": wanted["staged_no"], "thread_id": wanted["thread_id"], "message_id": ids}
            )
            append(self._connection, "new_ids", given)
            clashes = fetch(self._connection, statements("questions")["clashes"])[
                "staged_no"
            ].combine_chunks()
            if len(clashes):
                taken = ", ".join(str(number) for number in clashes.to_pylist())
                self._connection.exec_driver_sql(f"delete from new_ids where staged_no in ({taken})")
            wanted = wanted.filter(pc.is_in(wanted["staged_no"], value_set=clashes))
            salt += 1

    def _message_rows(self, thread: Thread, thread_id: int, people: dict[str, int]) -> pa.Table:
        messages = thread.messages
        count = len(messages)
        times = pa.array([message.sent_at_ms for message in messages], pa.int64())
        first_ordinal = (1 - thread.part_no) * _PART_STRIDE
        columns = [
            pa.array(range(self.staged_count, self.staged_count + count), pa.int64()),
            pa.repeat(pa.scalar(self._file_no, pa.int64()), count),
            pa.repeat(pa.scalar(thread_id, pa.int64()), count),
            pa.repeat(pa.scalar(self._identity.bucket(thread_id), pa.int64()), count),
            [people[message.sender] for message in messages],
            times,
            _timestamps(times),
            pa.array(range(first_ordinal, first_ordinal + count * _PLACE_STRIDE, _PLACE_STRIDE), pa.int64()),
            [message.kind for message in messages],
            [message.body for message in messages],
            [message.share_url for message in messages],
            [message.share_text for message in messages],
            [",".join([item.kind for item in message.attachments]) for message in messages],
            [message.call_seconds for message in messages],
            [message.is_unsent for message in messages],
            [message.is_taken_down for message in messages],
            [message.is_sentence for message in messages],
            [(message.body or "").startswith(f"{message.sender} ") for message in messages],
        ]
        return pa.Table.from_arrays(
            [pa.array(column, field.type) for column, field in zip(columns, _MESSAGES, strict=True)],
            schema=_MESSAGES,
        )

    def _numbered(self, messages: list[Message]) -> Iterator[tuple[int, Message]]:
        return enumerate(messages, start=self.staged_count)

    def _attachment_rows(self, messages: list[Message], statuses: dict[str, str]) -> pa.Table:
        found = [
            (staged_no, attachment_no, item.kind, item.uri, statuses[item.uri])
            for staged_no, message in self._numbered(messages)
            if message.attachments
            for attachment_no, item in enumerate(message.attachments, start=1)
        ]
        return _table(_ATTACHMENTS, found)

    def _reaction_rows(self, thread: Thread, thread_id: int) -> pa.Table:
        found = [
            (
                staged_no,
                self._identity.person(item.actor, thread.source, thread_id),
                item.emoji,
                item.reacted_at_ms,
            )
            for staged_no, message in self._numbered(thread.messages)
            if message.reactions
            for item in dict.fromkeys(message.reactions)
        ]
        return _table(_REACTIONS, found)


def message_ids(thread_ids: pa.Array, times: pa.Array, occurrences: pa.Array, salt: int = 0) -> pa.Array:
    """Return the 63-bit ids of messages, one for each (thread, time in ms, occurrence at that time).

    The finalizer of SplitMix64, applied to one part after the other: every engine and machine gives the same.
    """
    mixed = pa.repeat(pa.scalar(salt, pa.uint64()), len(times))
    for part in (thread_ids, times, occurrences):
        unsigned = pc.cast(part, pa.uint64(), safe=False)
        mixed = _mix(pc.add(pc.multiply(mixed, pa.scalar(0x9E3779B97F4A7C15, pa.uint64())), unsigned))
    return pc.cast(pc.shift_right(mixed, pa.scalar(1, pa.uint64())), pa.int64())


def _mix(value: pa.Array) -> pa.Array:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = pc.bit_wise_xor(value, pc.shift_right(value, pa.scalar(shift, pa.uint64())))
        value = pc.multiply(value, pa.scalar(factor, pa.uint64()))
    return pc.bit_wise_xor(value, pc.shift_right(value, pa.scalar(31, pa.uint64())))


def _timestamps(times: pa.Array) -> pa.Array:
    """Return times as timestamps, null where people have no calendar for them."""
    is_dated = pc.and_(pc.greater_equal(times, _YEAR_1_MS), pc.less(times, _YEAR_10000_MS))
    dated = pc.if_else(is_dated, times, pa.scalar(None, pa.int64()))
    return pc.cast(pc.cast(dated, pa.timestamp("ms")), pa.timestamp("us"))


def _table(schema: pa.Schema, found: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*found, strict=True) if found else [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _rows_table(columns: tuple[str, ...], found: list[tuple[object, ...]]) -> pa.Table:
    return pa.table(
        dict(zip(columns, (pa.array(column) for column in zip(*found, strict=True)), strict=True))
    )
