"""From a person to files and models, and from a line of a file to its messages."""

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from command_line import Keyboard
from sample import BO, INES, add_thread
from servers import url_of

from rolecall.api import Store
from rolecall.datasets.commands import create_dataset
from rolecall.datasets.personas import add_persona


@pytest.fixture
def exported(sample_store: Store, tmp_path: Path) -> Store:
    """The sample store with one export of the dataset `boats`, and a job that trained on it."""
    add_persona(sample_store.database, "ines", ["Ines Quill"])
    create_dataset(sample_store.database, "boats", persona="ines", context_exchanges=0, max_turns=2)
    sample_store.export("boats", tmp_path / "boats.jsonl")
    with sample_store.database.transaction() as connection:
        connection.execute(
            sa.text(
                "insert into jobs (job_id, run_key, export_id, validation_export_id, provider, base_url,"
                " model, method, upload_name, state, version, attempt_count, fine_tuned_model, created_at,"
                " updated_at) values (1, 'k', 1, null, 'openai', 'http://x', 'm', '{}', 'u', 'succeeded', 1,"
                " 1, 'ft:m:1', timestamp '2024-01-01 00:00:00', timestamp '2024-01-01 00:00:00')"
            )
        )
    return sample_store


def sql(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.sql(query) as result:
        return [tuple(row.values()) for row in result.rows()]


def test_one_query_says_which_files_contain_a_person(exported: Store) -> None:
    columns = "export_id, line_count, message_count, trained_count"
    query = f"select {columns} from person_exports where display_name = "
    assert sql(exported, query + "'Bo Lund'") == [(1, 4, 5, 0)]
    assert sql(exported, query + "'Ines Quill'") == [(1, 5, 6, 6)]
    assert sql(exported, query + "'Mira Sand'") == [(1, 2, 2, 0)]


def test_one_query_says_which_models_have_seen_a_person(exported: Store) -> None:
    query = "select job_id, role, fine_tuned_model from person_models where display_name = 'Mira Sand'"
    assert sql(exported, query) == [(1, "training", "ft:m:1")]


def test_one_query_says_what_is_new_since_an_export(exported: Store) -> None:
    query = "select thread_id, body from new_since_exports where export_id = 1 order by sent_at"
    with exported.database.transaction() as connection:
        connection.execute(sa.text("update exports set last_import_id = 1"))
        add_thread(connection, 2001, "direct", "", [(BO, 1, "any news?"), (INES, 2, "the oars came")])
        connection.execute(sa.text("update messages set first_import_id = 2 where thread_id = 2001"))
    assert sql(exported, query) == [(2001, "any news?"), (2001, "the oars came")]


def test_the_messages_behind_a_line_are_found_by_the_bytes_of_the_file(
    exported: Store, tmp_path: Path
) -> None:
    moved = (tmp_path / "boats.jsonl").rename(tmp_path / "elsewhere.jsonl")
    found = exported.lines_behind(moved, [2, 99])
    assert list(found) == [2]
    assert [(row["display_name"], row["message_id"], row["is_trained"]) for row in found[2]] == [
        ("Bo Lund", 4, False),
        ("Ines Quill", 5, True),
        ("Ines Quill", 6, True),
    ]
    other = tmp_path / "other.jsonl"
    other.write_text("{}\n", encoding="utf-8")
    assert exported.lines_behind(other, [1]) == {}


def test_check_names_the_messages_behind_a_finding(
    exported: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(tmp_path, url_of(exported.database), monkeypatch)
    shown = keyboard.type("check", "boats.jsonl")
    # Line 2 holds <|endoftext|>, which somebody typed.
    assert "line 2: warning: a text holds <|endoftext|>" in shown.out
    assert "    message 6 of 'Bo Lund', 2021-03-01 09:05, Ines Quill: <|endoftext|>\n" in shown.out
    behind = json.loads(keyboard.type("check", "boats.jsonl", "--json").out)["behind"]
    assert [row["message_id"] for row in behind["2"]] == ["4", "5", "6"]
    elsewhere = keyboard.type("--store", "nothing.duckdb", "check", "boats.jsonl")
    assert "message 6" not in elsewhere.out


def test_a_message_that_is_only_context_in_the_other_file_is_found(
    exported: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lines are cut otherwise, so no example and no long reply is the same."""
    create_dataset(exported.database, "cut", persona="ines", context_exchanges=1, max_turns=2)
    exported.export("cut", tmp_path / "cut.jsonl")
    # As if the first file held the first exchange of the boat chat alone.
    whole = (tmp_path / "boats.jsonl").read_bytes()
    (tmp_path / "first.jsonl").write_bytes(whole[: whole.index(b"\n") + 1])
    with exported.database.transaction() as connection:
        connection.execute(sa.text("delete from export_messages where export_id = 1 and line_no > 1"))
        sha256 = hashlib.sha256((tmp_path / "first.jsonl").read_bytes()).hexdigest()
        connection.execute(
            sa.text("update exports set sha256 = :sha256 where export_id = 1"), {"sha256": sha256}
        )
    first, cut = tmp_path / "first.jsonl", tmp_path / "cut.jsonl"
    assert list(exported.shared_lines(first, cut)) == [(1, 1, 3)]
    assert list(exported.shared_lines(cut, first)) == [(1, 1, 3), (2, 1, 3)]
    assert list(exported.shared_lines(first, tmp_path / "boats.jsonl")) == []
    shown = Keyboard(tmp_path, url_of(exported.database), monkeypatch).type(
        "check", "cut.jsonl", "--against", "first.jsonl"
    )
    assert "line 1: warning: the same is said on line 1 of first.jsonl (leaked_line)" in shown.out
    assert (
        "line 2: warning: 3 of its messages stand in first.jsonl too, first on line 1 (leaked_message)"
        in shown.out
    )
    assert shown.out.count("leaked") == 2
