"""Every statement of `sql/`, found by its path: `queries/status`, `import/match/equal_entries`.

The first lines of a file say what a row is; `-- Params:` names what it is run with. Both are checked when the
file is first read, so that a header never says what its statement does not do. `sql/README.md` is the map.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# What `sqlalchemy.text` takes for a parameter; none of ours begins with a digit, as JSON's `:0` does.
PARAMETER = re.compile(r"(?<![:\w\\]):([a-z_]\w*)(?!:)")


class BadStatement(Exception):
    """A file of `sql/` that is not there, or whose header is not true: a defect of ours."""


def folder(name: str) -> Path:
    """Return the folder `sql` or `migrations`: in the package when installed, else at the repository root."""
    package = Path(str(files("rolecall")))
    return package / name if (package / name).is_dir() else package.parents[1] / name


@cache
def text_of(path: str) -> str:
    """Return the text of `sql/<path>.sql`.

    Raises:
        BadStatement: It is not there, or `check_header` finds its header wrong.
    """
    try:
        text = (folder("sql") / f"{path}.sql").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadStatement(f"sql/{path}.sql is not there; sql/README.md says what is") from error
    check_header(path, text)
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

    Names stand between commas, prose about one in parentheses: `limit, name (an exact name or an id)`.

    Raises:
        BadStatement: It does not.
    """
    opening = header(text)
    if not opening or opening.startswith(("Params:", "Grain:", "Order:", "Source:")):
        raise BadStatement(f"sql/{path}.sql does not begin with what a row of it is, or what it does")
    used, declared = set(PARAMETER.findall(text)), _declared(opening)
    if used != declared:
        raise BadStatement(
            f"sql/{path}.sql uses {', '.join(sorted(used)) or 'no parameter'},"
            f" and its header names {', '.join(sorted(declared)) or 'none'}"
        )


def _declared(opening: str) -> set[str]:
    """Return what stands between the commas of a header's line `Params:`, without what is in parentheses."""
    line = next((line for line in opening.splitlines() if line.startswith("Params:")), "")
    names = re.sub(r"\([^)]*\)", "", line.removeprefix("Params:")).split(",")
    return {name.strip() for name in names} - {"", "none"}


def run(connection: sa.Connection, path: str, /, **params: object) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run `sql/<path>.sql` in the running transaction and return its result."""
    return connection.execute(statement(path), params)


def run_all(connection: sa.Connection, listed: Iterable[str], params: Mapping[str, object]) -> None:
    """Run statements one after the other in the running transaction; each takes what it needs of `params`."""
    for path in listed:
        run(connection, path, **params)


def select(connection: sa.Connection, path: str, /, **params: object) -> list[dict[str, Any]]:
    """Run `sql/<path>.sql` and return its rows."""
    return [dict(row) for row in run(connection, path, **params).mappings()]
