"""Waiting for the store while another process has it open: an import, say, or another watcher."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from rolecall.errors import StoreBusy
from rolecall.store.database import Database

# An import of a million messages holds the store for about a minute.
LONGEST_WAIT_SECONDS = 900.0

P = ParamSpec("P")
R = TypeVar("R")


def patient(work: Callable[P, R], seconds: float = LONGEST_WAIT_SECONDS) -> Callable[P, R]:
    """Wrap a function that opens the store: while another process has it open, wait and try again."""

    @wraps(work)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = Retrying(
            retry=retry_if_exception_type(StoreBusy),
            wait=wait_random_exponential(multiplier=0.05, max=2),
            stop=stop_after_delay(seconds),
            reraise=True,
        )
        return tries(work, *args, **kwargs)

    return waiting


# Long enough for another watcher to store what it saw, short enough to say that somebody keeps the store.
prepare = patient(Database.ready, seconds=5.0)
