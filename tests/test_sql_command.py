"""Queries of the user's own: what they give, in which formats, and what they cannot do."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from command_line import Keyboard
from servers import url_of

import rolecall
from rolecall.api import Store
from rolecall.errors import NoStore, OutputExists, QueryError, UsageError

# Each says why.
on_duckdb = pytest.mark.parametrize("engine", ["duckdb"])
BODIES = "select message_id, body from messages where thread_id = 1001 order by ordinal"


@pytest.fixture
def keyboard(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(sample_store.database), monkeypatch)


def answer(store: Store, query: str, **limits: float | str) -> list[dict[str, object]]:
    with store.sql(query, **limits) as result:  # type: ignore[arg-type]
        return list(result.rows())


def test_rows_come_with_their_columns_and_types(sample_store: Store) -> None:
    with sample_store.sql("select thread_id, title, 1.5 as share from threads order by thread_id") as result:
        assert result.columns == ["thread_id", "title", "share"]
        assert next(result.rows())["title"] == "Bo Lund"
    (row,) = answer(sample_store, "select min(sent_at) as first_at from messages")
    assert row == {"first_at": datetime(2021, 3, 1, 9)}


def test_two_columns_of_one_name_are_told_apart(sample_store: Store) -> None:
    assert answer(sample_store, "select 1 as a, 2 as a, 3 as a") == [{"a": 1, "a_2": 2, "a_3": 3}]


@on_duckdb
def test_views_can_be_asked_and_described(sample_store: Store) -> None:
    """Asks DuckDB's own catalogue; test_postgres.py asks a server's."""
    assert answer(sample_store, "select count(*) as n from turns")[0]["n"] == 13
    comments = answer(sample_store, "select comment from duckdb_views() where view_name = 'turns'")
    assert "Grain:" in str(comments[0]["comment"])
    for query in ("describe turns", "show tables", "summarize messages", "from turns", "explain select 1"):
        assert answer(sample_store, query), query
    assert answer(sample_store, "pivot messages on kind using count(*) group by thread_id")


@on_duckdb
def test_a_wrong_query_is_answered_with_a_line_and_a_hint(sample_store: Store) -> None:
    """In DuckDB's own words."""
    with pytest.raises(QueryError, match=r'"bdy" not found .* Candidate bindings: "body"') as caught:
        answer(sample_store, "select bdy from messages")
    assert "\n" not in str(caught.value)
    with pytest.raises(QueryError, match='Did you mean "messages"'):
        answer(sample_store, "select * from message")
    with pytest.raises(QueryError, match="syntax error"):
        answer(sample_store, "selec 1")


@on_duckdb
def test_a_query_that_fails_while_rows_are_taken_is_answered_the_same_way(sample_store: Store) -> None:
    """In DuckDB's own dialect and words."""
    late = "select cast(case when range > 90000 then 'x' else '1' end as int) from range(100000)"
    with pytest.raises(QueryError, match="Could not convert string 'x'"):
        answer(sample_store, late)


ATTACKS = [
    "copy messages to 'stolen.csv'",
    "copy (select 1) to '/dev/stdout'",
    "explain analyze copy messages to 'stolen.csv'",
    "attach 'other.duckdb'",
    "attach ':memory:' as other",
    "export database 'stolen'",
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from read_parquet('http://127.0.0.1/x.parquet')",
    "select * from '/etc/passwd'",
    "select * from 'secret.csv'",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from query('copy messages to ''stolen.csv''')",
    "select * from duckdb_secrets()",
    "select * from enable_logging(storage = 'file', storage_path = 'stolen')",
    "select * from enable_profiling(save_location = 'stolen')",
    "select getenv('HOME')",
    "select * from hidden_table",
    "pragma enable_profiling = 'json'",
    "pragma database_list",
    "call enable_logging()",
    "install httpfs",
    "load httpfs",
    "update extensions",
    "set memory_limit = '90GB'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "set variable x = 1",
    "use memory",
    "begin",
    "checkpoint",
    "vacuum",
    "prepare p as select 1",
    "create table mine as select 1",
    "create temp table mine as select 1",
    "create view mine as select 1",
    "insert into owners values (1, 'x', null, null)",
    "with gone as (delete from messages returning *) select * from gone",
    "update messages set body = ''",
    "delete from messages",
    "drop table messages",
    "alter table messages drop column body",
    "comment on table messages is 'x'",
    "explain analyze insert into owners values (1, 'x', null, null)",
    "explain copy messages to 'stolen.csv'",
    "merge into owners using (select 1 as owner_id) one using (owner_id) when matched then delete",
    "select * from query('delete from messages')",
    "select * from parquet_metadata('secret.csv')",
    "select * from read_duckdb('other.duckdb', table_name = 'owners')",
    "summarize 'secret.csv'",
    "select * from which_secret('s3://x', 's3')",
    "select * from json_execute_serialized_sql(json_serialize_sql('delete from messages'))",
    "select * from force_checkpoint()",
    "explain analyze set threads = 1",
    "select 1; select 2",
    "select 1; drop table messages",
    "",
    "-- nothing",
]


