"""From a line of an exported file back to the messages that stand on it."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from rolecall.database import Database, batches, rows
from rolecall.migrate import ready

Row = dict[str, object]


def lines_behind(database: Database, path: str | Path, line_nos: Iterable[int]) -> dict[int, list[Row]]:
    """Return the messages behind lines of a file, by line, oldest first; empty when it is no export of ours.

    Args:
        database: The store.
        path: The file; it is known by its bytes, wherever it lies now.
        line_nos: From 1.

    Raises:
        NoStore: There is no store.
    """
    ready(database)
    sha256 = _sha256(path)
    with database.connect(is_read_only=database.is_duckdb) as connection:
        found = {
            line_no: rows(connection, "messages_behind_line", sha256=sha256, line_no=line_no)
            for line_no in sorted(set(line_nos))
        }
    return {line_no: messages for line_no, messages in found.items() if messages}


def shared_lines(database: Database, path: str | Path, other: str | Path) -> Iterator[tuple[int, int, int]]:
    """Yield the lines of a file that share messages with another file; none unless both are exports of ours.

    Yields:
        The line, the first such line of the other file, and how many messages; in the order of lines.

    Raises:
        NoStore: There is no store.
    """
    ready(database)
    hashes = {"sha256": _sha256(path), "other_sha256": _sha256(other)}
    with database.connect(is_read_only=database.is_duckdb) as connection:
        for batch in batches(connection, "shared_lines", **hashes):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _sha256(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
