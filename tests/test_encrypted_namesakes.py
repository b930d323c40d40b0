"""Encrypted chats whose files have the names of others: numbers and names change places between downloads."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import START_MS, ArchiveThread, archive_files, entry, write_folder
from snapshots import column
from test_encrypted_chats import secure_entry, secure_file

from rolecall.api import Store

ME = "Zorana Hollis"


def _secure(
    name: str, lines: range, number: int, chat: str, people: tuple[str, ...] = ()
) -> tuple[str, bytes]:
    people = (ME, *(people or [name]))
    entries = [
        secure_entry(
            people[number % len(people)],
            number,
            f"{chat} {number}",
            timestamp=START_MS + number * 60_000 + len(chat),
        )
        for number in lines
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
        ",".join(f"{chat} {number}" for number in range(12)) for chat in ("first", "other")
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
        ",".join(f"{chat} {number}" for number in range(10)) for chat in ("first", "other")
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("others", [("Mum", "Dad"), ("Family", "Mum")])
def test_encrypted_chats_of_one_title_and_other_people_stay_two_when_their_numbers_change_places(
    others: tuple[str, ...], order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    aunts = ("Aunt", "Uncle") if others[0] == "Mum" else ("Family",)
    downloads = (
        (
            _secure("Family", range(6), 1, "first", others),
            _secure("Family", range(100, 106), 2, "other", aunts),
        ),
        (
            _secure("Family", range(7), 2, "first", others),
            _secure("Family", range(100, 107), 1, "other", aunts),
        ),
    )
    for number in order:
        store.import_archives([write_folder(dict(downloads[number]), tmp_path / str(number))], me=[ME])
    query = "select string_agg(body, ',' order by sent_at_ms) from messages group by thread_id order by 1"
    assert column(store, query) == [
        ",".join(f"{chat} {number}" for number in lines)
        for chat, lines in (("first", range(7)), ("other", range(100, 107)))
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("first", [range(0), range(50, 55)])
def test_an_encrypted_chat_with_another_number_in_every_download_is_one(
    first: range, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    said = tuple(entry((ME, "Ada")[n % 2], START_MS + n * 60_000, f"before {n}") for n in range(4))
    thread = ArchiveThread("ada_6100000000000001", "Ada", ("Ada", ME), said, "e2ee_cutover")
    downloads = (
        archive_files([thread]),
        dict([_secure("Ada", first, 4, "after"), _secure("Bea", range(3), 4, "bea")]),
        dict([_secure("Ada", range(60, 66), 9, "after"), _secure("Bea", range(4), 5, "bea")]),
    )
    for number in order:
        store.import_archives([write_folder(downloads[number], tmp_path / str(number))], me=[ME])
    query = (
        "select string_agg(body, ',' order by sent_at_ms) from messages group by thread_id order by 1 desc"
    )
    after = [f"after {n}" for n in (*first, *range(60, 66))]
    assert column(store, query) == [
        ",".join([*(f"before {n}" for n in range(4)), *after]),
        ",".join(f"bea {n}" for n in range(4)),
    ]
    assert column(store, "select count(*) from threads") == [2]


def test_a_message_before_and_one_after_encryption_in_one_second_are_two(
    store: Store, tmp_path: Path
) -> None:
    before = (entry("Ada", START_MS - 60_000, "hey"), entry("Ada", START_MS, "before"))
    thread = ArchiveThread("ada_6100000000000001", "Ada", ("Ada", ME), before, "e2ee_cutover")
    after = secure_entry("Ada", 0, "after", timestamp=START_MS + 10)
    files = archive_files([thread])
    files["messages/Ada_1.json"] = secure_file(after, people=(ME, "Ada"), name="Ada_1")
    store.import_archives([write_folder(files, tmp_path / "all")], me=[ME])
    query = "select body || ' ' || sent_at_ms from messages order by sent_at_ms"
    expected = [f"hey {START_MS - 60_000}", f"before {START_MS}", f"after {START_MS + 10}"]
    assert column(store, query) == expected
    assert column(store, "select count(*) from threads") == [1]
