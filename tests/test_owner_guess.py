"""Whose archives these are, where no profile says it: what the chats themselves tell."""

import json
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    ArchiveThread,
    Files,
    archive_files,
    entry,
    escape_like_facebook,
    instagram_profile_files,
    profile_files,
    write_folder,
)
from snapshots import column

from rolecall.api import Store

THIRD = "Wido Kestrelaar"
SELF = "select display_name from participants where is_self"


def encrypted(number: int, name: str, *people: str) -> Files:
    """The file of an encrypted chat in which everybody speaks once."""
    said = [
        {"senderName": person, "timestamp": START_MS + index, "text": f"{number} {person}", "type": "text"}
        for index, person in enumerate(people)
    ]
    chat = {"participants": people, "threadName": f"{name}_{number}", "messages": said}
    return {f"{name}_{number}.json": json.dumps(chat, ensure_ascii=False).encode()}


def classic(number: int, title: str, *people: str) -> Files:
    """A chat in which everybody speaks once."""
    said = tuple(entry(person, START_MS + index, f"{number} {person}") for index, person in enumerate(people))
    return archive_files([ArchiveThread(f"chat_610000000000000{number}", title, people, said)])


GUESSED = {
    "listed first": encrypted(1, "Boat", OWNER, FRIEND) | encrypted(2, "Trio", OWNER, FRIEND, THIRD),
    "the other one than the title": classic(1, FRIEND, FRIEND, OWNER)
    | classic(2, "Trio", FRIEND, THIRD, OWNER),
    "the other one than an encrypted chat's title": encrypted(1, FRIEND, FRIEND, OWNER)
    | encrypted(2, "Trio", THIRD, FRIEND, OWNER),
    "in every chat": classic(1, "Boat", FRIEND, OWNER) | classic(2, "Lake", THIRD, OWNER),
}
UNKNOWN = {
    "one chat": classic(1, FRIEND, FRIEND, OWNER),
    "one encrypted chat": encrypted(1, FRIEND, OWNER, FRIEND),
    "no title": classic(1, "Boat", FRIEND, OWNER) | classic(2, "Trio", FRIEND, THIRD, OWNER),
    "two listed first": encrypted(1, "Boat", OWNER, FRIEND) | encrypted(2, "Trio", FRIEND, OWNER, THIRD),
}


@pytest.mark.parametrize("name", GUESSED)
def test_chats_tell_the_owner_and_the_import_says_that_it_is_a_guess(
    name: str, store: Store, tmp_path: Path
) -> None:
    archive = write_folder(GUESSED[name], tmp_path)
    for _ in range(2):  # the second time no file is read
        summary = store.import_archives([archive])
        assert summary.owner_name == OWNER
        assert column(store, SELF) == [OWNER]
        assert any("a guess" in note for note in summary.notes)
    assert column(store, "select self_evidence from owners") == ["guessed"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_where_chats_do_not_tell_the_user_is_asked(name: str, store: Store, tmp_path: Path) -> None:
    summary = store.import_archives([write_folder(UNKNOWN[name], tmp_path)])
    assert summary.owner_name is None
    assert column(store, SELF) == []
    assert any("rolecall people me NAME" in note for note in summary.notes)


def test_a_guess_gives_way_to_chats_that_deny_it(store: Store, tmp_path: Path) -> None:
    store.import_archives([write_folder(GUESSED["listed first"], tmp_path / "a")])
    assert column(store, SELF) == [OWNER]
    store.import_archives([write_folder(encrypted(3, "Lake", FRIEND, THIRD), tmp_path / "b")])
    assert column(store, SELF) == [FRIEND]


@pytest.mark.parametrize("labels", [("Pangalan", "Username"), ("Name", "Benutzername"), ("Jméno", "Jiné")])
def test_labels_of_the_profile_may_be_in_another_language_all_or_some(
    labels: tuple[str, str], store: Store, tmp_path: Path
) -> None:
    names = dict(zip(("Email", *labels), ("i@x.example", "Ilka", "ilka_v"), strict=True))
    profile = instagram_profile_files(names, "personal_information/personal_information")
    files = profile | classic(1, FRIEND, FRIEND, "Ilka")
    assert store.import_archives([write_folder(files, tmp_path)]).owner_name == "Ilka"


def test_two_accounts_of_the_owner_in_one_command_are_told_whatever_comes_after(
    store: Store, tmp_path: Path
) -> None:
    facebook = classic(1, FRIEND, FRIEND, OWNER) | profile_files(OWNER)
    said = (entry(FRIEND, START_MS, "hi"), entry("zorana ✨", START_MS + 1, "hello"))
    chat = archive_files([ArchiveThread("friend_6100000000000009", FRIEND, (FRIEND, "zorana ✨"), said)])
    profile = instagram_profile_files({"Name": escape_like_facebook("zorana ✨")}, "personal_information")
    instagram = profile | {
        path.replace("facebook_activity", "instagram_activity"): data for path, data in chat.items()
    }
    inputs = [
        write_folder(files, tmp_path / str(number))
        for number, files in enumerate((facebook, instagram, encrypted(3, FRIEND, OWNER, FRIEND)))
    ]
    notes = store.import_archives(inputs).notes
    assert [note for note in notes if "two accounts of yours: rolecall people merge" in note]
    assert len(notes) == 1
