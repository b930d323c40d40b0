"""One store and several processes: two that write, and one that reads while another writes."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive_builder import archive_files, dialogue, write_folder
from command_line import ROLECALL, Keyboard
from snapshots import snapshot

import rolecall
from rolecall.api import Store

# Holds an import open in the middle, until a line comes.
HOLD = """
import sys, rolecall, rolecall.imports.importer as importer
importer._BATCH_MESSAGES = 100
importer._FIRST_BATCHES = 1
files = 0
def wait(done, total):
    global files
    files += 1
    if files == 5:
        print("open", flush=True)
        sys.stdin.readline()
rolecall.open(sys.argv[1]).import_archives([sys.argv[2]], progress=wait)
"""
COMMANDS = (
    ["status"],
    ["people"],
    ["stats"],
    ["sql", "select 1"],
    ["import", "archive"],
    ["persona", "list"],
    ["db", "upgrade"],
    ["export", "chats"],
    ["job", "list"],
)


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    """A store in a file. Only a file has one writer."""
    return duckdb_store


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30 + number) for number in range(20)]
    return write_folder(archive_files(threads), tmp_path / "archive")


@contextmanager
def importing(store: Store, archive: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Have another process in the middle of an import, which goes on afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.database.path), str(archive)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield process
        process.stdin.close()
    assert process.returncode == 0


def test_while_one_process_writes_every_other_command_is_refused_and_told_who_it_is(
    store: Store, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(tmp_path, store.address, monkeypatch)
    with importing(store, archive) as process:
        for words in COMMANDS:
            typed = keyboard.type(*words)
            assert (typed.code, typed.out) == (1, ""), words
            assert typed.notes.count("\n") == 1
            assert f"process {process.pid}" in typed.notes, words
    whole = rolecall.open(str(tmp_path / "whole.duckdb"))
    whole.import_archives([archive])
    assert snapshot(store) == snapshot(whole)


def test_several_imports_at_once_end_well_or_are_refused_and_one_more_completes_them(
    archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "store.duckdb"  # which none of them finds there

    def run(_: int) -> tuple[int, str]:
        done = subprocess.run(
            [*ROLECALL, "--store", str(path), "import", str(archive)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(run, range(4)))
    assert [code for code, _ in ended].count(0) >= 1
    for code, notes in ended:
        assert code == 0 or (code == 1 and "is open in" in notes), notes
    store = rolecall.open(str(path))
    assert store.import_archives([archive]).added_count == 0
    whole = rolecall.open(str(tmp_path / "whole.duckdb"))
    whole.import_archives([archive])
    assert snapshot(store) == snapshot(whole)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["archive", "store.duckdb", "whole.duckdb"]


def test_while_somebody_reads_a_writer_is_refused_and_other_readers_are_not(
    sample_store: Store, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(tmp_path, sample_store.address, monkeypatch)
    reader = [*ROLECALL, "sql", "select range from range(30000000)"]
    with subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()  # and no more, so that it waits with the store open
        typed = keyboard.type("import", str(archive))
        assert typed.code == 1
        assert f"process {process.pid}" in typed.notes
        assert keyboard.type("sql", "select count(*) as n from messages").out == "n\n16\n"
        process.stdout.close()
    assert keyboard.type("import", str(archive)).code == 0


def test_the_engine_draws_no_bar_into_what_others_print(store: Store) -> None:
    # It would, where Python runs what stands on the command line, and in notebooks.
    asked = (
        "import sys, rolecall\n"
        "with rolecall.open(sys.argv[1]).database.connect(is_read_only=True) as connection:\n"
        "    asked = \"select current_setting('enable_progress_bar')\"\n"
        "    print(connection.exec_driver_sql(asked).scalar_one())\n"
    )
    run = [sys.executable, "-c", asked, str(store.database.path)]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "False\n"
