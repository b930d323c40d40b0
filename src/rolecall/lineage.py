"""From a line of an exported file back to the messages that stand on it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from rolecall.database import Database, rows
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
    with Path(path).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with database.connect(is_read_only=database.is_duckdb) as connection:
        found = {
            line_no: rows(connection, "messages_behind_line", sha256=sha256, line_no=line_no)
            for line_no in sorted(set(line_nos))
        }
    return {line_no: messages for line_no, messages in found.items() if messages}
