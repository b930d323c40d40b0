"""What the examples of a dataset guarantee, on random stores and random recipes."""

import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from random_stores import Rows, load, stores
from recipe_oracle import Expected, expect

from rolecall.database import Database
from rolecall.registry import folder

random_stores = settings(
    deadline=None, max_examples=60, database=None, suppress_health_check=list(HealthCheck)
)
CHECKS = sorted((folder("sql") / "checks").glob("*.sql"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, empty_store_path: Path) -> Database:
    """One store for the module; each random store replaces all of its rows."""
    return Database(str(shutil.copyfile(empty_store_path, tmp_path_factory.mktemp("views") / "store.duckdb")))


def query(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.connect(is_read_only=True) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def examples_of(database: Database) -> list[tuple[object, ...]]:
    return query(
        database,
        "select dataset_id, thread_id, example_no, split, turn_count, token_count, first_message_id,"
        " last_message_id, messages from dataset_examples order by dataset_id, thread_id, example_no",
    )


def compare(database: Database, expected: Expected) -> None:
    wanted = sorted(
        tuple(getattr(example, name) for name in example.__slots__) for example in expected.examples
    )
    assert examples_of(database) == wanted
    example_messages = query(
        database,
        "select dataset_id, thread_id, example_no, turn_no, message_id, is_trained from dataset_example_messages",
    )
    assert Counter(example_messages) == Counter(expected.example_messages)
    dropped = query(database, "select dataset_id, thread_id, message_id, reason from dataset_dropped")
    assert Counter(dropped) == Counter((*key, reason) for key, reason in expected.dropped.items())


@random_stores
@given(rows=stores(mode="exchange"))
def test_exchange_examples_are_exactly_those_that_the_recipe_describes(
    database: Database, rows: Rows
) -> None:
    load(database, rows)
    compare(database, expect(rows))


@random_stores
@given(rows=stores(mode="sliding"))
def test_sliding_examples_are_exactly_those_that_the_recipe_describes(database: Database, rows: Rows) -> None:
    load(database, rows)
    compare(database, expect(rows))
