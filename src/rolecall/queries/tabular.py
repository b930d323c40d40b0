"""Rows as text for other programs: tab-separated, CSV, JSON, JSON lines, Parquet. All of them stream."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rolecall.errors import RolecallError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from rolecall.store.results import QueryResult

FORMATS = ("table", "csv", "json", "jsonl", "parquet")
ROW_GROUP_ROWS = 122_880  # what DuckDB writes, so that it reads them well


class Sink(Protocol):
    """Where bytes go: an open binary file, or an `Output`."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""


def format_of(path: Path | None, format: str | None) -> str:
    """Return the format somebody asks for: by name, else by the file's suffix, else `table`.

    Raises:
        UsageError: There is no such format.
    """
    wanted = format or (path.suffix.removeprefix(".").lower() if path else "table")
    if format is None and wanted not in FORMATS:
        return "table"
    if wanted not in FORMATS:
        raise UsageError(f"no format named '{wanted}'; choose from: {', '.join(FORMATS)}")
    return wanted


def write(result: "QueryResult", format: str, sink: Sink) -> None:
    """Write the rows of a query; `table` is tab-separated, a row a line.

    Raises:
        QueryError: The query fails on the way.
        RolecallError: Parquet has no such type of column.
    """
    if format == "parquet":
        _write_parquet(result, sink)
        return
    writers: dict[str, Callable[[list[str], Iterator[Mapping[str, object]]], Iterator[str]]] = {
        "table": tab_lines,
        "csv": csv_lines,
        "json": lambda columns, rows: json_lines(rows),
        "jsonl": lambda columns, rows: (json_text(row) + "\n" for row in rows),
    }
    for line in writers[format](result.columns, result.rows()):
        sink.write(line.encode())


def tab_lines(columns: list[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    r"""Yield a line of names, then a line for each row; a tab or line break in a value stands as \t, \n."""
    breaks = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    table = str.maketrans(breaks)
    yield "\t".join(name.translate(table) for name in columns) + "\n"
    for row in rows:
        yield "\t".join(as_text(row[name]).translate(table) for name in columns) + "\n"


def csv_lines(columns: list[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the names, then each row, as RFC 4180 has it but for the line end, which is LF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([as_text(row[name]) for name in columns])
    yield buffer.getvalue()


def json_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the text of one JSON list, a row a line."""
    lead = "[\n"
    for row in rows:
        yield lead + json_text(row)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return a row or record, or any nest of them, as JSON text."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def plain(value: object, name: str = "") -> object:
    """Return a value as JSON can hold it: ids (`..._id`) as strings, times in ISO 8601, NaN as null."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, name) for item in value]
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        # JavaScript and many JSON readers keep 53 bits of a number; an id has 63.
        return str(value) if name == "id" or name.endswith("_id") else value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value if isinstance(value, str) else as_text(value)


def as_text(value: object) -> str:
    """Return a value as text: nothing for null, times in ISO 8601, bytes in hex, lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return json_text(value) if isinstance(value, Mapping | list | tuple) else str(value)


def _write_parquet(result: "QueryResult", sink: Sink) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetWriter(pa.PythonFile(_Appending(sink), mode="w"), result.schema) as writer:
            for batches in _groups(result):
                writer.write_table(
                    pa.Table.from_batches(batches, result.schema), row_group_size=ROW_GROUP_ROWS
                )
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise RolecallError(
            f"parquet cannot hold these columns: {str(error).splitlines()[0]}; cast them to varchar"
        ) from error


def _groups(result: "QueryResult") -> Iterator[list["pa.RecordBatch"]]:
    group, size = [], 0
    for batch in result.batches():
        group.append(batch)
        size += batch.num_rows
        if size >= ROW_GROUP_ROWS:
            yield group
            group, size = [], 0
    yield group


class _Appending:
    """A sink as the kind of file that Arrow writes to: one that tells how far it is."""

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._size = 0

    def tell(self) -> int:
        return self._size

    def write(self, data: bytes | memoryview) -> int:
        taken = bytes(data)
        self._sink.write(taken)
        self._size += len(taken)
        return len(taken)

    def flush(self) -> None:
        """Do nothing: what was taken is with the sink already."""

    def close(self) -> None:
        """Do nothing: the sink is closed by whoever opened it."""
