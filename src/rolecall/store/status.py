"""What a store says of itself: its counts, and the rules of `sql/checks`."""

from rolecall.store.database import Database
from rolecall.store.migrate import current
from rolecall.store.statements import paths, run, select

Row = dict[str, object]
"""One row: column -> value."""

# Of each broken rule; who wants them all runs the query of sql/checks.
KEPT_BROKEN_ROWS = 100


def named_rows(database: Database, path: str, /, **params: object) -> list[Row]:
    """Return the rows of `sql/<path>.sql`.

    Raises:
        NoStore: There is no store.
    """
    with database.reading() as connection:
        return select(connection, path, **params)


def status(database: Database) -> Row:
    """Return the store's address and release, whose archives it holds (`owners`), and its counts."""
    with database.reading() as connection:
        about = current(connection)
        return {
            "store": str(database),
            "byte_count": database.path.stat().st_size if database.is_duckdb else None,
            "release": about["release"],
            "revision": about["revision"],
            "owners": select(connection, "queries/list_owners"),
            **select(connection, "queries/count_rows")[0],
        }


def check_store(database: Database) -> dict[str, list[Row]]:
    """Return, for each rule of `sql/checks` that is broken, up to 100 rows that break it."""
    broken: dict[str, list[Row]] = {}
    with database.reading() as connection:
        for path in paths("checks"):
            bad_rows = run(connection, path).mappings().fetchmany(KEPT_BROKEN_ROWS)
            if bad_rows:
                broken[path.removeprefix("checks/")] = [dict(row) for row in bad_rows]
    return broken


def current_release(database: Database) -> dict[str, str]:
    """Return what the store says of itself: revision, release; it is opened and not changed."""
    with database.connect(is_read_only=database.is_duckdb) as connection:
        return current(connection)
