"""Fine-tuning jobs: one row each, from the first upload to the trained model.

A run is what is asked for (export, provider, address, model, options); it has one job, however often it is
asked for and wherever an earlier attempt broke off. The store is never open during a call or a sleep.
"""

from rolecall.jobs.asking import (
    ProviderAbout,
    chat,
    delete_uploads,
    job_messages,
    list_providers,
    list_uploads,
    plan_chat,
    preflight_job,
)
from rolecall.jobs.calls import Waits
from rolecall.jobs.chatting import Chat, ChatPlan
from rolecall.jobs.commands import cancel_job, list_jobs, resume_job, show_job, start_job, watch_job
from rolecall.jobs.failures import NamedMessage
from rolecall.jobs.losses import Loss
from rolecall.jobs.planned_files import PlannedFile
from rolecall.jobs.plans import JobPlan, plan_job, provider_for
from rolecall.jobs.preflight import Preflight
from rolecall.jobs.stored import Job
from rolecall.jobs.uploads import Upload

__all__ = [
    "Chat",
    "ChatPlan",
    "Job",
    "JobPlan",
    "Loss",
    "NamedMessage",
    "PlannedFile",
    "Preflight",
    "ProviderAbout",
    "Upload",
    "Waits",
    "cancel_job",
    "chat",
    "delete_uploads",
    "job_messages",
    "list_jobs",
    "list_providers",
    "list_uploads",
    "plan_chat",
    "plan_job",
    "preflight_job",
    "provider_for",
    "resume_job",
    "show_job",
    "start_job",
    "watch_job",
]
