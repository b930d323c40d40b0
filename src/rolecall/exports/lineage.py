"""From a line of an exported file back to the messages that stand on it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rolecall.files.hashing import sha256_of
from rolecall.store.bulk import batches
from rolecall.store.database import Database
from rolecall.store.statements import select

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
    sha256 = sha256_of(path)
    with database.reading() as connection:
        messages = {
            line_no: select(connection, "queries/messages_behind_line", sha256=sha256, line_no=line_no)
            for line_no in sorted(set(line_nos))
        }
    return {line_no: rows for line_no, rows in messages.items() if rows}


def shared_lines(database: Database, path: str | Path, other: str | Path) -> Iterator[tuple[int, int, int]]:
    """Yield the lines of a file that share messages with another file; none unless both are exports of ours.

    Yields:
        The line, the first such line of the other file, and how many messages; in the order of lines.

    Raises:
        NoStore: There is no store.
    """
    hashes = {"sha256": sha256_of(path), "other_sha256": sha256_of(other)}
    with database.reading() as connection:
        for batch in batches(connection, "queries/shared_lines", **hashes):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
