"""Rows in bulk into a store and out of it, as Arrow tables, on either engine."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from rolecall.store import postgres
from rolecall.store.connections import driver_of
from rolecall.store.statements import PARAMETER, statement, text_of


def append(connection: sa.Connection, table: str, data: pa.Table) -> None:
    """Add the rows of an Arrow table to a table of the store, column by name, in the running transaction."""
    if not data.num_rows:
        return
    if connection.dialect.name == "postgresql":
        postgres.copy_in(connection, table, data)
        return
    columns = ", ".join(data.column_names)
    raw = driver_of(connection)
    raw.register("incoming_rows", data)
    try:
        connection.exec_driver_sql(f"insert into {table} ({columns}) select {columns} from incoming_rows")
    finally:
        with suppress(duckdb.Error):  # a transaction that failed says nothing else, and hides why it did
            raw.unregister("incoming_rows")


def insert(connection: sa.Connection, table: str, values: Mapping[str, Any]) -> None:
    """Add one row to a small table; the names of table and columns are ours, the values are parameters."""
    columns = ", ".join(values)
    params = ", ".join(f":{name}" for name in values)
    connection.execute(sa.text(f"insert into {table} ({columns}) values ({params})"), dict(values))


def fetch(connection: sa.Connection, statement: str) -> pa.Table:
    """Run a statement without parameters in the running transaction; return its rows as an Arrow table."""
    if connection.dialect.name == "postgresql":
        return postgres.fetch(connection, statement)
    table: pa.Table = driver_of(connection).sql(statement).to_arrow_table()
    return table


def remove(connection: sa.Connection, tables: Iterable[str], **key: object) -> None:
    """Remove the rows of small tables whose column has a value; names are ours, the value is a parameter."""
    ((column, value),) = key.items()
    for table in tables:
        connection.execute(sa.text(f"delete from {table} where {column} = :value"), {"value": value})


def arrow_tables(connection: sa.Connection, statement: str) -> Iterator[pa.Table]:
    """Run a statement without parameters and yield its rows as Arrow tables of some thousand."""
    if connection.dialect.name == "postgresql":
        parts = postgres.stream(connection, sa.text(statement), {})
    else:
        parts = driver_of(connection).sql(statement).to_arrow_reader(65_536)
    for batch in parts:
        yield pa.Table.from_batches([batch])


def batches(connection: sa.Connection, path: str, /, **params: object) -> Iterator[pa.RecordBatch]:
    """Run `sql/<path>.sql` and yield its rows in order, as Arrow batches of a few thousand."""
    if connection.dialect.name == "postgresql":
        yield from postgres.stream(connection, statement(path), params)
        return
    query = PARAMETER.sub(r"$\1", text_of(path))
    yield from driver_of(connection).sql(query, params=params).to_arrow_reader(8192)
