"""Looking at a dataset: in words, in numbers, and at its examples."""

import json
import shlex
from pathlib import Path

import pytest
from command_line import Keyboard
from sample import INES, MIRA, add_thread
from servers import url_of

from rolecall.api import Store
from rolecall.datasets.commands import create_dataset
from rolecall.datasets.describing import duration, in_words
from rolecall.datasets.options import Recipe
from rolecall.datasets.personas import add_persona
from rolecall.datasets.recipes import make_recipe
from rolecall.errors import NotFound, UsageError


@pytest.fixture
def boats(sample_store: Store) -> Store:
    """The sample store with the persona `ines` and the dataset `boats`, never exported."""
    add_persona(sample_store.database, "ines", ["Ines Quill"])
    create_dataset(sample_store.database, "boats", persona="ines", max_turns=2)
    return sample_store


def described(**options: object) -> str:
    return " ".join(in_words(make_recipe(options), "ines", ["Ines Quill"]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "The assistant speaks as ines ('Ines Quill')."),
        ({}, "It learns from chats of two and groups."),
        ({"has_group": False}, "It learns from chats of two."),
        ({"has_direct": False}, "It learns from groups."),
        ({"since_ms": 1_614_556_800_000}, "since 2021-03-01."),
        ({"until_ms": 1_617_235_200_001}, "before 2021-04-01 00:00 UTC."),
        ({}, "A pause of more than 6 hours begins a new conversation."),
        ({"gap_minutes": 90}, "A pause of more than 90 minutes"),
        ({"joiner": "\n\n"}, "with a blank line between them"),
        ({"max_turns": 4, "max_tokens": 4096}, "at most 4,096 tokens and 4 turns"),
        ({}, "Where an example begins within a conversation and has room, the exchange before it stands in"),
        ({"context_exchanges": 2}, "up to 2 exchanges before it stand in front, to be read and not learned."),
        ({}, "In groups every message of others begins with the sender's name."),
        ({"has_placeholders": True}, "are shown as [photo]"),
        ({"min_assistant_chars": 3}, "Replies of fewer than 3 characters are read and not learned."),
        ({"min_words": 5, "skip_links": True}, "but links on one side; exchanges of fewer than 5 words."),
        ({"skip_duplicates": True}, "Left out are examples that say the same as an earlier one."),
        ({"system_prompt": "You are {persona}."}, "begins with the system message 'You are {persona}.'"),
        ({"validation_permille": 50, "seed": 3}, "50 of 1,000 conversations are kept for validation, drawn"),
        ({}, "Nothing is kept for validation."),
        ({"mode": "sliding"}, "Each example is a window of 8 turns"),
    ],
)  # fmt: skip
def test_every_option_is_said_in_words(options: dict[str, object], words: str) -> None:
    assert words in described(**options)


def test_what_does_not_hold_is_not_said() -> None:
    words = described(context_exchanges=0, has_group=False)
    assert all(silent not in words for silent in ("stands in front", "In groups", "[photo]", "Left out"))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (1440, "1 day"),
        (4320, "3 days"),
    ],
)
def test_durations_are_said_as_people_say_them(minutes: int, words: str) -> None:
    assert duration(minutes) == words


def test_an_overview_counts_what_an_export_would_write(boats: Store, tmp_path: Path) -> None:
    found = boats.overview_dataset("boats")
    summary = boats.export("boats", tmp_path / "boats.jsonl")
    totals = found.totals["train"]
    assert totals.example_count == summary.example_count == 5
    assert summary.token_count <= totals.token_count
    assert summary.trained_token_count <= totals.trained_token_count
    assert summary.longest_tokens <= totals.longest_tokens
    assert sum(totals.lengths.values()) == 5
    assert found.left_out == {"no_reply": 2, "thread_kind": 1}
    assert found.exports == []
    assert [row["export_id"] for row in boats.overview_dataset("boats").exports] == [1]


def test_an_overview_names_the_lists(boats: Store) -> None:
    boats.edit_dataset("boats", exclude_threads=["Rowing club"], exclude_people=["Mira Sand"])
    words = boats.overview_dataset("boats").words
    assert "Left out are the chats: 'Rowing club'." in words
    assert "Left out are all messages of: 'Mira Sand'." in words


