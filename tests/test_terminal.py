"""What a stranger wrote reaches a terminal as text: it turns no line round, and begins no line of its own."""

import csv
import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from command_line import Keyboard
from sample import BO
from servers import url_of

from rolecall.api import Store
from rolecall.cli.printing import escaped, printable

# Each turns the direction of what follows, or of the whole line.
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# These join: a family of emoji, a Persian word.
JOINED = "\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FORGED = f"Bo{TURNING}\nerror: all chats are gone\u2028Lund {JOINED}"


@pytest.fixture
def keyboard(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """A store in which a person and a chat are called so that they could forge lines."""
    with sample_store.database.transaction() as connection:
        for statement in (
            "update participants set display_name = :name where participant_id = :id",
            "update messages set body = :name where participant_id = :id",
            "update threads set title = :name where title = 'Bo Lund'",
        ):
            connection.execute(sa.text(statement), {"name": FORGED, "id": BO})
    return Keyboard(tmp_path, url_of(sample_store.database), monkeypatch)


@pytest.mark.python_only
@pytest.mark.parametrize("character", TURNING)
def test_a_character_that_turns_what_follows_is_replaced(character: str) -> None:
    assert printable(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"
    assert json.loads(escaped(json.dumps(f"a{character}\x9b", ensure_ascii=False))) == f"a{character}\x9b"


@pytest.mark.python_only
def test_what_joins_emoji_and_letters_stays() -> None:
    assert printable(JOINED) == escaped(JOINED) == JOINED


@pytest.mark.parametrize(
    "words",
    [
        ["people"],
        ["threads"],
        ["threads", "show", "1001"],
        ["stats"],
        ["status", "--json"],
        ["people", "list", "--json"],
        ["search", "chats"],
        ["sql", "select * from participants"],
        ["sql", "select body from messages", "--format", "csv"],
        ["sql", "select body from messages", "--format", "json"],
        ["sql", "select body from messages", "--format", "jsonl"],
        ["persona", "add", "bo", "--participant", FORGED],
        ["people", "me", f"nobody {TURNING}"],
    ],
    ids=lambda words: " ".join(words[:2])[:40],
)
def test_no_command_sends_them_to_a_terminal(keyboard: Keyboard, words: list[str]) -> None:
    shown = keyboard.type_on_terminal(*words).out
    assert shown
    assert not set(TURNING) & set(shown)


def test_json_on_a_terminal_means_what_it_means_elsewhere(keyboard: Keyboard) -> None:
    query = [
        "sql",
        "select display_name as name from participants order by participant_id",
        "--format",
        "json",
    ]
    on_terminal, elsewhere = keyboard.type_on_terminal(*query).out, keyboard.type(*query).out
    assert json.loads(on_terminal) == json.loads(elsewhere)
    assert FORGED in [row["name"] for row in json.loads(elsewhere)]


def test_files_and_pipes_keep_every_character(keyboard: Keyboard, tmp_path: Path) -> None:
    query = ["sql", "select display_name as name from participants", "--format", "csv"]
    assert [FORGED] in list(csv.reader(io.StringIO(keyboard.type(*query).out, newline="")))
    keyboard.type(*query, "-o", "names.csv")
    assert FORGED in (tmp_path / "names.csv").read_text(encoding="utf-8").replace('"', "")


def test_a_note_keeps_no_line_break_of_a_name(keyboard: Keyboard) -> None:
    notes = keyboard.type("threads", "show", "1001").notes
    assert "error: all chats are gone Lund" in notes
    assert [line for line in notes.splitlines() if line.startswith(("error", "Lund"))] == []
    shown = keyboard.type_on_terminal("threads", "show", "1001").out
    assert [line for line in shown.splitlines() if ": Bo" in line and line.startswith("20")]
    refused = keyboard.type("people", "me", "Bo\nLund\u2028!")
    assert refused.notes.count("\n") == 1
    assert len(refused.notes.splitlines()) == 1


def test_a_shell_is_offered_no_name_that_it_would_print_as_something_else(keyboard: Keyboard) -> None:
    keyboard.monkeypatch.setenv("_ROLECALL_COMPLETE", "complete_bash")
    keyboard.monkeypatch.setenv("COMP_WORDS", "rolecall people rename ")
    keyboard.monkeypatch.setenv("COMP_CWORD", "3")
    offered = keyboard.type().out
    assert "Ines Quill" in offered
    assert "forged" not in offered
    assert "all chats are gone" not in offered


@pytest.mark.python_only
def test_help_says_what_a_spreadsheet_does_with_an_equals_sign(
    sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = Keyboard(tmp_path, url_of(sample_store.database), monkeypatch).type(
        "sql", "--format", "csv", "--help"
    )
    text = " ".join(typed.out.split())
    assert "a spreadsheet takes a text that begins with = + - or @ for a formula" in text
    assert typed.code == 0
