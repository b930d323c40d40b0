"""The separate download of end-to-end encrypted chats: another shape, clean texts, oldest first."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    archive_files,
    dialogue,
    escape_like_facebook,
    write_zip,
)
from readings import Reading, read_archive
from snapshots import bodies, column

from rolecall.api import Store

Entry = dict[str, object]


def secure_entry(sender: str, minute: int, text: str = "", **fields: object) -> Entry:
    """One message with the seven keys of real downloads."""
    return {
        "isUnsent": False,
        "media": [],
        "reactions": [],
        "senderName": sender,
        "text": text,
        "timestamp": START_MS + minute * 60_000,
        "type": "text",
        **fields,
    }


def secure_file(
    *entries: Entry, people: tuple[str, ...] = (OWNER, FRIEND), name: str = f"{FRIEND}_7", ascii: bool = False
) -> bytes:
    """The bytes of one chat's file."""
    document = {"participants": people, "threadName": name, "messages": entries}
    return json.dumps(document, ensure_ascii=ascii, indent=2).encode("utf-8")


def read(tmp_path: Path, data: bytes, name: str = f"{FRIEND}_7.json") -> Reading:
    (tmp_path / name).write_bytes(data)
    return read_archive(tmp_path / name)


def test_a_chat_is_told_by_its_shape_and_not_by_its_name(tmp_path: Path) -> None:
    reading = read(tmp_path, secure_file(secure_entry(FRIEND, 0, "hi")), "message_1.json")
    (thread,) = reading.threads
    assert (thread.source, thread.title, thread.participants) == ("secure_storage", FRIEND, (OWNER, FRIEND))
    assert reading.bodies == ["hi"]


@pytest.mark.parametrize("left_out", ["threadName", "participants"])
def test_one_sign_of_the_shape_is_enough(left_out: str, tmp_path: Path) -> None:
    document = json.loads(secure_file(secure_entry(FRIEND, 0, "hi")))
    del document[left_out]
    reading = read(tmp_path, json.dumps(document).encode())
    assert [thread.source for thread in reading.threads] == ["secure_storage"]
    assert reading.threads[0].title == FRIEND


@pytest.mark.parametrize("ascii", [False, True])
def test_one_wide_character_proves_that_nothing_in_a_file_needs_repair(ascii: bool, tmp_path: Path) -> None:
    typed = ["my phone shows Ã© instead of é", "ěšč"]
    entries = [secure_entry(FRIEND, number, text) for number, text in enumerate(typed)]
    data = secure_file(*entries, people=(OWNER, "Zoe"), ascii=ascii)
    assert read(tmp_path, data).bodies == typed


def test_without_a_wide_character_each_text_is_repaired_by_itself(tmp_path: Path) -> None:
    entries = [secure_entry("Zoe", 0, escape_like_facebook("ěšč")), secure_entry("Zoe", 1, "naïve")]
    reading = read(tmp_path, secure_file(*entries, people=("Max", "Zoe")))
    assert reading.bodies == ["ěšč", "naïve"]


def test_every_type_of_entry_becomes_its_kind(tmp_path: Path) -> None:
    photo = [{"uri": "./media/0b1f6a52-1111-4222-8333-944455556666.jpeg"}]
    address = "https://example.org/a?b=č"
    cases: list[tuple[Entry, str]] = [
        (secure_entry(FRIEND, 0, "typed"), "text"),
        (secure_entry(FRIEND, 1, "typed", type="Generic"), "text"),
        (secure_entry(FRIEND, 2, address, type="link"), "text"),
        (secure_entry(FRIEND, 3, type="media", media=photo), "media"),
        (secure_entry(FRIEND, 4, "look", type="media", media=photo), "text"),
        (secure_entry(FRIEND, 5, type="media", media=[{"uri": "Failed to download media"}]), "media"),
        (secure_entry(FRIEND, 6, "User unsent a message", type="placeholder", isUnsent=True), "unsent"),
        (secure_entry(FRIEND, 7, "he wrote 'User unsent a message'"), "text"),
        (secure_entry(FRIEND, 8), "empty"),
    ]
    reading = read(tmp_path, secure_file(*(made for made, _ in cases)))
    assert [message.kind for message in reading.messages] == [kind for _, kind in cases]
    assert reading.messages[2].share_url == address
    assert reading.messages[6].body is None
    assert reading.statuses == {str(photo[0]["uri"]): "missing", "Failed to download media": "missing"}


