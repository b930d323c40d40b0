"""Ranges of buckets: parts of a store that are read together, so that memory stays flat."""

import sqlalchemy as sa

from rolecall.database import rows
from rolecall.errors import UsageError

# Messages whose buckets are read together. Larger ranges are no faster from here on, and hold more memory.
MESSAGES_AT_ONCE = 125_000

Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""


def bucket_ranges(
    connection: sa.Connection, first_bucket: int = 0, last_bucket: int | None = None
) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order.

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
    return ranges
