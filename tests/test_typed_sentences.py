"""What looks like a sentence of Messenger's may be typed: sender, people and what stands beside it tell."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    Entry,
    archive_files,
    entry,
    one_chat,
    profile_files,
    write_folder,
)
from archive_builder import json_bytes as as_json
from snapshots import column

from rolecall.api import Store
from rolecall.sentences import is_sentence_about_sender, is_system_sentence, system_indexes

pytestmark = pytest.mark.python_only

PHOTO = [{"uri": "messages/x/1.jpg", "creation_timestamp": 1}]
LINK = {"link": "https://example.org"}
THIRD = "Wido Kestrelaar"
BY_OWNER = [
    "You named the group Boat crew.",
    "You sent an attachment.",
    "You set your nickname to Boss.",
    "You created a poll: Where to?",
    "Du hast die Gruppe verlassen.",
]


def kinds(
    store: Store, folder: Path, *entries: Entry, people: tuple[str, ...] = (FRIEND, OWNER), **files: bytes
) -> list[object]:
    """Import one chat without saying who the owner is; return its messages' kinds."""
    archive = archive_files(one_chat(*entries, people=people))
    store.import_archives([write_folder(archive | files, folder)])
    return column(store, "select kind from messages order by sent_at_ms")


@pytest.mark.parametrize("text", BY_OWNER)
def test_what_the_owner_does_stands_under_no_other_name(text: str, store: Store, tmp_path: Path) -> None:
    """A chat of two is named after the other one."""
    entries = [entry(OWNER, START_MS, text), entry(FRIEND, START_MS + 1, text)]
    assert kinds(store, tmp_path, *entries) == ["system", "text"]


@pytest.mark.parametrize("is_told", [False, True])
def test_in_a_group_the_profile_or_the_user_tells_who_the_owner_is(
    is_told: bool, store: Store, tmp_path: Path
) -> None:
    people = (FRIEND, THIRD, OWNER)
    entries = [entry(name, START_MS + index, BY_OWNER[0]) for index, name in enumerate(people)]
    files = archive_files(one_chat(*entries, people=people)) | ({} if is_told else profile_files(OWNER))
    store.import_archives([write_folder(files, tmp_path)], me=[OWNER] if is_told else [])
    assert column(store, "select kind from messages order by sent_at_ms") == ["text", "text", "system"]


def test_calls_stand_under_who_made_them_and_name_somebody_in_the_chat(store: Store, tmp_path: Path) -> None:
    texts = [
        (OWNER, f"You called {FRIEND}."),
        (FRIEND, f"You missed a call from {FRIEND}."),
        (FRIEND, "You missed a video call from Dorian."),
        (FRIEND, "You called a contact."),
        (FRIEND, "You called Mom."),
        (OWNER, "You called Wido Kestrelaar."),
    ]
    entries = [entry(sender, START_MS + index, text) for index, (sender, text) in enumerate(texts)]
    assert kinds(store, tmp_path, *entries) == ["system"] * 4 + ["text"] * 2


def indexes(texts: list[str], senders: list[str], people: Sequence[str] = ()) -> list[int]:
    return system_indexes(pa.array(texts), pa.array(senders).dictionary_encode(), people)


def test_where_somebody_is_known_no_more_a_call_may_have_been_theirs() -> None:
    people = ["Facebook user", OWNER]
    assert indexes(["You called Wido Kestrelaar."], [OWNER], people) == [0]
    assert indexes(["You called Wido Kestrelaar."], [OWNER], [FRIEND, OWNER]) == []


IN_ANY_LANGUAGE = [
    f"{FRIEND} lähetti liitteen.",
    f"{FRIEND} har sendt en vedhæftet fil.",
    f"{FRIEND} bir ek gönderdi.",
    f"{FRIEND} надіслала вкладення.",
    f"{FRIEND} शेयर किया।",
    f"{FRIEND}さんが写真を送信しました。",
    f"{FRIEND} 傳送了附件。",
]
OF_PEOPLE = [
    f"{FRIEND} Lähetti liitteen.",
    f"{FRIEND} lähetti\nliitteen.",
    f"{FRIEND} here.",
    f"{FRIEND}, nice to meet you.",
    f"{FRIEND} z tej strony.",
    f"{FRIEND} and I went to the lake.",
    f"{FRIEND}: lähetti liitteen.",
    f"{FRIEND}ella on liite.",
    "Somebody Else lähetti liitteen.",
]
NO_WHOLE_SENTENCE = [
    f"{FRIEND} lähetti liitteen",
    f"{FRIEND} lähetti liitteen!",
    f"{FRIEND} lähetti liitteen...",
    f"{FRIEND} lähetti liitteen. Hyvä.",
]


