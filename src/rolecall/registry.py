"""Finding plug-ins by file name, and the contracts that they keep."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from rolecall.errors import NotFound
from rolecall.records import ArchiveFile, Example, OwnerHint, SkippedFile, Thread, Trains


class Source(Protocol):
    """A kind of chat archive: `sources/<name>.py`."""

    def read(self, file: ArchiveFile) -> Iterator[Thread | OwnerHint | SkippedFile] | None:
        """Read one JSON file; None when it is not of this source (decided by shape, never by name)."""


class Format(Protocol):
    """A way to write examples: `formats/<name>.py`."""

    suffix: str
    """Of the file, with its dot: `.jsonl`."""
    trains: Trains
    """Which replies a trainer learns from: the marked ones, all of them, or the last of a line."""
    has_names: bool
    """Whether a trainer that reads the format sees the `name` of a message."""
    folder_files: Mapping[str, str]
    """For a format that is a folder: split -> name of its file. Empty for one file."""

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        """Render the examples of a whole file as its bytes, in order.

        A file of text has one line for each, its LF included. Examples come as they are read from the store,
        so they must be taken one after another.
        """

    def side_files(self, path: Path, limit_tokens: int | None) -> dict[str, bytes]:
        """Return further files that belong beside the one written at `path`: name -> bytes.

        `limit_tokens` is what an example has at the most; None where the recipe sets no limit.
        """


def folder(name: str) -> Path:
    """Return the folder `sql` or `migrations`: in the package when installed, else at the repository root."""
    package = Path(str(files("rolecall")))
    return package / name if (package / name).is_dir() else package.parents[1] / name


@cache
def names(kind: str) -> list[str]:
    """Return the names of the plug-ins in the folder `kind` (sources, formats, providers), sorted."""
    plugins = Path(str(files("rolecall"))) / kind
    return sorted(path.stem for path in plugins.glob("*.py") if not path.stem.startswith("_"))


def load(kind: str, name: str) -> ModuleType:
    """Return the plug-in `name` of the folder `kind`.

    Raises:
        NotFound: There is none of that name; the message lists those there are.
    """
    if name not in names(kind):
        choices = names(kind)
        raise NotFound(
            f"no {kind.removesuffix('s')} named '{name}'; choose from: {', '.join(choices)}", choices
        )
    return import_module(f"rolecall.{kind}.{name}")


def sources() -> dict[str, Source]:
    """Return every source by its name."""
    return {name: cast("Source", load("sources", name)) for name in names("sources")}


def format_named(name: str) -> Format:
    """Return the format `name`, or raise `NotFound`."""
    return cast("Format", load("formats", name))
