"""People whom downloads call otherwise: renamed, deleted, of one name; in every order of the downloads."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from archive_builder import ArchiveThread, Entry, archive_files, entry, write_folder
from snapshots import column

from rolecall.api import Store

ME = "Zorana Hollis"
ANN, BOB = "Ann Corder", "Bob Dornwell"
NOBODY = "Facebook user"
START_MS = 1_600_000_000_000
GROUP, CHAT, OTHER = "boats_6100000000000001", "ann_6100000000000002", "ann2_6100000000000003"
BOTH = [(0, 1), (1, 0)]


def _said(count: int, *senders: str, first: int = 0) -> tuple[Entry, ...]:
    """Messages of senders in turn, each with its number."""
    return tuple(
        entry(senders[place % len(senders)], START_MS + place * 60_000, f"line {place}")
        for place in range(first, count)
    )


def _thread(folder: str, people: Sequence[str], entries: Sequence[Entry]) -> ArchiveThread:
    return ArchiveThread(folder, people[0], tuple(people), tuple(entries))


def _import(
    store: Store, place: Path, order: Sequence[int], downloads: Sequence[Sequence[ArchiveThread]]
) -> None:
    for number in order:
        root = write_folder(archive_files(downloads[number]), place / str(number))
        store.import_archives([root], me=[ME])
    assert store.check_store() == {}


def _senders(store: Store, folder: str) -> list[object]:
    """Who said each line of a chat: a name, or nobody's."""
    query = (
        "select m.body || ' ' || case when p.is_anonymous then '-' else p.display_name end"
        " from messages m join participants p on p.participant_id = m.participant_id"
        f" where m.thread_id in (select thread_id from thread_keys where key_value = '{folder}')"
        " order by m.sent_at_ms"
    )
    return column(store, query)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_accounts_of_a_group_that_are_deleted_one_after_the_other_keep_what_each_said(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    people = (ANN, BOB, "Cy Marr", ME)
    downloads = []
    for gone, count in (((), 8), ((ANN,), 12), ((ANN, BOB), 16)):
        names = [NOBODY if one in gone else one for one in people]
        downloads.append([_thread(GROUP, names, _said(count, *names))])
    _import(store, tmp_path, order, downloads)
    found = _senders(store, GROUP)
    expected = [f"line {place} {people[place % 4]}" for place in range(12)]
    expected += ["line 12 -", "line 13 -", "line 14 Cy Marr", f"line 15 {ME}"]
    if order == (2, 1, 0):  # the one that shows who said it comes after the one that does not
        expected[8] = "line 8 -"
    assert found == expected


@pytest.mark.parametrize("order", BOTH)
def test_of_two_people_of_one_name_in_a_group_one_may_have_another_name_later(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    before, after = (ANN, ANN, ME), (ANN, "Ann Marr", ME)
    downloads = [[_thread(GROUP, before, _said(9, *before))], [_thread(GROUP, after, _said(12, *after))]]
    _import(store, tmp_path, order, downloads)
    assert _senders(store, GROUP) == [f"line {place} {after[place % 3]}" for place in range(12)]


@pytest.mark.parametrize("order", BOTH)
@pytest.mark.parametrize("is_new", [False, True])
def test_who_has_the_former_name_of_somebody_else_keeps_it(
    is_new: bool, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    liked = ({**_said(1, ME)[0], "reactions": [{"reaction": "❤", "actor": "Ann Marr"}]},)
    was_liked = ({**liked[0], "reactions": [{"reaction": "❤", "actor": ANN}]},)
    old = [_thread(CHAT, (ANN, ME), (*was_liked, *_said(6, ANN, ME, first=1)))]
    if not is_new:
        old.append(_thread(OTHER, (ANN, ME), _said(5, ANN, ME)))
    new = [
        _thread(CHAT, ("Ann Marr", ME), (*liked, *_said(8, "Ann Marr", ME, first=1))),
        _thread(OTHER, (ANN, ME), _said(7, ANN, ME)),
    ]
    _import(store, tmp_path, order, [old, new])
    assert _senders(store, CHAT)[1:] == [f"line {n} {('Ann Marr', ME)[n % 2]}" for n in range(1, 8)]
    assert _senders(store, OTHER) == [f"line {n} {(ANN, ME)[n % 2]}" for n in range(7)]
    actor = "select display_name from reactions join participants using (participant_id)"
    assert column(store, actor) == ["Ann Marr"]
    assert column(store, "select count(*) from thread_participants") == [4]


@pytest.mark.parametrize("order", BOTH)
@pytest.mark.parametrize("name", ["Ann Marr", NOBODY])
@pytest.mark.parametrize("has_written", [False, True])
def test_in_a_chat_of_two_the_other_is_the_other_whatever_the_name(
    has_written: bool, name: str, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    first, second = ((ANN, ME), (name, ME)) if has_written else ((ME,), (ME,))
    downloads = [
        [_thread(CHAT, (ANN, ME), _said(4, *first))],
        [_thread(CHAT, (name, ME), _said(9, *second, first=5))],  # shares nothing with the first
    ]
    _import(store, tmp_path, order, downloads)
    called = ANN if name == NOBODY else name
    others = "select display_name from participants where not is_self"
    assert column(store, others) == [called]
    assert column(store, "select kind from threads") == ["direct"]
    if has_written:
        assert set(_senders(store, CHAT)) == {
            f"line {n} {(called, ME)[n % 2]}" for n in (*range(4), *range(5, 9))
        }


def test_a_deleted_account_that_is_listed_without_a_name_is_one_person(store: Store, tmp_path: Path) -> None:
    _import(store, tmp_path, [0], [[_thread(CHAT, ("", ME), _said(4, NOBODY, ME))]])
    assert column(store, "select kind from threads") == ["direct"]
    assert column(store, "select count(*) from participants where is_anonymous") == [1]


@pytest.mark.parametrize("order", BOTH)
def test_two_words_alike_at_one_time_in_parts_that_cut_it_are_two(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    before, bob, ann = entry(ME, START_MS - 9, "?"), entry(BOB, START_MS, "ok"), entry(ANN, START_MS, "ok")
    thread = _thread(GROUP, (ANN, BOB, ME), (before, bob, ann, entry(ME, START_MS + 9, "!")))
    folder = f"your_facebook_activity/messages/inbox/{GROUP}"
    files = archive_files([replace(thread, part_count=2, is_cut_inside=True)])
    assert all(files[f"{folder}/message_{number}.json"].count(b'"ok"') == 1 for number in (1, 2))
    for number in order:
        name = f"{folder}/message_{number + 1}.json"
        store.import_archives([write_folder({name: files[name]}, tmp_path / str(number))], me=[ME])
    senders = "select display_name from messages join participants using (participant_id) where body = 'ok'"
    assert sorted(map(str, column(store, senders))) == [ANN, BOB]


@pytest.mark.parametrize("order", BOTH)
@pytest.mark.parametrize("is_call", [False, True])
@pytest.mark.parametrize("are_both_in_each", [False, True])
def test_what_is_sent_to_two_friends_at_once_makes_nobody_of_them_the_other(
    are_both_in_each: bool, is_call: bool, order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    more = {"call_duration": 3} if is_call else {"photos": [{"uri": "messages/inbox/x/photos/1.jpg"}]}
    sent = tuple(entry(ME, START_MS + 1000 * place, **more) for place in range(4))
    downloads = [
        (("A1", "abc-ef_hi"), (ANN, BOB) if are_both_in_each else (ANN,)),
        (("A3", "610000000000000"), (ANN, BOB) if are_both_in_each else (BOB,)),
    ]
    for number in order:
        (layout, key), friends = downloads[number]
        threads = [
            _thread(f"{name.split()[0]}_{key}{ord(name[0]) % 10}", (name, ME), sent) for name in friends
        ]
        store.import_archives([write_folder(archive_files(threads, layout), tmp_path / str(number))], me=[ME])
    query = "select title || ' ' || kind from threads order by 1"
    assert column(store, query) == [f"{ANN} direct", f"{BOB} direct"]
    assert column(store, "select count(*) from messages group by thread_id") == [4, 4]
    names = "select display_name from participants where not is_self order by 1"
    assert column(store, names) == [ANN, BOB]


@pytest.mark.parametrize("order", BOTH)
def test_two_who_were_left_in_a_group_one_after_the_other_are_two(
    order: Sequence[int], store: Store, tmp_path: Path
) -> None:
    downloads = [
        [ArchiveThread(GROUP, "Trip", (ANN, ME), _said(4, ANN, ME))],
        [ArchiveThread(GROUP, "Trip", (BOB, ME), _said(9, BOB, ME, first=5))],
    ]
    _import(store, tmp_path, order, downloads)
    names = "select display_name from participants where not is_self order by 1"
    assert column(store, names) == [ANN, BOB]
