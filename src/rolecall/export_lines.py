"""The lines of an export: examples counted, rendered and written, and the record of their messages.

One range of buckets is read at a time: a connection cannot write while it is read, and memory stays flat.
"""

from dataclasses import dataclass
from itertools import islice

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.counting import table_of
from rolecall.database import append, batches
from rolecall.errors import CheckFailed, StoreError
from rolecall.outputs import Output
from rolecall.records import Example
from rolecall.registry import Format
from rolecall.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, count

EXAMPLES_AT_ONCE = 4096


class _Message(msgspec.Struct):
    content: str


_decode = msgspec.json.Decoder(list[_Message]).decode


@dataclass(slots=True)
class Totals:
    """What was written so far."""

    example_count: int = 0
    message_count: int = 0
    trained_count: int = 0
    token_count: int = 0


@dataclass(frozen=True, slots=True)
class LineWriter:
    """Writes the examples of one dataset to one file."""

    connection: sa.Connection
    """With the transaction that records the export."""
    export_id: int
    dataset_id: int
    split: str | None
    tokenizer: str
    limit_tokens: int | None
    """Of one line; None where the recipe sets no limit."""
    renderer: Format
    output: Output
    totals: Totals

    def write_range(self, first_bucket: int, last_bucket: int) -> None:
        """Write the examples of some buckets, and record their messages.

        Raises:
            CheckFailed: A line has more tokens than its recipe allows.
            StoreError: The views of examples and of their messages disagree.
        """
        params = {"dataset_id": self.dataset_id, "split": self.split}
        between = {"first_bucket": first_bucket, "last_bucket": last_bucket}
        examples = table_of(batches(self.connection, "export_examples", **params, **between))
        if examples is None:
            return
        lines_before = self.totals.example_count
        for batch in examples.to_batches(max_chunksize=EXAMPLES_AT_ONCE):
            self._write_batch(batch)
        messages = table_of(batches(self.connection, "export_example_messages", **params, **between))
        if messages is not None:
            self._record_messages(messages, line_numbers(messages, lines_before))

    def _write_batch(self, batch: pa.RecordBatch) -> None:
        texts: list[str] = batch.column("messages").to_pylist()
        counts = exact_tokens(texts, self.tokenizer)
        longest = max(counts)
        if self.limit_tokens is not None and longest > self.limit_tokens:
            row = batch.slice(counts.index(longest), 1).to_pylist()[0]
            raise CheckFailed(
                f"example {row['example_no']} of thread {row['thread_id']} has {longest} tokens, max_tokens"
                f" is {self.limit_tokens}; nothing was written; choose another max_tokens and report it"
            )
        examples = map(Example, texts, counts, batch.column("split").to_pylist())
        self.output.write(b"".join(self.renderer.lines(examples)))
        self.totals.example_count += len(texts)
        self.totals.token_count += sum(counts)

    def _record_messages(self, messages: pa.Table, line_nos: pa.Array) -> None:
        if line_nos[-1].as_py() != self.totals.example_count:
            raise StoreError(
                "examples and their messages disagree; look closer with: rolecall status --check"
            )
        is_trained = messages.column("is_trained").cast(pa.bool_())
        self.totals.message_count += messages.num_rows
        self.totals.trained_count += pc.sum(is_trained).as_py()
        columns = {
            "export_id": pa.array([self.export_id] * messages.num_rows, type=pa.int64()),
            "line_no": line_nos,
            "thread_id": messages.column("thread_id"),
            "message_id": messages.column("message_id"),
            "is_trained": is_trained,
        }
        append(self.connection, "export_messages", pa.table(columns))


def exact_tokens(examples: list[str], tokenizer: str) -> list[int]:
    """Return the tokens of each example, given as JSON text of its messages, as OpenAI counts them."""
    contents = [[message.content for message in _decode(text)] for text in examples]
    counts = iter(count([content for example in contents for content in example], tokenizer))
    return [
        EXAMPLE_TOKENS + len(example) * MESSAGE_TOKENS + sum(islice(counts, len(example)))
        for example in contents
    ]


def line_numbers(messages: pa.Table, lines_before: int) -> pa.Array:
    """Return the line of each message; rows come in the order of the file, a new example is a new line."""
    columns = [messages.column(name).combine_chunks() for name in ("thread_id", "example_no")]
    changes = [pc.not_equal(column[1:], column[:-1]) for column in columns]
    starts = pa.concat_arrays([pa.array([True]), pc.or_(*changes)])
    return pc.add(pc.cumulative_sum(starts.cast(pa.int64())), lines_before)
