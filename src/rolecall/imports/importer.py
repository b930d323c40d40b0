"""The import of one download: its row, its batches, its summary."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.archives.members import without_number
from rolecall.archives.records import OwnerHint
from rolecall.downloads.download import Download
from rolecall.downloads.reading import FileRead
from rolecall.imports.deleted import part_deleted_accounts
from rolecall.imports.identity.identity import Identity
from rolecall.imports.owners import owner_of, settle_self
from rolecall.imports.parts import ends_of
from rolecall.imports.proofs.continuations import join_continuations
from rolecall.imports.proofs.joining import join_threads
from rolecall.imports.staging import Batch
from rolecall.imports.summaries import ImportedFile, ImportSummary, counts_by_source
from rolecall.imports.tables import schema, table_of_rows
from rolecall.people.moving import put_together, take_apart
from rolecall.people.templates import mark_accepted
from rolecall.store.buckets import bucket_count
from rolecall.store.bulk import append, insert
from rolecall.store.locks import PEOPLE, TEXTS, claim_id, hold, wait_for
from rolecall.store.postgres import analyze
from rolecall.store.statements import run

# A commit costs milliseconds; a batch is what a kill can lose, and what memory must hold of bodies. A first
# import holds none of them for long, and is written best in large transactions.
_BATCH_MESSAGES = 100_000
_FIRST_BATCHES = 5
# Messenger's first year; earlier times are slips of somebody's clock or of an archive's writer.
_ODD_BEFORE_MS = int(datetime(2004, 1, 1, tzinfo=UTC).timestamp() * 1000)

_FILES = schema(
    "import_id bigint, path varchar, sha256 varchar, byte_count bigint, source varchar, status varchar,"
    " reason varchar, message_count bigint"
)


class Importer:
    """A running import on an open connection, whose transaction it commits batch by batch."""

    def __init__(
        self, connection: sa.Connection, owner: str, arguments: str, download: Download, *, is_dry_run: bool
    ) -> None:
        """Note in the store that an import has begun."""
        self._connection = connection
        self._archive = download.archive
        self._owner = owner
        self._is_dry_run = is_dry_run
        self._batch: Batch | None = None
        self._thread_folder: str | None = None
        self._pending: list[tuple[object, ...]] = []
        self._files: list[ImportedFile] = []
        self._hints: list[OwnerHint] = []
        self._threads: set[int] = set()
        self._clock = download.clock
        self.counts: Counter[str] = Counter()
        self.byte_count = 0
        self.is_finished = False
        # A dry run of several downloads sees what those before would have added.
        self._transaction = connection.get_transaction() or connection.begin()
        self._begin(arguments)

    def _begin(self, arguments: str) -> None:
        connection = self._connection
        # One import of an owner at a time: the second must see the people and threads of the first.
        hold(connection, PEOPLE, is_shared=True)
        hold(connection, "import", self._owner)
        self._owner_id = owner_of(connection, self._owner)
        # So what still says running was killed.
        is_alone = connection.dialect.name == "duckdb"
        run(connection, "import/log/interrupted", owner_id=self._owner_id, is_alone=is_alone)
        self.import_id = claim_id(connection, "imports", "import_id")
        row: dict[str, object] = {
            "import_id": self.import_id,
            "owner_id": self._owner_id,
            "started_at": datetime.now(UTC).replace(tzinfo=None),
            "status": "running",
            "arguments": arguments,
        }
        row |= dict.fromkeys(
            ("file_count", "added_count", "changed_count", "known_count", "skipped_count"), 0
        )
        insert(connection, "imports", row)
        part_deleted_accounts(connection, self._owner_id)
        names = Counter(without_number(Path(file.path).stem) for file in self._archive.json_members())
        # An import finds people as if nobody had merged them: names, as archives give them, are accounts.
        take_apart(connection, self._owner_id, has_messages=False)
        self._identity = Identity(connection, self._owner_id, self.import_id, bucket_count(connection), names)
        self.is_first = self._identity.is_first
        put_together(connection, self._owner_id)
        self._commit()

    def add(self, file: FileRead) -> None:
        """Take one file; its thread is committed when the next one begins and enough is staged."""
        if file.thread_folder != self._thread_folder and self._batch:
            self._end_chat(self._batch)
        self._thread_folder = file.thread_folder
        self.byte_count += file.byte_count
        self._hints.extend(file.hints)
        about_it = (file.status, file.reason, file.message_count, file.source)
        self._files.append(ImportedFile(file.path, *about_it))
        about = (file.sha256, file.byte_count, file.source, file.status, file.reason, file.message_count)
        self._pending.append((self.import_id, file.path, *about))
        self.counts["known_count"] += file.known_count
        for thread in file.threads:
            if self._batch is None:
                self._note_clock()
                take_apart(self._connection, self._owner_id)
                self._batch = Batch(
                    self._connection, self._identity, self.import_id, self._clock.newest_at_ms
                )
            self._batch.stage(thread, partial(self._archive.find, location=file.location))
            self.counts["odd_time_count"] += self._odd_time_count(thread.messages.sent_at_ms)

    def _end_chat(self, batch: Batch) -> None:
        most = _BATCH_MESSAGES * (_FIRST_BATCHES if self.is_first else 1)
        if batch.message_count >= most:
            self._write_batch()
        else:
            batch.end_chat()

    def _odd_time_count(self, times: pa.Int64Array) -> int:
        ends = ends_of(times)
        if ends is None or (ends[0] >= _ODD_BEFORE_MS and ends[1] <= self._clock.latest_at_ms):
            return 0
        is_odd = pc.or_(pc.less(times, _ODD_BEFORE_MS), pc.greater(times, self._clock.latest_at_ms))
        return int(pc.sum(is_odd).as_py())

    def _note_clock(self) -> None:
        self._connection.execute(
            sa.text("update imports set newest_at_ms = :newest_at_ms where import_id = :import_id"),
            {"newest_at_ms": self._clock.newest_at_ms, "import_id": self.import_id},
        )

    def finish(self, me: Sequence[str]) -> ImportSummary:
        """Write what is left, settle who the owner is, and return the summary."""
        self._write_batch()
        self._lock_texts()
        take_apart(self._connection, self._owner_id, has_messages=False)
        joined = join_continuations(self._connection, self._identity, self._owner_id, self.import_id)
        self.counts.update(joined)
        owner_name, notes = settle_self(self._connection, self._owner_id, me, self._hints)
        put_together(self._connection, self._owner_id)
        run(self._connection, "import/owner/self_kinds", owner_id=self._owner_id)
        mark_accepted(self._connection, self._owner_id)
        close_import(self._connection, self.import_id, "finished", self.result())
        if not self._is_dry_run:  # whose transaction ends with its connection
            self._transaction.commit()
            self.is_finished = True
            analyze(self._connection)
        return ImportSummary(
            import_id=None if self._is_dry_run else self.import_id,
            owner=self._owner,
            owner_name=owner_name,
            thread_ids=frozenset(self._threads),
            byte_count=self.byte_count,
            odd_time_count=self.counts["odd_time_count"],
            sources=counts_by_source(self._files, self.result()),
            files=self._files,
            notes=notes,
            is_dry_run=self._is_dry_run,
            **self.result(),
        )

    def _write_batch(self) -> None:
        counts: Counter[str] = Counter()
        if self._batch:
            self._lock_texts()
            counts = self._batch.merge()
            self._threads |= self._batch.thread_ids
            for old_id, new_id in self._batch.joins:
                counts.update(join_threads(self._connection, self._identity, self.import_id, old_id, new_id))
                self._threads = {new_id if thread_id == old_id else thread_id for thread_id in self._threads}
            put_together(self._connection, self._owner_id)
            self._batch = None
        append(self._connection, "import_files", table_of_rows(_FILES, self._pending))
        self._pending.clear()
        self._commit()
        self.counts.update(counts)

    def _lock_texts(self) -> None:
        if not self._is_dry_run:  # which changes no text that anybody else sees
            wait_for(self._connection, TEXTS, is_shared=True)

    def _commit(self) -> None:
        """Commit and begin anew; a dry run stays in one transaction, which is rolled back at the end."""
        if not self._is_dry_run:
            self._transaction.commit()
            self._transaction = self._connection.begin()

    def result(self) -> dict[str, int]:
        """Return the counts so far, by their columns in `imports`."""
        return {
            "file_count": len(self._files),
            "added_count": self.counts["added_count"],
            "changed_count": self.counts["changed_count"],
            "known_count": self.counts["known_count"],
            "skipped_count": len({file.path for file in self._files if file.status == "failed"}),
        }


def close_import(connection: sa.Connection, import_id: int, status: str, counts: Mapping[str, int]) -> None:
    """Note in the store how an import ended."""
    ended = {"finished_at": datetime.now(UTC).replace(tzinfo=None), "status": status}
    run(connection, "import/log/ended", import_id=import_id, **ended, **counts)
