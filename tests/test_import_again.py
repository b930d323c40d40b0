"""Importing twice, in another order, in other pieces: the same store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    archive_files,
    dialogue,
    entry,
    one_chat,
    profile_files,
    write_folder,
    write_zip,
    write_zips,
)
from archive_strategies import RandomArchive, wild_archives
from expected import DATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import NewStore, tries
from snapshots import Snapshot, bodies, column, row_counts, snapshot

from rolecall.api import Store

# ROLECALL_TEST_EXAMPLES tries more of them.
EXAMPLES = int(os.environ.get("ROLECALL_TEST_EXAMPLES", "8"))


def sized(new_store: NewStore) -> settings:
    """Return settings for so many random archives."""
    count = tries(EXAMPLES, new_store().database.engine_name)
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one random archive."""
    with TemporaryDirectory() as name:
        yield Path(name)


def imported(new_store: NewStore, downloads: list[list[Path]], me: str) -> Snapshot:
    """Import downloads one after the other into a new store, and return what it holds."""
    store = new_store()
    for paths in downloads:
        store.import_archives(paths, me=[me])
    return snapshot(store)


def test_importing_twice_adds_nothing(tmp_path: Path, store: Store) -> None:
    files = {**archive_files([dialogue("dorian_6100000000000001", 30, part_count=3)]), **profile_files(OWNER)}
    root = write_folder(files, tmp_path / "archive")
    first = store.import_archives([root])
    counts, held = row_counts(store), snapshot(store)
    second = store.import_archives([root])
    assert (first.added_count, second.added_count, second.changed_count) == (30, 0, 0)
    assert {file.status for file in second.files} <= {"unchanged", "skipped"}
    assert second.owner_name == OWNER
    assert (row_counts(store), snapshot(store)) == (counts, held)


def test_reading_known_files_again_adds_nothing(tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("dorian_6100000000000001", 30, part_count=3)])
    root = write_folder(files, tmp_path / "archive")
    store.import_archives([root])
    counts, held = row_counts(store), snapshot(store)
    summary = store.import_archives([root], is_again=True)
    assert (summary.added_count, summary.changed_count, summary.known_count) == (0, 0, 30)
    assert {file.status for file in summary.files} == {"loaded"}
    assert (row_counts(store), snapshot(store)) == (counts, held)


def test_the_same_archive_as_a_zip_adds_nothing(tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("dorian_6100000000000001", 30, part_count=3)])
    store.import_archives([write_folder(files, tmp_path / "archive")])
    held = snapshot(store)
    assert store.import_archives([write_zip(files, tmp_path / "facebook.zip", "top")]).added_count == 0
    assert snapshot(store) == held


def test_a_later_download_adds_what_is_new(tmp_path: Path, store: Store) -> None:
    for name, count in (("earlier", 20), ("later", 27)):
        files = archive_files([dialogue("dorian_6100000000000001", count, part_count=2)])
        summary = store.import_archives([write_folder(files, tmp_path / name)])
    assert (summary.added_count, summary.known_count) == (7, 20)
    assert bodies(store) == [f"message {number}" for number in range(27)]


def test_a_download_of_fewer_days_deletes_nothing(tmp_path: Path, store: Store) -> None:
    for name, count in (("all", 20), ("some", 5)):
        files = archive_files([dialogue("dorian_6100000000000001", count)])
        summary = store.import_archives([write_folder(files, tmp_path / name)])
    assert (summary.added_count, summary.known_count) == (0, 5)
    assert len(bodies(store)) == 20


def test_a_chat_whose_newest_part_is_known_is_as_new_as_that_part(tmp_path: Path, store: Store) -> None:
    thread = dialogue("dorian_6100000000000001", 20, part_count=2)
    for name, edit in (("earlier", "first"), ("later", "second")):
        entries = ({**thread.entries[0], "content": edit}, *thread.entries[1:])
        files = archive_files([replace(thread, entries=entries)])
        if name == "later":  # and something new elsewhere, which makes its download the newer one
            files |= archive_files([dialogue("ann_6100000000000002", 90)])
        store.import_archives([write_folder(files, tmp_path / name)])
    assert column(store, "select body from messages order by sent_at_ms, body")[:2] == ["message 0", "second"]


def test_a_thread_that_moved_to_the_archive_is_the_same_thread(tmp_path: Path, store: Store) -> None:
    said = (entry(FRIEND, START_MS, "hello"), entry(OWNER, START_MS + 1, "hi"))
    for section in ("inbox", "archived_threads"):
        thread = ArchiveThread("dorian_6100000000000001", FRIEND, (FRIEND, OWNER), said, section)
        store.import_archives([write_folder(archive_files([thread]), tmp_path / section)])
    assert bodies(store) == ["hello", "hi"]


def test_folders_that_share_a_short_number_stay_two_threads(tmp_path: Path, store: Store) -> None:
    threads = [
        ArchiveThread(
            f"{name}_1234567890", name, (name, OWNER), (entry(name, START_MS + place, f"I am {name}"),)
        )
        for place, name in enumerate(("Ysolt Barrowmere", "Quill Tamsinge"))
    ]
    store.import_archives([write_folder(archive_files(threads), tmp_path / "archive")])
    assert sorted(map(str, column(store, "select title from threads"))) == [
        "Quill Tamsinge",
        "Ysolt Barrowmere",
    ]


