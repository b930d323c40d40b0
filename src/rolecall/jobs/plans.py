"""What a job would send, and to whom: checked before anything leaves the machine, and shown before asking."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Unpack
from urllib.parse import urlsplit

from rolecall.errors import UsageError
from rolecall.jobs.addresses import address_of, provider_for
from rolecall.jobs.costs import Cost, cost_of
from rolecall.jobs.options import JobOptions, check_names, check_options, checked_hyperparameters
from rolecall.jobs.patience import patient, prepare
from rolecall.jobs.planned_files import PlannedFile, export_row, planned_file
from rolecall.jobs.stored import Job, find_job
from rolecall.providers import Profile, profile_named
from rolecall.store.database import Database
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """Somebody whose words would leave the machine."""

    participant_id: int
    display_name: str
    is_self: bool
    message_count: int


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A run as asked for: everything that makes it the same run when it is asked for again."""

    run_key: str
    provider: str
    label: str
    """The provider's name for people."""
    key_variable: str
    """The environment variable whose key would be sent."""
    notes: tuple[str, ...]
    """What somebody choosing it should know."""
    base_url: str
    host: str
    model: str
    hyperparameters: Mapping[str, object]
    suffix: str | None
    seed: int | None
    training: PlannedFile
    validation: PlannedFile | None
    people: tuple[PlannedPerson, ...]
    """Whose words are in the files, those with most messages first."""
    cost: Cost | None
    """An estimate; None where no price is known."""
    job: Job | None
    """The job of the same run, when it was asked for before."""

    @property
    def files(self) -> tuple[PlannedFile, ...]:
        """The files that would leave the machine."""
        return (self.training, self.validation) if self.validation else (self.training,)


def plan_job(database: Database, export_id: int, **options: Unpack[JobOptions]) -> JobPlan:
    """Return what `start_job` with the same arguments would send, and where to, without a call or a key.

    Raises:
        NotFound: No such export or provider.
        UsageError: The provider would refuse it, or a file is not as it was recorded.
    """
    check_names(options)
    prepare(database)
    provider = provider_for(options.get("provider"), options.get("base_url"))
    profile = profile_named(provider)
    address = address_of(profile, options.get("base_url"))
    check_options(profile, options)
    hyperparameters = checked_hyperparameters(profile, options.get("hyperparameters") or {})
    training, validation = _files(database, profile, export_id, options.get("validation_export_id"))
    run_key = _run_key(options, provider, address, hyperparameters, training, validation)
    return JobPlan(
        run_key=run_key,
        provider=provider,
        label=profile.label,
        key_variable=profile.key_variable,
        notes=tuple(_notes(database, profile, export_id)),
        base_url=address,
        host=str(urlsplit(address).hostname),
        model=options["model"],
        hyperparameters=hyperparameters,
        suffix=options.get("suffix"),
        seed=options.get("seed"),
        training=training,
        validation=validation,
        people=_people(database, export_id, validation.export_id if validation else None),
        cost=cost_of(provider, options["model"], training, hyperparameters),
        job=find_job(database, run_key=run_key),
    )


def _files(
    database: Database, profile: Profile, export_id: int, validation_export_id: int | None
) -> tuple[PlannedFile, PlannedFile | None]:
    """Return the file to train on and the one to measure on, if any."""
    if validation_export_id == export_id:
        raise UsageError(f"export {export_id} cannot be both training and validation; export another split")
    training = planned_file(database, profile, export_id)
    if training.example_count < profile.example_minimum:
        raise UsageError(
            f"export {export_id} has {training.example_count} examples; {profile.label} wants"
            f" {profile.example_minimum} or more: add threads to the dataset, or lower its max_tokens"
        )
    return training, planned_file(database, profile, validation_export_id) if validation_export_id else None


def _run_key(
    options: JobOptions,
    provider: str,
    address: str,
    hyperparameters: Mapping[str, object],
    training: PlannedFile,
    validation: PlannedFile | None,
) -> str:
    """Return what the same run has in common whenever it is asked for: a hash of all that makes it."""
    parts = [
        training.sha256,
        validation and validation.sha256,
        provider,
        address,
        options["model"],
        hyperparameters,
        options.get("suffix"),
        options.get("seed"),
        options.get("again", 0),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _notes(database: Database, profile: Profile, export_id: int) -> Iterator[str]:
    if profile.note:
        yield profile.note
    recipe = json.loads(str(export_row(database, export_id)["recipe"]))
    has_untrained = recipe.get("mode") == "exchange" and (
        recipe.get("context_exchanges") or recipe.get("min_assistant_chars")
    )
    if has_untrained and not profile.has_weights:
        yield (
            "some replies in the file carry weight 0, not to be trained; whether"
            f" {profile.label} honours that is not known: a dataset with --context-exchanges 0 has none"
        )


@patient
def _people(
    database: Database, export_id: int, validation_export_id: int | None
) -> tuple[PlannedPerson, ...]:
    ids = {"export_id": export_id, "validation_export_id": validation_export_id}
    with database.reading() as connection:
        return tuple(PlannedPerson(**row) for row in select(connection, "queries/job_people", **ids))
