"""Which files belong to one thread: parts, copies, names that were cut, and how a file is recognised."""

import json
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, archive_files, dialogue, json_bytes, profile_files, write_folder
from readings import read_archive
from snapshots import bodies, column

from rolecall.api import Store

FOLDER = "your_facebook_activity/messages/inbox/dorian_6100000000000001"
BODIES = ["message 0", "message 1", "message 2"]


def chat() -> bytes:
    """The file of a chat of three messages."""
    (data,) = archive_files([dialogue("dorian_6100000000000001", 3)]).values()
    return data


@pytest.mark.parametrize(
    "copy",
    [
        "your_facebook_activity/groups/your_group_messages/6100000000000001.json",
        f"{FOLDER}/message_1 (1).json",
        f"{FOLDER}/message_1 copy.json",
        "Copy of message_1.json",
    ],
)
def test_a_copy_of_a_file_adds_nothing(copy: str, tmp_path: Path, store: Store) -> None:
    store.import_archives(
        [write_folder({f"{FOLDER}/message_1.json": chat(), copy: chat()}, tmp_path / "archive")]
    )
    assert bodies(store) == BODIES
    assert column(store, "select count(*) from threads") == [1]
    assert column(store, "select section from threads") == ["inbox"]


@pytest.mark.parametrize("name", ["messa.json", "message.json", "m.json", "message_.json"])
def test_a_name_that_was_cut_is_read(name: str, tmp_path: Path, store: Store) -> None:
    files = {f"{FOLDER}/{name}": chat()}
    store.import_archives([write_folder(files, tmp_path / "archive")])
    assert bodies(store) == BODIES
    assert column(store, "select key_kind from thread_keys order by key_kind") == [
        "folder",
        "folder_id",
        "thread_path",
    ]


def test_a_thread_without_a_list_of_people_is_told_by_its_senders(tmp_path: Path) -> None:
    document = json.loads(chat())
    del document["participants"]
    reading = read_archive(
        write_folder({f"{FOLDER}/message_1.json": json_bytes(document)}, tmp_path / "archive")
    )
    assert reading.bodies == BODIES


def test_files_that_only_look_like_threads_are_about_something_else(tmp_path: Path) -> None:
    others: list[object] = [
        {"messages": []},
        {"messages": [{"text": "x"}]},
        {"participants": []},
        {"messages_v2": [], "participants": [{"name": "a"}]},
        [{"messages": 1}],
        "messages",
        7,
    ]
    files = {f"messages/settings_{number}.json": json_bytes(other) for number, other in enumerate(others)}
    reading = read_archive(write_folder(files, tmp_path / "archive"))
    assert (reading.threads, reading.problems) == ([], [])


def test_earlier_names_of_the_owner_are_read(tmp_path: Path) -> None:
    ((path, _),) = profile_files(OWNER).items()
    names = {"full_name": OWNER}, [{"name": "Ilka Dřívější", "timestamp": 1}], [{"name": FRIEND}]
    profile = dict(zip(("name", "previous_names", "other_names"), names, strict=True))
    reading = read_archive(write_folder({path: json_bytes({"profile_v2": profile})}, tmp_path / "archive"))
    assert reading.hints[0].names == (OWNER, "Ilka Dřívější", FRIEND)


def test_the_very_first_layout_has_seconds_and_one_participant(tmp_path: Path) -> None:
    document = {
        "participants": [{"name": FRIEND}],
        "messages": [{"sender_name": OWNER, "timestamp": 1_524_558_209, "content": "ok", "type": "Generic"}],
        "title": FRIEND,
        "thread_type": "Regular",
        "thread_path": "inbox/dorian_abcdefghij",
    }
    files = {"messages/dorian_abcdefghij/message.json": json_bytes(document)}
    (thread,) = read_archive(write_folder(files, tmp_path / "archive")).threads
    assert (thread.messages.sent_at_ms[0], thread.section) == (1_524_558_209_000, "inbox")


def test_a_missed_call_took_no_time(tmp_path: Path) -> None:
    document = json.loads(chat())
    document["messages"][0] = {"sender_name": FRIEND, "timestamp_ms": 1, "missed": True, "content": "missed"}
    reading = read_archive(
        write_folder({f"{FOLDER}/message_1.json": json_bytes(document)}, tmp_path / "archive")
    )
    (call,) = [message for message in reading.messages if message.kind == "call"]
    assert call.call_seconds == 0
