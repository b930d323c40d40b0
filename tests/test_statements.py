"""Every file of `sql/` is found by its path, says truly what it is run with, and is run by somebody."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.api import Store
from rolecall.imports import sequence
from rolecall.imports.sequence import FRESH, JOIN, KNOWN_IN_SECONDS, Act
from rolecall.imports.tables import BATCH_TABLES
from rolecall.store import statements
from rolecall.store.statements import BadStatement, folder, paths, run, text_of

SQL = folder("sql")
SOURCES = sorted((Path(statements.__file__).parents[1]).rglob("*.py"))
EVERY_PATH = sorted(file.relative_to(SQL).with_suffix("").as_posix() for file in SQL.rglob("*.sql"))
# Of these every file is run, whatever it is called.
READ_WHOLE = ("views", "checks", "checks/datasets")


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of statements for one test."""
    monkeypatch.setattr(statements, "folder", lambda name: tmp_path / name)
    text_of.cache_clear()
    (tmp_path / "sql" / "queries").mkdir(parents=True)
    yield tmp_path / "sql" / "queries"
    text_of.cache_clear()


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_file_says_what_a_row_is_and_names_the_parameters_that_it_uses(path: str) -> None:
    assert text_of(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "-- One.\n-- Params: name, limit\nselect 1 where 'a' = :name",
            "uses name, and its header names limit, name",
        ),
        (
            "-- One.\n-- Params: name\nselect 1 where 'a' = :name limit :limit",
            "uses limit, name, and its header names name",
        ),
        ("-- One.\nselect 1 limit :limit", "uses limit, and its header names none"),
        (
            "-- One.\n-- Params: limit, 1 or more\nselect 1 limit :limit",
            "uses limit, and its header names 1 or more, limit",
        ),
        ("-- Params: limit\nselect 1 limit :limit", "does not begin with what a row of it is"),
        ("select 1", "does not begin with what a row of it is"),
    ],
)
def test_a_header_that_is_not_true_fails_when_the_file_is_loaded(
    text: str, complaint: str, made_up: Path
) -> None:
    (made_up / "wrong.sql").write_text(text, encoding="utf-8")
    with pytest.raises(BadStatement, match=re.escape(complaint)) as failure:
        text_of("queries/wrong")
    assert "sql/queries/wrong.sql" in str(failure.value)


@pytest.mark.parametrize(
    "text",
    [
        "-- One.\nselect 1",
        "-- One.\n-- Params: none\nselect 1",
        "-- One.\n-- Params: name (exact, or an id), limit (1 or more)\nselect :name limit :limit",
        "-- One.\nselect cast('1' as integer), '{\"weight\":0}', 1::integer",
    ],
)
def test_a_true_header_is_loaded(text: str, made_up: Path) -> None:
    (made_up / "right.sql").write_text(text, encoding="utf-8")
    assert text_of("queries/right") == text


def test_a_file_that_is_not_there_is_named(duckdb_store: Store) -> None:
    with (
        duckdb_store.database.connect() as connection,
        pytest.raises(BadStatement, match=r"sql/queries/nowhere.sql is not there"),
    ):
        run(connection, "queries/nowhere")


def test_every_file_is_run_by_somebody() -> None:
    modules = [Words(file) for file in SOURCES]
    assert [path for path in EVERY_PATH if not _is_run(path, modules)] == []


def _is_run(path: str, modules: list["Words"]) -> bool:
    kind, _, name = path.rpartition("/")
    return kind in READ_WHOLE or any(
        words.name(path) or (words.name(kind) and words.name(name)) for words in modules
    )


@pytest.mark.parametrize("kind", READ_WHOLE)
def test_a_folder_that_is_read_whole_holds_statements(kind: str) -> None:
    assert paths(kind)


class Words:
    """The words of a module's strings that can be the path of a statement, or a part of one."""

    def __init__(self, file: Path) -> None:
        """Read the module."""
        strings = []
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    str(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values
                ]
                strings.append("".join(parts))
        self.words = {word for string in strings for word in string.split()}
        self.patterns = [word for word in self.words if re.fullmatch(r"[a-z_]+[a-z_0-9/]*(\\w\+)+", word)]

    def name(self, path: str) -> bool:
        """Return whether one of them is the path, or a form such as `queries/find_{table}` that gives it."""
        return path in self.words or any(re.fullmatch(pattern, path) for pattern in self.patterns)


def test_a_statement_of_more_than_one_line_is_a_file() -> None:
    long = [
        f"{file.name}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith((".text", ".exec_driver_sql"))
        and any(argument.end_lineno != argument.lineno for argument in node.args)
    ]
    assert long == []


def test_an_import_runs_every_step_that_there_is_and_makes_every_table() -> None:
    steps = {path for path in (*FRESH, *KNOWN_IN_SECONDS, *JOIN) if isinstance(path, str)}
    phases = {path.rpartition("/")[0] for path in steps} - {"import/join"}
    assert {path for phase in phases for path in paths(phase)} <= steps
    assert {f"import/tables/{name}" for name in (*BATCH_TABLES, "probes")} == set(paths("import/tables"))
    assert set(Act) == {step for step in (*FRESH, *KNOWN_IN_SECONDS, *JOIN) if isinstance(step, Act)}


def test_the_map_of_an_import_names_every_statement() -> None:
    text = (folder("sql") / "import" / "README.md").read_text(encoding="utf-8")
    kinds = {
        path.parent.relative_to(folder("sql")).as_posix() for path in folder("sql").glob("import/*/*.sql")
    }
    told = kinds - {"import/tables", "import/renames", "import/join"}  # of which the map names the folder
    assert {kind for kind in kinds if f"`{kind.removeprefix('import/')}/`" not in text} == set()
    names = {path.rpartition("/")[2] for kind in told for path in paths(kind)}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_what_an_entry_says_is_the_same_on_both_sides_of_every_comparison() -> None:
    sides = [text_of(f"import/gather/{name}") for name in ("entries", "stored_messages")]
    for column in ("said_key", "is_gone"):
        staged, stored = (re.findall(rf"(\w+(?:\(.*\)| = '\w+')) as {column}\b", side) for side in sides)
        assert len(staged) == 1
        assert staged == stored


def test_a_sequence_runs_its_steps_in_order_with_the_acts_between(
    duckdb_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sequence, "run", lambda _, path, **params: heard.append((path, params)))
    with duckdb_store.database.connect() as connection:
        acts = {Act.GIVE_IDS: lambda: heard.append("ids")}
        sequence.run_sequence(connection, ("first", Act.GIVE_IDS, "second"), {"import_id": 1}, acts)
    assert heard == [("first", {"import_id": 1}), "ids", ("second", {"import_id": 1})]
