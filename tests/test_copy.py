"""A store moves to another engine and back with nothing changed."""

import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from command_line import ROLECALL
from random_stores import load, random_rows
from sample import load_sample
from servers import needs_server, postgres_database, url_of
from snapshots import column

import rolecall
from rolecall.api import Store
from rolecall.errors import NotAStore, StoreError, UsageError
from rolecall.store.bulk import insert
from rolecall.store.database import Database


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table."""
    with store.database.connect() as connection:
        names = sorted(set(sa.inspect(connection).get_table_names()) - {"store_views"})
        return {
            name: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f"select * from {name}")), key=repr
            )
            for name in names
        }


@pytest.fixture
def full_store(duckdb_store: Store, tmp_path: Path) -> Store:
    """A store in a file, to be copied to a server: with chats, recipes, an export, and few buckets."""
    load_sample(duckdb_store.database)
    archive = Path(rolecall.__file__).parent / "demo" / "archive"
    duckdb_store.import_archives([archive], owner="Mirela")
    duckdb_store.add_persona("ines", ["Ines Quill"])
    duckdb_store.create_dataset("boats", persona="ines", system_prompt="'\\\n\t{title}")
    duckdb_store.export("boats", tmp_path / "boats.jsonl")
    with duckdb_store.database.transaction() as connection:
        connection.exec_driver_sql("update settings set value = '128' where name = 'bucket_count'")
        losses = {"job_id": 1, "step": 1, "train_loss": 0.1 + 0.2, "validation_loss": None}
        insert(connection, "job_losses", losses)
    return duckdb_store


@needs_server
def test_a_store_moves_to_postgresql_and_back_with_nothing_changed(full_store: Store, tmp_path: Path) -> None:
    before = contents(full_store)
    assert sum(map(len, before.values())) > 500
    with postgres_database() as url:
        counts = full_store.copy(url)
        assert counts["messages"] == len(before["messages"])
        there = rolecall.open(url)
        assert contents(there) == before
        assert there.check_store() == full_store.check_store()
        written = [
            store.export("boats", tmp_path / f"{n}.jsonl").sha256
            for n, store in enumerate((there, full_store))
        ]
        assert len(set(written)) == 1
        there.copy(str(tmp_path / "back.duckdb"))
        assert contents(rolecall.open(str(tmp_path / "back.duckdb"))) == contents(there)
    assert sorted(path.name for path in tmp_path.iterdir() if "back" in path.name) == ["back.duckdb"]
    assert (tmp_path / "back.duckdb").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("seed", range(2))
def test_random_rows_arrive_as_they_are(store: Store, duckdb_store: Store, tmp_path: Path, seed: int) -> None:
    load(store.database, random_rows(Random(seed), sizes=[40, 20, 5], dataset_count=3))
    store.copy(str(tmp_path / "copy.duckdb"))
    assert contents(rolecall.open(str(tmp_path / "copy.duckdb"))) == contents(store)


def test_a_store_with_rows_is_never_copied_over(store: Store, full_store: Store, tmp_path: Path) -> None:
    if store.database.is_duckdb:
        store = rolecall.open(str(tmp_path / "other.duckdb"))
        store.migrate()
    insert_one(store.database)
    before = contents(store)
    with pytest.raises(StoreError, match=r"holds rows already \(owners\)"):
        full_store.copy(url_of(store.database))
    assert contents(store) == before
    with pytest.raises(UsageError, match="the store itself"):
        full_store.copy(url_of(full_store.database))


def insert_one(database: Database) -> None:
    with database.transaction() as connection:
        insert(connection, "owners", {"owner_id": 1, "label": "somebody"})


_SCRIPT = """
import os, signal, sys, rolecall, rolecall.store.copying as copying
append = copying.append
def dying(connection, name, table):
    append(connection, name, table)
    if name == "messages":
        os.kill(os.getpid(), signal.SIGKILL)
copying.append = dying
rolecall.open(sys.argv[1]).copy(sys.argv[2])
"""


@pytest.mark.parametrize("source", ["duckdb", "postgres"])
def test_a_copy_that_was_killed_leaves_no_half_store_and_is_repeated(
    source: str, full_store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "target.duckdb"
    url = str(target)
    if source == "postgres":
        url = url_of(request.getfixturevalue("postgres_store").database)
    command = [sys.executable, "-c", _SCRIPT, url_of(full_store.database), url]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not target.exists()
    if source == "postgres":
        assert column(rolecall.open(url), "select count(*) from messages") == [0]
    done = subprocess.run(
        [*ROLECALL, "--store", url_of(full_store.database), "db", "copy", "--to", url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rows copied" in done.stderr
    assert contents(rolecall.open(url)) == contents(full_store)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", [".", "folder"])
def test_a_copy_into_a_folder_is_refused_before_it_begins(
    name: str, full_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NotAStore, match="is a folder; give the path of a file"):
        full_store.copy(name)
    assert sorted(tmp_path.rglob("*")) == before
