"""Fine-tuning jobs: one row each, from the first upload to the trained model.

A run is what is asked for (export, provider, address, model, options); it has one job, however often it is
asked for and wherever an earlier attempt broke off. A session is one process connected to one provider. The
store is never open during a call or a sleep.
"""

from rolecall.jobs.addresses import provider_for
from rolecall.jobs.chatting import Chat, ChatPlan, chat, plan_chat
from rolecall.jobs.choosing import list_providers
from rolecall.jobs.commands import cancel_job, list_jobs, resume_job, show_job, start_job, watch_job
from rolecall.jobs.failures import NamedMessage, job_messages
from rolecall.jobs.losses import Loss
from rolecall.jobs.options import JobOptions
from rolecall.jobs.plans import JobPlan, plan_job
from rolecall.jobs.preflight import Preflight, preflight_job
from rolecall.jobs.sessions import Waits
from rolecall.jobs.stored import Job
from rolecall.jobs.uploads import Upload, delete_uploads, list_uploads

__all__ = [
    "Chat", "ChatPlan", "Job", "JobOptions", "JobPlan", "Loss", "NamedMessage", "Preflight", "Upload",
    "Waits", "cancel_job", "chat", "delete_uploads", "job_messages", "list_jobs", "list_providers",
    "list_uploads", "plan_chat", "plan_job", "preflight_job", "provider_for", "resume_job", "show_job",
    "start_job", "watch_job",
]  # fmt: skip
