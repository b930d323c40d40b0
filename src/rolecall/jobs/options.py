"""What makes a job: the options that somebody gives, and what a provider allows of them."""

import re
from collections.abc import Mapping
from typing import Required, TypedDict

from rolecall.errors import UsageError
from rolecall.providers import Bounds, Choices, Profile

# A limit of the protocol. Source: OpenAI's specification 2.3.0, CreateFineTuningJobRequest.
GREATEST_SEED = 2**31 - 1


class JobOptions(TypedDict, total=False):
    """What makes a run, beside its export; the same run has one job, however often it is asked for."""

    model: Required[str]
    """To start from."""
    provider: str | None
    """One of `providers/`; without it OpenAI, or at another address any server of its protocol."""
    base_url: str | None
    """Another address that speaks the provider's protocol."""
    suffix: str | None
    """Part of the new model's name, mostly 1 to 64 characters."""
    seed: int | None
    """For the provider, 0 to 2147483647."""
    hyperparameters: Mapping[str, object] | None
    """`n_epochs`, `batch_size`, `learning_rate_multiplier`, each a number or 'auto'; some take others."""
    validation_export_id: int | None
    """An export to measure on."""
    again: int
    """Another number makes another run of the same thing; 0 unless given."""


def check_names(options: JobOptions) -> None:
    """Raise `TypeError` for an option that does not exist, or without a model."""
    unknown = options.keys() - JobOptions.__annotations__.keys()
    if wrong := unknown | (JobOptions.__required_keys__ - options.keys()):
        raise TypeError(f"unknown or missing: {', '.join(sorted(wrong))}; see JobOptions")


def check_options(profile: Profile, options: JobOptions) -> None:
    """Raise `UsageError` for what no provider takes, or this one does not."""
    suffix, seed, again = options.get("suffix"), options.get("seed"), options.get("again", 0)
    if not options["model"].strip():
        raise UsageError("no model; name the one to start from, such as gpt-4.1-mini-2025-04-14")
    if suffix is not None and not re.fullmatch(profile.suffix_pattern, suffix):
        raise UsageError(f"a suffix at {profile.label} has {profile.suffix_rule}, not {suffix!r}")
    if seed is not None and not 0 <= seed <= GREATEST_SEED:
        raise UsageError(f"a seed is 0 to {GREATEST_SEED}, not {seed}")
    if again < 0:
        raise UsageError(f"again counts from 0, not {again}")


def checked_hyperparameters(profile: Profile, given: Mapping[str, object]) -> dict[str, object]:
    """Return hyperparameters by name as they are sent, or raise `UsageError`."""
    checked: dict[str, object] = {}
    for name, value in sorted(given.items()):
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