@pytest.mark.parametrize("query", ATTACKS)
def test_a_query_can_only_read_and_only_the_store(
    sample_store: Store, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hidden_table = {"secret": [1]}  # DuckDB would find it by name in the caller's frame
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    before = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    with pytest.raises(QueryError) as caught:
        answer(sample_store, query)
    assert "\n" not in str(caught.value)
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == before
    assert len(answer(sample_store, "select * from messages")) == 16
    assert hidden_table


def test_the_store_can_be_changed_right_after_a_query(sample_store: Store) -> None:
    with sample_store.sql("select * from messages") as result:
        next(result.rows())
    assert sample_store.set_me("Bo Lund").is_self


def test_a_query_that_takes_too_long_is_stopped(sample_store: Store) -> None:
    slow = (
        "select count(*) from generate_series(1, 1000000) as a (x), generate_series(1, 1000000) as b (x)"
        " where a.x < b.x"
    )
    with pytest.raises(QueryError, match="took too long"):
        answer(sample_store, slow, seconds=0.2)


@on_duckdb
def test_a_query_that_takes_too_much_memory_is_stopped(sample_store: Store) -> None:
    """A server has memory of its own."""
    large = "select list(repeat('x', 1000) || range) from range(10000000)"
    with pytest.raises(QueryError, match="--memory"), sample_store.sql(large, memory="100MB") as result:
        list(result.rows())


def test_what_does_not_fit_in_memory_goes_beside_the_store_and_away_again(
    duckdb_store: Store, tmp_path: Path
) -> None:
    """A file alone has a place beside it."""
    hashes = "select md5((range + {})::varchar) as hash, repeat('x', 50) || range as body from range(800000)"
    join = f"with a as ({hashes.format(0)}), b as ({hashes.format(5)})"
    (row,) = answer(
        duckdb_store,
        f"{join} select count(*) as n, max(a.body || b.body) as m from a join b using (hash)",
        memory="60MB",
    )
    assert row["n"] == 799_995
    assert [path.name for path in tmp_path.iterdir()] == ["store.duckdb"]


def test_limits_that_mean_nothing_are_refused(sample_store: Store) -> None:
    for limits in ({"seconds": -1.0}, {"memory": "much"}, {"memory": "1GB'; set threads=1; --"}):
        with pytest.raises(UsageError), sample_store.sql("select 1", **limits):
            pass


def test_without_a_store_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(NoStore), rolecall.open(str(tmp_path / "none.duckdb")).sql("select 1"):
        pass


def test_a_table_in_a_pipe_is_tab_separated_with_a_row_a_line(keyboard: Keyboard) -> None:
    typed = keyboard.type("sql", BODIES)
    assert typed.code == 0
    assert typed.out.split("\n")[:2] == ["message_id\tbody", "1\tis the boat dry?"]
    assert "5\trow.\\nthen swim" in typed.out
    assert typed.out.count("\n") == 9


def test_csv_is_read_back_exactly(keyboard: Keyboard) -> None:
    typed = keyboard.type("sql", BODIES, "--format", "csv")
    rows = list(csv.reader(io.StringIO(typed.out, newline="")))
    assert rows[0] == ["message_id", "body"]
    assert rows[4][1] == 'she said "row" and\\or "swim"'
    assert rows[5][1] == "row.\nthen swim \U0001f6a3\u2028 \u5b57"


def test_json_writes_ids_as_strings_and_times_in_iso_8601(keyboard: Keyboard) -> None:
    columns = (
        "9007199254740993 as thread_id, 5 as message_count, sent_at, null as nothing,"
        " cast('nan' as double precision) as x"
    )
    typed = keyboard.type("sql", f"select {columns} from messages limit 1", "--format", "json")
    assert json.loads(typed.out) == [
        {
            "thread_id": "9007199254740993",
            "message_count": 5,
            "sent_at": "2021-03-01T09:00:00",
            "nothing": None,
            "x": None,
        }
    ]
    lines = keyboard.type("sql", BODIES, "--format", "jsonl").out.split("\n")
    assert [json.loads(line)["message_id"] for line in lines if line][:2] == ["1", "2"]
    assert keyboard.type("sql", "select 1 where false", "--format", "json").out == "[]\n"


@on_duckdb
def test_nested_and_odd_values_can_be_written_in_every_text_format(keyboard: Keyboard) -> None:
    """Types that DuckDB alone has."""
    query = (
        "select [1, 2] as l, {'a_id': 1} as s, interval 3 day as i, '20000-01-01'::timestamp as far,"
        " 'x'::blob as b, 12345678901234567890123::hugeint as h, now() as n, true as t"
    )
    for name in ("table", "csv", "json", "jsonl"):
        typed = keyboard.type("sql", "select * from test_all_types()", "--format", name)
        assert typed.code == 0, typed.notes
        typed = keyboard.type("sql", query, "--format", name)
        assert typed.code == 0, typed.notes
    assert json.loads(typed.out)["s"] == {"a_id": "1"}
    assert json.loads(typed.out)["h"] == 12345678901234567890123


def test_a_file_is_written_in_the_format_of_its_suffix(keyboard: Keyboard, tmp_path: Path) -> None:
    for name in ("bodies.csv", "bodies.json", "bodies.jsonl", "bodies.parquet", "bodies.txt"):
        assert keyboard.type("sql", BODIES, "-o", name).code == 0
    table = parquet.read_table(tmp_path / "bodies.parquet")
    assert (table.column_names, table.num_rows) == (["message_id", "body"], 8)
    assert table.column("body").to_pylist()[0] == "is the boat dry?"
    assert len(json.loads((tmp_path / "bodies.json").read_text())) == 8
    assert (tmp_path / "bodies.txt").read_text().startswith("message_id\tbody\n")


def test_parquet_may_go_through_a_pipe(keyboard: Keyboard, tmp_path: Path) -> None:
    query = "select x as n from generate_series(1, 300000) as s (x)"
    typed = keyboard.type("sql", query, "--format", "parquet")
    (tmp_path / "n.parquet").write_bytes(typed.data)
    assert parquet.read_table(tmp_path / "n.parquet").num_rows == 300_000


def test_parquet_is_not_for_a_terminal_and_a_table_is(keyboard: Keyboard) -> None:
    refused = keyboard.type_on_terminal("sql", BODIES, "--format", "parquet")
    assert refused.code == 1
    assert "error: parquet is not for a terminal" in refused.out
    drawn = keyboard.type_on_terminal("sql", "select title, chr(27) || '[31m' as body from threads")
    assert drawn.code == 0
    assert "Rowing club" in drawn.out
    assert "\x1b[31m" not in drawn.out


def test_a_file_that_is_there_is_replaced_only_by_force(sample_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bodies.csv"
    path.write_text("mine\n")
    with pytest.raises(OutputExists):
        sample_store.save_sql(BODIES, path)
    with pytest.raises(QueryError):
        sample_store.save_sql("select nothing", path, is_forced=True)
    assert path.read_text() == "mine\n"
    sample_store.save_sql(BODIES, path, is_forced=True)
    assert path.read_text().startswith("message_id,body\n")
    if sample_store.database.is_duckdb:
        with pytest.raises(UsageError, match="the store itself"):
            sample_store.save_sql(BODIES, sample_store.database.path, is_forced=True)
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".rolecall")] == []


@on_duckdb
def test_what_parquet_cannot_hold_is_one_clear_line(sample_store: Store, tmp_path: Path) -> None:
    """Types that DuckDB alone has."""
    from rolecall.errors import RolecallError

    with pytest.raises(RolecallError, match="cast them to varchar"):
        sample_store.save_sql("select interval 3 day as pause", tmp_path / "x.parquet")
    assert not (tmp_path / "x.parquet").exists()


def test_a_query_may_come_from_the_standard_input(keyboard: Keyboard) -> None:
    typed = keyboard.type("sql", "-", standard_input="select count(*) as n\nfrom messages;\n")
    assert typed.out == "n\n16\n"


def test_a_million_rows_pass_through_in_flat_memory(sample_store: Store) -> None:
    many = "select x as n, repeat('x', 200) as body from generate_series(1, 1000000) as s (x)"
    with sample_store.sql(many) as result:
        assert max(batch.num_rows for batch in result.batches()) <= 8192
