"""One export at work: its files are written, then recorded together, and get their names last.

The record is committed before a file gets its name: a file that stands under its name is always known, and a
failure leaves nothing behind.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from rolecall.datasets.preparing import stored_twin
from rolecall.datasets.reasons import words_for
from rolecall.datasets.stored import Dataset, reasons_of
from rolecall.datasets.totals import Totals
from rolecall.errors import EmptyDataset
from rolecall.exports.lines import ExampleReader
from rolecall.exports.newest_imports import newest_imports
from rolecall.exports.records import ExportSummary, add_record, remove_record
from rolecall.exports.targets import Targets, side_files
from rolecall.files.outputs import Output, writing
from rolecall.formats import Format
from rolecall.store.buckets import Range
from rolecall.store.connections import snapshot
from rolecall.store.locks import claim_id
from rolecall.store.readers import Readers, readers

Progress = Callable[[int, int], None]


class Meter:
    """Tells a caller how far the work is."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        """Take whom to tell, and the messages that there are to pass."""
        self.progress = progress
        self.done = 0
        self.total = total

    def pass_by(self, size: int) -> None:
        """Tell that some more messages are done."""
        self.done += size
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass(frozen=True, slots=True)
class _Written:
    """A file and its side files, which have their names not yet."""

    summary: ExportSummary
    outputs: list[Output]
    """The file that counts first."""


@dataclass(frozen=True, slots=True)
class Export:
    """The files to be written from one dataset."""

    connection: sa.Connection
    dataset: Dataset
    format_name: str
    renderer: Format
    ranges: Sequence[Range]
    prepared: Sequence[Range]
    """Those whose texts are looked at: all of them, where duplicates are to be found."""
    meter: Meter
    since_export_id: int | None
    has_context: bool
    is_forced: bool

    def write(self, targets: Targets) -> ExportSummary:
        """Write every file, commit the record of them all, then give them their names.

        A folder may lack its validation.
        """
        files: list[_Written] = []
        with ExitStack() as stack:
            with self.connection.begin():
                ids = self.claimed_ids(len(targets))
                newest = newest_imports(self.connection)
            with snapshot(self.connection), readers(self.connection, is_alone=not self.has_context) as pool:
                for split, target in targets.items():
                    try:
                        files.append(self.write_file(stack, pool, ids[len(files)], split, target))
                    except EmptyDataset:
                        if not files:
                            raise
                created_at = datetime.now(UTC).replace(tzinfo=None)
                last_import_id = newest()
                for file in files:
                    add_record(self.connection, file.summary, self.dataset, created_at, last_import_id)
            self.name(files)
        first, *others = (file.summary for file in files)
        return replace(first, others=tuple(others))

    def claimed_ids(self, count: int) -> list[int]:
        """Return ids of exports that nobody else takes."""
        ids: list[int] = []
        for _ in range(count):
            ids.append(claim_id(self.connection, "exports", "export_id", after=max(ids, default=0)))
        return ids

    def write_file(
        self, stack: ExitStack, pool: Readers, export_id: int, split: str | None, target: Path
    ) -> _Written:
        """Write a file and its side files, under other names until the stack ends."""
        beside = side_files(self.renderer, target, self.dataset.recipe.limit_tokens, is_forced=self.is_forced)
        output = stack.enter_context(writing(target))
        totals = self.write_lines(output, pool, export_id, split)
        output.finish()
        outputs = [output]
        for path, data in beside.items():
            side = stack.enter_context(writing(path, keeps_mode=True))
            side.write(data)
            side.finish()
            outputs.append(side)
        return _Written(self.summary(export_id, split, totals, outputs), outputs)

    def write_lines(self, output: Output, pool: Readers, export_id: int, split: str | None) -> Totals:
        """Write every line and return the totals; raise `EmptyDataset` when there is none."""
        with ExitStack() as stack:
            dataset = self.dataset
            if not self.has_context:
                dataset = stack.enter_context(stored_twin(self.connection, dataset, self.prepared))
            reader = ExampleReader(pool, export_id, dataset, split, self.since_export_id)
            for piece in self.renderer.lines(reader.examples(self.ranges, self.meter.pass_by)):
                output.write(piece)
        if not reader.totals.example_count:
            raise self.nothing(pool, split)
        return reader.totals

    def nothing(self, pool: Readers, split: str | None) -> EmptyDataset:
        """Return the error of a dataset without an example, with the reasons why."""
        reasons = reasons_of(pool, self.dataset)
        share, since = self.dataset.recipe.validation_permille, self.since_export_id
        where = f" in the split {split} (validation_permille is {share})" if split else ""
        where += f" that is new since export {since}" if since is not None else ""
        listed = "; ".join(f"{number:,} {words_for(reason)} ({reason})" for reason, number in reasons.items())
        why = f"messages left out: {listed}" if reasons else "no message was left out"
        return EmptyDataset(f"the dataset '{self.dataset.name}' yields no example{where}; {why}", reasons)

    def name(self, files: Sequence[_Written]) -> None:
        """Give the files their names, of each the one that counts last; or take back its record."""
        try:
            for file in files:
                for output in reversed(file.outputs):
                    output.publish()
        except BaseException:
            with self.connection.begin():
                for file in files:
                    if not file.outputs[0].is_published:
                        remove_record(self.connection, file.summary.export_id)
            raise

    def summary(
        self, export_id: int, split: str | None, totals: Totals, outputs: Sequence[Output]
    ) -> ExportSummary:
        """Return what was written."""
        output, *beside = outputs
        return ExportSummary(
            export_id=export_id,
            dataset_id=self.dataset.dataset_id,
            dataset_name=self.dataset.name,
            path=output.path,
            format=self.format_name,
            split=split,
            byte_count=output.byte_count,
            sha256=output.sha256,
            side_files=tuple(side.path for side in beside),
            **{**asdict(totals), "lengths": dict(sorted(totals.lengths.items()))},
        )
