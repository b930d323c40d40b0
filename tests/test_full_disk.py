"""A disk without room: one clear line, nothing lost, and the same command completes once there is room.

On DuckDB: the disk is this machine's, and that of a server is not.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_builder import OWNER, archive_files, dialogue, write_folder
from command_line import Keyboard, Typed
from snapshots import column, snapshot

import rolecall
from rolecall.api import Store
from rolecall.errors import StoreFull
from rolecall.store.migrate import current

FULL = "no room left on the disk"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of sixteen megabytes, of which a store of ours takes six."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root; CI runs as root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of sixty chats."""
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30 + number) for number in range(60)]
    return write_folder(archive_files(threads), tmp_path_factory.mktemp("archive"))


@pytest.fixture
def keyboard(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 100)
    monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    return Keyboard(small_disk, "rolecall.duckdb", monkeypatch)


def fill(folder: Path, but_bytes: int) -> Path:
    """Take all room on a disk but some, and return the file that takes it."""
    ballast = folder / "ballast"
    left = os.statvfs(folder)
    ballast.write_bytes(b"\0" * (left.f_bavail * left.f_bsize - but_bytes))
    return ballast


def assert_full(typed: Typed) -> None:
    assert typed.code == 1
    assert typed.out == ""
    assert typed.notes.count("\n") == 1
    assert typed.notes.startswith("error: ")
    assert FULL in typed.notes


@pytest.mark.parametrize("but_bytes", [0, 100_000, 600_000, 2_000_000])
def test_an_import_onto_a_full_disk_keeps_whole_threads_and_is_completed_by_the_same_command(
    but_bytes: int, keyboard: Keyboard, small_disk: Path, archive: Path, tmp_path: Path
) -> None:
    ballast = fill(small_disk, but_bytes)
    assert_full(keyboard.type("import", str(archive)))
    store = Store("rolecall.duckdb")
    if store.database.exists():
        counts = column(store, "select count(*) from messages group by thread_id")
        assert set(counts) <= set(range(30, 90))
    ballast.unlink()
    assert keyboard.type("import", str(archive)).code == 0
    assert [path.name for path in small_disk.iterdir()] == ["rolecall.duckdb"]
    whole = rolecall.open(str(tmp_path / "whole.duckdb"))
    whole.import_archives([archive])
    assert snapshot(store) == snapshot(whole)


@pytest.mark.parametrize("is_typed", [True, False])
def test_an_import_that_fits_into_the_journal_alone_says_so_and_the_next_command_brings_it_in(
    is_typed: bool, keyboard: Keyboard, small_disk: Path, archive: Path
) -> None:
    keyboard.monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 50_000)
    keyboard.monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    ballast = fill(small_disk, 3_000_000)
    if is_typed:
        typed = keyboard.type("import", str(archive))
        assert_full(typed)
        assert "what was done is kept" in typed.notes
        assert "beside it in rolecall.duckdb.wal" in typed.notes
    else:
        with pytest.raises(StoreFull, match=r"beside it in rolecall\.duckdb\.wal"):
            rolecall.open("rolecall.duckdb").import_archives([archive])
    assert Path("rolecall.duckdb.wal").stat().st_size
    assert keyboard.type("status").code == 0  # which may read what is there, also without room
    ballast.unlink()
    assert keyboard.type("status").code == 0
    assert [path.name for path in small_disk.iterdir()] == ["rolecall.duckdb"]
    store = Store("rolecall.duckdb")
    assert column(store, "select status from imports") == ["finished"]
    assert column(store, "select count(*) from messages") == [sum(range(30, 90))]


@pytest.mark.parametrize("but_bytes", [0, 2_000_000, 3_000_000])
def test_a_copy_onto_a_full_disk_is_whole_or_not_there(
    but_bytes: int, small_disk: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _with_dataset(tmp_path, archive)
    keyboard = Keyboard(tmp_path, store.address, monkeypatch)
    ballast = fill(small_disk, but_bytes)
    typed = keyboard.type("db", "copy", "--to", str(small_disk / "copy.duckdb"))
    assert_full(typed)
    assert "copy.duckdb; nothing was copied" in typed.notes
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    ballast.unlink()
    assert keyboard.type("db", "copy", "--to", str(small_disk / "copy.duckdb")).code == 0
    assert snapshot(Store(str(small_disk / "copy.duckdb"))) == snapshot(store)


def _with_dataset(folder: Path, archive: Path) -> Store:
    store = rolecall.open(str(folder / "rolecall.duckdb"))
    store.import_archives([archive], me=[OWNER])
    store.add_persona("me", participants=[OWNER])
    store.create_dataset("chats", persona="me")
    return store


@pytest.mark.parametrize("but_bytes", [0, 4096, 100_000])
def test_an_export_onto_a_full_disk_leaves_nothing(
    but_bytes: int, small_disk: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _with_dataset(tmp_path, archive)
    keyboard = Keyboard(small_disk, store.address, monkeypatch)
    ballast = fill(small_disk, but_bytes)
    for words in (["-o", "chats.jsonl"], ["-o", "chats", "--format", "mlx", "--no-context"]):
        assert_full(keyboard.type("export", "chats", *words))
    assert column(store, "select count(*) from exports") == [0]
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    ballast.unlink()
    assert keyboard.type("export", "chats", "-o", "chats.jsonl").code == 0
    assert column(store, "select count(*) from exports") == [1]


def test_an_export_from_a_store_on_a_full_disk_leaves_nothing(
    keyboard: Keyboard, small_disk: Path, archive: Path, tmp_path: Path
) -> None:
    monkeypatch = keyboard.monkeypatch
    monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 50_000)
    monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    store = _with_dataset(small_disk, archive)
    before = snapshot(store)
    target = tmp_path / "chats.jsonl"
    ballast = fill(small_disk, 0)
    assert_full(keyboard.type("export", "chats", "-o", str(target)))
    assert [path.name for path in tmp_path.iterdir() if path.name != "small"] == []
    ballast.unlink()
    assert keyboard.type("export", "chats", "-o", str(target)).code == 0
    assert snapshot(store) == before
    assert target.stat().st_size


@pytest.mark.parametrize("but_bytes", [0, 30_000, 300_000])
def test_a_migration_on_a_full_disk_leaves_the_store_as_it_was(
    but_bytes: int, keyboard: Keyboard, small_disk: Path, archive: Path
) -> None:
    keyboard.monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 50_000)
    keyboard.monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    store = _with_dataset(small_disk, archive)
    before = snapshot(store)
    with store.database.transaction() as connection:
        connection.exec_driver_sql("update settings set value = 'older' where name = 'sql_hash'")
    ballast = fill(small_disk, but_bytes)
    typed = keyboard.type("db", "upgrade")
    if typed.code:  # the views may fit into what was left
        assert_full(typed)
        assert (_sql_hash(store) == "older") != ("what was done is kept" in typed.notes)
    ballast.unlink()
    assert keyboard.type("db", "upgrade").code == 0
    assert _sql_hash(store) != "older"
    assert snapshot(store) == before


def _sql_hash(store: Store) -> str:
    with store.database.connect(is_read_only=True) as connection:
        return current(connection)["sql_hash"]
