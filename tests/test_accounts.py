"""Several accounts of one person, and people of one name, merged and split by hand."""

from pathlib import Path

import pytest
from archive_builder import ArchiveThread, archive_files, entry, write_folder
from servers import NewStore
from snapshots import column, snapshot

from rolecall.api import Store
from rolecall.errors import UsageError

ME = "Ilka Vrbenská"
START_MS = 1_700_000_000_000


def _archive(folder: Path, *people: str, since: int = 0) -> Path:
    threads = [
        ArchiveThread(
            f"chat{number}_610000000000000{number}",
            name,
            (name, ME),
            tuple(
                entry((name, ME)[index % 2], START_MS + index * 1000 + number, f"{number} {index}")
                for index in range(4 + since)
            ),
        )
        for number, name in enumerate(people)
    ]
    return write_folder(archive_files(threads), folder)


def _names(store: Store) -> list[object]:
    return column(store, "select display_name from participants order by 1")


def test_merged_accounts_are_one_person_also_in_later_imports(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "dalia.o")], me=[ME])
    store.merge_people("Dalia Ostrowe", ["dalia.o"])
    assert _names(store) == ["Dalia Ostrowe", ME]
    store.import_archives([_archive(tmp_path / "two", "Dalia Ostrowe", "dalia.o", since=2)], me=[ME])
    assert len(column(store, "select participant_id from participants")) == 2
    assert column(store, "select count(*) from messages group by participant_id order by 1") == [6, 6]
    assert store.check_store() == {}


def test_a_merge_is_taken_back_exactly(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "dalia.o")], me=[ME])
    before = snapshot(store)
    store.merge_people("Dalia Ostrowe", ["dalia.o"])
    assert snapshot(store) != before
    store.split_person("Dalia Ostrowe")
    assert snapshot(store) == before


def test_a_merged_person_keeps_the_name_of_the_account_kept(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "dalia.o")], me=[ME])
    store.merge_people("Dalia Ostrowe", ["dalia.o"])
    store.import_archives([_archive(tmp_path / "two", "Dalia Ostrowe", "dalia.o", since=2)], me=[ME])
    assert _names(store) == ["Dalia Ostrowe", ME]


def test_what_an_account_wrote_after_its_merge_is_its_own_after_the_split(
    new_store: NewStore, tmp_path: Path
) -> None:
    store = new_store()
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "dalia.o")], me=[ME])
    store.merge_people("Dalia Ostrowe", ["dalia.o"])
    later = _archive(tmp_path / "two", "Dalia Ostrowe", "dalia.o", since=2)
    store.import_archives([later], me=[ME])
    store.split_person("Dalia Ostrowe")
    never_merged = new_store()
    never_merged.import_archives([later], me=[ME])
    assert snapshot(store) == snapshot(never_merged)
    assert store.import_archives([later], me=[ME], is_again=True).added_count == 0
    assert snapshot(store) == snapshot(never_merged)


def test_a_merged_account_goes_on_as_the_persona(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "dalia.o")], me=[ME])
    store.add_persona("dalia", ["dalia.o"])
    store.merge_people("Dalia Ostrowe", ["dalia.o"])
    assert column(
        store, "select p.display_name from persona_participants join participants p using (participant_id)"
    ) == ["Dalia Ostrowe"]


def test_namesakes_are_two_people_from_then_on(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Jon Emberley", "Jon Emberley")], me=[ME])
    thread = store.threads()[0].thread_id
    first, _ = store.split_person("Jon Emberley", [thread])
    with pytest.raises(UsageError, match="not in that chat"):
        store.split_person(first.participant_id, [thread])
    store.import_archives([_archive(tmp_path / "two", "Jon Emberley", "Jon Emberley", since=2)], me=[ME])
    assert _names(store) == [ME, "Jon Emberley", "Jon Emberley"]
    counts = column(
        store,
        "select count(*) from messages join participants using (participant_id)"
        " where display_name = 'Jon Emberley' group by participant_id",
    )
    assert counts == [3, 3]
    assert store.check_store() == {}


def test_a_name_given_by_hand_stays(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe")], me=[ME])
    store.rename_person("Dalia Ostrowe", "Dalia")
    store.import_archives([_archive(tmp_path / "two", "Dalia Ostrowe", since=2)], me=[ME])
    assert _names(store) == ["Dalia", ME]


def test_what_cannot_be_merged_or_split_is_said(store: Store, tmp_path: Path) -> None:
    store.import_archives([_archive(tmp_path / "one", "Dalia Ostrowe", "Jon Emberley")], me=[ME])
    store.import_archives([_archive(tmp_path / "two", "Someone Else")], owner="donor", me=[ME])
    with pytest.raises(UsageError, match="already"):
        store.merge_people("Dalia Ostrowe", ["Dalia Ostrowe"])
    with pytest.raises(UsageError, match="two owners"):
        store.merge_people("Dalia Ostrowe", ["Someone Else"])
    with pytest.raises(UsageError, match="nothing was merged"):
        store.split_person("Dalia Ostrowe")
    other = next(thread.thread_id for thread in store.threads() if thread.title == "Jon Emberley")
    with pytest.raises(UsageError, match="not in that chat"):
        store.split_person("Dalia Ostrowe", [other])
