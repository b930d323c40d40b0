"""Training files that lie at a provider: which of them this store sent, and which nobody needs any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rolecall.errors import CallFailed, NotFound, UsageError
from rolecall.jobs.calls import Run
from rolecall.jobs.patience import patient
from rolecall.jobs.stored import Job, all_jobs
from rolecall.providers import RemoteFile
from rolecall.store.database import Database
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of ours that lies at a provider."""

    upload_id: str
    name: str
    byte_count: int
    status: str
    """The provider's own word."""
    created_at: datetime | None
    provider: str
    base_url: str
    job_ids: tuple[int, ...]
    """Jobs of this store that were sent it."""
    is_needed: bool
    """Whether one of them may still want it."""


def our_uploads(run: Run, provider: str, base_url: str) -> list[Upload]:
    """Return the files at one address that this store sent, newest first.

    Ours is what a job names, and what is called after an export: its upload may have lost its answer.
    """
    jobs = [job for job in all_jobs(run.database) if job.base_url == base_url]
    hashes = _export_hashes(run.database)
    found = []
    for file in run.ask(lambda: list(run.wire.files())):
        senders = [job for job in jobs if _has_sent(job, file)]
        if senders or file.name.removesuffix(".jsonl").rpartition("-")[2] in hashes:
            found.append(_upload(file, senders, provider, base_url))
    return found


def deletable(uploads: Sequence[Upload], upload_ids: Sequence[str]) -> list[Upload]:
    """Return the uploads of these ids.

    Raises:
        NotFound: One of them is not ours, or not there.
        UsageError: A job may still want one.
    """
    by_id = {upload.upload_id: upload for upload in uploads}
    for upload_id in upload_ids:
        upload = by_id.get(upload_id)
        if not upload:
            raise NotFound(f"no file of this store named '{upload_id}' lies there", list(by_id))
        if upload.is_needed:
            job_id = upload.job_ids[-1]
            raise UsageError(f"job {job_id} needs {upload_id}; end it first: rolecall job cancel {job_id}")
    return [by_id[upload_id] for upload_id in dict.fromkeys(upload_ids)]


def delete(run: Run, upload: Upload) -> None:
    """Delete a file; one that is gone is no error, since an obeyed call may have lost its answer."""
    try:
        run.ask(lambda: run.wire.delete_file(upload.upload_id))
    except CallFailed as error:
        if error.http_status != 404:
            raise


def _has_sent(job: Job, file: RemoteFile) -> bool:
    return file.upload_id in (job.upload_id, job.validation_upload_id) or file.name == job.upload_name


def _upload(file: RemoteFile, senders: list[Job], provider: str, base_url: str) -> Upload:
    return Upload(
        upload_id=file.upload_id,
        name=file.name,
        byte_count=file.byte_count,
        status=file.status,
        created_at=file.created_at,
        provider=provider,
        base_url=base_url,
        job_ids=tuple(job.job_id for job in senders),
        is_needed=any(not job.has_ended and job.error_class != "provider_closed" for job in senders),
    )


@patient
def _export_hashes(database: Database) -> set[str]:
    """Return the part of each export's hash that stands in the name of its upload."""
    with database.reading() as connection:
        return {str(row["sha256"])[:16] for row in select(connection, "queries/export_hashes")}
