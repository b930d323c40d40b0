"""Datasets: recipes made, edited, listed and dropped. Their examples are views, keyed by `dataset_id`."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from rolecall.datasets.options import OPTIONS, Recipe
from rolecall.datasets.recipes import make_recipe
from rolecall.datasets.stored import (
    LISTED,
    Dataset,
    Lists,
    Names,
    Selection,
    all_datasets,
    find_dataset,
    make_dataset,
    remove_dataset,
)
from rolecall.errors import NameTaken, UsageError
from rolecall.ids import make_id
from rolecall.store.database import Database
from rolecall.store.names import check_name
from rolecall.store.statements import select


def create_dataset(
    database: Database,
    /,
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
    with database.writing("recipes") as connection:
        if any(row["name"] == name for row in select(connection, "queries/find_datasets", name=name)):
            raise NameTaken(f"there is a dataset named '{name}'; choose another name, or drop that one first")
        start = None if like is None else find_dataset(connection, like)
        recipe = make_recipe(options, preset=preset, like=start.recipe if start else None)
        whose = persona if persona is not None else start.persona_id if start else None
        if whose is None:
            raise UsageError(f"whose voice does the assistant of '{name}' speak? name one: --persona P")
        lists = Lists(include_threads, exclude_threads, include_people, exclude_people)
        return make_dataset(connection, name, _free_version(connection, name), whose, recipe, lists, start)


def edit_dataset(
    database: Database,
    /,
    name_or_id: str | int,
    *,
    persona: str | int | None = None,
    reset: Sequence[str] = (),
    include_threads: Names = (),
    exclude_threads: Names = (),
    include_people: Names = (),
    exclude_people: Names = (),
    **options: object,
) -> Dataset:
    """Make the next version of a dataset and return it; what was exported before keeps its version.

    Args:
        database: The store.
        name_or_id: The dataset to start from; of a name the newest version.
        persona: Another persona.
        reset: Options that go back to their defaults; `threads` and `people` empty those lists.
        include_threads: As in `create_dataset`, like the lists below; one that is given replaces the old one.
        exclude_threads: Titles or ids to leave out.
        include_people: Names or ids.
        exclude_people: Names or ids of people whose messages are left out.
        options: Fields of `Recipe` that change.

    Raises:
        NotFound, Ambiguous: No row, or several, of a name.
        UsageError: Nothing changes, or an option or a combination cannot be meant so.
    """
    with database.writing("recipes") as connection:
        start = find_dataset(connection, name_or_id)
        if both := sorted(set(reset) & options.keys()):
            raise UsageError(f"{both[0]} is to be changed and reset; choose one")
        recipe = make_recipe({**_defaults(start.recipe, reset), **options}, like=start.recipe)
        begin = replace(
            start,
            threads=Selection() if "threads" in reset else start.threads,
            people=Selection() if "people" in reset else start.people,
        )
        version_no = _next_version(connection, start.name)
        whose = persona if persona is not None else start.persona_id
        lists = Lists(include_threads, exclude_threads, include_people, exclude_people)
        made = make_dataset(connection, start.name, version_no, whose, recipe, lists, begin)
        if all(getattr(made, name) == getattr(start, name) for name in ("recipe", "persona_id", *LISTED)):
            raise UsageError(f"nothing of '{start.name}' changes; name an option and its new value")
    return made


def list_datasets(database: Database) -> list[Dataset]:
    """Return every dataset, in the order of names and versions."""
    with database.reading() as connection:
        return all_datasets(connection)


def show_dataset(database: Database, name_or_id: str | int) -> Dataset:
    """Return a dataset; of a name the newest version.

    Raises:
        NotFound: There is none of that name or id.
    """
    with database.reading() as connection:
        return find_dataset(connection, name_or_id)


def drop_dataset(database: Database, name_or_id: str | int) -> list[Dataset]:
    """Remove a dataset, all versions of a name or the one of an id, and return what was removed.

    Its exports stay recorded, with recipe and messages: the files exist, and models may have seen them.

    Raises:
        NotFound: There is none of that name or id.
    """
    with database.writing("recipes") as connection:
        find_dataset(connection, name_or_id)
        asked = str(name_or_id)
        versions = [row for row in all_datasets(connection) if asked in (row.name, str(row.dataset_id))]
        for dataset in versions:
            remove_dataset(connection, dataset.dataset_id)
    return versions


def _defaults(recipe: Recipe, names: Sequence[str]) -> dict[str, object]:
    """Return the defaults of some options, as they are in the mode of a recipe."""
    known = [*OPTIONS, *LISTED]
    for name in names:
        if name not in known:
            raise UsageError(f"no option named '{name}' to reset; choose from: {', '.join(known)}")
    return {name: OPTIONS[name].default_in(recipe.mode) for name in names if name in OPTIONS}


def _next_version(connection: sa.Connection, name: str) -> int:
    newest = max(row.version_no for row in all_datasets(connection) if row.name == name)
    return max(newest + 1, _free_version(connection, name))


def _free_version(connection: sa.Connection, name: str) -> int:
    """Return the first version whose id no export has: exports outlive datasets, and ids mean one thing."""
    version_no = 1
    while select(connection, "queries/exports_of_dataset", dataset_id=make_id("dataset", name, version_no)):
        version_no += 1
    return version_no
