"""The record of an export: what was written, from which recipe, so that its lines can be traced."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolecall.database import insert, rows


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
    side_files: tuple[Path, ...] = ()


def next_export_id(connection: sa.Connection) -> int:
    """Return the id of the export to come: 1, 2, 3."""
    return int(rows(connection, "next_export_id")[0]["export_id"])


def add_record(connection: sa.Connection, summary: ExportSummary, dataset: dict[str, Any]) -> None:
    """Add the row of `exports`, with the recipe as it is now."""
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
        "created_at": datetime.now(UTC).replace(tzinfo=None),
    }
    insert(connection, "exports", values)


def remove_record(connection: sa.Connection, export_id: int) -> None:
    """Take back the record of a file that never got its name."""
    for table in ("exports", "export_messages"):
        statement = sa.text(f"delete from {table} where export_id = :export_id")
        connection.execute(statement, {"export_id": export_id})


def recipe_json(connection: sa.Connection, dataset: dict[str, Any]) -> str:
    """Return a dataset as JSON text: its row, its persona's people and its lists; ids as strings."""
    people = [
        {"participant_id": str(row["participant_id"]), "display_name": row["display_name"]}
        for row in rows(connection, "list_personas")
        if row["persona_id"] == dataset["persona_id"]
    ]
    listed = {
        name: [
            {key: str(value) if key.endswith("_id") else value for key, value in row.items()}
            for row in rows(connection, f"list_dataset_{name}", dataset_id=dataset["dataset_id"])
        ]
        for name in ("threads", "participants")
    }
    ids = {key: str(dataset[key]) for key in ("dataset_id", "persona_id")}
    recipe = {**dataset, **ids, "persona_participants": people, **listed}
    return json.dumps(recipe, ensure_ascii=False, default=str)
