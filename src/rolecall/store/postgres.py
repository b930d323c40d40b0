"""Rows in bulk into PostgreSQL and out of it: the counterpart of what DuckDB does with Arrow by itself."""

from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.store.locks import wait_for
from rolecall.store.results import postgres_batches, postgres_schema

ROWS_AT_ONCE = 8192
# What the text form of COPY writes with a backslash; the backslash itself first, or it would double theirs.
# Source: the chapter "COPY" of PostgreSQL's manual.
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def copy_in(connection: sa.Connection, table: str, data: pa.Table) -> None:
    """Add the rows of an Arrow table to a table, column by name, in the running transaction."""
    raw = connection.connection.driver_connection
    assert raw is not None
    statement = f"copy {table} ({', '.join(data.column_names)}) from stdin"
    driver = connection.dialect.loaded_dbapi
    try:
        with raw.cursor().copy(statement) as copy:
            for batch in data.to_batches(max_chunksize=ROWS_AT_ONCE):
                if batch.num_rows:  # the text of none would be an empty row
                    copy.write(_as_text(batch))
    except driver.Error as error:  # as SQLAlchemy raises what fails inside its own calls
        raise sa.exc.DBAPIError.instance(
            statement, None, error, driver.Error, dialect=connection.dialect
        ) from error


def _as_text(batch: pa.RecordBatch) -> bytes:
    """Return rows as COPY reads them, whole columns at a time."""
    fields = [_field(column) for column in batch.columns]
    lines = pc.binary_join_element_wise(*fields, "\t", null_handling="replace", null_replacement="\\N")
    return ("\n".join(lines.to_pylist()) + "\n").encode()


def _field(column: pa.Array) -> pa.Array:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column.cast(pa.string())
    for character, written in _ESCAPES:
        column = pc.replace_substring(column, character, written)
    return column.cast(pa.string())


def analyze(connection: sa.Connection) -> None:
    """Let PostgreSQL count what is there, with no transaction running.

    Without it its planner takes deep views of new rows for tiny: 32 s instead of 5.
    """
    if connection.dialect.name == "postgresql":
        with connection.begin():
            wait_for(connection, "analyze")  # two at once could wait for each other
            connection.exec_driver_sql("analyze")


def stream(
    connection: sa.Connection, statement: sa.TextClause, params: dict[str, object]
) -> Iterator[pa.RecordBatch]:
    """Run a select and yield its rows in order, as Arrow batches of one schema."""
    result = connection.execute(statement, params, execution_options={"stream_results": True})
    with closing(result):
        yield from postgres_batches(result, postgres_schema(result), ROWS_AT_ONCE)


def fetch(connection: sa.Connection, statement: str) -> pa.Table:
    """Run a select without parameters and return its rows."""
    result = connection.exec_driver_sql(statement)
    schema = postgres_schema(result)
    return pa.Table.from_batches(postgres_batches(result, schema, ROWS_AT_ONCE), schema)
