"""Who has a DuckDB file open in this process: several threads that read it, or one that writes to it.

The engine keeps other processes away, and not the threads of its own: two that write at once would disturb
each other, and it refuses one that reads while another writes.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rolecall.errors import StoreBusy

# Long enough for what people ask in passing, short enough to say that somebody keeps the store.
PATIENCE_SECONDS = 5.0


class _Door:
    """The threads that have one file open, and those that wait for it, in the order in which they came."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.inside: list[int] = []
        self.is_read_only = True
        self.waiting: deque[object] = deque()

    def enter(self, is_read_only: bool, check: Callable[[], None]) -> bool:
        """Wait for a turn, and check the file unless those inside have; return whether the turn came."""
        me, ticket = threading.get_ident(), object()
        with self.changed:
            # Of one that is inside already nobody can wait for the end, itself least of all.
            is_again = me in self.inside
            self.waiting.append(ticket)
            try:
                if not self.changed.wait_for(
                    lambda: self._may_enter(me, is_read_only) and (is_again or self.waiting[0] is ticket),
                    0 if is_again else PATIENCE_SECONDS,
                ):
                    return False
                if not self.inside:
                    check()
                self.inside.append(me)
                self.is_read_only = is_read_only
                return True
            finally:
                self.waiting.remove(ticket)
                self.changed.notify_all()

    def leave(self, thread: int, clear: Callable[[], None]) -> None:
        """Let the next ones in, the last one after clearing up; any thread may say so for another."""
        with self.changed:
            self.inside.remove(thread)
            if not self.inside:
                clear()
            self.changed.notify_all()

    def _may_enter(self, me: int, is_read_only: bool) -> bool:
        if not self.inside:
            return True
        return is_read_only == self.is_read_only and (is_read_only or set(self.inside) == {me})


_doors: defaultdict[Path, _Door] = defaultdict(_Door)
_making = threading.Lock()


def open_counts() -> dict[Path, int]:
    """Return the files that this process has open, by their full paths, and how often each."""
    with _making:
        return {path: len(door.inside) for path, door in _doors.items() if door.inside}


@contextmanager
def shared(
    path: Path, *, is_read_only: bool, check: Callable[[], None], clear: Callable[[], None]
) -> Iterator[None]:
    """Have a file open with others that read it, or alone to write to it.

    Args:
        path: Of the file.
        is_read_only: Whether it is only read.
        check: What looks into the file beforehand. It is called while no thread has the file open: a system
            drops a process's locks on a file as soon as one of its threads closes it.
        clear: What is called when no thread has it open any more, before the next one may.

    Raises:
        StoreBusy: Another thread, or this one, has it open otherwise.
    """
    with _making:
        door = _doors[path.resolve()]
    thread = threading.get_ident()
    if not door.enter(is_read_only, check):
        where = "this thread, for a query say; leave its `with` first, or repeat when it has ended"
        if thread not in door.inside:
            where = "another thread of this program; wait until it ends and repeat"
        raise StoreBusy(f"{path} is open in {where}")
    try:
        yield
    finally:
        door.leave(thread, clear)
