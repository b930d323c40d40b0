"""What people do with jobs: start, watch, resume and cancel them, and look at them.

What each of these commands takes as well stands in `SessionOptions`: `api_key`, `note` and `waits`.
"""

import json
from collections.abc import Callable
from typing import Unpack

from rolecall.errors import UsageError
from rolecall.jobs.addresses import key_for, provider_for
from rolecall.jobs.creating import accepted
from rolecall.jobs.ending import cancel
from rolecall.jobs.options import JobOptions
from rolecall.jobs.patience import prepare
from rolecall.jobs.plans import JobPlan, plan_job
from rolecall.jobs.sessions import Note, SessionOptions, Waits, ignore, open_session
from rolecall.jobs.steps import carry, unblocked, without_further
from rolecall.jobs.stored import Job, add_job, advance, all_jobs, read_job
from rolecall.jobs.watching import follow
from rolecall.providers import RemoteEvent, profile_named
from rolecall.store.database import Database


def start_job(
    database: Database,
    export_id: int,
    *,
    api_key: str | None = None,
    note: Note | None = None,
    waits: Waits | None = None,
    **options: Unpack[JobOptions],
) -> Job:
    """Upload an export, create a job that trains on it, and return the job: created, failed or blocked.

    Asked for the same once more, the job there is goes on from where it stands; nothing is sent twice.

    Args:
        export_id: What to train on.
        api_key: Instead of the provider's environment variable.
        note: Called with a line for people about each step.
        waits: How patient to be.
        options: See `JobOptions`: `model`, and what else makes the run.

    Raises:
        NotFound: No such export or provider.
        UsageError: The provider would refuse it, a file is not as it was recorded, or there is no key.
        ProviderError: The provider cannot be reached for now; the job stays as it is.
    """
    profile = profile_named(provider_for(options.get("provider"), options.get("base_url")))
    key = key_for(profile, api_key)
    job = _job_of(database, plan_job(database, export_id, **options))
    with open_session(database, job.provider, job.base_url, api_key=key, note=note, waits=waits) as session:
        return carry(session, job)


def resume_job(
    database: Database, job_id: int, *, adopt: str | None = None, **session_options: Unpack[SessionOptions]
) -> Job:
    """Take a job that is blocked, or whose process died, on from where it stands, and return it.

    Args:
        job_id: Of a job that has not ended.
        adopt: The provider's id of the job that this one is, when several could be; 'none' for none of them.

    Raises:
        NotFound: No such job.
        UsageError: It has ended, is adopted already, or there is no key.
        ProviderError: The provider cannot be reached for now; the job stays as it is.
    """
    prepare(database)
    job = read_job(database, job_id)
    if job.has_ended:
        raise UsageError(
            f"job {job_id} is {job.state}; to train the same once more: rolecall job start ... --again N"
        )
    if adopt and job.provider_job_id:
        raise UsageError(f"job {job_id} is {job.provider_job_id} already")
    with open_session(database, job.provider, job.base_url, **session_options) as session:
        job = unblocked(database, job)
        if adopt == "none":
            # Without an intent, what was made before cannot be this run's.
            job = advance(database, job, {"intent_at": None, "next_poll_at": None})
        elif adopt:
            job = advance(database, job, accepted(session.ask(lambda: session.wire.job(adopt))))
        return carry(session, job)


def cancel_job(
    database: Database, job_id: int, *, also: str | None = None, **session_options: Unpack[SessionOptions]
) -> Job:
    """End a job, at the provider too when it was made there, and return it.

    Args:
        job_id: Of a job; one that has ended is returned as it is.
        also: The provider's id of a further job that nobody wants; then that one is cancelled instead.

    Raises:
        NotFound: No such job.
        UsageError: Nobody can say which of several jobs it is, or there is no key.
        ProviderError: The provider refused, or cannot be reached for now; the job stays as it is.
    """
    prepare(database)
    job = read_job(database, job_id)
    if job.has_ended and not also:
        return job
    with open_session(database, job.provider, job.base_url, **session_options) as session:
        if also:
            ended = session.ask(lambda: session.wire.cancel_job(also))
            session.note(f"{also} at {session.profile.label}: {ended.status}")
            return job
        if job.provider_job_id:
            job = unblocked(database, job)
        return cancel(session, job)


def watch_job(
    database: Database,
    job_id: int,
    *,
    on_event: Callable[[RemoteEvent], None] | None = None,
    poll_seconds: tuple[float, float] = (10.0, 60.0),
    **session_options: Unpack[SessionOptions],
) -> Job:
    """Poll a job until it has succeeded, failed, been cancelled or is blocked, and return it with its events.

    Args:
        job_id: Of a job that was created.
        on_event: Called with each event that is new to the store, oldest first, once it is stored.
        poll_seconds: The first pause between two polls and the longest.

    Raises:
        NotFound: No such job.
        UsageError: The job was never created, or there is no key.
        ProviderError: No answer for about an hour; the job stays as it is.
    """
    prepare(database)
    job = read_job(database, job_id)
    has_ended = job.has_ended and not job.open_creation_count
    if has_ended or (job.state == "blocked" and not job.provider_job_id):
        return job
    with open_session(database, job.provider, job.base_url, **session_options) as session:
        if job.has_ended:
            return without_further(session, job)
        return follow(session, unblocked(database, job), poll_seconds, on_event or ignore)


def list_jobs(database: Database) -> list[Job]:
    """Return every job, oldest first, without events."""
    prepare(database)
    return all_jobs(database)


def show_job(database: Database, job_id: int) -> Job:
    """Return one job with its events and checkpoints, or raise `NotFound`."""
    prepare(database)
    return read_job(database, job_id)


def _job_of(database: Database, plan: JobPlan) -> Job:
    """Return the run's job, ready to go on; a new one when there is none."""
    values = {
        "run_key": plan.run_key,
        "export_id": plan.training.export_id,
        "validation_export_id": plan.validation.export_id if plan.validation else None,
        "provider": plan.provider,
        "base_url": plan.base_url,
        "model": plan.model,
        "method": json.dumps(dict(plan.hyperparameters), sort_keys=True, separators=(",", ":")),
        "suffix": plan.suffix,
        "seed": plan.seed,
        "upload_name": plan.training.upload_name,
        "estimated_cost_usd": plan.cost.usd if plan.cost else None,
    }
    return unblocked(database, add_job(database, values))
