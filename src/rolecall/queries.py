"""Looking into a store: the selects of `sql/queries`, and the rules of `sql/checks`."""

import shlex
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from rolecall.database import Database, rows
from rolecall.dataset_rows import reasons_of
from rolecall.errors import NotFound, UsageError
from rolecall.lookup import find
from rolecall.migrate import current, ready
from rolecall.readers import readers
from rolecall.registry import folder

Row = dict[str, object]
"""One row: column -> value."""

# As many as sql/queries/search_messages.sql has parameters for.
MAX_WORDS = 8
# Of each broken rule; who wants them all runs the query of sql/checks.
KEPT_BROKEN_ROWS = 100


def named_rows(database: Database, name: str, /, **params: object) -> list[Row]:
    """Return the rows of `sql/queries/<name>.sql`.

    Raises:
        NoStore: There is no store.
    """
    ready(database)
    with database.connect(is_read_only=database.is_duckdb) as connection:
        return rows(connection, name, **params)


def list_imports(database: Database) -> list[Row]:
    """Return every import, with its `sources` (what was read of each) and `reasons` (files for each)."""
    found = named_rows(database, "list_imports")
    sources = named_rows(database, "list_import_sources")
    reasons = named_rows(database, "list_import_reasons")
    for row in found:
        mine = [one for one in sources if one["import_id"] == row["import_id"]]
        counts = ("file_count", "message_count", "skipped_count")
        row["sources"] = {str(one["source"]): {name: one[name] for name in counts} for one in mine}
        row["reasons"] = {
            str(one["reason"]): one["file_count"] for one in reasons if one["import_id"] == row["import_id"]
        }
    return found


def list_import_files(database: Database, import_id: int) -> list[Row]:
    """Return the files of one import, or raise `NotFound`."""
    known = [row["import_id"] for row in named_rows(database, "list_imports")]
    if import_id not in known:
        raise NotFound(
            f"no import {import_id}; list them with: rolecall imports", [str(one) for one in known]
        )
    return named_rows(database, "list_import_files", import_id=import_id)


def status(database: Database) -> Row:
    """Return the store's address and release, whose archives it holds (`owners`), and its counts."""
    ready(database)
    with database.connect(is_read_only=database.is_duckdb) as connection:
        about = current(connection)
        return {
            "store": str(database),
            "byte_count": database.path.stat().st_size if database.is_duckdb else None,
            "release": about["release"],
            "revision": about["revision"],
            "owners": rows(connection, "list_owners"),
            **rows(connection, "count_rows")[0],
        }


def check_store(database: Database) -> dict[str, list[Row]]:
    """Return, for each rule of `sql/checks` that is broken, up to 100 rows that break it."""
    ready(database)
    broken: dict[str, list[Row]] = {}
    with database.connect(is_read_only=database.is_duckdb) as connection:
        for name, statement in checks().items():
            found = connection.execute(sa.text(statement)).mappings().fetchmany(KEPT_BROKEN_ROWS)
            if found:
                broken[name] = [dict(row) for row in found]
    return broken


@cache
def checks() -> dict[str, str]:
    """Return the text of each check by name: a select of the rows that break one rule."""
    paths: list[Path] = sorted((folder("sql") / "checks").glob("*.sql"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def show_thread(database: Database, name_or_id: str, limit: int) -> tuple[Row, list[Row]]:
    """Return a thread with its `people`, and its newest messages, the oldest of them first.

    Raises:
        NotFound, Ambiguous: No thread, or several, of that title or id.
    """
    _check_limit(limit)
    ready(database)
    with database.connect(is_read_only=database.is_duckdb) as connection:
        thread_id = find(connection, "threads", name_or_id).id
        thread = rows(connection, "show_thread", thread_id=thread_id)[0]
        thread["people"] = rows(connection, "list_thread_participants", thread_id=thread_id)
        newest = rows(connection, "list_thread_messages", thread_id=thread_id, limit=limit)
    return thread, newest[::-1]


def search(database: Database, words: str, limit: int) -> list[Row]:
    """Return the newest messages whose text contains every word, upper and lower case alike, newest first.

    Raises:
        UsageError: There is no word, or more than eight.
    """
    wanted = words.split()
    if not 1 <= len(wanted) <= MAX_WORDS:
        raise UsageError(f"search takes 1 to {MAX_WORDS} words, not {len(wanted)}")
    _check_limit(limit)
    patterns = [f"%{_escaped(word)}%" for word in wanted] + ["%"] * (MAX_WORDS - len(wanted))
    params = {f"pattern_{number}": pattern for number, pattern in enumerate(patterns, start=1)}
    return named_rows(database, "search_messages", **params, limit=limit)


def find_exports(database: Database, name_or_id: str) -> list[Row]:
    """Return the exports of a dataset (name or id), the newest first; or the one export of an id.

    Raises:
        NotFound: There is neither a dataset nor an export of that name or id.
    """
    found = named_rows(database, "find_exports", name=name_or_id)
    named = [row for row in found if row["is_named"]]
    if not found:
        with database.connect(is_read_only=database.is_duckdb) as connection:
            find(connection, "datasets", name_or_id)
    return named or found


def newest_export(database: Database, name_or_id: str, format: str) -> int:
    """Return the export's id: that very id, or the newest of a dataset in the format, not for validation.

    Raises:
        NotFound: There is none; the message says how to make one.
    """
    found = find_exports(database, name_or_id)
    for row in found:
        if row["is_named"] or (row["format"] == format and row["split"] != "validation"):
            return int(str(row["export_id"]))
    raise NotFound(
        f"nothing is exported from '{name_or_id}' as {format} yet;"
        f" do it with: rolecall export {shlex.quote(name_or_id)} --format {format}"
    )


def dataset_reasons(database: Database, name_or_id: str) -> dict[str, int]:
    """Return how many messages a dataset leaves out, by reason, most first.

    Tokens are counted by the export; before the first one the sizes of examples are not known.
    """
    ready(database)
    with database.connect(is_read_only=database.is_duckdb) as connection, readers(connection) as pool:
        found = find(connection, "datasets", name_or_id)
        return reasons_of(pool, rows(connection, "list_datasets", dataset_id=found.id)[0])


def _escaped(word: str) -> str:
    """Return a word as a pattern that means the word itself: `100%` -> `100!%`."""
    for character in "!%_":
        word = word.replace(character, f"!{character}")
    return word


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise UsageError(f"the limit is {limit}; give a whole number from 1")
