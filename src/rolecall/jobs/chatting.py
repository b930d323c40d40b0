"""Chatting with a tuned model, in the voice that it was trained on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rolecall.errors import CallFailed
from rolecall.jobs.calls import Run, is_passing
from rolecall.jobs.patience import patient
from rolecall.jobs.stored import Job
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

    run: Run
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
        for piece in _patiently(self.run, self.plan.model, [*prompt, *self.said, asked]):
            pieces.append(piece)
            yield piece
        self.said += [asked, {"role": "assistant", "content": "".join(pieces)}]


def _patiently(run: Run, model: str, messages: list[dict[str, str]]) -> Iterator[str]:
    """Yield an answer; while nothing came yet, wait for a model that is being loaded or is busy."""
    waited, failure_count = 0.0, 0
    pause, longest = 2.0, 20.0
    while True:
        has_begun = False
        try:
            for piece in run.wire.chat(model, messages):
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
                run.note(f"{error}; a new model takes minutes to load, waiting")
            pause_now = max(pause, min(error.wait_seconds or 0.0, 60.0))
            run.waits.sleep(pause_now)
            waited += pause_now
            pause = min(longest, pause * 1.5)


@patient
def voice_of(database: Database, job: Job, title: str) -> tuple[str | None, str | None]:
    """Return whose voice a job was trained on and the system prompt, as in a chat of that title today."""
    with database.reading() as connection:
        found = select(connection, "queries/export_voice", export_id=job.export_id)
    if not found:
        return None, None
    persona = found[0]["persona"]
    recipe = json.loads(str(found[0]["recipe"]))
    prompt = recipe.get("system_prompt") if isinstance(recipe, dict) else None
    if not prompt:
        return persona, None
    today = datetime.now(UTC).date().isoformat()
    filled = {"{persona}": persona or "", "{title}": title, "{date}": today}
    for name, value in filled.items():
        prompt = str(prompt).replace(name, value)
    return persona, prompt
