"""The temporary tables of an import, as `sql/import/tables/` describes them, and Arrow tables for them."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import pyarrow as pa
import sqlalchemy as sa

from rolecall.store.statements import run, text_of

FRESH_TABLES = ("staged_threads", "staged_keys", "staged_people", "staged_names", "thread_downloads")
BATCH_TABLES = (
    *FRESH_TABLES, "staged_messages", "staged_attachments", "staged_reactions", "entries", "stored_messages",
    "matched_entries", "new_entries", "new_ids", "unpaired_entries", "aligned_times", "shifted_instants",
    "unnamed", "unmatched",
)  # fmt: skip
# Of some of the tables above.
_VIEWS = ("unmatched",)
_TYPES = {
    "bigint": pa.int64(),
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
}
Row = tuple[object, ...]


def make_tables(connection: sa.Connection, names: Iterable[str]) -> None:
    """Make some of the tables."""
    for name in names:
        run(connection, f"import/tables/{name}")


def drop_tables(connection: sa.Connection, names: Sequence[str]) -> None:
    """Drop them again; after an error they end with their connection."""
    for name in reversed(names):
        connection.exec_driver_sql(f"drop {'view' if name in _VIEWS else 'table'} {name}")


def schema(columns: str) -> pa.Schema:
    """Return columns written as in SQL (`thread_id bigint, title varchar`) for Arrow."""
    pairs = re.findall(rf"(\w+) ({'|'.join(_TYPES)})\b", columns)
    return pa.schema([(name, _TYPES[kind]) for name, kind in pairs])


@cache
def schema_of(name: str) -> pa.Schema:
    """Return the columns of a temporary table."""
    return schema(text_of(f"import/tables/{name}").partition(f"table {name} (")[2])


def table_of_rows(columns: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Return rows, values in the order of the columns. Each call costs, so it is made for many files."""
    return table_of_columns(columns, zip(*rows, strict=True) if rows else [()] * len(columns))


def table_of_columns(columns: pa.Schema, values: Iterable[object]) -> pa.Table:
    """Return rows that are given column by column, as Arrow columns or as values."""
    arrays = [
        column if isinstance(column, pa.Array) and column.type == field.type else pa.array(column, field.type)
        for column, field in zip(values, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=columns)
