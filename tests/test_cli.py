"""The command line: what it prints, where, and with which exit code."""

import json
import re
from pathlib import Path

import pytest
import typer
from command_line import Keyboard
from sample import INES
from servers import url_of

import rolecall
from rolecall.api import Store
from rolecall.cli import app, completing

DEMO_ARCHIVE = Path(__file__).parents[1] / "src" / "rolecall" / "demo" / "archive"


@pytest.fixture
def keyboard(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(sample_store.database), monkeypatch)


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """A folder without a store: a server's is never missing."""
    return Keyboard(tmp_path, str(tmp_path / "new.duckdb"), monkeypatch)


def test_every_command_has_a_help_text_with_an_example(keyboard: Keyboard) -> None:
    groups = ("threads", "people", "persona", "dataset", "job", "lake", "db")
    top = _commands(keyboard.type("--help").out)
    assert set(groups) <= set(top)
    single = [[name] for name in top if name not in groups]
    nested = [[group, name] for group in groups for name in _commands(keyboard.type(group, "--help").out)]
    assert len(single) + len(nested) > 25
    for command in single + nested:
        shown = keyboard.type(*command, "--help")
        assert shown.code == 0
        assert "Example: " in shown.out, command
        about = re.search(r"\n\n  (.+)\n", shown.out)
        assert about is not None, command


def test_short_descriptions_are_whole_sentences(keyboard: Keyboard) -> None:
    for words in ([], ["threads"], ["people"], ["persona"], ["dataset"], ["job"], ["db"]):
        listed = keyboard.type(*words, "--help").out.split("Commands:")[1]
        assert "..." not in listed, words


def test_the_release_is_shown(keyboard: Keyboard) -> None:
    assert re.fullmatch(r"rolecall \d+\.\d+\.\d+\n", keyboard.type("--version").out)


def test_wrong_usage_ends_with_2(keyboard: Keyboard) -> None:
    for words in (["frob"], ["export"], ["threads", "--frob"], ["search", "x", "--limit", "many"]):
        typed = keyboard.type(*words)
        assert (typed.code, typed.out) == (2, ""), words
        assert typed.notes


def test_an_intended_error_is_one_line_and_ends_with_1(keyboard: Keyboard) -> None:
    for words in (
        ["threads", "show", "Nobody"],
        ["imports", "7"],
        ["people", "me", "Ines"],
        ["persona", "drop", "ines"],
        ["export", "mine"],
        ["check", "nothing.jsonl"],
        ["job", "show", "1"],
        ["import", "nothing.zip"],
        ["--store", "mysql://somewhere/x", "status"],
    ):
        typed = keyboard.type(*words)
        assert (typed.code, typed.out) == (1, ""), words
        assert re.fullmatch(r"error: [^\n]+\n", typed.notes), words


def test_every_command_but_import_names_the_way_out_when_there_is_no_store(empty_folder: Keyboard) -> None:
    for words in (["status"], ["threads"], ["people"], ["sql", "select 1"], ["dataset"], ["job"], ["shell"]):
        typed = empty_folder.type(*words)
        assert typed.code == 1, words
        assert typed.notes.startswith("error: no store at "), words
        assert "rolecall import" in typed.notes
    assert list(empty_folder.folder.iterdir()) == []


def test_a_store_may_be_named_by_option_or_environment(keyboard: Keyboard, tmp_path: Path) -> None:
    by_environment = keyboard.type("db", "path").out
    assert by_environment == f"{rolecall.open(keyboard.store).address}\n"
    other = tmp_path / "other.duckdb"
    assert keyboard.type("--store", str(other), "db", "upgrade").code == 0
    assert keyboard.type("--store", f"duckdb:///{other}", "db", "path").out == f"{other}\n"
    assert keyboard.type("--store", str(other), "status", "--json").out.count('"thread_count": 0') == 1


def test_an_import_says_what_it_added_and_what_to_type_next(empty_folder: Keyboard) -> None:
    typed = empty_folder.type("import", str(DEMO_ARCHIVE))
    assert typed.code == 0
    assert re.match(r"added \d+ messages, 0 were known\nread \d+ files, with", typed.out)
    assert "the owner is Mirela Stokvist; if that is wrong: rolecall people me NAME\n" in typed.out
    assert "persona add me --participant 'Mirela Stokvist'" in typed.notes
    again = empty_folder.type("import", str(DEMO_ARCHIVE), "--json")
    assert again.code == 0
    assert json.loads(again.out)["added_count"] == 0
    listed = json.loads(empty_folder.type("imports", "--json").out)
    assert [row["status"] for row in listed] == ["finished", "finished"]
    files = empty_folder.type("imports", "1").lines
    assert files[0].split("\t")[:3] == ["path", "status", "reason"]
    assert len(files) > 20


