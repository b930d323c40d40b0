"""A dataset's examples written from a lake, by DuckDB or by Spark; the bytes are the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from rolecall.datasets.preparing import add_hashes
from rolecall.datasets.stored import Dataset
from rolecall.errors import EmptyDataset, UsageError
from rolecall.exports.lines import ExampleReader
from rolecall.exports.rules import check_split
from rolecall.files.outputs import writing
from rolecall.formats import format_named
from rolecall.lake.output import BucketFile, LakeExportSummary, Stage, lineage_name, lines_name, staging
from rolecall.lake.parts import open_lake
from rolecall.lake.reading import LakeStore, lake_store
from rolecall.store.buckets import bucket_ranges
from rolecall.store.bulk import arrow_tables
from rolecall.store.readers import readers
from rolecall.store.statements import run, text_of

Progress = Callable[[int, int], None]
# Parquet files and the people and chats of every donor take memory too: a bucket of 100,000 messages did not
# do with 250 MB. The process stays below a gigabyte.
_LEAST_MEGABYTES = 560


def export_lake(
    lake_path: str | Path,
    name_or_id: str | int,
    path: str | Path,
    *,
    split: str | None = None,
    buckets: tuple[int, int] | None = None,
    master: str | None = None,
    remote: str | None = None,
    is_forced: bool = False,
    progress: Progress | None = None,
) -> LakeExportSummary:
    """Write the examples of a dataset into a folder, a file for each bucket, and return what was written.

    Args:
        lake_path: Of the lake, which holds the dataset too.
        name_or_id: Of the dataset.
        path: Of the folder; the manifest in it comes last, and says that it is whole.
        split: train or validation; both without it.
        buckets: The first and the last to write; all without it.
        master: Of a Spark cluster that does it: `local-cluster[2,1,1024]`, `spark://...`.
        remote: Of a Spark Connect server that does it: `sc://...`. The folders must be the same there.
        is_forced: Whether what was written before may be replaced.
        progress: Called with the messages done and the messages in all (DuckDB only).

    Raises:
        NotFound: The lake has no such dataset.
        UsageError: There is no lake, or the options cannot be meant so.
        OutputExists: These buckets were written already.
        EmptyDataset: There is no example.
        CheckFailed: An example is longer than max_tokens.
    """
    lake = open_lake(Path(lake_path).absolute())
    check_split(split)
    wanted = check_buckets(buckets, lake.bucket_count)
    engine = (master, remote)
    with (
        lake_store(lake) as store,
        staging(Path(path).absolute(), wanted, lake.bucket_count, is_forced=is_forced) as stage,
    ):
        dataset = store.dataset(name_or_id)
        if any(engine):
            from rolecall.lake.spark import export_by_spark  # here, for Spark is an extra
            from rolecall.lake.spark_session import started

            with started(master, remote) as spark:
                files = export_by_spark(spark, store, dataset, stage, split)
        else:
            files = list(_by_bucket(store, dataset, stage, split, progress))
        if not files:
            where = f"in the buckets {wanted[0]}-{wanted[1]}"
            raise EmptyDataset(f"the dataset '{dataset.name}' yields no example {where}", {})
        summary = _summary(store, dataset, wanted, split, files, "spark" if any(engine) else "duckdb")
        stage.publish(summary)
    return summary


def _summary(
    store: LakeStore,
    dataset: Dataset,
    buckets: tuple[int, int],
    split: str | None,
    files: list[BucketFile],
    engine: str,
) -> LakeExportSummary:
    return LakeExportSummary(
        dataset=dataset.name,
        split=split,
        buckets=buckets,
        engine=engine,
        example_count=sum(file.example_count for file in files),
        token_count=sum(file.token_count for file in files),
        byte_count=sum(file.byte_count for file in files),
        files=tuple(files),
        recipe=store.recipe(dataset),
        parts={part.name: part.generation for part in store.files.parts},
    )


def check_buckets(buckets: tuple[int, int] | None, bucket_count: int) -> tuple[int, int]:
    """Return the buckets asked for, all of them for None; raise `UsageError` if there are no such."""
    first, last = buckets or (0, bucket_count - 1)
    if not 0 <= first <= last < bucket_count:
        raise UsageError(f"there are no buckets {first}-{last}; choose from 0-{bucket_count - 1}")
    return first, last


def _by_bucket(
    store: LakeStore, dataset: Dataset, stage: Stage, split: str | None, progress: Progress | None
) -> Iterator[BucketFile]:
    """Write one bucket after the other; memory holds one of them."""
    if dataset.recipe.skip_duplicates:
        _find_duplicates(store, dataset)
    total, done = store.files.message_count(*stage.buckets), 0
    for bucket in store.files.buckets(*stage.buckets):
        store.show(bucket, bucket)
        written = _write_bucket(store.connection, dataset, stage.folder, bucket, split)
        if written:
            yield written
        done += store.files.message_count(bucket, bucket)
        if progress:
            progress(done, total)


def _find_duplicates(store: LakeStore, dataset: Dataset) -> None:
    """Find them over all buckets, whichever are written."""
    last_bucket = store.bucket_count - 1
    for bucket in store.files.buckets(0, last_bucket):
        store.show(bucket, bucket)
        ((first, last, _),) = bucket_ranges(store.connection, least_megabytes=_LEAST_MEGABYTES)
        add_hashes(store.connection, dataset, first, last)
    store.show(0, last_bucket)
    run(store.connection, "datasets/forget_first_examples", dataset_id=dataset.dataset_id)
    store.connection.commit()


def _write_bucket(
    connection: sa.Connection, dataset: Dataset, folder: Path, bucket: int, split: str | None
) -> BucketFile | None:
    # This bucket alone, which the engine's memory is bound to.
    ranges = bucket_ranges(connection, least_megabytes=_LEAST_MEGABYTES)
    with (
        readers(connection, is_alone=True) as alone,
        writing(folder / lines_name(bucket)) as output,
        writing(folder / lineage_name(bucket)) as beside,
    ):
        reader = ExampleReader(alone, bucket, dataset, split)
        for piece in format_named("openai").lines(reader.examples(ranges, lambda _: None)):
            output.write(piece)
        if not reader.totals.example_count:
            return None
        beside.write(_lineage(connection))
        connection.commit()
        for file in (beside, output):
            file.finish()
        for file in (beside, output):
            file.publish()
    return BucketFile(
        bucket=bucket,
        path=lines_name(bucket),
        lineage_path=lineage_name(bucket),
        example_count=reader.totals.example_count,
        token_count=reader.totals.token_count,
        byte_count=output.byte_count,
        sha256=output.sha256,
    )


def _lineage(connection: sa.Connection) -> bytes:
    """Return what was recorded of a bucket's lines as a Parquet file, and forget it."""
    sink = pa.BufferOutputStream()
    recorded = arrow_tables(connection, text_of("queries/lake_lineage"))
    pq.write_table(pa.concat_tables(recorded), sink, compression="zstd")
    connection.execute(sa.text("delete from export_messages"))
    return bytes(sink.getvalue())
