"""Following a job at its provider until it ends."""

import random
from collections.abc import Callable
from itertools import takewhile
from typing import TypeVar

from rolecall.errors import CallFailed, UsageError
from rolecall.jobs.calls import Run, is_passing, kept, stop
from rolecall.jobs.rows import Job, Overtaken, advance, read_job
from rolecall.profiles import RemoteCheckpoint, RemoteEvent, RemoteJob

T = TypeVar("T")

ENDS = ("succeeded", "failed", "cancelled")
# At the longest pause, about an hour without any answer.
LONGEST_SILENCE = 60


def follow(
    run: Run, job: Job, poll_seconds: tuple[float, float], on_event: Callable[[RemoteEvent], None]
) -> Job:
    """Poll a job until it ends or is blocked; events are stored before `on_event` is called, oldest first.

    Raises:
        ProviderError: No answer for too long; the job stays as it is.
        UsageError: The job was never created.
    """
    if not job.provider_job_id:
        raise UsageError(
            f"job {job.job_id} was not created yet ({job.state}); repeat the rolecall job start that began it"
        )
    pause, longest = poll_seconds
    silence_count = 0
    while True:
        try:
            job = _poll(run, job, on_event)
            silence_count = 0
        except Overtaken:
            job = read_job(run.database, job.job_id)
        except CallFailed as error:
            silence_count += 1
            if not is_passing(error):
                return stop(run, job, error)
            if silence_count >= LONGEST_SILENCE:
                raise kept(job, error) from error
            run.note(f"{error}; asking again")
        if job.state != "polling":
            return job
        # Several watchers should not all ask at the same moment.
        run.waits.sleep(pause * random.uniform(0.9, 1.1))
        pause = min(longest, pause * 1.5)


def _poll(run: Run, job: Job, on_event: Callable[[RemoteEvent], None]) -> Job:
    """Ask once, store what is new in one transaction, and return the job as it is then."""
    remote = run.wire.job(str(job.provider_job_id))
    has_ended = remote.status in ENDS
    events = _new_events(run, job, has_ended)
    if not events and remote.answer == job.last_answer and not has_ended:
        return job
    if remote.status != job.status:
        run.note(f"job {job.job_id} at {run.profile.label}: {remote.status}")
    changes = _news(remote)
    saved: list[RemoteCheckpoint] = []
    if has_ended:
        changes.update(state=remote.status, finished_at=remote.finished_at, next_poll_at=None)
        saved = _all(run, lambda: list(run.wire.checkpoints(remote.provider_job_id)))
    job = advance(run.database, job, changes, events=events, checkpoints=saved)
    for event in events:
        on_event(event)
    return job


def _news(remote: RemoteJob) -> dict[str, object]:
    return {
        "status": remote.status,
        "last_answer": remote.answer,
        "request_id": remote.request_id,
        "fine_tuned_model": remote.fine_tuned_model,
        "trained_token_count": remote.trained_token_count,
        "error_class": "job" if remote.error_message else None,
        "error_code": remote.error_code,
        "error_message": remote.error_message,
    }


def _new_events(run: Run, job: Job, has_ended: bool) -> list[RemoteEvent]:
    """Return the events that the store does not hold, oldest first."""
    known = {event.provider_event_id for event in job.events}
    if has_ended:
        # One that came late may stand behind a known one, so at the end all pages are read.
        everything = _all(run, lambda: list(run.wire.events(str(job.provider_job_id))))
        return [event for event in everything if event.provider_event_id not in known][::-1]
    try:
        newest = takewhile(
            lambda event: event.provider_event_id not in known, run.wire.events(str(job.provider_job_id))
        )
        return list(newest)[::-1]
    except CallFailed:
        return []  # the next poll brings them


def _all(run: Run, read: Callable[[], list[T]]) -> list[T]:
    """Return what belongs to a job's end; a provider that fails here must not keep the end from the store."""
    try:
        return run.ask(read)
    except CallFailed as error:
        run.note(f"not all of the job's log could be read: {error}")
        return []
