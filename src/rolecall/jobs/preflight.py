"""What a provider says before anything is sent: calls that are free and carry nobody's words."""

from dataclasses import dataclass
from datetime import date

from rolecall.errors import CallFailed
from rolecall.jobs.addresses import has_key
from rolecall.jobs.plans import JobPlan
from rolecall.jobs.sessions import Session, Waits, open_session
from rolecall.providers import profile_named
from rolecall.store.database import Database


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


def preflight_job(database: Database, plan: JobPlan, api_key: str | None = None) -> Preflight:
    """Return what the provider says to two free questions; nothing of the plan's files is sent."""
    profile = profile_named(plan.provider)
    if not has_key(profile, api_key):
        return Preflight(profile.key_variable, False, None, None, None)
    waits = Waits(timeout_seconds=15.0)
    with open_session(database, plan.provider, plan.base_url, api_key=api_key, waits=waits) as session:
        return _ask(session, plan)


def _ask(session: Session, plan: JobPlan) -> Preflight:
    """Ask for the newest job and for the model to start from."""
    problem = model_problem = None
    shuts_down_on = None
    try:
        list(session.wire.jobs(limit=1))
    except CallFailed as error:
        problem = str(error)
    else:
        try:
            shuts_down_on = session.wire.shutdown_on(plan.model)
        except CallFailed as error:
            model_problem = str(error)
    return Preflight(session.profile.key_variable, True, problem, model_problem, shuts_down_on)
