"""Merges, imports and splits: in whatever order, a split leaves what there would be had nobody merged."""

from pathlib import Path

import pytest
from archive_builder import START_MS, ArchiveThread, archive_files, entry, profile_files, write_folder
from released_stores import revisions
from servers import NewStore
from snapshots import column, snapshot
from test_encrypted_chats import secure_entry, secure_file

from rolecall.api import Store

ME = "Ilka Vrbenská"
DALIA, OTHER, LATER, CY = "Dalia Ostrowe", "dalia.o", "dalia.ostrowe", "Cy Marrable"


def _chat(
    number: int, people: tuple[str, ...], count: int, reactors: tuple[str, ...] = (), section: str = "inbox"
) -> ArchiveThread:
    """A chat in which all people but the first of three write, and some react to its second message."""
    writers = people[-2:] if number == 3 else people
    reactions = {"reactions": [{"reaction": "❤", "actor": name} for name in reactors]} if reactors else {}
    entries = [
        entry(
            writers[place % len(writers)],
            START_MS + number * 10_000_000 + place * 60_000,
            f"{number} {place}",
            **(reactions if place == 1 else {}),
        )
        for place in range(count)
    ]
    return ArchiveThread(f"chat{number}_610000000000000{number}", people[0], people, tuple(entries), section)


def _download(folder: Path, count: int, other: str = OTHER) -> Path:
    """A download: chats of two, one in which the other account only listens, one in which both write."""
    chats = [
        _chat(1, (DALIA, ME), count),
        _chat(2, (other, ME), count, (other,)),
        _chat(3, (other, CY, ME), count, (other,)),
        _chat(4, (DALIA, other, ME), count, (DALIA, other, CY)),
    ]
    return write_folder({**archive_files(chats), **profile_files(ME)}, folder)


def _downloads(folder: Path) -> list[Path]:
    """Three downloads, each newer; in the last the other account has another name."""
    counts = ((6, OTHER), (9, OTHER), (12, LATER))
    return [_download(folder / f"{count}", count, other) for count, other in counts]


def _personas(store: Store) -> list[object]:
    query = (
        "select personas.name || ' ' || participants.display_name from persona_participants"
        " join personas using (persona_id) join participants using (participant_id) order by 1"
    )
    return column(store, query)


def _imported(store: Store, downloads: list[Path], merge_at: int, split_at: int, kept: str = DALIA) -> Store:
    """Import downloads, with a merge after so many of them, and a split after so many."""
    for number, download in enumerate(downloads, start=1):
        store.import_archives([download])
        if number == 1:
            store.add_persona("voice", [OTHER])
        if number == merge_at:
            store.merge_people(kept, [OTHER if number < 3 else LATER])
        if number == split_at:
            store.split_person(kept)
    return store


@pytest.mark.parametrize(
    ("merge_at", "split_at"), [(1, 1), (1, 2), (1, 3), (2, 3)], ids=lambda number: f"{number}"
)
def test_a_split_leaves_what_never_merging_leaves(
    merge_at: int, split_at: int, new_store: NewStore, tmp_path: Path
) -> None:
    downloads = _downloads(tmp_path)
    store = _imported(new_store(), downloads, merge_at, split_at)
    plain = _imported(new_store(), downloads, 0, 0)
    assert snapshot(store) == snapshot(plain)
    assert _personas(store) == _personas(plain) == [f"voice {LATER}"]
    assert store.check_store() == {}
    for table in ("participants", "messages", "names", "reactions", "threads", "personas", "datasets"):
        assert column(store, f"select count(*) from merged_{table}") == [0]


def test_a_merge_before_an_import_is_the_merge_after_it(new_store: NewStore, tmp_path: Path) -> None:
    downloads = _downloads(tmp_path)
    last = snapshot(_imported(new_store(), downloads, 3, 0))
    assert [person[1] for person in last.people] == [CY, DALIA, ME]
    for merge_at in (1, 2):
        store = _imported(new_store(), downloads, merge_at, 0)
        assert snapshot(store) == last
        assert store.check_store() == {}


def test_accounts_merged_one_into_another_come_apart_each_with_its_own(
    new_store: NewStore, tmp_path: Path
) -> None:
    downloads = _downloads(tmp_path)
    store = new_store()
    store.import_archives([downloads[0]])
    store.merge_people(DALIA, [OTHER])
    store.merge_people(CY, [DALIA])
    store.import_archives([downloads[2]])
    assert [person[1] for person in snapshot(store).people] == [CY, ME]
    assert len(store.split_person(CY)) == 3
    plain = new_store()
    for download in (downloads[0], downloads[2]):
        plain.import_archives([download])
    assert snapshot(store) == snapshot(plain)


def test_who_the_owner_is_comes_back_with_a_split(store: Store, tmp_path: Path) -> None:
    downloads = _downloads(tmp_path)
    store.import_archives([downloads[0]])
    before = snapshot(store)
    store.merge_people(CY, [ME])
    assert column(store, "select display_name from participants where is_self") == [CY]
    store.split_person(CY)
    assert snapshot(store) == before
    query = "select display_name from owners join participants on participant_id = self_participant_id"
    assert column(store, query) == [ME]
    store.merge_people(CY, [ME])
    assert store.import_archives([downloads[1]]).owner_name == CY
    store.split_person(CY)
    assert column(store, "select display_name from participants where is_self") == [ME]


