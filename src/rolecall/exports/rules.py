"""What may be exported how: formats that cannot say which replies are trained, and where files go."""

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rolecall.errors import OutputExists, UsageError
from rolecall.files.outputs import check_folder, check_target
from rolecall.formats import Format, format_named
from rolecall.plugins import names

SPLITS = ("train", "validation")


def check_split(split: str | None) -> None:
    """Return if there is such a split, or raise `UsageError`."""
    if split not in (None, *SPLITS):
        raise UsageError(
            f"no split named '{split}'; choose from: {', '.join(SPLITS)}, or none for both in one file"
        )


def check_format(dataset: Mapping[str, object], format_name: str, renderer: Format) -> None:
    """Return if a trainer would learn from the file what the recipe says.

    Raises:
        UsageError: It would not; the message names every reason, each with the option to change.
    """
    clashes = list(_clashes(dataset, renderer))
    if not clashes:
        return
    name = dataset["name"]
    others = [other for other in names("formats") if not list(_clashes(dataset, format_named(other)))]
    options = " ".join(option for _, option in clashes)
    raise UsageError(
        f"the format '{format_name}' cannot hold '{name}': {'; '.join(why for why, _ in clashes)}."
        f" Make another version with: rolecall dataset edit {shlex.quote(str(name))} {options};"
        f" or choose another format: {', '.join(others)}"
    )


def _clashes(dataset: Mapping[str, object], renderer: Format) -> Iterator[tuple[str, str]]:
    """Yield what a trainer would get wrong, and the option that mends it."""
    if renderer.trains == "last" and dataset["max_turns"] != 2:
        mode = "--mode exchange " if dataset["mode"] == "sliding" else ""
        yield "it trains only the last reply of a line, and max_turns is not 2", f"{mode}--max-turns 2"
    if renderer.trains == "all":
        blind = "it cannot say which replies are not trained, and"
        if context := dataset["context_exchanges"]:
            why = f"{blind} context_exchanges is {context} (--no-context leaves it out of this export)"
            yield why, "--context-exchanges 0"
        if chars := dataset["min_assistant_chars"]:
            yield f"{blind} min_assistant_chars is {chars}", "--min-assistant-chars 0"
    if dataset["has_name_field"] and dataset["has_group"] and not renderer.has_names:
        yield "its trainers do not see the field `name`, and has_name_field is set", "--no-name-field"


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
        yield {split: check_target(wanted, is_forced=is_forced, forbidden=forbidden)}
        return
    check_folder(wanted)
    is_new = not wanted.exists()
    wanted.mkdir(exist_ok=True)
    try:
        yield {
            one: check_target(wanted / name, is_forced=is_forced, forbidden=forbidden)
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
