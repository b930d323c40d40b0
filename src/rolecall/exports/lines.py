"""The examples of an export on their way to its file, counted exactly, and the record of their messages.

Ranges of buckets come one after the other, so memory stays flat; while one is rendered, the next are read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, pairwise

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from rolecall.datasets.counting import table_of
from rolecall.datasets.stored import Dataset
from rolecall.datasets.totals import Totals
from rolecall.errors import CheckFailed
from rolecall.formats import Example
from rolecall.store.buckets import Range
from rolecall.store.bulk import append, batches
from rolecall.store.readers import Readers
from rolecall.texts.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, NAME_TOKENS, count

EXAMPLES_AT_ONCE = 1024


class _Message(msgspec.Struct):
    role: str
    content: str
    name: str | None = None
    weight: int = 1


_decode = msgspec.json.Decoder(list[list[_Message]]).decode


@dataclass(frozen=True, slots=True)
class ExampleReader:
    """Reads the examples of one dataset for one file."""

    readers: Readers
    """Over the transaction that records the export."""
    export_id: int
    dataset: Dataset
    split: str | None
    since_export_id: int | None = None
    """When given, only examples that train a message which this export did not train."""
    totals: Totals = field(default_factory=Totals)

    def examples(self, ranges: Sequence[Range], passed: Callable[[int], None]) -> Iterator[Example]:
        """Yield every example in the order of the file, and record its messages.

        Args:
            ranges: The buckets to read.
            passed: Called with the messages of a range when it is done.

        Raises:
            CheckFailed: An example has more tokens than its recipe allows.
        """
        recorded: Future[None] | None = None
        for (_, _, size), table in self.readers.read(ranges, self._read):
            if recorded is not None:
                recorded.result()
            if table is not None:
                lines_before = self.totals.example_count
                for batch in table.to_batches(max_chunksize=EXAMPLES_AT_ONCE):
                    yield from self._counted(batch)
                recorded = self.readers.write(partial(self._record, table, lines_before))
            passed(size)
        if recorded is not None:
            recorded.result()

    def _read(self, connection: sa.Connection, buckets: Range) -> pa.Table | None:
        between = {"first_bucket": buckets[0], "last_bucket": buckets[1]}
        own = {**self.dataset.params, "split": self.split}
        table = table_of(batches(connection, "queries/export_examples", **own, **between))
        if table is None or self.since_export_id is None:
            return table
        since = {"since_export_id": self.since_export_id, "dataset_id": self.dataset.dataset_id}
        new = table_of(batches(connection, "queries/new_examples", **since, **between))
        keys = set(zip(*(new.column(name).to_pylist() for name in KEY), strict=True)) if new else set()
        wanted = [key in keys for key in zip(*(table.column(name).to_pylist() for name in KEY), strict=True)]
        return table.filter(pa.array(wanted)) if any(wanted) else None

    def _counted(self, batch: pa.RecordBatch) -> Iterator[Example]:
        texts: list[str] = batch.column("messages").to_pylist()
        lengths, trained = exact_tokens(texts, self.dataset.recipe.tokenizer)
        longest, limit = max(lengths), self.dataset.recipe.limit_tokens
        if limit is not None and longest > limit:
            row = batch.slice(lengths.index(longest), 1).to_pylist()[0]
            raise CheckFailed(
                f"example {row['example_no']} of thread {row['thread_id']} has {longest} tokens, max_tokens"
                f" is {limit}; nothing was written; choose another max_tokens and report it"
            )
        self.totals.add_examples(lengths, sum(trained))
        splits = batch.column("split").to_pylist()
        yield from map(Example, texts, lengths, splits)

    def _record(self, table: pa.Table, lines_before: int, connection: sa.Connection) -> None:
        """Add a row to `export_messages` for each message on each line."""
        for name, is_trained in (("trained_message_ids", True), ("other_message_ids", False)):
            # Each id stands after a blank, so the first piece of a text is empty.
            listed = table.column(name).combine_chunks().cast(pa.string()).fill_null("")
            pieces = pc.split_pattern(listed, " ")
            line_of_piece = pc.list_parent_indices(pieces)
            ids = pc.list_flatten(pieces)
            is_id = pc.not_equal(ids, "")
            line, ids = line_of_piece.filter(is_id), ids.filter(is_id).cast(pa.int64())
            self.totals.message_count += len(ids)
            self.totals.trained_count += len(ids) if is_trained else 0
            columns = {
                "export_id": pa.array([self.export_id] * len(ids), type=pa.int64()),
                "line_no": pc.add(line.cast(pa.int64()), lines_before + 1),
                "thread_id": table.column("thread_id").combine_chunks().take(line),
                "message_id": ids,
                "is_trained": pa.array([is_trained] * len(ids), type=pa.bool_()),
            }
            append(connection, "export_messages", pa.table(columns))


KEY = ("thread_id", "example_no")


def exact_tokens(examples: list[str], tokenizer: str) -> tuple[list[int], list[int]]:
    """Return the tokens of each example as OpenAI counts them, and those of its trained replies' words.

    Args:
        examples: JSON text of the messages of each.
        tokenizer: A name of `tokens.TOKENIZERS`.
    """
    decoded = _decode(f"[{','.join(examples)}]")
    messages = [message for example in decoded for message in example]
    counts = count([message.content for message in messages], tokenizer)
    name_costs = _name_costs(messages, tokenizer)
    costs = [size + name_costs[message.name] for size, message in zip(counts, messages, strict=True)]
    # Sums up to each message, and the indexes where examples end, give the sum of each example.
    sums = list(accumulate(costs, initial=0))
    trained = [
        size if message.role == "assistant" and message.weight else 0
        for size, message in zip(counts, messages, strict=True)
    ]
    trained_sums = list(accumulate(trained, initial=0))
    ends = list(accumulate(map(len, decoded), initial=0))
    lengths = [
        EXAMPLE_TOKENS + (end - begin) * MESSAGE_TOKENS + sums[end] - sums[begin]
        for begin, end in pairwise(ends)
    ]
    return lengths, [trained_sums[end] - trained_sums[begin] for begin, end in pairwise(ends)]


def _name_costs(messages: Iterable[_Message], tokenizer: str) -> dict[str | None, int]:
    """Return the tokens of each name with the field that it stands in; a message without one costs none."""
    names = list({message.name for message in messages if message.name is not None})
    counted = zip(names, count(names, tokenizer), strict=True)
    return {None: 0} | {name: tokens + NAME_TOKENS for name, tokens in counted}