def test_a_damaged_file_is_named_and_the_others_are_loaded(empty_folder: Keyboard, tmp_path: Path) -> None:
    source = DEMO_ARCHIVE / "your_facebook_activity" / "messages" / "archived_threads"
    thread = next(source.iterdir()) / "message_1.json"
    inbox = tmp_path / "archive" / "messages" / "inbox"
    for name, data in (("ann_1", thread.read_bytes()), ("bo_2", thread.read_bytes()[:500])):
        (inbox / name).mkdir(parents=True)
        (inbox / name / "message_1.json").write_bytes(data)
    typed = empty_folder.type("import", str(tmp_path / "archive"))
    assert typed.code == 0
    assert "skipped 1 that should hold messages:\n  messages/inbox/bo_2/message_1.json: " in typed.out
    strict = empty_folder.type("import", str(tmp_path / "archive"), "--strict", "--again")
    assert strict.code == 1
    assert "message_1.json" in strict.notes


def test_status_lists_counts_and_the_owner(keyboard: Keyboard) -> None:
    typed = keyboard.type("status")
    assert "thread_count   4\n" in typed.out
    assert "archives of 'me': Ines Quill\n" in typed.out
    found = json.loads(keyboard.type("status", "--json").out)
    assert found["message_count"] == found["text_count"] == 16
    assert found["owners"][0]["self_participant_id"] == str(INES)


def test_a_healthy_store_passes_its_checks(keyboard: Keyboard) -> None:
    typed = keyboard.type("status", "--check")
    assert (typed.code, typed.out) == (0, "healthy: no row breaks a rule\n")


@pytest.mark.parametrize(
    ("table", "begun", "name"), [("participants", "Bo", "Bo Lund"), ("threads", "Bo", "Bo Lund")]
)
def test_names_of_the_store_are_offered_for_completion(
    keyboard: Keyboard, table: str, begun: str, name: str
) -> None:
    context = typer.Context(typer.main.get_command(app))
    context.params["store"] = keyboard.store
    assert completing.names_of(table)(context, begun) == [name]
    assert completing.names_of("datasets")(context, "") == []


def test_a_group_of_commands_alone_lists(keyboard: Keyboard) -> None:
    for group in ("threads", "people", "persona", "dataset", "job"):
        alone, listed = keyboard.type(group), keyboard.type(group, "list")
        assert alone.code == 0, group
        assert alone.out == listed.out, group
        assert json.loads(keyboard.type(group, "--json").out) == json.loads(
            keyboard.type(group, "list", "--json").out
        )


def test_tables_in_a_pipe_are_tab_separated_and_cut_nothing(keyboard: Keyboard) -> None:
    long_name = "Bo " + "van der " * 10 + "Lund"
    assert keyboard.type("people", "rename", "Bo Lund", long_name).code == 0
    rows = [line.split("\t") for line in keyboard.type("people").lines]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert long_name in [row[1] for row in rows]
    assert rows[1][:4] == [str(INES), "Ines Quill", "", "true"]


def test_a_table_on_a_terminal_fits_it_and_colours_can_be_turned_off(keyboard: Keyboard) -> None:
    coloured = keyboard.type_on_terminal("threads").out
    plain = keyboard.type_on_terminal("threads", environment={"NO_COLOR": "1"}).out
    assert "Rowing club" in coloured
    assert "Rowing club" in plain
    assert "\t" not in plain
    assert "\x1b[3" not in plain
    shown = re.sub(r"\x1b\[[0-9;]*m", "", plain)
    assert max(len(line) for line in shown.splitlines()) <= 120


def test_more_columns_than_a_terminal_holds_are_shown_one_below_the_other(keyboard: Keyboard) -> None:
    shown = keyboard.type_on_terminal("sql", "select * from messages where body = 'not me'").out
    assert "participant_id   103\n" in shown
    assert "body             not me\n" in shown


