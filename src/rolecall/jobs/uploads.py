"""Training files that lie at a provider: which of them this store sent, and which nobody needs any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from rolecall.errors import CallFailed, NotFound, UsageError
from rolecall.jobs.addresses import checked_address, provider_for
from rolecall.jobs.patience import patient, prepare
from rolecall.jobs.sessions import Session, SessionOptions, open_session
from rolecall.jobs.stored import Job, all_jobs
from rolecall.providers import RemoteFile, profile_named
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


def list_uploads(
    database: Database,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    **session_options: Unpack[SessionOptions],
) -> list[Upload]:
    """Return the files of this store that lie at a provider, or at every address that jobs went to."""
    prepare(database)
    uploads: list[Upload] = []
    for name, address in _addresses(database, provider, base_url):
        with open_session(database, name, address, **session_options) as session:
            uploads += _our_uploads(session, name, address)
    return uploads


def delete_uploads(
    database: Database,
    upload_ids: Sequence[str],
    *,
    provider: str | None = None,
    base_url: str | None = None,
    **session_options: Unpack[SessionOptions],
) -> list[Upload]:
    """Delete files of this store at a provider, unless a job wants one of them, and return what they were.

    Raises:
        NotFound: One of them is not ours, or not there.
        UsageError: A job may still want one.
    """
    uploads = list_uploads(database, provider=provider, base_url=base_url, **session_options)
    deletable = _deletable(uploads, upload_ids)
    for name, address in sorted({(upload.provider, upload.base_url) for upload in deletable}):
        with open_session(database, name, address, **session_options) as session:
            for upload in deletable:
                if (upload.provider, upload.base_url) == (name, address):
                    _delete(session, upload)
    return deletable


def _our_uploads(session: Session, provider: str, base_url: str) -> list[Upload]:
    """Return the files at one address that this store sent, newest first.

    Ours is what a job names, and what is called after an export: its upload may have lost its answer.
    """
    jobs = [job for job in all_jobs(session.database) if job.base_url == base_url]
    hashes = _export_hashes(session.database)
    uploads = []
    for file in session.ask(lambda: list(session.wire.files())):
        senders = [job for job in jobs if _has_sent(job, file)]
        if senders or file.name.removesuffix(".jsonl").rpartition("-")[2] in hashes:
            uploads.append(
                Upload(
                    upload_id=file.upload_id,
                    name=file.name,
                    byte_count=file.byte_count,
                    status=file.status,
                    created_at=file.created_at,
                    provider=provider,
                    base_url=base_url,
                    job_ids=tuple(job.job_id for job in senders),
                    is_needed=any(
                        not job.has_ended and job.error_class != "provider_closed" for job in senders
                    ),
                )
            )
    return uploads


def _deletable(uploads: Sequence[Upload], upload_ids: Sequence[str]) -> list[Upload]:
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


def _delete(session: Session, upload: Upload) -> None:
    """Delete a file; one that is gone is no error, since an obeyed call may have lost its answer."""
    try:
        session.ask(lambda: session.wire.delete_file(upload.upload_id))
    except CallFailed as error:
        if error.http_status != 404:
            raise


def _addresses(database: Database, provider: str | None, base_url: str | None) -> list[tuple[str, str]]:
    """Return providers and addresses: the one that is meant, else every address that jobs went to."""
    known = {job.base_url: job.provider for job in all_jobs(database)}
    if not (provider or base_url):
        return [(name, address) for address, name in sorted(known.items())]
    name = provider or known.get(checked_address(str(base_url))) or provider_for(None, base_url)
    return [(name, checked_address(base_url or profile_named(name).base_url))]


def _has_sent(job: Job, file: RemoteFile) -> bool:
    return file.upload_id in (job.upload_id, job.validation_upload_id) or file.name == job.upload_name


@patient
def _export_hashes(database: Database) -> set[str]:
    """Return the part of each export's hash that stands in the name of its upload."""
    with database.reading() as connection:
        return {str(row["sha256"])[:16] for row in select(connection, "queries/export_hashes")}
