"""Whose archives these are: given by the user, read from a profile, or guessed as who is in every chat.

Source: FORMATS.md section 5.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from rolecall.archives.records import OwnerHint
from rolecall.ids import make_id
from rolecall.imports.summaries import LastingNote
from rolecall.store.bulk import insert
from rolecall.store.statements import run, select

# Stronger evidence first; a weaker one never replaces a stronger.
_STRENGTH = ("told", "profile", "autofill", "guessed")
_LISTED_FIRST = 3


def owner_of(connection: sa.Connection, label: str) -> int:
    """Return the owner of that label, made when there is none."""
    known = connection.execute(sa.text("select owner_id from owners where label = :label"), {"label": label})
    owner_id = known.scalar()
    if owner_id is None:
        owner_id = make_id("owner", label)
        insert(connection, "owners", {"owner_id": owner_id, "label": label})
    return int(owner_id)


def settle_self(
    connection: sa.Connection, owner_id: int, me: Sequence[str], hints: Sequence[OwnerHint]
) -> tuple[str | None, list[str]]:
    """Decide who of an owner's people the owner is, by the strongest evidence there is.

    Args:
        connection: In the transaction that ends an import.
        owner_id: Whose people.
        me: Names that the user gave; several are accounts or earlier names of one person.
        hints: Names from the archive's profile files.

    Returns:
        The owner's display name (None: nobody can say), and notes for the user.
    """
    before = select(connection, "import/owner/self", owner_id=owner_id)[0]
    # Of several of one name the one known first.
    known_people = reversed(select(connection, "import/identity/people", owner_id=owner_id))
    people = {row["name"]: row["participant_id"] for row in known_people}
    notes = [
        f"nobody is named '{name}' in these chats; see: rolecall people" for name in me if name not in people
    ]
    candidates = _candidates(connection, owner_id, people, me, hints)
    evidence, chosen = next(
        ((name, candidates[name]) for name in _STRENGTH if candidates.get(name)), (None, [])
    )
    known = before["self_evidence"]
    if known in _STRENGTH[:3] and (evidence is None or _STRENGTH.index(evidence) > _STRENGTH.index(known)):
        return before["display_name"], notes
    _mark(connection, owner_id, chosen, evidence)
    after = select(connection, "import/owner/self", owner_id=owner_id)[0]["display_name"]
    if evidence == known == "profile" and after != before["display_name"]:
        notes.append(
            LastingNote(
                f"this download is that of {after}, an earlier one was that of {before['display_name']};"
                " tell which is you with: rolecall people me NAME"
                " (two accounts of yours: rolecall people merge)"
            )
        )
    if evidence == "guessed":
        notes.append(
            f"{after} is taken for you, being in every chat, which is a guess; correct it with:"
            " rolecall people me NAME"
        )
    if evidence is None:
        notes.append("nobody can say who you are in these chats; tell it with: rolecall people me NAME")
    return after, notes


def _candidates(
    connection: sa.Connection,
    owner_id: int,
    people: Mapping[str, int],
    me: Sequence[str],
    hints: Sequence[OwnerHint],
) -> dict[str, list[int]]:
    """Return who the owner is by each kind of evidence."""
    candidates = {"told": [people[name] for name in me if name in people]}
    for hint in sorted(hints, key=lambda hint: hint.rank, reverse=True):
        candidates[_STRENGTH[hint.rank]] = [people[name] for name in hint.names if name in people][:1]
    first = {people.get(name) for hint in hints if hint.rank == _LISTED_FIRST for name in hint.names}
    return candidates | {"guessed": _guess(connection, owner_id, first)}


def _guess(connection: sa.Connection, owner_id: int, first: set[int | None]) -> list[int]:
    """Return the one person who is in every chat, or nobody.

    Of several, those go after whom a chat of two is named. Then those stay who are listed first in encrypted
    chats (`first`). Then the one of an earlier guess stays: files known already are not read again.
    """
    left = list(select(connection, "import/owner/guess", owner_id=owner_id))
    tests: list[Callable[[dict[str, Any]], bool]] = [
        lambda row: not row["is_in_title"],
        lambda row: row["participant_id"] in first,
        lambda row: bool(row["is_known_guess"]),
    ]
    for test in tests:
        if len(left) > 1:
            left = [row for row in left if test(row)] or left
    return [row["participant_id"] for row in left] if len(left) == 1 else []


def _mark(connection: sa.Connection, owner_id: int, chosen: Sequence[int], evidence: str | None) -> None:
    connection.execute(
        sa.text("update participants set is_self = false where owner_id = :owner_id and is_self"),
        {"owner_id": owner_id},
    )
    for participant_id in chosen:
        connection.execute(
            sa.text("update participants set is_self = true where participant_id = :participant_id"),
            {"participant_id": participant_id},
        )
    self_id = chosen[0] if chosen else None
    run(
        connection, "import/owner/evidence", owner_id=owner_id, self_participant_id=self_id, evidence=evidence
    )
