"""Bringing a store to this release: repeated, from an older one, refused, and undone when a step fails."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from servers import url_of

import rolecall
from rolecall.api import Store
from rolecall.datasets.commands import show_dataset
from rolecall.datasets.options import Recipe
from rolecall.errors import NewerStore, NoStore, NotAStore, StoreBusy, StoreError
from rolecall.store import migrate as migration
from rolecall.store.database import Database
from rolecall.store.migrate import current, head, migrate, view_files
from rolecall.store.statements import folder, header


def _again(store: Store) -> Database:
    """The same store, as another process opens it."""
    return Database(url_of(store.database))


def _views(database: Database) -> dict[str, str]:
    with database.connect(is_read_only=True) as connection:
        if database.is_duckdb:
            query = "select view_name, comment from duckdb_views() where not internal"
        else:
            query = (
                "select relname, obj_description(oid) from pg_class"
                " where relkind = 'v' and relnamespace = 'public'::regnamespace"
            )
        return {str(name): str(comment) for name, comment in connection.exec_driver_sql(query)}


def _state(store: Store) -> object:
    """All that migrating might change: of a file its bytes."""
    if store.database.is_duckdb:
        return store.database.path.read_bytes()
    with store.database.connect() as connection:
        return _views(store.database), current(connection)


def test_migrating_again_does_nothing(store: Store) -> None:
    before = _state(store)
    assert not migrate(_again(store))
    assert _state(store) == before


def test_every_view_carries_its_header(store: Store) -> None:
    assert _views(store.database) == {name: header(statement) for name, statement in view_files().items()}


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_store_with_older_views_gets_the_new_ones_and_keeps_its_rows_and_the_users_views(
    sample_store: Store,
) -> None:
    """On DuckDB alone: a server keeps what a user's view stands on (test_postgres.py)."""
    with sample_store.database.transaction() as connection:
        count = connection.exec_driver_sql("select count(*) from messages").scalar_one()
        connection.exec_driver_sql("create view mine as select body from text_messages")
        connection.exec_driver_sql("create view no_longer_ours as select 1 as one")
        connection.exec_driver_sql("insert into store_views values (999, 'no_longer_ours')")
        connection.exec_driver_sql("update settings set value = 'another' where name = 'sql_hash'")
    database = _again(sample_store)
    assert migrate(database)
    assert set(_views(database)) == {*view_files(), "mine"}
    with database.connect(is_read_only=True) as connection:
        assert connection.exec_driver_sql("select count(*) from messages").scalar_one() == count
        assert connection.exec_driver_sql("select count(*) from mine").scalar_one() > 0


@pytest.mark.parametrize(
    "change",
    [
        "update settings set value = '99.0.0' where name = 'release'",
        "update alembic_version set version_num = '9999'",
    ],
)
def test_a_store_of_a_newer_release_is_refused_and_left_alone(change: str, store: Store) -> None:
    with store.database.transaction() as connection:
        connection.exec_driver_sql(change)
    before = _state(store)
    with pytest.raises(NewerStore, match="pip install -U rolecall"):
        migrate(_again(store))
    assert _state(store) == before


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.database.transaction() as connection:
        connection.exec_driver_sql("update settings set value = 'another' where name = 'sql_hash'")
    before = _views(store.database)
    broken = {**view_files(), "broken": "create or replace view broken as select * from nowhere"}
    monkeypatch.setattr(migration, "view_files", lambda: broken)
    with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
        migrate(_again(store))
    assert _views(store.database) == before
    with store.database.connect(is_read_only=True) as connection:
        assert current(connection)["sql_hash"] == "another"


def test_a_database_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table theirs (one bigint)")
    before = path.read_bytes()
    with pytest.raises(NotAStore, match="theirs"):
        migrate(Database(str(path)))
    assert path.read_bytes() == before


def test_another_kind_of_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table notes (body text)")
    connection.close()
    with pytest.raises(NotAStore, match="not a DuckDB file"):
        migrate(Database(str(path)))
    with pytest.raises(NotAStore, match="is a folder"):
        migrate(Database(str(tmp_path)))


def test_a_damaged_store_is_one_clear_error(duckdb_store: Store) -> None:
    """A file alone can be damaged by others."""
    path = duckdb_store.database.path
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StoreError, match="is damaged"):
        duckdb_store.status()


def test_a_store_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    store = rolecall.open(str(tmp_path / "none.duckdb"))
    with pytest.raises(NoStore, match="rolecall import"):
        store.status()
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder"):
        rolecall.open(str(tmp_path / "nowhere" / "store.duckdb")).migrate()


@pytest.mark.parametrize("url", ["duckdb:///:memory:", "duckdb://", "mysql://localhost/chats", "a://b://c"])
def test_an_address_that_is_no_store_is_said(url: str) -> None:
    with pytest.raises(StoreError):
        rolecall.open(url)


def test_a_second_writer_is_refused_at_once_and_told_who_holds_the_store(duckdb_store: Store) -> None:
    """A file alone has one writer."""
    store = duckdb_store
    script = (
        "import sys, duckdb; store = duckdb.connect(sys.argv[1]);"
        " print('open', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store.database.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        with pytest.raises(StoreBusy, match=rf"process {holder.pid}"):
            store.status()
        holder.stdin.close()


def test_recipes_of_the_first_release_stay_as_they_were(tmp_path: Path) -> None:
    """What the first release made, its tables alone, with one recipe in them."""
    database = Database(str(tmp_path / "old.duckdb"))
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("insert into settings values ('release', '0.1.0'), ('sql_hash', 'old')")
        connection.exec_driver_sql(
            "insert into personas values (1, 'ines');"
            "insert into datasets by name select 7 as dataset_id, 'boats' as name, 1 as version_no,"
            " 1 as persona_id, 'exchange' as mode, 0 as system_prompt_tokens, 360 as gap_minutes,"
            " chr(10) as joiner, 'o200k' as tokenizer, 2048 as max_tokens, 1 as context_exchanges,"
            " true as has_direct, true as has_group, true as has_speaker_names, 0 as min_assistant_chars,"
            " 0 as validation_permille, 0 as seed, 8 as chunk_size, 2 as chunk_overlap,"
            " timestamp '2026-11-22' as created_at"
        )
    assert migrate(database)
    assert show_dataset(database, "boats").recipe == Recipe()
    with database.connect(is_read_only=True) as connection:
        assert current(connection)["revision"] == head()
