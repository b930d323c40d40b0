"""A limit on the time that an engine works, whatever time is spent between its steps."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Counts the time inside `running()` and calls `stop`, from another thread, when it is used up."""

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        """Take the time allowed in all (0: no limit) and what ends the work."""
        self.seconds = seconds
        self._left = seconds
        self._stop = stop

    @property
    def is_over(self) -> bool:
        """Whether the time was used up."""
        return self.seconds > 0 and self._left <= 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time until the block ends."""
        if not self.seconds:
            yield
            return
        timer = threading.Timer(max(self._left, 0), self._stop)
        timer.daemon = True
        started = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._left -= time.monotonic() - started
