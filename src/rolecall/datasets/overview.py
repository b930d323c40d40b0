"""A dataset in words and numbers, before it is exported."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.describing import in_words
from rolecall.datasets.personas import people_of
from rolecall.datasets.preparing import prepare_dataset
from rolecall.datasets.stored import Dataset, find_dataset, reasons_of
from rolecall.datasets.totals import Totals, length_class
from rolecall.store.buckets import bucket_ranges
from rolecall.store.database import Database
from rolecall.store.readers import Readers, readers
from rolecall.store.statements import select

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """A dataset in words and numbers."""

    dataset: Dataset
    words: tuple[str, ...]
    """Sentences that say what the model will learn from."""
    totals: dict[str, Totals]
    """By split; tokens as estimated, which is rather too many than too few."""
    left_out: dict[str, int]
    """Messages that stand in no example, by reason, most first."""
    exports: list[Row]
    """Files written from this version, the newest first."""


def overview_dataset(database: Database, name_or_id: str | int) -> Overview:
    """Return what a dataset is in words, and what an export would write: how much, and what it leaves out.

    Raises:
        NotFound: There is no dataset of that name or id.
    """
    with database.working() as connection:
        with connection.begin():
            dataset = find_dataset(connection, name_or_id)
            prepare_dataset(connection, dataset, bucket_ranges(connection))
        with connection.begin(), readers(connection) as pool:
            return Overview(
                dataset=dataset,
                words=tuple(_words(connection, dataset)),
                totals=_totals(pool, dataset),
                left_out=reasons_of(pool, dataset),
                exports=select(connection, "queries/find_exports", name=str(dataset.dataset_id)),
            )


def dataset_reasons(database: Database, name_or_id: str | int) -> dict[str, int]:
    """Return how many messages a dataset leaves out, by reason, most first.

    Tokens are counted by the export; before the first one the sizes of examples are not known.

    Raises:
        NotFound: There is no dataset of that name or id.
    """
    with database.reading() as connection, readers(connection) as pool:
        return reasons_of(pool, find_dataset(connection, name_or_id))


def _totals(pool: Readers, dataset: Dataset) -> dict[str, Totals]:
    """Return what the examples of each split hold, as estimated."""
    totals: dict[str, Totals] = {}
    for rows in pool.select("queries/dataset_totals", **dataset.params):
        for row in rows:
            number, length = int(row["example_count"]), int(row["token_count"])
            part = Totals(
                example_count=number,
                token_count=number * length,
                trained_token_count=int(row["trained_token_count"]),
                longest_tokens=length,
                lengths={length_class(length): number},
            )
            totals.setdefault(str(row["split"]), Totals()).add(part)
    return dict(sorted(totals.items()))


def _words(connection: sa.Connection, dataset: Dataset) -> list[str]:
    return in_words(
        dataset.recipe,
        dataset.persona_name,
        [person.name for person in people_of(connection, dataset.persona_id)],
        only_threads=[named.name for named in dataset.threads.included],
        no_threads=[named.name for named in dataset.threads.excluded],
        only_people=[named.name for named in dataset.people.included],
        no_people=[named.name for named in dataset.people.excluded],
    )
