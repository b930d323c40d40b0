"""A dataset's examples computed by Apache Spark, over the files of a lake.

Spark computes and writes; what fails is repeated, and what a task wrote counts only when it was committed.
Nothing of rolecall runs on the cluster: the lines are made in SQL.
"""

import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from stat import S_IWGRP, S_IWOTH
from typing import TYPE_CHECKING

from rolecall.datasets.stored import Dataset
from rolecall.errors import RolecallError
from rolecall.files.private import FILE_MODE, make_folder
from rolecall.lake.output import BucketFile, Stage, lineage_name, lines_name
from rolecall.lake.reading import READ_TABLES, LakeStore
from rolecall.lake.recount import recounted
from rolecall.lake.spark_session import first_line
from rolecall.lake.spark_sql import translated_query, translated_views
from rolecall.lake.writing import LARGE
from rolecall.store.statements import text_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {"BIGINT": "bigint", "VARCHAR": "string", "BOOLEAN": "boolean", "TIMESTAMP": "timestamp_ntz"}
# Both modes stand on this view: computed once, it also halves the plans that Spark has to make.
_KEPT = "dataset_kept_messages"
# A task holds and sorts so many messages: some tens of megabytes.
_MESSAGES_OF_TASK = 50_000
_TASKS = (2, 20_000)
_OTHERS_WRITE = S_IWGRP | S_IWOTH


def export_by_spark(
    spark: "SparkSession", store: LakeStore, dataset: Dataset, stage: Stage, split: str | None
) -> list[BucketFile]:
    """Write the lines and the lineage of a dataset's examples, and return the files.

    Raises:
        CheckFailed: An example is longer than max_tokens.
        RolecallError: Spark gave up.
    """
    buckets = stage.buckets
    scratch = stage.out / f"_spark-{buckets[0]}-{buckets[1]}"
    shutil.rmtree(scratch, ignore_errors=True)
    if not stage.out.stat().st_mode & _OTHERS_WRITE:  # or executors may be other users
        make_folder(scratch)
    partition_count = store.files.message_count(*buckets) // _MESSAGES_OF_TASK
    spark.conf.set("spark.sql.shuffle.partitions", min(max(partition_count, _TASKS[0]), _TASKS[1]))
    export = _Export(spark, store, dataset, scratch)
    try:
        export.show(buckets)
        return _named(scratch, stage.folder, export.write(buckets, split), dataset)
    except RolecallError:
        raise
    except Exception as error:
        raise RolecallError(f"Spark gave up: {first_line(error)}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Export:
    """One export on a Spark session; what it computes on the way lies in a folder of its own."""

    def __init__(self, spark: "SparkSession", store: LakeStore, dataset: Dataset, scratch: Path) -> None:
        self._spark = spark
        self._store = store
        self._dataset = dataset
        self._scratch = scratch
        self._numbers = count()

    def show(self, buckets: tuple[int, int]) -> None:
        """Make the tables of some buckets, and the views over them."""
        duplicates = self._find_duplicates() if self._dataset.recipe.skip_duplicates else []
        self._make_tables(buckets, duplicates)

    def _make_tables(self, buckets: tuple[int, int], duplicates: list[Path]) -> None:
        store = self._store
        for table in (*READ_TABLES, *LARGE):
            is_large = table in LARGE
            rows = self._table(
                table, store.files.large(table, *buckets) if is_large else store.files.small(table)
            )
            if "dataset_id" in store.columns[table]:  # no view computes what nobody asked for
                rows = rows.where(f"dataset_id = {self._dataset.dataset_id}")
            (rows if is_large else rows.distinct()).createOrReplaceTempView(table)
        self._table("dataset_duplicates", duplicates).createOrReplaceTempView("dataset_duplicates")
        for name, select in translated_views().items():
            if name == _KEPT:
                self._keep(name, self._spark.sql(select))
            else:
                self._spark.sql(select).createOrReplaceTempView(name)

    def _table(self, table: str, files: list[Path]) -> "DataFrame":
        columns = self._store.columns[table].items()
        schema = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in columns)
        if not files:
            return self._spark.createDataFrame([], schema)
        reader = self._spark.read.schema(schema).option("recursiveFileLookup", "true")
        return reader.parquet(*(str(file) for file in files))

    def _find_duplicates(self) -> list[Path]:
        """Find them over all buckets, whichever are written, and return where they are."""
        last_bucket = self._store.bucket_count - 1
        self._make_tables((0, last_bucket), [])
        every = {**self._dataset.params, "first_bucket": 0, "last_bucket": last_bucket}
        self._keep("example_hashes", self._spark.sql(translated_query("queries/example_hashes"), args=every))
        return [self._keep("later_examples", self._spark.sql(text_of("spark/later_examples")))]

    def _keep(self, name: str, rows: "DataFrame") -> Path:
        """Compute rows once, give them a name, and return where they are."""
        folder = self._scratch / f"{name}-{next(self._numbers)}"
        rows.write.parquet(str(folder))
        self._spark.read.parquet(str(folder)).createOrReplaceTempView(name)
        return folder

    def write(self, buckets: tuple[int, int], split: str | None) -> list[dict[str, int]]:
        """Compute the examples, then write their lines and lineage; return the counts of each bucket."""
        between = {"first_bucket": buckets[0], "last_bucket": buckets[1]}
        asked = {**self._dataset.params, "split": split, **between}
        examples = self._spark.sql(translated_query("queries/export_examples"), args=asked)
        self._keep("written_examples", examples.repartition("bucket"))
        self._spark.sql(text_of("spark/numbered_examples")).createOrReplaceTempView("numbered_examples")
        counts = [row.asDict() for row in self._spark.sql(text_of("spark/bucket_counts")).collect()]
        lines = self._spark.sql("select bucket, line_no, line from numbered_examples").repartition("bucket")
        lines = lines.sortWithinPartitions("bucket", "line_no").select("bucket", "line")
        lines.write.partitionBy("bucket").text(str(self._scratch / "lines"))
        lineage = self._spark.sql(text_of("spark/lineage")).repartition("bucket")
        lineage = lineage.sortWithinPartitions("bucket", "line_no", "thread_id", "message_id")
        target = str(self._scratch / "lineage")
        lineage.selectExpr("*", "bucket as part").write.partitionBy("part").parquet(target)
        return counts


