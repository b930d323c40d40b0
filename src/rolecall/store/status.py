"""What a store says of itself: its counts, and the rules of `sql/checks`."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from rolecall.store.database import Database
from rolecall.store.migrate import current
from rolecall.store.statements import folder, select

Row = dict[str, object]
"""One row: column -> value."""

# Of each broken rule; who wants them all runs the query of sql/checks.
KEPT_BROKEN_ROWS = 100


def named_rows(database: Database, name: str, /, **params: object) -> list[Row]:
    """Return the rows of `sql/queries/<name>.sql`.

    Raises:
        NoStore: There is no store.
    """
    with database.reading() as connection:
        return select(connection, name, **params)


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
        for name, statement in checks().items():
            found = connection.execute(sa.text(statement)).mappings().fetchmany(KEPT_BROKEN_ROWS)
            if found:
                broken[name] = [dict(row) for row in found]
    return broken


def current_release(database: Database) -> dict[str, str]:
    """Return what the store says of itself: revision, release; it is opened and not changed."""
    with database.connect(is_read_only=database.is_duckdb) as connection:
        return current(connection)


@cache
def checks() -> dict[str, str]:
    """Return the text of each check by name: a select of the rows that break one rule."""
    paths: list[Path] = sorted((folder("sql") / "checks").glob("*.sql"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}
