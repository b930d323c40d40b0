"""What downloads must not make of one another: the same words at one time, of two people or in two chats."""

import json
import zipfile
from itertools import permutations
from pathlib import Path

import pytest
from snapshots import column

from rolecall.api import Store
from rolecall.errors import FileSkipped
from rolecall.imports import importer

pytestmark = pytest.mark.python_only

T = 1_600_000_000_000
NEW = "your_facebook_activity/messages/inbox"


def said(who: str, at: int, text: str) -> dict[str, object]:
    return {"sender_name": who, "timestamp_ms": at, "content": text}


def chat(people: list[str], *messages: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "participants": [{"name": name} for name in people],
        "messages": list(reversed(messages)),
        "title": "t",
        **more,
    }


def download(folder: Path, files: dict[str, object]) -> Path:
    for path, value in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return folder


ANN = f"{NEW}/ann_1234567890123456/message_1.json"


def two_downloads(folder: Path) -> list[Path]:
    """A chat, and the same a message later."""
    said_once = [said("Ann", T, "hi"), said("Me", T + 5, "yo")]
    return [download(folder / str(count), {ANN: chat(["Ann", "Me"], *said_once[:count])}) for count in (1, 2)]


SENDERS = (
    "select p.display_name from messages m join participants p on p.participant_id = m.participant_id"
    " order by m.sent_at_ms, p.display_name"
)


def test_who_said_the_same_at_the_same_time_is_not_taken_for_somebody_who_is_gone(
    store: Store, tmp_path: Path
) -> None:
    path = f"{NEW}/x_1234567890123456/message_1.json"
    before = chat(["Ann", "Bob", "Me"], said("Ann", T, "me!"), said("Me", T, "me!"), said("Me", T + 9, "bye"))
    after = chat(["Bob", "Me"], said("Me", T, "me!"), said("Me", T + 9, "bye"), said("Bob", T + 99, "x"))
    store.import_archives([download(tmp_path / "1", {path: before})])
    done = store.import_archives([download(tmp_path / "2", {path: after})])
    assert (done.added_count, done.known_count) == (1, 2)
    assert column(store, SENDERS) == ["Ann", "Me", "Me", "Bob"]


def test_one_greeting_to_a_group_and_to_one_of_its_members_does_not_make_one_chat_of_two(
    store: Store, tmp_path: Path
) -> None:
    group = chat(["Ann", "Bob", "Me"], said("Me", T, "Happy new year!"), thread_type="RegularGroup")
    direct = chat(["Ann", "Me"], said("Me", T, "Happy new year!"), said("Ann", T + 5_000, "thanks"))
    first = download(tmp_path / "1", {"messages/inbox/trio_abcdefghij/message_1.json": group})
    second = download(tmp_path / "2", {f"{NEW}/ann_1234567890123456/message_1.json": direct})
    store.import_archives([first])
    assert store.import_archives([second]).added_count == 2
    assert column(store, "select kind from threads order by kind") == ["direct", "group"]


