"""The clock of a download: the time of its newest message."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property

from rolecall.archives.archive import Archive, Member
from rolecall.archives.members import part_no
from rolecall.errors import ArchiveError
from rolecall.texts.times import milliseconds_of_iso

# The newest time of a part stands at one of its ends.
_END_BYTES = 16 * 1024
_PIECE_BYTES = 1024**2
_LONGEST_TIME = 80
_TIMES = re.compile(rb'"timestamp(?:_ms)?"\s*:\s*(\d{9,14})\b')
# As in Instagram's first downloads.
_ISO_TIMES = re.compile(rb'"created_at"\s*:\s*"([\d:.TZ+-]{10,40})"')

_DAY_MS = 86_400_000


class Clock:
    """The time of the newest message in an archive, which tells older downloads from newer ones."""

    def __init__(self, archive: Archive) -> None:
        """Take an archive; its files are searched when its time is first asked for."""
        self._archive = archive
        self.latest_at_ms = int(datetime.now(UTC).timestamp() * 1000) + _DAY_MS
        """Tomorrow. Later times are slips and do not count."""

    @cached_property
    def newest_at_ms(self) -> int:
        """The time of the newest message; 0 when there is none.

        It is needed before the first thread is merged, so files are searched and not parsed. Parts of a chat
        are in order: of each chat the ends of the newest part are enough, if that is not damaged. Files that
        are no parts are searched whole.
        """
        newest = 0
        timed: set[tuple[str, ...]] = set()
        for member in reversed(self._archive.json_members()):  # of a chat the newest part first
            number, folder = part_no(member.path), member.location[:-1]
            if member.is_stray or (number is not None and folder in timed):
                continue
            times = list(self._times(member, is_part=number is not None))
            if times and number is not None:
                timed.add(folder)
            newest = max(newest, *times) if times else newest
        return newest

    def _times(self, member: Member, *, is_part: bool) -> Iterator[int]:
        """Yield the newest time of each piece of a file, 0 where that is a slip; nothing if it has none."""
        with suppress(ArchiveError):  # which is reported when the file is read for good
            times = _at_ends(member) if is_part else []
            if times:
                yield self._newest(times)
                return
            with member.open() as stream:
                rest = b""
                while data := stream.read(_PIECE_BYTES):
                    times = _times(rest + data, is_part=is_part)
                    if times:
                        yield self._newest(times)
                    rest = data[-_LONGEST_TIME:]

    def _newest(self, times: Iterable[int]) -> int:
        return max((time for time in times if time <= self.latest_at_ms), default=0)


def _at_ends(member: Member) -> list[int]:
    """Return the times at the ends of a part; where they fall, as in nearly all, those at its beginning."""
    with member.open() as stream:
        head = stream.read(_END_BYTES)
        times = _times(head, is_part=True)
        if times and times[0] > times[-1]:
            return times
        tail = b""
        while data := stream.read(_PIECE_BYTES):
            tail = (tail + data)[-_END_BYTES:]
        return times + _times(tail, is_part=True)


def _times(data: bytes, *, is_part: bool) -> list[int]:
    # The archives of early 2018 have seconds, as reactions have.
    in_ms = [int(time) * (1 if len(time) > 10 else 1000) for time in _TIMES.findall(data)]
    if not is_part:
        in_ms += [milliseconds_of_iso(time.decode()) or 0 for time in _ISO_TIMES.findall(data)]
    return in_ms
