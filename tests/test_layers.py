"""A package imports only from lines below its own, so that each can be read without those above it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "rolecall"

# From the top. Packages of one line do not import each other.
LAYERS = """
cli
demo langchain
api
lake
exports imports
datasets downloads jobs people queries
checking formats sources store
archives files providers sentences texts
plugins
errors ids
"""
LINES = [set(line.split()) for line in LAYERS.strip().splitlines()]
PLUG_INS = ("sources", "formats", "providers")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit_of(path: Path) -> str:
    """Return the package (or the module) directly under rolecall that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def line_of(unit: str) -> int:
    lines = [number for number, units in enumerate(LINES) if unit in units]
    assert lines, f"{unit} has no place in the layers; give it one in {Path(__file__).name}"
    return lines[0]


def imported_modules(path: Path) -> set[str]:
    """Return what a file imports of rolecall when it runs; imports for type checking only do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    imported: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rolecall":
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names if alias.name.startswith("rolecall.")}
    return {name.removeprefix("rolecall.") for name in imported}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_package_imports_only_from_lines_below_its_own(path: Path) -> None:
    unit = unit_of(path)
    if unit == "__init__":
        return
    for other in {name.split(".")[0] for name in imported_modules(path)} - {unit}:
        assert line_of(other) > line_of(unit), f"{path.name} imports {other}"


def test_every_package_has_its_line() -> None:
    units = {unit_of(path) for path in modules()} - {"__init__"}
    assert sorted(unit for line in LINES for unit in line) == sorted(units)


def test_plug_ins_do_not_import_each_other() -> None:
    for kind in PLUG_INS:
        public = {path.stem for path in (PACKAGE / kind).glob("[a-z]*.py")}
        for path in (PACKAGE / kind).glob("*.py"):
            names = {name.split(".")[1] for name in imported_modules(path) if name.startswith(f"{kind}.")}
            assert names.isdisjoint(public), path
