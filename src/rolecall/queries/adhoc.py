"""One query of the user's own, on a store that it can only read.

On DuckDB the file is open read-only, and before the query runs the engine is told, irrevocably: no other
file, no network, no extension, no Python object, no change of settings. On PostgreSQL a cursor in a read-only
transaction takes one select and nothing else, a superuser's without the right to files; what any other user
may read there is for the administrator to say.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from rolecall.errors import QueryError, UsageError
from rolecall.files.outputs import check_target, writing
from rolecall.queries import tabular
from rolecall.queries.waiting import OutOfTime, Steps, steps
from rolecall.store.database import Database
from rolecall.store.results import QueryResult, column_names, postgres_batches, postgres_schema

BATCH_ROWS = 8192
# Statements that only read. MULTI is how DuckDB calls a pivot, which it does in two steps.
READING = ("SELECT", "EXPLAIN", "MULTI")
LOCKS = (
    "set TimeZone = 'UTC'",
    # What does not fit in memory goes beside the store and away again; a runaway must not fill the disk.
    "set max_temp_directory_size = '16GB'",
    "set python_enable_replacements = false",
    "set allow_community_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",  # last: nothing can be set after it
)
MEMORY = re.compile(r"\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)


@contextmanager
def run_query(
    database: Database, query: str, *, seconds: float = 0, memory: str = ""
) -> Iterator[QueryResult]:
    """Run one query that can only read, and give its rows as they come.

    Args:
        query: One `select` (DuckDB: or `with`, `from`, `show`, `describe`, `summarize`, `pivot`, `explain`).
        seconds: Most time the engine may work on it, waiting for the taker of rows not counted; 0: no limit.
        memory: Most memory it may use, such as `2GB` (DuckDB only); empty: the engine's own limit.

    Raises:
        QueryError: It is wrong, is not one reading statement, or took too much time or memory; also raised
            by the result while its rows are taken.
        UsageError: `seconds` or `memory` cannot be meant so.
    """
    if seconds < 0:
        raise UsageError(f"a query cannot take {seconds:g} seconds; give a number above 0, or 0 for no limit")
    if memory and not (database.is_duckdb and MEMORY.fullmatch(memory)):
        what = "write it as 2GB or 500MB" if database.is_duckdb else "the server sets its own limits"
        raise UsageError(f"the memory limit {memory!r} cannot be kept; {what}")
    with database.reading() as connection:
        run = _run_on_duckdb if database.is_duckdb else _run_on_postgres
        with run(connection, query, seconds, memory) as result:
            yield result


def save_query(
    database: Database,
    query: str,
    path: str | Path,
    *,
    format: str | None = None,
    is_forced: bool = False,
    seconds: float = 0,
    memory: str = "",
) -> Path:
    """Write what `run_query` gives to a file, in the format named or its suffix; return its full path.

    Raises:
        OutputExists: The file is there, and not `is_forced`.
    """
    format = tabular.format_of(Path(path), format)
    forbidden = database.path if database.is_duckdb else None
    target = check_target(Path(path), is_forced=is_forced, forbidden=forbidden)
    with run_query(database, query, seconds=seconds, memory=memory) as result, writing(target) as output:
        tabular.write(result, format, output)
        output.finish()
        output.publish()
    return target


@contextmanager
def _run_on_duckdb(
    connection: sa.Connection, query: str, seconds: float, memory: str
) -> Iterator[QueryResult]:
    raw = connection.connection.driver_connection
    assert raw is not None
    if memory:
        raw.execute(f"set memory_limit = '{memory}'")
    for lock in LOCKS:
        raw.execute(lock)
    with steps(seconds, raw.interrupt) as work:
        with _engine_errors():
            _check_reads(raw, query)
            # The reader starts the work, and from then on holds one batch at a time.
            reader = work.run(lambda: raw.sql(query).to_arrow_reader(BATCH_ROWS))
        names = column_names(reader.schema.names)
        schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
        try:
            yield QueryResult(schema, _batches(work, reader, schema))
        finally:
            reader.close()


def _check_reads(raw: duckdb.DuckDBPyConnection, query: str) -> None:
    try:
        kinds = [statement.type.name for statement in raw.extract_statements(query)]
    except ValueError as error:  # a kind of statement that the Python module has no name for
        raise QueryError("only a select can be run here; the store is read-only") from error
    if len(kinds) != 1:
        raise QueryError("there is no query" if not kinds else f"one query at a time, not {len(kinds)}")
    if kinds[0] not in READING:
        raise QueryError(f"only a select can be run here, not {kinds[0].lower()}; the store is read-only")


@contextmanager
def _run_on_postgres(
    connection: sa.Connection, query: str, seconds: float, memory: str
) -> Iterator[QueryResult]:
    connection = connection.execution_options(postgresql_readonly=True, no_parameters=True)
    connection.exec_driver_sql("set time zone 'UTC'")
    if connection.exec_driver_sql("select current_setting('is_superuser')").scalar_one() == "on":
        # Who may read every table, and no file of the server.
        connection.exec_driver_sql("set local role pg_read_all_data")
    raw = connection.connection.driver_connection
    assert raw is not None
    # A server-side cursor: it streams, and PostgreSQL declares one for a single select only.
    connection = connection.execution_options(stream_results=True)
    with steps(seconds, raw.cancel) as work:
        with _engine_errors():
            cursor = work.run(lambda: connection.exec_driver_sql(query.strip().rstrip(";")))
        schema = postgres_schema(cursor)
        try:
            yield QueryResult(schema, _batches(work, postgres_batches(cursor, schema, BATCH_ROWS), schema))
        finally:
            cursor.close()


def _batches(work: Steps, source: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while True:
        with _engine_errors():
            batch = work.run(lambda: next(source, None))
        if batch is None:
            return
        yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


@contextmanager
def _engine_errors() -> Iterator[None]:
    """Turn what an engine says of a query into one line; DuckDB's come as OSError while rows are read."""
    try:
        yield
    except OutOfTime as error:
        raise QueryError(
            "the query took too long and was stopped; ask for less, or give it more --seconds"
        ) from error
    except (duckdb.Error, sa.exc.DBAPIError, pa.ArrowException, OSError) as error:
        is_memory = isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in str(error)
        hint = "; ask for less, or give it more --memory" if is_memory else ""
        raise QueryError(_sentence(error) + hint) from error


def _sentence(error: Exception) -> str:
    """Return the engine's own words up to the first blank line or the picture of the query, with its hint."""
    original = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(original).strip().split("\n")]
    hints = [line for line in lines if line.startswith("HINT:")]
    ends = [number for number, line in enumerate(lines) if not line or line.startswith("LINE ")]
    return " ".join(lines[: ends[0] if ends else None] + hints)
