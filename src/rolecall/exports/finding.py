"""Exports that were made before."""

import shlex
from typing import Any

from rolecall.errors import NotFound
from rolecall.jobs import provider_for
from rolecall.providers import profile_named
from rolecall.store.database import Database
from rolecall.store.names import find
from rolecall.store.statements import select

Row = dict[str, Any]


def find_exports(database: Database, name_or_id: str | int) -> list[Row]:
    """Return the exports of a dataset (name or id), the newest first; or the one export of an id.

    Raises:
        NotFound: There is neither a dataset nor an export of that name or id.
    """
    with database.reading() as connection:
        exports = select(connection, "queries/find_exports", name=str(name_or_id))
        if not exports:
            find(connection, "datasets", name_or_id)
    return [row for row in exports if row["is_named"]] or exports


def newest_export(database: Database, name_or_id: str | int, format: str) -> int:
    """Return the export's id: that very id, or the newest of a dataset in the format, not for validation.

    Raises:
        NotFound: There is none; the message says how to make one.
    """
    for row in find_exports(database, name_or_id):
        if row["is_named"] or (row["format"] == format and row["split"] != "validation"):
            return int(row["export_id"])
    raise NotFound(
        f"nothing is exported from '{name_or_id}' as {format} yet;"
        f" do it with: rolecall export {shlex.quote(str(name_or_id))} --format {format}"
    )


def export_for_job(
    database: Database, name_or_id: str | int, *, provider: str | None = None, base_url: str | None = None
) -> int:
    """Return an export's id: itself, or the newest of a dataset that the provider can train on.

    Raises:
        NotFound: There is none; the message says how to make one.
    """
    return newest_export(database, name_or_id, profile_named(provider_for(provider, base_url)).format)
