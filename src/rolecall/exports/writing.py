"""Exports: a dataset's examples written to a file, and the record of which message stands on which line.

The record is committed before the file gets its name: a file that stands in its place is always known, and a
failure leaves nothing behind.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.preparing import prepare_dataset
from rolecall.datasets.reasons import words_for
from rolecall.datasets.stored import reasons_of
from rolecall.datasets.totals import Totals
from rolecall.errors import EmptyDataset, NotFound
from rolecall.exports.lines import ExampleReader
from rolecall.exports.newest_imports import newest_imports
from rolecall.exports.records import (
    ExportSummary,
    add_record,
    remove_record,
    undo_interrupted,
    without_context,
)
from rolecall.exports.rules import check_format, check_split, default_path, places, side_files
from rolecall.files.outputs import Output, writing
from rolecall.formats import Format, format_named
from rolecall.store.buckets import Range, bucket_ranges
from rolecall.store.database import Database
from rolecall.store.engine import snapshot
from rolecall.store.locks import claim_id
from rolecall.store.names import find
from rolecall.store.readers import Readers, readers
from rolecall.store.statements import select

Progress = Callable[[int, int], None]
Row = dict[str, Any]


def export_dataset(
    database: Database,
    name_or_id: str | int,
    path: str | Path | None = None,
    *,
    format: str = "openai",
    split: str | None = None,
    since_export_id: int | None = None,
    has_context: bool = True,
    buckets: tuple[int, int] | None = None,
    is_forced: bool = False,
    progress: Progress | None = None,
) -> ExportSummary:
    """Write the examples of a dataset to a file, record what was written, and return it.

    Args:
        database: The store.
        name_or_id: Of the dataset; of a name the newest version.
        path: Where to write (a folder for a format that is one); by default named after the dataset.
        format: A name of `formats/`.
        split: train or validation; both in one file without it (in one folder, for a format that is one).
        since_export_id: Write only examples that train a message which that export did not train.
        buckets: The first and the last bucket to write; all without it.
        has_context: False writes the examples as if the recipe had context_exchanges 0.
        is_forced: Whether a file that is there may be replaced.
        progress: Called with the messages done and the messages in all, each of which is passed twice.

    Raises:
        NotFound: There is no such dataset, format or earlier export.
        UsageError: The format cannot hold the dataset, or the path or the split cannot be meant so.
        OutputExists: There is a file at that path.
        EmptyDataset: There is no example; nothing is written.
        CheckFailed: An example is longer than max_tokens; nothing is written.
        StoreFull: No room is left on the disk; nothing is written.
    """
    renderer = format_named(format)
    check_split(split)
    with database.working() as connection, ExitStack() as stack:
        with connection.begin():
            found = find(connection, "datasets", name_or_id)
            dataset = select(connection, "queries/list_datasets", dataset_id=found.id)[0]
            if not has_context:
                dataset["context_exchanges"] = 0
            check_format(dataset, format, renderer)
            if since_export_id is not None and not select(
                connection, "queries/export_row", export_id=since_export_id
            ):
                raise NotFound(f"no export {since_export_id}; rolecall dataset show {found.name} lists them")
            suffix = "" if renderer.folder_files else renderer.suffix
            named_split = None if renderer.folder_files else split
            wanted = Path(path) if path is not None else default_path(found.name, named_split, suffix)
            store = database.path if database.is_duckdb else None
            undo_interrupted(
                connection, wanted.resolve() if renderer.folder_files else wanted.resolve().parent
            )
            files = stack.enter_context(places(wanted, split, renderer, is_forced=is_forced, forbidden=store))
            ranges = bucket_ranges(connection)
            written = ranges if buckets is None else bucket_ranges(connection, *buckets)
            # Duplicates are found over all buckets, whichever are written.
            prepared = ranges if dataset["skip_duplicates"] else written
            total = sum(size for _, _, size in prepared) + len(files) * sum(size for _, _, size in written)
            meter = _Meter(progress, total)
            prepare_dataset(connection, dataset, prepared, meter.pass_by)
        read = (written, prepared, meter)
        export = _Export(
            connection, dataset, format, renderer, *read, since_export_id, has_context, is_forced
        )
        return export.run_all(files)


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
    """The files to be written from one dataset."""

    connection: sa.Connection
    dataset: Row
    format_name: str
    renderer: Format
    ranges: list[Range]
    prepared: list[Range]
    """Those whose texts are looked at: all of them, where duplicates are to be found."""
    meter: _Meter
    since_export_id: int | None
    has_context: bool
    is_forced: bool

    @property
    def limit_tokens(self) -> int | None:
        """What an example may have; windows have no limit."""
        return int(self.dataset["max_tokens"]) if self.dataset["mode"] == "exchange" else None

    def run_all(self, files: dict[str | None, Path]) -> ExportSummary:
        """Write every file, commit the record of them all, then give them their names.

        A folder may lack its validation.
        """
        done: list[tuple[ExportSummary, list[Output]]] = []
        with ExitStack() as stack:
            with self.connection.begin():
                ids: list[int] = []
                for _ in files:
                    ids.append(claim_id(self.connection, "exports", "export_id", after=max(ids, default=0)))
                newest = newest_imports(self.connection)
            with (
                snapshot(self.connection),
                readers(self.connection, is_alone=not self.has_context) as pool,
            ):
                for split, place in files.items():
                    try:
                        done.append(self.run(stack, pool, ids[len(done)], split, place))
                    except EmptyDataset:
                        if not done:
                            raise
                created_at = datetime.now(UTC).replace(tzinfo=None)
                last_import_id = newest()
                for summary, _ in done:
                    add_record(self.connection, summary, self.dataset, created_at, last_import_id)
            self.place(done)
        summaries = [summary for summary, _ in done]
        return replace(summaries[0], others=tuple(summaries[1:]))

    def run(
        self, stack: ExitStack, pool: Readers, export_id: int, split: str | None, place: Path
    ) -> tuple[ExportSummary, list[Output]]:
        """Write the file and its side files, which have their names not yet."""
        beside = side_files(self.renderer, place, self.limit_tokens, is_forced=self.is_forced)
        output = stack.enter_context(writing(place))
        outputs = [output]
        totals = self.write_lines(output, pool, export_id, split)
        output.finish()
        for name, data in beside.items():
            side = stack.enter_context(writing(place.parent / name))
            side.write(data)
            side.finish()
            outputs.append(side)
        return self.summary(export_id, split, totals, outputs), outputs

    def write_lines(self, output: Output, pool: Readers, export_id: int, split: str | None) -> Totals:
        """Write every line and return the totals; raise `EmptyDataset` when there is none."""
        dataset = self.dataset
        with ExitStack() as stack:
            dataset_id = dataset["dataset_id"]
            if not self.has_context:
                dataset_id = stack.enter_context(without_context(self.connection, dataset, self.prepared))
            reader = ExampleReader(
                readers=pool,
                export_id=export_id,
                dataset_id=dataset_id,
                mode=dataset["mode"],
                split=split,
                tokenizer=dataset["tokenizer"],
                limit_tokens=self.limit_tokens,
                since_export_id=self.since_export_id,
            )
            for piece in self.renderer.lines(reader.examples(self.ranges, self.meter.pass_by)):
                output.write(piece)
        if not reader.totals.example_count:
            raise self.nothing(pool, split)
        return reader.totals

    def nothing(self, pool: Readers, split: str | None) -> EmptyDataset:
        """Return the error of a dataset without an example, with the reasons why."""
        reasons = reasons_of(pool, self.dataset)
        share, since = self.dataset["validation_permille"], self.since_export_id
        where = f" in the split {split} (validation_permille is {share})" if split else ""
        where += f" that is new since export {since}" if since is not None else ""
        listed = "; ".join(f"{number:,} {words_for(reason)} ({reason})" for reason, number in reasons.items())
        why = f"messages left out: {listed}" if reasons else "no message was left out"
        return EmptyDataset(f"the dataset '{self.dataset['name']}' yields no example{where}; {why}", reasons)

    def place(self, done: list[tuple[ExportSummary, list[Output]]]) -> None:
        """Give the files their names, of an export the one that counts last; or take back its record."""
        try:
            for _, outputs in done:
                for output in reversed(outputs):
                    output.publish()
        except BaseException:
            with self.connection.begin():
                for summary, outputs in done:
                    if not outputs[0].is_published:
                        remove_record(self.connection, summary.export_id)
            raise

    def summary(
        self, export_id: int, split: str | None, totals: Totals, outputs: list[Output]
    ) -> ExportSummary:
        """Return what was written."""
        return ExportSummary(
            export_id=export_id,
            dataset_id=self.dataset["dataset_id"],
            dataset_name=self.dataset["name"],
            path=outputs[0].path,
            format=self.format_name,
            split=split,
            example_count=totals.example_count,
            message_count=totals.message_count,
            trained_count=totals.trained_count,
            token_count=totals.token_count,
            trained_token_count=totals.trained_token_count,
            longest_tokens=totals.longest_tokens,
            lengths=dict(sorted(totals.lengths.items())),
            byte_count=outputs[0].byte_count,
            sha256=outputs[0].sha256,
            side_files=tuple(output.path for output in outputs[1:]),
        )
