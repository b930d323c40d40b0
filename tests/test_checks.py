"""Every check of `sql/checks` finds what it is there to find."""

import shutil
from pathlib import Path
from random import Random

import pytest
from random_stores import load, random_rows

from rolecall.database import Database
from rolecall.registry import folder

CHECKS = {path.stem: path.read_text(encoding="utf-8") for path in (folder("sql") / "checks").glob("*.sql")}
ONE_MESSAGE = "(select thread_id, message_id from messages order by thread_id, message_id limit 1)"
# What breaks each rule. A view is hidden behind a broken copy: temporary tables are found first.
DAMAGES = {
    "attachments_without_message": "insert into attachments values (1, 1, 1, 'photo', 'a.jpg', 'present')",
    "dataset_parts_missing": "delete from personas",
    "double_attachments": (
        "insert into attachments select thread_id, message_id, 1, 'photo', 'a.jpg', 'present'"
        f" from {ONE_MESSAGE} cross join range(2)"
    ),
    "double_links": "insert into persona_participants select * from persona_participants",
    "double_messages": "insert into messages select * replace (ordinal + 1000 as ordinal) from messages",
    "double_participants": (
        "insert into participants"
        " select * replace (participant_id + 1000 as participant_id) from participants"
    ),
    "double_places": "insert into messages select * replace (message_id + 2000 as message_id) from messages",
    "double_thread_keys": (
        "insert into thread_keys"
        " select thread_id, source, 'folder_id', '6100000000000001', 1, 1 from threads, (values (1), (2))"
    ),
    "double_tokens": "insert into message_tokens select * from message_tokens",
    "edits_without_message": "insert into message_edits values (1, 1, 'before', 1)",
    "examples_across_gaps": (
        "create temp table dataset_example_exchanges as"
        " select * replace (exchange_no * 2 as exchange_no) from main.dataset_example_exchanges"
    ),
    "examples_across_pauses": (
        "create temp table dataset_example_messages as"
        " select * replace (sent_at_ms * 1000000 as sent_at_ms) from main.dataset_example_messages"
    ),
    "examples_out_of_turn": (
        "create temp table dataset_example_turns as"
        " select * replace ('user' as role) from main.dataset_example_turns"
    ),
    "examples_too_long": (
        "create temp table dataset_examples as"
        " select * replace (token_count + 100000 as token_count) from main.dataset_examples"
    ),
    "messages_lost": (
        "create temp table dataset_dropped as select * from main.dataset_dropped where reason <> 'no_reply'"
    ),
    "messages_without_participant": "delete from participants",
    "messages_without_thread": "update threads set bucket = bucket + 1",
    "reactions_without_message": "insert into reactions values (1, 1, 101, 'ok', null)",
    "replies_not_trained_once": (
        "create temp table dataset_example_exchanges as"
        " select * replace (1 - is_trained as is_trained) from main.dataset_example_exchanges"
    ),
    "slugs_of_nobody": "update participant_slugs set participant_id = participant_id + 1000",
    "split_moved": (
        "insert into exports"
        " select 1, dataset_id, 'openai', 'elsewhere', 'a.jsonl', '', 0, 1, 1, '{}', created_at, 0"
        " from datasets;"
        " insert into export_messages select 1, 1, thread_id, message_id, true from dataset_example_messages"
    ),
    "splits_sharing_messages": (
        "create temp table dataset_example_messages as select * from main.dataset_example_messages"
        " union all select * replace ('elsewhere' as split) from main.dataset_example_messages"
    ),
    "thread_people_missing": "delete from thread_participants",
    "tokens_without_text": "delete from messages",
    "wrong_buckets": "update threads set bucket = bucket + 1",
    "wrong_messages": "update messages set body = ''",
    "wrong_options": "update datasets set chunk_overlap = chunk_size",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, empty_store_path: Path) -> Database:
    """A sound store with a few random chats; each test undoes its damage."""
    path = shutil.copyfile(empty_store_path, tmp_path_factory.mktemp("checks") / "store.duckdb")
    database = Database(str(path))
    rows = random_rows(Random(3), sizes=[40, 40, 40], dataset_count=1, mode="exchange")
    rows["dataset_threads"] = rows["dataset_participants"] = []
    rows["datasets"][0] |= {"max_tokens": 2048, "min_assistant_chars": 0, "since_ms": None, "until_ms": None}
    rows["datasets"][0] |= {"has_direct": True, "has_group": True, "max_turns": None}
    load(database, rows)
    return database


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_finds_the_damage_that_it_names(database: Database, name: str) -> None:
    with database.connect() as connection:
        assert connection.exec_driver_sql(CHECKS[name]).all() == []
        for statement in DAMAGES[name].split("; "):
            connection.exec_driver_sql(statement)
        assert connection.exec_driver_sql(CHECKS[name]).all()
        connection.rollback()
