"""What an export of a lake writes: a folder with a file for each bucket, and a manifest that comes last.

bucket-00007.jsonl              the lines of one bucket; all files, one after the other, are the whole export
bucket-00007.lineage.parquet    which message stands on which of its lines
manifest.json                   what was written, of all buckets (manifest-0-15.json: of these)
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rolecall.errors import OutputExists
from rolecall.files.leftovers import temporary_folder
from rolecall.files.outputs import check_folder, folder_at, writing


@dataclass(frozen=True, slots=True)
class BucketFile:
    """One file with lines."""

    bucket: int
    path: str
    """Within the folder, as the lineage's."""
    lineage_path: str
    example_count: int
    token_count: int
    """Of the finished lines, counted exactly as OpenAI does."""
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


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an export writes its files before they take the place of those that are there."""

    folder: Path
    """For new files, under the names that they are to have."""
    manifest: Path
    """Where the manifest goes; the folder around it is the one that was asked for."""
    buckets: tuple[int, int]

    @property
    def out(self) -> Path:
        """The folder that was asked for."""
        return self.manifest.parent

    def publish(self, summary: LakeExportSummary) -> None:
        """Put the new files in the place of the old ones; whatever stops it, the manifest tells the truth.

        First the manifest is replaced. It names the new files in a folder of their own, and from then on the
        new result counts. Then the files are renamed. A bucket never has two
        files of its name, so that nobody who reads them all reads a message twice.
        """
        source, former = self.folder, self._folders()
        if is_again := self.manifest.exists():
            source = self.out / f".{self.manifest.stem}-{secrets.token_hex(4)}"
            self.folder.rename(source)
            files = [
                replace(
                    file, path=f"{source.name}/{file.path}", lineage_path=f"{source.name}/{file.lineage_path}"
                )
                for file in summary.files
            ]
            _write_manifest(self.manifest, replace(summary, files=tuple(files)))
        for bucket in range(self.buckets[0], self.buckets[1] + 1):
            for name in (lineage_name(bucket), lines_name(bucket)):
                _move(source / name, self.out / name, is_kept=is_again)
        _write_manifest(self.manifest, summary)
        for folder in {*former, *self._folders()}:
            shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        """Return the folders of results of these buckets that were never put in place to the end."""
        return [path for path in self.out.glob(f".{self.manifest.stem}-*") if path.is_dir()]


@contextmanager
def staging(path: Path, buckets: tuple[int, int], bucket_count: int, *, is_forced: bool) -> Iterator[Stage]:
    """Give a folder to write into; a folder that is made for it goes away when nothing was published.

    Raises:
        OutputExists: These buckets, or some of them, were written already, and may not be replaced.
        UsageError: It is a file, or its parent does not exist.
    """
    check_folder(path)
    is_whole = buckets == (0, bucket_count - 1)
    manifest = path / ("manifest.json" if is_whole else f"manifest-{buckets[0]}-{buckets[1]}.json")
    if manifest.exists() and not is_forced:
        raise OutputExists(f"{manifest} exists; choose another folder, or replace what is there with --force")
    _check_others(manifest, buckets)
    with folder_at(path), temporary_folder(path) as folder:
        yield Stage(folder, manifest, buckets)


def _check_others(manifest: Path, buckets: tuple[int, int]) -> None:
    """Raise `OutputExists` if another range in the folder holds some of the buckets: it would be broken."""
    for other in sorted(manifest.parent.glob("manifest*.json")):
        first, last = json.loads(other.read_text(encoding="utf-8"))["buckets"]
        if other != manifest and first <= buckets[1] and buckets[0] <= last:
            raise OutputExists(f"{other} holds the buckets {first}-{last} already; choose another folder")


def _move(source: Path, target: Path, *, is_kept: bool) -> None:
    """Give a file its name, or take the name away where there is no such file any more."""
    if not source.exists():
        target.unlink(missing_ok=True)
    elif is_kept:  # under both names until the manifest says the second one
        beside = source.with_suffix(".beside")
        os.link(source, beside)
        beside.replace(target)
    else:
        source.replace(target)


def _write_manifest(path: Path, summary: LakeExportSummary) -> None:
    with writing(path) as output:
        output.write(json.dumps(asdict(summary), ensure_ascii=False, indent=1).encode() + b"\n")
        output.finish()
        output.publish()
