"""Questions around jobs: who trains, what lies there, what a provider says first, and talks with a model."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rolecall.errors import UsageError
from rolecall.jobs import preflight
from rolecall.jobs.calls import Waits
from rolecall.jobs.chatting import Chat, ChatPlan, voice_of
from rolecall.jobs.failures import NamedMessage, named_messages
from rolecall.jobs.patience import prepare
from rolecall.jobs.plans import JobPlan, checked_address, profile_named, provider_for
from rolecall.jobs.preflight import Preflight
from rolecall.jobs.running import Note, running
from rolecall.jobs.stored import all_jobs, read_job
from rolecall.jobs.uploads import Upload, deletable, delete, our_uploads
from rolecall.plugins import names
from rolecall.providers import Profile
from rolecall.store.database import Database


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
    """Return every provider, by name."""
    return [_about(name, profile_named(name)) for name in names("providers")]


def preflight_job(database: Database, plan: JobPlan, api_key: str | None = None) -> Preflight:
    """Return what the provider says to two free questions; nothing of the plan's files is sent."""
    profile = profile_named(plan.provider)
    if not preflight.has_key(profile, api_key):
        return preflight.unasked(profile)
    with running(database, plan.provider, plan.base_url, api_key, Waits(timeout_seconds=15.0)) as run:
        return preflight.ask(run, plan)


def job_messages(database: Database, job_id: int) -> list[NamedMessage]:
    """Return the messages behind the lines that a failed job's error names."""
    prepare(database)
    return named_messages(database, read_job(database, job_id))


def list_uploads(
    database: Database,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
) -> list[Upload]:
    """Return the files of this store that lie at a provider, or at every address that jobs went to."""
    prepare(database)
    found: list[Upload] = []
    for name, address in _addresses(database, provider, base_url):
        with running(database, name, address, api_key) as run:
            found += our_uploads(run, name, address)
    return found


def delete_uploads(
    database: Database,
    upload_ids: Sequence[str],
    *,
    provider: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
) -> list[Upload]:
    """Delete files of this store at a provider and return what they were.

    Raises:
        NotFound: One of them is not ours, or not there.
        UsageError: A job may still want one.
    """
    listed = list_uploads(database, provider=provider, base_url=base_url, api_key=api_key)
    wanted = deletable(listed, upload_ids)
    for name, address in sorted({(upload.provider, upload.base_url) for upload in wanted}):
        with running(database, name, address, api_key) as run:
            for upload in wanted:
                if (upload.provider, upload.base_url) == (name, address):
                    delete(run, upload)
    return wanted


def plan_chat(
    database: Database,
    job_or_model: str,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    deployed_as: str | None = None,
    system_prompt: str | None = None,
    title: str = "",
) -> ChatPlan:
    """Return with whom one would chat, without a call: a job's model in its persona's voice, or any model.

    Raises:
        NotFound: No such job.
        UsageError: The job trained no model, or it must be deployed first.
    """
    if not job_or_model.isdecimal():
        provider = provider_for(provider, base_url)
        address = base_url or profile_named(provider).base_url
        return ChatPlan(deployed_as or job_or_model, provider, checked_address(address), None, system_prompt)
    prepare(database)
    job = read_job(database, int(job_or_model))
    profile = profile_named(job.provider)
    if not job.fine_tuned_model:
        raise UsageError(
            f"job {job.job_id} has trained no model ({job.state}); see: rolecall job watch {job.job_id}"
        )
    if profile.deployment and not deployed_as:
        step = profile.deployment.format(model=job.fine_tuned_model)
        raise UsageError(f"{job.fine_tuned_model} lies at {profile.label}: {step} (--deployed-as NAME)")
    persona, trained_prompt = voice_of(database, job, title)
    return ChatPlan(
        model=deployed_as or job.fine_tuned_model,
        provider=job.provider,
        base_url=job.base_url,
        persona=persona,
        system_prompt=trained_prompt if system_prompt is None else system_prompt,
    )


@contextmanager
def chat(
    database: Database,
    plan: ChatPlan,
    *,
    api_key: str | None = None,
    note: Note | None = None,
    waits: Waits | None = None,
) -> Iterator[Chat]:
    """Give a conversation with a model."""
    with running(database, plan.provider, plan.base_url, api_key, waits, note) as run:
        yield Chat(run, plan)


def _addresses(database: Database, provider: str | None, base_url: str | None) -> list[tuple[str, str]]:
    """Return providers and addresses: the one that is meant, else every address that jobs went to."""
    known = {job.base_url: job.provider for job in all_jobs(database)}
    if not (provider or base_url):
        return [(name, address) for address, name in sorted(known.items())]
    name = provider or known.get(checked_address(str(base_url))) or provider_for(None, base_url)
    return [(name, checked_address(base_url or profile_named(name).base_url))]


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
