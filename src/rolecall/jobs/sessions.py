"""A session: one process connected to one provider, the pauses between its calls, and which failures pass."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from rolecall.errors import CallFailed, ProviderError
from rolecall.jobs.addresses import key_for
from rolecall.jobs.stored import Job, now
from rolecall.providers import Profile, Wire, connect, profile_named
from rolecall.store.database import Database

T = TypeVar("T")
Note = Callable[[str], None]
"""Called with a line for people about each step."""

# A provider that asks for more than this is asked again all the same.
LONGEST_WAIT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait, in seconds; every pause goes through `sleep`."""

    file_seconds: tuple[float, float] = (1.0, 5.0)
    """Between two looks at an upload: the first pause and the longest."""
    file_limit_seconds: float = 1800.0
    """For an upload to be processed, in all."""
    call_seconds: tuple[float, float] = (1.0, 8.0)
    """After a call that failed for a passing reason."""
    call_count: int = 5
    """Failed calls before giving up for now."""
    timeout_seconds: float = 60.0
    """For one answer."""
    settle_seconds: float = 90.0
    """After a creation without an answer, before it may be repeated; longer than the time-out."""
    sleep: Callable[[float], None] = time.sleep


class SessionOptions(TypedDict, total=False):
    """What every command that makes calls takes as well."""

    api_key: str | None
    """Instead of the provider's environment variable."""
    note: Note | None
    """Called with a line for people about each step."""
    waits: Waits | None
    """How patient to be."""


class Session:
    """A connection to one provider while a command is at work: with the store, and with its patience."""

    def __init__(self, database: Database, profile: Profile, wire: Wire, waits: Waits, note: Note) -> None:
        """Keep what every step needs."""
        self.database = database
        self.profile = profile
        self.wire = wire
        self.waits = waits
        self.note = note
        self._failure_count = 0

    def ask(self, call: Callable[[], T]) -> T:
        """Make a call that changes nothing, again and again while it fails for a passing reason."""
        tries = Retrying(
            retry=retry_if_exception(is_passing),
            wait=self._pause_after,
            stop=stop_after_attempt(self.waits.call_count),
            sleep=self.waits.sleep,
            reraise=True,
        )
        return tries(call)

    def pause(self, job: Job, error: CallFailed) -> None:
        """Wait before a call with an effect is thought of again, or give up for now.

        Raises:
            ProviderError: Too many failed in this session; the job stays where it is.
        """
        self._failure_count += 1
        if self._failure_count >= self.waits.call_count:
            raise kept(job, error) from error
        self.waits.sleep(self._pause(self._failure_count, error))

    def wait_until(self, moment: datetime | None) -> bool:
        """Wait until then, at most the settle time (clocks jump); return whether there was a wait."""
        seconds = (moment - now()).total_seconds() if moment else 0.0
        if seconds <= 0:
            return False
        self.waits.sleep(min(seconds, self.waits.settle_seconds))
        return True

    def _pause_after(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return self._pause(state.attempt_number, error if isinstance(error, CallFailed) else None)

    def _pause(self, failure_count: int, error: CallFailed | None) -> float:
        first, longest = self.waits.call_seconds
        asked = min((error.wait_seconds if error else None) or 0.0, LONGEST_WAIT_SECONDS)
        return max(asked, min(longest, first * 2.0 ** (failure_count - 1)))


@contextmanager
def open_session(
    database: Database,
    provider: str,
    base_url: str,
    *,
    api_key: str | None = None,
    note: Note | None = None,
    waits: Waits | None = None,
) -> Iterator[Session]:
    """Give a session with one address of a provider, let go of at the end.

    Raises:
        UsageError: There is no key.
    """
    profile = profile_named(provider)
    key = key_for(profile, api_key)
    waits = waits or Waits()
    wire = connect(profile, base_url, key, waits.timeout_seconds)
    try:
        yield Session(database, profile, wire, waits, note or ignore)
    finally:
        wire.close()


def ignore(_: object) -> None:
    """Take what nobody wants to hear."""


def is_passing(error: BaseException) -> bool:
    """Return whether the same call may succeed in a while: no answer, a server's fault, too many calls."""
    if not isinstance(error, CallFailed):
        return False
    is_busy = error.http_status == 429 and error.code != "insufficient_quota"
    # Servers say so for some seconds after an upload. Source: OpenAI, cookbook for fine-tuning.
    is_early = error.http_status == 400 and "still being processed" in str(error)
    return error.outcome == "unknown" or error.code == "unreachable" or is_busy or is_early


def kept(job: Job, error: CallFailed) -> ProviderError:
    """Return the error that ends a session and leaves its job as it is."""
    return ProviderError(
        f"{error}; job {job.job_id} stays as it is ({job.state}), repeat the same command to go on",
        error.code,
    )
