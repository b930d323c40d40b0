"""Lists of sentences that a user adds, and what is read again with them."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    archive_files,
    entry,
    one_chat,
    write_folder,
)
from snapshots import column

from rolecall.api import Store
from rolecall.errors import UsageError
from rolecall.sentences import (
    FOLDER_VARIABLE,
    is_deleted_account,
    is_system_sentence,
    known_sentences,
    system_indexes,
)

pytestmark = pytest.mark.python_only

SENDER = "Dorian Ø. Maplethwaite"
ONE_WORD = "Dorian"


@pytest.fixture
def own_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for lists of the user's own, read by the next question."""
    folder = tmp_path / "lists"
    folder.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr("rolecall.sentences.known_sentences", known_sentences.__wrapped__)
    return folder


def test_a_user_adds_a_language(own_lists: Path) -> None:
    text = 'deleted_accounts = ["Usuari de Facebook"]\nafter_sender = ["ha sortit del grup {any}."]\n'
    (own_lists / "ca.toml").write_text(text, encoding="utf-8")
    assert is_system_sentence(f"{SENDER} ha sortit del grup Barca.", SENDER)
    assert is_deleted_account("Usuari de Facebook")
    assert is_system_sentence("Liked a message", SENDER)


def test_a_user_adds_verbs_for_others_and_for_the_owner(own_lists: Path) -> None:
    verbs = 'verbs = [["ha sortit del grup.", "Has sortit del grup.", "Heu sortit del grup."]]'
    (own_lists / "ca.toml").write_text(verbs, encoding="utf-8")
    assert is_system_sentence(f"{SENDER} ha sortit del grup.", SENDER)
    for text in ("Has sortit del grup.", "Heu sortit del grup."):
        assert is_system_sentence(text, SENDER, others=["Wido Kestrelaar"])
        assert not is_system_sentence(text, SENDER, others=[SENDER])


def test_a_call_that_a_user_adds_may_stand_under_either_name(own_lists: Path) -> None:
    verbs = 'verbs = [["t\'ha trucat.", "Has trucat a {member}."]]'
    (own_lists / "ca.toml").write_text(verbs, encoding="utf-8")
    people = [SENDER, "Wido Kestrelaar"]
    assert is_system_sentence("Has trucat a Wido Kestrelaar.", SENDER, people, others=[SENDER])
    assert not is_system_sentence("Has trucat a casa.", SENDER, people, others=[SENDER])


def test_short_sentences_and_short_names_are_found_among_many(own_lists: Path) -> None:
    (own_lists / "ca.toml").write_text('whole = ["Ha anat."]', encoding="utf-8")
    texts = pa.array(
        ["Ha anat", "Ha anat a casa", "Bo left the group.", "Bona nit", "Bo sent an attachment."]
    )
    senders = pa.array(["Bo", "Bo", "Bo", "Bo", "X"]).dictionary_encode()
    assert system_indexes(texts, senders, ["Bo", "X"]) == [0, 2]


def _sentences_chat(language: str, folder: Path, friend: str = FRIEND) -> Path:
    """A download with what Messenger wrote in that language, and words typed beside a photo."""
    full_stop = "" if friend == ONE_WORD else "."  # whole, it is told without a list
    photo = [{"uri": "messages/x/1.jpg", "creation_timestamp": 1}]
    sent, left = {
        "fi": ("lähetti liitteen", "poistui ryhmästä"),
        "en": ("sent an attachment", "left the group"),
    }[language]
    entries = (
        entry(friend, START_MS, f"{friend} {sent}{full_stop}", photos=photo),
        entry(friend, START_MS + 1000, f"{friend} {sent}{full_stop}", share={"link": "https://example.org"}),
        entry(friend, START_MS + 2000, f"{friend} {left}{full_stop}"),
        entry(friend, START_MS + 3000, "the lake", photos=photo),
    )
    return write_folder(archive_files(one_chat(*entries, people=(friend, OWNER))), folder / language)


def test_a_list_that_a_user_adds_is_used_on_what_was_read_before(
    own_lists: Path, store: Store, tmp_path: Path
) -> None:
    archive = _sentences_chat("fi", tmp_path, ONE_WORD)
    store.import_archives([archive], me=[OWNER])
    assert column(store, "select kind from messages order by sent_at_ms") == ["text"] * 4
    lists = 'after_sender = ["lähetti liitteen.", "poistui ryhmästä."]\n'
    (own_lists / "fi.toml").write_text(lists, encoding="utf-8")
    store.import_archives([archive], me=[OWNER], is_again=True)
    assert column(store, "select kind from messages order by sent_at_ms") == [
        "media",
        "share",
        "system",
        "text",
    ]
    assert column(store, "select body from text_messages") == ["the lake"]
    assert column(store, "select count(*) from message_edits") == [0]


