"""A process at work on jobs: connected to a provider for one command, and let go of after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from rolecall.jobs.calls import Run, Waits
from rolecall.jobs.plans import key_for, profile_named
from rolecall.jobs.steps import resumed_state
from rolecall.jobs.stored import Job, advance
from rolecall.providers import Wire
from rolecall.store.database import Database

Note = Callable[[str], None]
"""Called with a line for people about each step."""


@contextmanager
def running(
    database: Database,
    provider: str,
    base_url: str,
    api_key: str | None,
    waits: Waits | None = None,
    note: Note | None = None,
) -> Iterator[Run]:
    """Give a run connected to one address of a provider.

    Raises:
        UsageError: There is no key.
    """
    profile = profile_named(provider)
    key = key_for(profile, api_key)
    waits = waits or Waits()
    # The SDK behind a wire takes a second to load, so only what makes calls does it.
    protocol = import_module(f"rolecall.providers._{profile.wire}_wire")
    wire: Wire = protocol.connect(profile, base_url, key, waits.timeout_seconds)
    try:
        yield Run(database, profile, wire, waits, note or ignore)
    finally:
        wire.close()


def unblocked(database: Database, job: Job) -> Job:
    """Return a blocked job in the state from which it goes on."""
    if job.state != "blocked":
        return job
    cleared = {"error_class": None, "error_code": None, "error_message": None}
    return advance(database, job, {"state": resumed_state(job), **cleared})


def ignore(_: object) -> None:
    """Take what nobody wants to hear."""
