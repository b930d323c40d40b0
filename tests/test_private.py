"""Private by default: what we make is its user's alone from the first moment, whatever the program's umask.

On DuckDB and this machine's files; a server has rights of its own.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
from archive_builder import OWNER, archive_files, dialogue, write_folder
from command_line import Keyboard
from sample import load_sample

import rolecall
from rolecall.api import Store
from rolecall.errors import RolecallError, UsageError
from rolecall.files.private import give_access, open_new
from rolecall.lake import build_lake, export_lake, import_into_lake
from rolecall.store.companions import spill_of

pytestmark = [pytest.mark.python_only, pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")]
IMPORT_AND_DIE = """
import os, sys
import rolecall, rolecall.imports.importer

os.umask(0o022)
rolecall.imports.importer._BATCH_MESSAGES = 100
rolecall.imports.importer._FIRST_BATCHES = 1

def die(done, total):
    if done > total / 2:
        os._exit(9)

rolecall.open("rolecall.duckdb").import_archives(["archive"], progress=die)
"""


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """The umask of most programs, under which everybody may read what they make."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of thirty chats."""
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30 + number) for number in range(30)]
    return write_folder(archive_files(threads), tmp_path / "archive")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, which everybody may look into."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def full_store(folder: Path) -> Store:
    """A small store with a dataset in the working folder."""
    store = rolecall.open("rolecall.duckdb")
    store.migrate()
    load_sample(store.database)
    store.add_persona("ines", ["Ines Quill"])
    store.create_dataset("boats", persona="ines", context_exchanges=0, validation_permille=300)
    return store


def modes(folder: Path) -> dict[str, int]:
    """Return the mode of everything below a folder, by its path in it."""
    found = {}
    for path in folder.rglob("*"):
        try:
            found[path.relative_to(folder).as_posix()] = S_IMODE(path.stat().st_mode)
        except FileNotFoundError:  # between the two questions
            continue
    return found


def open_to_others(folder: Path) -> dict[str, str]:
    """Return what others may read, but not what lies in a folder that they cannot open."""
    found = modes(folder)
    return {
        name: oct(mode)
        for name, mode in found.items()
        if mode & 0o077
        and all(found[str(parent)] & 0o077 for parent in Path(name).parents if parent != Path())
    }


def test_an_import_from_python_shows_nothing_to_others_while_it_runs(
    folder: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 100)
    monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    seen: dict[str, int] = {}
    shown: dict[str, str] = {}

    def look(done: int, total: int) -> None:
        seen.update(modes(folder))
        shown.update(open_to_others(folder))

    rolecall.open("rolecall.duckdb").import_archives([archive], progress=look)
    assert seen["rolecall.duckdb.wal"] == 0o600
    assert seen[spill_of(Path("rolecall.duckdb")).name] == 0o700
    assert shown == {}
    assert modes(folder) == {"rolecall.duckdb": 0o600}


def test_the_journal_stays_private_after_the_engine_made_it_anew(full_store: Store, folder: Path) -> None:
    found = []
    with full_store.database.connect() as connection:
        for value in ("a", "b"):
            with connection.begin():
                connection.exec_driver_sql(f"update settings set value = '{value}' where name = 'release'")
            found.append(modes(folder)["rolecall.duckdb.wal"])
            connection.connection.driver_connection.execute("checkpoint")  # type: ignore[union-attr]
            assert "rolecall.duckdb.wal" not in modes(folder)
    assert found == [0o600, 0o600]
    assert list(modes(folder)) == ["rolecall.duckdb"]


