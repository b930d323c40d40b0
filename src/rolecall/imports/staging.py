"""The entries of a batch on their way into the store.

What the store cannot know goes straight into its tables. What it may know is staged in temporary tables and
merged by `sql/import/`: what is new, what is known, in which order. Both are columns from the file to the
engine, so that a chat costs the same for each message however large it is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, compress

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.archives.records import Thread
from rolecall.imports.entry_columns import (
    new_attachments,
    new_ids,
    new_messages,
    new_reactions,
    staged_attachments,
    staged_messages,
    staged_reactions,
)
from rolecall.imports.identity.identity import SCHEMAS, Identity
from rolecall.imports.message_ids import message_ids
from rolecall.imports.parts import Part, ends_of, key_rows, people_rows, split, thread_row
from rolecall.imports.proofs.renames import apply_renames
from rolecall.imports.sequence import FRESH, KNOWN, KNOWN_IN_SECONDS, Act, Acts, Steps, run_sequence
from rolecall.imports.tables import (
    BATCH_TABLES,
    FRESH_TABLES,
    Row,
    drop_tables,
    make_tables,
    schema_of,
    table_of_rows,
)
from rolecall.store.bulk import append, fetch
from rolecall.store.statements import run

# Effects of a matched entry (sql/import/tables/matched_entries.sql) that change what the store says.
_CHANGES = ("replace", "unsend", "fill", "recognise")
# Each sending of rows to the engine costs milliseconds, however few they are; DuckDB writes so many as one.
_BLOCK_MESSAGES = 122_880
# Fewer are joined in no time, in whatever way.
_MANY_MESSAGES = 2_000
# Looking into all that the store holds costs tens of milliseconds, for however many threads.
_WAITING_MESSAGES = 20_000


_STAGED = {
    "staged_messages": staged_messages,
    "staged_attachments": staged_attachments,
    "staged_reactions": staged_reactions,
}


class Batch:
    """The entries of some whole chats, inside one running transaction."""

    def __init__(
        self, connection: sa.Connection, identity: Identity, import_id: int, newest_at_ms: int
    ) -> None:
        """Begin an empty batch; `newest_at_ms` is the clock of the download."""
        self._connection = connection
        self._identity = identity
        self._clock = {"import_id": import_id, "newest_at_ms": newest_at_ms}
        self._file_no = 0
        self._parts: list[Part] = []
        self._shared: list[Part] = []
        self._written: set[int] = set()
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)
        self._waiting: list[tuple[Thread, Callable[[str], str]]] = []
        self._are_asked_for: list[bool] = []
        self._counts: Counter[str] = Counter()
        self.thread_ids: set[int] = set()
        self.message_count = 0
        self.joins: list[tuple[int, int]] = []

    def stage(self, thread: Thread, status: Callable[[str], str]) -> None:
        """Take one file's part of a chat, once what waits for an answer of the store is taken.

        `status` tells of a uri that the file names whether that is there.
        """
        self.message_count += len(thread.messages)
        self._waiting.append((thread, status))
        self._are_asked_for.append(self._identity.is_to_be_asked_for(thread))
        is_enough = sum(len(waiting.messages) for waiting, _ in self._waiting) >= _WAITING_MESSAGES
        if is_enough or not any(self._are_asked_for):
            self._stage_waiting()

    def _stage_waiting(self) -> None:
        asked = [thread for thread, _ in compress(self._waiting, self._are_asked_for)]
        hits = iter(self._identity.hits(asked) if asked else ())
        for (thread, status), is_asked_for in zip(self._waiting, self._are_asked_for, strict=True):
            self._stage(thread, self._identity.thread(thread, next(hits) if is_asked_for else ()), status)
        self._waiting.clear()
        self._are_asked_for.clear()

    def _stage(self, thread: Thread, thread_id: int, status: Callable[[str], str]) -> None:
        if thread_id in self._written:  # its chat was not whole: what is written of it is known from now on
            self._merge()
        self.thread_ids.add(thread_id)
        identity, source = self._identity, thread.source
        names = dict.fromkeys((*thread.participants, *thread.messages.names))
        people = {name: identity.member(name, source, thread_id) for name in names}
        actors = sorted(thread.messages.reactions["actor"].unique().to_pylist())
        reacting = {actor: identity.person(actor, source, thread_id) for actor in actors}
        self._file_no += 1
        bucket, ends = identity.bucket(thread_id), ends_of(thread.messages.sent_at_ms)
        part = Part(thread, thread_id, bucket, self._file_no, people, reacting, status, ends)
        self._parts.append(part)
        self._rows["staged_people"] += people_rows(part)
        self._rows["staged_threads"].append(thread_row(part, self._clock["newest_at_ms"]))
        self._rows["staged_keys"] += key_rows(part)

    def end_chat(self) -> None:
        """Write what is new for certain, when it is enough; the chats so far are whole.

        So the engine works while the next files are read, and memory holds one chat.
        """
        if self._identity.is_first and sum(len(part.messages) for part in self._parts) >= _BLOCK_MESSAGES:
            self._write_fresh()

    def merge(self) -> Counter[str]:
        """Write the batch to the store; return how many messages were added, changed and known."""
        self._stage_waiting()
        self._merge()
        return self._counts

    def _merge(self) -> None:
        self._write_fresh()
        staged = [*self._shared, *self._parts]
        tables = BATCH_TABLES if staged else FRESH_TABLES
        make_tables(self._connection, tables)
        self._stage_entries(staged)
        for table, rows in self._rows.items():
            append(self._connection, table, table_of_rows(schema_of(table), rows))
        if staged:
            self.joins += self._identity.join_twins(self.thread_ids)
        self._write_people_and_threads()
        acts: Acts = {
            Act.APPLY_RENAMES: partial(apply_renames, self._connection, self._identity),
            Act.GIVE_IDS: self._give_ids,
        }
        way = self._way() if staged else FRESH
        is_large = sum(len(part.messages) for part in staged) >= _MANY_MESSAGES
        run_sequence(self._connection, way, self._clock, acts, is_large=is_large)
        if staged:
            self._count()
        drop_tables(self._connection, tables)
        for done in (self._shared, self._parts, self._written, self._rows):
            done.clear()

    def _way(self) -> Steps:
        is_in_seconds = run(self._connection, "import/stage/is_in_seconds").scalar_one()
        return KNOWN_IN_SECONDS if is_in_seconds else KNOWN

    def _write_fresh(self) -> None:
        """Write the entries of new chats, of which the store can know none; the others stay."""
        fresh = self._identity.fresh_thread_ids(self.thread_ids)
        chosen = [part for part in self._parts if part.thread_id in fresh]
        alone, shared = split(chosen)
        ids = [new_ids(part) for part in alone]
        count = sum(map(len, ids))
        if count and len(pa.chunked_array(ids).unique()) < count:
            return  # two ids that are one by chance: `GIVE_IDS` knows what to do
        self._parts = [part for part in self._parts if part.thread_id not in fresh]
        self._shared += shared
        self._written |= fresh
        self._counts["added_count"] += count
        del chosen  # so that memory gives up each file as it is written
        alone.reverse()
        ids.reverse()
        while alone:
            self._append_fresh(alone, ids)

    def _append_fresh(self, parts: list[Part], ids: list[pa.Int64Array]) -> None:
        """Take the last parts off the lists, as many as make a block, and append their entries."""
        tables: defaultdict[str, list[pa.Table]] = defaultdict(list)
        count = 0
        while parts and count < _BLOCK_MESSAGES:
            part, part_ids = parts.pop(), ids.pop()
            count += len(part_ids)
            tables["messages"].append(new_messages(part, part_ids, self._clock["import_id"]))
            tables["attachments"].append(new_attachments(part, part_ids))
            tables["reactions"].append(new_reactions(part, part_ids))
        for table, rows in tables.items():
            append(self._connection, table, pa.concat_tables(rows))

    def _stage_entries(self, parts: Sequence[Part]) -> None:
        first_nos = list(accumulate((len(part.messages) for part in parts), initial=0))[:-1]
        for table, rows_of in _STAGED.items():
            if parts:
                append(self._connection, table, pa.concat_tables(map(rows_of, parts, first_nos)))

    def _write_people_and_threads(self) -> None:
        new = self._identity.new
        for table, columns in SCHEMAS.items():
            rows = getattr(new, table)
            append(self._connection, table, table_of_rows(columns, rows))
            rows.clear()
        names = list(self._identity.named.items())
        append(self._connection, "staged_names", table_of_rows(schema_of("staged_names"), names))

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
            without = run(self._connection, "import/ids/taken_ids").scalars().all()
            wanted = wanted.filter(pc.is_in(wanted["staged_no"], value_set=pa.array(without, pa.int64())))
            salt += 1

    def _count(self) -> None:
        """Count what became of the staged entries."""
        added = self._connection.execute(sa.text("select count(*) from new_ids")).scalar_one()
        self._counts["added_count"] += int(added)
        effects = self._connection.execute(
            sa.text("select effect, count(*) as entry_count from matched_entries group by effect")
        )
        for effect, entry_count in effects:
            self._counts["changed_count" if effect in _CHANGES else "known_count"] += entry_count
