"""Ending a job before its time: at the provider when it was made there, else in the store alone."""

from rolecall.errors import CallFailed, UsageError
from rolecall.jobs.creating import accepted, find_settled
from rolecall.jobs.reconciling import Undecided
from rolecall.jobs.refusals import stop
from rolecall.jobs.sessions import Session
from rolecall.jobs.stored import Job, Overtaken, advance, now, read_job
from rolecall.jobs.watching import poll
from rolecall.providers import RemoteJob


def cancel(session: Session, job: Job) -> Job:
    """Cancel a job and return it: cancelled, or still polling where the provider takes a while.

    Raises:
        UsageError: Nobody can say which of several jobs at the provider it is.
        ProviderError: The provider cannot be reached for now; the job stays as it is.
    """
    while not job.has_ended:
        try:
            return _cancel(session, job)
        except Overtaken:
            job = read_job(session.database, job.job_id)
        except Undecided as error:
            raise UsageError(
                f"several jobs at {session.profile.label} could be job {job.job_id}: {error}; say first"
                f" which: rolecall job resume {job.job_id} --adopt ID"
            ) from error
        except CallFailed as error:
            return stop(session, job, error)
    return job


def _cancel(session: Session, job: Job) -> Job:
    if not job.provider_job_id:
        made = _made_all_the_same(session, job) if job.open_creation_count else None
        if not made:
            session.note(f"job {job.job_id} was not made at {session.profile.label}")
            return advance(session.database, job, {"state": "cancelled", "finished_at": now()})
        job = advance(session.database, job, accepted(made))
    try:
        session.ask(lambda: session.wire.cancel_job(str(job.provider_job_id)))
    except CallFailed as error:
        if error.http_status not in (400, 409):
            raise
        session.note(f"{session.profile.label} says: {error}")  # it has ended already; the poll tells how
    return poll(session, job)


def _made_all_the_same(session: Session, job: Job) -> RemoteJob | None:
    """Return what a creation without an answer may have made; None where nobody can look, which is told."""
    try:
        return find_settled(session, job)
    except CallFailed as error:
        # An address that has moved would keep its job, and so the start at the other one, from ever ending.
        if not error.is_redirect:
            raise
        session.note(f"{error}; should it hold a job of this run, cancel that there")
        return None
