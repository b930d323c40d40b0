"""Exports: a dataset's examples written to a file, and the record of which message stands on which line.

The record is committed before the file gets its name: a file that stands in its place is always known, and a
failure leaves nothing behind.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolecall.counting import count_texts
from rolecall.database import Database, rows
from rolecall.errors import EmptyDataset, UsageError
from rolecall.export_lines import LineWriter, Totals
from rolecall.export_records import ExportSummary, add_record, next_export_id, remove_record
from rolecall.lookup import find
from rolecall.outputs import Output, check_place, writing
from rolecall.registry import Format, format_named

SPLITS = ("train", "validation")
# Messages whose buckets are read together. Larger ranges are no faster from here on, and hold more memory.
MESSAGES_AT_ONCE = 125_000

Progress = Callable[[int, int], None]
Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""
Row = dict[str, Any]


def export_dataset(
    database: Database,
    name_or_id: str | int,
    path: str | Path | None = None,
    *,
    format: str = "openai",
    split: str | None = None,
    is_forced: bool = False,
    progress: Progress | None = None,
) -> ExportSummary:
    """Write the examples of a dataset to a file, record what was written, and return it.

    Args:
        database: The store.
        name_or_id: Of the dataset; of a name the newest version.
        path: Where to write; by default the dataset's name in the working folder.
        format: A name of `formats/`.
        split: train or validation; both in one file without it.
        is_forced: Whether a file that is there may be replaced.
        progress: Called with the messages done and the messages in all, each of which is passed twice.

    Raises:
        NotFound: There is no such dataset or format.
        UsageError: The format cannot hold the dataset, or the path or the split cannot be meant so.
        OutputExists: There is a file at that path.
        EmptyDataset: There is no example; nothing is written.
        CheckFailed: An example is longer than max_tokens; nothing is written.
        StoreFull: No room is left on the disk; nothing is written.
    """
    renderer = format_named(format)
    if split not in (None, *SPLITS):
        raise UsageError(
            f"no split named '{split}'; choose from: {', '.join(SPLITS)}, or none for both in one file"
        )
    with database.connect() as connection:
        with connection.begin():
            found = find(connection, "datasets", name_or_id)
            dataset = rows(connection, "list_datasets", dataset_id=found.id)[0]
            _check_weights(dataset, format, renderer)
            wanted = Path(path) if path is not None else default_path(found.name, split, renderer.suffix)
            place = check_place(
                wanted, is_forced=is_forced, forbidden=database.path if database.is_duckdb else None
            )
            ranges = bucket_ranges(connection)
            meter = _Meter(progress, 2 * sum(size for _, _, size in ranges))
            _count_dataset(connection, dataset, ranges, meter)
        export = _Export(connection, dataset, format, renderer, split)
        return export.run(place, ranges, meter)


def default_path(dataset_name: str, split: str | None, suffix: str) -> Path:
    """Return the name of the file when nobody gives one; characters that file systems refuse become `-`."""
    safe = re.sub(r"[^\w.-]+", "-", dataset_name).strip(".-").encode()[:200].decode(errors="ignore")
    return Path(f"{safe or 'dataset'}{f'-{split}' if split else ''}{suffix}")


def bucket_ranges(connection: sa.Connection) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order."""
    ranges: list[Range] = []
    for row in rows(connection, "bucket_sizes"):
        bucket, size = int(row["bucket"]), int(row["message_count"])
        if ranges and ranges[-1][2] + size <= MESSAGES_AT_ONCE:
            first, _, before = ranges.pop()
            ranges.append((first, bucket, before + size))
        else:
            ranges.append((bucket, bucket, size))
    return ranges


def _check_weights(dataset: Row, format_name: str, renderer: Format) -> None:
    """Raise when lines would train what the recipe says is not trained."""
    if renderer.carries_weight:
        return
    for option in ("context_exchanges", "min_assistant_chars"):
        if dataset[option] > 0:
            raise UsageError(
                f"the format '{format_name}' cannot say which replies are not trained; '{dataset['name']}'"
                f" has {option} {dataset[option]}: make a dataset with {option} 0, or choose another format"
            )


