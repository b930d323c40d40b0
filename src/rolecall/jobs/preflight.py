"""What a provider says before anything is sent: calls that are free and carry nobody's words."""

import os
from dataclasses import dataclass
from datetime import date

from rolecall.errors import CallFailed
from rolecall.jobs.calls import Run
from rolecall.jobs.plans import JobPlan
from rolecall.providers import Profile


@dataclass(frozen=True, slots=True)
class Preflight:
    """Two free questions and their answers; neither proves that a job may be created."""

    key_variable: str
    is_asked: bool
    """False without a key."""
    problem: str | None
    """Why the list of jobs could not be read; None when it could."""
    model_problem: str | None
    """Why nothing is known of the model; None when something is."""
    shuts_down_on: date | None
    """When the model to start from is shut down, and those tuned from it; None while nothing is announced."""

    @property
    def sentences(self) -> list[str]:
        """The answers for people."""
        if not self.is_asked:
            return [f"not asked whether the provider takes it: no key in {self.key_variable}"]
        if self.problem:
            return [f"asked for its jobs, the provider says: {self.problem}"]
        said = [f"the key in {self.key_variable} is taken"]
        if self.model_problem:
            said.append(f"asked for the model, the provider says: {self.model_problem}")
        elif self.shuts_down_on:
            said.append(f"the model shuts down on {self.shuts_down_on}, and those tuned from it too")
        return said


def has_key(profile: Profile, api_key: str | None) -> bool:
    """Return whether there is a key at all."""
    return bool((api_key or os.environ.get(profile.key_variable, "")).strip())


def unasked(profile: Profile) -> Preflight:
    """Return what is known without a key: nothing."""
    return Preflight(profile.key_variable, False, None, None, None)


def ask(run: Run, plan: JobPlan) -> Preflight:
    """Ask for the newest job and for the model to start from."""
    problem = model_problem = None
    shuts_down_on = None
    try:
        list(run.wire.jobs(limit=1))
    except CallFailed as error:
        problem = str(error)
    else:
        try:
            shuts_down_on = run.wire.shutdown_on(plan.model)
        except CallFailed as error:
            model_problem = str(error)
    return Preflight(run.profile.key_variable, True, problem, model_problem, shuts_down_on)
