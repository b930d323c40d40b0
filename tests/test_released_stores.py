"""A store that an earlier release made, with rows in every table, comes to this one and keeps them all."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from released_stores import ROWS, columns_of, content, make_store, revisions

from rolecall.api import Store
from rolecall.store.database import Database
from rolecall.store.migrate import current, head, migrate, sql_hash, view_files

SERVER = os.environ.get("ROLECALL_TEST_POSTGRES", "")
# What a migration changes on purpose: (table, column). Such a change needs a test of its own.
CHANGED = {("messages", "ordinal")}  # 0002: numbered within each instant


@pytest.fixture(params=["duckdb", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    if request.param == "duckdb":
        yield Database(str(tmp_path / "store.duckdb"))
        return
    if not SERVER:
        pytest.skip("no server: ROLECALL_TEST_POSTGRES is not set")
    name = f"rolecall_test_{uuid.uuid4().hex}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    yield Database(sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_an_earlier_release_keeps_every_row(database: Database, revision: str) -> None:
    make_store(database, revision)
    with database.connect() as connection:
        columns = columns_of(connection)
        before = content(connection, columns)
    assert len(before["messages"]) == ROWS
    assert migrate(database)
    with database.connect() as connection:
        kept = {
            table: [column for column in listed if (table, column) not in CHANGED]
            for table, listed in columns.items()
        }
        assert content(connection, kept) == {
            table: sorted(({column: row[column] for column in kept[table]} for row in rows), key=repr)
            for table, rows in before.items()
        }
        found = current(connection)
        assert (found["revision"], found["sql_hash"], found["bucket_count"]) == (head(), sql_hash(), "32")
        assert connection.exec_driver_sql("select messages from mine").scalar_one() == ROWS
        views = set(sa.inspect(connection).get_view_names())
    assert set(view_files()) | {"mine"} <= views


def test_every_command_that_only_looks_works_on_a_store_of_the_first_release(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "store.duckdb"))
    make_store(database, "0001")
    store = Store(str(database.path))
    assert store.status().thread_count == ROWS
    assert len(store.threads()) == ROWS
    assert len(store.people()) == ROWS
    assert len(store.datasets()) == ROWS
    assert len(store.jobs()) == ROWS
    assert len(store.imports()) == ROWS
