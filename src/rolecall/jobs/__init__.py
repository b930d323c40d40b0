"""Fine-tuning jobs: one row each, from the first upload to the trained model.

A run is what is asked for (export, provider, address, model, options); it has one job, however often it is
asked for and wherever an earlier attempt broke off. The store is never open during a call or a sleep.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

from rolecall.database import Database
from rolecall.jobs.calls import Run, Waits
from rolecall.jobs.planned_files import PlannedFile
from rolecall.jobs.plans import JobPlan, key_for, plan_job, profile_named
from rolecall.jobs.rows import Job, add_job, advance, all_jobs, prepare, read_job
from rolecall.jobs.steps import carry, resumed_state
from rolecall.jobs.watching import follow
from rolecall.profiles import RemoteEvent, Wire

__all__ = [
    "Job",
    "JobPlan",
    "PlannedFile",
    "Waits",
    "list_jobs",
    "plan_job",
    "show_job",
    "start_job",
    "watch_job",
]


def start_job(
    database: Database,
    export_id: int,
    *,
    provider: str = "openai",
    model: str,
    base_url: str | None = None,
    suffix: str | None = None,
    seed: int | None = None,
    hyperparameters: Mapping[str, object] | None = None,
    validation_export_id: int | None = None,
    again: int = 0,
    api_key: str | None = None,
    note: Callable[[str], None] | None = None,
    waits: Waits | None = None,
) -> Job:
    """Upload an export, create a job that trains on it, and return the job: created, failed or blocked.

    Asked for the same once more, the job there is goes on from where it stands; nothing is sent twice.

    Args:
        database: The store.
        export_id: What to train on.
        provider: One of `providers/`.
        model: To start from.
        base_url: Another address that speaks the provider's protocol.
        suffix: Part of the new model's name, 1 to 64 characters.
        seed: For the provider, 0 to 2147483647.
        hyperparameters: `n_epochs`, `batch_size`, `learning_rate_multiplier`, each a number or 'auto'.
        validation_export_id: What to measure on.
        again: Another number makes another run of the same thing.
        api_key: Instead of the provider's environment variable.
        note: Called with a line for people about each step.
        waits: How patient to be.

    Raises:
        NotFound: No such export or provider.
        UsageError: The provider would refuse it, a file is not as it was recorded, or there is no key.
        ProviderError: The provider cannot be reached for now; the job stays as it is.
    """
    profile = profile_named(provider)
    key = key_for(profile, api_key)
    plan = plan_job(
        database,
        export_id,
        provider=provider,
        model=model,
        base_url=base_url,
        suffix=suffix,
        seed=seed,
        hyperparameters=hyperparameters,
        validation_export_id=validation_export_id,
        again=again,
    )
    job = _job_of(database, plan)
    with _run(database, job, key, waits or Waits(), note) as run:
        return carry(run, job)


def watch_job(
    database: Database,
    job_id: int,
    *,
    on_event: Callable[[RemoteEvent], None] | None = None,
    poll_seconds: tuple[float, float] = (10.0, 60.0),
    api_key: str | None = None,
    note: Callable[[str], None] | None = None,
    waits: Waits | None = None,
) -> Job:
    """Poll a job until it has succeeded, failed, been cancelled or is blocked, and return it with its events.

    Args:
        database: The store.
        job_id: Of a job that was created.
        on_event: Called with each event that is new to the store, oldest first, once it is stored.
        poll_seconds: The first pause between two polls and the longest.
        api_key: Instead of the provider's environment variable.
        note: Called with a line for people about each change.
        waits: How patient to be otherwise.

    Raises:
        NotFound: No such job.
        UsageError: The job was never created, or there is no key.
        ProviderError: No answer for about an hour; the job stays as it is.
    """
    prepare(database)
    job = read_job(database, job_id)
    if job.has_ended or (job.state == "blocked" and not job.provider_job_id):
        return job
    key = key_for(profile_named(job.provider), api_key)
    job = _unblocked(database, job)
    with _run(database, job, key, waits or Waits(), note) as run:
        return follow(run, job, poll_seconds, on_event or _ignore)


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
    }
    return _unblocked(database, add_job(database, values))


def _unblocked(database: Database, job: Job) -> Job:
    """Return a blocked job in the state from which it goes on."""
    if job.state != "blocked":
        return job
    cleared = {"error_class": None, "error_code": None, "error_message": None}
    return advance(database, job, {"state": resumed_state(job), **cleared})


@contextmanager
def _run(
    database: Database, job: Job, key: str, waits: Waits, note: Callable[[str], None] | None
) -> Iterator[Run]:
    """Give a run connected to the job's provider, and let go of the connection after it."""
    profile = profile_named(job.provider)
    # The SDK behind a wire takes a second to load, so only a job that makes calls does it.
    protocol = import_module(f"rolecall.providers._{profile.wire}_wire")
    wire: Wire = protocol.connect(profile, job.base_url, key, waits.timeout_seconds)
    try:
        yield Run(database, profile, wire, waits, note or _ignore)
    finally:
        wire.close()


def _ignore(_: object) -> None:
    """Take what nobody wants to hear."""
