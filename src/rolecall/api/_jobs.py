"""Fine-tuning jobs, uploads and chats with the models that they make."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Required, TypedDict, Unpack

from rolecall import jobs, queries
from rolecall.api._base import Note, StoreBase
from rolecall.jobs import Chat, ChatPlan, Job, JobPlan, NamedMessage, Preflight, Upload, Waits, provider_for
from rolecall.jobs.plans import profile_named
from rolecall.profiles import RemoteEvent


class JobOptions(TypedDict, total=False):
    """What makes a fine-tuning run; see `jobs.start_job`."""

    provider: str | None
    model: Required[str]
    base_url: str | None
    suffix: str | None
    seed: int | None
    hyperparameters: Mapping[str, object] | None
    validation_export_id: int | None
    again: int


class JobMethods(StoreBase):
    """What a store does with jobs."""

    def export_for_job(
        self, name_or_id: str, *, provider: str | None = None, base_url: str | None = None
    ) -> int:
        """Return an export's id: itself, or the newest of a dataset that the provider can train on.

        Raises:
            NotFound: There is none; the message says how to make one.
        """
        wanted = profile_named(provider_for(provider, base_url)).format
        return queries.newest_export(self.database, name_or_id, wanted)

    def plan_job(self, export_id: int, **options: Unpack[JobOptions]) -> JobPlan:
        """Return what `start_job` would send, and where to, without a call."""
        return jobs.plan_job(self.database, export_id, **options)

    def preflight_job(self, plan: JobPlan, *, api_key: str | None = None) -> Preflight:
        """Return what the provider says to two free questions; nothing of the plan's files is sent."""
        return jobs.preflight_job(self.database, plan, api_key)

    def start_job(
        self,
        export_id: int,
        *,
        api_key: str | None = None,
        note: Note | None = None,
        waits: Waits | None = None,
        **options: Unpack[JobOptions],
    ) -> Job:
        """Upload an export and start one fine-tuning job on it; asked twice, the same job is returned.

        Raises:
            ProviderError: The provider refused or cannot be reached; asked again, the job goes on.
        """
        return jobs.start_job(self.database, export_id, api_key=api_key, note=note, waits=waits, **options)

    def resume_job(
        self, job_id: int, *, adopt: str | None = None, api_key: str | None = None, note: Note | None = None
    ) -> Job:
        """Take a job that is blocked, or whose start broke off, on from where it stands; see `jobs`."""
        return jobs.resume_job(self.database, job_id, adopt=adopt, api_key=api_key, note=note)

    def cancel_job(
        self, job_id: int, *, also: str | None = None, api_key: str | None = None, note: Note | None = None
    ) -> Job:
        """End a job, at the provider too when it was made there, and return it; see `jobs.cancel_job`."""
        return jobs.cancel_job(self.database, job_id, also=also, api_key=api_key, note=note)

    def watch_job(
        self,
        job_id: int,
        *,
        on_event: Callable[[RemoteEvent], None] | None = None,
        poll_seconds: tuple[float, float] = (10.0, 60.0),
        api_key: str | None = None,
        note: Note | None = None,
    ) -> Job:
        """Poll a job until it ends, store its events and checkpoints, and return it."""
        return jobs.watch_job(
            self.database, job_id, on_event=on_event, poll_seconds=poll_seconds, api_key=api_key, note=note
        )

    def jobs(self) -> list[Job]:
        """Return every job, oldest first."""
        return jobs.list_jobs(self.database)

    def job(self, job_id: int) -> Job:
        """Return one job with its events and checkpoints."""
        return jobs.show_job(self.database, job_id)

    def job_messages(self, job_id: int) -> list[NamedMessage]:
        """Return the messages behind the lines that a failed job's error names."""
        return jobs.job_messages(self.database, job_id)

    def uploads(
        self, *, provider: str | None = None, base_url: str | None = None, api_key: str | None = None
    ) -> list[Upload]:
        """Return the files of this store that lie at a provider, or at every address that jobs went to."""
        return jobs.list_uploads(self.database, provider=provider, base_url=base_url, api_key=api_key)

    def delete_uploads(
        self,
        upload_ids: Sequence[str],
        *,
        provider: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
    ) -> list[Upload]:
        """Delete files of this store at a provider, unless a job wants them, and return what they were."""
        return jobs.delete_uploads(
            self.database, upload_ids, provider=provider, base_url=base_url, api_key=api_key
        )

    def plan_chat(
        self,
        job_or_model: str,
        *,
        provider: str | None = None,
        base_url: str | None = None,
        deployed_as: str | None = None,
        system_prompt: str | None = None,
        title: str = "",
    ) -> ChatPlan:
        """Return with whom one would chat, without a call; see `jobs.plan_chat`."""
        return jobs.plan_chat(
            self.database,
            job_or_model,
            provider=provider,
            base_url=base_url,
            deployed_as=deployed_as,
            system_prompt=system_prompt,
            title=title,
        )

    def chat(
        self, plan: ChatPlan, *, api_key: str | None = None, note: Note | None = None
    ) -> AbstractContextManager[Chat]:
        """Give a conversation with a model; `say` of it yields each answer piece by piece."""
        return jobs.chat(self.database, plan, api_key=api_key, note=note)