@pytest.mark.parametrize("text", IN_ANY_LANGUAGE)
def test_the_senders_full_name_and_a_verb_make_a_sentence_in_any_language(text: str) -> None:
    assert indexes([text], [FRIEND]) == [0]
    assert is_sentence_about_sender(text, FRIEND, has_more=True)


@pytest.mark.parametrize("text", OF_PEOPLE)
def test_people_who_begin_with_their_own_name_are_people(text: str) -> None:
    assert indexes([text], [FRIEND]) == []
    assert not is_sentence_about_sender(text, FRIEND, has_more=True)


@pytest.mark.parametrize("text", NO_WHOLE_SENTENCE)
def test_beside_nothing_only_a_whole_sentence_counts(text: str) -> None:
    assert indexes([text], [FRIEND]) == []
    assert is_sentence_about_sender(text, FRIEND, has_more=True)


def test_a_name_of_one_word_may_be_a_word() -> None:
    assert indexes(["Will be there."], ["Will"]) == []
    assert not is_sentence_about_sender("Will send more", "Will", has_more=True)
    assert not is_sentence_about_sender("Will be there.", "Will", has_more=True)
    assert is_sentence_about_sender("Will lähetti liitteen.", "Will", has_more=True)


@pytest.mark.parametrize("text", [*IN_ANY_LANGUAGE, *NO_WHOLE_SENTENCE])
def test_beside_what_is_shared_or_attached_such_a_sentence_is_no_text(
    text: str, store: Store, tmp_path: Path
) -> None:
    entries = [
        entry(FRIEND, START_MS, text, share=LINK),
        entry(FRIEND, START_MS + 1, text, photos=PHOTO),
        entry(FRIEND, START_MS + 2, "so blue", photos=PHOTO),
        entry(FRIEND, START_MS + 3, OF_PEOPLE[2], photos=PHOTO),
    ]
    assert kinds(store, tmp_path, *entries) == ["share", "media", "text", "text"]
    assert column(store, "select body from messages order by sent_at_ms") == [
        None,
        None,
        "so blue",
        OF_PEOPLE[2],
    ]


def test_in_encrypted_chats_neither_names_nor_the_owners_doings_under_another_name_make_a_sentence(
    store: Store, tmp_path: Path
) -> None:
    said = [
        {"senderName": FRIEND, "timestamp": START_MS, "text": text, "type": "text"}
        for text in (IN_ANY_LANGUAGE[0], BY_OWNER[0])
    ]
    chat = {"participants": [OWNER, FRIEND], "threadName": "Dorian_1", "messages": said}
    store.import_archives([write_folder({"Dorian_1.json": as_json(chat)}, tmp_path)])
    assert column(store, "select distinct kind from messages") == ["text"]
    assert not is_system_sentence(IN_ANY_LANGUAGE[0], FRIEND)


def test_a_sentence_that_an_earlier_version_took_for_words_is_mended_when_read_again(
    store: Store, tmp_path: Path
) -> None:
    entries = [
        entry(FRIEND, START_MS, IN_ANY_LANGUAGE[0], photos=PHOTO),
        entry(FRIEND, START_MS + 1, IN_ANY_LANGUAGE[0]),
    ]
    assert kinds(store, tmp_path, *entries) == ["media", "system"]
    with store.database.transaction() as connection:
        connection.exec_driver_sql(f"update messages set kind = 'text', body = '{IN_ANY_LANGUAGE[0]}'")
    store.import_archives([tmp_path], is_again=True)
    assert column(store, "select kind from messages order by sent_at_ms") == ["media", "system"]


def test_a_call_that_nobody_took_stands_under_who_called(store: Store, tmp_path: Path) -> None:
    texts = [
        (OWNER, f"{FRIEND} missed your call."),
        (OWNER, f"{FRIEND} missed your call, as always."),
        (FRIEND, f"{OWNER} missed your call."),
    ]
    entries = [entry(sender, START_MS + index, text) for index, (sender, text) in enumerate(texts)]
    assert kinds(store, tmp_path, *entries) == ["system", "text", "text"]
