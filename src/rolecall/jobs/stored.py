"""The rows of a job: its state, its calls, its events. Every change is one committed compare-and-set.

The store is open only inside these functions, never during a call or a sleep; while another process has it
open (an import, say), they wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from rolecall.errors import CallFailed, NotFound
from rolecall.jobs.losses import Loss
from rolecall.jobs.patience import patient
from rolecall.providers import RemoteCheckpoint, RemoteEvent
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.statements import run, select

# What a job's log holds: the table that its records go to, and the query that reads them back.
EVENTS = ("job_events", "queries/job_event_rows")
CHECKPOINTS = ("job_checkpoints", "queries/job_checkpoint_rows")
LOSSES = ("job_losses", "queries/job_loss_rows")


class Overtaken(Exception):
    """Another process changed the job first; read it again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One fine-tuning run as the store knows it; times are UTC."""

    job_id: int
    run_key: str
    export_id: int
    validation_export_id: int | None
    provider: str
    base_url: str
    model: str
    method: str
    """The hyperparameters as JSON text."""
    suffix: str | None
    seed: int | None
    upload_name: str
    upload_id: str | None
    validation_upload_id: str | None
    provider_job_id: str | None
    state: str
    """built, uploading, uploaded, file_ready, submitting, polling, succeeded, failed, cancelled, blocked."""
    status: str | None
    """The provider's own word."""
    version: int
    attempt_count: int
    intent_at: datetime | None
    next_poll_at: datetime | None
    """Before then a creation without an answer is not repeated."""
    lease_owner: str | None
    """The process that is creating the job."""
    lease_until: datetime | None
    fine_tuned_model: str | None
    trained_token_count: int | None
    estimated_cost_usd: float | None
    error_class: str | None
    """Why it failed or is blocked, in our words: auth, quota, provider_closed."""
    error_code: str | None
    error_message: str | None
    request_id: str | None
    last_answer: str | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    open_creation_count: int
    """Creations without a known outcome: each may still bring a further job, which is then cancelled."""
    has_redirected_creation: bool
    """Whether the last one was answered with a redirect; it is not repeated unless somebody says so."""
    events: tuple[RemoteEvent, ...] = ()
    """Filled by `show_job` and `watch_job`."""
    checkpoints: tuple[RemoteCheckpoint, ...] = ()
    """Filled by `show_job` and `watch_job`."""
    losses: tuple[Loss, ...] = ()
    """Filled by `show_job` and `watch_job`."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in ("succeeded", "failed", "cancelled")

    @property
    def is_asking_for_creation(self) -> bool:
        """Whether somebody must say if a creation that was answered with a redirect made a job."""
        return (self.error_class, self.error_code) == ("ask", "redirected")


def now() -> datetime:
    """Return the time as the store writes it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@patient
def all_jobs(database: Database) -> list[Job]:
    """Return every job, oldest first, without events."""
    with database.reading() as connection:
        return _read(connection)


@patient
def find_job(database: Database, *, run_key: str) -> Job | None:
    """Return the job of a run, if it was ever asked for."""
    with database.reading() as connection:
        return next(iter(_read(connection, run_key=run_key)), None)


@patient
def read_job(database: Database, job_id: int) -> Job:
    """Return one job with its events and checkpoints, or raise `NotFound`."""
    with database.reading() as connection:
        return _read_whole(connection, job_id)


@patient
def provider_job_ids(database: Database, *, but_not: int) -> set[str]:
    """Return the provider's ids of all jobs but one."""
    with database.reading() as connection:
        return {str(job.provider_job_id) for job in _read(connection) if job.job_id != but_not}


@patient
def add_job(database: Database, values: Mapping[str, object]) -> Job:
    """Add a job in the state `built`, unless the run has one already; return the run's job."""
    run_key = str(values["run_key"])
    # One at a time: of two processes that ask for the same run, the second must see the first one's row.
    with database.writing("jobs") as connection:
        jobs = _read(connection, run_key=run_key)
        if not jobs:
            number = connection.execute(sa.text("select coalesce(max(job_id), 0) + 1 from jobs")).scalar_one()
            added_at = now()
            row = {"job_id": number, "state": "built", "version": 1, "attempt_count": 0}
            insert(connection, "jobs", {**row, **values, "created_at": added_at, "updated_at": added_at})
            jobs = _read(connection, run_key=run_key)
    return jobs[0]


