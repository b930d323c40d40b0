"""Downloads that a store must not mix up: several in one command, deleted accounts, equal words."""

from collections.abc import Sequence
from itertools import permutations
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
    return tuple(entry(who, START_MS + place * 60_000, words) for place, (who, words) in enumerate(messages))


def _write(folder: Path, *threads: ArchiveThread) -> Path:
    return write_folder(archive_files(threads), folder)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_deleted_accounts_of_a_group_stay_the_people_they_were(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", "Carl Undset", ME)
    lines = [(people[place % 3], f"line {place}") for place in range(30)]
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
    for place in order:
        store.import_archives([downloads[place]], me=[ME])
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
    lines = [("Dagny Pellworth", f"line {place}") for place in range(6)]
    thread = ArchiveThread(GROUP, "Dagny", ("Dagny Pellworth", ME), _said(*lines), part_count=2)
    files = archive_files([thread])
    newest = next(path for path in files if path.endswith("message_1.json"))
    store.import_archives([write_folder({**files, newest: b"[object Object]"}, tmp_path / "one")], me=[ME])
    assert column(store, "select newest_at_ms from imports") == [START_MS + 2 * 60_000]


@pytest.mark.parametrize("is_named_otherwise", [False, True])
def test_a_download_that_shows_two_chats_to_be_one_joins_them(
    is_named_otherwise: bool, store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    said = _said(*((people[place % 2], f"line {place}") for place in range(12)))
    parts = ((said[:5], "dagny_abc-ef_hij", "A1"), (said[7:], "dagny_6100000000000001", "A3"))
    whole = (said[:10], *(parts[0][1:] if is_named_otherwise else parts[1][1:]))
    for number, (entries, folder, layout) in enumerate((*parts, whole)):
        thread = ArchiveThread(folder, f"Dagny {number}", people, tuple(entries))
        store.import_archives(
            [write_folder(archive_files([thread], layout), tmp_path / str(number))], me=[ME]
        )
        assert column(store, "select count(*) from threads") == [(1, 2, 1)[number]]
    assert column(store, "select title from threads") == ["Dagny 1"]
    assert column(store, "select body from messages order by sent_at_ms") == [f"line {n}" for n in range(12)]
    assert store.check_store() == {}


_CHANGED = (
    # What an older and a newer download say of one message, and what the store should say of it.
    (entry(ME, START_MS, "a word"), entry(ME, START_MS, "a better word"), ("text", "a better word")),
    (entry(ME, START_MS, "oh no"), entry(ME, START_MS, is_unsent=True), ("unsent", None)),
    (
        entry(ME, START_MS, "You named the group Boats."),
        entry(ME, START_MS, "Du hast die Gruppe Boats genannt."),
        ("system", "Du hast die Gruppe Boats genannt."),
    ),
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_message_that_changed_between_two_chats_that_prove_to_be_one_is_one(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    lines = _said(*((people[place % 2], f"line {place}") for place in range(12)))
    old, new, held = list(lines), list(lines), []
    for place, (before, after, said) in zip((4, 5, 6), _CHANGED, strict=True):
        sent_at_ms = lines[place]["timestamp_ms"]
        old[place], new[place] = {**before, "timestamp_ms": sent_at_ms}, {**after, "timestamp_ms": sent_at_ms}
        held.append(said)
    downloads = (
        (old[:7], "dagny_abc-ef_hij", "A1"),
        (new[4:], "dagny_6100000000000001", "A3"),
        ([*new, entry(ME, START_MS + 10**9, "the last")], "dagny_6100000000000001", "A3"),
    )
    for number in order:
        entries, folder, layout = downloads[number]
        thread = ArchiveThread(folder, "Dagny", people, tuple(entries))
        files = archive_files([thread], layout)
        store.import_archives([write_folder(files, tmp_path / str(number))], me=[ME])
    assert column(store, "select count(*) from threads") == [1]
    query = "select kind || ' ' || coalesce(body, '') from messages order by sent_at_ms"
    changed = [f"{kind} {body or ''}" for kind, body in held]
    assert column(store, query) == [
        *(f"text line {n}" for n in range(4)),
        *changed,
        *(f"text line {n}" for n in range(7, 12)),
        "text the last",
    ]
    assert sorted(map(str, column(store, "select body from message_edits"))) == ["a word", "oh no"]
    assert store.check_store() == {}


def test_earlier_words_stay_with_a_message_of_two_chats_that_prove_to_be_one(
    store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    lines = _said(*((people[place % 2], f"line {place}") for place in range(12)))
    names = (("dagny_abc-ef_hij", "A1"), ("dagny_6100000000000001", "A3"))
    downloads = (((0, 5), "first", 0), ((0, 6), "second", 0), ((4, 11), "third", 1), ((0, 12), "fourth", 1))
    for number, ((begin, end), words, named) in enumerate(downloads):
        entries = (*lines[:4], {**lines[4], "content": words}, *lines[5:])[begin:end]
        if number == 2:  # shares nothing with the first chat
            entries = (entries[0], *entries[2:])
        thread = ArchiveThread(names[named][0], "Dagny", people, entries)
        root = write_folder(archive_files([thread], names[named][1]), tmp_path / str(number))
        store.import_archives([root], me=[ME])
        assert column(store, "select count(*) from threads") == [(1, 1, 2, 1)[number]]
    assert column(store, "select body from messages order by sent_at_ms")[4] == "fourth"
    assert sorted(map(str, column(store, "select body from message_edits"))) == ["first", "second", "third"]
    assert store.check_store() == {}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_was_renamed_between_two_chats_that_prove_to_be_one_has_the_newest_name(
    order: Sequence[int], duckdb_store: Store, tmp_path: Path
) -> None:
    downloads = (
        ("Dagny Corder", (0, 5), "dagny_abc-ef_hij", "A1"),
        ("Dagny Corder", (0, 8), "dagny_6100000000000001", "A3"),
        ("Dagny Marr", (5, 12), "dagny_6100000000000001", "A3"),
    )
    for number in order:
        name, (begin, end), folder, layout = downloads[number]
        entries = _said(*(((name, ME)[place % 2], f"line {place}") for place in range(12)))[begin:end]
        files = archive_files([ArchiveThread(folder, name, (name, ME), entries)], layout)
        duckdb_store.import_archives([write_folder(files, tmp_path / str(number))], me=[ME])
    assert column(duckdb_store, "select count(*) from messages") == [12]
    names = column(duckdb_store, "select display_name from participants order by display_name")
    assert names == ["Dagny Marr", ME]


def test_one_greeting_to_two_friends_of_one_name_does_not_join_their_chats(
    duckdb_store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    said = _said(*((people[place % 2], f"line {place}") for place in range(8)))
    for number, (layout, names) in enumerate(
        (
            ("A1", ("one_abc-ef_hij", "two_abc-ef_hik")),
            ("A3", ("one_6100000000000001", "two_6100000000000002")),
        )
    ):
        threads = [
            ArchiveThread(name, "Dagny", people, entries)
            for name, entries in zip(names, (said, said[3:4]), strict=True)
        ]
        root = write_folder(archive_files(threads, layout), tmp_path / str(number))
        assert duckdb_store.import_archives([root], me=[ME]).added_count == (9, 0)[number]
    query = "select count(*) from messages group by thread_id order by 1"
    assert column(duckdb_store, query) == [1, 8]


def test_a_chat_of_two_is_no_group_once_two_names_prove_to_be_of_one_person(
    store: Store, tmp_path: Path
) -> None:
    downloads = (("Dagny Corder", (0, 5)), ("Dagny Marr", (6, 12)), ("Dagny Marr", (0, 12)))
    for number, (name, (begin, end)) in enumerate(downloads):
        entries = _said(*(((name, ME)[place % 2], f"line {place}") for place in range(12)))[begin:end]
        thread = ArchiveThread("dagny_6100000000000001", name, (name, ME), entries)
        store.import_archives([_write(tmp_path / str(number), thread)], me=[ME])
    assert column(store, "select kind from threads") == ["direct"]
    assert column(store, "select count(*) from thread_participants") == [2]
