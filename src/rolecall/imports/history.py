"""What was imported: every import, and the files that one looked at."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from rolecall.errors import NotFound
from rolecall.store.database import Database
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class ReadCounts:
    """What an import read of one source."""

    file_count: int
    """Files that hold its chats."""
    message_count: int
    skipped_count: int
    """Files that should hold messages and could not be read."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import, as the store remembers it."""

    import_id: int
    owner: str
    """Label of whose archives they were."""
    started_at: datetime
    finished_at: datetime | None
    """None while it runs, and when it was killed."""
    status: str
    """running, finished, interrupted or failed."""
    file_count: int
    added_count: int
    changed_count: int
    known_count: int
    skipped_count: int
    arguments: str
    """JSON text."""
    sources: dict[str, ReadCounts]
    reasons: dict[str, int]
    """Files that were passed over or could not be read, by reason."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that an import looked at, as the store remembers it."""

    path: str
    status: str
    """loaded, unchanged, skipped (no chat) or failed (damaged)."""
    reason: str | None
    source: str | None
    message_count: int
    byte_count: int
    sha256: str | None
    """64 hex digits; None when it could not be read."""


def list_imports(database: Database) -> list[ImportRecord]:
    """Return every import with its counts, also by source and by reason, the oldest first."""
    with database.reading() as connection:
        imports = select(connection, "queries/list_imports")
        sources = select(connection, "queries/list_import_sources")
        reasons = select(connection, "queries/list_import_reasons")
    read: dict[int, dict[str, ReadCounts]] = defaultdict(dict)
    for row in sources:
        counts = ReadCounts(row["file_count"], row["message_count"], row["skipped_count"])
        read[row["import_id"]][row["source"]] = counts
    files: dict[int, dict[str, int]] = defaultdict(dict)
    for row in reasons:
        files[row["import_id"]][row["reason"]] = row["file_count"]
    return [
        ImportRecord(**row, sources=read[row["import_id"]], reasons=files[row["import_id"]])
        for row in imports
    ]


def list_import_files(database: Database, import_id: int) -> list[FileRecord]:
    """Return the files that one import looked at, those that it could not read first.

    Raises:
        NotFound: There is no such import.
    """
    with database.reading() as connection:
        known = [str(row["import_id"]) for row in select(connection, "queries/list_imports")]
        if str(import_id) not in known:
            raise NotFound(f"no import {import_id}; list them with: rolecall imports", known)
        rows = select(connection, "queries/list_import_files", import_id=import_id)
        return [FileRecord(**row) for row in rows]
