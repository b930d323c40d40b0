"""Encrypted chats whose files have the names of others: numbers and names change places between downloads."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import START_MS, write_folder
from snapshots import column
from test_encrypted_chats import secure_entry, secure_file

from rolecall.api import Store

ME = "Zorana Hollis"


def _secure(name: str, lines: range, number: int, chat: str) -> tuple[str, bytes]:
    people = (ME, name)
    entries = [
        secure_entry(
            people[place % 2], place, f"{chat} {place}", timestamp=START_MS + place * 60_000 + len(chat)
        )
        for place in lines
    ]
    return f"messages/{name}_{number}.json", secure_file(*entries, people=people, name=f"{name}_{number}")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_encrypted_chats_of_two_people_of_one_name_stay_two_when_their_numbers_change_places(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    downloads = (
        (_secure("Ada", range(8), 1, "first"), _secure("Ada", range(8), 2, "other")),
        (_secure("Ada", range(10), 2, "first"), _secure("Ada", range(10), 1, "other")),
        (_secure("Ada", range(4, 12), 1, "first"), _secure("Ada", range(4, 12), 2, "other")),
    )
    for number in order:
        root = write_folder(dict(downloads[number]), tmp_path / str(number))
        store.import_archives([root], me=[ME])
    query = "select string_agg(body, ',' order by sent_at_ms) from messages group by thread_id order by 1"
    assert column(store, query) == [
        ",".join(f"{chat} {place}" for place in range(12)) for chat in ("first", "other")
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_encrypted_chat_is_not_taken_for_that_of_whoever_had_its_name_before(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    downloads = (
        (_secure("Ada", range(8), 1, "first"), _secure("Bea", range(8), 1, "other")),
        (_secure("Ada Marr", range(10), 1, "first"), _secure("Ada", range(10), 1, "other")),
    )
    for number in order:
        root = write_folder(dict(downloads[number]), tmp_path / str(number))
        store.import_archives([root], me=[ME])
    query = "select string_agg(body, ',' order by sent_at_ms) from messages group by thread_id order by 1"
    assert column(store, query) == [
        ",".join(f"{chat} {place}" for place in range(10)) for chat in ("first", "other")
    ]