def test_one_word_of_two_people_in_one_second_stays_with_each_of_them(store: Store, tmp_path: Path) -> None:
    new = chat(["Ann", "Me"], said("Ann", T - 60_000, "lunch?"), said("Me", T + 600, "ok"))
    seconds = [
        {"sender_name": who, "timestamp": T // 1000 + after, "content": text}
        for who, after, text in (("Me", 0, "ok"), ("Ann", 0, "ok"), ("Ann", -60, "lunch?"))
    ]
    old = {"participants": [{"name": "Ann"}, {"name": "Me"}], "title": "t", "messages": seconds}
    first = download(tmp_path / "1", {f"{NEW}/ann_1234567890123456/message_1.json": new})
    second = download(tmp_path / "2", {"messages/ann_1234567890123456/message.json": old})
    store.import_archives([first])
    assert store.import_archives([second]).added_count == 1
    assert column(store, SENDERS) == ["Ann", "Ann", "Me"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_message_at_a_whole_second_by_chance_is_not_taken_for_another_in_it(
    order: tuple[int, int], store: Store, tmp_path: Path
) -> None:
    around = said("Ann", T - 50_123, "lunch?"), said("Me", T + 50_321, "ok")
    ones = said("Ann", T + 600, "I call it lunch"), said("Ann", T, "Ann named the group Lunch.")
    for number in order:
        files: dict[str, object] = {ANN: chat(["Ann", "Me"], around[0], ones[number], around[1])}
        assert store.import_archives([download(tmp_path / str(number), files)]).changed_count == 0
    assert column(store, "select sent_at_ms || ' ' || kind from messages order by sent_at_ms") == [
        f"{at} {kind}"
        for at, kind in ((T - 50_123, "text"), (T, "system"), (T + 600, "text"), (T + 50_321, "text"))
    ]


@pytest.mark.parametrize("is_known", [False, True])
def test_greetings_sent_to_two_friends_of_one_name_make_no_chat_of_both(
    is_known: bool, store: Store, tmp_path: Path
) -> None:
    old, new = (f"{NEW}/ann_{key}/message_1.json" for key in ("abcdefghij", "1234567890123456"))
    greetings = said("Me", T, "Merry Christmas!"), said("Me", T + 900_000_000, "Happy new year!")
    own = [said("Ann", T + 1000 + number * 60_000, f"o{number}") for number in range(20)]
    files: list[dict[str, object]] = [{old: chat(["Ann", "Me"], greeting)} for greeting in greetings]
    if is_known:
        files.append({new: chat(["Ann", "Me"], *own)})
    files.append({new: chat(["Ann", "Me"], greetings[0], *own, greetings[1])})
    for number, one in enumerate(files):
        store.import_archives([download(tmp_path / str(number), one)])
    assert column(store, "select count(*) from messages group by thread_id order by 1") == [2, 22]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_chat_in_parts_is_one_though_earlier_downloads_reach_back_to_the_newest_part_alone(
    order: tuple[int, ...], store: Store, tmp_path: Path
) -> None:
    old, new = (f"{NEW}/ann_{key}" for key in ("abcdefghij", "1234567890123456"))
    lines = [said(("Me", "Ann")[number % 2], T + number * 60_000, f"m{number}") for number in range(18)]
    files: list[dict[str, object]] = [
        {f"{old}/message_1.json": chat(["Ann", "Me"], *lines[6:12])},
        {f"{new}/message_1.json": chat(["Ann", "Me"], *lines[12:])},
        {
            f"{new}/message_2.json": chat(["Ann", "Me"], *lines[:6]),
            f"{new}/message_1.json": chat(["Ann", "Me"], *lines[6:]),
        },
    ]
    for number in order:
        store.import_archives([download(tmp_path / str(number), files[number])])
    assert column(store, "select body from messages order by sent_at_ms") == [f"m{n}" for n in range(18)]
    assert column(store, "select count(distinct thread_id) from messages") == [1]
    assert column(store, "select sum(added_count) from imports") == [18]


def test_a_dry_run_of_two_downloads_counts_as_the_import_does(store: Store, tmp_path: Path) -> None:
    downloads = two_downloads(tmp_path)
    dry = store.import_archives(downloads, is_dry_run=True)
    assert column(store, "select import_id from imports") == []
    wet = store.import_archives(downloads)
    assert (dry.added_count, dry.known_count) == (wet.added_count, wet.known_count) == (2, 1)


def test_encrypted_chats_in_one_folder_are_committed_as_they_come(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "_BATCH_MESSAGES", 2)
    monkeypatch.setattr(importer, "_FIRST_BATCHES", 1)
    batches: list[importer.Importer] = []
    write = importer.Importer._write_batch

    def noted(running: importer.Importer) -> None:
        batches.append(running)
        write(running)

    monkeypatch.setattr(importer.Importer, "_write_batch", noted)
    files: dict[str, object] = {}
    for number in range(3):
        messages = [
            {"senderName": "Me", "text": f"{at}", "timestamp": T + number * 99 + at, "type": "text"}
            for at in (1, 2)
        ]
        name = f"Ann{number}_{number}"
        files[f"messages/{name}.json"] = {
            "participants": ["Me", f"Ann{number}"], "threadName": name, "messages": messages
        }  # fmt: skip
    store.import_archives([download(tmp_path / "1", files)])
    assert len(batches) == 3


def test_a_damaged_zip_beside_two_downloads_counts_once_and_an_empty_one_never(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    two_downloads(folder)
    (folder / "cut.zip").write_bytes(b"PK\x03\x04" + b"x" * 5000)
    (folder / "empty.zip").write_bytes(b"")
    assert store.import_archives([folder]).skipped_count == 1


def test_what_is_wrong_beside_two_downloads_is_told_once(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    two_downloads(folder)
    with zipfile.ZipFile(folder / "media.zip", "w") as archive:
        archive.writestr("inner.zip", b"x" * 5000)
        archive.writestr("media/1.jpg", b"x")
    (tmp_path / "elsewhere").mkdir()
    (folder / "old").symlink_to(tmp_path / "elsewhere")
    (folder / "old.zip").symlink_to(tmp_path / "elsewhere.zip")
    summary = store.import_archives([folder])
    assert sorted(file.path for file in summary.files if file.status == "failed") == [
        "inner.zip",
        "old",
        "old.zip",
    ]
    with pytest.raises(FileSkipped):
        store.import_archives([folder], is_strict=True)
