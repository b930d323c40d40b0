"""Which files belong to one thread: parts, copies, names that were cut, and how a file is recognised."""

import json
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    archive_files,
    dialogue,
    entry,
    json_bytes,
    profile_files,
    write_folder,
)
from readings import read_archive
from snapshots import bodies, column

from rolecall.api import Store
from rolecall.archives.archive import Archive
from rolecall.downloads.download import Download
from rolecall.downloads.reading import read_files
from rolecall.errors import FileSkipped

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


@pytest.mark.parametrize("path", [None, "your_group_messages/654321", "your_group_messages/6549999999999999"])
def test_a_copy_of_a_group_is_the_chat_that_it_repeats(
    path: str | None, tmp_path: Path, store: Store
) -> None:
    people = ("Ann Corder", "Bea Dornwell", OWNER)
    said = [entry(people[index % 3], START_MS + index, f"line {index}") for index in range(3)]
    threads = [
        ArchiveThread("quad_x9g_s2qqfq", "Quad", people, tuple(said), part_count=2),
        ArchiveThread("duo_6100000000000009", "Duo", people, (entry(OWNER, START_MS + 9, "other"),)),
    ]
    files = archive_files(threads)
    copies = {}
    more = [*said, entry(OWNER, START_MS + 3, "more")]
    for number, entries in ((654321, said), (777, said[:1]), (888, more)):
        document = {"participants": [{"name": name} for name in people], "messages": entries[::-1]}
        if number == 654321:
            document |= {"thread_path": path} if path else {}
        copies[f"your_facebook_activity/groups/your_group_messages/{number}.json"] = json_bytes(document)
    *_, larger = copies
    files |= {name: data for name, data in copies.items() if name != larger}
    store.import_archives([write_folder(files, tmp_path / "archive")], me=[OWNER])
    assert bodies(store) == ["line 0", "line 1", "line 2", "other"]
    assert column(store, "select title from threads order by title") == ["Duo", "Quad"]
    assert column(store, "select distinct section from threads") == ["inbox"]
    assert store.import_archives([tmp_path / "archive"]).added_count == 0
    assert store.import_archives([tmp_path / "archive"], is_again=True).added_count == 0
    write_folder({larger: copies[larger]}, tmp_path / "archive")
    assert store.import_archives([tmp_path / "archive"], is_again=True).added_count == 1
    assert column(store, "select count(*) from threads") == [2]


def test_a_group_of_the_same_people_that_says_something_else_is_no_copy(tmp_path: Path, store: Store) -> None:
    people = ("Ann Corder", "Bea Dornwell", OWNER)
    said = [entry(people[index % 3], START_MS + index, f"line {index}") for index in range(4)]
    files = archive_files([ArchiveThread("quad_x9g_s2qqfq", "Quad", people, tuple(said[:2]))])
    document = {"participants": [{"name": name} for name in people], "messages": said[1:], "title": "Other"}
    files["your_facebook_activity/groups/your_group_messages/1.json"] = json_bytes(document)
    store.import_archives([write_folder(files, tmp_path / "archive")], me=[OWNER])
    assert column(store, "select title from threads order by title") == ["Other", "Quad"]


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


@pytest.mark.parametrize(
    "path",
    [
        f"{FOLDER}/message_1.json",
        "messages/archived_threads/zoe_1/messa.json",
        "messages/zoe_abcdefghij/message.json",
        "inbox/zoe_1/message_12.json",
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        b"null",
        b"{}",
        b"[]",
        b'{"participants": [{"name": "Eve"}]}',
        b'[{"sender_name": "Kim", "timestamp_ms": 1700000000000, "content": "bare"}]',
    ],
    ids=range(5),
)
def test_a_file_in_the_place_of_a_chat_that_holds_none_is_named_as_failed(
    data: bytes, path: str, tmp_path: Path
) -> None:
    root = write_folder({path: data, "messages/autofill_information.json": data}, tmp_path / "archive")
    with Archive([root]) as archive:
        files = read_files(Download.of(archive), {})
        statuses = {Path(file.path).name: (file.status, file.reason) for file in files}
    assert statuses.pop("autofill_information.json") == ("skipped", "holds no chat")
    ((status, reason),) = statuses.values()
    assert status == "failed"
    assert "holds none" in str(reason)


def test_strict_stops_at_a_file_in_the_place_of_a_chat_that_holds_none(tmp_path: Path, store: Store) -> None:
    files = {f"{FOLDER}/message_1.json": chat(), f"{FOLDER}/message_2.json": b"null"}
    root = write_folder(files, tmp_path / "archive")
    with pytest.raises(FileSkipped, match=r"message_2\.json: it has the place"):
        store.import_archives([root], is_strict=True)
    assert store.import_archives([root]).skipped_count == 1


@pytest.mark.parametrize("messages", [{}, {"messages": None}, {"messages": {"a": 1}}])
def test_an_encrypted_chat_without_a_list_of_messages_is_damaged(
    messages: dict[str, object], tmp_path: Path
) -> None:
    files = {"Zoe_1.json": json_bytes({"participants": [OWNER, FRIEND], "threadName": "Zoe_1"} | messages)}
    (problem,) = read_archive(write_folder(files, tmp_path / "archive")).problems
    assert problem.is_damaged
    assert "list" in problem.reason


def test_what_is_no_entry_is_told_from_entries_without_a_time(tmp_path: Path) -> None:
    document = json.loads(chat())
    document["messages"] += [1, None, {"sender_name": FRIEND, "content": "when?"}]
    encrypted = {
        "participants": [OWNER, FRIEND],
        "threadName": "Zoe_1",
        "messages": [{"senderName": FRIEND, "timestamp": 1}, "x"],
    }
    early = [{"participants": ["a", "b"], "conversation": [{"sender": "a", "created_at": "x"}]}, 5]
    files = {f"{FOLDER}/message_1.json": json_bytes(document), "Zoe_1.json": json_bytes(encrypted)}
    reading = read_archive(write_folder(files | {"messages.json": json_bytes(early)}, tmp_path / "archive"))
    assert {Path(problem.path).name: problem.reason for problem in reading.problems} == {
        "message_1.json": "1 entries without a readable time; the others are loaded;"
        " 2 entries that hold no message; the others are loaded",
        "Zoe_1.json": "1 entries that hold no message; the others are loaded",
        "messages.json": "1 entries without a readable time; the others are loaded;"
        " 1 entries that hold no message; the others are loaded",
    }


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
    assert (thread.messages.sent_at_ms[0].as_py(), thread.section) == (1_524_558_209_000, "inbox")


def test_a_missed_call_took_no_time(tmp_path: Path) -> None:
    document = json.loads(chat())
    document["messages"][0] = {"sender_name": FRIEND, "timestamp_ms": 1, "missed": True, "content": "missed"}
    reading = read_archive(
        write_folder({f"{FOLDER}/message_1.json": json_bytes(document)}, tmp_path / "archive")
    )
    (call,) = [message for message in reading.messages if message.kind == "call"]
    assert call.call_seconds == 0
