"""Finding the one row that a NAME on the command line means: an exact name, or an id."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import sqlalchemy as sa

from rolecall.errors import Ambiguous, NotFound, UsageError
from rolecall.store.statements import select
from rolecall.texts.storable import check_text

# The table -> what one row of it is called in messages.
NOUNS = {"participants": "participant", "threads": "thread", "personas": "persona", "datasets": "dataset"}
# The table -> the command that makes its first row.
MAKERS = {
    "participants": "rolecall import PATH",
    "threads": "rolecall import PATH",
    "personas": "rolecall persona add NAME --participant P",
    "datasets": "rolecall dataset create NAME --persona P",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A row that somebody named."""

    id: int
    name: str


def find(connection: sa.Connection, table: str, name_or_id: str | int) -> Named:
    """Return the row of participants, threads, personas or datasets that has a name or an id.

    Exact names only; people are found by earlier names too, datasets by name in their newest version.

    Raises:
        NotFound: There is none; `candidates` holds the nearest names.
        Ambiguous: There are several; `candidates` lists each with its id.
    """
    name = str(name_or_id)
    answering = select(connection, f"queries/find_{table}", name=name)
    if len(answering) == 1:
        return Named(answering[0]["id"], answering[0]["name"])
    noun = NOUNS[table]
    if answering:
        has_owners = len({row["owner"] for row in answering}) > 1
        candidates = [
            f"{row['name']} (id {row['id']}{', of ' + row['owner'] if has_owners else ''})"
            for row in answering
        ]
        raise Ambiguous(
            f"{len(answering)} {noun}s answer to '{name}'; choose one by its id: {'; '.join(candidates)}",
            candidates,
        )
    nearest = nearest_names(connection, table, name)
    none_yet = f"there is no {noun} yet; make one with: {MAKERS[table]}"
    advice = f"did you mean: {', '.join(nearest)}" if nearest else none_yet
    raise NotFound(f"no {noun} named '{name}'; {advice}", nearest)


def find_all(connection: sa.Connection, table: str, names: Iterable[str | int]) -> tuple[Named, ...]:
    """Return the row that each name or id means, each row once, in the order of ids; raise as `find` does."""
    rows = {row.id: row for row in (find(connection, table, name) for name in names)}
    return tuple(rows[key] for key in sorted(rows))


def nearest_names(connection: sa.Connection, table: str, name: str) -> list[str]:
    """Return up to five names like this one, the nearest first; when none is like it, five that there are."""
    known = {str(row["name"]) for row in select(connection, f"queries/names_of_{table}")}
    # Case is what people get wrong most, and a first name is what they type.
    folded = {text.casefold(): text for text in sorted(known, reverse=True)}
    near = [folded[text] for text in get_close_matches(name.casefold(), list(folded), n=5, cutoff=0.5)]
    parts = [text for text in sorted(known) if name.strip() and name.casefold() in text.casefold()]
    return list(dict.fromkeys(parts + near))[:5] or sorted(known)[:5]


def check_name(noun: str, name: str) -> None:
    """Return if a dataset or persona may be called so.

    Raises:
        UsageError: The name is empty, too long, of digits only or holds a line break or control character.
    """
    check_text(f"{noun}'s name", name)
    if not name.strip() or name != name.strip() or len(name) > 100 or re.search(r"[\n\r\t]", name):
        raise UsageError(
            f"{name!r} cannot name a {noun}: give 1 to 100 characters on one line, no blanks around"
        )
    if name.isdecimal():
        raise UsageError(f"'{name}' cannot name a {noun}: digits alone would be taken for an id")
