"""What a provider is, and the words in which one answers, whatever its protocol.

Two kinds of file stand in this folder, and whoever adds one needs only this page:

- `<name>.py` is a provider: data, no code. It offers `profile`, a `Profile`.
- `_<wire>_wire.py` is a protocol, which several providers may share. It offers `connect`, with the parameters
  of `connect` below, which returns a `Wire`.

Both give and take only what stands here, so that the life of a job reads the same for a service on the
network and for a trainer at home.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from rolecall.plugins import load

Bounds = tuple[float, float]
Choices = tuple[str, ...]
"""The least and the greatest value of a number, and the words to choose from."""

ENDS = ("succeeded", "failed", "cancelled")
"""The protocol's statuses in which nothing happens any more."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One provider."""

    label: str
    """For people: OpenAI."""
    base_url: str
    """Empty when everybody has another one; then `--base-url` says which."""
    key_variable: str
    """The environment variable that holds the key."""
    byte_limit: int
    """Of one file."""
    example_minimum: int
    hyperparameters: Mapping[str, Bounds | Choices]
    """Those it takes: with the least and greatest value ('auto' is always allowed), or with the words."""
    wire: str = "openai"
    """The protocol: of which `_<wire>_wire.py`."""
    format: str = "openai"
    """The export format that it trains on."""
    top_hyperparameters: frozenset[str] = frozenset()
    """Those of them that stand at the top of the request, whatever `is_method_nested` says."""
    is_method_nested: bool = True
    """Whether hyperparameters stand under `method`; otherwise under `hyperparameters`."""
    metadata: str = "kept"
    """kept: jobs carry metadata and can be listed by it; sent: they may lose it; none: it is not even sent.

    Where metadata may be missing, a job is known again by its file, model, suffix and time."""
    has_weights: bool = True
    """Whether `weight: 0` on an assistant message is known to keep it out of training."""
    has_byte_order_mark: bool = False
    """Whether a file must begin with the mark of UTF-8."""
    suffix_pattern: str = r"[\s\S]{1,64}"
    """What the part of a new model's name must match, whole."""
    suffix_rule: str = "1 to 64 characters"
    """The same in words."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """The provider's words for a job that are not those of OpenAI's protocol -> the protocol's."""
    address_hint: str = ""
    """How an address looks where everybody has another one."""
    deployment: str = ""
    """What must be done before a trained model, {model}, can be chatted with; empty: nothing."""
    takes_new_users_until: date | None = None
    """The last day on which somebody who never trained there could begin; None while there is no end."""
    closes_on: date | None = None
    """The day from which nobody can create a job; None while there is no end."""
    was_tried: bool = False
    """Whether rolecall was ever run against the real service."""
    note: str = ""
    """What somebody choosing it should know, in a sentence."""

    def status_of(self, word: str) -> str:
        """Return the protocol's word for a status; a word not known stays as it is."""
        return self.statuses.get(word, word)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies at the provider."""

    upload_id: str
    name: str
    byte_count: int
    status: str
    """uploaded, processed, error, or a word not known yet."""
    error_message: str | None = None
    created_at: datetime | None = None


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
    """A job as the provider tells it; what cannot be a time is None."""

    provider_job_id: str
    status: str
    """The provider's own word."""
    answer: str
    """The whole answer as JSON text."""
    created_at: datetime | None
    request_id: str | None = None
    model: str | None = None
    upload_id: str | None = None
    suffix: str | None = None
    """None also where the provider does not tell."""
    fine_tuned_model: str | None = None
    trained_token_count: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    finished_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    result_ids: tuple[str, ...] = ()
    """Files that hold its losses."""


@dataclass(frozen=True, slots=True)
class CreatedJob:
    """A job that was just made, and costs money from now on: its id is stored before the rest is read."""

    provider_job_id: str
    read: Callable[[], RemoteJob]


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

    Every method is one call without any repeat, for whoever calls decides what may be repeated; `files`,
    `jobs` and `events` make one for each page, and only when it is asked for. No redirect is followed, and
    nothing that a method gives holds the key. Times are UTC without a zone.

    Raises:
        CallFailed: By every method. `outcome` is `refused` when the provider certainly did nothing, `unknown`
            when the call may have had its effect; `http_status` and `code` say what that means for a job: the
            code is `unreachable` where the connection never stood, `redirected` if another address was named.
    """

    def close(self) -> None:
        """Let go of the connection."""

    def files(self) -> Iterator[RemoteFile]:
        """Yield the training files that lie there, newest first."""

    def upload(self, path: Path, name: str) -> RemoteFile:
        """Send a file, read piece by piece, and return it as it lies there, mostly not processed yet.

        It is called `name` there: a file whose answer was lost is known again by name and size. Where the
        profile says so, the mark of UTF-8 goes before it.
        """

    def file(self, upload_id: str) -> RemoteFile:
        """Return one file; HTTP status 404 when it is gone."""

    def delete_file(self, upload_id: str) -> None:
        """Delete a file."""

    def file_text(self, upload_id: str) -> str:
        """Return what is in a file, such as a job's losses."""

    def create_job(self, request: JobRequest) -> CreatedJob:
        """Create a job: the call that costs money."""

    def jobs(self, run_key: str | None = None, limit: int | None = None) -> Iterator[RemoteJob]:
        """Yield the jobs, newest first.

        Args:
            run_key: Only jobs with it in their metadata are wanted. Others may be among them all the same, as
                they are where the provider knows no metadata.
            limit: The most that are of interest.
        """

    def job(self, provider_job_id: str) -> RemoteJob:
        """Return one job."""

    def cancel_job(self, provider_job_id: str) -> RemoteJob:
        """End one job; it may take a while until its status says so. HTTP status 400 or 409: it has ended."""

    def events(self, provider_job_id: str) -> Iterator[RemoteEvent]:
        """Yield a job's events, newest first."""

    def checkpoints(self, provider_job_id: str) -> Iterator[RemoteCheckpoint]:
        """Yield the models saved on the way."""

    def shutdown_on(self, model: str) -> date | None:
        """Return the day on which a model is shut down, None while none is announced."""

    def chat(self, model: str, messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """Yield a model's answer piece by piece, as it comes; HTTP status 404 while the model is loaded.

        Each message has a `role` (system, user, assistant) and its `content`; the oldest stands first.
        """


def profile_named(name: str) -> Profile:
    """Return the profile of a provider, or raise `NotFound` with the names there are."""
    return cast("Profile", load("providers", name).profile)


def connect(profile: Profile, base_url: str, api_key: str, timeout_seconds: float) -> Wire:
    """Return the wire of a provider to one address, which has no slash at its end; nothing is sent yet.

    The key stays in the wire. Its module is loaded here alone, since the SDK behind a wire takes a second.
    """
    protocol = import_module(f"rolecall.providers._{profile.wire}_wire")
    return cast("Wire", protocol.connect(profile, base_url, api_key, timeout_seconds))
