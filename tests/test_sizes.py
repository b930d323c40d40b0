"""What fits in the head: no long file, no long function, no long list of parameters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 250
MOST_BODY_LINES = 40
MOST_PARAMETERS = 12
# Of the SQL of an import: of a file, and of all.
MOST_IMPORT_FILE, MOST_IMPORT = 120, 1_500
FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "sql").rglob("*.sql")])
Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for function in _functions(text) if path.suffix == ".py" else ():
        assert _body_lines(function) <= MOST_BODY_LINES, function.name
        # Of a command typer reads its options from the parameters.
        if "cli" not in path.parts:
            assert _parameter_count(function) <= MOST_PARAMETERS, function.name


def test_the_sql_of_an_import_is_short() -> None:
    counts = [
        len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / "sql/import").rglob("*.sql")
    ]
    assert max(counts) <= MOST_IMPORT_FILE
    assert sum(counts) <= MOST_IMPORT


def _functions(text: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))


def _body_lines(function: Function) -> int:
    """Return the lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return int(body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _parameter_count(function: Function) -> int:
    listed = function.args
    return len(listed.posonlyargs) + len(listed.args) + len(listed.kwonlyargs)


def test_the_measure_sees_what_is_too_long() -> None:
    lines = "\n".join("    pass" for _ in range(MOST_BODY_LINES + 1))
    function = next(_functions(f'def long(a, *, b):\n    """Say."""\n{lines}\n'))
    assert (_body_lines(function), _parameter_count(function)) == (MOST_BODY_LINES + 1, 2)