def test_who_was_told_to_be_the_owner_after_a_merge_stays_it(store: Store, tmp_path: Path) -> None:
    store.import_archives([_downloads(tmp_path)[0]])
    store.merge_people(CY, [ME])
    store.set_me(CY)
    store.split_person(CY)
    assert column(store, "select display_name from participants where is_self") == [CY]


def test_a_dry_run_finds_merged_accounts_and_leaves_them(store: Store, tmp_path: Path) -> None:
    downloads = _downloads(tmp_path)
    store.import_archives([downloads[0]])
    store.merge_people(DALIA, [OTHER])
    before = snapshot(store)
    assert store.import_archives(downloads[1:], is_dry_run=True).added_count == 24
    assert snapshot(store) == before


def test_merges_that_an_earlier_release_made_are_undone(new_store: NewStore, tmp_path: Path) -> None:
    store, plain = new_store(), new_store()
    for count in (4, 8):
        chats = [_chat(number, (name, ME), count) for number, name in ((1, DALIA), (2, OTHER), (5, CY))]
        download = write_folder({**archive_files(chats), **profile_files(ME)}, tmp_path / str(count))
        store.import_archives([download])
        plain.import_archives([download])
        if count == 4:
            store.merge_people(DALIA, [OTHER])
            store.merge_people(CY, [DALIA])
    _make_released(store)
    store.split_person(CY)
    assert snapshot(store) == snapshot(plain)


def _make_released(store: Store) -> None:
    """Leave merges as release 0.1.0 did, one account in another in a third, with an import after them."""
    columns = "old_participant_id, participant_id, owner_id, display_name, is_self, is_anonymous"
    old = "select old_participant_id from merged_participants where display_name"
    before = revisions()[revisions().index("0005") - 1]
    with store.database.transaction() as connection:
        for statement in (
            "delete from merged_messages where exists (select 1 from messages"
            " where messages.thread_id = merged_messages.thread_id"
            " and messages.message_id = merged_messages.message_id and messages.first_import_id > 1)",
            "insert into merged_messages (old_participant_id, thread_id, message_id)"
            f" select ({old} = '{DALIA}'), thread_id, message_id from merged_messages"
            f" where old_participant_id = ({old} = '{OTHER}')",
            f"create table released as select {columns} from merged_participants",
            "drop table merged_participants",
            "alter table released rename to merged_participants",
            *(f"drop table merged_{table}" for table in ("reactions", "threads", "personas", "datasets")),
            "drop table sentence_templates",
            f"update alembic_version set version_num = '{before}'",
        ):
            connection.exec_driver_sql(statement)
    store.database.is_migrated = False


@pytest.mark.parametrize("section", ["e2ee_cutover", "inbox"])
def test_a_new_chat_is_with_the_namesake_who_was_known_first(
    section: str, store: Store, tmp_path: Path
) -> None:
    chats = [_chat(1, (DALIA, ME), 3, section="e2ee_cutover"), _chat(2, (DALIA, ME), 3)]
    store.import_archives([write_folder(archive_files(chats), tmp_path / "one")], me=[ME])
    first = column(store, f"select participant_id from participants where display_name = '{DALIA}'")
    store.split_person(DALIA, [_thread(store, section)])
    group = archive_files([_chat(5, (DALIA, CY, ME), 3)])
    store.import_archives([write_folder(group, tmp_path / "two")], me=[ME])
    assert _writers(store, "5 0") == first


@pytest.mark.parametrize("section", ["e2ee_cutover", "inbox"])
@pytest.mark.parametrize("is_split_first", [True, False])
@pytest.mark.parametrize("is_encrypted_first", [True, False])
def test_an_encrypted_chat_goes_on_also_where_namesakes_were_split(
    section: str, is_split_first: bool, is_encrypted_first: bool, store: Store, tmp_path: Path
) -> None:
    chats = [_chat(1, (DALIA, ME), 3, section="e2ee_cutover"), _chat(2, (DALIA, ME), 3)]
    later = [secure_entry((DALIA, ME)[n % 2], n, f"9 {n}", timestamp=START_MS + 10**9 + n) for n in range(3)]
    files = {f"messages/{DALIA}_1.json": secure_file(*later, people=(ME, DALIA), name=f"{DALIA}_1")}
    encrypted = write_folder(files, tmp_path / "encrypted")
    if is_encrypted_first:
        store.import_archives([write_folder(archive_files(chats[1:]), tmp_path / "inbox")], me=[ME])
        store.import_archives([encrypted], me=[ME])
        last = write_folder(archive_files(chats), tmp_path / "before")
    else:
        store.import_archives([write_folder(archive_files(chats), tmp_path / "before")], me=[ME])
        last = encrypted
    if is_split_first:
        store.split_person(DALIA, [_thread(store, section)])
    store.import_archives([last], me=[ME])
    if not is_split_first:
        store.split_person(DALIA, [_thread(store, section)])
    assert column(store, "select count(*) from threads") == [2]
    assert _writers(store, "1 0") == _writers(store, "9 0") != _writers(store, "2 0")
    assert column(store, "select distinct kind from threads") == ["direct"]
    assert store.check_store() == {}


def _thread(store: Store, section: str) -> str:
    query = f"select thread_id from threads where (coalesce(section, '') = 'inbox') = ('{section}' = 'inbox')"
    return str(column(store, query)[0])


def _writers(store: Store, body: str) -> list[object]:
    return column(store, f"select participant_id from messages where body = '{body}'")