def _count_dataset(connection: sa.Connection, dataset: Row, ranges: list[Range], meter: "_Meter") -> None:
    """Fill the token rows that the dataset needs and that are not there yet."""
    tokenizer = dataset["tokenizer"]
    count_texts(connection, "uncounted_participants", "participant_tokens", tokenizer)
    for first, last, size in ranges:
        between = {"first_bucket": first, "last_bucket": last}
        count_texts(connection, "uncounted_messages", "message_tokens", tokenizer, **between)
        count_texts(connection, "uncounted_threads", "thread_tokens", tokenizer, **between)
        meter.pass_by(size)


class _Meter:
    """Tells a caller how far the work is."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.done = 0
        self.total = total

    def pass_by(self, size: int) -> None:
        self.done += size
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass(frozen=True, slots=True)
class _Export:
    """One file to be written from one dataset."""

    connection: sa.Connection
    dataset: Row
    format_name: str
    renderer: Format
    split: str | None

    def run(self, place: Path, ranges: list[Range], meter: _Meter) -> ExportSummary:
        """Write the file and its side files, commit the record, then give the files their names."""
        with ExitStack() as stack:
            output = stack.enter_context(writing(place))
            outputs = [output]
            with self.connection.begin():
                export_id = next_export_id(self.connection)
                totals = self.write_lines(output, export_id, ranges, meter)
                output.finish()
                for name, data in self.renderer.side_files(place).items():
                    side = stack.enter_context(writing(place.parent / name))
                    side.write(data)
                    side.finish()
                    outputs.append(side)
                summary = self.summary(export_id, totals, outputs)
                add_record(self.connection, summary, self.dataset)
            self.place(export_id, outputs)
        return summary

    def write_lines(self, output: Output, export_id: int, ranges: list[Range], meter: _Meter) -> Totals:
        """Write every line and return the totals; raise `EmptyDataset` when there is none."""
        dataset = self.dataset
        writer = LineWriter(
            connection=self.connection,
            export_id=export_id,
            dataset_id=dataset["dataset_id"],
            split=self.split,
            tokenizer=dataset["tokenizer"],
            limit_tokens=dataset["max_tokens"] if dataset["mode"] == "exchange" else None,
            renderer=self.renderer,
            output=output,
            totals=Totals(),
        )
        for first_bucket, last_bucket, size in ranges:
            writer.write_range(first_bucket, last_bucket)
            meter.pass_by(size)
        if not writer.totals.example_count:
            raise self.nothing()
        return writer.totals

    def nothing(self) -> EmptyDataset:
        """Return the error of a dataset without an example, with the reasons why."""
        found = rows(self.connection, "dataset_reasons", dataset_id=self.dataset["dataset_id"])
        reasons = {str(row["reason"]): int(row["message_count"]) for row in found}
        share = self.dataset["validation_permille"]
        where = f" in the split {self.split} (validation_permille is {share})" if self.split else ""
        listed = ", ".join(f"{number} {reason}" for reason, number in reasons.items())
        why = f"messages left out: {listed}" if reasons else "no message was left out"
        return EmptyDataset(f"the dataset '{self.dataset['name']}' yields no example{where}; {why}", reasons)

    def place(self, export_id: int, outputs: list[Output]) -> None:
        """Give the files their names, the one that counts last; or take the record back."""
        try:
            for output in reversed(outputs):
                output.place()
        except BaseException:
            with self.connection.begin():
                remove_record(self.connection, export_id)
            raise

    def summary(self, export_id: int, totals: Totals, outputs: list[Output]) -> ExportSummary:
        """Return what was written."""
        return ExportSummary(
            export_id=export_id,
            dataset_id=self.dataset["dataset_id"],
            dataset_name=self.dataset["name"],
            path=outputs[0].path,
            format=self.format_name,
            split=self.split,
            example_count=totals.example_count,
            message_count=totals.message_count,
            trained_count=totals.trained_count,
            token_count=totals.token_count,
            byte_count=outputs[0].byte_count,
            sha256=outputs[0].sha256,
            side_files=tuple(output.path for output in outputs[1:]),
        )
