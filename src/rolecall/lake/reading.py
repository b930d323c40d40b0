"""What an export of a lake reads: the parts as they were when it began, and the recipe."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from rolecall.datasets.stored import Dataset, find_dataset
from rolecall.errors import NotFound, UsageError
from rolecall.exports.records import recipe_json
from rolecall.files.leftovers import temporary_folder
from rolecall.lake.building import check_release
from rolecall.lake.parts import Lake, Part
from rolecall.lake.writing import LARGE
from rolecall.store.database import Database
from rolecall.store.migrate import migrate
from rolecall.store.statements import run

# Small tables that the views of a dataset stand on. Several parts may bring the same recipe and persona.
READ_TABLES = (
    "participants",
    "participant_tokens",
    "participant_slugs",
    "slug_tokens",
    "threads",
    "thread_tokens",
    "personas",
    "persona_participants",
    "datasets",
    "dataset_threads",
    "dataset_participants",
)


@dataclass(frozen=True, slots=True)
class Files:
    """The parts that are read."""

    parts: Sequence[Part]

    def small(self, table: str) -> list[Path]:
        """Return the files of a small table."""
        return [part.file(table) for part in self.parts if table in part.about.tables]

    def large(self, table: str, first: int, last: int) -> list[Path]:
        """Return the files of a large table that hold rows of some buckets."""
        return [
            part.file(table, bucket)
            for bucket in range(first, last + 1)
            for part in self.parts
            if part.about.rows(table, bucket)
        ]

    def buckets(self, first: int, last: int) -> list[int]:
        """Return those of some buckets that hold messages."""
        return [bucket for bucket in range(first, last + 1) if self.message_count(bucket, bucket)]

    def message_count(self, first: int, last: int) -> int:
        """Return the messages in some buckets."""
        return sum(
            part.about.rows("messages", bucket) for part in self.parts for bucket in range(first, last + 1)
        )


def files_of(lake: Lake) -> Files:
    """Return the files of a lake.

    Raises:
        UsageError: There are none, another release wrote them, or an owner is in two parts.
    """
    parts = lake.parts()
    if not parts:
        raise UsageError(f"nothing is in the lake {lake.path} yet; load it with: rolecall lake import")
    owners: dict[str, Part] = {}
    for part in parts:
        check_release(part)
        for owner_id, label in part.about.owners.items():
            if owner_id in owners:
                both = f"{owners[owner_id].path.name} and {part.path.name}"
                raise UsageError(f"the chats of '{label}' are in two parts, {both}; move one of them away")
            owners[owner_id] = part
    return Files(parts)


class LakeStore:
    """A DuckDB store over the files of a lake, with all views; its large tables are those of some buckets."""

    def __init__(self, connection: sa.Connection, files: Files, bucket_count: int) -> None:
        """Read the small tables; `columns` holds the names of each table, with DuckDB's types."""
        self.connection = connection
        self.files = files
        self.bucket_count = bucket_count
        with connection.begin():
            self.columns = {
                table: self._columns_of(table) for table in (*READ_TABLES, *LARGE, "dataset_duplicates")
            }
            for table in READ_TABLES:
                self._fill(table, files.small(table))
            for table in LARGE:
                connection.exec_driver_sql(f"alter table {table} rename to no_{table}")
            self.show(0, -1)  # no bucket yet

    def show(self, first: int, last: int) -> None:
        """Make the large tables those of some buckets, the first and the last included."""
        for table in LARGE:
            columns = ", ".join(self.columns[table])
            paths = self.files.large(table, first, last)
            source = f"select {columns} from {_read(paths)}" if paths else f"select * from no_{table}"
            self.connection.exec_driver_sql(f"create or replace view {table} as {source}")

    def dataset(self, name_or_id: str | int) -> Dataset:
        """Return a dataset, and leave only what its views need: no other dataset, and few people at a time.

        Raises:
            NotFound, Ambiguous: No dataset, or several, of that name or id.
            UsageError: It asks for languages, and a part of the lake was loaded without.
        """
        with self.connection.begin():
            try:
                dataset = find_dataset(self.connection, name_or_id)
            except NotFound as error:
                advice = "datasets come into a lake with the store they are in: rolecall lake build"
                raise NotFound(f"{error}; {advice}", error.candidates) from error
            others = sa.text("delete from datasets where dataset_id <> :dataset_id")
            self.connection.execute(others, {"dataset_id": dataset.dataset_id})
            self.connection.exec_driver_sql("alter table participants rename to all_participants")
            run(self.connection, "lake/participants")
        for part in self.files.parts:
            if dataset.recipe.language is not None and not part.about.has_languages:
                raise UsageError(
                    f"the dataset '{dataset.name}' asks for a language, and {part.path.name} was loaded"
                    " without; build the lake from the store, then load its donors"
                )
        return dataset

    def recipe(self, dataset: Dataset) -> dict[str, object]:
        """Return a dataset as an export records it."""
        recipe: dict[str, object] = json.loads(recipe_json(self.connection, dataset))
        return recipe

    def _columns_of(self, table: str) -> dict[str, str]:
        described = self.connection.exec_driver_sql(f"describe {table}")
        return {str(row[0]): str(row[1]) for row in described}

    def _fill(self, table: str, paths: Sequence[Path]) -> None:
        if paths:
            columns = ", ".join(self.columns[table])
            statement = f"insert into {table} ({columns}) select distinct {columns} from {_read(paths)}"
            self.connection.exec_driver_sql(statement)


def _read(paths: Sequence[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


@contextmanager
def lake_store(lake: Lake) -> Iterator[LakeStore]:
    """Open a lake for reading; nothing is written into it."""
    files = files_of(lake)
    with temporary_folder() as folder:
        database = Database(str(folder / "store.duckdb"))
        migrate(database)
        with database.connect() as connection:
            yield LakeStore(connection, files, lake.bucket_count)
