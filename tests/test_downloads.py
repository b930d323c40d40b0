"""Downloads that a store must not mix up: several in one command, deleted accounts, equal words."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from archive_builder import ArchiveThread, Entry, archive_files, entry, profile_files, write_folder, write_zip
from servers import NewStore
from snapshots import column, snapshot

from rolecall.api import Store
from rolecall.errors import UsageError

ME = "Zorana Hollis"
START_MS = 1_600_000_000_000
GROUP = "boats_6100000000000001"


def _said(*messages: tuple[str, str]) -> tuple[Entry, ...]:
    return tuple(entry(who, START_MS + index * 60_000, words) for index, (who, words) in enumerate(messages))


def _write(folder: Path, *threads: ArchiveThread) -> Path:
    return write_folder(archive_files(threads), folder)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_deleted_accounts_of_a_group_stay_the_people_they_were(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", "Carl Undset", ME)
    lines = [(people[index % 3], f"line {index}") for index in range(30)]
    nameless = [("Facebook user" if who != ME else who, words) for who, words in lines]
    downloads = [
        _write(tmp_path / "before", ArchiveThread(GROUP, "Boats", people, _said(*lines))),
        _write(
            tmp_path / "after",
            ArchiveThread(
                GROUP,
                "Boats",
                ("Facebook user", "Facebook user", ME),
                _said(*nameless, ("Facebook user", "later"), (ME, "so late")),
            ),
        ),
    ]
    for index in order:
        store.import_archives([downloads[index]], me=[ME])
    query = "select display_name from messages join participants using (participant_id) order by sent_at_ms"
    assert column(store, query) == [*(who for who, _ in lines), "Facebook user", ME]
    assert store.check_store() == {}


def test_equal_greetings_to_two_friends_do_not_make_them_one(store: Store, tmp_path: Path) -> None:
    greetings = [(ME, "happy new year"), (ME, "see you soon"), (ME, "be well")]
    for number, name in enumerate(("Ann Corder", "Bea Dornwell"), start=1):
        thread = ArchiveThread(
            f"friend{number}_610000000000000{number}",
            name,
            (name, ME),
            _said(*greetings, (name, f"dear {name}")),
        )
        store.import_archives([_write(tmp_path / name, thread)], me=[ME])
    assert column(store, "select count(*) from messages group by thread_id") == [4, 4]
    assert column(store, "select count(*) from message_edits") == [0]


@pytest.mark.parametrize("is_zip", [False, True])
def test_two_downloads_in_one_command_are_weighed_against_each_other(
    is_zip: bool, new_store: NewStore, tmp_path: Path
) -> None:
    older = ArchiveThread(
        GROUP,
        "Dagny Pellworth",
        ("Dagny Pellworth", ME),
        _said(("Dagny Pellworth", "hello"), (ME, "typo her"), ("Dagny Pellworth", "regret this")),
    )
    newer_said = [
        *_said(("Dagny Oakhurst", "hello"), (ME, "typo here"), ("Dagny Oakhurst", "x"), (ME, "bye"))
    ]
    newer_said[2] = entry("Dagny Oakhurst", START_MS + 120_000, is_unsent=True)
    newer = ArchiveThread(GROUP, "Dagny Oakhurst", ("Dagny Oakhurst", ME), tuple(newer_said))
    inputs = [_write(tmp_path / "one", older), _write(tmp_path / "two", newer)]
    if is_zip:
        inputs = [
            write_zip(archive_files([thread]), tmp_path / f"{number}.zip")
            for number, thread in enumerate((older, newer))
        ]
    store = new_store()
    summary = store.import_archives(inputs, me=[ME])
    assert (summary.added_count, summary.changed_count, summary.thread_count) == (4, 2, 1)
    assert column(store, "select display_name from participants order by 1") == ["Dagny Oakhurst", ME]
    assert column(store, "select body from text_messages order by sent_at_ms") == [
        "hello",
        "typo here",
        "bye",
    ]
    one_by_one = new_store()
    for path in inputs[::-1]:
        one_by_one.import_archives([path], me=[ME])
    assert snapshot(one_by_one) == snapshot(store)


def test_a_chat_in_which_only_the_other_is_known_is_no_self_chat(store: Store, tmp_path: Path) -> None:
    threads = (
        ArchiveThread("olga_6100000000000001", "Olga", ("Olga",), _said(("Olga", "anybody here"))),
        ArchiveThread("me_6100000000000002", ME, (ME,), _said((ME, "note to myself"))),
    )
    store.import_archives([_write(tmp_path / "one", *threads)], me=[ME])
    assert column(store, "select kind from threads order by title") == ["direct", "self"]


def test_a_store_is_readable_for_its_user_alone(tmp_path: Path) -> None:
    """About the file; a server has rights of its own."""
    store = Store((tmp_path / "new.duckdb").as_posix())
    thread = ArchiveThread(GROUP, "Dagny", ("Dagny", ME), _said(("Dagny", "secret")))
    store.import_archives([_write(tmp_path / "one", thread)])
    assert store.database.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_not_the_working_folder(
    path: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = ArchiveThread(GROUP, "Dagny", ("Dagny", ME), _said(("Dagny", "secret")))
    monkeypatch.chdir(_write(tmp_path / "one", thread))
    with pytest.raises(UsageError, match="name at least one"):
        store.import_archives([path])


def test_a_download_of_somebody_else_changes_who_is_meant_but_not_silently(
    store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    thread = ArchiveThread(GROUP, "Dagny", people, _said(("Dagny Pellworth", "hello"), (ME, "hi")))
    for number, name in enumerate((ME, ME, "Dagny Pellworth")):
        files = archive_files([thread]) | profile_files(name)
        summary = store.import_archives([write_folder(files, tmp_path / str(number))])
        assert summary.owner_name == name
        assert len(summary.notes) == (number == 2)
    assert ME in summary.notes[0]
    assert "people me NAME" in summary.notes[0]


def test_two_owners_share_no_person_thread_or_message(store: Store, tmp_path: Path) -> None:
    people = ("Dagny Pellworth", ME)
    thread = ArchiveThread(GROUP, "Dagny", people, _said(("Dagny Pellworth", "hello"), (ME, "hi")))
    archive = _write(tmp_path / "one", thread)
    assert store.import_archives([archive], owner="donor 1", me=[ME]).added_count == 2
    assert store.import_archives([archive], owner="donor 2", me=["Dagny Pellworth"]).added_count == 2
    assert column(store, "select count(*) from participants group by owner_id") == [2, 2]
    assert column(store, "select count(*) from messages group by thread_id") == [2, 2]
    crossing = (
        "select count(*) from messages"
        " join threads using (thread_id) join participants using (participant_id)"
        " where threads.owner_id <> participants.owner_id"
    )
    assert column(store, crossing) == [0]


@pytest.mark.parametrize("layouts", [("A1", "A3"), ("A3", "A3"), ("A2", "A1")])
def test_a_folder_of_unpacked_downloads_is_as_many_downloads(
    layouts: tuple[str, str], store: Store, tmp_path: Path
) -> None:
    friend = "Dagny Pellworth"
    said = [(friend, "hello"), (ME, "typo her"), (friend, "see you"), (ME, "bye")]
    edited = [
        ("Dagny Oakhurst" if who == friend else who, words.replace("her", "here")) for who, words in said
    ]
    older = ArchiveThread("dagny_6100000000000001", friend, (friend, ME), _said(*said))
    newer = ArchiveThread("dagny_6100000000000001", friend, ("Dagny Oakhurst", ME), _said(*edited))
    for number, (thread, layout) in enumerate(zip((older, newer), layouts, strict=True)):
        write_folder(archive_files([thread], layout), tmp_path / "all" / str(number))
    store.import_archives([tmp_path / "all"], me=[ME])
    assert column(store, "select body from messages order by sent_at_ms") == [words for _, words in edited]
    assert column(store, "select display_name from participants order by 1") == ["Dagny Oakhurst", ME]
    assert column(store, "select count(*) from imports") == [2]


def test_a_folder_with_one_download_and_other_things_is_one(store: Store, tmp_path: Path) -> None:
    thread = ArchiveThread(GROUP, "Dagny", ("Dagny", ME), _said(("Dagny", "hello"), (ME, "hi")))
    root = _write(tmp_path / "all" / "one", thread)
    (tmp_path / "all" / "two").mkdir()
    (tmp_path / "all" / "two" / "posts_1.json").write_text("[]")
    (root / "your_facebook_activity" / "posts_1.json").write_text("[]")
    assert store.import_archives([tmp_path / "all"], me=[ME]).added_count == 2
    assert column(store, "select count(*) from imports") == [1]


def test_zips_of_other_layouts_are_other_downloads(store: Store, tmp_path: Path) -> None:
    friend = "Dagny Pellworth"
    said = [(friend, "hello"), (ME, "typo her"), (friend, "see you"), (ME, "bye")]
    edited = [*((who, words.replace("her", "here")) for who, words in said), (ME, "later")]
    older = archive_files([ArchiveThread("dagny_abc-ef_hij", friend, (friend, ME), _said(*said))], "A1")
    newer = archive_files([ArchiveThread("dagny_6100000000000001", friend, (friend, ME), _said(*edited))])
    zips = [write_zip(files, tmp_path / f"{number}.zip") for number, files in enumerate((newer, older))]
    store.import_archives(zips, me=[ME])
    assert column(store, "select body from messages order by sent_at_ms") == [words for _, words in edited]


def test_a_download_is_as_new_as_its_newest_part_that_can_be_read(store: Store, tmp_path: Path) -> None:
    lines = [("Dagny Pellworth", f"line {index}") for index in range(6)]
    thread = ArchiveThread(GROUP, "Dagny", ("Dagny Pellworth", ME), _said(*lines), part_count=2)
    files = archive_files([thread])
    newest = next(path for path in files if path.endswith("message_1.json"))
    store.import_archives([write_folder({**files, newest: b"[object Object]"}, tmp_path / "one")], me=[ME])
    assert column(store, "select newest_at_ms from imports") == [START_MS + 2 * 60_000]


@pytest.mark.parametrize("layout", ["A1", "A3"])
def test_a_chat_with_the_bytes_of_an_older_download_is_told_anew_after_another_between(
    layout: str, store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    said = _said(*((people[index % 2], f"line {index}") for index in range(6)))
    folders = [GROUP, "ships_6100000000000001", GROUP]
    if layout == "A1":  # named by folders
        folders = ["boats_abc-ef_hij"] * 3
    roots = []
    for number, (folder, title) in enumerate(zip(folders, ("Boats", "Ships", "Boats"), strict=True)):
        other = (entry(ME, START_MS + 10**9 + number, f"later {number}"),)
        threads = (
            ArchiveThread(folder, title, people, said, part_count=2),
            ArchiveThread("carl_6100000000000002", "Carl Undset", ("Carl Undset", ME), other),
        )
        files = archive_files(threads, layout)
        roots.append(write_folder(files, tmp_path / str(number)))
        store.import_archives([roots[-1]], me=[ME])
        assert column(store, "select title from threads where title <> 'Carl Undset'") == [title]
    for number, root in enumerate((*roots, roots[2])):  # nothing is parsed again
        assert store.import_archives([root], me=[ME]).known_count == 7
        statuses = f"select distinct status from import_files where import_id = {4 + number}"
        assert column(store, statuses) == ["unchanged"]
    assert column(store, "select title from threads where title <> 'Carl Undset'") == ["Boats"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("has_more", [False, True])
@pytest.mark.parametrize(
    ("is_unsent", "is_renumbered"), [(False, False), (True, False), (True, True)], ids=str
)
def test_the_only_message_of_a_chat_may_be_edited_or_unsent(
    is_unsent: bool, is_renumbered: bool, has_more: bool, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    first = entry("Dagny Pellworth", START_MS + 1, "secret")
    later = entry("Dagny Pellworth", START_MS + 1, **({"is_unsent": True} if is_unsent else {"content": "s"}))
    more = (entry(ME, START_MS + 9, "what was it?"),) if has_more else ()
    other = (entry(ME, START_MS + 10**9, "newer"),)
    carl = ArchiveThread("carl_6100000000000002", "Carl Undset", ("Carl Undset", ME), other)
    people = ("Dagny Pellworth", ME)
    downloads = (
        _write(
            tmp_path / "0",
            ArchiveThread("boats_abc-ef_hij" if is_renumbered else GROUP, "Dagny", people, (first,)),
        ),
        _write(tmp_path / "1", ArchiveThread(GROUP, "Dagny", people, (later, *more)), carl),
    )
    for number in order:
        store.import_archives([downloads[number]], me=[ME])
    query = "select coalesce(body, kind) from messages where sent_at_ms < 1600000000100 order by sent_at_ms"
    expected = ["unsent" if is_unsent else "s", *(["what was it?"] if has_more else [])]
    assert column(store, query) == expected
    assert column(store, "select body from message_edits") == ["secret"]
