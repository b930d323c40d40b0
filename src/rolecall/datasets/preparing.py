"""What a dataset's views need and SQL cannot make: tokens counted, languages told, and duplicates found.

Each is rows in the store. A text is looked at once; the duplicates of a dataset are found anew each time.
"""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import sqlalchemy as sa

from rolecall.datasets.counting import count_texts, table_of
from rolecall.datasets.slug_rows import give_slugs
from rolecall.store.buckets import Range
from rolecall.store.bulk import append, batches
from rolecall.store.locks import TEXTS, wait_for
from rolecall.store.statements import statement
from rolecall.texts.tongues import check_language, languages_of

Row = Mapping[str, object]
Passed = Callable[[int], None]
"""Called with the messages of a range when it is done."""


def prepare_dataset(
    connection: sa.Connection, dataset: Row, ranges: Sequence[Range], passed: Passed = lambda _: None
) -> None:
    """Fill the rows that the views of a dataset need and that are not there yet.

    Args:
        connection: With a transaction that may write.
        dataset: Its row.
        ranges: All ranges of buckets.
        passed: Called for each range.

    Raises:
        UsageError: The dataset asks for a language, and there is no detector.
    """
    wait_for(connection, TEXTS)
    tokenizer = str(dataset["tokenizer"])
    if dataset["language"] is not None:
        check_language(str(dataset["language"]))
    count_texts(connection, "queries/uncounted_participants", "participant_tokens", tokenizer)
    if dataset["has_name_field"]:
        give_slugs(connection)
        count_texts(connection, "queries/uncounted_slugs", "slug_tokens", tokenizer)
    for first, last, size in ranges:
        between = {"first_bucket": first, "last_bucket": last}
        count_texts(connection, "queries/uncounted_messages", "message_tokens", tokenizer, **between)
        count_texts(connection, "queries/uncounted_threads", "thread_tokens", tokenizer, **between)
        if dataset["has_placeholders"]:
            count_texts(connection, "queries/uncounted_media", "message_tokens", tokenizer, **between)
        if dataset["language"] is not None:
            _tell_languages(connection, between)
        passed(size)
    if dataset["skip_duplicates"]:
        find_duplicates(connection, dataset, ranges)


def _tell_languages(connection: sa.Connection, between: Mapping[str, int]) -> None:
    texts = table_of(batches(connection, "queries/undetected_messages", **between))
    if texts is None:
        return
    encoded = texts.column("text").combine_chunks().dictionary_encode()
    languages = pa.array(languages_of(encoded.dictionary.to_pylist()), type=pa.string())
    found = texts.drop_columns(["text"]).append_column("language", languages.take(encoded.indices))
    append(connection, "message_languages", found)


def find_duplicates(connection: sa.Connection, dataset: Row, ranges: Sequence[Range]) -> None:
    """Put every example of a dataset into `dataset_duplicates`, and take the first of each kind out again."""
    own = {"dataset_id": dataset["dataset_id"]}
    connection.execute(sa.text("delete from dataset_duplicates where dataset_id = :dataset_id"), own)
    for first, last, _ in ranges:
        params = {**own, "mode": dataset["mode"], "first_bucket": first, "last_bucket": last}
        hashes = table_of(batches(connection, "queries/example_hashes", **params))
        if hashes is not None:
            append(connection, "dataset_duplicates", hashes)
    connection.execute(statement("datasets/forget_first_examples"), own)
