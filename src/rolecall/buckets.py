"""Ranges of buckets: parts of a store that are read together, so that memory stays flat."""

import sqlalchemy as sa

from rolecall.database import rows

# Messages whose buckets are read together. Larger ranges are no faster from here on, and hold more memory.
MESSAGES_AT_ONCE = 125_000

Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""


def bucket_ranges(connection: sa.Connection) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order."""
    ranges: list[Range] = []
    for row in rows(connection, "bucket_sizes"):
        bucket, size = int(row["bucket"]), int(row["message_count"])
        if ranges and ranges[-1][2] + size <= MESSAGES_AT_ONCE:
            first, _, before = ranges.pop()
            ranges.append((first, bucket, before + size))
        else:
            ranges.append((bucket, bucket, size))
    return ranges
