"""What is measured: ours, theirs and the floor in turn on the same archive, again and again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from benchmarks.archive import Shape, write_archive
from benchmarks.timing import Taken, measure
from benchmarks.words import OWNER

Round = dict[str, Taken]
Say = Callable[[str], None]
IMPORT, AGAIN, LATER = "import", "import again", "import the later download"
WINDOWS, FIRST, SECOND = "export langchain", "export the first time", "export the second time"
QUICK = ("--help", "status")


def generated(shape: Shape, folder: Path, say: Say) -> Path:
    """Return the archive of a shape below `folder`, written when it is not there yet."""
    words = (shape.messages, shape.threads, shape.is_later, shape.is_one_file, shape.seed)
    place = folder / ("archive-" + "-".join(str(word).lower() for word in words))
    if not place.exists():
        say(f"writing {place.name}")
        unfinished = place.with_suffix(".unfinished")
        rmtree(unfinished, ignore_errors=True)
        write_archive(shape, unfinished).rename(place)
    return place


def whole_round(first: Path, later: Path, folder: Path, say: Say) -> Round:
    """Measure the floor, theirs, and every command of ours that may be slow, on a store of its own."""
    with _room(folder) as room:
        found = _compared(first, room, say)
        for name, words in _more_commands(first, later):
            found[name] = _ours(room, name, words, say)
    return found


def short_round(first: Path, folder: Path, say: Say) -> Round:
    """Measure the floor, theirs, and ours from the archive to the file."""
    with _room(folder) as room:
        return _compared(first, room, say)


def own_round(archive: Path, folder: Path, say: Say) -> Round:
    """Measure only ours, from the archive to the files."""
    with _room(folder) as room:
        return {name: _ours(room, name, words, say) for name, words in _to_the_file(archive)}


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="round-", dir=folder) as name:
        yield Path(name)


def _compared(archive: Path, room: Path, say: Say) -> Round:
    say("floor")
    found = {"floor": measure("floor", archive, folder=room)}
    say("langchain-community")
    found["theirs"] = measure("theirs", archive, room / "theirs.jsonl", folder=room)
    (room / "theirs.jsonl").unlink()
    for name, words in _to_the_file(archive):
        found[name] = _ours(room, name, words, say)
    return found


def _ours(room: Path, name: str, words: list[str | Path], say: Say) -> Taken:
    say(f"rolecall {name}")
    return measure("ours", *words, folder=room)


def _to_the_file(archive: Path) -> list[tuple[str, list[str | Path]]]:
    return [
        (IMPORT, ["import", archive, "--me", OWNER]),
        ("persona add", ["persona", "add", "me", "--participant", OWNER]),
        ("dataset create", ["dataset", "create", "windows", "--persona", "me", "--preset", "langchain"]),
        (WINDOWS, ["export", "windows", "-o", "windows.jsonl"]),
        ("dataset create chats", ["dataset", "create", "chats", "--persona", "me"]),
        (FIRST, ["export", "chats", "-o", "chats.jsonl"]),
    ]


def _more_commands(first: Path, later: Path) -> list[tuple[str, list[str | Path]]]:
    return [
        (SECOND, ["export", "chats", "-o", "again.jsonl"]),
        (AGAIN, ["import", first, "--me", OWNER]),
        ("--help", ["--help"]),
        ("status", ["status"]),
        ("check", ["check", "chats.jsonl"]),
        ("stats", ["stats"]),
        ("people", ["people"]),
        ("search", ["search", "teapot"]),
        ("dataset show", ["dataset", "show", "chats"]),
        ("dataset preview", ["dataset", "preview", "chats"]),
        ("sql", ["sql", "select kind, count(*) as messages from messages group by kind"]),
        (LATER, ["import", later, "--me", OWNER]),
        ("export --since-export", ["export", "chats", "-o", "new.jsonl", "--since-export", "3"]),
    ]
