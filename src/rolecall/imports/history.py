"""What was imported: every import, and the files that one looked at."""

from rolecall.errors import NotFound
from rolecall.store.database import Database
from rolecall.store.status import Row, named_rows


def list_imports(database: Database) -> list[Row]:
    """Return every import, with its `sources` (what was read of each) and `reasons` (files for each)."""
    imports = named_rows(database, "queries/list_imports")
    sources = named_rows(database, "queries/list_import_sources")
    reasons = named_rows(database, "queries/list_import_reasons")
    for row in imports:
        mine = [about for about in sources if about["import_id"] == row["import_id"]]
        counts = ("file_count", "message_count", "skipped_count")
        row["sources"] = {str(about["source"]): {name: about[name] for name in counts} for about in mine}
        row["reasons"] = {
            str(about["reason"]): about["file_count"]
            for about in reasons
            if about["import_id"] == row["import_id"]
        }
    return imports


def list_import_files(database: Database, import_id: int) -> list[Row]:
    """Return the files of one import, or raise `NotFound`."""
    known = [row["import_id"] for row in named_rows(database, "queries/list_imports")]
    if import_id not in known:
        raise NotFound(
            f"no import {import_id}; list them with: rolecall imports", [str(number) for number in known]
        )
    return named_rows(database, "queries/list_import_files", import_id=import_id)
