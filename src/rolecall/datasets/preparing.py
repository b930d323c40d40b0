"""What a dataset's views need and SQL cannot make: tokens counted, languages told, and duplicates found.

Each is rows in the store. A text is looked at once; the duplicates of a dataset are found anew each time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pyarrow as pa
import sqlalchemy as sa

from rolecall.datasets.counting import count_texts, table_of, with_answers
from rolecall.datasets.options import Recipe
from rolecall.datasets.slug_rows import give_slugs
from rolecall.datasets.stored import Dataset, add_dataset, remove_dataset
from rolecall.ids import make_id
from rolecall.store.buckets import Range
from rolecall.store.bulk import append, batches
from rolecall.store.locks import TEXTS, wait_for
from rolecall.store.statements import run
from rolecall.texts.tongues import check_language, languages_of

Passed = Callable[[int], None]
"""Called with the messages of a range when it is done."""


def prepare_dataset(
    connection: sa.Connection, dataset: Dataset, ranges: Sequence[Range], passed: Passed = lambda _: None
) -> None:
    """Fill the rows that the views of a dataset need and that are not there yet.

    Args:
        connection: With a transaction that may write.
        dataset: What is to be looked at or exported.
        ranges: All ranges of buckets.
        passed: Called for each range.

    Raises:
        UsageError: The dataset asks for a language, and there is no detector.
    """
    prepare_texts(connection, dataset.recipe, ranges, passed)
    if dataset.recipe.skip_duplicates:
        find_duplicates(connection, dataset, ranges)


def prepare_texts(
    connection: sa.Connection, recipe: Recipe, ranges: Sequence[Range], passed: Passed = lambda _: None
) -> None:
    """Count the texts that a recipe asks for, and tell their languages; otherwise as `prepare_dataset`."""
    wait_for(connection, TEXTS)
    tokenizer = recipe.tokenizer
    if recipe.language is not None:
        check_language(recipe.language)
    count_texts(connection, "queries/uncounted_participants", "participant_tokens", tokenizer)
    if recipe.has_name_field:
        give_slugs(connection)
        count_texts(connection, "queries/uncounted_slugs", "slug_tokens", tokenizer)
    for first, last, size in ranges:
        between = {"first_bucket": first, "last_bucket": last}
        count_texts(connection, "queries/uncounted_messages", "message_tokens", tokenizer, **between)
        count_texts(connection, "queries/uncounted_threads", "thread_tokens", tokenizer, **between)
        if recipe.has_placeholders:
            count_texts(connection, "queries/uncounted_media", "message_tokens", tokenizer, **between)
        if recipe.language is not None:
            _tell_languages(connection, between)
        passed(size)


def _tell_languages(connection: sa.Connection, between: Mapping[str, int]) -> None:
    texts = table_of(batches(connection, "queries/undetected_messages", **between))
    if texts is not None:
        append(connection, "message_languages", with_answers(texts, "language", languages_of, pa.string()))


def find_duplicates(connection: sa.Connection, dataset: Dataset, ranges: Sequence[Range]) -> None:
    """Put every example of a dataset into `dataset_duplicates`, and take the first of each kind out again."""
    dataset_id = dataset.dataset_id
    forget = sa.text("delete from dataset_duplicates where dataset_id = :dataset_id")
    connection.execute(forget, {"dataset_id": dataset_id})
    for first, last, _ in ranges:
        add_hashes(connection, dataset, first, last)
    run(connection, "datasets/forget_first_examples", dataset_id=dataset_id)


def add_hashes(connection: sa.Connection, dataset: Dataset, first_bucket: int, last_bucket: int) -> None:
    """Put the examples of some buckets into `dataset_duplicates`."""
    between = {"first_bucket": first_bucket, "last_bucket": last_bucket}
    hashes = table_of(batches(connection, "queries/example_hashes", **dataset.params, **between))
    if hashes is not None:
        append(connection, "dataset_duplicates", hashes)


@contextmanager
def stored_twin(connection: sa.Connection, dataset: Dataset, ranges: Sequence[Range]) -> Iterator[Dataset]:
    """Store a changed dataset under another id for as long as the block runs.

    The transaction is not committed before that, so nobody else ever sees it.
    """
    twin = replace(dataset, dataset_id=make_id("dataset without context", dataset.dataset_id))
    add_dataset(connection, twin)
    if twin.recipe.skip_duplicates:  # its texts are counted already
        find_duplicates(connection, twin, ranges)
    yield twin
    remove_dataset(connection, twin.dataset_id)
