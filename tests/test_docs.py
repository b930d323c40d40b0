"""README.md is true: its examples run, its help is the program's, and it names every command, table and view.

An example that is to run is led by a comment of the form `<!-- run ... -->`.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_provider import fake_provider

import rolecall
from rolecall.store.migrate import view_files
from rolecall.store.statements import folder

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
ROLECALL = [sys.executable, "-c", "from rolecall.cli import main; main()"]


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the comment before it says of it."""

    comment: str
    language: str
    text: str


BLOCKS = [
    Block(*match.groups())
    for match in re.finditer(r"<!-- ([^\n]*) -->\n```(\w+)\n(.*?)^```$", TEXT, re.M | re.S)
]


def test_every_example_runs_in_an_empty_folder(tmp_path: Path) -> None:
    """In the order of the page, as a reader types them; jobs talk to a provider on loopback."""
    _write_demo_zip(tmp_path / "facebook-mirela.zip")
    commands = tmp_path / "bin"
    commands.mkdir()
    shim = commands / "rolecall"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from rolecall.cli import main; main()" "$@"\n')
    shim.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "OPENAI_API_KEY": "an-invented-key",
    }
    environment.pop("ROLECALL_STORE", None)
    examples = [block for block in BLOCKS if block.comment.startswith("run")]
    assert len(examples) >= 10
    with fake_provider() as provider:
        provider.file_statuses = ["processed"]
        provider.statuses = ["queued", "succeeded"]
        for example in examples:
            text = example.text.replace("https://provider.example/v1", provider.base_url)
            command = [sys.executable, "-c", text] if example.language == "python" else ["bash", "-euc", text]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{example.text}\n{done.stdout}\n{done.stderr}"
            assert done.stdout.strip(), example.text
    assert len(provider.jobs) == 2
    assert (tmp_path / "mirela-chats.jsonl").is_file()
    assert (tmp_path / "chats.jsonl").is_file()


def _write_demo_zip(path: Path) -> None:
    archive = Path(rolecall.__file__).parent / "demo" / "archive"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(archive.rglob("*")):
            made.write(file, file.relative_to(archive).as_posix())


def _help(*words: str) -> str:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [*ROLECALL, *words, "--help"], env=environment, capture_output=True, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def test_the_help_in_the_readme_is_the_true_one() -> None:
    shown = next(block.text for block in BLOCKS if block.comment == "help")
    assert shown.strip() == _help()


def _commands(*words: str) -> list[str]:
    section = re.split(r"^Commands:$", _help(*words), flags=re.M)
    return re.findall(r"^  (\w+)  ", section[1], re.M) if len(section) > 1 else []


@pytest.mark.parametrize("command", _commands())
def test_the_readme_names_every_command_and_its_parts(command: str) -> None:
    assert f"`rolecall {command}" in TEXT
    for part in _commands(command):
        assert re.search(rf"`(rolecall )?{command} {part}\b", TEXT), f"rolecall {command} {part}"


@pytest.mark.parametrize("command", _commands())
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    parts = _commands(command)
    for words in [[command, part] for part in parts] or [[command]]:
        assert "Example" in _help(*words), words


def test_the_readme_names_every_table_and_view() -> None:
    migration = "".join(path.read_text("utf-8") for path in (folder("migrations") / "versions").glob("*.py"))
    tables = re.findall(r'^    "(\w+)": """$', migration, re.M)
    assert len(tables) > 20
    missing = [name for name in [*tables, *view_files()] if f"`{name}`" not in TEXT]
    assert not missing


def test_the_changes_stand_at_the_end_the_newest_first() -> None:
    last = TEXT.split("\n## ")[-1]
    dates = re.findall(r"^- (\d{4}-\d\d-\d\d): ", last, re.M)
    assert last.startswith("Changes")
    assert dates
    assert dates == sorted(dates, reverse=True)


def test_nothing_else_lies_at_the_top_level() -> None:
    if shutil.which("git") is None or not (README.parent / ".git").exists():
        pytest.skip("this is no git checkout; CI runs in one")
    command = ["git", "-c", "core.quotepath=off", "ls-files"]
    done = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=True)
    listed = done.stdout.splitlines()
    top = {name.split("/")[0] for name in listed if not name.startswith(".")}
    assert top <= {"pyproject.toml", "src", "migrations", "tests", "sql", "README.md", "LICENSE"}
