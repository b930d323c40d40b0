"""Answers in OpenAI's protocol, made into the records of `providers`; the key never passes.

Only an id must be there. Whatever else is not as the protocol has it counts as not told, for an answer may
stand for a job that is paid.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Protocol

import httpx2

from rolecall.providers import RemoteCheckpoint, RemoteEvent, RemoteFile, RemoteJob
from rolecall.providers._secrets import KeyHider

Answer = Mapping[str, object]
"""A JSON object."""

# Deeper parts are left out: reading them would end in Python's own limit.
DEEPEST = 100
# Of a store's integers.
LARGEST = 2**63 - 1
# Fine-tuning as a service is younger than the first, and a time after the last is none.
FIRST_TIME, LAST_TIME = datetime(2015, 1, 1), datetime(2100, 1, 1)
# No time in seconds is as large, and none in milliseconds, microseconds or nanoseconds as small.
FINER_UNITS = 1e11
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_UNSTORABLE = re.compile("[\ud800-\udfff]")


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

    @property
    def http_request(self) -> httpx2.Request:
        """What was asked."""


def read(body: str, hider: KeyHider) -> object:
    """Return the JSON of an answer, cleaned as `cleaned` has it; None when it is none."""
    try:
        try:
            value = json.loads(body)
        except RecursionError:
            value = json.loads(_shallow(body))
    except ValueError:
        return None
    return cleaned(value, hider)


def cleaned(value: object, hider: KeyHider, depth: int = 0) -> object:
    """Return a JSON value without the key, and without what neither a store nor JSON can hold."""
    if depth > DEEPEST:
        return None
    if isinstance(value, str):
        return hider.text(_UNSTORABLE.sub("\ufffd", value).replace("\x00", ""))
    if isinstance(value, dict):
        return {str(cleaned(name, hider)): cleaned(item, hider, depth + 1) for name, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item, hider, depth + 1) for item in value]
    # NaN and Infinity are Python's JSON, and no other's.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _shallow(body: str) -> str:
    """Return JSON text with null in place of what is nested deepest."""
    pieces: list[str] = []
    depth = start = 0
    for match in _MARKS.finditer(body):
        if match[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                pieces.append(body[start : match.start()])
        elif match[0] in "]}":
            if depth == DEEPEST + 1:
                pieces.append("null")
                start = match.end()
            depth -= 1
    if depth <= DEEPEST:  # otherwise it breaks off in there, and is no JSON
        pieces.append(body[start:])
    return "".join(pieces)


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


def id_of(answer: object) -> str | None:
    """Return the id of an object; None when there is none that a call can be made with."""
    value = answer.get("id") if isinstance(answer, dict) else None
    known = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return known if re.fullmatch(r"[^\s%]{1,500}", known) and known not in (".", "..") else None


def _whole(value: object) -> int | None:
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
    return min(int(value), LARGEST) if is_whole else None  # type: ignore[call-overload]


def time(value: object) -> datetime | None:
    """Return a time as the store has it, UTC without a zone; None when it cannot be one.

    Seconds since 1970 as the protocol has them; milli-, micro- and nanoseconds are known by their size, and
    text as in ISO 8601 is read as well.
    """
    try:
        if isinstance(value, str) and not value.strip().isdecimal():
            moment = datetime.fromisoformat(value.strip())
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        else:
            number = math.nan if value is None or isinstance(value, bool) else float(value)  # type: ignore[arg-type]
            for _ in range(3):
                number = number / 1000 if number >= FINER_UNITS else number
            moment = datetime.fromtimestamp(number, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    moment = moment.replace(tzinfo=None)
    return moment if FIRST_TIME <= moment < LAST_TIME else None


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
        upload_id=str(id_of(answer)),
        name=str(answer.get("filename")),
        byte_count=_whole(answer.get("bytes")) or 0,
        status=str(answer.get("status")),
        error_message=text(answer.get("status_details")),
        created_at=time(answer.get("created_at")),
    )


def job(answer: Answer, request_id: str | None = None) -> RemoteJob:
    """Return a job object as a record."""
    error = _object(answer.get("error"))
    return RemoteJob(
        provider_job_id=str(id_of(answer)),
        status=str(answer.get("status")),
        answer=_json(answer),
        created_at=time(answer.get("created_at")),
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
        finished_at=time(answer.get("finished_at")),
        metadata={str(name): str(value) for name, value in _object(answer.get("metadata")).items()},
        result_ids=tuple(filter(None, (id_of({"id": item}) for item in _list(answer.get("result_files"))))),
    )


def event(answer: Answer) -> RemoteEvent:
    """Return an event object as a record; one without a time happened by now."""
    data = answer.get("data")
    return RemoteEvent(
        provider_event_id=str(id_of(answer)),
        created_at=time(answer.get("created_at")) or datetime.now(UTC).replace(tzinfo=None),
        level=str(answer.get("level")),
        kind=text(answer.get("type")),
        message=str(answer.get("message")),
        data=_json(data) if data else None,
    )


def checkpoint(answer: Answer) -> RemoteCheckpoint:
    """Return a checkpoint object as a record."""
    return RemoteCheckpoint(
        provider_checkpoint_id=str(id_of(answer)),
        step=_whole(answer.get("step_number")) or 0,
        model=str(answer.get("fine_tuned_model_checkpoint")),
        metrics=_json(answer.get("metrics") or {}),
    )


def piece(chunk: object) -> str:
    """Return the text in a piece of a chat; empty when there is none."""
    choices = getattr(chunk, "choices", None)
    delta = getattr(choices[0], "delta", None) if isinstance(choices, list) and choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""
