"""What the owner replied in a broadcast channel of Instagram is the owner's words."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from archive_builder import START_MS, json_bytes, write_folder
from snapshots import column

from rolecall.api import Store
from rolecall.errors import FileSkipped

pytestmark = pytest.mark.python_only

FOLDER = "your_instagram_activity/messages/inbox/harbourclub_1234567890123456"
PROFILE = "personal_information/personal_information/personal_information.json"
OWNER, HOST = "Ilka Maarten", "Joris Vandersteen"


def replies(*texts: object, **fields: object) -> dict[str, object]:
    written = [
        {"reply_content": text, "original_message_sender": HOST, "timestamp_ms": START_MS - number * 1000}
        for number, text in enumerate(texts)
    ]
    return {
        "participants": [{"name": HOST}],
        "replies": written,
        "title": "Harbour club",
        "is_still_participant": True,
        "thread_path": "inbox/harbourclub_1234567890123456",
        "joinable_mode": {"mode": 1, "link": ""},
        **fields,
    }


def channel() -> dict[str, object]:
    said = {"sender_name": HOST, "timestamp_ms": START_MS - 500, "content": "boats out at nine"}
    return {
        "participants": [{"name": HOST}],
        "messages": [said],
        "title": "Harbour club",
        "thread_path": "inbox/harbourclub_1234567890123456",
        "joinable_mode": {"mode": 1, "link": ""},
    }


def profile() -> dict[str, object]:
    data = {"Name": {"value": OWNER}, "Username": {"value": "ilka.m"}}
    return {"profile_user": [{"string_map_data": data}]}


def load(store: Store, folder: Path, files: Mapping[str, object], **options: object) -> None:
    archive = write_folder({path: json_bytes(value) for path, value in files.items()}, folder / "archive")
    store.import_archives([archive], **options)  # type: ignore[arg-type]


def test_replies_are_the_owners_in_the_thread_of_the_channel(duckdb_store: Store, tmp_path: Path) -> None:
    files = {
        PROFILE: profile(),
        f"{FOLDER}/message_1.json": channel(),
        f"{FOLDER}/replies_1.json": replies("wait for me \u00e2\u009b\u00b5", 7),
    }
    load(duckdb_store, tmp_path, files)
    said = "select display_name || ': ' || body from messages join participants using (participant_id)"
    assert column(duckdb_store, f"{said} order by sent_at_ms") == [
        f"{OWNER}: 7",
        f"{HOST}: boats out at nine",
        f"{OWNER}: wait for me ⛵",
    ]
    assert column(duckdb_store, "select title || ' ' || kind || ' ' || source from threads") == [
        "Harbour club group instagram"
    ]
    before = column(duckdb_store, "select message_id from messages order by 1")
    load(duckdb_store, tmp_path / "again", files, is_again=True)
    assert column(duckdb_store, "select message_id from messages order by 1") == before


def test_where_nobody_knows_the_owner_they_are_named_for_what_they_are(
    duckdb_store: Store, tmp_path: Path
) -> None:
    files = {f"{FOLDER}/message_1.json": channel(), f"{FOLDER}/replies_1.json": replies("yes", "no")}
    load(duckdb_store, tmp_path / "a", files)
    assert column(duckdb_store, "select reason from import_files where status = 'failed'") == [
        "2 replies of yours in a broadcast channel, which name no sender; load them with --me NAME"
    ]
    with pytest.raises(FileSkipped, match="broadcast channel"):
        load(duckdb_store, tmp_path / "b", files, is_strict=True)
    load(duckdb_store, tmp_path / "c", files, me=[OWNER])
    assert column(duckdb_store, "select count(*) from messages") == [3]


def test_odd_replies_are_counted(duckdb_store: Store, tmp_path: Path) -> None:
    written = replies("yes")
    listed = written["replies"]
    assert isinstance(listed, list)
    unread = {"reply_content": ["a"], "timestamp_ms": START_MS - 9}
    listed += [{"reply_content": "when?"}, "no object", unread]
    load(duckdb_store, tmp_path, {PROFILE: profile(), f"{FOLDER}/replies_1.json": written})
    (reason,) = column(duckdb_store, "select reason from import_files where status = 'failed'")
    assert str(reason).split("; ") == [
        "1 entries without a readable time",
        "the others are loaded",
        "1 entries that hold no message",
        "the others are loaded",
        "1 texts or names that are none",
        "the rest of their entries is loaded",
    ]
