"""Instagram's downloads of 2020 to 2022, whose chats lie where Facebook's do: other files tell."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    Files,
    archive_files,
    autofill_files,
    below,
    entry,
    instagram_profile_files,
    profile_files,
    write_folder,
    write_zip,
)
from snapshots import column, snapshot

from rolecall.api import Store

INSTAGRAM_OWNER = instagram_profile_files({"Name": OWNER, "Username": "ilka_v"})
AUTOFILL = autofill_files("messages")
SHARE = {"link": "https://example.org/p/1", "original_content_owner": "cats"}
QUERY = "select source from threads order by title"


def chat(folder: str = "dorian_ab-d_fgh1j", friend: str = FRIEND, count: int = 4, **last: object) -> Files:
    """A chat of numbered lines as both platforms wrote it in 2021, the last line with further fields."""
    entries = [
        entry((friend, OWNER)[index % 2], START_MS + index * 60_000, f"{friend} {index}")
        for index in range(count)
    ]
    entries[-1] |= last
    return archive_files([ArchiveThread(folder, friend, (friend, OWNER), tuple(entries))], "A1")


EVIDENCE: dict[str, Files] = {
    "the owner's file": chat() | INSTAGRAM_OWNER,
    "the owner's file of another year": chat() | below("personal_information", INSTAGRAM_OWNER),
    "the first profile": chat() | {"profile.json": json.dumps({"username": "ilka_v"}).encode()},
    "a shared post": chat() | chat("zoe_0123456789", "Zoe", share=SHARE),
    "a deleted account": chat() | chat("user_0123456789", "Instagram User"),
    "a deleted account in German": chat() | chat("user_0123456789", "Instagram-Nutzer"),
}


@pytest.mark.python_only
@pytest.mark.parametrize("name", EVIDENCE)
@pytest.mark.parametrize("is_zip", [False, True])
def test_what_lies_beside_the_chats_tells_the_platform(
    name: str, is_zip: bool, store: Store, tmp_path: Path
) -> None:
    files = EVIDENCE[name]
    path = write_zip(files, tmp_path / "a.zip", "top") if is_zip else write_folder(files, tmp_path / "a")
    store.import_archives([path], me=[OWNER])
    assert set(column(store, QUERY)) == {"instagram"}


@pytest.mark.python_only
@pytest.mark.parametrize(
    "files",
    [
        chat(),
        chat(share={"link": "https://example.org"}),
        chat() | profile_files(OWNER),
        chat(share=SHARE) | profile_files(OWNER),
        chat(share=SHARE) | chat("user_0123456789", "Instagram User") | AUTOFILL,
        chat(share=SHARE)
        | archive_files([ArchiveThread("zoe_1", "Zoe", ("Zoe", OWNER), (), "archived_threads")], "A1"),
        chat() | profile_files(OWNER) | INSTAGRAM_OWNER,
        chat() | {"account_information/personal_information.json": b"[" * 20_000},
        chat(share={"share_text": "original_content_owner is what they call it"}),
    ],
)
def test_facebook_is_what_is_left(files: Files, store: Store, tmp_path: Path) -> None:
    store.import_archives([write_folder(files, tmp_path / "a")], me=[OWNER])
    assert set(column(store, QUERY)) == {"facebook"}


def test_one_command_with_a_download_of_each_platform(store: Store, tmp_path: Path) -> None:
    facebook = chat("ann_0123456789", "Ann Corder") | profile_files(OWNER)
    zips = [
        write_zip(facebook, tmp_path / "1.zip"),
        write_zip(chat("bea_0123456789", "Bea") | INSTAGRAM_OWNER, tmp_path / "2.zip"),
        write_zip({"photos/1.jpg": b"x"}, tmp_path / "3.zip"),
    ]
    store.import_archives(zips)
    assert column(store, QUERY) == ["facebook", "instagram"]


def test_downloads_unpacked_into_one_folder_are_told_apart(store: Store, tmp_path: Path) -> None:
    facebook = below("facebook", chat("ann_0123456789", "Ann Corder") | profile_files(OWNER))
    instagram = below("instagram", chat("bea_0123456789", "Bea") | INSTAGRAM_OWNER)
    store.import_archives([write_folder(facebook | instagram, tmp_path / "all")])
    assert column(store, QUERY) == ["facebook", "instagram"]


def test_the_owners_file_may_lie_in_another_zip(store: Store, tmp_path: Path) -> None:
    zips = [write_zip(INSTAGRAM_OWNER, tmp_path / "1.zip"), write_zip(chat(), tmp_path / "2.zip")]
    store.import_archives(zips)
    assert column(store, QUERY) == ["instagram"]
    facebook = chat("ann_0123456789", "Ann Corder") | profile_files(OWNER)
    store.import_archives([*zips, write_zip(facebook, tmp_path / "3.zip")], is_again=True)
    assert column(store, QUERY) == ["facebook", "instagram"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("count", [1, 4])
def test_a_chat_taken_for_facebooks_and_known_better_later_is_one_chat(
    order: tuple[int, ...], count: int, store: Store, tmp_path: Path
) -> None:
    without = chat(count=count)
    downloads = [without, without | INSTAGRAM_OWNER, chat(count=count + 2) | INSTAGRAM_OWNER]
    for index in order:
        store.import_archives([write_folder(downloads[index], tmp_path / str(index))], me=[OWNER])
    assert column(store, QUERY) == ["instagram"]
    assert column(store, "select count(*) from messages") == [count + 2]
    assert store.check_store() == {}
    before = snapshot(store)
    for index in order:
        assert store.import_archives([tmp_path / str(index)], me=[OWNER]).added_count == 0
    assert snapshot(store) == before


def test_chats_with_one_friend_on_both_platforms_stay_two(store: Store, tmp_path: Path) -> None:
    downloads = [
        chat("dorian_0123456789") | profile_files(OWNER),
        chat("dorian_9876543210", count=1) | INSTAGRAM_OWNER,
    ]
    for index, files in enumerate(downloads):
        store.import_archives([write_folder(files, tmp_path / str(index))])
    assert sorted(map(str, column(store, QUERY))) == ["facebook", "instagram"]
