"""A lake: Parquet files loaded by many processes and exported bucket by bucket, with a store's bytes."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from archive_builder import OWNER, archive_files, dialogue, profile_files, write_zip
from command_line import ROLECALL
from random_stores import load, random_rows
from snapshots import Snapshot, snapshot

import rolecall
from rolecall.api import Store
from rolecall.errors import CheckFailed, EmptyDataset, NotFound, OutputExists, RolecallError, UsageError
from rolecall.lake import build_lake, export_lake, import_into_lake
from rolecall.lake.parts import open_lake
from rolecall.lake.writing import read_part

DEMO = Path(rolecall.__file__).parent / "demo" / "archive"


@pytest.fixture
def demo_store(store: Store) -> Store:
    """The demo's chats with a dataset in each mode."""
    store.import_archives([DEMO])
    store.add_persona("mirela", ["Mirela Stokvist"])
    for preset in ("chat", "group", "langchain"):
        store.create_dataset(preset, persona="mirela", preset=preset)
    store.create_dataset(
        "careful", persona="mirela", has_placeholders=True, skip_duplicates=True, min_words=3
    )
    return store


def joined(folder: Path) -> bytes:
    """Return all lines of an export of a lake, one file after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("bucket-*.jsonl")))


def lineage(folder: Path) -> set[tuple[object, ...]]:
    """Return the lineage of an export of a lake, its lines counted through all files."""
    found: set[tuple[object, ...]] = set()
    before = 0
    for file in json.loads((folder / "manifest.json").read_text())["files"]:
        for row in pq.read_table(folder / file["lineage_path"], partitioning=None).to_pylist():
            found.add((row["line_no"] + before, row["thread_id"], row["message_id"], row["is_trained"]))
        before += file["example_count"]
    return found


def test_a_lake_built_from_a_store_gives_the_stores_bytes_and_lineage(
    demo_store: Store, tmp_path: Path
) -> None:
    summary = demo_store.build_lake(tmp_path / "lake")
    assert summary.owners == ("me",)
    for name in ("chat", "group", "langchain", "careful"):
        written = demo_store.export(name, tmp_path / f"{name}.jsonl")
        out = tmp_path / name
        found = export_lake(tmp_path / "lake", name, out)
        assert joined(out) == written.path.read_bytes()
        assert found.example_count == written.example_count
        query = "select line_no, thread_id, message_id, is_trained from export_messages where export_id = "
        with demo_store.sql(query + str(written.export_id)) as result:
            assert lineage(out) == {tuple(row.values()) for row in result.rows()}


def test_the_manifest_says_what_was_written(demo_store: Store, tmp_path: Path) -> None:
    demo_store.build_lake(tmp_path / "lake")
    export_lake(tmp_path / "lake", "chat", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["dataset"] == "chat"
    assert manifest["recipe"]["gap_minutes"] == 360
    assert sum(file["example_count"] for file in manifest["files"]) == manifest["example_count"] > 0
    for file in manifest["files"]:
        data = (tmp_path / "out" / file["path"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (file["sha256"], file["byte_count"])
        assert data.count(b"\n") == file["example_count"]


@pytest.mark.parametrize("seed", range(1))
def test_random_stores_give_the_same_bytes_through_a_lake(store: Store, tmp_path: Path, seed: int) -> None:
    rows = random_rows(Random(seed), sizes=[40, 25, 60, 5], dataset_count=4)
    for dataset in rows["datasets"]:
        dataset["language"] = None  # the random words are of none
    load(store.database, rows)
    build_lake(store.database, tmp_path / "lake")
    for dataset in rows["datasets"]:
        name = str(dataset["name"])
        out = tmp_path / name
        try:
            expected = store.export(name, tmp_path / f"{name}.jsonl").path.read_bytes()
        except (EmptyDataset, CheckFailed) as error:
            with pytest.raises(type(error)):
                export_lake(tmp_path / "lake", name, out)
        else:
            export_lake(tmp_path / "lake", name, out)
            assert joined(out) == expected


def test_the_parts_of_an_array_job_are_the_whole(demo_store: Store, tmp_path: Path) -> None:
    demo_store.build_lake(tmp_path / "lake")
    for name in ("chat", "careful"):
        whole = demo_store.export(name, tmp_path / f"{name}.jsonl").path.read_bytes()
        parts = []
        for first, last in ((0, 20), (21, 21), (22, 63)):
            path = tmp_path / f"{name}-{first}.jsonl"
            for write in (
                lambda: demo_store.export(name, path, buckets=(first, last)),  # noqa: B023
                lambda: export_lake(tmp_path / "lake", name, tmp_path / name, buckets=(first, last)),  # noqa: B023
            ):
                try:
                    write()
                except EmptyDataset:
                    continue
            parts.append(path.read_bytes() if path.exists() else b"")
        assert b"".join(parts) == whole
        assert joined(tmp_path / name) == whole
    with pytest.raises(UsageError, match="no buckets 60-64; choose from 0-63"):
        demo_store.export("chat", tmp_path / "no.jsonl", buckets=(60, 64))


@pytest.fixture
def donors(tmp_path: Path) -> list[Path]:
    """Archives of three donors, and a later one of the first."""
    made = []
    for number, (count, start) in enumerate([(5, 0), (6, 1), (4, 2), (8, 0)]):
        threads = [
            dialogue(f"chat{chat}_61000000000{chat:05}", 10 + count + chat)
            for chat in range(start, start + count)
        ]
        files = archive_files(threads) | profile_files(OWNER)
        made.append(write_zip(files, tmp_path / f"donor-{number}.zip"))
    return made


def _loader(lake: Path, archive: Path, owner: str) -> subprocess.Popen[bytes]:
    command = [*ROLECALL, "lake", "import", str(archive), "--lake", str(lake), "--owner", owner]
    return subprocess.Popen([*command, "--persona", "donors"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _together(lake: Path, folder: Path) -> Snapshot:
    """Return what all parts of a lake hold."""
    found = Snapshot([], [])
    for part in open_lake(lake).parts():
        store = rolecall.open(str(folder / "part.duckdb"))
        store.migrate()
        with store.database.transaction() as connection:
            read_part(connection, part)
        one = snapshot(store)
        people = sorted(found.people + one.people, key=repr)
        found = Snapshot(people, sorted(found.threads + one.threads, key=repr))
        store.database.path.unlink()
    return found


def test_loaders_at_once_make_what_one_store_has(donors: list[Path], tmp_path: Path, store: Store) -> None:
    """Three donors, one of them by two processes with a download each."""
    lake = tmp_path / "lake"
    owners = ["donor-1", "donor-2", "donor-3", "donor-1"]
    loaders = [_loader(lake, archive, owner) for archive, owner in zip(donors, owners, strict=True)]
    for loader in loaders:
        _, notes = loader.communicate(timeout=300)
        assert loader.returncode == 0, notes.decode()
    for archive, owner in zip(donors, owners, strict=True):
        store.import_archives([archive], owner=owner)
    assert _together(lake, tmp_path) == snapshot(store)
    again = import_into_lake([donors[3]], lake, owner="donor-1")
    assert again.imported is not None
    assert again.imported.added_count == 0
    assert _together(lake, tmp_path) == snapshot(store)

    # The recipe comes with a store; its persona is everybody who joined it.
    recipes = rolecall.open(str(tmp_path / "recipes.duckdb"))
    recipes.import_archives([donors[1]], owner="pilot")
    people = [person.participant_id for person in recipes.people() if person.is_self]
    recipes.add_persona("donors", people)
    recipes.create_dataset("voices", persona="donors")
    recipes.build_lake(lake)
    with store.database.connect(is_read_only=True) as connection:
        everybody = (
            connection.exec_driver_sql("select participant_id from participants where is_self")
            .scalars()
            .all()
        )
    store.import_archives([donors[1]], owner="pilot")
    store.add_persona("donors", [*map(str, everybody), *people])
    store.create_dataset("voices", persona="donors")
    export_lake(lake, "voices", tmp_path / "out")
    assert joined(tmp_path / "out") == store.export("voices", tmp_path / "one.jsonl").path.read_bytes()


_DYING = """
import os, signal, sys
import rolecall.lake.building as building, rolecall.lake.parts as parts
from pathlib import Path
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "while writing":
    building.write_part = die