def test_a_killed_import_leaves_a_private_journal_that_the_next_command_brings_in(
    folder: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.rename(folder / "archive")
    assert subprocess.run([sys.executable, "-c", IMPORT_AND_DIE], check=False).returncode == 9
    left = {name: mode for name, mode in modes(folder).items() if not name.startswith("archive")}
    assert left.pop("rolecall.duckdb.wal") == 0o600
    assert left.pop("rolecall.duckdb") == 0o600
    assert set(left.values()) <= {0o700}
    typed = Keyboard(folder, "rolecall.duckdb", monkeypatch).type("status")
    assert typed.code == 0, typed.notes
    assert [name for name in modes(folder) if name.endswith(".wal")] == []
    rolecall.open("rolecall.duckdb").import_archives(["archive"], me=[OWNER])
    assert [name for name in modes(folder) if not name.startswith("archive")] == ["rolecall.duckdb"]


def test_what_exceeds_memory_goes_into_a_folder_that_nobody_else_opens(
    full_store: Store, folder: Path
) -> None:
    query = "select hash(i)::varchar || repeat('y', 60) as text from range(1500000) t(i) order by text"
    with full_store.sql(query, memory="60MB") as result:
        assert next(result.rows())
        spilled = modes(folder)
        assert any("duckdb_temp" in name for name in spilled)
        assert open_to_others(folder) == {}
    assert list(modes(folder)) == ["rolecall.duckdb"]


def test_what_killed_engines_moved_out_of_memory_goes_and_nothing_else(
    full_store: Store, folder: Path
) -> None:
    for name in ("rolecall.duckdb.tmp", "rolecall.duckdb.9999-0123abcd.tmp", "rolecall.duckdb.notes.tmp"):
        (folder / name).mkdir()
        (folder / name / "duckdb_temp_99999999_0_storage_DEFAULT-0.tmp").write_bytes(b"words")
    full_store.migrate()
    with full_store.database.transaction():
        pass
    assert sorted(path.name for path in folder.iterdir()) == ["rolecall.duckdb", "rolecall.duckdb.notes.tmp"]


def test_a_store_that_a_group_may_read_stays_so_and_its_journal_is_no_wider(
    full_store: Store, folder: Path
) -> None:
    full_store.database.path.chmod(0o640)
    with full_store.database.connect() as connection:
        with connection.begin():
            connection.exec_driver_sql("update settings set value = 'older' where name = 'sql_hash'")
        assert modes(folder)["rolecall.duckdb.wal"] == 0o640
    store = rolecall.open("rolecall.duckdb")
    assert store.migrate()
    assert modes(folder) == {"rolecall.duckdb": 0o640}
    empty = rolecall.open("copy.duckdb")
    empty.migrate()
    empty.database.path.chmod(0o660)
    store.copy("copy.duckdb")
    store.copy("new.duckdb")
    assert modes(folder) == {"rolecall.duckdb": 0o640, "copy.duckdb": 0o660, "new.duckdb": 0o600}


def test_a_group_that_one_is_not_in_is_given_and_no_other_group_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words"
    open_new(path).close()

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    give_access(path, 0o640, path.stat().st_gid + 1)
    assert modes(tmp_path) == {"words": 0o600}
    give_access(path, 0o640, path.stat().st_gid)
    assert modes(tmp_path) == {"words": 0o640}


def test_a_new_file_never_follows_a_link_that_lies_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        open_new(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_exports_side_files_and_their_folders_are_their_users_alone(full_store: Store, folder: Path) -> None:
    for number, name in enumerate(("openai", "axolotl", "sharegpt", "mlx", "parquet")):
        full_store.export("boats", Path(f"export-{number}{'' if name == 'mlx' else '.json'}"), format=name)
    full_store.save_sql("select * from messages", "messages.csv")
    found = modes(folder)
    assert found.pop("export-3") == 0o700
    assert len(found) > 8
    assert set(found.values()) == {0o600}


def test_a_replaced_export_is_made_anew_and_a_shared_side_file_keeps_its_mode(
    full_store: Store, folder: Path
) -> None:
    (folder / "words.json").touch(0o644)
    (folder / "dataset_info.json").write_text("{}", encoding="utf-8")
    (folder / "dataset_info.json").chmod(0o640)
    full_store.export("boats", "words.json", format="sharegpt", is_forced=True)
    assert modes(folder) == {"rolecall.duckdb": 0o600, "words.json": 0o600, "dataset_info.json": 0o640}


def test_the_command_line_needs_no_umask_of_its_own_for_that(
    full_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "umask", lambda mode: 0o022)
    keyboard = Keyboard(folder, full_store.address, monkeypatch)
    for words in (
        ["demo", "--keep-archive"],
        ["export", "boats", "--format", "mlx", "-o", "mlx"],
        ["sql", "select 1 as one", "-o", "one.parquet"],
        ["db", "copy", "--to", "copy.duckdb"],
        ["lake", "build", "--lake", "study"],
        ["lake", "export", "boats", "--lake", "study", "-o", "lines"],
    ):
        typed = keyboard.type(*words)
        assert typed.code == 0, typed.notes
    found = modes(folder)
    assert {"facebook-mirela.zip", "rolecall-demo.jsonl", "copy.duckdb", "study/lake.json"} <= set(found)
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}


def test_a_lake_is_its_users_alone_even_inside(full_store: Store, folder: Path, archive: Path) -> None:
    (folder / "study").mkdir()  # which everybody may look into, as nobody has said
    full_store.build_lake("study")
    import_into_lake([archive], "study", owner="donor-2")
    export_lake("study", "boats", "lines")
    found = modes(folder)
    assert found.pop("study") == 0o755
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_shared_lake_is_its_groups_whoever_loads_it(
    is_typed: bool, full_store: Store, folder: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(folder, "rolecall.duckdb", monkeypatch)
    group_id = os.getgid()
    if os.geteuid() == 0:  # who may give a folder to any group
        group_id = 54321
        (folder / "study").mkdir()
        os.chown(folder / "study", -1, group_id)
    if is_typed:
        assert keyboard.type("lake", "build", "--lake", "study", "--shared").code == 0
        loaded = keyboard.type("lake", "import", str(archive), "--lake", "study", "--owner", "donor-2")
        assert loaded.code == 0, loaded.notes
    else:
        build_lake(full_store.database, "study", is_shared=True)
        os.umask(0o077)
        import_into_lake([archive], "study", owner="donor-2")
    study = [folder / "study", *(folder / "study").rglob("*")]
    assert {path.stat().st_gid for path in study} == {group_id}
    assert {S_IMODE(path.stat().st_mode) for path in study if path.is_dir()} == {0o2770}
    assert {S_IMODE(path.stat().st_mode) for path in study if path.is_file()} == {0o660}
    assert full_store.build_lake("study", is_shared=True).generation == 2


def test_a_private_lake_is_not_shared_later_without_a_word(
    full_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_store.build_lake("study")
    with pytest.raises(UsageError, match=r"was made for its user alone.*chgrp -R GROUP study"):
        full_store.build_lake("study", is_shared=True)
    typed = Keyboard(folder, "rolecall.duckdb", monkeypatch).type(
        "lake", "build", "--lake", "study", "--shared"
    )
    assert typed.code == 1
    assert typed.notes.count("\n") == 1
    assert modes(folder)["study"] == 0o700


def test_a_folder_of_somebody_else_is_not_shared(
    full_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(RolecallError, match="study is not yours to share"):
        full_store.build_lake("study", is_shared=True)
