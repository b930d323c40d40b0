"""One query of the user's own, on a store that it can only read.

On DuckDB the file is open read-only, and before the query runs the engine is told, irrevocably: no other
file, no network, no extension, no Python object, no change of settings. On PostgreSQL a cursor in a read-only
transaction takes one select and nothing else, from a role without rights beyond its database (`confining`);
which tables of it that role may read is for the administrator to say.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from rolecall.errors import QueryError, UsageError
from rolecall.files.outputs import check_target, writing
from rolecall.queries import tabular
from rolecall.queries.confining import check_confined
from rolecall.queries.waiting import OutOfMemory, OutOfTime, Steps
from rolecall.store.connections import change, driver_of
from rolecall.store.database import Database
from rolecall.store.results import QueryResult, column_names, postgres_batches, postgres_schema

BATCH_ROWS = 8192
# Statements that only read. MULTI is how DuckDB calls a pivot, which it does in two steps.
READING = ("SELECT", "EXPLAIN", "MULTI")
LOCKS = (
    "set global TimeZone = 'UTC'",
    # What does not fit in memory goes beside the store and away again; a runaway must not fill the disk.
    "set max_temp_directory_size = '16GB'",
    "set python_enable_replacements = false",
    "set allow_community_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",  # last: nothing can be set after it
)
MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])(i?)B", re.IGNORECASE)


@contextmanager
def run_query(
    database: Database, query: str, *, seconds: float = 0, memory: str = ""
) -> Iterator[QueryResult]:
    """Run one query that can only read, and give its rows as they come.

    An engine that works out a constant while it plans, such as `repeat('a', 1500000000)`, hears no interrupt.
    The error then comes two seconds late, and the engine goes on in a thread of its own, with its memory and
    the file open, until it is done: a program that must not wait for that asks in a process of its own, as
    `rolecall sql` does, which ends.

    Args:
        query: One `select` (DuckDB: or `with`, `from`, `show`, `describe`, `summarize`, `pivot`, `explain`).
        seconds: Most time the engine may work on it, waiting for the taker of rows not counted; 0: no limit.
        memory: Most memory the engine may use, such as `2GB` (DuckDB only); empty: its own limit. Where the
            system tells (Linux), growing by a quarter and 256 MB more ends the query too, be it that another
            thread of the program takes it. Of queries at once on one file the limit of the first holds.

    Raises:
        QueryError: It is wrong, is not one reading statement, or took too much time or memory; also raised
            by the result while its rows are taken. On a server: the role has rights beyond the database.
        UsageError: `seconds` or `memory` cannot be meant so.
    """
    if seconds < 0:
        raise UsageError(f"a query cannot take {seconds:g} seconds; give a number above 0, or 0 for no limit")
    if memory and not (database.is_duckdb and MEMORY.fullmatch(memory)):
        what = "write it as 2GB or 500MB" if database.is_duckdb else "the server sets its own limits"
        raise UsageError(f"the memory limit {memory!r} cannot be kept; {what}")
    with Steps(seconds) as work:
        connection = work.open(database.reading())
        run = _run_on_duckdb if database.is_duckdb else _run_on_postgres
        yield run(work, connection, query, memory)


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


def _run_on_duckdb(work: Steps, connection: sa.Connection, query: str, memory: str) -> QueryResult:
    raw = driver_of(connection)
    # Of several queries on one file at once, in threads of one program, the first locks the settings for all.
    change(raw, *([f"set memory_limit = '{memory}'"] if memory else []), *LOCKS)
    work.bound(raw.interrupt, _bytes(memory or _memory_limit(raw)))
    with _engine_errors():
        _check_reads(raw, query)
        # The reader starts the work, and from then on holds one batch at a time.
        reader = work.run(lambda: raw.sql(query).to_arrow_reader(BATCH_ROWS))
    work.open(closing(reader))
    names = column_names(reader.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    return QueryResult(schema, _batches(work, reader, schema))


def _memory_limit(raw: duckdb.DuckDBPyConnection) -> str:
    (limit,) = raw.sql("select current_setting('memory_limit')").fetchall()[0]
    return str(limit)


def _bytes(memory: str) -> int:
    """Return a size that the engine understands as a number: 2GB -> 2,000,000,000."""
    match = MEMORY.fullmatch(memory.strip())
    if match is None:
        return 0
    base = 1024 if match[3] else 1000
    return int(float(match[1]) * base ** ("KMGT".index(match[2].upper()) + 1))


def _check_reads(raw: duckdb.DuckDBPyConnection, query: str) -> None:
    try:
        kinds = [statement.type.name for statement in raw.extract_statements(query)]
    except ValueError as error:  # a kind of statement that the Python module has no name for
        raise QueryError("only a select can be run here; the store is read-only") from error
    if len(kinds) != 1:
        raise QueryError("there is no query" if not kinds else f"one query at a time, not {len(kinds)}")
    if kinds[0] not in READING:
        raise QueryError(f"only a select can be run here, not {kinds[0].lower()}; the store is read-only")


def _run_on_postgres(work: Steps, connection: sa.Connection, query: str, memory: str) -> QueryResult:
    connection = connection.execution_options(postgresql_readonly=True, no_parameters=True)
    check_confined(connection)
    connection.exec_driver_sql("set time zone 'UTC'")
    raw = connection.connection.driver_connection
    assert raw is not None
    work.bound(raw.cancel)
    # A server-side cursor: it streams, and PostgreSQL declares one for a single select only.
    connection = connection.execution_options(stream_results=True)
    with _engine_errors():
        cursor = work.run(lambda: connection.exec_driver_sql(query.strip().rstrip(";")))
    work.open(closing(cursor))
    schema = postgres_schema(cursor)
    return QueryResult(schema, _batches(work, postgres_batches(cursor, schema, BATCH_ROWS), schema))


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
    except OutOfMemory as error:
        raise QueryError(
            "the query took too much memory and was stopped; ask for less, or give it more --memory"
        ) from error
    except (duckdb.Error, sa.exc.DBAPIError, pa.ArrowException, OSError, MemoryError) as error:
        is_memory = isinstance(error, (duckdb.OutOfMemoryException, MemoryError)) or "Out of Memory" in str(
            error
        )
        hint = "; ask for less, or give it more --memory" if is_memory else ""
        raise QueryError(_sentence(error) + hint) from error


def _sentence(error: Exception) -> str:
    """Return the engine's own words up to the first blank line or the picture of the query, with its hint."""
    original = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(original).strip().split("\n")]
    hints = [line for line in lines if line.startswith("HINT:")]
    ends = [number for number, line in enumerate(lines) if not line or line.startswith("LINE ")]
    return " ".join(lines[: ends[0] if ends else None] + hints)
