"""Instagram's downloads: today's layout under a folder of its own, and the single file of 2018 to 2020."""

import json
from pathlib import Path

import pytest
from archive_builder import FRIEND, OWNER, START_MS, archive_files, entry, one_chat, write_folder
from readings import Reading, read_archive
from snapshots import bodies, column

from rolecall.api import Store

HEART = "\u2764\ufe0f"


def legacy_files(*entries: dict[str, object], key: str = "conversation") -> dict[str, bytes]:
    """A download of 2019 with one chat, the newest entry first."""
    chats = [{"participants": ["dorian.m", "ilka_v"], key: list(entries)}]
    profile = {"username": "ilka_v", "name": "Ilka", "email": "ilka@example.org"}
    return {
        "messages.json": json.dumps(chats, ensure_ascii=False).encode(),
        "profile.json": json.dumps(profile).encode(),
        "likes.json": b'{"media_likes": [["2019-01-01T00:00:00+00:00", "somebody"]]}',
    }


def said(sender: str, second: int, text: str | None = None, **fields: object) -> dict[str, object]:
    """One entry, with a time as those downloads write it."""
    made: dict[str, object] = {"sender": sender, "created_at": f"2019-03-04T05:06:{second:02}.123456+00:00"}
    return (made if text is None else {**made, "text": text}) | fields


def read(tmp_path: Path, files: dict[str, bytes]) -> Reading:
    return read_archive(write_folder(files, tmp_path / "archive"))


@pytest.mark.parametrize("key", ["conversation", "messages"])
def test_the_first_downloads_have_one_file_for_all_chats(key: str, tmp_path: Path) -> None:
    entries = [said("ilka_v", 9, "šťastná ✨"), said("dorian.m", 3, "ahoj, Ã© is no é")]
    reading = read(tmp_path, legacy_files(*entries, key=key))
    (thread,) = reading.threads
    assert (thread.source, thread.participants) == ("instagram", ("dorian.m", "ilka_v"))
    assert reading.bodies == ["ahoj, Ã© is no é", "šťastná ✨"]
    assert [message.sent_at_ms for message in thread.messages] == [1_551_675_963_123, 1_551_675_969_123]
    assert [(hint.names, hint.rank) for hint in reading.hints] == [(("ilka_v", "Ilka"), 1)]


def test_what_stands_instead_of_words_has_its_kind(tmp_path: Path) -> None:
    shared = {
        "media_owner": "cats",
        "media_share_caption": "meow",
        "media_share_url": "https://example.org/p/1",
    }
    cases: list[tuple[dict[str, object], str]] = [
        (said("ilka_v", 0, "typed"), "text"),
        (said("ilka_v", 1, heart=HEART), "text"),
        (said("ilka_v", 2, **shared), "share"),
        (said("ilka_v", 3, "look", **shared), "text"),
        (said("ilka_v", 4, story_share="Shared a story"), "share"),
        (said("ilka_v", 5, media="https://example.org/1.jpg?x=1"), "media"),
        (said("ilka_v", 6, voice_media="https://example.org/1.mp4"), "media"),
        (said("ilka_v", 7, video_call_action="started a video chat"), "call"),
        (said("ilka_v", 8, "Liked a message"), "system"),
        (said("ilka_v", 9), "empty"),
    ]
    messages = read(tmp_path, legacy_files(*(made for made, _ in cases))).messages
    assert [message.kind for message in messages] == [kind for _, kind in cases]
    assert (messages[2].share_url, messages[2].share_text) == ("https://example.org/p/1", "meow")
    assert [message.attachments[0].kind for message in messages[5:7]] == ["photo", "audio"]


@pytest.mark.parametrize("has_todays_fields", [False, True])
def test_what_the_owner_does_stands_under_no_other_name(
    has_todays_fields: bool, store: Store, tmp_path: Path
) -> None:
    fields = {"timestamp_ms": START_MS} if has_todays_fields else {}
    text = "You sent an attachment."
    entries = [said("ilka_v", 1, text, **fields), said("dorian.m", 2, text, **fields)]
    store.import_archives([write_folder(legacy_files(*entries), tmp_path / "archive")])
    query = "select kind from messages join participants using (participant_id) order by is_self"
    assert column(store, query) == ["text", "system"]


def test_likes_are_reactions(tmp_path: Path) -> None:
    likes = [{"username": "dorian.m", "date": "2019-03-04T05:07:00+00:00"}, "ilka_v"]
    (message,) = read(tmp_path, legacy_files(said("ilka_v", 0, "typed", likes=likes))).messages
    assert [(like.emoji, like.actor, like.reacted_at_ms) for like in message.reactions] == [
        (HEART, "dorian.m", 1_551_676_020_000),
        (HEART, "ilka_v", None),
    ]


