"""What is one download and what are several, however their trees lie in folders and zips."""

from collections.abc import Mapping
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
    json_bytes,
    profile_files,
    write_folder,
    write_zip,
)
from snapshots import column

from rolecall.api import Store
from rolecall.archives.archive import Archive
from rolecall.downloads.download import Download
from rolecall.downloads.separating import separate

ANN = "ann_6100000000000001"
FOLDER = f"your_facebook_activity/messages/inbox/{ANN}"
AUTOFILL = autofill_files("your_facebook_activity/messages")
SECURE = json_bytes(
    {
        "participants": [OWNER, FRIEND],
        "threadName": "Ann_1",
        "messages": [{"senderName": FRIEND, "text": "hi", "timestamp": START_MS, "type": "text"}],
    }
)


def chats(*folders: str, layout: str = "A3", part_count: int = 1) -> Files:
    """Chats of two messages each."""
    said = (entry(FRIEND, START_MS, "hello"), entry(OWNER, START_MS + 1, "hi"))
    return archive_files(
        [ArchiveThread(name, FRIEND, (FRIEND, OWNER), said, part_count=part_count) for name in folders],
        layout,
    )


def write(root: Path, files: Mapping[str, bytes], zips: Mapping[str, Mapping[str, bytes]]) -> Path:
    """Write files, and zips of files, into a folder."""
    root.mkdir()
    write_folder(files, root)
    for name, inside in zips.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_zip(inside, root / name)
    return root


def files_of_downloads(*paths: Path) -> list[list[str]]:
    """The JSON files of each download, none lost and none twice."""
    with Archive(paths) as archive:
        members = [download.archive.json_members() for download in separate(Download.of(archive))]
        downloads = [
            sorted(f"{Path(member.container).name}:{member.path}" for member in files) for files in members
        ]
        read = [name for names in downloads for name in names]
        assert len(read) == len(set(read)) == len(archive.json_members())
    return downloads


