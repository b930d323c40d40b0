"""What may be exported how: formats that cannot say which replies are trained, and where files go."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rolecall.errors import OutputExists, UsageError
from rolecall.outputs import check_place
from rolecall.registry import Format

SPLITS = ("train", "validation")


def check_split(split: str | None) -> None:
    """Return if there is such a split, or raise `UsageError`."""
    if split not in (None, *SPLITS):
        raise UsageError(
            f"no split named '{split}'; choose from: {', '.join(SPLITS)}, or none for both in one file"
        )


def check_trained(dataset: Mapping[str, object], format_name: str, renderer: Format) -> None:
    """Return if a trainer would learn from the file what the recipe says.

    Raises:
        UsageError: It would learn other replies; the message names the option to change.
    """
    name = dataset["name"]
    if renderer.trains == "last" and dataset["max_turns"] != 2:
        raise UsageError(
            f"the format '{format_name}' trains only the last reply of a line, and '{name}' may have several:"
            f" make another version with: rolecall dataset edit {name} --max-turns 2;"
            " or choose another format"
        )
    if renderer.trains != "all":
        return
    why = f"the format '{format_name}' cannot say which replies are not trained; '{name}' has"
    if context := dataset["context_exchanges"]:
        raise UsageError(
            f"{why} context_exchanges {context}: leave the context out of this export with --no-context,"
            f" make another version with: rolecall dataset edit {name} --context-exchanges 0;"
            " or choose another format"
        )
    if chars := dataset["min_assistant_chars"]:
        raise UsageError(
            f"{why} min_assistant_chars {chars}: make another version with: rolecall dataset edit {name}"
            " --min-assistant-chars 0; or choose another format"
        )


def check_names(dataset: Mapping[str, object], format_name: str, renderer: Format) -> None:
    """Return if a trainer would see who speaks.

    Raises:
        UsageError: It would not; the message names the option to change.
    """
    if dataset["has_name_field"] and dataset["has_group"] and not renderer.has_names:
        name = dataset["name"]
        raise UsageError(
            f"trainers that read the format '{format_name}' do not see the field `name`, and '{name}' has"
            f" has_name_field: make another version with: rolecall dataset edit {name} --no-name-field;"
            " or choose another format"
        )


def default_path(dataset_name: str, split: str | None, suffix: str) -> Path:
    """Return the name of the file when nobody gives one; characters that file systems refuse become `-`."""
    safe = re.sub(r"[^\w.-]+", "-", dataset_name).strip(".-").encode()[:200].decode(errors="ignore")
    return Path(f"{safe or 'dataset'}{f'-{split}' if split else ''}{suffix}")


@contextmanager
def places(
    wanted: Path, split: str | None, renderer: Format, *, is_forced: bool, forbidden: Path | None
) -> Iterator[dict[str | None, Path]]:
    """Give the files to write, split -> full path; None stands for both splits in one file.

    A format that is a folder gets one, which goes away again when nothing was written into it.

    Raises:
        OutputExists: There is a file already, and not `is_forced`.
        UsageError: It is a folder where a file is wanted or the other way round, a device or the store.
    """
    if not renderer.folder_files:
        yield {split: check_place(wanted, is_forced=is_forced, forbidden=forbidden)}
        return
    if wanted.exists() and not wanted.is_dir():
        raise UsageError(f"{wanted} is a file; give the path of a folder to write into")
    if not wanted.absolute().parent.is_dir():
        raise UsageError(f"no folder {wanted.absolute().parent} to make {wanted.name} in; make it first")
    is_new = not wanted.exists()
    wanted.mkdir(exist_ok=True)
    try:
        yield {
            one: check_place(wanted / name, is_forced=is_forced, forbidden=forbidden)
            for one, name in renderer.folder_files.items()
            if split in (None, one)
        }
    finally:
        if is_new and not any(wanted.iterdir()):
            wanted.rmdir()


def side_files(
    renderer: Format, place: Path, limit_tokens: int | None, *, is_forced: bool
) -> dict[str, bytes]:
    """Return the files that belong beside the one at `place`: name -> bytes.

    Raises:
        OutputExists: One of them is there, is this export's alone, and not `is_forced`.
    """
    found = renderer.side_files(place, limit_tokens)
    for name, data in found.items():
        # A file named after ours is ours alone; a format keeps what stands in the others.
        if name.startswith(place.stem) and _is_another(place.parent / name, data) and not is_forced:
            raise OutputExists(f"{name} exists beside {place.name}; move it, or replace both with --force")
    return found


def _is_another(path: Path, data: bytes) -> bool:
    """Return whether a file is there that says anything else: a killed export may have left ours."""
    return path.exists() and not (path.is_file() and path.read_bytes() == data)
