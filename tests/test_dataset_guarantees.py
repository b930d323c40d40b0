"""What the examples of a dataset guarantee, on random stores and random recipes."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from random import Random

from hypothesis import HealthCheck, given, settings
from random_stores import Rows, load, random_rows, stores
from recipe_oracle import Expected, expect
from servers import tries

from rolecall.store.database import Database
from rolecall.store.migrate import BUCKET_COUNT
from rolecall.store.statements import folder
from rolecall.store.statements import select as rows_of
from rolecall.texts.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, NAME_TOKENS, count

EXAMPLES = int(os.environ.get("ROLECALL_TEST_RECIPES", "10"))


def sized(example_count: int, database: Database) -> settings:
    """Return settings for so many random stores, each of them with up to 4 threads and 8 datasets."""
    return settings(
        deadline=None,
        max_examples=tries(example_count, database.engine_name),
        database=None,
        suppress_health_check=list(HealthCheck),
    )


CHECKS = sorted((folder("sql") / "checks").rglob("*.sql"))


def query(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.connect(is_read_only=True) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def examples_of(database: Database) -> list[tuple[object, ...]]:
    return query(
        database,
        "select dataset_id, thread_id, example_no, split, turn_count, token_count, first_message_id,"
        " last_message_id, messages from dataset_examples order by dataset_id, thread_id, example_no",
    )


def exported(
    database: Database,
    dataset_id: int,
    first: int = 0,
    last: int = BUCKET_COUNT - 1,
    split: str | None = None,
) -> Iterator[tuple[object, ...]]:
    params = {"dataset_id": dataset_id, "first_bucket": first, "last_bucket": last, "split": split}
    with database.connect(is_read_only=True) as connection:
        mode = rows_of(connection, "queries/list_datasets", dataset_id=dataset_id)[0]["mode"]
        for row in rows_of(connection, "queries/export_examples", mode=mode, **params):
            yield tuple(row.values())


def compare(database: Database, expected: Expected) -> None:
    wanted = sorted(
        tuple(getattr(example, name) for name in example.__slots__) for example in expected.examples
    )
    assert examples_of(database) == wanted
    example_messages = query(
        database,
        "select dataset_id, thread_id, example_no, turn_no, message_id, is_trained"
        " from dataset_example_messages",
    )
    assert Counter(example_messages) == Counter(expected.example_messages)
    dropped = query(database, "select dataset_id, thread_id, message_id, reason from dataset_dropped")
    assert Counter(dropped) == Counter((*key, reason) for key, reason in expected.dropped.items())


def test_exchange_examples_are_exactly_those_that_the_recipe_describes(shared_database: Database) -> None:
    @sized(EXAMPLES, shared_database)
    @given(rows=stores(mode="exchange"))
    def check(rows: Rows) -> None:
        load(shared_database, rows)
        compare(shared_database, expect(rows))

    check()


def test_sliding_examples_are_exactly_those_that_the_recipe_describes(shared_database: Database) -> None:
    @sized(EXAMPLES * 4 // 5, shared_database)
    @given(rows=stores(mode="sliding"))
    def check(rows: Rows) -> None:
        load(shared_database, rows)
        compare(shared_database, expect(rows))

    check()


def test_no_check_finds_a_broken_rule(shared_database: Database) -> None:
    @sized(EXAMPLES // 2, shared_database)
    @given(rows=stores())
    def check(rows: Rows) -> None:
        load(shared_database, rows)
        with shared_database.connect(is_read_only=True) as connection:
            broken = {
                path.stem: found
                for path in CHECKS
                if (found := connection.exec_driver_sql(path.read_text(encoding="utf-8")).all())
            }
        assert broken == {}

    check()


def test_the_same_rows_in_another_order_give_the_same_bytes(shared_database: Database) -> None:
    random = Random(4)
    rows = random_rows(random, sizes=[60, 50, 40, 30, 60], dataset_count=12)
    load(shared_database, rows)
    first = [list(exported(shared_database, dataset_id)) for dataset_id in range(1, 13)]
    load(shared_database, {table: random.sample(found, k=len(found)) for table, found in rows.items()})
    assert [list(exported(shared_database, dataset_id)) for dataset_id in range(1, 13)] == first
    assert sum(map(len, first)) > 50


def test_ranges_of_buckets_together_give_what_one_range_gives(shared_database: Database) -> None:
    load(shared_database, random_rows(Random(5), sizes=[40] * 12, dataset_count=4))
    for dataset_id in range(1, 5):
        parts = [
            exported(shared_database, dataset_id, first, first + 7) for first in range(0, BUCKET_COUNT, 8)
        ]
        assert list(chain.from_iterable(parts)) == list(exported(shared_database, dataset_id))


def test_each_split_is_exported_alone_or_with_the_other(shared_database: Database) -> None:
    rows = random_rows(Random(6), sizes=[40] * 12, dataset_count=1, mode="exchange")
    rows["datasets"][0] |= {"validation_permille": 400, "max_tokens": 2048, "min_assistant_chars": 0}
    rows["datasets"][0] |= {"since_ms": None, "until_ms": None, "has_direct": True, "has_group": True}
    rows["dataset_threads"] = rows["dataset_participants"] = []
    load(shared_database, rows)
    train, validation = (list(exported(shared_database, 1, split=split)) for split in ("train", "validation"))
    assert train
    assert validation
    assert sorted(train + validation) == sorted(exported(shared_database, 1))


def test_the_token_count_of_an_example_is_never_below_the_true_one(shared_database: Database) -> None:
    rows = random_rows(Random(7), sizes=[60] * 6, dataset_count=8, mode="exchange")
    count_truly(rows)
    load(shared_database, rows)
    examples = examples_of(shared_database)
    assert any('"name":' in str(example[-1]) for example in examples)
    for example in examples:
        messages = json.loads(str(example[-1]))
        texts = [message[key] for message in messages for key in ("content", "name") if key in message]
        true_count = EXAMPLE_TOKENS + MESSAGE_TOKENS * len(messages) + sum(count(texts, "o200k"))
        true_count += NAME_TOKENS * sum("name" in message for message in messages)
        assert int(str(example[5])) >= true_count


def count_truly(rows: Rows) -> None:
    """Replace the invented counts by those of the tokenizer."""
    for table, source, keys, text in (
        ("message_tokens", "messages", ("thread_id", "message_id"), "body"),
        ("participant_tokens", "participants", ("participant_id",), "display_name"),
        ("thread_tokens", "threads", ("thread_id",), "title"),
        ("slug_tokens", "participant_slugs", ("slug",), "slug"),
    ):
        # A placeholder has no row that holds its text: its count is left to be guessed.
        texts = {
            tuple(row[key] for key in keys): str(row[text]) for row in rows[source] if row[text] is not None
        }
        rows[table] = [row for row in rows[table] if tuple(row[key] for key in keys) in texts]
        for row in rows[table]:
            row["token_count"] = count([texts[tuple(row[key] for key in keys)]], "o200k")[0]
    persona = str(rows["personas"][0]["name"])
    for row in rows["datasets"]:
        if row["system_prompt"] is not None:
            prompt = str(row["system_prompt"]).replace("{title}", "").replace("{date}", "")
            row["system_prompt_tokens"] = count([prompt.replace("{persona}", persona)], "o200k")[0]
