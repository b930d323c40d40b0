"""What an import says of itself: counts, by source and by reason."""

import json
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, START_MS, archive_files, entry, json_bytes, one_chat, write_folder
from command_line import Keyboard


def test_an_import_says_what_changed_and_what_it_read_of_each_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dry run says the same beforehand; sources are told when there are several."""
    keyboard = Keyboard(tmp_path, str(tmp_path / "new.duckdb"), monkeypatch)
    said = [entry(FRIEND, START_MS, "secret"), entry(OWNER, START_MS + 1, "ok")]
    unsent = [entry(FRIEND, START_MS, is_unsent=True), said[1], entry(FRIEND, START_MS + 2, "new")]
    encrypted = {
        "participants": [OWNER, "Zoe"],
        "threadName": "Zoe_1",
        "messages": [{"senderName": "Zoe", "timestamp": START_MS, "text": "hi", "type": "text"}],
    }
    write_folder(archive_files(one_chat(*said)), tmp_path / "a")
    later = archive_files(one_chat(*unsent)) | {"posts.json": b"[]", "e2ee/Zoe_1.json": json_bytes(encrypted)}
    later["your_facebook_activity/messages/inbox/bo_1/message_1.json"] = b"null"
    write_folder(later, tmp_path / "b")
    first = keyboard.type("import", str(tmp_path / "a"), "--me", OWNER).out
    assert "facebook" not in first
    assert "changed" not in first
    dry = keyboard.type("import", str(tmp_path / "b"), "--dry-run").out
    told = json.loads(keyboard.type("import", str(tmp_path / "b"), "--dry-run", "--json").out)
    typed = keyboard.type("import", str(tmp_path / "b")).out
    assert typed.startswith(
        "added 2 messages, 1 were known, 1 changed\n"
        "read 4 files, with messages of 2 chats\n"
        "  facebook: 3 messages in 1 file, 1 file skipped: 1 added, 1 known, 1 changed\n"
        "  secure_storage: 1 message in 1 file: 1 added, 0 known\n"
        "passed over 1: holds no chat\n"
        "skipped 1 that should hold messages:\n"
        "  your_facebook_activity/messages/inbox/bo_1/message_1.json: it has the place"
    )
    assert dry.startswith("would add 2 messages, 1 were known, 1 would change\n")
    assert dry.splitlines()[1:] == typed.splitlines()[1:]
    assert told["sources"]["facebook"]["changed_count"] == 1
    assert set(told["reasons"].values()) == {1}
    assert {file["source"] for file in told["files"]} == {"facebook", "secure_storage", None}
    listed = json.loads(keyboard.type("imports", "--json").out)[1:]
    assert sum(row["changed_count"] for row in listed) == 1
    assert {name: counts for row in listed for name, counts in row["sources"].items()} == {
        "facebook": {"file_count": 1, "message_count": 3, "skipped_count": 1},
        "secure_storage": {"file_count": 1, "message_count": 1, "skipped_count": 0},
    }
    assert {reason for row in listed for reason in row["reasons"]} == set(told["reasons"])
    assert "changed_count" in keyboard.type("imports").lines[0].split("\t")
