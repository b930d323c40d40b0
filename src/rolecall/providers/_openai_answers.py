"""Answers in OpenAI's protocol, made into the records of `providers`; the key never passes."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from rolecall.providers import RemoteCheckpoint, RemoteEvent, RemoteFile, RemoteJob

# Servers answer a wrong key by quoting it, whole or with stars in its middle.
KEY_LIKE = re.compile(r"\bsk-[\w*-]{6,}")

Answer = Mapping[str, object]
"""A JSON object."""


class Response(Protocol):
    """What the SDK gives when asked for the raw answer."""

    @property
    def text(self) -> str:
        """The body."""

    @property
    def status_code(self) -> int:
        """Of HTTP."""

    @property
    def request_id(self) -> str | None:
        """The provider's id of the call."""


def hidden(value: object, key: str) -> object:
    """Return a JSON value with the key, and what looks like one, taken out of all its texts."""
    if isinstance(value, str):
        return KEY_LIKE.sub("[key]", value.replace(key, "[key]"))
    if isinstance(value, dict):
        return {str(hidden(name, key)): hidden(item, key) for name, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, key) for item in value]
    return value


def wait_seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long the provider asks to wait, or None."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return None


def text(value: object) -> str | None:
    """Return a value as text; None stays None."""
    return None if value is None else str(value)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _time(value: object) -> datetime:
    """Return seconds since 1970 as the store's time: UTC, without a zone."""
    seconds = value if isinstance(value, int | float) else 0
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(value: object) -> Answer:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def day(value: object) -> date | None:
    """Return YYYY-MM-DD as a day; None for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def file(answer: Answer) -> RemoteFile:
    """Return a file object as a record."""
    return RemoteFile(
        upload_id=str(answer["id"]),
        name=str(answer.get("filename")),
        byte_count=_whole(answer.get("bytes")) or 0,
        status=str(answer.get("status")),
        error_message=text(answer.get("status_details")),
        created_at=_time(answer["created_at"]) if answer.get("created_at") else None,
    )


def job(answer: Answer, request_id: str | None = None) -> RemoteJob:
    """Return a job object as a record."""
    error = _object(answer.get("error"))
    return RemoteJob(
        provider_job_id=str(answer["id"]),
        status=str(answer.get("status")),
        answer=_json(answer),
        created_at=_time(answer.get("created_at")),
        request_id=request_id,
        model=text(answer.get("model")),
        upload_id=text(answer.get("training_file")),
        # Not in OpenAI's specification; older servers say it under the second name.
        suffix=text(answer.get("suffix") or answer.get("user_provided_suffix")),
        fine_tuned_model=text(answer.get("fine_tuned_model")),
        trained_token_count=_whole(answer.get("trained_tokens")),
        # A job without a fault may carry an error whose every value is null.
        error_code=text(error.get("code")),
        error_message=text(error.get("message")),
        finished_at=_time(answer["finished_at"]) if answer.get("finished_at") else None,
        metadata={str(name): str(value) for name, value in _object(answer.get("metadata")).items()},
        result_ids=tuple(str(item) for item in _list(answer.get("result_files")) if isinstance(item, str)),
    )


def event(answer: Answer) -> RemoteEvent:
    """Return an event object as a record."""
    data = answer.get("data")
    return RemoteEvent(
        provider_event_id=str(answer["id"]),
        created_at=_time(answer.get("created_at")),
        level=str(answer.get("level")),
        kind=text(answer.get("type")),
        message=str(answer.get("message")),
        data=_json(data) if data else None,
    )


def checkpoint(answer: Answer) -> RemoteCheckpoint:
    """Return a checkpoint object as a record."""
    return RemoteCheckpoint(
        provider_checkpoint_id=str(answer["id"]),
        step=_whole(answer.get("step_number")) or 0,
        model=str(answer.get("fine_tuned_model_checkpoint")),
        metrics=_json(answer.get("metrics") or {}),
    )
