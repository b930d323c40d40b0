"""Every statement of `sql/`, found by its path: `queries/status`, `import/match/equal_entries`.

The first lines of a file say what a row is; `-- Params:` names what it is run with. Both are checked when the
file is first read, so that a header never says what its statement does not do.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# What `sqlalchemy.text` takes for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_DECLARED = re.compile(r"\w+")


class BadHeader(Exception):
    """A file of `sql/` whose header is not true: a defect of ours, never of a user's."""


def folder(name: str) -> Path:
    """Return the folder `sql` or `migrations`: in the package when installed, else at the repository root."""
    package = Path(str(files("rolecall")))
    return package / name if (package / name).is_dir() else package.parents[1] / name


@cache
def text_of(path: str) -> str:
    """Return the text of `sql/<path>.sql`.

    Raises:
        BadHeader: It does not open with a comment, or names other parameters than it uses.
    """
    text = (folder("sql") / f"{path}.sql").read_text(encoding="utf-8")
    return text


@cache
def statement(path: str) -> sa.TextClause:
    """Return the statement of `sql/<path>.sql`, with its `:params`."""
    return sa.text(text_of(path))


def paths(kind: str) -> list[str]:
    """Return the paths of all statements in a folder of `sql/`, by name."""
    return [f"{kind}/{path.stem}" for path in sorted((folder("sql") / kind).glob("*.sql"))]


def header(text: str) -> str:
    """Return the comment lines that open a SQL file, without their dashes."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return "\n".join(lines)


def check_header(path: str, text: str) -> None:
    """Return if a file says what a row is, and names in `Params:` just the parameters that it uses.

    Words in parentheses and after a comma or semicolon are prose: `limit, name (an exact name or an id)`.

    Raises:
        BadHeader: It does not.
    """
    opening = header(text)
    if not opening or opening.startswith(("Params:", "Grain:", "Order:")):
        raise BadHeader(f"sql/{path}.sql does not begin with what a row of it is")
    used = set(_PARAMETER.findall(text))
    declared = _declared(opening)
    if used != declared:
        raise BadHeader(
            f"sql/{path}.sql uses {', '.join(sorted(used)) or 'no parameter'}"
            f" and its header names {', '.join(sorted(declared)) or 'none'}"
        )


def _declared(opening: str) -> set[str]:
    """Return the names in the line `Params:` of a header."""
    line = next((line for line in opening.splitlines() if line.startswith("Params:")), "Params: none")
    names = {match[0] for match in _DECLARED.finditer(re.sub(r"\([^)]*\)", "", line.removeprefix("Params:")))}
    return names - {"none"}


def run(connection: sa.Connection, path: str, /, **params: object) -> sa.CursorResult[Any]:
    """Run `sql/<path>.sql` in the running transaction and return its result."""
    return connection.execute(statement(path), params)


def run_all(connection: sa.Connection, listed: Iterable[str], params: Mapping[str, object]) -> None:
    """Run statements one after the other in the running transaction; each takes what it needs of `params`."""
    for path in listed:
        connection.execute(statement(path), params)


def select(connection: sa.Connection, path: str, /, **params: object) -> list[dict[str, Any]]:
    """Run `sql/<path>.sql` and return its rows."""
    return [dict(row) for row in run(connection, path, **params).mappings()]


@cache
def statements(kind: str) -> dict[str, str]:
    """Return the statements of `sql/import/<kind>/` by file name, in order: tables, steps or questions."""
    return {path.rpartition("/")[2]: text_of(path) for path in paths(f"import/{kind}")}
