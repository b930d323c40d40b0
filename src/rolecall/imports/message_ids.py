"""Ids of new messages, made from content: thread, time and occurrence."""

import pyarrow as pa
import pyarrow.compute as pc


def message_ids(thread_ids: pa.Array, times: pa.Array, occurrences: pa.Array, salt: int = 0) -> pa.Array:
    """Return the 63-bit ids of messages, one for each (thread, time in ms, occurrence at that time).

    The finalizer of SplitMix64, applied to one part after the other: every engine and machine gives the same.
    """
    mixed = pa.repeat(pa.scalar(salt, pa.uint64()), len(times))
    for part in (thread_ids, times, occurrences):
        unsigned = pc.cast(part, pa.uint64(), safe=False)
        mixed = _mix(pc.add(pc.multiply(mixed, pa.scalar(0x9E3779B97F4A7C15, pa.uint64())), unsigned))
    return pc.cast(pc.shift_right(mixed, pa.scalar(1, pa.uint64())), pa.int64())


def _mix(value: pa.Array) -> pa.Array:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = pc.bit_wise_xor(value, pc.shift_right(value, pa.scalar(shift, pa.uint64())))
        value = pc.multiply(value, pa.scalar(factor, pa.uint64()))
    return pc.bit_wise_xor(value, pc.shift_right(value, pa.scalar(31, pa.uint64())))