@pytest.mark.parametrize("folder", ["", "messages/"])
def test_media_lie_beside_the_chats_or_beside_their_folder(folder: str, tmp_path: Path) -> None:
    media = {
        "a.jpeg": "photo",
        "b.mp4": "video",
        "c.ogg": "audio",
        "d.gif": "gif",
        "e.webp": "photo",
        "f.x": "file",
    }
    entries = [
        secure_entry(OWNER, number, type="media", media=[{"uri": f"./media/{name}"}])
        for number, name in enumerate(media)
    ]
    files = {f"{folder}{FRIEND}_7.json": secure_file(*entries), **{f"media/{name}": b"x" for name in media}}
    reading = read_archive(write_zip(files, tmp_path / "messages.zip"))
    assert set(reading.statuses.values()) == {"present"}
    assert [message.attachments[0].kind for message in reading.messages] == list(media.values())


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_direction_is_what_most_neighbours_say(is_reversed: bool, tmp_path: Path) -> None:
    entries = [secure_entry(FRIEND, number, str(number)) for number in range(9)]
    entries[4]["timestamp"] = START_MS  # a step back in time is no change of direction
    given = entries[::-1] if is_reversed else entries
    assert read(tmp_path, secure_file(*given)).bodies == [str(number) for number in range(9)]


def test_entries_of_one_time_keep_the_order_of_the_file(tmp_path: Path) -> None:
    entries = [secure_entry(FRIEND, 0, str(number)) for number in range(5)]
    assert read(tmp_path, secure_file(*entries)).bodies == list("01234")


def test_the_owner_is_listed_first_and_that_is_a_weak_hint(tmp_path: Path) -> None:
    (hint,) = read(tmp_path, secure_file(secure_entry(FRIEND, 0, "hi"))).hints
    assert (hint.names, hint.rank) == ((OWNER,), 3)


def test_reactions_have_an_emoji_and_an_actor(tmp_path: Path) -> None:
    reactions = [{"actor": OWNER, "reaction": "❤"}, {"actor": OWNER}, "+"]
    (message,) = read(tmp_path, secure_file(secure_entry(FRIEND, 0, "hi", reactions=reactions))).messages
    assert [(item.emoji, item.actor, item.reacted_at_ms) for item in message.reactions] == [
        ("❤", OWNER, None),
        ("+", "", None),
    ]


def test_entries_without_a_time_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    entries = [secure_entry(FRIEND, 0, "a"), secure_entry(FRIEND, 1, "b", timestamp=None)]
    reading = read(tmp_path, secure_file(*entries))
    assert reading.bodies == ["a"]
    assert "1 entries without a readable time" in reading.problems[0].reason


def test_a_chat_with_oneself_an_empty_chat_and_a_group_are_chats(tmp_path: Path, store: Store) -> None:
    group = (OWNER, FRIEND, "Pia-Linn Ostrava")
    files = {
        f"{OWNER}_1.json": secure_file(
            secure_entry(OWNER, 0, "note"), people=(OWNER, OWNER), name=f"{OWNER}_1"
        ),
        f"{FRIEND}_2.json": secure_file(),
        "Boat_3.json": secure_file(secure_entry(FRIEND, 5, "ahoy"), people=group, name="Boat_3"),
    }
    store.import_archives([write_zip(files, tmp_path / "messages.zip")])
    assert bodies(store) == ["note", "ahoy"]
    assert column(store, "select kind || ' ' || title from threads order by title") == [
        "group Boat",
        f"direct {FRIEND}",
        f"self {OWNER}",
    ]


def test_chats_of_both_downloads_come_in_one_command(tmp_path: Path, store: Store) -> None:
    (tmp_path / "zips").mkdir()
    write_zip(archive_files([dialogue("dorian_6100000000000001", 3)]), tmp_path / "zips" / "facebook.zip")
    write_zip(
        {"Zoe_1.json": secure_file(secure_entry("Zoe", 99, "later"))}, tmp_path / "zips" / "messages.zip"
    )
    store.import_archives([tmp_path / "zips"])
    assert "later" in bodies(store)
    assert len(bodies(store)) == 4


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_chat_that_was_encrypted_stays_so_whatever_an_older_download_says(
    order: tuple[int, ...], tmp_path: Path, store: Store
) -> None:
    before = dialogue("dorian_6100000000000001", 9)
    cut = ArchiveThread(before.folder, FRIEND, (FRIEND, OWNER), before.entries[:5], "e2ee_cutover")
    downloads = [
        archive_files([before]),
        archive_files([cut]),
        {f"messages/{FRIEND}_4.json": secure_file(secure_entry(FRIEND, 99, "later"))},
    ]
    for index in order:
        store.import_archives([write_zip(downloads[index], tmp_path / f"{index}.zip")], me=[OWNER])
    assert column(store, "select section || ' ' || source from threads") == ["e2ee_cutover secure_storage"]
    assert len(bodies(store)) == 10


def test_a_damaged_file_is_named_with_its_source(tmp_path: Path) -> None:
    data = secure_file(*(secure_entry(FRIEND, number, "hi") for number in range(3)))
    (problem,) = read(tmp_path, data[: len(data) // 2]).problems
    assert "ends in the middle" in problem.reason