def test_entries_of_the_change_over_have_the_fields_of_today(tmp_path: Path) -> None:
    entries = [
        {"sender_name": "ilka_v", "timestamp_ms": 1_551_675_969_123, "content": "šťastná ✨, not Ã©"},
        {"sender_name": "dorian.m", "timestamp_ms": 1_551_675_964_000, "photos": [{"uri": "p/1.jpg"}]},
        {"sender_name": "dorian.m", "timestamp_ms": 1_551_675_963_500, "content": "Liked a message"},
        said("dorian.m", 3, "older still"),
    ]
    reading = read(tmp_path, legacy_files(*entries, key="messages"))
    assert reading.problems == []
    assert [(message.sender, message.kind, message.body) for message in reading.messages] == [
        ("dorian.m", "text", "older still"),
        ("dorian.m", "system", "Liked a message"),
        ("dorian.m", "media", None),
        ("ilka_v", "text", "šťastná ✨, not Ã©"),
    ]
    assert reading.threads[0].participants == ("dorian.m", "ilka_v")


@pytest.mark.parametrize("created_at", [None, "yesterday", "0001-01-01T00:00:00+14:00", 10**40, {}])
def test_entries_without_a_time_are_counted(created_at: object, tmp_path: Path) -> None:
    odd = {**said("ilka_v", 1, "odd"), "created_at": created_at}
    reading = read(tmp_path, legacy_files(odd, said("ilka_v", 0, "good")))
    assert "good" in reading.bodies
    assert len(reading.bodies) + len(reading.problems) == 2


def test_two_chats_of_the_same_people_stay_two(tmp_path: Path, store: Store) -> None:
    files = legacy_files(said("ilka_v", 1, "one"))
    chats = json.loads(files["messages.json"])
    chats.append({**chats[0], "conversation": [said("dorian.m", 2, "two")]})
    files["messages.json"] = json.dumps(chats).encode()
    root = write_folder(files, tmp_path / "archive")
    summary = store.import_archives([root])
    assert bodies(store) == ["one", "two"]
    assert column(store, "select count(*) from threads") == [2]
    assert summary.owner_name == "ilka_v"
    assert store.import_archives([root], is_again=True).added_count == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (2, 0, 1), (0, 2, 1)])
def test_two_chats_of_the_same_people_stay_two_in_whatever_order_they_stand(
    order: tuple[int, ...], tmp_path: Path, store: Store
) -> None:
    people = ["ilka_v", "dorian.m", "oduya.f"]

    def chat(first: int, count: int, word: str) -> dict[str, object]:
        entries = [said(people[number % 3], first + number, f"{word} {number}") for number in range(count)]
        return {"participants": people, "conversation": entries[::-1]}

    downloads = (
        [chat(0, 4, "boats"), chat(30, 2, "stamps")],
        [chat(30, 5, "stamps"), chat(0, 4, "boats")],
        [chat(30, 1, "stamps")],
    )
    for number in order:
        files = legacy_files() | {"messages.json": json.dumps(downloads[number]).encode()}
        store.import_archives([write_folder(files, tmp_path / str(number))])
    query = "select string_agg(body, ',' order by sent_at_ms) from messages group by thread_id order by 1"
    assert column(store, query) == [
        ",".join(f"{word} {at}" for at in range(count)) for word, count in (("boats", 4), ("stamps", 5))
    ]


def test_the_folder_of_today_tells_the_platform(tmp_path: Path, store: Store) -> None:
    (data,) = archive_files(one_chat(entry(FRIEND, START_MS, "olá ✨", share={"share_text": "ž"}))).values()
    path = "your_instagram_activity/messages/inbox/dorian_6100000000000001/message_1.json"
    reading = read(tmp_path, {path: data})
    assert [thread.source for thread in reading.threads] == ["instagram"]
    assert reading.messages[0].share_text == "ž"
    store.import_archives([tmp_path / "archive"])
    assert column(store, "select source from threads") == ["instagram"]


@pytest.mark.parametrize("labels", [("Name", "Username"), ("Nom", "Pseudo")])
def test_the_owner_is_named_whatever_the_language_of_the_labels(
    labels: tuple[str, str], tmp_path: Path
) -> None:
    fields = {labels[0]: {"value": OWNER}, labels[1]: {"value": "ilka_v"}, "Gender": {"value": "female"}}
    document = {"profile_user": [{"title": "x", "string_map_data": fields}]}
    (hint,) = read(tmp_path, {"a/personal_information.json": json.dumps(document).encode()}).hints
    assert hint.names[:2] == (OWNER, "ilka_v")


def test_a_first_download_is_as_new_as_its_newest_message(tmp_path: Path, store: Store) -> None:
    store.import_archives(
        [write_folder(legacy_files(said("ilka_v", 9, "a"), said("ilka_v", 3, "b")), tmp_path)]
    )
    assert column(store, "select newest_at_ms from imports") == [1_551_675_969_123]
