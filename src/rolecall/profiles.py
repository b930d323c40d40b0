"""What a provider is, and the words in which one answers, whatever its protocol.

A provider is data (`Profile`); the protocol that it speaks is a `Wire`. Both give and take only what stands
here, so that the life of a job reads the same for a service on the network and for a trainer at home.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Profile:
    """One provider: `providers/<name>.py` offers it as `profile`."""

    label: str
    """For people: OpenAI."""
    wire: str
    """The protocol: the module `providers/_<wire>_wire.py`, which offers `connect`."""
    base_url: str
    key_variable: str
    """The environment variable that holds the key."""
    format: str
    """The export format that it trains on."""
    byte_limit: int
    """Of one file."""
    example_minimum: int
    hyperparameters: Mapping[str, tuple[float, float]]
    """Those it takes, each with its least and greatest value; 'auto' is always allowed."""
    is_method_nested: bool = True
    """Whether hyperparameters stand under `method`; otherwise at the top of the request."""
    has_metadata_filter: bool = True
    """Whether jobs carry metadata and can be listed by it."""
    has_weights: bool = True
    """Whether `weight: 0` on an assistant message keeps it out of training."""
    takes_new_users_until: date | None = None
    """The last day on which somebody who never trained there could begin; None while there is no end."""
    closes_on: date | None = None
    """The day from which nobody can create a job; None while there is no end."""
    was_tried: bool = False
    """Whether rolecall was ever run against the real service."""
    note: str = ""
    """What somebody choosing it should know, in a sentence."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies at the provider."""

    upload_id: str
    name: str
    byte_count: int
    status: str
    """uploaded, processed, error, or a word not known yet."""
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class JobRequest:
    """All that the provider is told to create a job."""

    model: str
    upload_id: str
    validation_upload_id: str | None = None
    suffix: str | None = None
    seed: int | None = None
    hyperparameters: Mapping[str, object] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A job as the provider tells it."""

    provider_job_id: str
    status: str
    """The provider's own word."""
    answer: str
    """The whole answer as JSON text."""
    created_at: datetime
    request_id: str | None = None
    fine_tuned_model: str | None = None
    trained_token_count: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    finished_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """One line of a job's log."""

    provider_event_id: str
    created_at: datetime
    level: str
    """info, warn or error."""
    kind: str | None
    """message, metrics, or a word not known yet."""
    message: str
    data: str | None
    """JSON text."""


@dataclass(frozen=True, slots=True)
class RemoteCheckpoint:
    """A model saved on the way."""

    provider_checkpoint_id: str
    step: int
    model: str
    metrics: str
    """JSON text."""


class Wire(Protocol):
    """A protocol, connected to one address with one key.

    Every method is one call without any repeat (`events`, `jobs` and `files`: one for each page) and raises
    `CallFailed`, which says whether the call may have had an effect. Nothing that it gives holds the key.
    """

    def close(self) -> None:
        """Let go of the connection."""

    def files(self) -> Iterator[RemoteFile]:
        """Yield the training files that lie there, newest first."""

    def upload(self, path: Path, name: str) -> RemoteFile:
        """Send a file, read piece by piece, under another name."""

    def file(self, upload_id: str) -> RemoteFile:
        """Return one file."""

    def create_job(self, request: JobRequest) -> RemoteJob:
        """Create a job: the call that costs money."""

    def jobs(self, run_key: str) -> Iterator[RemoteJob]:
        """Yield the jobs whose metadata hold this `run_key`, newest first."""

    def job(self, provider_job_id: str) -> RemoteJob:
        """Return one job."""

    def events(self, provider_job_id: str) -> Iterator[RemoteEvent]:
        """Yield a job's events, newest first; a page is fetched only when asked for."""

    def checkpoints(self, provider_job_id: str) -> Iterator[RemoteCheckpoint]:
        """Yield the models saved on the way."""
