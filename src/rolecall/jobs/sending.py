"""The training files on their way to the provider: sent once, and waited for until they are processed."""

from rolecall.errors import CallFailed, ProviderError
from rolecall.jobs.planned_files import planned_file
from rolecall.jobs.refusals import stop
from rolecall.jobs.sessions import Session, is_passing
from rolecall.jobs.stored import Job, advance, now
from rolecall.providers import RemoteFile

NO_UPLOADS = {"state": "built", "upload_id": None, "validation_upload_id": None}


def uploading(session: Session, job: Job) -> Job:
    """Send the first file that is missing; one that lies there already is taken."""
    if not job.upload_id:
        column, export_id = "upload_id", job.export_id
    elif job.validation_export_id and not job.validation_upload_id:
        column, export_id = "validation_upload_id", job.validation_export_id
    else:
        return advance(session.database, job, {"state": "uploaded"})
    planned = planned_file(session.database, session.profile, export_id)
    # The name of the training file was fixed with the job, whatever its dataset is called now.
    name = job.upload_name if column == "upload_id" else planned.upload_name
    lying = session.ask(lambda: _find_file(session, name, planned.byte_count))
    if lying:
        session.note(f"{name} lies at {session.profile.label} already: {lying.upload_id}")
        return advance(session.database, job, {column: lying.upload_id})
    job = advance(session.database, job, {}, attempt="upload")
    session.note(f"sending {planned.path} ({planned.byte_count:,} bytes) as {name}")
    try:
        sent = session.wire.upload(planned.path, name)
    except CallFailed as error:
        if not is_passing(error):
            return stop(session, job, error, action="upload")
        job = advance(session.database, job, {}, outcome=error)
        session.pause(job, error)
        return job
    return advance(session.database, job, {column: sent.upload_id}, outcome="ok")


def _find_file(session: Session, name: str, byte_count: int) -> RemoteFile | None:
    """Return a file of that name (which holds a hash of its bytes) and size that can be used."""
    for file in session.wire.files():
        if (file.name, file.byte_count) == (name, byte_count) and file.status not in ("error", "deleted"):
            return file
    return None


def uploaded(session: Session, job: Job) -> Job:
    """Wait until the provider has processed the files."""
    try:
        for upload_id in filter(None, (job.upload_id, job.validation_upload_id)):
            file = _processed(session, job, upload_id)
            if file.status != "processed":
                reason = file.error_message or f"{session.profile.label} could not read {file.name}"
                refusal = {"error_class": "file", "error_code": file.status, "error_message": reason}
                return advance(session.database, job, {"state": "failed", "finished_at": now(), **refusal})
    except CallFailed as error:
        if error.http_status != 404:
            raise
        session.pause(job, error)
        session.note("an uploaded file is gone; sending it again")
        return advance(session.database, job, NO_UPLOADS)
    return advance(session.database, job, {"state": "file_ready"})


def _processed(session: Session, job: Job, upload_id: str) -> RemoteFile:
    """Return a file once it is processed or in error; an unknown status is waited out."""
    pause, longest = session.waits.file_seconds
    waited = 0.0
    while True:
        file = session.ask(lambda: session.wire.file(upload_id))
        if file.status in ("processed", "error", "deleted"):
            return file
        if waited >= session.waits.file_limit_seconds:
            raise ProviderError(
                f"{file.name} is still '{file.status}' after {waited:.0f} s; job {job.job_id} stays as it is"
                f" ({job.state}), repeat the same command to go on"
            )
        session.waits.sleep(pause)
        waited += pause
        pause = min(longest, pause * 1.5)
