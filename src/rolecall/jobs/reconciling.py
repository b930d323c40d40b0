"""Finding a run's own jobs at the provider: the reason why nothing is paid twice.

A job carries its `run_key` as metadata. Where a provider may lose that, a job of the same file, model and
suffix, made since the creation was about to be sent, is taken for ours; of several, or of one whose file or
time the provider does not tell, somebody must say which.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rolecall.errors import CallFailed
from rolecall.jobs.sessions import Session
from rolecall.jobs.stored import Job, now, provider_job_ids
from rolecall.providers import ENDS, RemoteEvent, RemoteJob

# How far a provider's clock may be from ours.
CLOCK_SKEW = timedelta(minutes=5)


class Undecided(Exception):
    """Several jobs could be this run's, or one of which too little is told; `candidates`, oldest first."""

    def __init__(self, candidates: list[RemoteJob]) -> None:
        """Keep them."""
        super().__init__(", ".join(remote.provider_job_id for remote in candidates))
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Match:
    """Jobs at the provider, oldest first."""

    jobs: list[RemoteJob]
    is_certain: bool
    """Whether they carry the run's key; otherwise they only look like it."""


def find_own(session: Session, job: Job) -> RemoteJob | None:
    """Return the provider's job of this run: the oldest one alive, else the oldest; None when there is none.

    Raises:
        Undecided: Several look like it, or one may.
        CallFailed: The provider could not be asked.
    """
    match = _own_jobs(session, job)
    alive = [remote for remote in match.jobs if not _has_ended(session, remote)]
    choice = alive or match.jobs
    is_told = all(remote.created_at and remote.upload_id for remote in choice)
    if not match.is_certain and (len(choice) > 1 or not is_told):
        raise Undecided(choice)
    return choice[0] if choice else None


def cancel_further(session: Session, job: Job) -> list[RemoteEvent]:
    """Cancel every other job alive of this run, and return what was done as events for the job's log.

    Looks only when the outcome of a creation is not known. Jobs that merely look like it are named and left
    alone. A provider that fails here is asked again at the next poll.
    """
    if not job.open_creation_count or not job.provider_job_id:
        return []
    known = {event.provider_event_id for event in job.events}
    news: list[RemoteEvent] = []
    try:
        match = _own_jobs(session, job)
        for other in match.jobs:
            event_id = f"further-{other.provider_job_id}"
            is_other = other.provider_job_id != job.provider_job_id
            if not is_other or event_id in known or _has_ended(session, other):
                continue
            if match.is_certain:
                session.wire.cancel_job(other.provider_job_id)
                said = f"a late answer made a further job, {other.provider_job_id}; it was cancelled"
            else:
                said = (
                    f"{other.provider_job_id} ({other.status}) trains the same file and model; if nobody"
                    f" wants it: rolecall job cancel {job.job_id} --also {other.provider_job_id}"
                )
            session.note(said)
            news.append(RemoteEvent(event_id, now(), "warn", "rolecall", said, None))
    except CallFailed as error:
        session.note(f"{error}; looking for further jobs again at the next poll")
    return news


def _own_jobs(session: Session, job: Job) -> Match:
    remotes = list(_listed(session, job))
    certain = [remote for remote in remotes if remote.metadata.get("run_key") == job.run_key]
    if certain or session.profile.metadata == "kept" or not job.intent_at:
        return Match(sorted(certain, key=_age), is_certain=True)
    taken = provider_job_ids(session.database, but_not=job.job_id)
    free = (remote for remote in remotes if remote.provider_job_id not in taken)
    likely = [remote for remote in free if _looks_like(remote, job)]
    return Match(sorted(likely, key=_age), is_certain=False)


def _listed(session: Session, job: Job) -> Iterator[RemoteJob]:
    listed = session.wire.jobs(job.run_key)
    if session.profile.metadata == "kept" or not job.intent_at:
        return listed
    # What is older than the intent cannot be ours. The whole list is read, for one time that is odd, or a
    # list in another order, must not hide a job that is paid.
    since = job.intent_at - CLOCK_SKEW
    return (remote for remote in listed if remote.created_at is None or remote.created_at >= since)


def _looks_like(remote: RemoteJob, job: Job) -> bool:
    # A provider may answer with the dated name of the model that was asked for, and need not tell a suffix.
    is_same_model = remote.model is None or remote.model.startswith(job.model)
    is_same_suffix = remote.suffix is None or remote.suffix == job.suffix
    return (
        remote.upload_id in (None, job.upload_id)
        and is_same_model
        and is_same_suffix
        and "run_key" not in remote.metadata
    )


def _has_ended(session: Session, remote: RemoteJob) -> bool:
    return session.profile.status_of(remote.status) in ENDS


def _age(remote: RemoteJob) -> tuple[datetime, str]:
    return remote.created_at or datetime.max, remote.provider_job_id
