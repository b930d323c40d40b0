"""What the engines' errors mean, in words for users."""

import errno
import re
from pathlib import Path

import duckdb
import sqlalchemy as sa

from rolecall.errors import NewerStore, RolecallError, StoreBusy, StoreError, StoreFull

_DAMAGED = ("Corrupt database file", "Could not read enough bytes", "Corrupt WAL file")
_UNUSABLE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)


def translate(error: Exception, address: str) -> RolecallError | None:
    """Return the intended error that a driver's error means, or None when it is a defect of ours."""
    original = getattr(error, "orig", None) or error
    text = str(original).strip()
    if (isinstance(original, OSError) and original.errno == errno.ENOSPC) or _is_full(text):
        return StoreFull(
            f"no room left on the disk for {address}; what was committed before stays; free some and repeat"
        )
    if "Could not set lock" in text or "lock on file" in text.lower():
        holder = re.search(r"held in (.+?) \(PID (\d+)\)", text)
        name = f"{Path(holder[1]).name}, process {holder[2]}" if holder else "another process"
        return StoreBusy(f"{address} is open in {name}; wait until it ends and repeat")
    if "with a different configuration" in text:
        return StoreBusy(
            f"{address} is open in another thread of this program; wait until it ends and repeat"
        )
    if "database file with version number" in text:
        return NewerStore(
            f"{address} was written by a newer DuckDB; upgrade with: pip install -U duckdb rolecall"
        )
    if any(words in text for words in _DAMAGED):
        return StoreError(
            f"{address} is damaged: {text.splitlines()[0]}; take the copy of it that you have,"
            " or import your archives into another --store"
        )
    if isinstance(original, _UNUSABLE):
        return StoreError(f"{address} cannot be used: {text.splitlines()[0]}")
    if isinstance(original, duckdb.OutOfMemoryException):
        return StoreError(f"not enough memory: {text.splitlines()[0]}")
    if getattr(original, "sqlstate", "") == "42501":  # insufficient_privilege
        return StoreError(f"{address} does not let you: {text.splitlines()[0]}; ask who runs the server")
    if isinstance(error, sa.exc.OperationalError) and not isinstance(original, duckdb.Error):
        return StoreError(
            f"{address} cannot be reached: {text.splitlines()[0] if text else type(original).__name__}"
        )
    return None


def _is_full(text: str) -> bool:
    return any(words in text for words in ("No space left on device", "Disk quota exceeded", "disk is full"))
