"""Ranges of buckets: parts of a store that are read together, so that memory stays flat."""

import sqlalchemy as sa

from rolecall.database import bound_memory, rows

# Messages whose buckets are read together. Each range costs a tenth of a second for its plan alone.
MESSAGES_AT_ONCE = 60_000
# What the engine needs for the views of a dataset, measured on chats of a million messages: this, and this
# for each thousand messages of one range (a chat is never cut, so one range may be larger).
LEAST_MEGABYTES = 130
MEGABYTES_PER_THOUSAND = 1

Range = tuple[int, int, int]
"""First bucket, last bucket, messages in them."""


def bucket_ranges(connection: sa.Connection) -> list[Range]:
    """Return ranges of buckets (first, last, messages) that together hold every message, in order.

    The engine's memory is bound to what the largest of them needs.
    """
    ranges: list[Range] = []
    for row in rows(connection, "bucket_sizes"):
        bucket, size = int(row["bucket"]), int(row["message_count"])
        if ranges and ranges[-1][2] + size <= MESSAGES_AT_ONCE:
            first, _, before = ranges.pop()
            ranges.append((first, bucket, before + size))
        else:
            ranges.append((bucket, bucket, size))
    largest = max((size for _, _, size in ranges), default=0)
    bound_memory(connection, LEAST_MEGABYTES + largest // 1000 * MEGABYTES_PER_THOUSAND)
    return ranges
