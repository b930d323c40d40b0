"""A PostgreSQL server makes the same views from the same text, and the same bytes from the same rows.

`servers.py` says how to name a server; without one these tests are skipped.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from random_stores import TABLES, Rows, load, random_rows
from recipe_oracle import expect
from servers import needs_server, postgres_database

import rolecall
from rolecall.api import Store
from rolecall.errors import QueryError, StoreError
from rolecall.queries.adhoc import run_query
from rolecall.store.database import Database
from rolecall.store.migrate import BUCKET_COUNT, migrate, view_files
from rolecall.store.statements import folder, header
from rolecall.store.statements import select as rows_of

pytestmark = needs_server
SEEDS = range(4)
QUERIES = ("export_examples", "dataset_totals", "example_hashes")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    """A database of its own on the server, migrated, and dropped at the end."""
    with postgres_database() as url:
        database = Database(url)
        migrate(database)
        yield database


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
            own = {"dataset_id": dataset["dataset_id"], "mode": dataset["mode"]}
            for name in QUERIES:
                parts = rows_of(connection, f"queries/{name}", **own, **buckets)
                found += sorted(parts, key=str) if name == "example_hashes" else parts
            found += rows_of(connection, "queries/dataset_reasons", **own, **buckets)
        for statement in (
            "select dataset_id, thread_id, message_id, reason from dataset_dropped order by 1, 2, 3",
            "select * from dataset_conversations order by dataset_id, bucket, thread_id, conversation_no",
            "select * from dataset_turns order by dataset_id, bucket, thread_id, turn_no",
            "select * from turns order by bucket, thread_id, turn_no",
            "select * from dataset_duplicates order by dataset_id, bucket, thread_id, example_no",
            "select * from activity_by_month order by month",
            "select * from activity_by_hour order by hour",
            "select * from activity_by_person order by participant_id",
            "select * from activity_by_thread order by thread_id",
            "select * from reply_times_by_person order by participant_id",
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
        for path in sorted((folder("sql") / "checks").rglob("*.sql")):
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


def test_the_demo_is_imported_and_exported_there_with_the_same_bytes(
    postgres: Database, duck: Database, tmp_path: Path
) -> None:
    written: list[tuple[int, str, object]] = []
    for number, database in enumerate((postgres, duck)):
        load(database, {table: [] for table in TABLES})
        store = Store(database.url.render_as_string(hide_password=False))
        store.import_archives([Path(rolecall.__file__).parent / "demo" / "archive"])
        assert store.import_archives([Path(rolecall.__file__).parent / "demo" / "archive"]).added_count == 0
        store.add_persona("mirela", ["Mirela Stokvist"])
        for preset in ("chat", "group", "langchain"):
            store.create_dataset(preset, persona="mirela", preset=preset)
            written.append(
                (number, preset, store.export(preset, tmp_path / f"{number}-{preset}.jsonl").sha256)
            )
        store.create_dataset("named", like="group", has_name_field=True)
        written.append((number, "named", store.export("named", tmp_path / f"{number}-named.jsonl").sha256))
        files = [tmp_path / f"{number}-{preset}.jsonl" for preset in ("chat", "langchain")]
        shared = list(store.shared_lines(*files))
        assert len(shared) > 10
        written.append((number, "shared", shared))
    assert len(written) == 10
    assert [one[1:] for one in written if one[0] == 0] == [one[1:] for one in written if one[0] == 1]


def test_a_view_of_the_users_that_stands_on_ours_is_named(postgres: Database) -> None:
    with postgres.transaction() as connection:
        connection.exec_driver_sql("create view my_words as select body from text_messages")
        connection.exec_driver_sql("update settings set value = 'old' where name = 'sql_hash'")
    with pytest.raises(StoreError, match="drop view my_words"):
        migrate(Database(postgres.url.render_as_string(hide_password=False)))
    with postgres.transaction() as connection:
        connection.exec_driver_sql("drop view my_words")
    assert migrate(Database(postgres.url.render_as_string(hide_password=False)))


@pytest.mark.parametrize(
    "query",
    [
        "select pg_read_file('/etc/hostname')",
        "select pg_ls_dir('.')",
        "select lo_import('/etc/hostname')",
        "select pg_reload_conf()",
        "select set_config('transaction_read_only', 'off', true)",
        "select query_to_xml('delete from messages', true, true, '')",
        "with gone as (delete from messages returning *) select * from gone",
        "select * into mine from messages",
        "select * from owners for update",
        "copy messages to '/tmp/stolen.csv'",
        "set role postgres",
        "select set_config('role', 'postgres', true)",
        "select query_to_xml('copy messages to program ''cat''', true, true, '')",
        "select rolpassword from pg_authid",
        "select 1; commit; drop table messages",
        "do $$ begin delete from messages; end $$",
        "select 1; delete from messages",
    ],
)
def test_a_query_can_only_read_and_no_file_of_the_server(postgres: Database, query: str) -> None:
    with pytest.raises(QueryError), run_query(postgres, query) as result:
        list(result.rows())
    with run_query(postgres, "select count(*) as n from messages") as result:
        assert len(list(result.rows())) == 1
