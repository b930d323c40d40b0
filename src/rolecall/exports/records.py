"""The record of an export: what was written, from which recipe, so that its lines can be traced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from rolecall.datasets.personas import people_of
from rolecall.datasets.stored import Dataset
from rolecall.files.hashing import sha256_of
from rolecall.files.leftovers import left_in
from rolecall.store.bulk import insert, remove
from rolecall.store.statements import select


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
    notes: tuple[str, ...] = ()
    """What whoever asked for the export should know."""


def add_record(
    connection: sa.Connection,
    summary: ExportSummary,
    dataset: Dataset,
    created_at: datetime,
    last_import_id: int,
) -> None:
    """Add the row of `exports`, with the recipe as it is now.

    Args:
        connection: With the transaction that writes the export.
        summary: What was written.
        dataset: As it was written.
        created_at: The time after the last byte was written, one for all files of a command.
        last_import_id: See `newest_imports`.
    """
    counts = ("sha256", "byte_count", "example_count", "token_count")
    values = {
        **{
            column: getattr(summary, column)
            for column in ("export_id", "dataset_id", "format", "split", *counts)
        },
        "path": str(summary.path),
        "recipe": recipe_json(connection, dataset),
        "created_at": created_at,
        "last_import_id": last_import_id,
    }
    insert(connection, "exports", values)


def remove_record(connection: sa.Connection, export_id: int) -> None:
    """Take back the record of a file that never got its name."""
    remove(connection, ("exports", "export_messages"), export_id=export_id)


def undo_interrupted(connection: sa.Connection, folder: Path) -> None:
    """Take back the exports into a folder that were recorded, and killed before each file had its name.

    What tells them is a temporary file left behind, written before the record and with its hash. The files of
    the same command that had got their names go as well, as long as they are what was written.
    """
    for left in left_in(folder):
        if not left.is_file():
            continue
        finished_at = datetime.fromtimestamp(left.stat().st_mtime, UTC).replace(tzinfo=None)
        written = {"sha256": sha256_of(left), "finished_at": finished_at}
        for row in select(connection, "queries/exports_of_command", **written):
            path = Path(row["path"])
            if path.parent != folder:
                continue
            if path.is_file() and sha256_of(path) == row["sha256"]:
                path.unlink()
            remove_record(connection, row["export_id"])


def recipe_json(connection: sa.Connection, dataset: Dataset) -> str:
    """Return a dataset as JSON text: its row, its persona's people and its lists; ids as strings."""
    people = people_of(connection, dataset.persona_id)
    dataset_id = dataset.dataset_id
    listed = {
        name: [
            {key: str(value) if key.endswith("_id") else value for key, value in row.items()}
            for row in select(connection, f"queries/list_dataset_{name}", dataset_id=dataset_id)
        ]
        for name in ("threads", "participants")
    }
    recipe = {
        **dataset.row,
        "dataset_id": str(dataset_id),
        "persona_id": str(dataset.persona_id),
        "persona_name": dataset.persona_name,
        "persona_participants": [
            {"participant_id": str(person.id), "display_name": person.name} for person in people
        ],
        **listed,
    }
    return json.dumps(recipe, ensure_ascii=False, default=str)
