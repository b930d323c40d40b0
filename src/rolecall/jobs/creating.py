"""The creation of a job at the provider: the step that costs money, repeated only where nothing was made."""

import json
import os
import platform
from datetime import timedelta

from rolecall.errors import CallFailed
from rolecall.jobs.planned_files import export_row
from rolecall.jobs.reconciling import find_own
from rolecall.jobs.refusals import redirected_creation, stop
from rolecall.jobs.sending import NO_UPLOADS
from rolecall.jobs.sessions import Session, is_passing
from rolecall.jobs.stored import Job, advance, now
from rolecall.providers import JobRequest, RemoteJob

NO_LEASE = {"lease_owner": None, "lease_until": None}


def submitting(session: Session, job: Job) -> Job:
    """Create the job, unless an earlier call did: the one step that costs money."""
    made = find_settled(session, job)
    if made:
        session.note(f"the job was made already: {made.provider_job_id}")
        return advance(session.database, job, accepted(made))
    if job.has_redirected_creation and job.intent_at:
        return advance(session.database, job, {"state": "blocked", **redirected_creation(job)})
    settled_at = now() + timedelta(seconds=session.waits.settle_seconds)
    intent = {"intent_at": job.intent_at or now(), "next_poll_at": settled_at}
    lease = {"lease_owner": f"{platform.node()} {os.getpid()}", "lease_until": settled_at}
    job = advance(session.database, job, {**intent, **lease}, attempt="create")
    try:
        created = session.wire.create_job(_request(session, job))
    except CallFailed as error:
        return _not_created(session, job, error)
    # What is paid from now on is in the store before anything else of the answer is read.
    job = advance(session.database, job, adopted(created.provider_job_id), outcome="ok")
    return advance(session.database, job, accepted(created.read()))


def find_settled(session: Session, job: Job) -> RemoteJob | None:
    """Return the provider's job of a run; None once it is sure that no earlier creation brings one."""
    made = session.ask(lambda: find_own(session, job))
    if made or not job.next_poll_at or job.next_poll_at <= now():
        return made
    session.note(
        f"job {job.job_id}: waiting until an earlier creation has settled ({job.lease_owner or 'no answer'})"
    )
    session.wait_until(job.next_poll_at)
    return session.ask(lambda: find_own(session, job))


def _not_created(session: Session, job: Job, error: CallFailed) -> Job:
    """Record a creation that failed; the next look decides whether it may be repeated."""
    is_file_gone = error.http_status == 404 and (
        error.param == "training_file" or (job.upload_id is not None and job.upload_id in str(error))
    )
    if is_file_gone:
        gone = {**NO_UPLOADS, **NO_LEASE, "next_poll_at": None}
        job = advance(session.database, job, gone, outcome=error)
    elif not is_passing(error):
        return stop(session, job, error, action="create")
    elif error.outcome == "unknown":
        settled_at = now() + timedelta(seconds=session.waits.settle_seconds)
        changes: dict[str, object] = {**NO_LEASE, "next_poll_at": settled_at}
        if error.is_redirect:
            changes |= redirected_creation(job, error)
        job = advance(session.database, job, changes, outcome=error)
        session.note(f"{error}; looking whether the job was made")
    else:
        job = advance(session.database, job, {**NO_LEASE, "next_poll_at": None}, outcome=error)
    session.pause(job, error)
    return job


def _request(session: Session, job: Job) -> JobRequest:
    return JobRequest(
        model=job.model,
        upload_id=str(job.upload_id),
        validation_upload_id=job.validation_upload_id,
        suffix=job.suffix,
        seed=job.seed,
        hyperparameters=json.loads(job.method),
        metadata={
            "run_key": job.run_key,
            "export_sha256": str(export_row(session.database, job.export_id)["sha256"]),
        },
    )


def adopted(provider_job_id: str) -> dict[str, object]:
    """Return the changes that make a provider's job the run's, of which nothing but its id is known."""
    return {
        **NO_LEASE,
        "state": "polling",
        "provider_job_id": provider_job_id,
        "next_poll_at": None,
        "error_class": None,
        "error_code": None,
        "error_message": None,
    }


def accepted(remote: RemoteJob) -> dict[str, object]:
    """Return the changes that make a provider's job the run's."""
    told = {"status": remote.status, "last_answer": remote.answer, "request_id": remote.request_id}
    return {**adopted(remote.provider_job_id), **told}
