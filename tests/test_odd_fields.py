"""Archives are messy: numbers as texts, people listed in other ways or not at all, senders without a name."""

import json
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, START_MS, archive_files, entry, json_bytes, one_chat, write_folder
from snapshots import bodies, column

from rolecall.api import Store
from rolecall.sources._fields import integer_of, milliseconds_of

pytestmark = pytest.mark.python_only

PATH = "messages/inbox/dorian_6100000000000001/message_1.json"
KIND = "select kind from threads"
LISTED = (
    "select display_name from thread_participants join participants using (participant_id)"
    " order by display_name"
)


def chat(people: object, *entries: dict[str, object], **fields: object) -> bytes:
    return json_bytes({"participants": people, "messages": list(entries), **fields})


def nobody(sent_at_ms: int, content: str = "who?") -> dict[str, object]:
    return {"timestamp_ms": sent_at_ms, "content": content}


def load(store: Store, folder: Path, data: bytes) -> None:
    store.import_archives([write_folder({PATH: data}, folder)], me=[OWNER])


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (17, 17),
        ("17", 17),
        (" 1700000000031.0", 1_700_000_000_031),
        ("1.7e12", 1_700_000_000_000),
        (1_700_000_000_031.9, 1_700_000_000_031),
        ("9" * 5000, None),
        ("1e999999999", None),
        ("1e300", None),
        (float("inf"), None),
        ("nan", None),
        ("soon", None),
        ("", None),
        (True, None),
        ([], None),
    ],
)
def test_a_number_may_be_a_text_or_a_fraction(value: object, number: int | None) -> None:
    assert integer_of(value) == number


def test_seconds_keep_their_fraction() -> None:
    assert milliseconds_of(1_700_000_000.5) == 1_700_000_000_500
    assert milliseconds_of("1700000000.123") == 1_700_000_000_123
    assert milliseconds_of("1e18") is None
    assert milliseconds_of(None) is None


def test_times_in_any_writing_are_read(store: Store, tmp_path: Path) -> None:
    times: list[dict[str, object]] = [
        {"timestamp_ms": "1700000000031.0"},
        {"timestamp_ms": "1.7e12"},
        {"timestamp": 1_700_000_000.5},
        {"timestamp": "1700000001"},
    ]
    said = [{"sender_name": FRIEND.encode().decode("latin-1"), "content": "hi", **time} for time in times]
    load(store, tmp_path, chat([{"name": OWNER.encode().decode("latin-1")}], *said))
    assert column(store, "select sent_at_ms from messages order by sent_at_ms") == [
        1_700_000_000_000,
        1_700_000_000_031,
        1_700_000_000_500,
        1_700_000_001_000,
    ]


@pytest.mark.parametrize("people", [["Ann", {"name": "Bo"}], ["Ann", "Bo"], [{"name": "Ann"}, "Bo", None]])
def test_people_may_be_listed_as_plain_names(people: object, store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, chat(people, entry("Ann", START_MS, "hi")))
    assert column(store, LISTED) == ["Ann", "Bo"]
    assert bodies(store) == ["hi"]


@pytest.mark.parametrize("extra", [[], [{"name": None}], [{}], [None]])
def test_a_message_without_a_sender_makes_no_group(extra: list[object], store: Store, tmp_path: Path) -> None:
    people = [{"name": "Ann"}, {"name": "Bo"}, *extra]
    load(store, tmp_path, chat(people, nobody(START_MS + 1), entry("Ann", START_MS, "hi")))
    assert column(store, KIND) == ["direct"]
    assert bodies(store) == ["hi", "who?"]
    assert column(store, "select count(*) from participants where is_anonymous") == [1]
    assert store.check_store() == {}


def test_the_same_in_an_encrypted_chat_and_in_instagrams_first_downloads(
    store: Store, tmp_path: Path
) -> None:
    said = [{"senderName": "Ann", "timestamp": 1, "text": "hi"}, {"timestamp": 2, "text": "who?"}]
    encrypted = {"participants": ["Ann", "Bo"], "threadName": "Ann_1", "messages": said}
    first = [
        {
            "participants": ["ann", "bo", None],
            "conversation": [
                {"sender": "ann", "created_at": "2019-01-01T00:00:00+00:00", "text": "hi"},
                {"created_at": "2019-01-01T00:00:01+00:00", "text": "who?"},
            ],
        }
    ]
    files = {"Ann_1.json": json.dumps(encrypted).encode(), "ig/messages.json": json.dumps(first).encode()}
    store.import_archives([write_folder(files, tmp_path)])
    assert column(store, KIND) == ["direct", "direct"]


def test_somebody_listed_with_an_empty_name_is_somebody(store: Store, tmp_path: Path) -> None:
    people = [{"name": "Ann"}, {"name": "Bo"}, {"name": ""}]
    load(store, tmp_path, chat(people, entry("Ann", START_MS, "hi")))
    assert column(store, KIND) == ["group"]


def test_notes_to_oneself_are_a_self_chat_also_where_the_archive_calls_them_regular(
    store: Store, tmp_path: Path
) -> None:
    notes = one_chat(entry(OWNER, START_MS, "note"), people=(OWNER,))
    store.import_archives([write_folder(archive_files(notes, "A1"), tmp_path)], me=[OWNER])
    assert column(store, KIND) == ["self"]


def test_the_archives_of_early_2018_list_the_other_one_alone(store: Store, tmp_path: Path) -> None:
    said = {"sender_name": "Ann", "timestamp": 1_500_000_000, "content": "hi"}
    load(store, tmp_path, chat([{"name": "Ann"}], said, thread_type="Regular"))
    assert column(store, KIND) == ["direct"]
