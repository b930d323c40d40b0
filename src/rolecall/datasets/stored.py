"""The rows of datasets: a recipe with its persona and its lists, read and stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from rolecall.datasets.options import OPTIONS, Recipe
from rolecall.datasets.recipes import system_prompt_tokens
from rolecall.errors import UsageError
from rolecall.ids import make_id
from rolecall.store.bulk import insert, remove
from rolecall.store.names import Named, find, find_all
from rolecall.store.readers import Readers
from rolecall.store.statements import select

Names = Sequence[str | int]
"""Exact names or ids."""
LISTED = ("threads", "people")
"""What a recipe may name beside its options."""
_TABLES = ("dataset_threads", "dataset_participants", "dataset_duplicates", "datasets")


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

    @property
    def params(self) -> dict[str, object]:
        """What queries of its views are asked with."""
        return {"dataset_id": self.dataset_id, "mode": self.recipe.mode}

    @property
    def row(self) -> dict[str, object]:
        """Its row in `datasets`: column -> value."""
        columns = ("dataset_id", "name", "version_no", "persona_id", "system_prompt_tokens", "created_at")
        return {**{name: getattr(self, name) for name in columns}, **asdict(self.recipe)}

    def without_context(self) -> "Dataset":
        """Return it as if its recipe had context_exchanges 0."""
        return replace(self, recipe=replace(self.recipe, context_exchanges=0))


def find_dataset(connection: sa.Connection, name_or_id: str | int) -> Dataset:
    """Return a dataset; of a name the newest version.

    Raises:
        NotFound: There is none of that name or id.
    """
    return _datasets(connection, find(connection, "datasets", name_or_id).id)[0]


def all_datasets(connection: sa.Connection) -> list[Dataset]:
    """Return every dataset, in the order of names and versions."""
    return _datasets(connection, None)


def reasons_of(pool: Readers, dataset: Dataset) -> dict[str, int]:
    """Return how many messages stand in no example of a dataset, by reason, most first."""
    counts: Counter[str] = Counter()
    for rows in pool.select("queries/dataset_reasons", **dataset.params):
        for row in rows:
            counts[str(row["reason"])] += int(row["message_count"])
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def make_dataset(
    connection: sa.Connection,
    name: str,
    version_no: int,
    persona: str | int,
    recipe: Recipe,
    lists: Lists,
    start: Dataset | None,
) -> Dataset:
    """Store a new dataset and return it; lists that are not given are those of the start."""
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
    add_dataset(connection, dataset)
    return dataset


def add_dataset(connection: sa.Connection, dataset: Dataset) -> None:
    """Store the rows of a dataset."""
    insert(connection, "datasets", dataset.row)
    for table, column, chosen in (
        ("dataset_threads", "thread_id", dataset.threads),
        ("dataset_participants", "participant_id", dataset.people),
    ):
        for is_included, listed in ((True, chosen.included), (False, chosen.excluded)):
            for named in listed:
                row = {"dataset_id": dataset.dataset_id, column: named.id, "is_included": is_included}
                insert(connection, table, row)


def remove_dataset(connection: sa.Connection, dataset_id: int) -> None:
    """Remove the rows of a dataset."""
    remove(connection, _TABLES, dataset_id=dataset_id)


def _select(
    connection: sa.Connection, table: str, included: Names, excluded: Names, start: Selection
) -> Selection:
    """Return the rows that names mean; a list that is not given is taken from the start."""
    yes, no = find_all(connection, table, included), find_all(connection, table, excluded)
    chosen = Selection(yes or start.included, no or start.excluded)
    both = [named.name for named in chosen.included if named in chosen.excluded]
    if both:
        raise UsageError(f"'{both[0]}' is both to be included and to be left out; choose one")
    return chosen


def _datasets(connection: sa.Connection, dataset_id: int | None) -> list[Dataset]:
    """Return one dataset, or all of them, with what they name."""
    return [
        Dataset(
            **{name: value for name, value in row.items() if name not in OPTIONS},
            recipe=Recipe(**{name: row[name] for name in OPTIONS}),
            threads=_listed(connection, "threads", row["dataset_id"]),
            people=_listed(connection, "participants", row["dataset_id"]),
        )
        for row in select(connection, "queries/list_datasets", dataset_id=dataset_id)
    ]


def _listed(connection: sa.Connection, table: str, dataset_id: int) -> Selection:
    """Return the threads or participants that a dataset names."""
    key, name = ("thread_id", "title") if table == "threads" else ("participant_id", "display_name")
    rows = select(connection, f"queries/list_dataset_{table}", dataset_id=dataset_id)
    yes, no = (
        tuple(Named(row[key], row[name]) for row in rows if row["is_included"] == is_included)
        for is_included in (True, False)
    )
    return Selection(yes, no)