TWO_YEARS = {
    "deeper": (below("Facebook/2023", chats(ANN)) | below("Facebook/2024", chats(ANN)), {}),
    "beside a stray file": (
        below("2023", chats(ANN)) | below("2024", chats(ANN)) | {"package.json": b"{}"},
        {},
    ),
    "a zip in another folder": (below("x/2023", chats(ANN)), {"downloads/2024.zip": chats(ANN)}),
    "two zips in another folder": (
        {},
        {"x/2023/f.zip": chats(ANN), "downloads/2024.zip": chats(ANN), "downloads/b.zip": {"a.jpg": b"x"}},
    ),
    "one zip": ({}, {"all.zip": below("2023", chats(ANN)) | below("2024", chats(ANN))}),
    "one zip, deeper": ({}, {"all.zip": below("a/2023", chats(ANN)) | below("a/b/2024", chats(ANN))}),
    "two platforms in one tree": (
        chats(ANN) | {"your_instagram_activity/messages/inbox/bo_1/message_1.json": b"{}"},
        {},
    ),
    "two platforms": (
        below("Facebook", chats(ANN))
        | {"Instagram/your_instagram_activity/messages/inbox/bo_1/message_1.json": b"{}"},
        {},
    ),
    "a renamed friend": (below("2023", chats(ANN)) | below("2024", chats(ANN.replace("ann", "annabel"))), {}),
    "a renamed friend of 2021": (
        below("1", chats("ann_c9g_s2qqfq", layout="A1")) | below("2", chats("bo_c9g_s2qqfq", layout="A1")),
        {},
    ),
    "encrypted chats beside": (chats(ANN) | {"messages/Ann_1.json": SECURE}, {}),
    "encrypted chats in a zip of all": ({}, {"all.zip": chats(ANN) | below("e2ee", {"Ann_1.json": SECURE})}),
    "encrypted chats of which some are empty": (
        chats(ANN)
        | {f"e2ee/Ann_{number}.json": b"" for number in range(5)}
        | below("e2ee", {"Ann_9.json": SECURE}),
        {},
    ),
    "encrypted chats of two years": ({}, {"a.zip": {"Ann_1.json": SECURE}, "b.zip": {"Ann_7.json": SECURE}}),
    "below a folder called messages": (
        below("messages/2023", chats(ANN, layout="L")) | below("messages/2024", chats(ANN, layout="L")),
        {},
    ),
    "folders of chats": (
        below("old/ann_1", {"message_1.json": b"{}"}) | {"new/ann_1/message_1.json": b"{}"},
        {},
    ),
}
ONE = {
    "media in another zip": ({}, {"a.zip": chats(ANN), "b.zip": {"photos/1.jpg": b"x"}}),
    "the owner's file in both zips": (
        {},
        {"a.zip": chats(ANN) | AUTOFILL, "b.zip": AUTOFILL | profile_files(OWNER) | {"photos/1.jpg": b"x"}},
    ),
    "parts in two zips with tops": (
        {},
        {
            f"{number}.zip": below(f"facebook-{number}", dict([part]))
            for number, part in enumerate(chats(ANN, part_count=2).items())
        },
    ),
    "the same, unpacked": (
        {
            f"facebook-{number}/{path}": data
            for number, (path, data) in enumerate(chats(ANN, part_count=2).items())
        },
        {},
    ),
    "folders of chats": (
        below("all/ann_1", {"message_1.json": b"{}"}) | {"all/bo_2/message_1.json": b"{}"},
        {},
    ),
    "posts with numbers": (chats("ann_c9g_s2qqfq", layout="A1") | {"posts/your_posts_1.json": b"[]"}, {}),
    "numbered folders that are no ids": (
        {},
        {"a.zip": chats("ann_1234567890"), "b.zip": chats("bo_1234567890")},
    ),
    "encrypted chats with their media": (
        {"Ann_1.json": SECURE, "Ann_2.json": SECURE, "media/1.jpg": b"x"},
        {},
    ),
    "encrypted chats under messages": ({"messages/Ann_1.json": SECURE, "media/1.jpg": b"x"}, {}),
}


@pytest.mark.parametrize("name", TWO_YEARS)
def test_trees_with_the_same_chat_or_of_another_layout_are_two_downloads(name: str, tmp_path: Path) -> None:
    downloads = files_of_downloads(write(tmp_path / "d", *TWO_YEARS[name]))
    assert len(downloads) == 2, downloads


@pytest.mark.parametrize("name", ONE)
def test_parts_of_one_download_are_one(name: str, tmp_path: Path) -> None:
    assert len(files_of_downloads(write(tmp_path / "d", *ONE[name]))) == 1


def test_a_zip_is_of_the_download_beside_which_it_lies(tmp_path: Path) -> None:
    bo = "bo_6100000000000002"
    zips = {"2023/a.zip": chats(ANN), "2024/b.zip": chats(ANN), "2024/c.zip": chats(bo)}
    downloads = files_of_downloads(write(tmp_path / "d", {}, zips))
    assert [{name[0] for name in names} for names in downloads] == [{"a"}, {"b", "c"}]


def test_what_is_named_in_a_folder_that_is_named_too_is_read_once(tmp_path: Path) -> None:
    root = write(tmp_path / "d", below("2023", chats(ANN)), {"2024.zip": chats(ANN)})
    named = [root / "2024.zip", root, root / "2023" / "your_facebook_activity"]
    assert files_of_downloads(*named) == files_of_downloads(*named[::-1]) == files_of_downloads(root)


