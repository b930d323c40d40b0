"""Where the files of an export go: one file, or a folder of them, and what stands beside."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rolecall.errors import OutputExists
from rolecall.files.outputs import check_folder, check_target, folder_at
from rolecall.formats import Format

Targets = dict[str | None, Path]
"""Split -> the full path of its file; None stands for both splits in one file."""


def default_path(dataset_name: str, split: str | None, suffix: str) -> Path:
    """Return the name of the file when nobody gives one; characters that file systems refuse become `-`."""
    safe = re.sub(r"[^\w.-]+", "-", dataset_name).strip(".-").encode()[:200].decode(errors="ignore")
    return Path(f"{safe or 'dataset'}{f'-{split}' if split else ''}{suffix}")


def path_for(path: str | Path | None, dataset_name: str, split: str | None, renderer: Format) -> Path:
    """Return the path that somebody gave, or the one that is named after the dataset."""
    if path is not None:
        return Path(path)
    if renderer.folder_files:
        return default_path(dataset_name, None, "")
    return default_path(dataset_name, split, renderer.suffix)


@contextmanager
def targets_at(
    path: Path, split: str | None, renderer: Format, *, is_forced: bool, forbidden: Path | None
) -> Iterator[Targets]:
    """Give the files to write.

    A format that is a folder gets one, which goes away again when nothing was written into it.

    Raises:
        OutputExists: There is a file already, and not `is_forced`.
        UsageError: It is a folder where a file is wanted or the other way round, a device or the store.
    """
    if not renderer.folder_files:
        yield {split: check_target(path, is_forced=is_forced, forbidden=forbidden)}
        return
    check_folder(path)
    with folder_at(path):
        yield {
            part: check_target(path / name, is_forced=is_forced, forbidden=forbidden)
            for part, name in renderer.folder_files.items()
            if split in (None, part)
        }


def side_files(
    renderer: Format, target: Path, limit_tokens: int | None, *, is_forced: bool
) -> dict[Path, bytes]:
    """Return the files that belong beside the one at `target`: path -> bytes.

    Raises:
        OutputExists: One of them is there, is this export's alone, and not `is_forced`.
    """
    beside = renderer.side_files(target, limit_tokens)
    for name, data in beside.items():
        # A file named after ours is ours alone; a format keeps what stands in the others.
        if name.startswith(target.stem) and _is_another(target.parent / name, data) and not is_forced:
            raise OutputExists(f"{name} exists beside {target.name}; move it, or replace both with --force")
    return {target.parent / name: data for name, data in beside.items()}


def _is_another(path: Path, data: bytes) -> bool:
    """Return whether a file is there that says anything else: a killed export may have left ours."""
    return path.exists() and not (path.is_file() and path.read_bytes() == data)