def _named(scratch: Path, out: Path, counts: list[dict[str, int]], dataset: Dataset) -> list[BucketFile]:
    """Give each bucket's two files their names, and return them with what they hold."""
    for row in counts:
        bucket = row["bucket"]
        _only_file(scratch / "lines" / f"bucket={bucket}").replace(out / lines_name(bucket))
        _only_file(scratch / "lineage" / f"part={bucket}").replace(out / lineage_name(bucket))
        for name in (lines_name(bucket), lineage_name(bucket)):
            with suppress(PermissionError):  # of an executor that is another user
                (out / name).chmod(FILE_MODE)
    paths = [out / lines_name(row["bucket"]) for row in counts]
    files = recounted(paths, dataset.recipe.tokenizer, dataset.recipe.limit_tokens)
    return [
        BucketFile(
            bucket=row["bucket"],
            path=lines_name(row["bucket"]),
            lineage_path=lineage_name(row["bucket"]),
            example_count=row["example_count"],
            token_count=counted.token_count,
            byte_count=counted.byte_count,
            sha256=counted.sha256,
        )
        for row, counted in zip(counts, files, strict=True)
    ]


def _only_file(folder: Path) -> Path:
    files = [path for path in folder.iterdir() if path.name.startswith("part-")]
    if len(files) != 1:
        raise RolecallError(f"Spark wrote {len(files)} files into {folder}, not one; nothing counts; repeat")
    return files[0]
