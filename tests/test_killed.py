"""kill -9 at any moment: the same command again makes the store and the files that one run would have made.

With ROLECALL_TEST_KILLS=100, at a hundred random moments. On DuckDB, for the folder is compared file by file;
test_import_interrupted.py kills on both engines.
"""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, archive_files, dialogue, write_folder
from killing import Ended, Killer, Order, killer
from snapshots import snapshot

import rolecall

KILLS = int(os.environ.get("ROLECALL_TEST_KILLS", "6"))
SETTINGS = ["--validation-permille", "300"]
# Each kind of target: one file, side files named after it, a side file that several share, a folder.
EXPORTS = {
    "openai": ["export", "chats", "-o", "chats.jsonl"],
    "axolotl": ["export", "chats", "-o", "chats.jsonl", "--format", "axolotl"],
    "sharegpt": ["export", "chats", "-o", "chats.json", "--format", "sharegpt", "--no-context"],
    "mlx": ["export", "chats", "-o", "chats", "--format", "mlx", "--no-context"],
    "parquet": ["export", "chats", "-o", "chats.parquet", "--format", "parquet"],
}
IMPORT = ["import", "archive", "--me", OWNER]
# What an export may change; times of day, and ids made from them, differ between any two runs.
WRITTEN = (
    "select export_id, dataset_id, format, split, sha256, byte_count, example_count, path from exports"
    " order by 1",
    "select * from export_messages order by all",
    "select * from message_tokens order by all",
    "select * from thread_tokens order by all",
    "select * from participant_tokens order by all",
    "select dataset_id, name from datasets order by all",
    "select * from dataset_duplicates order by all",
)


@dataclass(frozen=True)
class Whole:
    """A folder with an archive and a store, and what an uninterrupted command makes of it."""

    folder: Path
    words: list[str]
    steps: int
    seconds: float
    files: dict[str, bytes]
    rows: object


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as started:
        yield started


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of thirty chats."""
    folder = tmp_path_factory.mktemp("before")
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30 + number) for number in range(30)]
    write_folder(archive_files(threads), folder / "archive")
    return folder


@pytest.fixture(scope="module")
def imported(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and a dataset."""
    folder = tmp_path_factory.mktemp("imported")
    store = rolecall.open(str(folder / "rolecall.duckdb"))
    store.import_archives([archive / "archive"], me=[OWNER])
    store.add_persona("me", participants=[OWNER])
    store.create_dataset("chats", persona="me", validation_permille=300)
    assert FRIEND in {person.display_name for person in store.people()}
    return folder


def _rows(folder: Path, words: list[str]) -> object:
    store = rolecall.open(str(folder / "rolecall.duckdb"))
    if words[0] == "import":
        return snapshot(store)
    with store.database.connect(is_read_only=True) as connection:
        return [
            [
                tuple(Path(value).name if isinstance(value, str) and "/" in value else value for value in row)
                for row in connection.exec_driver_sql(query)
            ]
            for query in WRITTEN
        ]


def _files(folder: Path) -> dict[str, bytes]:
    """Return every file that is there, the store by its name alone."""
    return {
        str(path.relative_to(folder)): b"" if path.name == "rolecall.duckdb" else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# The other kinds of target are in the part `kills` of proven.toml.
@pytest.fixture(scope="module", params=["import", *(EXPORTS if KILLS > 6 else ("openai",))])
def whole(
    request: pytest.FixtureRequest,
    killing: Killer,
    archive: Path,
    imported: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Whole:
    before, words = (archive, IMPORT) if request.param == "import" else (imported, EXPORTS[request.param])
    folder = tmp_path_factory.mktemp("whole") / "here"
    shutil.copytree(before, folder)
    ended = killing.run(Order(str(folder), tuple(words)))
    assert ended.code == 0, ended.said
    return Whole(before, words, ended.steps, ended.seconds, _files(folder), _rows(folder, words))


def _assert_repaired(killing: Killer, whole: Whole, folder: Path, killed: Ended) -> None:
    """Repeat the command in a folder where it was killed, and compare everything."""
    assert killed.code in (-9, 0), killed.said
    repeated = killing.run(Order(str(folder), tuple(whole.words)))
    # Killed after the last renaming, an export was done: its file is there.
    is_done = repeated.code == 1 and "exists; choose another file" in repeated.said
    assert repeated.code == 0 or is_done, repeated.said
    assert _files(folder) == whole.files
    assert _rows(folder, whole.words) == whole.rows


def test_killed_at_any_step_a_command_is_completed_by_itself(
    killing: Killer, whole: Whole, tmp_path: Path
) -> None:
    assert whole.steps > 6
    # The last ones are where files get their names.
    steps = list(range(1, whole.steps + 1))
    steps = sorted({*steps[-7:], *random.Random(KILLS).sample(steps, min(len(steps), KILLS // 6))})
    for step in steps:
        folder = tmp_path / f"step-{step}"
        shutil.copytree(whole.folder, folder)
        killed = killing.run(Order(str(folder), tuple(whole.words), step=step))
        assert killed.code == -9
        _assert_repaired(killing, whole, folder, killed)
        shutil.rmtree(folder)


def test_killed_at_a_random_moment_a_command_is_completed_by_itself(
    killing: Killer, whole: Whole, tmp_path: Path
) -> None:
    # Half of the kills for imports, half for the five exports.
    count = KILLS // 2 if whole.words == IMPORT else max(1, KILLS // 10)
    drawn = random.Random(f"{KILLS} {whole.words}")
    moments = [drawn.uniform(0, whole.seconds) for _ in range(count)]
    killed_count = 0
    for number in range(count + 10):
        if number >= count and killed_count:
            break
        # A machine that is quicker now than it was for the whole run may be done before: then earlier.
        seconds = moments[number] if number < count else whole.seconds / 2 ** (number - count + 1)
        folder = tmp_path / f"moment-{number}"
        shutil.copytree(whole.folder, folder)
        killed = killing.run(Order(str(folder), tuple(whole.words), seconds=seconds))
        killed_count += killed.code == -9
        _assert_repaired(killing, whole, folder, killed)
        shutil.rmtree(folder)
    assert killed_count