def test_media_are_sought_in_all_zips_of_a_download_and_in_those_of_no_download(tmp_path: Path) -> None:
    photo = "your_facebook_activity/messages/inbox/ann_6100000000000001/photos/1.jpg"
    zips = {
        "2023/a.zip": chats(ANN),
        "2023/c.zip": {photo: b"x"},
        "2024/b.zip": chats(ANN) | {photo.replace("1.jpg", "2.jpg"): b"x"},
    }
    with Archive([write(tmp_path / "d", {}, zips)]) as archive:
        first, second = separate(Download.of(archive))
        for download, statuses in ((first, ["present", "missing"]), (second, ["present", "present"])):
            uris = (photo, photo.replace("1.jpg", "2.jpg"))
            assert [download.archive.find(uri) for uri in uris] == statuses


def test_what_lies_beside_two_downloads_makes_none_of_them_newer(tmp_path: Path) -> None:
    stray = {"posts.json": json_bytes([{"timestamp": START_MS // 1000 + 9999}])}
    files = below("2023", chats(ANN)) | below("2024", chats(ANN)) | stray
    with Archive([write(tmp_path / "d", files, {})]) as archive:
        downloads = separate(Download.of(archive))
        assert [download.clock.newest_at_ms for download in downloads] == [START_MS + 1] * 2
        members = [member for download in downloads for member in download.archive.json_members()]
        assert sum(member.is_stray for member in members) == 1


def test_only_paths_tell_one_download_so_that_nothing_is_read_twice(tmp_path: Path) -> None:
    files = chats(ANN) | {"your_facebook_activity/posts/your_posts_1.json": b"[]"} | profile_files(OWNER)
    with Archive([write_zip(files, tmp_path / "a.zip")]) as archive:
        for member in archive.json_members():
            object.__setattr__(member, "open", lambda: pytest.fail("a file was read"))
        whole = Download.of(archive)
        assert separate(whole) == [whole]


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_later_year_that_lies_deeper_has_the_last_word(is_zip: bool, store: Store, tmp_path: Path) -> None:
    said = [
        entry(FRIEND, START_MS, "secret"),
        entry(FRIEND, START_MS + 1, "typo her"),
        entry(OWNER, START_MS + 2, "ok"),
    ]
    later = [
        entry(FRIEND, START_MS, is_unsent=True),
        entry(FRIEND, START_MS + 1, "typo here"),
        *(said[2], entry(FRIEND, START_MS + 3, "new")),
    ]
    years = {
        f"Facebook/{year}": archive_files([ArchiveThread(ANN, FRIEND, (FRIEND, OWNER), tuple(entries))])
        for year, entries in ((2023, said), (2024, later))
    }
    files = {path: data for year, inside in years.items() for path, data in below(year, inside).items()}
    root = write_zip(files, tmp_path / "d.zip") if is_zip else write_folder(files, tmp_path / "d")
    summary = store.import_archives([root], me=[OWNER])
    assert (summary.added_count, summary.changed_count, summary.file_count) == (4, 2, 2)
    assert column(store, "select body from text_messages order by sent_at_ms") == ["typo here", "ok", "new"]


def test_chats_of_early_2018_are_another_download_than_those_of_later_that_year(tmp_path: Path) -> None:
    mine: Files = {"messages/ann_abc-ef_hij/message.json": chats(ANN)[f"{FOLDER}/message_1.json"]}
    other = chats("ann_klm-no_pqr", layout="A1")
    paths = [write(tmp_path / name, files, {}) for name, files in (("mine", mine), ("other", other))]
    assert [len(download) for download in files_of_downloads(*paths)] == [1, 1]


@pytest.mark.parametrize("days", [("2023-05-01", "2024-05-01"), ("2024-05-01", "2024-05-01")])
def test_zips_of_two_days_are_two_downloads(days: tuple[str, str], tmp_path: Path) -> None:
    zips = {
        f"facebook-zorana-{day}-Ab{number}dEf7h.zip": chats(f"ann_610000000000000{number}")
        for number, day in enumerate(days)
    }
    root = write(tmp_path / "all", {}, zips)
    assert len(files_of_downloads(root)) == len(set(days))
