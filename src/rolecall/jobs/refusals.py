"""What a provider's refusal means for a job: `failed` or `blocked`, why, and what to do next."""

from urllib.parse import urlsplit

from rolecall.errors import CallFailed
from rolecall.jobs.elsewhere import other_trainers
from rolecall.jobs.planned_files import export_row
from rolecall.jobs.sessions import Session, is_passing, kept
from rolecall.jobs.stored import Job, advance, now


def stop(session: Session, job: Job, error: CallFailed, action: str | None = None) -> Job:
    """Record what a refusal means for a job, `failed` or `blocked` and why, and return it as it is then.

    Args:
        session: At work on the job.
        job: As it was before the call.
        error: What the provider said.
        action: The recorded call that failed, `upload` or `create`; None when it only looked.

    Raises:
        ProviderError: The failure is a passing one; the job stays as it is.
    """
    if is_passing(error):
        raise kept(job, error) from error
    state, error_class = _verdict(job, error, action)
    said = str(error)
    if not error.is_redirect:
        said = f"{urlsplit(job.base_url).hostname} refused ({error.code or error.http_status}): {said}"
    advice = _moved(job) if error.is_redirect else _advice(session, error_class, job)
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
    return advance(session.database, job, changes, outcome=error if action else None)


def redirected_creation(job: Job, error: CallFailed | None = None) -> dict[str, object]:
    """Return the changes that say of a creation answered with a redirect that somebody must look.

    Args:
        job: Whose creation it was.
        error: What the provider said; None when an earlier process heard it.
    """
    if job.is_asking_for_creation and not error:
        return {}  # said already
    said = error or f"{job.base_url} answered the creation of job {job.job_id} with a redirect"
    return {
        "error_class": "ask",
        "error_code": "redirected",
        "error_message": (
            f"{said}. Whether it made the job is not known, and a second one may be paid too. Look there: if"
            f" there is one, rolecall job resume {job.job_id} --adopt ID; if there is none, --adopt none to"
            f" create it at the same address; for another one, {_elsewhere(job)}"
        ),
    }


def _moved(job: Job) -> str:
    """Return what to do when an address names another one."""
    if job.provider_job_id:
        return (
            f"{job.provider_job_id} was created at {job.base_url}; when that answers itself again:"
            f" rolecall job resume {job.job_id}"
        )
    return f"For another address: {_elsewhere(job)}"


def _elsewhere(job: Job) -> str:
    # The address is part of the run, so that another one is another job.
    return f"rolecall job cancel {job.job_id}, then rolecall job start with that --base-url"


def _verdict(job: Job, error: CallFailed, action: str | None) -> tuple[str, str]:
    """Return the state that a refusal leads to, and our word for the reason."""
    status = error.http_status
    if error.is_redirect:
        return "blocked", "address"
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


def _advice(session: Session, error_class: str, job: Job) -> str:
    """Return what to do next, as sentences; empty when the provider's own words are all there is."""
    again = f"then: rolecall job resume {job.job_id}"
    left_over = ""
    if job.upload_id:
        left_over = (
            f" The file {job.upload_id} stays there until you delete it:"
            f" rolecall job uploads --delete {job.upload_id}"
        )
    profile = session.profile
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
    dataset = str(export_row(session.database, job.export_id)["dataset_name"] or "DATASET")
    return (
        "Nothing here can change that. Train with another provider that speaks the same protocol (rolecall"
        f" job providers; rolecall job start ... --provider P or --base-url URL). {other_trainers(dataset)}."
        f"{left_over}"
    )
