"""Calls to a provider: the pauses between them, which failures pass, and what the others mean for a job."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from rolecall.errors import CallFailed, ProviderError
from rolecall.jobs.elsewhere import other_trainers
from rolecall.jobs.planned_files import export_row
from rolecall.jobs.stored import Job, advance, now
from rolecall.providers import Profile, Wire
from rolecall.store.database import Database

T = TypeVar("T")

# A provider that asks for more than this is asked again all the same.
LONGEST_WAIT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait, in seconds; every pause goes through `sleep`."""

    file_seconds: tuple[float, float] = (1.0, 5.0)
    """Between two looks at an upload: the first pause and the longest."""
    file_limit_seconds: float = 1800.0
    """For an upload to be processed, in all."""
    call_seconds: tuple[float, float] = (1.0, 8.0)
    """After a call that failed for a passing reason."""
    call_count: int = 5
    """Failed calls before giving up for now."""
    timeout_seconds: float = 60.0
    """For one answer."""
    settle_seconds: float = 90.0
    """After a creation without an answer, before it may be repeated; longer than the time-out."""
    sleep: Callable[[float], None] = time.sleep


class Run:
    """One process at work on a job: the store, the provider, and how patient it is."""

    def __init__(
        self, database: Database, profile: Profile, wire: Wire, waits: Waits, note: Callable[[str], None]
    ) -> None:
        """Keep what every step needs."""
        self.database = database
        self.profile = profile
        self.wire = wire
        self.waits = waits
        self.note = note
        self._failure_count = 0

    def ask(self, call: Callable[[], T]) -> T:
        """Make a call that changes nothing, again and again while it fails for a passing reason."""
        tries = Retrying(
            retry=retry_if_exception(is_passing),
            wait=self._pause_after,
            stop=stop_after_attempt(self.waits.call_count),
            sleep=self.waits.sleep,
            reraise=True,
        )
        return tries(call)

    def pause(self, job: Job, error: CallFailed) -> None:
        """Wait before a call with an effect is thought of again, or give up for now.

        Raises:
            ProviderError: Too many failed in this run; the job stays where it is.
        """
        self._failure_count += 1
        if self._failure_count >= self.waits.call_count:
            raise kept(job, error) from error
        self.waits.sleep(self._pause(self._failure_count, error))

    def wait_until(self, moment: datetime | None) -> bool:
        """Wait until then, at most the settle time (clocks jump); return whether there was a wait."""
        seconds = (moment - now()).total_seconds() if moment else 0.0
        if seconds <= 0:
            return False
        self.waits.sleep(min(seconds, self.waits.settle_seconds))
        return True

    def _pause_after(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return self._pause(state.attempt_number, error if isinstance(error, CallFailed) else None)

    def _pause(self, failure_count: int, error: CallFailed | None) -> float:
        first, longest = self.waits.call_seconds
        asked = min((error.wait_seconds if error else None) or 0.0, LONGEST_WAIT_SECONDS)
        return max(asked, min(longest, first * 2.0 ** (failure_count - 1)))


def is_passing(error: BaseException) -> bool:
    """Return whether the same call may succeed in a while: no answer, a server's fault, too many calls."""
    if not isinstance(error, CallFailed):
        return False
    is_busy = error.http_status == 429 and error.code != "insufficient_quota"
    # Servers say so for some seconds after an upload. Source: OpenAI, cookbook for fine-tuning.
    is_early = error.http_status == 400 and "still being processed" in str(error)
    return error.outcome == "unknown" or error.code == "unreachable" or is_busy or is_early


def kept(job: Job, error: CallFailed) -> ProviderError:
    """Return the error that ends a run without ending its job."""
    return ProviderError(
        f"{error}; job {job.job_id} stays as it is ({job.state}), repeat the same command to go on",
        error.code,
    )


def stop(run: Run, job: Job, error: CallFailed, action: str | None = None) -> Job:
    """Record what a refusal means for a job, `failed` or `blocked` and why, and return it as it is then.

    Args:
        run: At work on the job.
        job: As it was before the call.
        error: What the provider said.
        action: The recorded call that failed, `upload` or `create`; None when it only looked.

    Raises:
        ProviderError: The failure is a passing one; the job stays as it is.
    """
    if is_passing(error):
        raise kept(job, error) from error
    state, error_class = _verdict(job, error, action)
    said = f"{urlsplit(job.base_url).hostname} refused ({error.code or error.http_status}): {error}"
    advice = _advice(run, error_class, job)
    changes = {
        "state": state,
        "error_class": error_class,
        "error_code": error.code,
        "error_message": f"{said.rstrip('.')}. {advice}" if advice else said,
        "request_id": error.request_id,
        "finished_at": now() if state == "failed" else None,
    }
    if action == "create":
        # Nothing was made, so there is nothing to wait for.
        changes.update(next_poll_at=None, lease_owner=None, lease_until=None)
    return advance(run.database, job, changes, outcome=error if action else None)


def _verdict(job: Job, error: CallFailed, action: str | None) -> tuple[str, str]:
    """Return the state that a refusal leads to, and our word for the reason."""
    status = error.http_status
    if error.code == "training_not_available":
        return "blocked", "provider_closed"
    if status in (402, 429):
        return "blocked", "quota"
    if status == 401:
        return "blocked", "auth"
    if status == 403:
        return "blocked", "permission"
    if job.provider_job_id:
        # Never a reason to create another one: with the right key it may be there.
        return "blocked", "job_not_found" if status == 404 else "refused"
    if status == 404:
        return ("failed", "model") if action == "create" else ("blocked", "address")
    if error.code in ("model_not_available", "model_not_found"):
        return "failed", "model"
    if status == 413:
        return "failed", "too_large"
    return "failed", "file" if action == "upload" else "refused"


def _advice(run: Run, error_class: str, job: Job) -> str:
    """Return what to do next, as sentences; empty when the provider's own words are all there is."""
    again = f"then: rolecall job resume {job.job_id}"
    left_over = ""
    if job.upload_id:
        left_over = (
            f" The file {job.upload_id} stays there until you delete it:"
            f" rolecall job uploads --delete {job.upload_id}"
        )
    profile = run.profile
    known = {
        "address": f"Is {job.base_url} the whole address, with /v1 if it has one? If so, {again}",
        "auth": f"Set {profile.key_variable} to a key that is valid at {job.base_url}, {again}",
        "permission": f"Use a key and project that may do this at {job.base_url}, {again}",
        "quota": f"Add credit or raise the limit at {profile.label}, {again}",
        "job_not_found": f"Use the key and project that created {job.provider_job_id}, {again}",
        "model": f"Choose a model that can be trained there.{left_over}",
        "file": "Correct what it names (rolecall check FILE says more), and export again.",
        "too_large": "Make a dataset of fewer threads or fewer days, and export again.",
        "refused": f"If it names an option, start again without it.{left_over}",
    }
    if error_class != "provider_closed":
        return known.get(error_class, "")
    dataset = str(export_row(run.database, job.export_id)["dataset_name"] or "DATASET")
    return (
        "Nothing here can change that. Train with another provider that speaks the same protocol (rolecall"
        f" job providers; rolecall job start ... --provider P or --base-url URL). {other_trainers(dataset)}."
        f"{left_over}"
    )
