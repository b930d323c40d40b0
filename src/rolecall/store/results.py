"""The rows of a query: as Arrow batches, or as dictionaries."""

import decimal
from collections.abc import Iterator, Sequence
from typing import cast

import pyarrow as pa
import sqlalchemy as sa

# PostgreSQL's number for a type -> Arrow's type; any other becomes text. Source: pg_type.dat.
POSTGRES_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    700: pa.float64(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", tz="UTC"),
    1700: pa.float64(),
}


class QueryResult:
    """The columns of a query and its rows, which can be taken once, as they come."""

    def __init__(self, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Take the Arrow schema, its names unique, and the batches."""
        self.schema = schema
        self._batches = batches

    @property
    def columns(self) -> list[str]:
        """The names of the columns; of two with one name the second is called `name_2`."""
        return list(self.schema.names)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows as Arrow batches of up to 8192."""
        yield from self._batches

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows as dictionaries: column -> value."""
        names = self.columns
        for batch in self._batches:
            for values in zip(*(_values(column) for column in batch.columns), strict=True):
                yield dict(zip(names, values, strict=True))


def column_names(names: Sequence[str]) -> list[str]:
    """Return the names with doubles told apart: a, a -> a, a_2."""
    unique: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in unique:
            number += 1
            candidate = f"{name}_{number}"
        unique.append(candidate)
    return unique


def postgres_schema(cursor: sa.CursorResult[tuple[object, ...]]) -> pa.Schema:
    """Return the Arrow schema of a result that psycopg gives."""
    described = cursor.cursor.description or ()
    names = column_names([str(column[0]) for column in described])
    types = [POSTGRES_TYPES.get(cast("int", column[1]), pa.string()) for column in described]
    return pa.schema(list(zip(names, types, strict=True)))


def postgres_batches(
    cursor: sa.CursorResult[tuple[object, ...]], schema: pa.Schema, size: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a result that psycopg gives as Arrow batches."""
    for part in cursor.partitions(size):
        columns = zip(*part, strict=True)
        arrays = [
            pa.array([_plain(value, field.type) for value in column], field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(value: object, type_: pa.DataType) -> object:
    if value is None:
        return None
    if isinstance(value, decimal.Decimal):
        return float(value)
    return str(value) if pa.types.is_string(type_) else value


def _values(column: pa.Array) -> list[object]:
    """Return the values as Python's own; times that Python cannot express (the year 20000) come as text."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_value(item) for item in column]


def _value(item: pa.Scalar) -> object:
    try:
        return item.as_py()
    except (ValueError, OverflowError):
        if isinstance(item, pa.StructScalar):
            return {name: _value(inner) for name, inner in item.items()}
        if isinstance(item, pa.ListScalar):
            return [_value(inner) for inner in item.values]
        return item.cast(pa.string()).as_py()
