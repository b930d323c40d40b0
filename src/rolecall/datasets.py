"""Datasets: making, listing and dropping recipes. Their examples are views, keyed by `dataset_id`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from rolecall.database import Database, insert, rows
from rolecall.errors import NameTaken, UsageError
from rolecall.ids import make_id
from rolecall.lookup import Found, find
from rolecall.recipes import Recipe, check_name, make_recipe, system_prompt_tokens

Names = Sequence[str | int]
"""Exact names or ids."""
OPTIONS = [field.name for field in fields(Recipe)]


@dataclass(frozen=True, slots=True)
class Selection:
    """The threads or the people that a recipe names."""

    included: tuple[Found, ...] = ()
    """When there is any, all that are not listed are left out."""
    excluded: tuple[Found, ...] = ()


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


def create_dataset(
    database: Database,
    name: str,
    *,
    persona: str | int | None = None,
    preset: str | None = None,
    like: str | int | None = None,
    include_threads: Names = (),
    exclude_threads: Names = (),
    include_people: Names = (),
    exclude_people: Names = (),
    **options: object,
) -> Dataset:
    """Make a dataset and return it; nothing is exported yet.

    Args:
        database: The store.
        name: A new name.
        persona: Name or id; may be left out with `like`.
        preset: langchain, chat or group.
        like: Name or id of a dataset whose persona, options and lists are the start.
        include_threads: Titles or ids; when there is any, all other threads are left out.
        exclude_threads: Titles or ids to leave out; wins over `include_threads` of `like`.
        include_people: Names or ids; when there is any, other people's messages are left out.
        exclude_people: Names or ids of people whose messages are left out.
        options: Fields of `Recipe`; those not given are as in the preset, in `like`, or by default.

    Raises:
        NameTaken: There is a dataset of that name.
        NotFound, Ambiguous: No row, or several, of a name.
        UsageError: An option or a combination cannot be meant so.
    """
    check_name("dataset", name)
    with database.transaction() as connection:
        if any(row["name"] == name for row in rows(connection, "find_datasets", name=name)):
            raise NameTaken(f"there is a dataset named '{name}'; choose another name, or drop that one first")
        start = None if like is None else find_dataset(connection, like)
        threads, people = (start.threads, start.people) if start else (Selection(), Selection())
        recipe = make_recipe(options, preset=preset, like=start.recipe if start else None)
        whose = persona if persona is not None else start.persona_id if start else None
        if whose is None:
            raise UsageError(f"whose voice does the assistant of '{name}' speak? name a persona")
        voice = find(connection, "personas", whose)
        version_no = _free_version(connection, name)
        dataset = Dataset(
            dataset_id=make_id("dataset", name, version_no),
            name=name,
            version_no=version_no,
            persona_id=voice.id,
            persona_name=voice.name,
            recipe=recipe,
            system_prompt_tokens=system_prompt_tokens(recipe, voice.name),
            created_at=datetime.now(UTC).replace(tzinfo=None),
            threads=_select(connection, "threads", include_threads, exclude_threads, threads),
            people=_select(connection, "participants", include_people, exclude_people, people),
        )
        _store(connection, dataset)
    return dataset


def list_datasets(database: Database) -> list[Dataset]:
    """Return every dataset, in the order of names and versions."""
    with database.connect(is_read_only=True) as connection:
        return [_dataset(connection, row) for row in rows(connection, "list_datasets", dataset_id=None)]


def show_dataset(database: Database, name_or_id: str | int) -> Dataset:
    """Return a dataset; of a name the newest version.

    Raises:
        NotFound: There is none of that name or id.
    """
    with database.connect(is_read_only=True) as connection:
        return find_dataset(connection, name_or_id)


def find_dataset(connection: sa.Connection, name_or_id: str | int) -> Dataset:
    """Return a dataset over an open connection, as `show_dataset` does."""
    found = find(connection, "datasets", name_or_id)
    return _dataset(connection, rows(connection, "list_datasets", dataset_id=found.id)[0])


def drop_dataset(database: Database, name_or_id: str | int) -> list[Dataset]:
    """Remove a dataset, all versions of a name or the one of an id, and return what was removed.

    Its exports stay recorded, with recipe and messages: the files exist, and models may have seen them.

    Raises:
        NotFound: There is none of that name or id.
    """
    with database.transaction() as connection:
        found = find_dataset(connection, name_or_id)
        every = [_dataset(connection, row) for row in rows(connection, "list_datasets", dataset_id=None)]
        gone = [one for one in every if str(name_or_id) in (one.name, str(one.dataset_id))] or [found]
        for dataset in gone:
            for table in ("dataset_threads", "dataset_participants", "datasets"):
                connection.execute(
                    sa.text(f"delete from {table} where dataset_id = :dataset_id"),
                    {"dataset_id": dataset.dataset_id},
                )
    return gone


def _free_version(connection: sa.Connection, name: str) -> int:
    """Return the first version whose id no export has: exports outlive datasets, and ids mean one thing."""
    version_no = 1
    while rows(connection, "exports_of_dataset", dataset_id=make_id("dataset", name, version_no)):
        version_no += 1
    return version_no


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


def _dataset(connection: sa.Connection, row: dict[str, Any]) -> Dataset:
    dataset_id = row["dataset_id"]
    threads = rows(connection, "list_dataset_threads", dataset_id=dataset_id)
    people = rows(connection, "list_dataset_participants", dataset_id=dataset_id)
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
        tuple(Found(row_id, name) for is_included, row_id, name in listed if is_included),
        tuple(Found(row_id, name) for is_included, row_id, name in listed if not is_included),
    )
