"""A PostgreSQL server makes the same views from the same text, and the same bytes from the same rows.

Set ROLECALL_TEST_POSTGRES to the SQLAlchemy URL of a server where databases may be created, such as
postgresql+psycopg://postgres@127.0.0.1:5433/postgres; without it these tests are skipped.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from random_stores import Rows, load, random_rows
from recipe_oracle import expect

from rolecall.database import Database
from rolecall.database import rows as rows_of
from rolecall.migrate import BUCKET_COUNT, header, migrate, view_files
from rolecall.registry import folder

SERVER = os.environ.get("ROLECALL_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="no server: ROLECALL_TEST_POSTGRES is not set")
SEEDS = range(4)
EXPORTS = ("export_examples", "export_example_messages")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    """A database of its own on the server, migrated, and dropped at the end."""
    name = f"rolecall_test_{uuid.uuid4().hex}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    try:
        url = sa.make_url(SERVER).set(database=name)
        database = Database(url.render_as_string(hide_password=False))
        migrate(database)
        yield database
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory, empty_store_path: Path) -> Database:
    """A DuckDB store to compare with."""
    return Database(str(shutil.copyfile(empty_store_path, tmp_path_factory.mktemp("duck") / "store.duckdb")))


def seen(database: Database, rows: Rows) -> list[object]:
    """Return all that the engines must agree on: exports, dropped messages, conversations and turns."""
    buckets = {"first_bucket": 0, "last_bucket": BUCKET_COUNT - 1, "split": None}
    found: list[object] = []
    with database.connect() as connection:
        for dataset in rows["datasets"]:
            for name in EXPORTS:
                found += rows_of(connection, name, dataset_id=dataset["dataset_id"], **buckets)
            found += rows_of(connection, "dataset_reasons", dataset_id=dataset["dataset_id"])
            found += rows_of(connection, "dataset_totals", dataset_id=dataset["dataset_id"])
        for statement in (
            "select dataset_id, thread_id, message_id, reason from dataset_dropped order by 1, 2, 3",
            "select * from dataset_conversations order by dataset_id, bucket, thread_id, conversation_no",
            "select * from dataset_turns order by dataset_id, bucket, thread_id, turn_no",
            "select * from turns order by bucket, thread_id, turn_no",
        ):
            found += [tuple(row) for row in connection.exec_driver_sql(statement)]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_rows_give_the_same_bytes_on_both_engines(
    postgres: Database, duck: Database, seed: int
) -> None:
    random = Random(seed)
    rows = random_rows(random, sizes=[random.randrange(60) for _ in range(5)], dataset_count=8)
    load(duck, rows)
    load(postgres, {table: random.sample(found, k=len(found)) for table, found in rows.items()})
    assert seen(postgres, rows) == seen(duck, rows)
    with postgres.connect() as connection:
        lines = connection.exec_driver_sql("select messages from dataset_examples").scalars().all()
    assert sorted(lines) == sorted(example.messages for example in expect(rows).examples)


def test_no_check_finds_a_broken_rule_on_postgresql(postgres: Database) -> None:
    load(postgres, random_rows(Random(9), sizes=[40, 30, 20], dataset_count=4))
    with postgres.connect() as connection:
        for path in sorted((folder("sql") / "checks").glob("*.sql")):
            assert connection.exec_driver_sql(path.read_text(encoding="utf-8")).all() == [], path.stem


def test_every_view_is_published_with_its_header_on_postgresql(postgres: Database) -> None:
    with postgres.connect() as connection:
        comments = connection.exec_driver_sql(
            "select relname, obj_description(oid) from pg_class where relkind = 'v'"
            " and relnamespace = 'public'::regnamespace"
        ).all()
    assert {name: comment for name, comment in comments} == {
        name: header(text) for name, text in view_files().items()
    }