@patient
def advance(
    database: Database,
    job: Job,
    changes: Mapping[str, object],
    *,
    attempt: str | None = None,
    outcome: CallFailed | Literal["ok"] | None = None,
    events: Sequence[RemoteEvent] = (),
    checkpoints: Sequence[RemoteCheckpoint] = (),
    losses: Sequence[Loss] = (),
) -> Job:
    """Change a job in one transaction, if it still is as `job` says, and return it as it is then.

    Args:
        database: The store.
        job: What the caller last read.
        changes: Column -> new value.
        attempt: A call that is about to be made: `upload`, `create`.
        outcome: How the call before ended: `ok`, or its failure.
        events: To add, as `checkpoints` and `losses` are; known ones are left alone.

    Raises:
        Overtaken: Another process changed the job; nothing is written.
    """
    attempt_count = job.attempt_count + bool(attempt)
    changed = replace(job, **changes, version=job.version + 1, attempt_count=attempt_count, updated_at=now())  # type: ignore[arg-type]
    with database.writing() as connection:
        _compare_and_set(connection, job, changed)
        if outcome:
            _close_attempt(connection, job, outcome)
        if attempt:
            call = {"attempt_no": attempt_count, "action": attempt, "outcome": "unknown"}
            insert(connection, "job_attempts", {"job_id": job.job_id, "started_at": now(), **call})
        _add_new(connection, job.job_id, EVENTS, "provider_event_id", events)
        _add_new(connection, job.job_id, CHECKPOINTS, "provider_checkpoint_id", checkpoints)
        _add_new(connection, job.job_id, LOSSES, "step", losses)
        return _read_whole(connection, job.job_id)


def _read(connection: sa.Connection, job_id: int | None = None, run_key: str | None = None) -> list[Job]:
    return [Job(**row) for row in select(connection, "queries/job_rows", job_id=job_id, run_key=run_key)]


def _read_whole(connection: sa.Connection, job_id: int) -> Job:
    jobs = _read(connection, job_id=job_id)
    if not jobs:
        raise NotFound(f"no job {job_id}; see: rolecall job list")
    events, saved, losses = (
        select(connection, query, job_id=job_id) for _, query in (EVENTS, CHECKPOINTS, LOSSES)
    )
    return replace(
        jobs[0],
        events=tuple(RemoteEvent(**row) for row in events),
        checkpoints=tuple(RemoteCheckpoint(**row) for row in saved),
        losses=tuple(Loss(**row) for row in losses),
    )


def _compare_and_set(connection: sa.Connection, job: Job, changed: Job) -> None:
    values = {field.name: getattr(changed, field.name) for field in fields(changed)}
    result = run(connection, "jobs/advance", **values, its_state=job.state, its_version=job.version)
    if result.rowcount != 1:
        raise Overtaken


def _close_attempt(connection: sa.Connection, job: Job, outcome: CallFailed | Literal["ok"]) -> None:
    error = None if isinstance(outcome, str) else outcome
    run(
        connection,
        "jobs/close_attempt",
        job_id=job.job_id,
        attempt_no=job.attempt_count,
        outcome=error.outcome if error else outcome,
        http_status=error and error.http_status,
        code=error and error.code,
        request_id=error and error.request_id,
    )


def _add_new(
    connection: sa.Connection,
    job_id: int,
    log: tuple[str, str],
    key: str,
    records: Sequence[RemoteEvent | RemoteCheckpoint | Loss],
) -> None:
    """Add the records whose key the store does not hold yet."""
    table, query = log
    known = {row[key] for row in select(connection, query, job_id=job_id)} if records else set()
    for record in records:
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        if values[key] not in known:
            known.add(values[key])
            insert(connection, table, {"job_id": job_id, **values})
