"""Choosing a provider: every one there is, as somebody who chooses sees it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from rolecall.plugins import names
from rolecall.providers import Profile, profile_named


@dataclass(frozen=True, slots=True)
class ProviderAbout:
    """A provider as somebody who chooses one sees it."""

    provider: str
    label: str
    takes_new_users: bool
    closes_on: date | None
    was_tried: bool
    """Whether rolecall was ever run against the real service; otherwise against tests' own servers alone."""
    base_url: str
    key_variable: str
    format: str
    example_minimum: int
    byte_limit: int
    hyperparameters: tuple[str, ...]
    has_weights: bool
    needs_deployment: bool
    note: str


def list_providers() -> list[ProviderAbout]:
    """Return every provider, by name: whether it takes new users, and what it needs."""
    return [_about(name, profile_named(name)) for name in names("providers")]


def _about(name: str, profile: Profile) -> ProviderAbout:
    today = datetime.now(UTC).date()
    until, closes_on = profile.takes_new_users_until, profile.closes_on
    return ProviderAbout(
        provider=name,
        label=profile.label,
        takes_new_users=(until is None or today <= until) and (closes_on is None or today < closes_on),
        closes_on=closes_on,
        was_tried=profile.was_tried,
        base_url=profile.base_url or f"yours: {profile.address_hint}",
        key_variable=profile.key_variable,
        format=profile.format,
        example_minimum=profile.example_minimum,
        byte_limit=profile.byte_limit,
        hyperparameters=tuple(profile.hyperparameters),
        has_weights=profile.has_weights,
        needs_deployment=bool(profile.deployment),
        note=profile.note,
    )
