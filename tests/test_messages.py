"""What one entry of an archive becomes: its kind, its text and its time."""

import json
from pathlib import Path

from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    Entry,
    archive_files,
    entry,
    json_bytes,
    one_chat,
    write_folder,
)
from snapshots import bodies, column

from rolecall.api import Store

PHOTO = "your_facebook_activity/messages/inbox/dorian_6100000000000001/photos/7.jpg"

KINDS: list[tuple[Entry, str]] = [
    ({"content": "typed"}, "text"),
    ({"content": "typed", "photos": [{"uri": PHOTO}]}, "text"),
    ({"content": "see https://example.org", "share": {"link": "https://example.org"}}, "text"),
    ({"content": " \t"}, "text"),
    ({"content": "I missed your call, sorry!"}, "text"),
    ({"content": f"{FRIEND} left the group."}, "system"),
    ({"content": "Reacted 😆 to your message "}, "system"),
    ({"content": f"{FRIEND} sent an attachment.", "share": {"link": "https://example.org"}}, "share"),
    ({"share": {"share_text": "Last updated 8 May"}}, "share"),
    ({"content": f"{FRIEND} called you.", "call_duration": 61}, "call"),
    ({"content": f"You missed a call from {FRIEND}.", "call_duration": 0, "missed": True}, "call"),
    ({"sticker": {"uri": "messages/stickers_used/1.png", "ai_stickers": []}}, "media"),
    ({"gifs": [{"uri": "messages/gifs/1.gif"}]}, "media"),
    ({"is_unsent": True}, "unsent"),
    ({"is_unsent": True, "content": "This poll is no longer available."}, "unsent"),
    ({"is_taken_down": True, "content": "bad words"}, "unsent"),
    ({"content": f"{OWNER} přidala uživatele.", "type": "Subscribe", "users": [{"name": OWNER}]}, "system"),
    ({"type": "SomethingNew", "content": "typed"}, "text"),
    ({"content": None}, "empty"),
    ({"content": ""}, "empty"),
    ({"content": "\x00\x01"}, "empty"),
    ({}, "empty"),
]


def test_every_entry_becomes_a_row_with_a_kind(tmp_path: Path, store: Store) -> None:
    sent = [entry(FRIEND, START_MS + number) | fields for number, (fields, _) in enumerate(KINDS)]
    summary = store.import_archives([write_folder(archive_files(one_chat(*sent)), tmp_path / "archive")])
    assert column(store, "select kind from messages order by sent_at_ms") == [kind for _, kind in KINDS]
    assert summary.added_count == len(KINDS)
    assert column(store, "select count(*) from text_messages") == [sum(kind == "text" for _, kind in KINDS)]


def test_mojibake_is_repaired_once_and_only_where_it_is(tmp_path: Path, store: Store) -> None:
    typed = ["é", "Ã©", "\u00e9 ✓", 'back\\u00e9 "quoted"', "e\u0301", "a\u2028b\u0085c\u00a0", "👩‍🚀"]
    escapes = [entry(FRIEND, START_MS + number, text) for number, text in enumerate(typed)]
    files = archive_files(one_chat(*escapes))
    ((path, data),) = files.items()
    document = json.loads(data)
    cut = [
        ("\u00c5\u0082 and half \u00e2\u009c", "ł and half \u00e2\u009c"),
        ("correct “quotes”", "correct “quotes”"),
    ]
    for number, (text, _) in enumerate(cut, start=len(typed)):
        document["messages"].insert(
            0, {"sender_name": "x", "timestamp_ms": START_MS + number, "content": text}
        )
    files[path] = json_bytes(document).replace(b"\\u00c3\\u00a9", b"\\u00C3\\u00A9")
    store.import_archives([write_folder(files, tmp_path / "archive")])
    assert bodies(store) == typed + [repaired for _, repaired in cut]


def test_characters_that_no_store_can_hold_are_replaced(tmp_path: Path, store: Store) -> None:
    sent = ["a\x00b\x1bc", "lone \ud83d", "\ud83d\ude80", "tab\tstays\r\n"]
    entries = [entry(FRIEND, START_MS + number, text) for number, text in enumerate(sent)]
    store.import_archives([write_folder(archive_files(one_chat(*entries)), tmp_path / "archive")])
    assert bodies(store) == ["abc", "lone \ufffd", "🚀", "tab\tstays\r\n"]


def test_a_file_may_be_written_otherwise_than_facebook_does(tmp_path: Path, store: Store) -> None:
    """With a byte order mark, raw control characters, and times that are no integers."""
    ((path, data),) = archive_files(
        one_chat(entry(FRIEND, START_MS, "NEW"), entry(OWNER, START_MS + 5, "b"))
    ).items()
    data = data.replace(b"NEW", b"raw\ttab").replace(b"%d" % (START_MS + 5), b'"%d"' % (START_MS + 5))
    store.import_archives([write_folder({path: b"\xef\xbb\xbf" + data}, tmp_path / "archive")])
    assert bodies(store) == ["raw\ttab", "b"]
    assert column(store, "select sent_at_ms from messages order by sent_at_ms") == [START_MS, START_MS + 5]


def test_odd_times_are_kept_and_counted(tmp_path: Path, store: Store) -> None:
    times = [158_302_100_000, START_MS, 16_747_555_051_500]
    entries = [entry(FRIEND, time, str(time)) for time in times]
    summary = store.import_archives([write_folder(archive_files(one_chat(*entries)), tmp_path / "archive")])
    assert column(store, "select sent_at_ms from messages order by sent_at_ms") == times
    assert summary.odd_time_count == 2
