"""Reading ranges of buckets side by side: each reader has a connection of its own, and so has the writer.

A range is too small for an engine to share it well among its threads; two ranges at once use two processors.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

import sqlalchemy as sa

from rolecall.store.buckets import READERS, Range, counting_ranges
from rolecall.store.connections import beside
from rolecall.store.statements import select

Result = TypeVar("Result")


class Readers:
    """Threads over the connections that they read with, and one for what is written meanwhile."""

    def __init__(
        self,
        connection: sa.Connection,
        pool: ThreadPoolExecutor,
        writer: ThreadPoolExecutor,
        connections: Sequence[sa.Connection],
    ) -> None:
        """Take the connection that writes, both kinds of threads, and the connections that read."""
        self._connection = connection
        self._pool = pool
        self._writer = writer
        self._count = len(connections)
        self._free: SimpleQueue[sa.Connection] = SimpleQueue()
        for reader in connections:
            self._free.put(reader)

    def read(
        self, ranges: Sequence[Range], work: Callable[[sa.Connection, Range], Result]
    ) -> Iterator[tuple[Range, Result]]:
        """Yield each range with the result of the work on it, in order; the next are worked on meanwhile."""
        waiting: deque[tuple[Range, Future[Result]]] = deque()
        for buckets in ranges:
            waiting.append((buckets, self._pool.submit(self._lent, work, buckets)))
            if len(waiting) > self._count:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()

    def select(self, path: str, /, **params: object) -> Iterator[list[dict[str, Any]]]:
        """Run `sql/<path>.sql` over all buckets, and yield the rows of each range."""

        def rows_in(connection: sa.Connection, buckets: Range) -> list[dict[str, Any]]:
            return select(connection, path, **params, first_bucket=buckets[0], last_bucket=buckets[1])

        for _, rows in self.read(counting_ranges(self._connection), rows_in):
            yield rows

    def write(self, work: Callable[[sa.Connection], Result]) -> Future[Result]:
        """Begin to write; one piece of work is done after the other."""
        return self._writer.submit(work, self._connection)

    def _lent(self, work: Callable[[sa.Connection, Range], Result], buckets: Range) -> Result:
        reader = self._free.get()
        try:
            return work(reader, buckets)
        finally:
            self._free.put(reader)


@contextmanager
def readers(connection: sa.Connection, *, is_alone: bool = False) -> Iterator[Readers]:
    """Give readers of what is committed now.

    Args:
        connection: With a transaction; all that is written goes through it.
        is_alone: Read through this connection too, since what it has not committed yet is to be seen.
    """
    with ExitStack() as stack:
        connections = [] if is_alone else beside(connection, READERS, stack)
        # The threads end before the connections are closed; what has not begun is not begun any more.
        pool = ThreadPoolExecutor(max(1, len(connections)), "reader")
        stack.callback(pool.shutdown, cancel_futures=True)
        writer = pool
        if connections:
            writer = ThreadPoolExecutor(1, "writer")
            stack.callback(writer.shutdown, cancel_futures=True)
        yield Readers(connection, pool, writer, connections or [connection])
