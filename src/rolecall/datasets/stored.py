"""The rows of datasets: a recipe with its persona and its lists, read and stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.recipes import Recipe, system_prompt_tokens
from rolecall.errors import UsageError
from rolecall.ids import make_id
from rolecall.store.bulk import insert
from rolecall.store.names import Named, find
from rolecall.store.readers import Readers
from rolecall.store.statements import select

Names = Sequence[str | int]
"""Exact names or ids."""
OPTIONS = [field.name for field in fields(Recipe)]
LISTED = ("threads", "people")
"""What a recipe may name beside its options."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The threads or the people that a recipe names."""

    included: tuple[Named, ...] = ()
    """When there is any, all that are not listed are left out."""
    excluded: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Lists:
    """The threads and people that somebody names for a recipe, to be looked up."""

    include_threads: Names = ()
    exclude_threads: Names = ()
    include_people: Names = ()
    exclude_people: Names = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """One version of one recipe, with the persona and the lists it names."""

    dataset_id: int
    name: str
    version_no: int
    persona_id: int
    persona_name: str
    recipe: Recipe
    system_prompt_tokens: int
    created_at: datetime
    """UTC."""
    threads: Selection = Selection()
    people: Selection = Selection()


def find_dataset(connection: sa.Connection, name_or_id: str | int) -> Dataset:
    """Return a dataset over an open connection, as `show_dataset` does."""
    found = find(connection, "datasets", name_or_id)
    return dataset_of(connection, select(connection, "queries/list_datasets", dataset_id=found.id)[0])


def reasons_of(pool: Readers, dataset: Mapping[str, Any]) -> dict[str, int]:
    """Return how many messages stand in no example of a dataset, by reason, most first."""
    counts: Counter[str] = Counter()
    for found in pool.select("queries/dataset_reasons", dataset):
        for row in found:
            counts[str(row["reason"])] += int(row["message_count"])
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def add_dataset(
    connection: sa.Connection,
    name: str,
    version_no: int,
    persona: str | int,
    recipe: Recipe,
    lists: Lists,
    start: Dataset | None,
) -> Dataset:
    """Store a dataset and return it; lists that are not given are those of the start."""
    voice = find(connection, "personas", persona)
    threads, people = (start.threads, start.people) if start else (Selection(), Selection())
    dataset = Dataset(
        dataset_id=make_id("dataset", name, version_no),
        name=name,
        version_no=version_no,
        persona_id=voice.id,
        persona_name=voice.name,
        recipe=recipe,
        system_prompt_tokens=system_prompt_tokens(recipe, voice.name),
        created_at=datetime.now(UTC).replace(tzinfo=None),
        threads=_select(connection, "threads", lists.include_threads, lists.exclude_threads, threads),
        people=_select(connection, "participants", lists.include_people, lists.exclude_people, people),
    )
    _store(connection, dataset)
    return dataset


def _select(
    connection: sa.Connection, table: str, included: Names, excluded: Names, start: Selection
) -> Selection:
    """Return the rows that names mean; a list that is not given is taken from the start."""
    yes = {row.id: row for row in (find(connection, table, name) for name in included)}
    no = {row.id: row for row in (find(connection, table, name) for name in excluded)}
    included_rows, excluded_rows = (tuple(chosen[key] for key in sorted(chosen)) for chosen in (yes, no))
    chosen = Selection(included_rows or start.included, excluded_rows or start.excluded)
    both = [row.name for row in chosen.included if row in chosen.excluded]
    if both:
        raise UsageError(f"'{both[0]}' is both to be included and to be left out; choose one")
    return chosen


def _store(connection: sa.Connection, dataset: Dataset) -> None:
    named = ("dataset_id", "name", "version_no", "persona_id", "system_prompt_tokens", "created_at")
    insert(
        connection, "datasets", {**{key: getattr(dataset, key) for key in named}, **asdict(dataset.recipe)}
    )
    for table, column, chosen in (
        ("dataset_threads", "thread_id", dataset.threads),
        ("dataset_participants", "participant_id", dataset.people),
    ):
        for is_included, listed in ((True, chosen.included), (False, chosen.excluded)):
            for row in listed:
                insert(
                    connection,
                    table,
                    {"dataset_id": dataset.dataset_id, column: row.id, "is_included": is_included},
                )


def dataset_of(connection: sa.Connection, row: dict[str, Any]) -> Dataset:
    """Return a row of `list_datasets` with what it names."""
    dataset_id = row["dataset_id"]
    threads = select(connection, "queries/list_dataset_threads", dataset_id=dataset_id)
    people = select(connection, "queries/list_dataset_participants", dataset_id=dataset_id)
    own = {key: value for key, value in row.items() if key not in OPTIONS}
    return Dataset(
        **own,
        recipe=Recipe(**{key: row[key] for key in OPTIONS}),
        threads=_selection([(one["is_included"], one["thread_id"], one["title"]) for one in threads]),
        people=_selection(
            [(one["is_included"], one["participant_id"], one["display_name"]) for one in people]
        ),
    )


def _selection(listed: list[tuple[bool, int, str]]) -> Selection:
    return Selection(
        tuple(Named(row_id, name) for is_included, row_id, name in listed if is_included),
        tuple(Named(row_id, name) for is_included, row_id, name in listed if not is_included),
    )