def test_a_preview_shows_turns_weights_and_why_it_is_cut_there(boats: Store) -> None:
    shown = {(one.title, one.example_no): one for one in boats.preview_dataset("boats", size=10)}
    assert len(shown) == 5
    first, second, third = (shown["Bo Lund", number] for number in (1, 2, 3))
    assert [(turn.role, turn.content, turn.is_trained) for turn in first.turns] == [
        ("user", "is the boat dry?\nit rained all night", False),
        ("assistant", "dry as a biscuit", True),
    ]
    assert (first.begins, first.ends) == ("the chat begins", "2 turns are full")
    # Its context is read and not trained.
    assert [turn.is_trained for turn in second.turns] == [False, False, False, True]
    assert [turn.is_context for turn in second.turns] == [True, True, False, False]
    assert second.begins == "what was said before fills another example"
    assert second.ends == third.begins == "a pause of more than 6 hours"
    assert third.ends == "the chat ends"


def test_a_preview_says_what_is_left_out_beside_an_example(boats: Store) -> None:
    with boats.database.transaction() as connection:
        lines = [(INES, 1, "hello there"), (MIRA, 2, "hi"), (INES, 3, "hey"), (MIRA, 4, "bye")]
        add_thread(connection, 2001, "direct", "short", lines)
    shown = boats.preview_dataset("boats", thread="short")
    assert len(shown) == 1
    assert shown[0].begins == "an exchange is left out: nobody wrote before the persona began"
    assert shown[0].ends == "an exchange is left out: the persona did not answer"


def test_the_first_page_shows_different_chats_and_pages_do_not_repeat(boats: Store) -> None:
    pages = [boats.preview_dataset("boats", page=page, size=2) for page in (1, 2, 3)]
    assert {one.title for one in pages[0]} == {"Bo Lund", "Rowing club"}
    seen = [(one.thread_id, one.example_no) for page in pages for one in page]
    assert len(seen) == len(set(seen)) == 5
    assert pages[0] == boats.preview_dataset("boats", page=1, size=2)
    with pytest.raises(NotFound, match="no example on page 4"):
        boats.preview_dataset("boats", page=4, size=2)
    with pytest.raises(UsageError, match="from 1"):
        boats.preview_dataset("boats", page=0)


def test_a_window_says_where_it_begins(boats: Store) -> None:
    options = {"chunk_size": 2, "chunk_overlap": 1}
    create_dataset(boats.database, "windows", persona="ines", preset="langchain", **options)  # type: ignore[arg-type]
    shown = boats.preview_dataset("windows", thread="Rowing club", size=10)
    assert sorted(one.begins for one in shown)[0] == "turn 1 of the chat"
    assert {one.ends for one in shown} == {"2 turns are full"}


