"""Rows of a batch on their way into the store: staged in temporary tables, merged by `sql/import/`.

The merging itself (what is new, what is known, in which order) is SQL, so that it costs the same however
large a thread is; here rows become Arrow tables, and new messages get their ids.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from itertools import compress

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.archives.records import Thread
from rolecall.imports.identity.identity import SCHEMAS, Identity
from rolecall.imports.message_ids import message_ids
from rolecall.imports.proofs.renames import apply_renames
from rolecall.imports.sequence import FRESH, KNOWN, KNOWN_IN_SECONDS, Act, Acts, run_sequence
from rolecall.imports.staged_rows import (
    Target,
    attachment_rows,
    key_rows,
    message_rows,
    people_rows,
    reaction_rows,
    thread_rows,
)
from rolecall.imports.tables import BATCH_TABLES, Row, drop_tables, make_tables, schema_of, table_of_rows
from rolecall.store.bulk import append, fetch
from rolecall.store.statements import run

# Effects of a matched entry (sql/import/tables/matched_entries.sql) that change what the store says.
_CHANGES = ("replace", "unsend", "fill", "recognise")
# Each sending of rows to the engine costs milliseconds, however few they are.
_BLOCK_MESSAGES = 50_000
# Looking into all that the store holds costs tens of milliseconds, for however many threads.
_WAITING_MESSAGES = 20_000


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
        self._entries: list[pa.Table] = []
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)
        self._waiting: list[tuple[Thread, Callable[[str], str]]] = []
        self._are_asked_for: list[bool] = []
        self._staged_count = 0
        self._sent_count = 0
        self.thread_ids: set[int] = set()
        self.message_count = 0
        self.joins: list[tuple[int, int]] = []
        make_tables(connection, BATCH_TABLES)

    def stage(self, thread: Thread, status: Callable[[str], str]) -> None:
        """Stage one file's part of a thread, once what waits for an answer of the store is staged.

        `status` tells of a uri that the file names whether that is there.
        """
        self.message_count += len(thread.messages)
        self._waiting.append((thread, status))
        self._are_asked_for.append(self._identity.is_to_be_asked_for(thread))
        is_enough = self.message_count - self._staged_count >= _WAITING_MESSAGES
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
        self.thread_ids.add(thread_id)
        names = dict.fromkeys((*thread.participants, *thread.messages.senders))
        people = {name: self._identity.member(name, thread.source, thread_id) for name in names}
        self._file_no += 1
        first_no = self._staged_count
        target = Target(thread_id, self._identity.bucket(thread_id), self._file_no, first_no)
        self._entries.append(message_rows(thread, target, people))
        rows = self._rows
        rows["staged_people"] += people_rows(thread, thread_id, people)
        rows["staged_attachments"] += attachment_rows(thread.messages, first_no, status)
        rows["staged_reactions"] += reaction_rows(
            thread.messages, first_no, lambda name: self._identity.person(name, thread.source, thread_id)
        )
        rows["staged_threads"] += thread_rows(thread, target, self._clock["newest_at_ms"])
        rows["staged_keys"] += key_rows(thread, thread_id)
        self._staged_count += len(thread.messages)
        if self._staged_count - self._sent_count >= _BLOCK_MESSAGES:
            self._send()

    def _send(self) -> None:
        if self._entries:
            append(self._connection, "staged_messages", pa.concat_tables(self._entries))
        self._entries.clear()
        for table, rows in self._rows.items():
            append(self._connection, table, table_of_rows(schema_of(table), rows))
            rows.clear()
        self._sent_count = self._staged_count

    def merge(self) -> Counter[str]:
        """Write what is staged to the store; return how many messages were added, changed and known."""
        self._stage_waiting()
        self._send()
        self.joins = self._identity.join_twins(self.thread_ids)
        self._write_people_and_threads()
        acts: Acts = {
            Act.APPLY_RENAMES: partial(apply_renames, self._connection, self._identity),
            Act.GIVE_IDS: self._give_ids,
        }
        is_known, is_in_seconds = run(self._connection, "import/stage/ways").one()
        way = (KNOWN_IN_SECONDS if is_in_seconds else KNOWN) if is_known else FRESH
        run_sequence(self._connection, way, self._clock, acts)
        counts = self._counts()
        drop_tables(self._connection, BATCH_TABLES)
        return counts

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

    def _counts(self) -> Counter[str]:
        added = self._connection.execute(sa.text("select count(*) from new_ids")).scalar_one()
        counts = Counter(added_count=int(added))
        effects = self._connection.execute(
            sa.text("select effect, count(*) as entry_count from matched_entries group by effect")
        )
        for effect, entry_count in effects:
            counts["changed_count" if effect in _CHANGES else "known_count"] += entry_count
        return counts
