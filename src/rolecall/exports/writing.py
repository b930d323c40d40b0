"""`rolecall export`: what is asked for is checked and prepared, then written."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from rolecall.datasets.preparing import prepare_dataset
from rolecall.datasets.stored import Dataset, find_dataset
from rolecall.errors import NotFound
from rolecall.exports.export import Export, Meter, Progress
from rolecall.exports.records import ExportSummary, undo_interrupted
from rolecall.exports.rules import check_format, check_split
from rolecall.exports.targets import path_for, targets_at
from rolecall.files.checkouts import git_notes
from rolecall.formats import format_named
from rolecall.store.buckets import Range, bucket_ranges
from rolecall.store.database import Database
from rolecall.store.statements import select


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
            dataset = find_dataset(connection, name_or_id)
            if not has_context:
                dataset = dataset.without_context()
            check_format(dataset, format, renderer)
            _check_since(connection, since_export_id, dataset)
            wanted = path_for(path, dataset.name, split, renderer)
            folder = wanted.resolve() if renderer.folder_files else wanted.resolve().parent
            undo_interrupted(connection, folder)
            store = database.path if database.is_duckdb else None
            targets = stack.enter_context(
                targets_at(wanted, split, renderer, is_forced=is_forced, forbidden=store)
            )
            ranges = bucket_ranges(connection)
            written = ranges if buckets is None else bucket_ranges(connection, *buckets)
            # Duplicates are found over all buckets, whichever are written.
            prepared = ranges if dataset.recipe.skip_duplicates else written
            meter = Meter(progress, _messages(prepared) + len(targets) * _messages(written))
            prepare_dataset(connection, dataset, prepared, meter.pass_by)
        export = Export(
            connection=connection,
            dataset=dataset,
            format_name=format,
            renderer=renderer,
            ranges=written,
            prepared=prepared,
            meter=meter,
            since_export_id=since_export_id,
            has_context=has_context,
            is_forced=is_forced,
        )
        summary = export.write(targets)
    paths = [file.path for file in (summary, *summary.others)]
    return replace(summary, notes=tuple(git_notes(paths)))


def _check_since(connection: sa.Connection, export_id: int | None, dataset: Dataset) -> None:
    """Return if there is such an export, or none is asked for; otherwise raise `NotFound`."""
    if export_id is not None and not select(connection, "queries/export_row", export_id=export_id):
        raise NotFound(f"no export {export_id}; rolecall dataset show {dataset.name} lists them")


def _messages(ranges: Sequence[Range]) -> int:
    return sum(size for _, _, size in ranges)
