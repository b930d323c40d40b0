"""What stands in the store after an import: every thread and who is in it, however the archive was named."""

from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    LAYOUTS,
    OWNER,
    START_MS,
    ArchiveThread,
    Files,
    archive_files,
    damaged,
    dialogue,
    entry,
    one_chat,
    profile_files,
    write_folder,
    write_zip,
    write_zips,
)
from expected import differences, scenarios, steps
from snapshots import bodies, column, row_counts

from rolecall.api import Store
from rolecall.errors import FileSkipped

PHOTO = "your_facebook_activity/messages/inbox/dorian_6100000000000001/photos/7.jpg"


def sample_files() -> Files:
    """A photo with words, and a chat in twelve parts."""
    photo = entry(FRIEND, START_MS, "look ✨", photos=[{"uri": PHOTO, "creation_timestamp": 1_700_000_000}])
    threads = [*one_chat(photo), dialogue("parts_6100000000000002", 24, START_MS + 1, part_count=12)]
    return {**archive_files(threads), **profile_files(OWNER), PHOTO: b"not really a photo"}


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda path: path.name)
def test_every_scenario_gives_the_store_that_it_expects(scenario: Path, store: Store) -> None:
    for step in steps(scenario):
        summary = store.import_archives([scenario / name for name in step["import"]])
        assert differences(step["expect"], store) == []
        assert summary.added_count <= step["expect"].get("new_records_max", summary.added_count)
        failed = [file.path for file in summary.files if file.status == "failed"]
        for path in step["expect"].get("errors_expected", ()):
            assert any(path in name for name in failed), f"{path} is not named as failed"


@pytest.mark.parametrize(
    "level",
    [
        "",
        "download",
        "download/your_facebook_activity",
        "download/your_facebook_activity/messages",
        "download/your_facebook_activity/messages/inbox",
    ],
)
def test_a_folder_may_be_named_at_any_level(level: str, tmp_path: Path, store: Store) -> None:
    write_folder(sample_files(), tmp_path / "archive", top="download")
    store.import_archives([tmp_path / "archive" / level], me=[OWNER])
    assert bodies(store) == ["look ✨", *(f"message {number}" for number in range(24))]
    assert column(store, "select distinct section from threads") == ["inbox"]
    assert column(store, "select status from attachments") == ["present"]


def test_the_folder_of_one_thread_is_enough(tmp_path: Path, store: Store) -> None:
    root = write_folder(sample_files(), tmp_path / "archive")
    store.import_archives([(root / PHOTO).parent.parent])
    assert bodies(store) == ["look ✨"]
    assert column(store, "select status from attachments") == ["present"]
    assert column(store, "select section from threads") == ["inbox"]


def test_a_single_json_file_is_enough(tmp_path: Path, store: Store) -> None:
    root = write_folder(sample_files(), tmp_path / "archive")
    summary = store.import_archives([(root / PHOTO).parent.parent / "message_1.json"])
    assert (summary.file_count, summary.added_count) == (1, 1)
    assert bodies(store) == ["look ✨"]


@pytest.mark.parametrize("top", ["", "facebook-ilka-2024-05-06-aBcD1234"])
def test_a_zip_is_read_in_place(top: str, tmp_path: Path, store: Store) -> None:
    path = write_zip(sample_files(), tmp_path / "facebook.zip", top)
    before = sorted(tmp_path.iterdir())
    summary = store.import_archives([path])
    assert len(bodies(store)) == 25
    assert summary.owner_name == OWNER
    assert column(store, "select status from attachments") == ["present"]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("is_folder", [False, True])
def test_several_zips_are_one_archive(is_folder: bool, tmp_path: Path, store: Store) -> None:
    """The parts of one thread, and the photo of a message, lie in other zips than the rest."""
    (tmp_path / "zips").mkdir()
    paths = write_zips(sample_files(), tmp_path / "zips", 3)
    summary = store.import_archives([tmp_path / "zips"] if is_folder else paths)
    assert bodies(store) == ["look ✨", *(f"message {number}" for number in range(24))]
    assert column(store, "select status from attachments") == ["present"]
    assert (summary.added_count, summary.owner_name) == (25, OWNER)


def test_parts_are_read_in_the_order_of_their_numbers(tmp_path: Path, store: Store) -> None:
    """All messages have one time, so only the parts tell: 11 is the oldest, then 10, then 2, then 1."""
    folder = "your_facebook_activity/messages/inbox/dorian_6100000000000001"
    files = {
        f"{folder}/message_{number}.json": data
        for number in (1, 2, 10, 11)
        for data in archive_files(one_chat(entry(FRIEND, START_MS, f"part {number}"))).values()
    }
    store.import_archives([write_folder(files, tmp_path / "archive")])
    assert bodies(store) == ["part 11", "part 10", "part 2", "part 1"]


def test_equal_times_keep_the_order_of_sending(tmp_path: Path, store: Store) -> None:
    sent = [entry((FRIEND, OWNER)[number % 2], START_MS, f"at once {number}") for number in range(9)]
    store.import_archives([write_folder(archive_files(one_chat(*sent)), tmp_path / "archive")])
    assert bodies(store) == [f"at once {number}" for number in range(9)]


