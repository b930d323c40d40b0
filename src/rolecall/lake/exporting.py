"""A dataset's examples written from a lake, by DuckDB or by Spark; the bytes are the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from rolecall.datasets.counting import table_of
from rolecall.errors import EmptyDataset, UsageError
from rolecall.exports.lines import ExampleReader
from rolecall.exports.rules import check_split
from rolecall.files.outputs import writing
from rolecall.formats import format_named
from rolecall.lake.output import (
    BucketFile,
    LakeExportSummary,
    Stage,
    lineage_name,
    lines_name,
    staging,
)
from rolecall.lake.parts import Lake, open_lake
from rolecall.lake.reading import Session, session
from rolecall.store.buckets import bucket_ranges
from rolecall.store.bulk import append, arrow_tables, batches
from rolecall.store.readers import readers
from rolecall.store.statements import statement

Progress = Callable[[int, int], None]
# Parquet files and the people and chats of every donor take memory too: a bucket of 100,000 messages did not
# do with 250 MB. The process stays below a gigabyte.
_LEAST_MEGABYTES = 560


def export_lake(
    lake_path: str | Path,
    dataset: str | int,
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
        dataset: Name or id.
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
        session(lake) as opened,
        staging(Path(path).absolute(), wanted, lake.bucket_count, is_forced=is_forced) as stage,
    ):
        row = opened.dataset(dataset)
        if any(engine):
            from rolecall.lake.spark import export_by_spark  # here, for Spark is an extra
            from rolecall.lake.spark_session import started

            with started(master, remote) as spark:
                files = export_by_spark(spark, opened, row, stage, split)
        else:
            files = list(_by_bucket(opened, lake, row, stage, split, progress))
        if not files:
            where = f"in the buckets {wanted[0]}-{wanted[1]}"
            raise EmptyDataset(f"the dataset '{row['name']}' yields no example {where}", {})
        summary = _summary(opened, row, wanted, split, files, "spark" if any(engine) else "duckdb")
        stage.place(summary)
    return summary


def _summary(
    opened: Session,
    dataset: dict[str, Any],
    buckets: tuple[int, int],
    split: str | None,
    files: list[BucketFile],
    engine: str,
) -> LakeExportSummary:
    return LakeExportSummary(
        dataset=dataset["name"],
        split=split,
        buckets=buckets,
        engine=engine,
        example_count=sum(file.example_count for file in files),
        token_count=sum(file.token_count for file in files),
        byte_count=sum(file.byte_count for file in files),
        files=tuple(files),
        recipe=opened.recipe(dataset),
        parts={part.name: part.generation for part in opened.files.parts},
    )


def check_buckets(buckets: tuple[int, int] | None, bucket_count: int) -> tuple[int, int]:
    """Return the buckets asked for, all of them for None; raise `UsageError` if there are no such."""
    first, last = buckets or (0, bucket_count - 1)
    if not 0 <= first <= last < bucket_count:
        raise UsageError(f"there are no buckets {first}-{last}; choose from 0-{bucket_count - 1}")
    return first, last


def _by_bucket(
    opened: Session,
    lake: Lake,
    dataset: dict[str, Any],
    stage: Stage,
    split: str | None,
    progress: Progress | None,
) -> Iterator[BucketFile]:
    """Write one bucket after the other; memory holds one of them."""
    if dataset["skip_duplicates"]:
        _find_duplicates(opened, lake, dataset)
    total, done = opened.files.message_count(*stage.buckets), 0
    for bucket in opened.files.buckets(*stage.buckets):
        opened.show(bucket, bucket)
        written = _write_bucket(opened.connection, dataset, stage.folder, bucket, split)
        if written:
            yield written
        done += opened.files.message_count(bucket, bucket)
        if progress:
            progress(done, total)


def _find_duplicates(opened: Session, lake: Lake, dataset: dict[str, Any]) -> None:
    """Find them over all buckets, whichever are written."""
    own = {"dataset_id": dataset["dataset_id"], "mode": dataset["mode"]}
    for bucket in opened.files.buckets(0, lake.bucket_count - 1):
        opened.show(bucket, bucket)
        ((first, last, _),) = bucket_ranges(opened.connection, least_megabytes=_LEAST_MEGABYTES)
        between = {"first_bucket": first, "last_bucket": last}
        found = table_of(batches(opened.connection, "queries/example_hashes", **own, **between))
        if found is not None:
            append(opened.connection, "dataset_duplicates", found)
    opened.show(0, lake.bucket_count - 1)
    opened.connection.execute(statement("datasets/forget_first_examples"), {"dataset_id": own["dataset_id"]})
    opened.connection.commit()


def _lineage(connection: sa.Connection, bucket: int) -> bytes:
    """Return what was recorded of a bucket's lines as a Parquet file, and forget it."""
    columns = f"cast({bucket} as bigint) as bucket, line_no, thread_id, message_id, is_trained"
    sink = pa.BufferOutputStream()
    recorded = arrow_tables(
        connection, f"select {columns} from export_messages order by line_no, thread_id, message_id"
    )
    pq.write_table(pa.concat_tables(recorded), sink, compression="zstd")
    connection.execute(sa.text("delete from export_messages"))
    return bytes(sink.getvalue())


def _write_bucket(
    connection: sa.Connection, dataset: dict[str, Any], folder: Path, bucket: int, split: str | None
) -> BucketFile | None:
    # This bucket alone, which the engine's memory is bound to.
    ranges = bucket_ranges(connection, least_megabytes=_LEAST_MEGABYTES)
    name, lineage = lines_name(bucket), lineage_name(bucket)
    with (
        readers(connection, is_alone=True) as alone,
        writing(folder / name) as output,
        writing(folder / lineage) as beside,
    ):
        reader = ExampleReader(
            readers=alone,
            export_id=bucket,
            dataset_id=dataset["dataset_id"],
            mode=dataset["mode"],
            split=split,
            tokenizer=dataset["tokenizer"],
            limit_tokens=dataset["max_tokens"] if dataset["mode"] == "exchange" else None,
        )
        for piece in format_named("openai").lines(reader.examples(ranges, lambda _: None)):
            output.write(piece)
        if not reader.totals.example_count:
            return None
        beside.write(_lineage(connection, bucket))
        connection.commit()
        for one in (beside, output):
            one.finish()
        for one in (beside, output):
            one.publish()
    return BucketFile(
        bucket=bucket,
        path=name,
        lineage_path=lineage,
        example_count=reader.totals.example_count,
        token_count=reader.totals.token_count,
        byte_count=output.byte_count,
        sha256=output.sha256,
    )