else:
    Path.rename = die
building.import_into_lake([sys.argv[1]], sys.argv[2], owner="donor-1")
"""


@pytest.mark.parametrize("moment", ["while writing", "before the name"])
def test_a_loader_that_was_killed_leaves_nothing_visible(
    moment: str, donors: list[Path], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    command = [sys.executable, "-c", _DYING, str(donors[0]), str(lake), moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert open_lake(lake).parts() == []
    assert import_into_lake([donors[0]], lake, owner="donor-1").message_count > 0
    before = _together(lake, tmp_path)
    command[3] = str(donors[3])
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert _together(lake, tmp_path) == before
    assert import_into_lake([donors[3]], lake, owner="donor-1").generation == 2


@pytest.mark.parametrize("engine", ["duckdb"])
def test_what_cannot_be_is_one_clear_line(donors: list[Path], demo_store: Store, tmp_path: Path) -> None:
    """About the lake alone, whatever it was built from."""
    lake = tmp_path / "lake"
    with pytest.raises(UsageError, match="no lake in"):
        export_lake(lake, "chat", tmp_path / "out")
    demo_store.build_lake(lake)
    assert demo_store.build_lake(lake).generation == 2
    with pytest.raises(UsageError, match="'me' are in the lake already"):
        import_into_lake([donors[0]], lake, owner="me")
    with pytest.raises(UsageError, match="has 64 buckets, not 8"):
        import_into_lake([donors[0]], lake, owner="donor-1", bucket_count=8)
    with pytest.raises(NotFound, match="rolecall lake build"):
        export_lake(lake, "nothing", tmp_path / "out")
    export_lake(lake, "chat", tmp_path / "out")
    with pytest.raises(OutputExists, match="--force"):
        export_lake(lake, "chat", tmp_path / "out")
    export_lake(lake, "chat", tmp_path / "out", is_forced=True)
    with pytest.raises(UsageError, match="pattern"):
        export_lake(tmp_path / "la[k]e", "chat", tmp_path / "out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thing").touch()
    with pytest.raises(UsageError, match="holds other things"):
        demo_store.build_lake(tmp_path / "other")
    part = open_lake(lake).parts()[0]
    shutil.copytree(part.path, lake / "parts" / "copied.1")
    with pytest.raises(UsageError, match="in two parts"):
        export_lake(lake, "chat", tmp_path / "out", is_forced=True)
    (lake / "parts" / "copied.1" / "part.json").write_text("{}")
    with pytest.raises(RolecallError, match="no part of a lake"):
        export_lake(lake, "chat", tmp_path / "out", is_forced=True)


@pytest.mark.parametrize("engine", ["duckdb"])
def test_files_of_a_lake_are_small_and_named_by_bucket(demo_store: Store, tmp_path: Path) -> None:
    """About the lake alone, whatever it was built from."""
    demo_store.build_lake(tmp_path / "lake")
    (part,) = open_lake(tmp_path / "lake").parts()
    for bucket, count in part.about.buckets["messages"].items():
        with pq.ParquetFile(part.file("messages", int(bucket))) as file:
            assert file.metadata.num_rows == count
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"
            assert set(file.read(["bucket"])["bucket"].to_pylist()) == {int(bucket)}
    assert not list((tmp_path / "lake").glob(".*"))
