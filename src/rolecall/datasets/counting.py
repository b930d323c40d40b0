"""Filling the token rows that a dataset's views need: SQL has no tokenizer."""

from collections.abc import Callable, Iterable

import pyarrow as pa
import sqlalchemy as sa

from rolecall.store.bulk import append, batches
from rolecall.texts.tokens import count


def count_texts(connection: sa.Connection, query: str, table: str, tokenizer: str, **params: object) -> int:
    """Count the texts that a query lists, each distinct one once, add their rows to a table; return how many.

    Args:
        connection: With a transaction that may write.
        query: Yields the key columns of the table and a column `text`.
        table: message_tokens, participant_tokens, thread_tokens or slug_tokens.
        tokenizer: A name of `tokens.TOKENIZERS`.
        params: Of the query.
    """
    texts = table_of(batches(connection, query, tokenizer=tokenizer, **params))
    if texts is None:
        return 0
    counted = with_answers(texts, "token_count", lambda listed: count(listed, tokenizer), pa.int64())
    names = pa.array([tokenizer] * counted.num_rows, type=pa.string())
    append(connection, table, counted.append_column("tokenizer", names))
    return int(counted.num_rows)


def with_answers(
    texts: pa.Table, name: str, ask: Callable[[list[str]], Iterable[object]], type_: pa.DataType
) -> pa.Table:
    """Return rows with a column of answers in the place of `text`; each distinct text is asked about once."""
    encoded = texts.column("text").combine_chunks().dictionary_encode()
    answers = pa.array(ask(encoded.dictionary.to_pylist()), type=type_)
    return texts.drop_columns(["text"]).append_column(name, answers.take(encoded.indices))


def table_of(parts: Iterable[pa.RecordBatch]) -> pa.Table | None:
    """Return all batches as one table, None without a row; a connection cannot write while it is read."""
    held = [part for part in parts if part.num_rows]
    return pa.Table.from_batches(held) if held else None
