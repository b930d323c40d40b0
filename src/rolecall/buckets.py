"""Ranges of buckets: parts of a store that are read together, so that memory stays flat."""

import sqlalchemy as sa

from rolecall.database import bound_memory, rows
from rolecall.errors import UsageError

# Messages whose buckets are read together. Each range costs a tenth of a second for its plan alone.
MESSAGES_AT_ONCE = 60_000
# What the engine needs for the views of a dataset, measured on chats of a million messages: this, and this
# for each thousand messages of one range (a chat is never cut, so one range may be larger).
LEAST_MEGABYTES = 130
MEGABYTES_PER_THOUSAND = 1

Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""


def bucket_ranges(
    connection: sa.Connection, first_bucket: int = 0, last_bucket: int | None = None
) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order.

    The engine's memory is bound to what the largest of them needs.

    Raises:
        UsageError: There are no buckets from the first to the last.
    """
    statement = sa.text("select value from settings where name = 'bucket_count'")
    bucket_count = int(connection.execute(statement).scalar_one())
    last_bucket = bucket_count - 1 if last_bucket is None else last_bucket
    if not 0 <= first_bucket <= last_bucket < bucket_count:
        raise UsageError(
            f"there are no buckets {first_bucket}-{last_bucket}; choose from 0-{bucket_count - 1}"
        )
    ranges: list[Range] = []
    for row in rows(connection, "bucket_sizes"):
        bucket, size = int(row["bucket"]), int(row["message_count"])
        if not first_bucket <= bucket <= last_bucket:
            continue
        if ranges and ranges[-1][2] + size <= MESSAGES_AT_ONCE:
            first, _, before = ranges.pop()
            ranges.append((first, bucket, before + size))
        else:
            ranges.append((bucket, bucket, size))
    largest = max((size for _, _, size in ranges), default=0)
    bound_memory(connection, LEAST_MEGABYTES + largest // 1000 * MEGABYTES_PER_THOUSAND)
    return ranges
