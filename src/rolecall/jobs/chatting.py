"""Chatting with a tuned model, in the voice that it was trained on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Unpack

from rolecall.errors import CallFailed, UsageError
from rolecall.jobs.addresses import checked_address, provider_for
from rolecall.jobs.patience import patient, prepare
from rolecall.jobs.sessions import Session, SessionOptions, is_passing, open_session
from rolecall.jobs.stored import Job, read_job
from rolecall.providers import profile_named
from rolecall.store.database import Database
from rolecall.store.statements import select

# After success a model may need minutes until it is loaded; until then it answers 404.
LONGEST_LOADING_SECONDS = 600.0
# An answer begins anew when it breaks off, this often at most.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """With whom one would chat."""

    model: str
    provider: str
    base_url: str
    persona: str | None
    """Whose voice it is; None when the model is not of a job here."""
    system_prompt: str | None
    """As it stood in the training file."""


@dataclass(slots=True)
class Chat:
    """One conversation: it remembers what was said."""

    session: Session
    plan: ChatPlan
    said: list[dict[str, str]] = field(default_factory=list)

    def say(self, text: str) -> Iterator[str]:
        """Yield the answer piece by piece; it is remembered once it is whole.

        Raises:
            CallFailed: The provider refused, or cannot be reached; what was said is forgotten.
        """
        asked = {"role": "user", "content": text}
        prompt = [{"role": "system", "content": self.plan.system_prompt}] if self.plan.system_prompt else []
        pieces: list[str] = []
        for piece in _patiently(self.session, self.plan.model, [*prompt, *self.said, asked]):
            pieces.append(piece)
            yield piece
        self.said += [asked, {"role": "assistant", "content": "".join(pieces)}]


def plan_chat(
    database: Database,
    job_or_model: str | int,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    deployed_as: str | None = None,
    system_prompt: str | None = None,
    title: str = "",
) -> ChatPlan:
    """Return with whom one would chat, without a call: a job's model in its persona's voice, or any model.

    Args:
        job_or_model: The number of a job, or a model's name.
        provider: Of a model, as for `start_job`; a job brings its own, and its address.
        base_url: Of a model.
        deployed_as: What a job's model is called where it was deployed.
        system_prompt: Instead of the one that the job was trained with.
        title: Of the chat, where the system prompt has a {title}.

    Raises:
        NotFound: No such job.
        UsageError: The job trained no model, or it must be deployed first.
    """
    model = str(job_or_model)
    if not model.isdecimal():
        provider = provider_for(provider, base_url)
        address = base_url or profile_named(provider).base_url
        return ChatPlan(deployed_as or model, provider, checked_address(address), None, system_prompt)
    prepare(database)
    job = read_job(database, int(model))
    profile = profile_named(job.provider)
    if not job.fine_tuned_model:
        raise UsageError(
            f"job {job.job_id} has trained no model ({job.state}); see: rolecall job watch {job.job_id}"
        )
    if profile.deployment and not deployed_as:
        step = profile.deployment.format(model=job.fine_tuned_model)
        raise UsageError(f"{job.fine_tuned_model} lies at {profile.label}: {step} (--deployed-as NAME)")
    persona, trained_prompt = _voice_of(database, job, title)
    return ChatPlan(
        model=deployed_as or job.fine_tuned_model,
        provider=job.provider,
        base_url=job.base_url,
        persona=persona,
        system_prompt=trained_prompt if system_prompt is None else system_prompt,
    )


@contextmanager
def chat(database: Database, plan: ChatPlan, **session_options: Unpack[SessionOptions]) -> Iterator[Chat]:
    """Give a conversation with a model; `say` of it yields each answer piece by piece."""
    with open_session(database, plan.provider, plan.base_url, **session_options) as session:
        yield Chat(session, plan)


def _patiently(session: Session, model: str, messages: list[dict[str, str]]) -> Iterator[str]:
    """Yield an answer; while nothing came yet, wait for a model that is being loaded or is busy."""
    waited, failure_count = 0.0, 0
    pause, longest = 2.0, 20.0
    while True:
        has_begun = False
        try:
            for piece in session.wire.chat(model, messages):
                has_begun = True
                yield piece
            return
        except CallFailed as error:
            is_loading = error.http_status == 404
            failure_count += not is_loading
            may_wait = waited < LONGEST_LOADING_SECONDS if is_loading else failure_count < MOST_TRIES
            if has_begun or not may_wait or not (is_loading or is_passing(error)):
                raise
            if not waited:
                session.note(f"{error}; a new model takes minutes to load, waiting")
            pause_now = max(pause, min(error.wait_seconds or 0.0, 60.0))
            session.waits.sleep(pause_now)
            waited += pause_now
            pause = min(longest, pause * 1.5)


@patient
def _voice_of(database: Database, job: Job, title: str) -> tuple[str | None, str | None]:
    """Return whose voice a job was trained on and the system prompt, as in a chat of that title today."""
    with database.reading() as connection:
        voices = select(connection, "queries/export_voice", export_id=job.export_id)
    if not voices:
        return None, None
    persona = voices[0]["persona"]
    recipe = json.loads(str(voices[0]["recipe"]))
    prompt = recipe.get("system_prompt") if isinstance(recipe, dict) else None
    if not prompt:
        return persona, None
    today = datetime.now(UTC).date().isoformat()
    for name, value in {"{persona}": persona or "", "{title}": title, "{date}": today}.items():
        prompt = str(prompt).replace(name, value)
    return persona, prompt
