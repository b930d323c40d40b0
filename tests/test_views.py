"""Every view and query is one documented statement that three engines understand."""

import logging
import re

import pytest
import sqlglot
from sqlglot import exp

from rolecall.api import Store
from rolecall.store.migrate import view_files
from rolecall.store.statements import folder, header

CONTRACT = {
    "text_messages": "message_id bucket thread_id participant_id sent_at_ms ordinal body",
    "turns": "bucket thread_id turn_no participant_id body",
    "dataset_turns": "dataset_id bucket thread_id turn_no role content",
    "dataset_conversations": "dataset_id bucket thread_id conversation_no split",
    "dataset_example_turns": "dataset_id bucket thread_id example_no turn_no role content weight",
    "dataset_example_messages": "dataset_id bucket thread_id example_no turn_no message_id is_trained",
    "dataset_examples": (
        "dataset_id bucket thread_id example_no split turn_count token_count"
        " first_message_id last_message_id messages"
    ),
    "dataset_dropped": "dataset_id bucket thread_id message_id reason",
}
VIEWS = view_files()
QUERIES = {
    f"{kind}/{path.stem}": path.read_text(encoding="utf-8")
    for kind in ("queries", "checks")
    for path in sorted((folder("sql") / kind).glob("*.sql"))
}
EVERYTHING = {**VIEWS, **QUERIES}
# What DuckDB, PostgreSQL and Spark do not share, or not with the same result: DESIGN.md, section 4.
FORBIDDEN = (
    "qualify",
    "any_value",
    "octet_length",
    "savepoint",
    "interval",
    "list_",
    "struct",
    "json_extract",
    "macro",
)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_what_a_row_is_and_what_makes_it_unique(name: str) -> None:
    lines = header(VIEWS[name]).splitlines()
    assert lines[0][0].isupper()
    assert any(line.startswith("Grain: ") for line in lines)
    assert all(len(line) <= 120 for line in VIEWS[name].splitlines())


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_opens_with_what_a_row_is(name: str) -> None:
    assert header(QUERIES[name])
    assert header(QUERIES[name])[0].isupper()


@pytest.mark.parametrize("name", [name for name in QUERIES if name.startswith("checks/")])
def test_a_check_needs_no_parameter_and_says_what_makes_a_row_unique(name: str) -> None:
    assert "\nGrain: " in header(QUERIES[name])
    assert not re.search(r"(?<!:):[a-z_]+", QUERIES[name])


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_is_one_statement_that_reads_as_spark_without_a_warning(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="sqlglot"):
        statements = sqlglot.transpile(
            EVERYTHING[name], read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )
    assert len(statements) == 1
    assert caplog.messages == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_reads_as_postgresql_too(name: str) -> None:
    assert len(sqlglot.parse(EVERYTHING[name], read="postgres")) == 1


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_avoids_what_the_engines_do_not_share(name: str) -> None:
    code = re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", EVERYTHING[name])).lower()
    assert [word for word in FORBIDDEN if re.search(rf"\b{word}", code)] == []
    # psycopg takes a percent sign for a parameter, in comments and strings too.
    assert "%" not in EVERYTHING[name]
    assert "//" not in code


@pytest.mark.parametrize("name", [name for name in VIEWS if name.startswith("dataset_")])
def test_windows_and_groups_of_a_dataset_stay_inside_one_bucket_of_it(name: str) -> None:
    """Or a filter of dataset and bucket would be applied only after all buckets were computed."""
    tree = sqlglot.parse_one(VIEWS[name], read="duckdb")
    keys = [window.args["partition_by"] for window in tree.find_all(exp.Window)]
    keys += [group.expressions for group in tree.find_all(exp.Group)]
    for columns in keys:
        names = {column.name for column in columns}
        # The lists of a recipe are the exception: a few rows, which no bucket holds.
        assert {"dataset_id", "bucket", "thread_id"} <= names or name.endswith("_rules")


def test_every_view_is_published_with_its_header(duckdb_store: Store) -> None:
    """Asks DuckDB's own catalogue; test_postgres.py asks a server's."""
    with duckdb_store.database.connect(is_read_only=True) as connection:
        published = connection.exec_driver_sql(
            "select view_name, comment from duckdb_views() where not internal"
        ).all()
    assert {name: comment for name, comment in published} == {
        name: header(text) for name, text in VIEWS.items()
    }


@pytest.mark.parametrize("name", CONTRACT)
def test_a_view_that_users_rely_on_has_its_columns(store: Store, name: str) -> None:
    with store.database.connect(is_read_only=True) as connection:
        found = connection.exec_driver_sql(f"select * from {name} limit 0").keys()
    assert set(CONTRACT[name].split()) <= set(found)


def test_a_trained_message_is_a_boolean_and_a_weight_a_whole_number(store: Store) -> None:
    with store.database.connect(is_read_only=True) as connection:
        columns = connection.exec_driver_sql(
            "select column_name, data_type from information_schema.columns"
            " where table_name in ('dataset_example_messages', 'dataset_example_turns')"
            " and column_name in ('is_trained', 'weight')"
        ).all()
    assert {name: kind.lower() for name, kind in columns} == {"is_trained": "boolean", "weight": "integer"}
