"""What a store says of itself: its counts, and the rules of `sql/checks`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rolecall.store.database import Database
from rolecall.store.migrate import current
from rolecall.store.statements import paths, run, select

Row = dict[str, Any]
"""One row: column -> value."""

# Of each broken rule; who wants them all runs the query of sql/checks.
KEPT_BROKEN_ROWS = 100


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose archives the store holds."""

    owner_id: int
    label: str
    self_participant_id: int | None
    """Who that is in the chats; this and the name are None while nobody can say."""
    self_name: str | None


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """Where a store is, and how much is in it."""

    store: str
    """Its address, without a password."""
    byte_count: int | None
    """Of its file; None on a server."""
    release: str
    revision: str
    owners: tuple[Owner, ...]
    import_count: int
    thread_count: int
    person_count: int
    message_count: int
    text_count: int
    """Messages that somebody typed."""
    first_at: datetime | None
    last_at: datetime | None
    persona_count: int
    dataset_count: int
    export_count: int
    job_count: int


def named_rows(database: Database, path: str, /, **params: object) -> list[Row]:
    """Return the rows of a query of `sql/`.

    Raises:
        NoStore: There is no store.
    """
    with database.reading() as connection:
        return select(connection, path, **params)


def status(database: Database) -> StoreStatus:
    """Return where the store is, its release, whose archives it holds, and its counts."""
    with database.reading() as connection:
        about = current(connection)
        return StoreStatus(
            store=str(database),
            byte_count=database.path.stat().st_size if database.is_duckdb else None,
            release=about["release"],
            revision=about["revision"],
            owners=tuple(Owner(**row) for row in select(connection, "queries/list_owners")),
            **select(connection, "queries/count_rows")[0],
        )


def check_store(database: Database) -> dict[str, list[Row]]:
    """Return, for each rule of `sql/checks` that is broken, up to 100 rows that break it.

    The rules of `sql/checks/datasets` cost seconds of planning each time. They are asked only where a dataset
    or an export could break them.
    """
    broken: dict[str, list[Row]] = {}
    with database.reading() as connection:
        counts = select(connection, "queries/count_rows")[0]
        has_datasets = counts["dataset_count"] or counts["export_count"]
        for path in [*paths("checks"), *(paths("checks/datasets") if has_datasets else ())]:
            bad_rows = run(connection, path).mappings().fetchmany(KEPT_BROKEN_ROWS)
            if bad_rows:
                broken[path.rpartition("/")[2]] = [dict(row) for row in bad_rows]
    return broken


def current_release(database: Database) -> dict[str, str]:
    """Return what the store says of itself: revision, release; it is opened and not changed."""
    with database.connect(is_read_only=database.is_duckdb) as connection:
        return current(connection)
