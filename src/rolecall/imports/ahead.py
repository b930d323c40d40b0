"""Reading ahead: the next files are parsed while the engine merges those before."""

import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")
# How long a full or empty queue is waited at before looking whether the other side has ended.
_PATIENCE_SECONDS = 0.1


@contextmanager
def read_ahead(items: Iterable[T], count: int = 2) -> Generator[Iterator[T]]:
    """Give an iterator over the same items, of which up to `count` are made ahead in another thread.

    An error in making one is raised where that one is taken. At the end of the block, however it is left,
    the thread has ended.
    """
    queue: Queue[tuple[T | None, BaseException | None]] = Queue(count)
    is_over = threading.Event()

    def put(item: T | None, error: BaseException | None) -> None:
        while not is_over.is_set():
            try:
                return queue.put((item, error), timeout=_PATIENCE_SECONDS)
            except Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(item, None)
                if is_over.is_set():
                    return
            put(None, StopIteration())
        except BaseException as error:  # handed on, whatever it is
            put(None, error)

    def take() -> Iterator[T]:
        while True:
            try:
                item, error = queue.get(timeout=_PATIENCE_SECONDS)
            except Empty:
                continue
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # an item where there is no error

    maker = threading.Thread(target=make, name="reading ahead", daemon=True)
    maker.start()
    try:
        yield take()
    finally:
        is_over.set()
        maker.join()
