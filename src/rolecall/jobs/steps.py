"""From an export to a running job, one committed step after another.

    built -> uploading -> uploaded -> file_ready -> submitting -> polling
                 (any of them)     -> failed, or blocked until somebody does something about it

Each arrow is one compare-and-set (`stored.advance`), so where one process dies the next goes on, and of two
processes at once only one takes a step. What is about to be sent is committed before it is sent:
after a creation without an answer the provider's list is asked, and only an empty one lets it be repeated.
"""

from collections.abc import Callable

from rolecall.errors import CallFailed
from rolecall.jobs.creating import submitting
from rolecall.jobs.reconciling import Undecided, cancel_further
from rolecall.jobs.refusals import stop
from rolecall.jobs.sending import uploaded, uploading
from rolecall.jobs.sessions import Session
from rolecall.jobs.stored import Job, Overtaken, advance, read_job
from rolecall.providers import RemoteJob
from rolecall.store.database import Database


def carry(session: Session, job: Job) -> Job:
    """Take a job from where it is to `polling`, or to where it cannot go on, and return it.

    Raises:
        ProviderError: The provider cannot be reached for now; the job stays where it is.
    """
    while job.state in STEPS:
        try:
            job = STEPS[job.state](session, job)
        except Overtaken:
            job = read_job(session.database, job.job_id)
        except Undecided as error:
            job = _blocked_until_chosen(session, job, error)
        except CallFailed as error:
            job = stop(session, job, error)
    return without_further(session, job) if job.state == "polling" else job


def without_further(session: Session, job: Job) -> Job:
    """Cancel what late answers made beside a job, log it, and return the job."""
    news = cancel_further(session, job)
    try:
        return advance(session.database, job, {}, events=news) if news else job
    except Overtaken:
        return read_job(session.database, job.job_id)


def resumed_state(job: Job) -> str:
    """Return the state from which a blocked job goes on: the last one whose outcome is recorded."""
    if job.provider_job_id:
        return "polling"
    if not job.upload_id or (job.validation_export_id and not job.validation_upload_id):
        return "built"
    return "submitting" if job.intent_at else "uploaded"


def unblocked(database: Database, job: Job) -> Job:
    """Return a blocked job in the state from which it goes on."""
    if job.state != "blocked":
        return job
    changes: dict[str, object] = {"state": resumed_state(job)}
    # A creation that somebody must look after stays so until they have said what is to be done.
    if not job.is_asking_for_creation:
        changes.update(error_class=None, error_code=None, error_message=None)
    return advance(database, job, changes)


def _blocked_until_chosen(session: Session, job: Job, error: Undecided) -> Job:
    listed = "; ".join(map(_described, error.candidates))
    said = (
        f"{session.profile.label} lists what could be this job ({listed}) and does not say whose it is. Say"
        f" which it is: rolecall job resume {job.job_id} --adopt ID, or --adopt none"
    )
    blocked = {"state": "blocked", "error_class": "ask", "error_code": None, "error_message": said}
    return advance(session.database, job, blocked)


def _described(remote: RemoteJob) -> str:
    made = f"{remote.created_at:%Y-%m-%d %H:%M:%S} UTC" if remote.created_at else "at an unknown time"
    return f"{remote.provider_job_id}, made {made}, {remote.status}"


def _built(session: Session, job: Job) -> Job:
    return advance(session.database, job, {"state": "uploading"})


def _file_ready(session: Session, job: Job) -> Job:
    return advance(session.database, job, {"state": "submitting"})


STEPS: dict[str, Callable[[Session, Job], Job]] = {
    "built": _built,
    "uploading": uploading,
    "uploaded": uploaded,
    "file_ready": _file_ready,
    "submitting": submitting,
}
