"""A number, a boolean or one thing without its list where a text or a list should stand: read, or named."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from archive_builder import START_MS, json_bytes, write_folder
from snapshots import column

from rolecall.api import Store
from rolecall.errors import FileSkipped

pytestmark = pytest.mark.python_only

CLASSIC = "your_facebook_activity/messages/inbox/bo_6100000000000001/message_1.json"
SECURE = "messages/Bo_1.json"
LEGACY = "messages.json"


def classic(
    *entries: Mapping[str, object], people: object = ("Bo", 1234), **fields: object
) -> dict[str, object]:
    listed = [{"name": name} for name in people] if isinstance(people, tuple) else people
    timed = [
        {"sender_name": "Bo", "timestamp_ms": START_MS - number, **one} for number, one in enumerate(entries)
    ]
    return {"participants": listed, "messages": timed, "title": "Bo", **fields}


def load(store: Store, folder: Path, path: str, document: object, **options: bool) -> object:
    archive = write_folder({path: json_bytes(document)}, folder / "archive")
    return store.import_archives([archive], me=["Me"], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345, "12345"), (12.5, "12.5"), (0, "0"), (True, "true"), (False, "false"), ("", None)],
)
def test_what_was_written_as_a_number_is_text(
    value: object, text: str | None, duckdb_store: Store, tmp_path: Path
) -> None:
    load(duckdb_store, tmp_path / "a", CLASSIC, classic({"content": value}))
    secure = {
        "participants": ["Me", "Cy"],
        "threadName": "Cy_1",
        "messages": [{"senderName": "Cy", "timestamp": START_MS + 1, "text": value, "type": "text"}],
    }
    load(duckdb_store, tmp_path / "b", SECURE, secure)
    old = {"sender": "cy", "created_at": "2019-01-01T00:00:00+00:00", "text": value}
    load(duckdb_store, tmp_path / "c", LEGACY, [{"participants": ["cy", "me"], "conversation": [old]}])
    assert column(duckdb_store, "select body from messages") == [text] * 3
    assert column(duckdb_store, "select distinct kind from messages") == ["text" if text else "empty"]


def test_names_and_titles_that_are_numbers_are_names(duckdb_store: Store, tmp_path: Path) -> None:
    entries = ({"sender_name": 1234, "content": "hi"}, {"content": "yes"})
    load(duckdb_store, tmp_path, CLASSIC, classic(*entries, people=("Bo", "Me", 1234), title=77))
    assert column(duckdb_store, "select title from threads") == ["77"]
    assert column(duckdb_store, "select kind from threads") == ["group"]
    assert column(duckdb_store, "select display_name from participants order by 1") == ["1234", "Bo", "Me"]


def test_people_of_secure_storage_and_of_old_instagram_may_be_numbers(
    duckdb_store: Store, tmp_path: Path
) -> None:
    said = {"senderName": 42, "timestamp": START_MS, "text": "hi", "type": "text"}
    secure = {"participants": ["Me", 42], "threadName": 42, "messages": [said]}
    load(duckdb_store, tmp_path / "a", SECURE, secure)
    old = {"sender": 43, "created_at": "2019-01-01T00:00:00+00:00", "text": "yo", "likes": {"username": "me"}}
    load(duckdb_store, tmp_path / "b", LEGACY, [{"participants": ["me", 43], "conversation": [old]}])
    assert column(duckdb_store, "select title from threads order by 1") == ["42", "me, 43"]
    assert column(duckdb_store, "select count(*) from reactions") == [1]


def test_one_reaction_may_stand_without_its_list_or_its_object(duckdb_store: Store, tmp_path: Path) -> None:
    entries = (
        {"content": "a", "reactions": {"reaction": "+", "actor": "Me"}},
        {"content": "b", "reactions": "x"},
        {"content": "c", "reactions": ["y", {"reaction": 7, "actor": 1234}]},
    )
    load(duckdb_store, tmp_path, CLASSIC, classic(*entries))
    assert column(duckdb_store, "select emoji from reactions order by 1") == ["+", "7", "x", "y"]


def test_what_is_shared_may_be_an_address_alone(duckdb_store: Store, tmp_path: Path) -> None:
    entries = (
        {"share": "https://example.org/1"},
        {"share": {"link": 5, "share_text": 6.5}},
        {"share": "a hill"},
    )
    load(duckdb_store, tmp_path, CLASSIC, classic(*entries))
    shared = (
        "select share_url || '|' || coalesce(share_text, '') as it from messages where share_url is not null"
    )
    assert column(duckdb_store, f"{shared} order by it") == ["5|6.5", "https://example.org/1|"]
    assert column(duckdb_store, "select share_text from messages where share_url is null") == ["a hill"]


def test_true_and_false_say_whether_something_is_there(duckdb_store: Store, tmp_path: Path) -> None:
    at = "2019-01-01T00:00:0{}+00:00"
    said = [
        {"sender": "bo", "created_at": at.format(1), "heart": True},
        {"sender": "bo", "created_at": at.format(2), "text": "hi", "video_call_action": False},
        {"sender": "bo", "created_at": at.format(3), "text": "yo", "media_share_url": False},
    ]
    load(duckdb_store, tmp_path / "a", LEGACY, [{"participants": ["bo", "me"], "conversation": said}])
    kinds = "select kind || ' ' || body from messages order by sent_at_ms"
    assert column(duckdb_store, kinds) == ["text \u2764\ufe0f", "text hi", "text yo"]
    shared = classic({"content": "look", "share": {"link": False, "share_text": True}})
    load(duckdb_store, tmp_path / "b", CLASSIC, shared)
    assert column(duckdb_store, "select share_url from messages where body = 'look'") == [None]


UNREADABLE = [
    (CLASSIC, classic({"content": ["a"]}, {"content": "fine"}), 1),
    (CLASSIC, classic({"content": "fine", "sender_name": {"x": 1}}), 1),
    (CLASSIC, classic({"content": "fine"}, title=["a"]), 1),
    (CLASSIC, classic({"content": "fine"}, people=("Bo", ["x"])), 1),
    (CLASSIC, classic({"content": "fine"}, people=["Bo", ["x"]]), 1),
    (CLASSIC, classic({"content": "fine", "share": {"link": {"a": 1}}}), 1),
    (CLASSIC, classic({"content": "fine", "reactions": [["x"], {"reaction": {}}]}), 2),
    (
        SECURE,
        {
            "participants": ["Me", "Bo"],
            "threadName": "Bo_1",
            "messages": [{"senderName": "Bo", "timestamp": START_MS, "text": {"a": 1}, "type": "text"}],
        },
        1,
    ),
    (
        LEGACY,
        [
            {
                "participants": ["bo", ["me"]],
                "conversation": [{"sender": "bo", "created_at": "2019-01-01T00:00:00+00:00", "text": ["a"]}],
            }
        ],
        2,
    ),
]


@pytest.mark.parametrize(("path", "document", "count"), UNREADABLE)
def test_what_cannot_be_read_as_text_is_counted_and_named(
    path: str, document: object, count: int, duckdb_store: Store, tmp_path: Path
) -> None:
    load(duckdb_store, tmp_path, path, document)
    reason = f"{count} texts or names that are none; the rest of their entries is loaded"
    assert column(duckdb_store, "select reason from import_files where status = 'failed'") == [reason]
    assert column(duckdb_store, "select count(*) > 0 from messages") == [True]
    with pytest.raises(FileSkipped, match="texts or names that are none"):
        load(duckdb_store, tmp_path / "strict", path, document, is_strict=True, is_again=True)