def test_a_thread_is_shown_as_a_chat(keyboard: Keyboard) -> None:
    typed = keyboard.type("threads", "show", "Rowing club", "--limit", "2")
    assert typed.out == "2021-03-01 09:03  Mira Sand: perfect\n2021-03-01 09:04  Ines Quill: see you at six\n"
    assert "the newest 2 of 5 messages" in typed.notes
    found = json.loads(keyboard.type("threads", "show", "1002", "--json").out)
    assert found["thread_id"] == "1002"
    assert [message["body"] for message in found["messages"]][-1] == "see you at six"


def test_words_are_found_whatever_their_case(keyboard: Keyboard) -> None:
    typed = keyboard.type("search", "DRY", "Biscuit")
    assert [line.split("\t")[3] for line in typed.lines[1:]] == ["dry as a biscuit"]
    for words in (["100%"], ["_"], ["biscuit", "club"]):
        assert keyboard.type("search", *words).notes == "nothing found\n"
    assert keyboard.type("search", '"row"', "and\\or").lines[1:] != []
    assert keyboard.type("search", *["a", "b", "c", "d", "e", "f", "g", "h", "i"]).code == 1


def test_from_people_to_a_checked_file_in_four_commands(keyboard: Keyboard, tmp_path: Path) -> None:
    assert keyboard.type("persona", "add", "ines", "--participant", "Ines Quill").code == 0
    made = keyboard.type(
        "dataset", "create", "boats", "--persona", "ines", "--gap-minutes", "60", "--joiner", r"\n"
    )
    assert made.code == 0
    assert "next: rolecall dataset show boats; rolecall export boats" in made.notes
    exported = keyboard.type("export", "boats", "-o", "train.jsonl")
    assert exported.code == 0
    assert re.match(r"wrote \d+ examples of \d+ messages .* to train\.jsonl\n", exported.out)
    assert (tmp_path / "train.jsonl").is_file()
    checked = keyboard.type("check", "train.jsonl", "--json")
    report = json.loads(checked.out)
    # Four examples are too few for a provider, and that is what it says.
    assert (checked.code, report["is_refused"]) == (1, True)
    shown = json.loads(keyboard.type("dataset", "show", "boats", "--json").out)
    assert (shown["gap_minutes"], shown["joiner"]) == (60, "\n")
    assert [row["format"] for row in shown["exports"]] == ["openai"]
    assert sum(shown["left_out"].values()) > 0
    assert "no_reply" in keyboard.type("dataset", "show", "boats").out


def test_a_file_that_is_there_is_replaced_only_by_force(keyboard: Keyboard, tmp_path: Path) -> None:
    keyboard.type("persona", "add", "ines", "--participant", "Ines Quill")
    keyboard.type("dataset", "create", "boats", "--persona", "ines")
    (tmp_path / "boats.jsonl").write_text("mine\n")
    refused = keyboard.type("export", "boats")
    assert refused.code == 1
    assert "--force" in refused.notes
    assert (tmp_path / "boats.jsonl").read_text() == "mine\n"
    assert keyboard.type("export", "boats", "--force").code == 0
    assert (tmp_path / "boats.jsonl").read_text().startswith('{"messages"')


def test_dataset_dates_are_days_in_utc(keyboard: Keyboard) -> None:
    keyboard.type("persona", "add", "ines", "--participant", "Ines Quill")
    made = keyboard.type(
        "dataset",
        "create",
        "march",
        "--persona",
        "ines",
        "--since",
        "2021-03-01",
        "--until",
        "2021-04-01",
        "--json",
    )
    found = json.loads(made.out)
    assert (found["since_ms"], found["until_ms"]) == (1_614_556_800_000, 1_617_235_200_000)
    assert keyboard.type("dataset", "create", "x", "--persona", "ines", "--since", "March").code == 2


def test_the_demo_can_be_repeated_and_says_the_same(empty_folder: Keyboard, tmp_path: Path) -> None:
    first = empty_folder.type("demo")
    assert first.code == 0
    data = (tmp_path / "rolecall-demo.jsonl").read_bytes()
    second = empty_folder.type("demo")
    assert second.out == first.out
    assert (tmp_path / "rolecall-demo.jsonl").read_bytes() == data
    assert "a provider would take it" in first.out
    assert "the persona did not answer (no_reply)" in first.out
    assert "rolecall import" in first.out


def _commands(shown: str) -> list[str]:
    """Return the names of the commands that a help text lists."""
    listed = shown.split("Commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if line.strip()]
