"""From an export to a running job, one committed step after another.

    built -> uploading -> uploaded -> file_ready -> submitting -> polling
                 (any of them)     -> failed, or blocked until somebody does something about it

Each arrow is one compare-and-set (`rows.advance`), so a run that dies is carried on by the next from where it
was, and of two runs at once only one takes a step. What is about to be sent is committed before it is sent:
after a creation without an answer the provider's list is asked, and only an empty one lets it be repeated.
"""

import json
import os
import platform
from collections.abc import Callable
from datetime import timedelta

from rolecall.errors import CallFailed, ProviderError
from rolecall.jobs.calls import Run, is_passing, stop
from rolecall.jobs.planned_files import export_row, planned_file
from rolecall.jobs.reconciling import Undecided, cancel_further, find_own
from rolecall.jobs.stored import Job, Overtaken, advance, now, read_job
from rolecall.providers import JobRequest, RemoteFile, RemoteJob

NO_UPLOADS = {"state": "built", "upload_id": None, "validation_upload_id": None}
NO_LEASE = {"lease_owner": None, "lease_until": None}


def carry(run: Run, job: Job) -> Job:
    """Take a job from where it is to `polling`, or to where it cannot go on, and return it.

    Raises:
        ProviderError: The provider cannot be reached for now; the job stays where it is.
    """
    while job.state in STEPS:
        try:
            job = STEPS[job.state](run, job)
        except Overtaken:
            job = read_job(run.database, job.job_id)
        except Undecided as error:
            job = _blocked_until_told(run, job, error)
        except CallFailed as error:
            job = stop(run, job, error)
    return without_further(run, job) if job.state == "polling" else job


def without_further(run: Run, job: Job) -> Job:
    """Cancel what late answers made beside a job, log it, and return the job."""
    news = cancel_further(run, job)
    try:
        return advance(run.database, job, {}, events=news) if news else job
    except Overtaken:
        return read_job(run.database, job.job_id)


def resumed_state(job: Job) -> str:
    """Return the state from which a blocked job goes on: the last one whose outcome is recorded."""
    if job.provider_job_id:
        return "polling"
    if not job.upload_id or (job.validation_export_id and not job.validation_upload_id):
        return "built"
    return "submitting" if job.intent_at else "uploaded"


def _blocked_until_told(run: Run, job: Job, error: Undecided) -> Job:
    listed = "; ".join(
        f"{each.provider_job_id}, made {each.created_at:%Y-%m-%d %H:%M:%S} UTC, {each.status}"
        for each in error.candidates
    )
    said = (
        f"{run.profile.label} lists several jobs that could be this one ({listed}) and does not say whose"
        f" they are. Say which it is: rolecall job resume {job.job_id} --adopt ID, or --adopt none"
    )
    blocked = {"state": "blocked", "error_class": "ask", "error_code": None, "error_message": said}
    return advance(run.database, job, blocked)


def _built(run: Run, job: Job) -> Job:
    return advance(run.database, job, {"state": "uploading"})


def _uploading(run: Run, job: Job) -> Job:
    """Send the first file that is missing; one that lies there already is taken."""
    if not job.upload_id:
        column, export_id = "upload_id", job.export_id
    elif job.validation_export_id and not job.validation_upload_id:
        column, export_id = "validation_upload_id", job.validation_export_id
    else:
        return advance(run.database, job, {"state": "uploaded"})
    planned = planned_file(run.database, run.profile, export_id)
    # The name of the training file was fixed with the job, whatever its dataset is called now.
    name = job.upload_name if column == "upload_id" else planned.upload_name
    found = run.ask(lambda: _find_file(run, name, planned.byte_count))
    if found:
        run.note(f"{name} lies at {run.profile.label} already: {found.upload_id}")
        return advance(run.database, job, {column: found.upload_id})
    job = advance(run.database, job, {}, attempt="upload")
    run.note(f"sending {planned.path} ({planned.byte_count:,} bytes) as {name}")
    try:
        sent = run.wire.upload(planned.path, name)
    except CallFailed as error:
        if not is_passing(error):
            return stop(run, job, error, action="upload")
        job = advance(run.database, job, {}, outcome=error)
        run.pause(job, error)
        return job
    return advance(run.database, job, {column: sent.upload_id}, outcome="ok")


def _find_file(run: Run, name: str, byte_count: int) -> RemoteFile | None:
    """Return a file of that name (which holds a hash of its bytes) and size that can be used."""
    for file in run.wire.files():
        if (file.name, file.byte_count) == (name, byte_count) and file.status not in ("error", "deleted"):
            return file
    return None


