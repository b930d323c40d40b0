"""Encrypted chats come from secure storage on both platforms; what tells that they are Instagram's."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from archive_builder import START_MS, json_bytes, write_folder
from snapshots import column

from rolecall.api import Store
from rolecall.errors import UsageError

OWNER, FRIEND = "Ilka Maarten", "Joris Vandersteen"
SECURE = "messages/Joris Vandersteen_7.json"
PROFILE = "personal_information/personal_information/personal_information.json"
SOURCE = "select source from threads order by 1"


def secure(day: int = 0) -> dict[str, object]:
    said = [
        {
            "senderName": name,
            "text": f"{name[:2]} {day}",
            "timestamp": START_MS + day * 86_400_000 + number,
            "type": "text",
        }
        for number, name in enumerate((OWNER, FRIEND))
    ]
    return {"participants": [OWNER, FRIEND], "threadName": f"{FRIEND}_7", "messages": said}


def profile() -> dict[str, object]:
    return {"profile_user": [{"string_map_data": {"Name": {"value": OWNER}}}]}


def classic(root: str) -> dict[str, object]:
    said = {"sender_name": FRIEND, "timestamp_ms": START_MS - 10**9, "content": f"before, {root}"}
    people = [{"name": FRIEND}, {"name": OWNER}]
    path = f"{root}/messages/inbox/joris_1234567890123456/message_1.json"
    return {path: {"participants": people, "messages": [said], "title": FRIEND}}


def load(store: Store, folder: Path, files: Mapping[str, object], **options: str) -> None:
    archive = write_folder({path: json_bytes(value) for path, value in files.items()}, folder)
    store.import_archives([archive], me=[OWNER], **options)  # type: ignore[arg-type]


def test_nothing_tells(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "a", {SECURE: secure()})
    assert column(store, SOURCE) == ["secure_storage"]


def test_the_owners_profile_beside_it_tells_and_a_later_download_without_it_forgets_nothing(
    store: Store, tmp_path: Path
) -> None:
    load(store, tmp_path / "a", {SECURE: secure(), PROFILE: profile()})
    assert column(store, SOURCE) == ["instagram"]
    load(store, tmp_path / "b", {SECURE: secure(day=1)})
    assert column(store, SOURCE) == ["instagram"]
    assert column(store, "select count(*) from messages") == [4]


@pytest.mark.parametrize(
    ("roots", "source"),
    [
        (["your_instagram_activity"], "instagram"),
        (["your_facebook_activity"], "secure_storage"),
        (["your_instagram_activity", "your_facebook_activity"], "secure_storage"),
    ],
)
def test_a_store_that_knows_the_people_tells(
    roots: list[str], source: str, store: Store, tmp_path: Path
) -> None:
    for root in roots:
        load(store, tmp_path / root, classic(root))
    load(store, tmp_path / "secure", {SECURE: secure()})
    kinds = "select source from threads where exists (select 1 from thread_keys where key_kind = 'file'"
    assert column(store, f"{kinds} and thread_keys.thread_id = threads.thread_id)") == [source]


def test_the_user_tells(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "a", {SECURE: secure()}, source="instagram")
    assert column(store, SOURCE) == ["instagram"]
    load(store, tmp_path / "b", {SECURE: secure(day=1)}, source="facebook")
    assert column(store, SOURCE) == ["instagram"]
    with pytest.raises(UsageError, match="no source named 'myspace'; choose from: facebook, instagram"):
        load(store, tmp_path / "c", {SECURE: secure()}, source="myspace")


def test_who_says_that_it_is_facebooks_is_believed(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "a", classic("your_instagram_activity"))
    load(store, tmp_path / "b", {SECURE: secure()}, source="facebook")
    assert column(store, "select source from threads order by source") == ["instagram", "secure_storage"]


def test_where_a_folder_tells_the_user_is_not_asked(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "a", classic("your_facebook_activity"), source="instagram")
    assert column(store, SOURCE) == ["facebook"]
