"""A module imports only from lines below its own, so that each can be read without those above it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "rolecall"

# From the top. Modules of one line do not import each other, but for parts of one package.
LAYERS = [
    {"cli"},
    {"demo", "langchain"},
    {"api"},
    {"jobs"},
    {"lake"},
    {
        "accounts",
        "adhoc",
        "check",
        "copying",
        "datasets",
        "exports",
        "imports",
        "lineage",
        "overview",
        "people",
        "queries",
        "shell",
        "stats",
    },
    # What those share: a persona stands in a recipe, an export in its record.
    {"personas", "dataset_rows", "describing", "export_lines", "export_records", "check_report"},
    {"readers"},
    {"preparing", "export_rules", "check_rules", "lookup", "newest_imports", "recipes"},
    {"buckets", "counting", "merging", "migrate", "naming"},
    {"database"},
    {"engine_errors"},
    {"registry"},
    {"sources", "formats", "providers"},
    {
        "archives",
        "check_reading",
        "check_repeats",
        "downloads",
        "errors",
        "file_names",
        "ids",
        "leftovers",
        "members",
        "outputs",
        "locks",
        "postgres",
        "prices",
        "profiles",
        "reasons",
        "records",
        "results",
        "sentences",
        "slugs",
        "tabular",
        "text",
        "tokens",
        "tongues",
        "totals",
        "waiting",
        "zips",
    },
]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit_of(path: Path) -> str:
    """Return the module or package directly under rolecall that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def line_of(unit: str) -> int:
    found = [number for number, units in enumerate(LAYERS) if unit in units]
    assert found, f"{unit} has no place in the layers; give it one in {Path(__file__).name}"
    return found[0]


def imported_units(path: Path) -> set[str]:
    """Return what a file imports of rolecall when it runs; imports for type checking only do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rolecall":
            parts = str(node.module).split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("rolecall.")}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_lines_below_its_own(path: Path) -> None:
    unit = unit_of(path)
    if unit == "__init__":
        return
    for other in imported_units(path) - {unit}:
        is_below = line_of(other) > line_of(unit)
        is_lowest = line_of(unit) == line_of(other) == len(LAYERS) - 1
        assert is_below or is_lowest, f"{path.name} imports {other}"


def test_every_layer_is_there() -> None:
    units = {unit_of(path) for path in modules()} - {"__init__"}
    assert {unit for line in LAYERS for unit in line} == units


def test_nothing_imports_the_command_line() -> None:
    assert [path.name for path in modules() if unit_of(path) != "cli" and "cli" in imported_units(path)] == []


def test_plug_ins_do_not_import_each_other() -> None:
    for kind in ("sources", "formats", "providers"):
        public = {path.stem for path in (PACKAGE / kind).glob("[a-z]*.py")}
        for path in (PACKAGE / kind).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named = {
                str(node.module).removeprefix(f"rolecall.{kind}.")
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"rolecall.{kind}.")
            }
            assert named.isdisjoint(public), path
