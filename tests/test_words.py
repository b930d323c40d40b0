"""Counting words, for a recipe that wants a least number of them."""

import pytest
from sample import BO, INES, NAMES, OWNER_ID, add_person, add_thread, one_value

from rolecall.api import Store
from rolecall.store.bulk import insert


@pytest.mark.parametrize(
    ("prompt", "reply", "word_count"),
    [
        ("are you", "in? yes", 4),
        ("你好\uff0c世界\uff01", "好", 5),
        ("今日は", "カラオケ ok", 8),
        ("สวัสดีครับ", "ดี", 4),
        ("안녕 하세요", "네", 3),
        ("我love你", "wow好", 4),
        ("https://boats.example/船", " \n", 2),
    ],
)
def test_words_are_counted_in_scripts_that_have_no_blanks_too(
    store: Store, prompt: str, reply: str, word_count: int
) -> None:
    with store.database.transaction() as connection:
        insert(connection, "owners", {"owner_id": OWNER_ID, "label": "me", "self_participant_id": INES})
        for person in (INES, BO):
            add_person(connection, person, NAMES[person])
        add_thread(connection, 1, "direct", "Bo Lund", [(BO, 0, prompt), (INES, 1, reply)])
    store.add_persona("ines", ["Ines Quill"])
    for name, number in (("enough", word_count), ("too-few", word_count + 1)):
        store.create_dataset(name, persona="ines", min_words=number)
    statement = "select count(*) from dataset_examples join datasets using (dataset_id) where name = '{}'"
    assert one_value(store.database, statement.format("enough")) == 1
    assert one_value(store.database, statement.format("too-few")) == 0
