"""Giving people the slugs that datasets with has_name_field write, and keeping them."""

from collections import defaultdict

import pyarrow as pa
import sqlalchemy as sa

from rolecall.store.bulk import append
from rolecall.store.statements import run, select
from rolecall.texts.slugs import free_slug


def give_slugs(connection: sa.Connection) -> None:
    """Give a slug to each participant whose display name has none yet, in the running transaction.

    One that was ever given goes on to mean the same person: files that hold it may exist.
    """
    people = select(connection, "queries/unnamed_participants")
    if not people:
        return
    taken: dict[int, set[str]] = defaultdict(set)
    for row in select(connection, "queries/taken_slugs"):
        taken[row["owner_id"]].add(row["slug"].casefold())
    run(connection, "datasets/retire_slugs")
    rows = [
        {
            "owner_id": row["owner_id"],
            "slug": free_slug(row["display_name"], taken[row["owner_id"]]),
            "participant_id": row["participant_id"],
            "made_from": row["display_name"],
            "is_current": True,
        }
        for row in people
    ]
    append(connection, "participant_slugs", pa.Table.from_pylist(rows))