def test_archives_of_two_owners_never_meet(tmp_path: Path, store: Store) -> None:
    root = write_folder(archive_files(one_chat(entry(FRIEND, START_MS, "hello"))), tmp_path / "archive")
    for owner in ("first", "second"):
        assert store.import_archives([root], owner=owner).added_count == 1
    assert row_counts(store)["threads"] == 2
    assert sorted(map(str, column(store, "select label from owners"))) == ["first", "second"]


@pytest.mark.parametrize("order", list(permutations((1, 2, 10))), ids=str)
def test_parts_that_disagree_give_one_store_in_any_order(order: tuple[int, ...], new_store: NewStore) -> None:
    root = DATA / "facebook" / "c05_multipart_overlap" / "export"
    (folder,) = (root / "your_facebook_activity" / "messages" / "inbox").iterdir()
    one_by_one = [[folder / f"message_{number}.json"] for number in order]
    whole = imported(new_store, [[folder]], "Alex Owner")
    assert imported(new_store, one_by_one, "Alex Owner") == whole


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_parts_that_are_cut_inside_an_instant_keep_its_order_in_any_order(
    order: tuple[int, ...], tmp_path: Path, new_store: NewStore
) -> None:
    """The second part begins as the first one ends, and lies within the instant as a whole."""
    said = [(FRIEND, "one"), (FRIEND, "same"), (OWNER, "two"), (FRIEND, "same"), (OWNER, "three")]
    entries = [entry(sender, START_MS, body) for sender, body in said]
    sides = (entry(FRIEND, START_MS - 1000, "before"), *entries, entry(OWNER, START_MS + 1000, "after"))
    thread = ArchiveThread(
        "cut_6100000000000001", FRIEND, (FRIEND, OWNER), sides, part_count=3, is_cut_inside=True
    )
    root = write_folder(archive_files([thread]), tmp_path / "archive")
    (folder,) = (root / "your_facebook_activity" / "messages" / "inbox").iterdir()
    one_by_one = [[folder / f"message_{number}.json"] for number in order]
    whole = imported(new_store, [[folder]], OWNER)
    assert imported(new_store, one_by_one, OWNER) == whole
    store = new_store()
    store.import_archives([folder])
    assert bodies(store) == ["before", "one", "two", "same", "three", "after"]


def test_every_entry_of_a_wild_archive_is_one_row_in_its_place(new_store: NewStore) -> None:
    @sized(new_store)
    @given(wild_archives())
    def check(archive: RandomArchive) -> None:
        with workplace() as folder:
            store = new_store()
            store.import_archives([write_folder(archive.files(), folder / "archive")], me=[archive.owner])
            times = column(store, "select sent_at_ms from messages order by sent_at_ms, ordinal")
            entries = [made for thread in archive.threads for made in thread.entries]
            assert times == sorted(int(str(made["timestamp_ms"])) for made in entries)
            assert row_counts(store)["threads"] == len(archive.threads)
            doubles = (
                "select thread_id from messages group by thread_id, sent_at_ms, ordinal having count(*) > 1"
            )
            assert column(store, doubles) == []

    check()


def test_importing_a_wild_archive_twice_changes_nothing(new_store: NewStore) -> None:
    @sized(new_store)
    @given(wild_archives(has_cuts=True))
    def check(archive: RandomArchive) -> None:
        with workplace() as folder:
            root = write_folder(archive.files(), folder / "archive")
            store = new_store()
            store.import_archives([root], me=[archive.owner])
            counts, held = row_counts(store), snapshot(store)
            for is_again in (False, True):
                summary = store.import_archives([root], me=[archive.owner], is_again=is_again)
                assert (summary.added_count, summary.changed_count) == (0, 0)
                assert (row_counts(store), snapshot(store)) == (counts, held)

    check()


def test_any_order_of_files_or_zips_gives_the_same_store(new_store: NewStore) -> None:
    @sized(new_store)
    @given(wild_archives(has_cuts=True), st.randoms(use_true_random=False))
    def check(archive: RandomArchive, random: Random) -> None:
        with workplace() as folder:
            root = write_folder(archive.files(), folder / "archive")
            whole = imported(new_store, [[root]], archive.owner)
            pieces = (
                sorted(root.rglob("*.json"))
                if random.random() < 0.5
                else write_zips(archive.files(), folder, 3)
            )
            random.shuffle(pieces)
            assert imported(new_store, [pieces], archive.owner) == whole

    check()


def test_file_by_file_gives_the_same_store(new_store: NewStore) -> None:
    @sized(new_store)
    @given(wild_archives(has_cuts=True), st.randoms(use_true_random=False))
    def check(archive: RandomArchive, random: Random) -> None:
        with workplace() as folder:
            root = write_folder(archive.files(), folder / "archive")
            whole = imported(new_store, [[root]], archive.owner)
            files = sorted(root.rglob("*.json"))
            random.shuffle(files)
            assert imported(new_store, [[file] for file in files], archive.owner) == whole

    check()