@pytest.fixture
def keyboard(boats: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """The command line about the store with the dataset `boats`."""
    return Keyboard(tmp_path, url_of(boats.database), monkeypatch)


def test_show_reads_as_sentences_and_numbers(keyboard: Keyboard) -> None:
    shown = keyboard.type("dataset", "show", "boats").out
    assert "The assistant speaks as ines ('Ines Quill').\n" in shown
    assert "train: 5 examples, at most" in shown
    assert "one epoch costs at most gpt-4.1 $" in shown
    assert "(prices of 2026-" in shown
    assert "the persona did not answer (no_reply)" in shown
    assert keyboard.type("dataset", "show", "boats").notes == "some of them: rolecall dataset preview boats\n"
    parsed = json.loads(keyboard.type("dataset", "show", "boats", "--json").out)
    assert parsed["totals"]["train"]["example_count"] == 5
    assert len(parsed["words"]) > 5


def test_preview_is_plain_lines_in_a_pipe_and_bubbles_on_a_terminal(keyboard: Keyboard) -> None:
    piped = keyboard.type("dataset", "preview", "boats", "--thread", "Bo Lund").out
    assert "  in front, to be read only:\n" in piped
    assert "  assistant, only read: dry as a biscuit\n  begins here: what was said before" in piped
    assert "    assistant, trained: since noon\n" in piped
    assert "begins here: a pause of more than 6 hours" in piped
    drawn = keyboard.type_on_terminal("dataset", "preview", "boats", "--thread", "Bo Lund").out
    assert "assistant, only read" in drawn
    assert "\N{BOX DRAWINGS LIGHT ARC DOWN AND RIGHT}" in drawn


def test_show_breaks_its_sentences_between_words_on_a_terminal(keyboard: Keyboard) -> None:
    shown = keyboard.type_on_terminal("dataset", "show", "boats").out.split("\n")
    start = next(number for number, line in enumerate(shown) if line.startswith("  A pause of"))
    assert shown[start + 1].startswith("    ")
    assert all(len(line) <= 120 for line in shown[: shown.index("")])
    assert "between them; what others wrote" in " ".join(line.strip() for line in shown)


def test_show_counts_no_messages_since_only_an_export_does(keyboard: Keyboard) -> None:
    totals = json.loads(keyboard.type("dataset", "show", "boats", "--json").out)["totals"]["train"]
    assert "message_count" not in totals
    assert 0 not in totals.values()


def test_a_preview_of_nothing_says_where_the_reasons_are(keyboard: Keyboard) -> None:
    keyboard.type("dataset", "create", "no thing", "--like", "boats", "--since", "2035-01-01")
    refused = keyboard.type("dataset", "preview", "no thing")
    assert (refused.code, refused.notes) == (
        1,
        "error: 'no thing' yields no example; what is left out, and why: rolecall dataset show 'no thing'\n",
    )
    silent = keyboard.type("dataset", "preview", "boats", "--thread", "Mira Sand").notes
    assert "'boats' yields no example of the chat 'Mira Sand'" in silent
    late = keyboard.type("dataset", "preview", "boats", "--page", "9").notes
    assert "'boats' has no example on page 9; begin with page 1" in late


def test_a_preview_names_the_next_page_where_there_may_be_one(keyboard: Keyboard) -> None:
    asked = ("dataset", "preview", "boats", "--thread", "Rowing club")
    assert keyboard.type(*asked, "--size", "99").notes == ""
    more = "more: rolecall dataset preview boats --thread 'Rowing club' --page 2\n"
    assert keyboard.type(*asked, "--size", "1").notes == more


def test_what_comes_next_is_said_about_the_store_that_was_named(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROLECALL_STORE")
    named = f"--store {shlex.quote(keyboard.store)}"
    hint = keyboard.type("--store", keyboard.store, "dataset", "show", "boats").notes
    assert hint == f"some of them: rolecall {named} dataset preview boats\n"
    made = keyboard.type("--store", keyboard.store, "dataset", "create", "my own", "--like", "boats").notes
    assert made == f"next: rolecall {named} dataset show 'my own'; rolecall {named} export 'my own'\n"


def test_an_option_is_changed_or_reset_and_not_both(keyboard: Keyboard) -> None:
    refused = keyboard.type("dataset", "edit", "boats", "--min-words", "2", "--reset", "min_words")
    assert (refused.code, refused.notes) == (1, "error: min_words is to be changed and reset; choose one\n")


def test_edit_makes_the_next_version_and_says_what_to_do(keyboard: Keyboard) -> None:
    made = keyboard.type("dataset", "edit", "boats", "--seed", "4", "--reset", "max_turns", "--json")
    parsed = json.loads(made.out)
    assert (parsed["version_no"], parsed["seed"], parsed["max_turns"]) == (2, 4, None)
    refused = keyboard.type("dataset", "edit", "boats")
    assert (refused.code, refused.notes) == (
        1,
        "error: nothing of 'boats' changes; name an option and its new value\n",
    )


def test_every_option_of_a_recipe_is_a_flag_of_create_and_edit(keyboard: Keyboard) -> None:
    for command in ("create", "edit"):
        listed = keyboard.type("dataset", command, "--help").out
        for name in Recipe.__slots__:
            flag = name.removesuffix("_ms").replace("_", "-")
            assert f"--{flag}" in listed, (command, name)
