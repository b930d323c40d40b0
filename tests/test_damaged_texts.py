"""Files in which some bytes are no UTF-8: they are loaded, named each time, and healed by a good copy."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, START_MS, archive_files, entry, one_chat, write_folder
from readings import read_archive
from snapshots import bodies, column, snapshot
from test_encrypted_chats import secure_entry, secure_file
from test_instagram import legacy_files, said

from rolecall.api import Store

pytestmark = pytest.mark.python_only

SAID = [f"line number {number}, ☔ and {number} percent % of _ rain!" for number in range(6)]


def classic_chat(*changes: tuple[bytes, bytes], count: int = 6) -> dict[str, bytes]:
    """A chat of six messages, with some of its file's bytes replaced."""
    entries = [
        entry((FRIEND, OWNER)[index % 2], START_MS + index * 1000, SAID[index]) for index in range(count)
    ]
    ((path, data),) = archive_files(one_chat(*entries)).items()
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return {path: data}


def test_a_byte_that_is_no_utf_8_costs_one_character(tmp_path: Path) -> None:
    reading = read_archive(
        write_folder(classic_chat((b"line number 3", b"line n\xffmber 3")), tmp_path / "a")
    )
    assert reading.bodies == [*SAID[:3], SAID[3].replace("number", "n\ufffdmber"), *SAID[4:]]
    (problem,) = reading.problems
    assert problem.reason == "1 bytes are no UTF-8; in the texts U+FFFD stands for each"


def test_lost_bytes_and_lost_entries_of_a_file_are_named_together(tmp_path: Path) -> None:
    changes = ((b"line number 3", b"line n\xffmber 3"), (str(START_MS).encode(), b'"yesterday"'))
    reading = read_archive(write_folder(classic_chat(*changes), tmp_path / "a"))
    (problem,) = reading.problems
    assert "1 bytes are no UTF-8" in problem.reason
    assert "1 entries without a readable time" in problem.reason


def test_encrypted_and_early_chats_lose_no_more(tmp_path: Path) -> None:
    secure = secure_file(
        secure_entry("Zoe", 0, "über"), secure_entry("Zoe", 1, "rain"), people=("Max", "Zoe")
    )
    legacy = legacy_files(said("ilka_v", 1, "rain"), said("dorian.m", 0, "über"))["messages.json"]
    files = {
        "Zoe_7.json": secure.replace(b"rain", b"r\xfein"),
        "messages.json": legacy.replace(b"rain", b"r\xfein"),
    }
    reading = read_archive(write_folder(files, tmp_path / "a"))
    assert reading.bodies == ["über", "r\ufffdin"] * 2
    assert len(reading.problems) == 2


def test_a_damaged_name_is_that_of_the_only_person_whom_it_fits(tmp_path: Path) -> None:
    files = {
        "Zoe_7.json": secure_file(
            secure_entry("Zoë", 0, "a"), secure_entry("Zoë", 1, "b"), people=("Max", "Zoë")
        )
    }
    data = files["Zoe_7.json"]
    damaged = data.replace('"senderName": "Zoë"'.encode(), b'"senderName": "Zo\xff\xff"', 1)
    reading = read_archive(write_folder({"Zoe_7.json": damaged}, tmp_path / "a"))
    assert [message.sender for message in reading.messages] == ["Zoë", "Zoë"]
    two_fit = data.replace(b'"Max"', '"Zoä"'.encode()).replace(
        '"senderName": "Zoë"'.encode(), b'"senderName": "Zo\xff"', 1
    )
    reading = read_archive(write_folder({"Zoe_7.json": two_fit}, tmp_path / "b"))
    assert [message.sender for message in reading.messages] == ["Zo\ufffd", "Zoë"]


@pytest.mark.parametrize("word", ['"messages"', '"participants"'])
def test_a_bad_byte_in_the_word_that_tells_the_shape_is_named(word: str, tmp_path: Path) -> None:
    data = json.dumps({"participants": [], "messages": [], "title": "x"}).encode()
    broken = data.replace(word.encode(), word.encode()[:3] + b"\xff" + word.encode()[4:])
    reading = read_archive(write_folder({"a/message_1.json": broken}, tmp_path / "a"))
    assert [problem.is_damaged for problem in reading.problems] == [True]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_good_copy_heals_the_text_whichever_comes_first(
    order: tuple[int, ...], store: Store, tmp_path: Path
) -> None:
    change = (b"line number 3", b"line n\xffmber \xff")
    downloads = [classic_chat(count=5), classic_chat(change, count=6), classic_chat(change, count=5)]
    for index in order:
        store.import_archives([write_folder(downloads[index], tmp_path / str(index))], me=[OWNER])
    assert bodies(store) == SAID
    assert store.check_store() == {}


def test_an_edit_after_the_damage_is_an_edit(store: Store, tmp_path: Path) -> None:
    downloads = [
        classic_chat((b"line number 3", b"line n\xffmber 3"), count=5),
        classic_chat((b"line number 3", b"words of another kind")),
    ]
    for index, files in enumerate(downloads):
        store.import_archives([write_folder(files, tmp_path / str(index))], me=[OWNER])
    assert bodies(store)[3] == SAID[3].replace("line number 3", "words of another kind")
    assert column(store, "select count(*) from message_edits") == [1]


def test_a_file_of_which_something_was_lost_is_named_in_every_import(store: Store, tmp_path: Path) -> None:
    changes = ((b"line number 3", b"line n\xffmber 3"), (str(START_MS).encode(), b'"yesterday"'))
    root = write_folder(classic_chat(*changes), tmp_path / "a")
    first = store.import_archives([root], me=[OWNER])
    before = snapshot(store)
    for _ in range(2):
        again = store.import_archives([root], me=[OWNER])
        assert (again.added_count, again.known_count, again.skipped_count) == (0, 5, 1)
        assert [file.status for file in again.files] == ["unchanged", "failed"]
        assert again.files[1].reason == first.files[1].reason
    assert snapshot(store) == before
    assert column(store, "select skipped_count from imports order by import_id") == [1, 1, 1]
