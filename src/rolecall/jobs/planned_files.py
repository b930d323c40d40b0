"""The file that a job would upload: found, unchanged, and within the provider's limits."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rolecall.errors import NotFound, RolecallError, UsageError
from rolecall.files.hashing import sha256_of
from rolecall.jobs.patience import patient
from rolecall.providers import Profile
from rolecall.store.database import Database
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One export that would be uploaded."""

    export_id: int
    path: Path
    upload_name: str
    sha256: str
    byte_count: int
    """As it is sent, a byte order mark included."""
    example_count: int
    token_count: int
    """An estimate, of one pass over the file."""


@patient
def export_row(database: Database, export_id: int) -> dict[str, object]:
    """Return an export and the name of its dataset, or raise `NotFound`."""
    with database.reading() as connection:
        exports = select(connection, "queries/job_export", export_id=export_id)
    if not exports:
        raise NotFound(f"no export {export_id}; make one with: rolecall export DATASET")
    return exports[0]


def planned_file(database: Database, profile: Profile, export_id: int) -> PlannedFile:
    """Return the file of an export as it would be sent, its bytes compared with what was recorded.

    Raises:
        NotFound: No such export.
        UsageError: The file is gone or changed, or the provider would refuse its format or size.
    """
    row = export_row(database, export_id)
    path, sha256 = Path(str(row["path"])), str(row["sha256"])
    if row["format"] != profile.format:
        raise UsageError(
            f"export {export_id} is in the format {row['format']}; {profile.label} wants another,"
            f" write it with: rolecall export DATASET --format {profile.format}"
        )
    _check_file(path, export_id, sha256)
    byte_count = int(cast("int", row["byte_count"])) + (3 if profile.has_byte_order_mark else 0)
    if byte_count > profile.byte_limit:
        raise UsageError(
            f"export {export_id} has {byte_count:,} bytes; {profile.label} takes at most"
            f" {profile.byte_limit:,}, so make a dataset of fewer threads"
        )
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", str(row["dataset_name"] or "")).strip("-") or "dataset"
    return PlannedFile(
        export_id=export_id,
        path=path,
        upload_name=f"{name[:100]}-{sha256[:16]}.jsonl",
        sha256=sha256,
        byte_count=byte_count,
        example_count=int(cast("int", row["example_count"])),
        token_count=int(cast("int", row["token_count"])),
    )


def _check_file(path: Path, export_id: int, sha256: str) -> None:
    try:
        is_changed = sha256_of(path) != sha256
    except FileNotFoundError as error:
        raise UsageError(f"export {export_id} is no longer at {path}; export the dataset again") from error
    except OSError as error:
        raise RolecallError(f"export {export_id} cannot be read at {path}: {error.strerror}") from error
    if is_changed:
        raise UsageError(
            f"the export file {path} changed since it was recorded (export {export_id});"
            " export the dataset again"
        )
