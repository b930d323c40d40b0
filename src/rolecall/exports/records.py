"""The record of an export: what was written, from which recipe, so that its lines can be traced."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.preparing import find_duplicates
from rolecall.files.leftovers import left_in
from rolecall.ids import make_id
from rolecall.store.buckets import Range
from rolecall.store.bulk import insert
from rolecall.store.statements import select

LISTS = {"dataset_threads": "thread_id", "dataset_participants": "participant_id"}


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export wrote."""

    export_id: int
    dataset_id: int
    dataset_name: str
    path: Path
    format: str
    split: str | None
    example_count: int
    message_count: int
    """Messages on all lines; one that is context on a second line counts twice."""
    trained_count: int
    """Those of the persona that are trained."""
    token_count: int
    """Of the finished lines, counted exactly as OpenAI does."""
    byte_count: int
    sha256: str
    trained_token_count: int = 0
    """Of the words of trained replies."""
    longest_tokens: int = 0
    """Of the longest line."""
    lengths: Mapping[int, int] = field(default_factory=dict)
    """Upper bound in tokens (32, 64, 128, ...) -> lines up to it and above the bound before."""
    side_files: tuple[Path, ...] = ()
    others: tuple["ExportSummary", ...] = ()
    """What was written besides: the validation file of a folder."""


def add_record(
    connection: sa.Connection,
    summary: ExportSummary,
    dataset: dict[str, Any],
    created_at: datetime,
    last_import_id: int,
) -> None:
    """Add the row of `exports`, with the recipe as it is now.

    Args:
        connection: With the transaction that writes the export.
        summary: What was written.
        dataset: Its row.
        created_at: The time after the last byte was written, one for all files of a command.
        last_import_id: See `newest_imports`.
    """
    kept = (
        "export_id",
        "dataset_id",
        "format",
        "split",
        "sha256",
        "byte_count",
        "example_count",
        "token_count",
    )
    values = {
        **{column: getattr(summary, column) for column in kept},
        "path": str(summary.path),
        "recipe": recipe_json(connection, dataset),
        "created_at": created_at,
        "last_import_id": last_import_id,
    }
    insert(connection, "exports", values)


def remove_record(connection: sa.Connection, export_id: int) -> None:
    """Take back the record of a file that never got its name."""
    for table in ("exports", "export_messages"):
        statement = sa.text(f"delete from {table} where export_id = :export_id")
        connection.execute(statement, {"export_id": export_id})


def undo_interrupted(connection: sa.Connection, folder: Path) -> None:
    """Take back the exports into a folder that were recorded, and killed before each file had its name.

    What tells them is a temporary file left behind, written before the record and with its hash. The files of
    the same command that had got their names go as well, as long as they are what was written.
    """
    for left in left_in(folder):
        if not left.is_file():
            continue
        finished_at = datetime.fromtimestamp(left.stat().st_mtime, UTC).replace(tzinfo=None)
        for row in select(
            connection, "queries/exports_of_command", sha256=_hash(left), finished_at=finished_at
        ):
            path = Path(row["path"])
            if path.parent != folder:
                continue
            if path.is_file() and _hash(path) == row["sha256"]:
                path.unlink()
            remove_record(connection, row["export_id"])


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recipe_json(connection: sa.Connection, dataset: dict[str, Any]) -> str:
    """Return a dataset as JSON text: its row, its persona's people and its lists; ids as strings."""
    people = [
        {"participant_id": str(row["participant_id"]), "display_name": row["display_name"]}
        for row in select(connection, "queries/list_personas")
        if row["persona_id"] == dataset["persona_id"]
    ]
    listed = {
        name: [
            {key: str(value) if key.endswith("_id") else value for key, value in row.items()}
            for row in select(connection, f"queries/list_dataset_{name}", dataset_id=dataset["dataset_id"])
        ]
        for name in ("threads", "participants")
    }
    ids = {key: str(dataset[key]) for key in ("dataset_id", "persona_id")}
    recipe = {**dataset, **ids, "persona_participants": people, **listed}
    return json.dumps(recipe, ensure_ascii=False, default=str)


@contextmanager
def without_context(
    connection: sa.Connection, dataset: Mapping[str, Any], ranges: Sequence[Range]
) -> Iterator[int]:
    """Give the id of a dataset as this one without context; it is there only until the work with it ends.

    The transaction that it lives in is not committed before that, so nobody else ever sees it.
    """
    dataset_id = int(dataset["dataset_id"])
    twin_id = make_id("dataset without context", dataset_id)
    columns = {key: value for key, value in dataset.items() if key != "persona_name"}
    twin = {**columns, "dataset_id": twin_id, "context_exchanges": 0}
    insert(connection, "datasets", twin)
    for table, column in LISTS.items():
        statement = (
            f"insert into {table} (dataset_id, {column}, is_included)"
            f" select :twin_id, {column}, is_included from {table} where dataset_id = :dataset_id"
        )
        connection.execute(sa.text(statement), {"twin_id": twin_id, "dataset_id": dataset_id})
    if twin["skip_duplicates"]:  # its texts are counted already
        find_duplicates(connection, twin, ranges)
    yield twin_id
    for table in ("datasets", *LISTS, "dataset_duplicates"):
        connection.execute(sa.text(f"delete from {table} where dataset_id = :twin_id"), {"twin_id": twin_id})
