"""Loading a lake: a whole store, or a donor's archives without any store."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa

from rolecall.archives.archive import Limits
from rolecall.datasets.personas import add_persona
from rolecall.errors import UsageError
from rolecall.files.leftovers import temporary_folder
from rolecall.ids import make_id
from rolecall.imports import import_archives
from rolecall.imports.summaries import ImportSummary
from rolecall.lake.parts import Lake, Part, PartAbout, PartTaken, make_lake
from rolecall.lake.writing import read_part, write_part
from rolecall.store.buckets import bucket_count
from rolecall.store.database import Database
from rolecall.store.migrate import BUCKET_COUNT, head, migrate
from rolecall.store.statements import select

# How often a donor is loaded anew when another process loaded the same donor at the same time.
_TRIES = 10


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load made of a part."""

    part: str
    generation: int
    """From 1; the same as before when there was nothing new."""
    owners: tuple[str, ...]
    message_count: int
    """In the part now."""
    imported: ImportSummary | None = None
    """What was new; None for a store."""


def build_lake(database: Database, path: str | Path, *, is_shared: bool = False) -> LoadSummary:
    """Write a whole store into a lake, which is made when there is none; done again, it takes its place.

    Args:
        database: The store.
        path: Of the lake's folder.
        is_shared: Make the lake for the group of its folder, and not for its user alone.

    Raises:
        UsageError: The lake has another number of buckets, or one of the owners from elsewhere; or it is
            there, and not shared.
    """
    with database.working() as connection:
        lake = make_lake(path, bucket_count(connection), is_for_group=is_shared)
        connection.commit()
        name = f"store-{blake2b(str(database).encode(), digest_size=6).hexdigest()}"
        before = lake.part(name)
        with lake.new_part(name, before) as folder, connection.begin():
            about = write_part(connection, folder)
            _check_owners(lake, name, about.owners)
    return _summary(name, (before.generation if before else 0) + 1, about, None)


def import_into_lake(
    paths: Sequence[str | Path],
    path: str | Path,
    *,
    owner: str,
    me: Sequence[str] = (),
    persona: str | None = None,
    bucket_count: int = BUCKET_COUNT,
    limits: Limits | None = None,
) -> LoadSummary:
    """Load a donor's archives straight into a lake; what is known of the donor already is not added again.

    Any number of processes may load at once, also the same donor.

    Args:
        paths: Zips, folders, JSON files, or URLs of zips.
        path: Of the lake, which is made when there is none.
        owner: Label of the donor, whose chats have nothing to do with those of others.
        me: Display names of the donor, if the archive does not tell.
        persona: A persona that the donor joins: whose voice the assistant speaks.
        bucket_count: Of a lake that is made.
        limits: What the archives may ask of the machine, where that is more than usual.

    Raises:
        ArchiveError: There is nothing to read; the lake is as before.
        UsageError: The donor is in the lake as one of a store's owners, or nobody can say who the donor is.
    """
    lake = make_lake(path, bucket_count)
    name = f"donor-{make_id('owner', owner)}"
    _check_owners(lake, name, {str(make_id("owner", owner)): owner})
    for _ in range(_TRIES):
        with suppress(PartTaken), temporary_folder() as folder:
            database = Database(str(folder / "donor.duckdb"))
            return _load(lake, name, database, paths, owner, me, persona, limits)
    raise PartTaken(f"other processes go on loading '{owner}'; repeat when they are done")


def _load(
    lake: Lake,
    name: str,
    database: Database,
    paths: Sequence[str | Path],
    owner: str,
    me: Sequence[str],
    persona: str | None,
    limits: Limits | None,
) -> LoadSummary:
    before = lake.part(name)
    migrate(database)
    with database.transaction() as connection:
        statement = sa.text("update settings set value = :count where name = 'bucket_count'")
        connection.execute(statement, {"count": str(lake.bucket_count)})
        if before:
            check_release(before)
            read_part(connection, before)
    imported = import_archives(database, paths, owner=owner, me=me, limits=limits)
    has_joined = persona is not None and _join(database, persona, owner)
    if before and not has_joined and not (imported.added_count or imported.changed_count or me):
        return _summary(name, before.generation, before.about, imported)
    with lake.new_part(name, before) as folder, database.transaction() as connection:
        about = write_part(connection, folder)
    return _summary(name, (before.generation if before else 0) + 1, about, imported)


def _join(database: Database, persona: str, owner: str) -> bool:
    """Make the donor one of a persona's people, and return whether that is new."""
    with database.connect(is_read_only=True) as connection:
        personas = select(connection, "queries/find_personas", name=persona)
        donor = select(connection, "queries/list_owners")[0]["self_participant_id"]
    if donor is None:
        raise UsageError(f"nobody can say which person in these chats is '{owner}'; tell it with --me NAME")
    if personas:
        return False
    add_persona(database, persona, [donor])
    return True


def check_release(part: Part) -> None:
    """Return if the tables of a part are those of this release, or raise `UsageError`."""
    if part.about.revision != head():
        raise UsageError(
            f"{part.path} was written by another release (revision {part.about.revision}, this is {head()});"
            " build or load it again into a new lake"
        )


def _check_owners(lake: Lake, name: str, owners: Mapping[str, str]) -> None:
    for part in lake.parts():
        both = part.about.owners.keys() & owners.keys()
        if both and part.name != name:
            label = part.about.owners[min(both)]
            raise UsageError(
                f"the chats of '{label}' are in the lake already, in {part.path.name}; a lake holds them"
                " once: choose another lake or another owner"
            )


def _summary(name: str, generation: int, about: PartAbout, imported: ImportSummary | None) -> LoadSummary:
    message_count = sum(about.buckets["messages"].values())
    return LoadSummary(name, generation, tuple(about.owners.values()), message_count, imported)