def _uploaded(run: Run, job: Job) -> Job:
    """Wait until the provider has processed the files."""
    try:
        for upload_id in filter(None, (job.upload_id, job.validation_upload_id)):
            file = _processed(run, job, upload_id)
            if file.status != "processed":
                reason = file.error_message or f"{run.profile.label} could not read {file.name}"
                refusal = {"error_class": "file", "error_code": file.status, "error_message": reason}
                return advance(run.database, job, {"state": "failed", "finished_at": now(), **refusal})
    except CallFailed as error:
        if error.http_status != 404:
            raise
        run.pause(job, error)
        run.note("an uploaded file is gone; sending it again")
        return advance(run.database, job, NO_UPLOADS)
    return advance(run.database, job, {"state": "file_ready"})


def _processed(run: Run, job: Job, upload_id: str) -> RemoteFile:
    """Return a file once it is processed or in error; an unknown status is waited out."""
    pause, longest = run.waits.file_seconds
    waited = 0.0
    while True:
        file = run.ask(lambda: run.wire.file(upload_id))
        if file.status in ("processed", "error", "deleted"):
            return file
        if waited >= run.waits.file_limit_seconds:
            raise ProviderError(
                f"{file.name} is still '{file.status}' after {waited:.0f} s; job {job.job_id} stays as it is"
                f" ({job.state}), repeat the same command to go on"
            )
        run.waits.sleep(pause)
        waited += pause
        pause = min(longest, pause * 1.5)


def _file_ready(run: Run, job: Job) -> Job:
    return advance(run.database, job, {"state": "submitting"})


def _submitting(run: Run, job: Job) -> Job:
    """Create the job, unless an earlier call did: the one step that costs money."""
    found = find_settled(run, job)
    if found:
        run.note(f"the job was made already: {found.provider_job_id}")
        return advance(run.database, job, accepted(found))
    settled_at = now() + timedelta(seconds=run.waits.settle_seconds)
    intent = {"intent_at": job.intent_at or now(), "next_poll_at": settled_at}
    lease = {"lease_owner": f"{platform.node()} {os.getpid()}", "lease_until": settled_at}
    job = advance(run.database, job, {**intent, **lease}, attempt="create")
    try:
        created = run.wire.create_job(_request(run, job))
    except CallFailed as error:
        return _not_created(run, job, error)
    return advance(run.database, job, accepted(created), outcome="ok")


def find_settled(run: Run, job: Job) -> RemoteJob | None:
    """Return the provider's job of a run; None once it is sure that no earlier creation brings one."""
    found = run.ask(lambda: find_own(run, job))
    if found or not job.next_poll_at or job.next_poll_at <= now():
        return found
    run.note(
        f"job {job.job_id}: waiting until an earlier creation has settled ({job.lease_owner or 'no answer'})"
    )
    run.wait_until(job.next_poll_at)
    return run.ask(lambda: find_own(run, job))


def _not_created(run: Run, job: Job, error: CallFailed) -> Job:
    """Record a creation that failed; the next look decides whether it may be repeated."""
    is_file_gone = error.http_status == 404 and (
        error.param == "training_file" or (job.upload_id is not None and job.upload_id in str(error))
    )
    if is_file_gone:
        changes = {**NO_UPLOADS, **NO_LEASE, "next_poll_at": None}
        job = advance(run.database, job, changes, outcome=error)
    elif not is_passing(error):
        return stop(run, job, error, action="create")
    elif error.outcome == "unknown":
        settled_at = now() + timedelta(seconds=run.waits.settle_seconds)
        job = advance(run.database, job, {**NO_LEASE, "next_poll_at": settled_at}, outcome=error)
        run.note(f"{error}; looking whether the job was made")
    else:
        job = advance(run.database, job, {**NO_LEASE, "next_poll_at": None}, outcome=error)
    run.pause(job, error)
    return job


def _request(run: Run, job: Job) -> JobRequest:
    return JobRequest(
        model=job.model,
        upload_id=str(job.upload_id),
        validation_upload_id=job.validation_upload_id,
        suffix=job.suffix,
        seed=job.seed,
        hyperparameters=json.loads(job.method),
        metadata={
            "run_key": job.run_key,
            "export_sha256": str(export_row(run.database, job.export_id)["sha256"]),
        },
    )


def accepted(remote: RemoteJob) -> dict[str, object]:
    """Return the changes that make a provider's job the run's."""
    return {
        **NO_LEASE,
        "state": "polling",
        "provider_job_id": remote.provider_job_id,
        "status": remote.status,
        "last_answer": remote.answer,
        "request_id": remote.request_id,
        "next_poll_at": None,
    }


STEPS: dict[str, Callable[[Run, Job], Job]] = {
    "built": _built,
    "uploading": _uploading,
    "uploaded": _uploaded,
    "file_ready": _file_ready,
    "submitting": _submitting,
}