def test_a_name_that_proves_to_be_deleted_accounts_is_one_person_in_each_chat(
    own_lists: Path, store: Store, tmp_path: Path
) -> None:
    name = "Facebookin käyttäjä"
    threads = [
        ArchiveThread(
            f"x_610000000000000{number}",
            name,
            (name, OWNER),
            (entry(name, START_MS + number, "moi"), entry(OWNER, START_MS + 5, f"hei {number}")),
        )
        for number in range(2)
    ]
    archive = write_folder(archive_files(threads), tmp_path / "a")
    store.import_archives([archive], me=[OWNER])
    assert column(store, "select count(distinct participant_id) from messages") == [2]
    (own_lists / "fi.toml").write_text(f'deleted_accounts = ["{name}"]', encoding="utf-8")
    store.import_archives([archive], me=[OWNER], is_again=True)
    assert column(store, "select count(distinct participant_id) from messages") == [3]
    assert column(store, "select count(*) from messages") == [4]
    assert column(store, f"select distinct is_anonymous from participants where display_name = '{name}'") == [
        True
    ]
    assert store.check_store() == {}


@pytest.mark.parametrize(
    ("friend", "order"),
    [
        (FRIEND, ("fi",)),
        (FRIEND, ("fi", "en")),
        (FRIEND, ("en", "fi")),
        (ONE_WORD, ("fi", "en")),
        (ONE_WORD, ("en", "fi")),
    ],
)
def test_a_language_without_a_list_is_understood_by_its_names_or_by_a_download_in_another(
    friend: str, order: tuple[str, ...], store: Store, tmp_path: Path
) -> None:
    for language in order:
        store.import_archives([_sentences_chat(language, tmp_path, friend)], me=[OWNER])
    assert column(store, "select kind from messages order by sent_at_ms") == [
        "media",
        "share",
        "system",
        "text",
    ]
    assert column(store, "select body from text_messages") == ["the lake"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('whole = [\n  "a",\n  "b"\nafter', 4, "list|array"),
        ('\nwhole = ["a"]\nhole = ["b"]\n', 3, "no list is named 'hole'"),
        ('whole = "a"\n', 1, "no list of texts"),
        ('whole = [\n  "a",\n  7,\n]', 3, "7 is no text"),
        ('whole = [\n  "a",\n  "{name} left",\n]', 3, "first word"),
        ('whole = ["a {thing}"]', 1, "no placeholder"),
        ('whole = ["  "]', 1, "empty"),
        ('verbs = "left."', 1, "no list of lists"),
        ('whole = ["left."]\nverbs = [\n  ["left.", "You left."],\n  "went.",\n]', 4, "no list of two texts"),
        ('whole = ["left."]\nverbs = [\n  ["left."],\n]', 3, "the same told of the owner"),
        ('verbs = [\n  ["left.", "You left."],\n  [],\n]', 1, "no list of two texts"),
        ('verbs = [\n  ["left.", 7],\n]', 2, "7 is no text"),
        ('verbs = [\n  ["left.", ""],\n]', 1, "empty"),
        ('verbs = [\n  ["left.", "You left {where}."],\n]', 2, "no placeholder"),
        ('verbs = [\n  ["left.", "{name} left you."],\n]', 2, "first word"),
        ('after_sender = [\n  ["left.", "You left."],\n]', 2, "is no text"),
    ],
)
def test_a_broken_list_is_one_clear_error(text: str, line: int, reason: str, own_lists: Path) -> None:
    (own_lists / "broken.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=reason) as caught:
        is_system_sentence("anything", SENDER)
    assert "broken.toml" in str(caught.value)
    assert f"line {line}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_that_is_no_text_is_named(own_lists: Path) -> None:
    (own_lists / "broken.toml").write_bytes(b'whole = [\n"\xff"]')
    with pytest.raises(UsageError, match=r"broken\.toml, line 2: not UTF-8"):
        is_deleted_account("x")


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, own_lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="nowhere is no folder"):
        is_deleted_account("x")


def test_lists_in_the_folder_of_settings_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "rolecall" / "languages"
    folder.mkdir(parents=True)
    (folder / "ca.toml").write_text('whole = ["Ha agradat un missatge"]', encoding="utf-8")
    code = (
        "from rolecall.sentences import is_system_sentence as ask; print(ask('Ha agradat un missatge', 'x'))"
    )
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
