"""Ranges of buckets: parts of a store that are read together, so that memory stays flat."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from rolecall.errors import UsageError
from rolecall.store.connections import bound_memory
from rolecall.store.statements import select

# Messages whose buckets are read together, and bytes of their words, unless one bucket alone has more. Each
# range costs a tenth of a second for its plan alone.
MESSAGES_AT_ONCE = 60_000
TEXT_BYTES_AT_ONCE = 8 * 1024**2
COUNTED_AT_ONCE = 100_000
# Ranges that are read at the same time, each by a reader of its own.
READERS = 2
# What the engine needs for the views of a dataset, found by trying: this, this for each thousand messages of
# a range, and this for each megabyte of its words, which it holds several times: joined, sorted, rendered.
LEAST_MEGABYTES = 220
MEGABYTES_PER_THOUSAND = 1
MEGABYTES_PER_TEXT_MEGABYTE = 12

Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""


def bucket_count(connection: sa.Connection) -> int:
    """Return how many buckets a store has, which is fixed when it is made."""
    statement = sa.text("select value from settings where name = 'bucket_count'")
    return int(connection.execute(statement).scalar_one())


def bucket_ranges(
    connection: sa.Connection,
    first_bucket: int = 0,
    last_bucket: int | None = None,
    *,
    least_megabytes: int = 0,
) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order.

    The engine's memory is bound to what the largest of them needs, or to `least_megabytes`.

    Raises:
        UsageError: There are no buckets from the first to the last.
    """
    count = bucket_count(connection)
    last_bucket = count - 1 if last_bucket is None else last_bucket
    if not 0 <= first_bucket <= last_bucket < count:
        raise UsageError(f"there are no buckets {first_bucket}-{last_bucket}; choose from 0-{count - 1}")
    sizes = select(connection, "queries/bucket_sizes")
    every, need = _ranges(sizes)
    # Also for work on all buckets that comes before that on some.
    bound_memory(connection, max(need, least_megabytes))
    if (first_bucket, last_bucket) == (0, count - 1):
        return every
    return _ranges([row for row in sizes if first_bucket <= row["bucket"] <= last_bucket])[0]


def counting_ranges(connection: sa.Connection) -> list[Range]:
    """Return larger ranges, for what only counts: the engine leaves out texts that nobody asks for."""
    ranges, need = _ranges(select(connection, "queries/bucket_sizes"), COUNTED_AT_ONCE)
    bound_memory(connection, need)
    return ranges


def _ranges(sizes: Sequence[Mapping[str, int]], counted_at_once: int = 0) -> tuple[list[Range], int]:
    """Return the ranges, and the megabytes that those with the highest needs ask for."""
    messages_at_once = counted_at_once or MESSAGES_AT_ONCE
    text_bytes_at_once = TEXT_BYTES_AT_ONCE * messages_at_once // MESSAGES_AT_ONCE
    ranges: list[Range] = []
    texts: list[int] = []
    for row in sizes:
        bucket, size, text_bytes = row["bucket"], row["message_count"], row["text_bytes"]
        is_room = ranges and ranges[-1][2] + size <= messages_at_once
        if is_room and texts[-1] + text_bytes <= text_bytes_at_once:
            first, _, before = ranges.pop()
            ranges.append((first, bucket, before + size))
            texts[-1] += text_bytes
        else:
            ranges.append((bucket, bucket, size))
            texts.append(text_bytes)
    needs = [
        size // 1000 * MEGABYTES_PER_THOUSAND + (text_bytes >> 20) * MEGABYTES_PER_TEXT_MEGABYTE
        for (_, _, size), text_bytes in zip(ranges, texts, strict=True)
    ]
    # Those that may be read at the same time.
    return ranges, LEAST_MEGABYTES + sum(sorted(needs)[-READERS:])
