"""Counting the moments of a process, and dying by kill -9 at one of them."""

import os
import signal
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Steps:
    """Counts moments, each before or after something that matters, and dies at the last one, if any."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.count = 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[P, R]) -> Callable[P, R]:
        """Return a function with a step before it and one after."""

        @wraps(call)
        def stepping(*args: P.args, **kwargs: P.kwargs) -> R:
            self.step()
            try:
                return call(*args, **kwargs)
            finally:
                self.step()

        return stepping
