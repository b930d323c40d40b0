"""Texts that recur with other names in them: a user says whether Messenger wrote them."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from archive_builder import START_MS, ArchiveThread, archive_files, dialogue, entry, write_folder
from command_line import Keyboard
from servers import NewStore, url_of
from snapshots import column

import rolecall
from rolecall.api import Store
from rolecall.errors import NotFound, UsageError

OWNER = "Tessaly"
FRIENDS = ("Brindle", "Corvanna", "Dwyfor", "Elowyn")
TEMPLATE = "{sender} jakoi tarinan"
SHARED = "select body from messages where kind = 'system' order by sent_at_ms"


def archive(folder: Path, *, friends: tuple[str, ...] = FRIENDS, day: int = 0) -> Path:
    """Chats in which each friend shared a story, in a language without a list, and people talk."""
    threads = []
    for number, friend in enumerate(friends):
        at_ms = START_MS + day * 86_400_000 + number * 60_000
        entries = (
            entry(friend, at_ms, f"{friend} jakoi tarinan"),
            entry(friend, at_ms + 1000, f"hello {OWNER}"),
            entry(OWNER, at_ms + 2000, f"you are {friend}, no?"),
            entry(OWNER, at_ms + 3000, f"{friend} jakoi tarinan, really"),
            entry(friend, at_ms + 4000, "ok"),
        )
        folder_name = f"{friend.lower()}_61000000000000{number}1"
        threads.append(ArchiveThread(folder_name, friend, (friend, OWNER), entries))
    return write_folder(archive_files(threads), folder)


@pytest.fixture
def told(store: Store, tmp_path: Path) -> Store:
    store.import_archives([archive(tmp_path / "first")], me=[OWNER])
    return store


def test_what_many_chats_have_from_several_people_is_listed_and_nothing_is_believed(told: Store) -> None:
    found = {row.template: row for row in told.sentences()}
    assert {TEMPLATE, "hello {name}"} <= set(found)
    row = found[TEMPLATE]
    assert (row.verdict, row.message_count, row.thread_count, row.sender_count) == (None, 4, 4, 4)
    # The owner alone says it; and "ok" has no name in it.
    assert "you are {name}, no?" not in found
    assert "ok" not in found
    assert column(told, SHARED) == []


def test_accepting_changes_stored_messages_and_those_of_later_imports_and_undo_restores(
    told: Store, tmp_path: Path
) -> None:
    shown = told.sentence_messages(TEMPLATE)
    assert [(message.sender, message.body) for message in shown] == [
        (friend, f"{friend} jakoi tarinan") for friend in FRIENDS
    ]
    assert told.accept_sentence(TEMPLATE) == 4
    assert column(told, SHARED) == [f"{friend} jakoi tarinan" for friend in FRIENDS]
    told.import_archives([archive(tmp_path / "later", friends=(*FRIENDS, "Fenwick"), day=1)], me=[OWNER])
    assert len(column(told, SHARED)) == 9
    # Read again, they stay what was said of them.
    told.import_archives([archive(tmp_path / "again")], me=[OWNER], is_again=True)
    assert len(column(told, SHARED)) == 9
    (row,) = [row for row in told.sentences() if row.verdict]
    assert (row.template, row.verdict, row.message_count) == (TEMPLATE, "accepted", 9)
    assert told.undo_sentence(TEMPLATE) == 9
    assert column(told, SHARED) == []
    assert [row.verdict for row in told.sentences() if row.verdict] == []


def test_undo_leaves_what_a_list_knows(store: Store, tmp_path: Path) -> None:
    threads = [
        ArchiveThread(
            f"{friend.lower()}_61000000000000{number}1", friend, (friend, OWNER),
            (entry(friend, START_MS + number, f"{friend} left the group."),),
        )
        for number, friend in enumerate(FRIENDS)
    ]  # fmt: skip
    store.import_archives([write_folder(archive_files(threads), tmp_path / "a")], me=[OWNER])
    with store.database.transaction() as connection:  # as a release without the list would have it
        connection.exec_driver_sql("update messages set kind = 'text'")
    assert store.accept_sentence("{sender} left the group.") == 4
    assert store.undo_sentence("{sender} left the group.") == 0
    assert len(column(store, SHARED)) == 4


def test_refusing_asks_no_more(told: Store) -> None:
    assert told.refuse_sentence("hello {name}") == 4
    (row,) = [row for row in told.sentences() if row.template == "hello {name}"]
    assert row.verdict == "refused"
    assert column(told, SHARED) == []
    assert told.undo_sentence("hello {name}") == 0
    assert {row.verdict for row in told.sentences()} == {None}


def test_templates_never_cross_owners(told: Store, tmp_path: Path) -> None:
    told.import_archives([archive(tmp_path / "theirs")], me=[OWNER], owner="them")
    with pytest.raises(UsageError, match="--owner LABEL; there are: me, them"):
        told.accept_sentence(TEMPLATE)
    assert told.accept_sentence(TEMPLATE, owner="them") == 4
    owners = "select distinct label from messages join threads using (thread_id) join owners using (owner_id)"
    assert column(told, f"{owners} where messages.kind = 'system'") == ["them"]


def test_what_no_text_has_is_named_with_what_is_near(told: Store) -> None:
    with pytest.raises(NotFound, match="no text has the template") as failure:
        told.accept_sentence("{sender} jakoi tarinat")
    assert TEMPLATE in failure.value.candidates
    with pytest.raises(NotFound, match="nothing was decided"):
        told.undo_sentence(TEMPLATE)


def test_a_copy_of_the_store_carries_verdicts(told: Store, new_store: NewStore) -> None:
    told.accept_sentence(TEMPLATE)
    copied = new_store()
    told.copy(url_of(copied.database))
    assert column(copied, "select template || ': ' || verdict from sentence_templates") == [
        f"{TEMPLATE}: accepted"
    ]


@pytest.mark.python_only
def test_a_lake_carries_verdicts(duckdb_store: Store, tmp_path: Path) -> None:
    duckdb_store.import_archives([archive(tmp_path / "first")], me=[OWNER])
    duckdb_store.accept_sentence(TEMPLATE)
    duckdb_store.build_lake(tmp_path / "lake")
    (file,) = (tmp_path / "lake").rglob("sentence_templates.parquet")
    assert pq.read_table(file)["template"].to_pylist() == [TEMPLATE]


@pytest.mark.python_only
def test_the_command_shows_every_message_before_it_changes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "store.duckdb")
    keyboard, store = Keyboard(tmp_path, path, monkeypatch), rolecall.open(path)
    store.import_archives([archive(tmp_path / "first")], me=[OWNER])
    assert any(line.startswith(TEMPLATE) for line in keyboard.type("sentences").lines)
    refused = keyboard.type("sentences", "accept", TEMPLATE)
    assert refused.code == 1
    assert "Brindle:" in refused.lines
    assert any(line.endswith("Brindle: Brindle jakoi tarinan") for line in refused.lines)
    assert "repeat with --yes" in refused.notes
    assert column(store, SHARED) == []
    done = keyboard.type("sentences", "accept", TEMPLATE, "--yes")
    assert done.lines == ["4 messages are Messenger's from now on"]
    assert "sentences undo '{sender} jakoi tarinan'" in done.notes
    rows = json.loads(keyboard.type("sentences", "list", "--json").out)
    assert [row["verdict"] for row in rows if row["template"] == TEMPLATE] == ["accepted"]
    assert keyboard.type("sentences", "undo", TEMPLATE).lines == ["4 messages are people's words again"]


def test_dialogues_alone_have_no_templates(store: Store, tmp_path: Path) -> None:
    threads = [dialogue(f"x{number}_610000000000000{number}", 5) for number in range(4)]
    store.import_archives([write_folder(archive_files(threads), tmp_path / "a")])
    assert store.sentences() == []
