"""The entries of a large file, some thousand at a time, cut where the time changes."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from rolecall.archives.blocks import Blocks
from rolecall.sources._fields import integer_of

E = TypeVar("E")
R = TypeVar("R")


class OddFile(Exception):
    """The file must be read whole."""


def read_spans(
    blocks: Blocks, entry: type[E], time_of: Callable[[E], object], make: Callable[[list[E], list[int]], R]
) -> list[R]:
    """Return what is made of the entries, some thousand at a time, the oldest first.

    Args:
        blocks: Of a file whose entries are in the order of time, one way or the other.
        entry: What an entry is parsed into.
        time_of: Returns its time.
        make: Given entries, oldest first, and their times, of which no other call has one.

    Raises:
        OddFile: An entry is none, or has no time, or stands out of order.
    """
    decoder = msgspec.json.Decoder(list[entry])  # type: ignore[valid-type]
    made: list[R] = []
    held: list[E] = []
    is_newest_first: bool | None = None

    def take(entries: list[E], times: list[int]) -> None:
        if is_newest_first:
            entries.reverse()
            times.reverse()
        made.append(make(entries, times))

    for block in blocks:
        try:
            entries = held + decoder.decode(block)
        except msgspec.MsgspecError as error:
            raise OddFile from error
        times = [_time(time_of(entry)) for entry in entries]
        if is_newest_first is None and times and times[0] != times[-1]:
            is_newest_first = times[0] > times[-1]
        if times != sorted(times, reverse=bool(is_newest_first)):
            raise OddFile
        # The last instant may go on in the next block.
        cut = times.index(times[-1]) if times else 0
        held = entries[cut:]
        if cut:
            take(entries[:cut], times[:cut])
    if is_newest_first is None:
        raise OddFile
    if held:
        take(held, [_time(time_of(entry)) for entry in held])
    return made[::-1] if is_newest_first else made


def _time(value: object) -> int:
    sent_at_ms = integer_of(value)
    if sent_at_ms is None:
        raise OddFile
    return sent_at_ms
