"""Following a job at its provider until it ends."""

import random
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import TypeVar

from rolecall.errors import CallFailed, UsageError
from rolecall.jobs.losses import Loss, losses_in, losses_of
from rolecall.jobs.reconciling import cancel_further
from rolecall.jobs.refusals import stop
from rolecall.jobs.sessions import Session, is_passing, kept
from rolecall.jobs.stored import Job, Overtaken, advance, now, read_job
from rolecall.providers import ENDS, RemoteCheckpoint, RemoteEvent, RemoteJob

T = TypeVar("T")

# At the longest pause, about an hour without any answer.
LONGEST_SILENCE = 60


def follow(
    session: Session, job: Job, poll_seconds: tuple[float, float], on_event: Callable[[RemoteEvent], None]
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
    shown = {event.provider_event_id for event in job.events}
    while True:
        try:
            job = poll(session, job)
            silence_count = 0
        except Overtaken:  # by another watcher, whose events are ours to show as well
            job = read_job(session.database, job.job_id)
        except CallFailed as error:
            silence_count += 1
            if not is_passing(error):
                return stop(session, job, error)
            if silence_count >= LONGEST_SILENCE:
                raise kept(job, error) from error
            session.note(f"{error}; asking again")
        for event in job.events:
            if event.provider_event_id not in shown:
                shown.add(event.provider_event_id)
                on_event(event)
        if job.state != "polling":
            return job
        # Several watchers should not all ask at the same moment.
        session.waits.sleep(pause * random.uniform(0.9, 1.1))
        pause = min(longest, pause * 1.5)


def poll(session: Session, job: Job) -> Job:
    """Ask once, store what is new in one transaction, and return the job as it is then."""
    remote = session.wire.job(str(job.provider_job_id))
    end = session.profile.status_of(remote.status)
    has_ended = end in ENDS
    events = [*_new_events(session, job, has_ended), *cancel_further(session, job)]
    if not events and remote.answer == job.last_answer and not has_ended:
        return job
    if remote.status != job.status:
        session.note(f"job {job.job_id} at {session.profile.label}: {remote.status}")
    changes = _news(remote)
    saved: list[RemoteCheckpoint] = []
    losses = losses_of(events)
    if has_ended:
        changes.update(state=end, finished_at=remote.finished_at or now(), next_poll_at=None)
        saved = _all(session, lambda: list(session.wire.checkpoints(remote.provider_job_id)))
        if not (losses or job.losses):
            losses = _results(session, remote)
    return advance(session.database, job, changes, events=events, checkpoints=saved, losses=losses)


def _results(session: Session, remote: RemoteJob) -> list[Loss]:
    """Return the losses of a job whose events told none, from its result files."""

    def read(result_id: str) -> list[Loss]:
        return losses_in(session.wire.file_text(result_id))

    tables = (_all(session, partial(read, result_id)) for result_id in remote.result_ids)
    return next((losses for losses in tables if losses), [])


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


def _new_events(session: Session, job: Job, has_ended: bool) -> list[RemoteEvent]:
    """Return the events that the store does not hold, oldest first."""
    known = {event.provider_event_id for event in job.events}
    if has_ended:
        # One that came late may stand behind a known one, so at the end all pages are read.
        logged = _all(session, lambda: list(session.wire.events(str(job.provider_job_id))))
        return [event for event in logged if event.provider_event_id not in known][::-1]
    try:
        newest = takewhile(
            lambda event: event.provider_event_id not in known, session.wire.events(str(job.provider_job_id))
        )
        return list(newest)[::-1]
    except CallFailed:
        return []  # the next poll brings them


def _all(session: Session, read: Callable[[], list[T]]) -> list[T]:
    """Return what belongs to a job's end; a provider that fails here must not keep the end from the store."""
    try:
        return session.ask(read)
    except CallFailed as error:
        session.note(f"not all of the job's log could be read: {error}")
        return []
