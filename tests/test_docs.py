"""Every README is true: its examples run, its help is the program's, every command, table and view is named.

A block of commands is led by a comment: `<!-- run -->` (or `run against a provider`, `run on a server`,
`run with Java`), or `<!-- not run: why -->`. The sections of a page run from its top, as a reader types them.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from fake_provider import fake_provider
from preloaded import preloaded
from servers import SERVER, postgres_database

from rolecall.store.migrate import view_files
from rolecall.store.statements import folder

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [
    README,
    *(path for top in ("sql", "src", "tests") for path in sorted((ROOT / top).rglob("README.md"))),
]
ROLECALL = [sys.executable, "-c", "from rolecall.cli import main; main()"]
ADDRESSES = {"https://provider.example/v1": "provider", "postgresql+psycopg://ann@db.example/chats": "server"}
_FENCED = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the comment before it says of it."""

    comment: str
    language: str
    text: str

    @property
    def is_run(self) -> bool:
        return self.comment.startswith("run")

    @property
    def is_missing(self) -> str:
        """What this machine lacks to run it, or nothing."""
        if self.comment == "run on a server" and not (SERVER and find_spec("psycopg")):
            return "no server (ROLECALL_TEST_POSTGRES is not set), or no driver for it"
        if self.comment == "run with Java" and not (shutil.which("java") and find_spec("pyspark")):
            return "no Java, or no Spark"
        return ""


@dataclass(frozen=True)
class Section:
    """A part of a page under one heading of the second level."""

    page: Path
    title: str
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return f"{self.page.parent.relative_to(ROOT)}: {self.title}"


@cache
def sections(page: Path) -> list[Section]:
    parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)
    return [
        Section(
            page, part.split("\n")[0], tuple(Block(*found.groups("")) for found in _FENCED.finditer(part))
        )
        for part in parts
    ]


SECTIONS = [section for page in PAGES for section in sections(page)]
BLOCKS = [block for section in SECTIONS for block in section.blocks]


@dataclass
class Reader:
    """Somebody who types a page's commands from its top into one folder; each section once."""

    folder: Path
    stack: ExitStack
    rolecall: str
    """The program that the commands call."""
    failures: dict[Section, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "rolecall").write_text(self.rolecall)
        (commands / "rolecall").chmod(0o755)
        (self.folder / "here").mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{commands}:{os.environ['PATH']}",
            "OPENAI_API_KEY": "an-invented-key",
        }
        self.environment.pop("ROLECALL_STORE", None)
        provider = self.stack.enter_context(fake_provider())
        provider.file_statuses = ["processed"]
        provider.statuses = ["queued", "succeeded"]
        self.addresses = {"provider": provider.base_url}

    def read(self, section: Section) -> str:
        """Read a page to the end of a section, and return what was wrong in that section."""
        for earlier in sections(section.page):
            if earlier not in self.failures:
                self.failures[earlier] = "\n".join(filter(None, map(self.run, earlier.blocks)))
            if earlier == section:
                break
        return self.failures[section]

    def run(self, block: Block) -> str:
        if not block.is_run or block.is_missing:
            return ""
        if block.comment == "run on a server" and "server" not in self.addresses:
            self.addresses["server"] = self.stack.enter_context(postgres_database())
        text = block.text
        for address, name in ADDRESSES.items():
            text = text.replace(address, self.addresses.get(name, address))
        command = [sys.executable, "-c", text] if block.language == "python" else ["bash", "-euc", text]
        done = subprocess.run(
            command,
            cwd=self.folder / "here",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and (done.stdout.strip() or done.stderr.strip()):
            return ""
        return f"{block.text}\nends with {done.returncode}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Reader]]:
    with ExitStack() as stack:
        program = stack.enter_context(preloaded())
        yield {page: Reader(tmp_path_factory.mktemp("page"), stack, program) for page in PAGES}


@pytest.mark.parametrize("section", [one for one in SECTIONS if any(b.is_run for b in one.blocks)], ids=str)
def test_the_examples_of_a_section_run_as_pasted(section: Section, readers: dict[Path, Reader]) -> None:
    missing = {block.is_missing for block in section.blocks if block.is_run}
    if "" not in missing:
        pytest.skip("; ".join(missing))
    assert readers[section.page].read(section) == ""


def test_every_block_of_commands_is_run_or_says_why_not() -> None:
    known = r"run|run against a provider|run on a server|run with Java|not run: .+|test command"
    for section in SECTIONS:
        for block in section.blocks:
            if block.language in ("sh", "python"):
                assert re.fullmatch(known, block.comment), f"{section}\n{block.text}"


def test_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    shown = next(block.text for block in BLOCKS if block.comment == "prints: rolecall demo")
    done = subprocess.run([*ROLECALL, "demo"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [line.rstrip() for line in shown.splitlines()] == [
        line.rstrip() for line in done.stdout.splitlines()
    ]


def test_readme_is_short_and_links_every_other_page() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    linked = re.findall(r"\]\(([^)#:]+README\.md)", text)
    assert {(ROOT / path).resolve() for path in linked} == set(PAGES[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.parent.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        path, _, heading = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if heading:
            assert heading in _anchors(there), target


def _anchors(page: Path) -> set[str]:
    """Return the anchors that a forge makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def _help(*words: str) -> str:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [*ROLECALL, *words, "--help"], env=environment, capture_output=True, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def _text(*parts: str) -> str:
    return ROOT.joinpath(*parts, "README.md").read_text(encoding="utf-8")


def test_the_help_that_is_shown_is_the_true_one() -> None:
    shown = next(block.text for block in BLOCKS if block.comment == "help")
    assert shown.strip() == _help()


def _commands(*words: str) -> list[str]:
    section = re.split(r"^Commands:$", _help(*words), flags=re.M)
    return re.findall(r"^  (\w+)  ", section[1], re.M) if len(section) > 1 else []


@pytest.mark.parametrize("command", _commands())
def test_the_page_of_commands_names_every_one_and_its_parts(command: str) -> None:
    text = _text("src", "rolecall", "cli")
    assert f"`rolecall {command}" in text
    for part in _commands(command):
        assert re.search(rf"`(rolecall )?{command} {part}\b", text), f"rolecall {command} {part}"


@pytest.mark.parametrize("command", _commands())
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    parts = _commands(command)
    for words in [[command, part] for part in parts] or [[command]]:
        assert "Example" in _help(*words), words


def test_the_page_of_the_sql_names_every_table_and_view() -> None:
    migration = "".join(path.read_text("utf-8") for path in (folder("migrations") / "versions").glob("*.py"))
    tables = re.findall(r'^    "(\w+)": """$', migration, re.M)
    assert len(tables) > 20
    text = _text("sql")
    missing = [name for name in [*tables, *view_files()] if f"`{name}`" not in text]
    assert not missing


def test_the_changes_stand_at_the_end_the_newest_first() -> None:
    last = README.read_text(encoding="utf-8").split("\n## ")[-1]
    dates = re.findall(r"^- (\d{4}-\d\d-\d\d): ", last, re.M)
    assert last.startswith("Changes")
    assert dates
    assert dates == sorted(dates, reverse=True)


def test_nothing_else_lies_at_the_top_level() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout; CI runs in one")
    command = ["git", "-c", "core.quotepath=off", "ls-files"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = done.stdout.splitlines()
    top = {name.split("/")[0] for name in listed if not name.startswith(".")}
    assert top <= {"pyproject.toml", "src", "migrations", "tests", "sql", "README.md", "LICENSE"}
