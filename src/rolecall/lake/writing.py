"""Tables of a store written as the files of a part, and read back into a store."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from rolecall.datasets.options import Recipe
from rolecall.datasets.preparing import prepare_texts
from rolecall.lake.parts import Part, PartAbout, table_file, write_about
from rolecall.store.buckets import bucket_ranges
from rolecall.store.bulk import append, arrow_tables
from rolecall.store.migrate import head

# Large tables -> the columns by which a bucket's rows lie in their file.
LARGE = {
    "messages": "thread_id, sent_at_ms, ordinal",
    "message_tokens": "thread_id, message_id",
    "message_languages": "thread_id, message_id",
    "message_edits": "thread_id, message_id",
    "attachments": "thread_id, message_id, attachment_no",
    "reactions": "thread_id, message_id, participant_id",
}
SMALL = (
    "owners",
    "imports",
    "import_files",
    "participants",
    "participant_names",
    "participant_tokens",
    "participant_slugs",
    "slug_tokens",
    "sentence_templates",
    "merged_participants",
    "merged_names",
    "merged_messages",
    "merged_reactions",
    "merged_threads",
    "merged_personas",
    "merged_datasets",
    "threads",
    "thread_keys",
    "thread_imports",
    "thread_participants",
    "thread_tokens",
    "joined_threads",
    "personas",
    "persona_participants",
    "datasets",
    "dataset_threads",
    "dataset_participants",
)
# A task of a cluster reads one row group at a time.
ROW_GROUP_ROWS = 122_880


def write_part(connection: sa.Connection, folder: Path) -> PartAbout:
    """Write all chats and recipes of a store into the folder of a part, and return what is in it.

    Args:
        connection: With a transaction that may write: texts are counted first.
        folder: Empty.
    """
    tokenizers, has_languages = _prepare(connection)
    owners = connection.execute(sa.text("select owner_id, label from owners order by owner_id")).all()
    about = PartAbout(
        owners={str(owner_id): label for owner_id, label in owners},
        revision=head(),
        tokenizers=tuple(tokenizers),
        has_languages=has_languages,
        tables=tuple(table for table in SMALL if _write_small(connection, folder, table)),
        buckets={table: _write_large(connection, folder, table) for table in LARGE},
    )
    write_about(folder, about)
    return about


def read_part(connection: sa.Connection, part: Part) -> None:
    """Put the rows of a part into a store that is empty."""
    for table in part.about.tables:
        append(connection, table, pq.read_table(part.file(table)))
    for table in LARGE:
        for bucket in part.about.buckets.get(table, {}):
            with pq.ParquetFile(part.file(table, int(bucket))) as file:
                for batch in file.iter_batches():
                    rows = pa.Table.from_batches([batch])
                    append(connection, table, rows if _has_bucket(table) else rows.drop_columns(["bucket"]))


def _prepare(connection: sa.Connection) -> tuple[list[str], bool]:
    """Count every text with the tokenizers that recipes name; tell languages where one asks for them."""
    asked = connection.execute(
        sa.text("select tokenizer, max(language) from datasets group by tokenizer")
    ).all()
    ranges = bucket_ranges(connection)
    wanted = {str(tokenizer): language for tokenizer, language in asked} or {"o200k": None}
    for tokenizer, language in wanted.items():
        recipe = Recipe(tokenizer=tokenizer, language=language, has_placeholders=True, has_name_field=True)
        prepare_texts(connection, recipe, ranges)
    return sorted(wanted), any(language is not None for language in wanted.values())


def _write_large(connection: sa.Connection, folder: Path, table: str) -> dict[str, int]:
    """Write a table, a file for each bucket that has rows; return the rows of each."""
    (folder / table).mkdir()
    counts: Counter[str] = Counter()
    for first, last, _ in bucket_ranges(connection):
        with ExitStack() as stack:
            writers: dict[int, pq.ParquetWriter] = {}
            for rows in arrow_tables(connection, _select_of(table, first, last)):
                for bucket in pc.unique(rows["bucket"]).to_pylist():
                    own = rows.filter(pc.equal(rows["bucket"], bucket))
                    if bucket not in writers:
                        path = table_file(folder, table, bucket)
                        writers[bucket] = stack.enter_context(_writer(path, own.schema))
                    writers[bucket].write_table(own, row_group_size=ROW_GROUP_ROWS)
                    counts[str(bucket)] += own.num_rows
    return dict(counts)


def _select_of(table: str, first: int, last: int) -> str:
    between = f"bucket between {first} and {last}"
    if _has_bucket(table):
        return f"select * from {table} where {between} order by bucket, {LARGE[table]}"
    keys = ", ".join(f"{table}.{column}" for column in LARGE[table].split(", "))
    return (
        f"select threads.bucket, {table}.* from {table} join threads on threads.thread_id = {table}.thread_id"
        f" where threads.{between} order by threads.bucket, {keys}"
    )


def _has_bucket(table: str) -> bool:
    return table in ("messages", "message_tokens", "message_languages")


def _write_small(connection: sa.Connection, folder: Path, table: str) -> int:
    """Write a table, if it has rows; return how many."""
    row_count = 0
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for rows in arrow_tables(connection, f"select * from {table}"):
            if rows.num_rows:
                writer = writer or stack.enter_context(_writer(table_file(folder, table), rows.schema))
                writer.write_table(rows)
                row_count += rows.num_rows
    return row_count


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd")
