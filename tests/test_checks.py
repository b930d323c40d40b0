"""Every check of `sql/checks` finds what it is there to find."""

from random import Random

import pytest
from random_stores import load, random_rows

from rolecall.store.database import Database
from rolecall.store.statements import folder

CHECKS = {path.stem: path.read_text(encoding="utf-8") for path in (folder("sql") / "checks").rglob("*.sql")}
ONE_MESSAGE = "(select thread_id, message_id from messages order by thread_id, message_id limit 1)"
ADD_PHOTO = (
    "insert into attachments select thread_id, message_id, 1, 'photo', 'a.jpg', 'present'"
    f" from {ONE_MESSAGE} as one"
)


def again(table: str, change: str) -> str:
    """Return statements that add every row of a table once more, changed."""
    return (
        f"create temp table changed as select * from {table}; update changed set {change};"
        f" insert into {table} select * from changed"
    )


def hidden(view: str, change: str) -> str:
    """Return statements that hide a view behind a broken copy: temporary tables are found first."""
    return f"create temp table {view} as select * from SCHEMA.{view}; {change}"


# What breaks each rule.
DAMAGES = {
    "attachments_without_message": "insert into attachments values (1, 1, 1, 'photo', 'a.jpg', 'present')",
    "dataset_parts_missing": "delete from personas",
    "double_attachments": f"{ADD_PHOTO}; {ADD_PHOTO}",
    "double_links": "insert into persona_participants select * from persona_participants",
    "double_messages": again("messages", "ordinal = ordinal + 1000"),
    "double_participants": again("participants", "participant_id = participant_id + 1000"),
    "double_places": again("messages", "message_id = message_id + 2000"),
    "double_thread_keys": (
        "insert into thread_keys"
        " select thread_id, source, 'folder_id', '6100000000000001', 1, 1"
        " from threads cross join (values (1), (2)) as twice (place)"
    ),
    "double_tokens": "insert into message_tokens select * from message_tokens",
    "edits_without_message": "insert into message_edits values (1, 1, 'before', 1)",
    "examples_across_gaps": hidden(
        "dataset_example_exchanges", "update dataset_example_exchanges set exchange_no = exchange_no * 2"
    ),
    "examples_across_pauses": hidden(
        "dataset_example_messages", "update dataset_example_messages set sent_at_ms = sent_at_ms * 1000000"
    ),
    "examples_out_of_turn": hidden("dataset_example_turns", "update dataset_example_turns set role = 'user'"),
    "examples_too_long": hidden(
        "dataset_examples", "update dataset_examples set token_count = token_count + 100000"
    ),
    "messages_lost": hidden("dataset_dropped", "delete from dataset_dropped where reason = 'no_reply'"),
    "messages_without_participant": "delete from participants",
    "messages_without_thread": "update threads set bucket = bucket + 1",
    "reactions_without_message": "insert into reactions values (1, 1, 101, 'ok', null)",
    "replies_not_trained_once": hidden(
        "dataset_example_exchanges", "update dataset_example_exchanges set is_trained = 1 - is_trained"
    ),
    "slugs_of_nobody": "update participant_slugs set participant_id = participant_id + 1000",
    "split_moved": (
        "insert into exports"
        " select 1, dataset_id, 'openai', 'elsewhere', 'a.jsonl', '', 0, 1, 1, '{}', created_at, 0"
        " from datasets;"
        " insert into export_messages select 1, 1, thread_id, message_id, true from dataset_example_messages"
    ),
    "splits_sharing_messages": hidden(
        "dataset_example_messages",
        "create temp table moved as select * from dataset_example_messages;"
        " update moved set split = 'elsewhere';"
        " insert into dataset_example_messages select * from moved",
    ),
    "thread_people_missing": "delete from thread_participants",
    "tokens_without_text": "delete from messages",
    "wrong_buckets": "update threads set bucket = bucket + 1",
    "wrong_messages": "update messages set body = ''",
    "wrong_options": "update datasets set chunk_overlap = chunk_size",
}


@pytest.fixture(scope="module")
def sound(shared_database: Database) -> Database:
    """A sound store with a few random chats; each test undoes its damage."""
    rows = random_rows(Random(3), sizes=[40, 40, 40], dataset_count=1, mode="exchange")
    rows["dataset_threads"] = rows["dataset_participants"] = []
    rows["datasets"][0] |= {"max_tokens": 2048, "min_assistant_chars": 0, "since_ms": None, "until_ms": None}
    rows["datasets"][0] |= {"has_direct": True, "has_group": True, "max_turns": None}
    load(shared_database, rows)
    return shared_database


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_finds_the_damage_that_it_names(sound: Database, name: str) -> None:
    schema = "main" if sound.is_duckdb else "public"
    with sound.connect() as connection:
        assert connection.exec_driver_sql(CHECKS[name]).all() == []
        for statement in DAMAGES[name].split("; "):
            connection.exec_driver_sql(statement.replace("SCHEMA", schema))
        assert connection.exec_driver_sql(CHECKS[name]).all()
        connection.rollback()
