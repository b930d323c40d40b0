"""Chats in a git checkout: whoever exports into one is told what git does not ignore."""

import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import Keyboard, Typed
from sample import load_sample

import rolecall
from rolecall.files.checkouts import git_notes

pytestmark = [
    pytest.mark.python_only,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
NOTE = "git does not ignore "


@pytest.fixture
def keyboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """In a folder of a checkout, with a store elsewhere."""
    store = rolecall.open(str(tmp_path / "rolecall.duckdb"))
    store.migrate()
    load_sample(store.database)
    store.add_persona("ines", ["Ines Quill"])
    store.create_dataset("boats", persona="ines", context_exchanges=0, validation_permille=300)
    checkout = tmp_path / "checkout"
    (checkout / "data").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(checkout)], check=True)
    return Keyboard(checkout / "data", store.address, monkeypatch)


def _noted(typed: Typed) -> list[str]:
    assert typed.code == 0, typed.notes
    return [line for line in typed.notes.splitlines() if NOTE in line]


def test_an_export_into_a_checkout_says_so_and_how_to_keep_it_out(keyboard: Keyboard) -> None:
    (line,) = _noted(keyboard.type("export", "boats", "-o", "my words.jsonl"))
    command = line.partition("commits: ")[2]
    assert command.startswith("echo 'my words.jsonl' >> ")
    subprocess.run(command, shell=True, check=True)
    assert _noted(keyboard.type("export", "boats", "-o", "my words.jsonl", "--force")) == []
    store = rolecall.open(keyboard.store)
    assert store.export("boats", "my words.jsonl", is_forced=True).notes == ()
    (said,) = store.export("boats", "more.jsonl").notes
    assert said.startswith(f"{NOTE}more.jsonl; ")


def test_a_folder_of_exports_is_one_line(keyboard: Keyboard) -> None:
    assert len(_noted(keyboard.type("export", "boats", "--format", "mlx", "-o", "mlx"))) == 1
    assert keyboard.type("lake", "build", "--lake", "../../lake").code == 0
    export = ("lake", "export", "boats", "--lake", "../../lake", "-o", "lines")
    (line,) = _noted(keyboard.type(*export))
    subprocess.run(line.partition("commits: ")[2], shell=True, check=True)
    assert _noted(keyboard.type(*export, "--force")) == []
    assert len(_noted(keyboard.type("sql", "select body from messages", "-o", "words.csv"))) == 1


def test_a_new_store_in_a_checkout_is_told_once(keyboard: Keyboard) -> None:
    words = ("--store", "new.duckdb", "import", str(Path(rolecall.__file__).parent / "demo" / "archive"))
    assert len(_noted(keyboard.type(*words))) == 1
    assert _noted(keyboard.type(*words)) == []


def test_outside_a_checkout_or_without_git_nothing_is_said(
    keyboard: Keyboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_notes([tmp_path / "words.jsonl"]) == []
    assert len(git_notes([Path("words.jsonl")])) == 1
    Path("../.git/config").write_text("[core\n", encoding="utf-8")  # a git that answers nothing
    assert git_notes([Path("words.jsonl")]) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_notes([Path("words.jsonl")]) == []
    assert _noted(keyboard.type("export", "boats", "-o", "words.jsonl")) == []
