"""What the installed package holds, and what its files can be read by."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import rolecall
from rolecall.imports.sequence import FRESH, JOIN, KNOWN_IN_SECONDS
from rolecall.plugins import names
from rolecall.store.migrate import head, view_files
from rolecall.store.statements import folder


@pytest.mark.parametrize("name", ["sql", "migrations"])
def test_the_folders_that_the_package_needs_are_found(name: str) -> None:
    assert any(folder(name).rglob("*.*"))


def test_every_statement_of_the_import_and_every_view_is_there() -> None:
    assert head() >= "0001"
    assert "dataset_examples" in view_files()
    assert all(
        (folder("sql") / f"{step}.sql").is_file()
        for step in (*FRESH, *KNOWN_IN_SECONDS, *JOIN)
        if isinstance(step, str)
    )
    assert (folder("sql") / "README.md").is_file()


def test_the_plug_ins_are_found_by_their_file_names() -> None:
    assert names("sources") >= ["facebook"]
    assert {"openai", "sharegpt"} <= set(names("formats"))
    assert "openai" in names("providers")


def test_the_command_is_installed() -> None:
    assert any(script.name == "rolecall" for script in entry_points(group="console_scripts"))


def test_the_demo_archive_and_the_language_lists_are_in_the_package() -> None:
    package = Path(rolecall.__file__).parent
    assert list((package / "demo" / "archive").rglob("message_*.json"))
    assert list((package / "languages").glob("*.toml"))
    assert (package / "py.typed").is_file()


def test_duckdb_1_5_reads_our_stores(tmp_path: Path) -> None:
    python = os.environ.get("ROLECALL_TEST_DUCKDB15")
    if not python:
        pytest.skip("ROLECALL_TEST_DUCKDB15 names no Python with duckdb 1.5; CI has one")
    store = rolecall.open(str(tmp_path / "store.duckdb"))
    store.import_archives([Path(rolecall.__file__).parent / "demo" / "archive"])
    store.add_persona("mirela", ["Mirela Stokvist"])
    store.create_dataset("chats", persona="mirela")
    query = (
        "import duckdb, sys; store = duckdb.connect(sys.argv[1], read_only=True);"
        "assert duckdb.__version__.startswith('1.5.'), duckdb.__version__;"
        "print(store.execute('select count(*) from messages').fetchone()[0],"
        " store.execute('select count(*) from dataset_examples').fetchone()[0])"
    )
    done = subprocess.run(
        [python, "-c", query, str(store.database.path)], capture_output=True, text=True, check=True
    )
    with store.sql(
        "select (select count(*) from messages) as m, (select count(*) from dataset_examples) as e"
    ) as ours:
        assert done.stdout.split() == [str(value) for value in next(iter(ours.rows())).values()]


def test_importing_the_package_is_light() -> None:
    heavy = "alembic duckdb openai pyarrow sqlalchemy sqlglot"
    check = f"import rolecall, sys; print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