def test_a_repeated_message_stays_repeated(tmp_path: Path, store: Store) -> None:
    """Two equal messages of one instant are two; a part that repeats them adds none."""
    twice = [entry(FRIEND, START_MS, "ok"), entry(FRIEND, START_MS, "ok")]
    thread = ArchiveThread(
        "dorian_6100000000000001",
        FRIEND,
        (FRIEND, OWNER),
        (*twice, entry(OWNER, START_MS + 1, "ok")),
        part_count=2,
        overlap=1,
    )
    store.import_archives([write_folder(archive_files([thread]), tmp_path / "archive")])
    assert bodies(store) == ["ok", "ok", "ok"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_the_years_gives_the_same_messages(layout: str, tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("dorian_6100000000000001", 5)], layout)
    store.import_archives([write_folder(files, tmp_path / "archive")])
    assert bodies(store) == [f"message {number}" for number in range(5)]
    assert column(store, "select kind from threads") == ["direct"]


@pytest.mark.parametrize(
    "section", ["inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover"]
)
def test_every_section_is_read(section: str, tmp_path: Path, store: Store) -> None:
    thread = ArchiveThread(
        "x_6100000000000001", FRIEND, (FRIEND, OWNER), (entry(FRIEND, START_MS, "hi"),), section
    )
    store.import_archives([write_folder(archive_files([thread]), tmp_path / "archive")])
    assert column(store, "select section from threads") == [section]


def test_one_damaged_file_is_named_and_the_rest_is_loaded(tmp_path: Path, store: Store) -> None:
    files = archive_files(
        [dialogue("good_6100000000000001", 4), dialogue("part_6100000000000002", 9, part_count=3)]
    )
    broken = next(path for path in files if path.endswith("message_2.json"))
    files[broken] = damaged(files[broken])
    summary = store.import_archives([write_zip(files, tmp_path / "facebook.zip")])
    assert summary.skipped_count == 1
    (failed,) = [file for file in summary.files if file.status == "failed"]
    assert failed.path.endswith(broken)
    assert failed.reason
    assert "\n" not in failed.reason
    assert len(bodies(store)) == 4 + 6


def test_strict_refuses_a_damaged_file_and_leaves_the_store_as_it_was(tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("good_6100000000000001", 4), dialogue("worse_6100000000000002", 9)])
    broken = next(path for path in files if "worse" in path)
    files[broken] = damaged(files[broken])
    before = row_counts(store)
    with pytest.raises(FileSkipped, match="worse_6100000000000002"):
        store.import_archives([write_folder(files, tmp_path / "archive")], is_strict=True)
    assert row_counts(store) == before
    assert store.imports() == []


def test_a_dry_run_reads_everything_and_writes_nothing(tmp_path: Path, store: Store) -> None:
    root = write_folder(sample_files(), tmp_path / "archive")
    before = row_counts(store)
    assert store.import_archives([root], is_dry_run=True).added_count == 25
    assert row_counts(store) == before
    assert store.imports() == []


def test_files_about_something_else_are_no_damage(tmp_path: Path, store: Store) -> None:
    other = {
        "your_facebook_activity/messages/messaging_settings.json": b'{"settings": []}',
        "your_facebook_activity/posts/your_posts_1.json": b'[{"timestamp": 1, "title": "a post"}]',
        "your_facebook_activity/messages/inbox/dorian_6100000000000001/._message_1.json": b"\x00\x05\x16\x07",
    }
    summary = store.import_archives([write_folder(sample_files() | other, tmp_path / "archive")])
    assert summary.skipped_count == 0
    assert "failed" not in {file.status for file in summary.files}


def test_deleted_accounts_are_not_one_person(tmp_path: Path, store: Store) -> None:
    name = "Facebook user"
    threads = [
        ArchiveThread(f"facebookuser_{folder_id}", name, (name, OWNER), (entry(name, sent_at_ms, "hello"),))
        for folder_id, sent_at_ms in (
            (6_100_000_000_000_001, START_MS),
            (6_100_000_000_000_002, START_MS + 9),
        )
    ]
    store.import_archives([write_folder(archive_files(threads), tmp_path / "archive")])
    assert column(store, "select count(*) from participants where is_anonymous") == [2]
    assert column(store, "select count(distinct participant_id) from messages") == [2]


def test_the_owner_is_who_the_profile_names_unless_told_otherwise(tmp_path: Path, store: Store) -> None:
    root = write_folder(sample_files(), tmp_path / "archive")
    assert store.import_archives([root]).owner_name == OWNER
    assert store.import_archives([root], me=[FRIEND], is_again=True).owner_name == FRIEND
    assert column(store, "select display_name from participants where is_self") == [FRIEND]


def test_nobody_is_the_owner_when_one_chat_is_all_there_is(tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("dorian_6100000000000001", 4)])
    assert store.import_archives([write_folder(files, tmp_path / "archive")]).owner_name is None
    assert column(store, "select count(*) from participants where is_self") == [0]


def test_an_empty_thread_is_a_thread(tmp_path: Path, store: Store) -> None:
    files = archive_files([dialogue("dorian_6100000000000001", 0)])
    summary = store.import_archives([write_folder(files, tmp_path / "archive")])
    assert summary.added_count == 0
    assert row_counts(store)["threads"] == 1


def test_the_import_is_recorded_with_what_it_did(tmp_path: Path, store: Store) -> None:
    summary = store.import_archives([write_folder(sample_files(), tmp_path / "archive")])
    (recorded,) = store.imports()
    assert recorded.status == "finished"
    assert (recorded.added_count, recorded.known_count, recorded.skipped_count) == (25, 0, 0)
    loaded = [file for file in summary.files if file.status == "loaded" and file.message_count]
    assert sum(file.message_count for file in loaded) == 25
    assert summary.import_id is not None
    assert len(store.import_files(summary.import_id)) == len(summary.files) == summary.file_count
