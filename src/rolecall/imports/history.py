"""What was imported: every import, and the files that one looked at."""

from rolecall.errors import NotFound
from rolecall.store.database import Database
from rolecall.store.status import Row, named_rows


def list_imports(database: Database) -> list[Row]:
    """Return every import, with its `sources` (what was read of each) and `reasons` (files for each)."""
    found = named_rows(database, "queries/list_imports")
    sources = named_rows(database, "queries/list_import_sources")
    reasons = named_rows(database, "queries/list_import_reasons")
    for row in found:
        mine = [one for one in sources if one["import_id"] == row["import_id"]]
        counts = ("file_count", "message_count", "skipped_count")
        row["sources"] = {str(one["source"]): {name: one[name] for name in counts} for one in mine}
        row["reasons"] = {
            str(one["reason"]): one["file_count"] for one in reasons if one["import_id"] == row["import_id"]
        }
    return found


def list_import_files(database: Database, import_id: int) -> list[Row]:
    """Return the files of one import, or raise `NotFound`."""
    known = [row["import_id"] for row in named_rows(database, "queries/list_imports")]
    if import_id not in known:
        raise NotFound(
            f"no import {import_id}; list them with: rolecall imports", [str(one) for one in known]
        )
    return named_rows(database, "queries/list_import_files", import_id=import_id)
