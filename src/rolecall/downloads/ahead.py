"""Reading ahead: the next files are parsed while the engine merges those before."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")
# How long one side waits before it looks whether the other has ended.
_PATIENCE_SECONDS = 0.1
# The maker stops when so much waits to be taken, and goes on when only the lesser number is left. So it works
# while the engine does, which needs no lock of Python's, and not while the other side makes rows.
_MOST_BYTES = 32 * 1024**2
_FEW_BYTES = _MOST_BYTES // 8


class _Shelf(Generic[T]):
    """What is made and not yet taken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[tuple[T, int]] = deque()
        self._held_bytes = 0
        self._error: BaseException | None = None
        self.is_over = False

    def put(self, item: T, byte_count: int) -> None:
        """Add an item, after waiting for room."""
        with self._changed:
            if self._held_bytes >= _MOST_BYTES:
                while self._held_bytes > _FEW_BYTES and not self.is_over:
                    self._changed.wait(_PATIENCE_SECONDS)
            self._items.append((item, byte_count))
            self._held_bytes += byte_count
            self._changed.notify_all()

    def end(self, error: BaseException) -> None:
        """Say that nothing more comes, and why."""
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def take(self) -> Iterator[T]:
        """Yield the items as they come; raise the error that ended them."""
        while True:
            with self._changed:
                while not self._items and self._error is None:
                    self._changed.wait(_PATIENCE_SECONDS)
                if not self._items:
                    break
                item, byte_count = self._items.popleft()
                self._held_bytes -= byte_count
                if self._held_bytes <= _FEW_BYTES:
                    self._changed.notify_all()
            yield item
            del item
        if not isinstance(self._error, StopIteration):
            assert self._error is not None
            raise self._error


@contextmanager
def read_ahead(items: Iterable[T], bytes_of: Callable[[T], int]) -> Generator[Iterator[T]]:
    """Give an iterator over the same items, of which some megabytes are made ahead in another thread.

    An error in making an item is raised where that item would be taken. At the end of the block, however it
    is left, the thread has ended.
    """
    shelf: _Shelf[T] = _Shelf()

    def make() -> None:
        try:
            for item in items:
                shelf.put(item, bytes_of(item))
                del item  # whoever takes it may give it up
                if shelf.is_over:
                    return
            shelf.end(StopIteration())
        except BaseException as error:  # handed on, whatever it is
            shelf.end(error)

    maker = threading.Thread(target=make, name="reading ahead", daemon=True)
    maker.start()
    try:
        yield shelf.take()
    finally:
        shelf.is_over = True
        maker.join()
