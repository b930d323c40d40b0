"""The folder of a lake: which parts are in it, where their files are, and how a new one appears.

lake.json                                               what holds for all parts
parts/<name>.<generation>/part.json                     what is in one part
parts/<name>.<generation>/<table>.parquet               a small table
parts/<name>.<generation>/<table>/bucket=7.parquet      a large one

A part is written beside its place and renamed: one step, on every file system where renaming a folder is one.
Folders that begin with a dot are being written, or were left by a process that was killed.
"""

import json
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rolecall.errors import RolecallError, UsageError
from rolecall.files.leftovers import make_file, temporary_folder
from rolecall.files.outputs import check_folder, sync
from rolecall.files.private import make_folder
from rolecall.lake.access import is_shared, share, take_access

LAKE_FORMAT = 1
# A load takes minutes; what lies about longer was left by a process that was killed.
_IDLE_SECONDS = 2 * 86_400


class PartTaken(RolecallError):
    """Another process made the same generation of a part first."""


@dataclass(frozen=True, slots=True)
class PartAbout:
    """What part.json says."""

    owners: Mapping[str, str]
    """Id -> label."""
    revision: str
    """Of the tables."""
    tokenizers: tuple[str, ...]
    has_languages: bool
    tables: tuple[str, ...]
    """Small tables that have rows."""
    buckets: Mapping[str, Mapping[str, int]]
    """Large table -> bucket -> rows."""

    def rows(self, table: str, bucket: int) -> int:
        """Return how many rows of a large table a bucket has here."""
        return self.buckets.get(table, {}).get(str(bucket), 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part, whole on the disk."""

    name: str
    generation: int
    path: Path
    about: PartAbout

    def file(self, table: str, bucket: int | None = None) -> Path:
        """Return where a table's rows are, of a large one those of a bucket."""
        return table_file(self.path, table, bucket)


def table_file(folder: Path, table: str, bucket: int | None = None) -> Path:
    """Return the path of a table's file in a part's folder."""
    return folder / (f"{table}.parquet" if bucket is None else f"{table}/bucket={bucket}.parquet")


class Lake:
    """A folder with parts in it."""

    def __init__(self, path: Path, bucket_count: int) -> None:
        """Take the folder and the number of buckets that all its parts have."""
        self.path = path
        self.bucket_count = bucket_count

    def parts(self) -> list[Part]:
        """Return the newest generation of every part, in the order of names.

        Raises:
            RolecallError: A part is not readable.
        """
        newest: dict[str, int] = {}
        for name, generation in self._generations():
            newest[name] = max(generation, newest.get(name, 0))
        return [self._read(name, generation) for name, generation in sorted(newest.items())]

    def part(self, name: str) -> Part | None:
        """Return the newest generation of one part."""
        generations = [generation for part, generation in self._generations() if part == name]
        return self._read(name, max(generations)) if generations else None

    def _generations(self) -> Iterator[tuple[str, int]]:
        for folder in (self.path / "parts").iterdir():
            name, _, generation = folder.name.rpartition(".")
            if name and generation.isdecimal():
                yield name, int(generation)

    def _read(self, name: str, generation: int) -> Part:
        path = self.path / "parts" / f"{name}.{generation}"
        try:
            about = json.loads((path / "part.json").read_text(encoding="utf-8"))
            lists = {key: tuple(about[key]) for key in ("tokenizers", "tables")}
            return Part(name, generation, path, PartAbout(**{**about, **lists}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RolecallError(f"{path} is no part of a lake; move it away and load it again") from error

    @contextmanager
    def new_part(self, name: str, after: Part | None) -> Iterator[Path]:
        """Give a folder to write the next generation of a part into; it appears when all went well.

        The generation before stays for those who are reading it; the one before that goes.

        Raises:
            PartTaken: Another process was faster; what it made is there, and nothing of this.
        """
        generation = after.generation + 1 if after else 1
        with temporary_folder(self.path, idle_seconds=_IDLE_SECONDS) as folder:
            yield folder
            take_access(self.path, [*folder.rglob("*"), folder])
            for file in [*folder.rglob("*.*"), folder]:
                sync(file)
            try:
                folder.rename(self.path / "parts" / f"{name}.{generation}")
            except OSError as error:
                raise PartTaken(f"another process has just loaded {name}; repeat") from error
            sync(self.path / "parts")
        for part, former in list(self._generations()):
            if part == name and former < generation - 1:
                shutil.rmtree(self.path / "parts" / f"{name}.{former}", ignore_errors=True)


def open_lake(path: str | Path) -> Lake:
    """Return the lake in a folder.

    Raises:
        UsageError: There is none, or one of a newer release.
    """
    folder = Path(path)
    if set(str(folder)) & set("*?[]{}"):
        raise UsageError(f"the engines take {folder} for a pattern; choose a lake without any of *?[]{{}}")
    try:
        about = json.loads((folder / "lake.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            f"no lake in {folder}; make one with: rolecall lake import PATH --lake {folder}"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder / 'lake.json'} cannot be read: {error}") from error
    if about["format"] > LAKE_FORMAT:
        raise UsageError(f"{folder} was made by a newer release; upgrade with: pip install -U rolecall")
    return Lake(folder, int(about["bucket_count"]))


def make_lake(path: str | Path, bucket_count: int, *, is_for_group: bool = False) -> Lake:
    """Return the lake in a folder, made when there is none; of several who make it at once one wins.

    Args:
        path: Of the folder.
        bucket_count: Of each part.
        is_for_group: Make it for the folder's group; one that is there must be.

    Raises:
        UsageError: There is one with another number of buckets or for its user alone, or the folder holds
            something else.
    """
    folder = Path(path)
    check_folder(folder, "for the lake")
    make_folder(folder)
    if not (folder / "lake.json").exists():
        if any(path.name != "parts" and not path.name.startswith(".") for path in folder.iterdir()):
            raise UsageError(f"{folder} holds other things; give the path of a new folder for the lake")
        if is_for_group:
            share(folder)
        make_folder(folder / "parts")
        take_access(folder, [folder / "parts"])
        _write_once(folder / "lake.json", {"format": LAKE_FORMAT, "bucket_count": bucket_count})
    lake = open_lake(folder)
    if lake.bucket_count != bucket_count:
        raise UsageError(
            f"the lake {folder} has {lake.bucket_count} buckets, not {bucket_count}; they never change"
        )
    if is_for_group and not is_shared(folder):
        raise UsageError(
            f"the lake {folder} was made for its user alone; to share it all the same:"
            f" chgrp -R GROUP {shlex.quote(str(folder))} && chmod -R g+rwX {shlex.quote(str(folder))}"
        )
    return lake


def _write_once(path: Path, value: object) -> None:
    number, temporary = make_file(path.parent)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        json.dump(value, file)
    take_access(path.parent, [temporary])
    try:
        os.link(temporary, path)  # unlike a renaming, it never replaces
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def write_about(folder: Path, about: PartAbout) -> None:
    """Write part.json."""
    (folder / "part.json").write_text(json.dumps(asdict(about), ensure_ascii=False), encoding="utf-8")
