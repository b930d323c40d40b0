"""Chats that downloads name otherwise, and that a later one shows to be one; and those that stay two."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import ArchiveThread, Entry, archive_files, entry, write_folder
from snapshots import column

from rolecall.api import Store

ME = "Zorana Hollis"
START_MS = 1_600_000_000_000


def _said(*messages: tuple[str, str]) -> tuple[Entry, ...]:
    return tuple(entry(who, START_MS + place * 60_000, words) for place, (who, words) in enumerate(messages))


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
        store.import_archives([write_folder(archive_files([thread]), tmp_path / str(number))], me=[ME])
    assert column(store, "select kind from threads") == ["direct"]
    assert column(store, "select count(*) from thread_participants") == [2]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("last", ["dagny_abc-ef_hij", "marr_6100000000000001", "marr_xyz-ef_hij"])
def test_a_chat_whose_folder_and_person_were_both_renamed_is_one_once_a_download_shows_it(
    last: str, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    downloads = (
        ("Dagny Corder", (0, 5), "dagny_abc-ef_hij"),
        ("Dagny Marr", (5, 12), "marr_6100000000000001"),
        ("Dagny Marr", (0, 13), last),
    )
    for number in order:
        name, (begin, end), folder = downloads[number]
        entries = _said(*(((name, ME)[place % 2], f"line {place}") for place in range(13)))[begin:end]
        layout = "A3" if folder.endswith("1") else "A1"
        files = archive_files([ArchiveThread(folder, name, (name, ME), entries)], layout)
        store.import_archives([write_folder(files, tmp_path / str(number))], me=[ME])
    assert column(store, "select body from messages order by sent_at_ms") == [f"line {n}" for n in range(13)]
    assert column(store, "select title || ' ' || kind from threads") == ["Dagny Marr direct"]
    assert column(store, "select display_name from participants order by 1") == ["Dagny Marr", ME]
    assert column(store, "select sum(added_count) from imports") == [13]
    assert store.check_store() == {}


def test_what_a_download_changes_in_a_chat_that_it_joins_counts_as_changed(
    store: Store, tmp_path: Path
) -> None:
    people = ("Dagny Pellworth", ME)
    lines = _said(*((people[place % 2], f"line {place}") for place in range(12)))
    edited = (*lines[:2], {**lines[2], "content": "edited"}, *lines[3:])
    downloads = (
        (lines[:5], "dagny_abc-ef_hij", "A1"),
        (lines[7:], "dagny_6100000000000001", "A3"),
        (edited, "dagny_6100000000000001", "A3"),
    )
    counts = []
    for number, (entries, folder, layout) in enumerate(downloads):
        files = archive_files([ArchiveThread(folder, "Dagny", people, entries)], layout)
        done = store.import_archives([write_folder(files, tmp_path / str(number))], me=[ME])
        counts.append((done.added_count, done.changed_count, done.known_count, done.thread_count))
    assert counts == [(5, 0, 0, 1), (5, 0, 0, 1), (2, 1, 9, 1)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_chat_is_known_under_other_names_by_photos_calls_and_sentences_too(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    times = [START_MS + place * 60_000 for place in range(4)]
    photos = tuple(
        entry((ME, "Ann")[n % 2], at, photos=[{"uri": f"messages/inbox/x/photos/{n}.jpg"}])
        for n, at in enumerate(times)
    )
    calls = tuple(entry("Cy", at + 7, "Cy called you.", call_duration=3) for at in times)
    first = (entry("Dan", times[0] + 9, "Say hi to your new Facebook friend, Dan."),)
    for number in order:
        key, layout = (("abc-ef_hi", "A1"), ("610000000000000", "A3"))[number]
        threads = [
            ArchiveThread(f"{name.lower()}_{key}{place}", name, (name, ME), entries)
            for place, (name, entries) in enumerate((("Ann", photos), ("Cy", calls), ("Dan", first)))
        ]
        store.import_archives([write_folder(archive_files(threads, layout), tmp_path / layout)], me=[ME])
    assert column(store, "select count(*) from messages group by thread_id order by 1") == [1, 4, 4]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_renamed_chat_is_known_though_some_of_it_was_edited_or_unsent(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    downloads = []
    for name, folder, layout in (
        ("Ann Corder", "ann_abc-ef_hij", "A1"),
        ("Ann Marr", "marr_6100000000000001", "A3"),
    ):
        lines = list(_said(*(((name, ME)[place % 2], f"line {place}") for place in range(9))))
        if layout == "A3":
            lines[3] = {**lines[3], "content": "edited"}
            lines[4] = {key: value for key, value in lines[4].items() if key != "content"}
            lines[4]["is_unsent"] = True
            lines.append(entry(ME, START_MS + 10**8, "later"))
        downloads.append(archive_files([ArchiveThread(folder, name, (name, ME), tuple(lines))], layout))
    for number in order:
        store.import_archives([write_folder(downloads[number], tmp_path / str(number))], me=[ME])
    assert column(store, "select coalesce(body, kind) from messages order by sent_at_ms") == [
        *(f"line {n}" for n in range(3)),
        "edited",
        "unsent",
        *(f"line {n}" for n in range(5, 9)),
        "later",
    ]


def test_two_folders_of_one_download_with_one_number_and_other_people_are_two_chats(
    store: Store, tmp_path: Path
) -> None:
    threads = [
        ArchiveThread(
            f"{name}_6100000000000001", name, (name, ME), _said((name, f"hi, {name}"), (ME, "hi")), section
        )
        for name, section in (("Ann", "inbox"), ("Bob", "archived_threads"))
    ]
    store.import_archives([write_folder(archive_files(threads), tmp_path / "one")], me=[ME])
    assert column(store, "select title || ' ' || kind from threads order by 1") == [
        "Ann direct",
        "Bob direct",
    ]
    assert column(store, "select count(*) from messages group by thread_id") == [2, 2]
