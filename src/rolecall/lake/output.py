"""What an export of a lake writes: a folder with a file for each bucket, and a manifest that comes last.

bucket-00007.jsonl              the lines of one bucket; all files, one after the other, are the whole export
bucket-00007.lineage.parquet    which message stands on which of its lines
manifest.json                   what was written, of all buckets (manifest-0-15.json: of these)
"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from rolecall.errors import OutputExists, UsageError
from rolecall.outputs import writing


@dataclass(frozen=True, slots=True)
class BucketFile:
    """One file with lines."""

    bucket: int
    path: str
    """Within the folder, as the lineage's."""
    lineage_path: str
    example_count: int
    token_count: int
    """Counted exactly by DuckDB; from Spark as the views estimate them, rather too many than too few."""
    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LakeExportSummary:
    """What an export of a lake wrote."""

    dataset: str
    split: str | None
    buckets: tuple[int, int]
    """The first and the last that were asked for."""
    engine: str
    """duckdb or spark; the bytes are the same."""
    example_count: int
    token_count: int
    byte_count: int
    files: tuple[BucketFile, ...]
    recipe: dict[str, object]
    parts: dict[str, int]
    """The parts of the lake that were read -> their generation."""


def lines_name(bucket: int) -> str:
    """Return the name of the file with a bucket's lines."""
    return f"bucket-{bucket:05}.jsonl"


def lineage_name(bucket: int) -> str:
    """Return the name of the file that says which message stands on which line."""
    return f"bucket-{bucket:05}.lineage.parquet"


def prepare_folder(path: Path, buckets: tuple[int, int], bucket_count: int, *, is_forced: bool) -> Path:
    """Make the folder, take former files of these buckets away, and return where the manifest goes.

    Raises:
        OutputExists: These buckets were written already, and not `is_forced`.
        UsageError: It is a file, or its parent does not exist.
    """
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; give the path of a folder to write into")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"no folder {path.absolute().parent} to make {path.name} in; make it first")
    is_whole = buckets == (0, bucket_count - 1)
    manifest = path / ("manifest.json" if is_whole else f"manifest-{buckets[0]}-{buckets[1]}.json")
    if manifest.exists() and not is_forced:
        raise OutputExists(f"{manifest} exists; choose another folder, or replace what is there with --force")
    path.mkdir(mode=0o700, exist_ok=True)
    manifest.unlink(missing_ok=True)
    for bucket in range(buckets[0], buckets[1] + 1):
        for name in (lines_name(bucket), lineage_name(bucket)):
            (path / name).unlink(missing_ok=True)
    return manifest


def write_manifest(place: Path, summary: LakeExportSummary) -> None:
    """Write what was written, whole or not at all."""
    with writing(place) as output:
        output.write(json.dumps(asdict(summary), ensure_ascii=False, indent=1).encode() + b"\n")
        output.finish()
        output.place()


def hashes(paths: list[Path]) -> list[tuple[str, int]]:
    """Return SHA-256 and size of files, several read at once."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_hash, paths))


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
