"""What a job would send, and to whom: checked before anything leaves the machine, and shown before asking."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Required, TypedDict, cast
from urllib.parse import urlsplit

from rolecall.errors import UsageError
from rolecall.jobs.costs import Cost, cost_of
from rolecall.jobs.patience import patient, prepare
from rolecall.jobs.planned_files import PlannedFile, export_row, planned_file
from rolecall.jobs.stored import Job, find_job
from rolecall.plugins import load
from rolecall.providers import Bounds, Choices, Profile
from rolecall.store.database import Database
from rolecall.store.statements import select

# A limit of the protocol. Source: OpenAI's specification 2.3.0, CreateFineTuningJobRequest.
GREATEST_SEED = 2**31 - 1


class JobOptions(TypedDict, total=False):
    """What makes a fine-tuning run; see `plan_job`."""

    provider: str | None
    model: Required[str]
    base_url: str | None
    suffix: str | None
    seed: int | None
    hyperparameters: Mapping[str, object] | None
    validation_export_id: int | None
    again: int


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


def profile_named(name: str) -> Profile:
    """Return the profile of a provider, or raise `NotFound` with the names there are."""
    return cast("Profile", load("providers", name).profile)


def key_for(profile: Profile, api_key: str | None = None) -> str:
    """Return the key for a provider: the argument, else the environment variable; it is never stored.

    Raises:
        UsageError: There is none, or it cannot be a key.
    """
    key = (os.environ.get(profile.key_variable, "") if api_key is None else api_key).strip()
    if not key:
        raise UsageError(f"no key for {profile.label}: set the environment variable {profile.key_variable}")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UsageError(f"{profile.key_variable} holds blanks or letters that no key has; set it again")
    return key


def plan_job(
    database: Database,
    export_id: int,
    *,
    provider: str | None = None,
    model: str,
    base_url: str | None = None,
    suffix: str | None = None,
    seed: int | None = None,
    hyperparameters: Mapping[str, object] | None = None,
    validation_export_id: int | None = None,
    again: int = 0,
) -> JobPlan:
    """Return what `start_job` with the same arguments would send, without a call and without a key.

    Raises:
        NotFound: No such export or provider.
        UsageError: The provider would refuse it, or a file is not as it was recorded.
    """
    prepare(database)
    provider = provider_for(provider, base_url)
    profile = profile_named(provider)
    address = _address(profile, base_url)
    _check_options(profile, model, suffix, seed, again)
    chosen = _checked_hyperparameters(profile, hyperparameters or {})
    if validation_export_id == export_id:
        raise UsageError(f"export {export_id} cannot be both training and validation; export another split")
    training = planned_file(database, profile, export_id)
    _check_examples(profile, training)
    validation = planned_file(database, profile, validation_export_id) if validation_export_id else None
    parts = [
        training.sha256,
        validation and validation.sha256,
        provider,
        address,
        model,
        chosen,
        suffix,
        seed,
        again,
    ]
    run_key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return JobPlan(
        run_key=run_key,
        provider=provider,
        label=profile.label,
        key_variable=profile.key_variable,
        notes=_notes(database, profile, export_id),
        base_url=address,
        host=str(urlsplit(address).hostname),
        model=model,
        hyperparameters=chosen,
        suffix=suffix,
        seed=seed,
        training=training,
        validation=validation,
        people=_people(database, export_id, validation_export_id),
        cost=cost_of(provider, model, training, chosen),
        job=find_job(database, run_key=run_key),
    )


def checked_address(address: str) -> str:
    """Return the address of a server without a slash at its end, or raise `UsageError`."""
    try:
        parts = urlsplit(address.strip())
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        is_address = False
    if not is_address:
        raise UsageError(f"not an address: {address!r}; write http://HOST/v1 or https://HOST/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"the address of {parts.hostname} may hold a path only: no name, password, ? or #")
    return address.strip().rstrip("/")


def provider_for(provider: str | None, base_url: str | None) -> str:
    """Return the provider that is meant: the one named, else the server of an address, else OpenAI."""
    return provider or ("openai" if base_url is None else "compatible")


def _address(profile: Profile, base_url: str | None) -> str:
    if base_url is None and not profile.base_url:
        raise UsageError(
            f"{profile.label} has another address for everybody; give yours:"
            f" --base-url {profile.address_hint}"
        )
    return checked_address(profile.base_url if base_url is None else base_url)


def _notes(database: Database, profile: Profile, export_id: int) -> tuple[str, ...]:
    recipe = json.loads(str(export_row(database, export_id)["recipe"]))
    has_untrained = recipe.get("mode") == "exchange" and (
        recipe.get("context_exchanges") or recipe.get("min_assistant_chars")
    )
    weights = (
        f"some replies in the file carry weight 0, not to be trained; whether {profile.label} honours that is"
        " not known: a dataset with --context-exchanges 0 has none"
    )
    return tuple(
        note for note in (profile.note, weights if has_untrained and not profile.has_weights else "") if note
    )


def _check_examples(profile: Profile, training: PlannedFile) -> None:
    if training.example_count < profile.example_minimum:
        raise UsageError(
            f"export {training.export_id} has {training.example_count} examples; {profile.label} wants"
            f" {profile.example_minimum} or more: add threads to the dataset, or lower its max_tokens"
        )


def _check_options(profile: Profile, model: str, suffix: str | None, seed: int | None, again: int) -> None:
    if not model.strip():
        raise UsageError("no model; name the one to start from, such as gpt-4.1-mini-2025-04-14")
    if suffix is not None and not re.fullmatch(profile.suffix_pattern, suffix):
        raise UsageError(f"a suffix at {profile.label} has {profile.suffix_rule}, not {suffix!r}")
    if seed is not None and not 0 <= seed <= GREATEST_SEED:
        raise UsageError(f"a seed is 0 to {GREATEST_SEED}, not {seed}")
    if again < 0:
        raise UsageError(f"again counts from 0, not {again}")


def _checked_hyperparameters(profile: Profile, asked: Mapping[str, object]) -> dict[str, object]:
    checked: dict[str, object] = {}
    for name, value in sorted(asked.items()):
        if name not in profile.hyperparameters:
            choices = ", ".join(profile.hyperparameters)
            raise UsageError(f"{profile.label} knows no hyperparameter '{name}'; choose from: {choices}")
        checked[name] = _checked_value(name, value, profile.hyperparameters[name])
    return checked


def _checked_value(name: str, value: object, allowed: Bounds | Choices) -> object:
    if isinstance(allowed[0], str):
        if str(value) not in allowed:
            raise UsageError(f"{name} is one of: {', '.join(map(str, allowed))}; not {value!r}")
        return {"true": True, "false": False}.get(str(value), value)
    least, greatest = allowed
    number = _number(value)
    if value != "auto" and (number is None or not least <= number <= greatest):
        raise UsageError(f"{name} is 'auto' or a number from {least:g} to {greatest:g}, not {value!r}")
    return "auto" if value == "auto" else number


def _number(value: object) -> int | float | None:
    """Return a number as JSON would write it: 3, also for '3' and 3.0; None when it is none."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


@patient
def _people(
    database: Database, export_id: int, validation_export_id: int | None
) -> tuple[PlannedPerson, ...]:
    ids = {"export_id": export_id, "validation_export_id": validation_export_id}
    with database.reading() as connection:
        return tuple(PlannedPerson(**row) for row in select(connection, "queries/job_people", **ids))
