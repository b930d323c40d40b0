"""OpenAI's protocol for files and fine-tuning jobs, spoken through its SDK.

Loaded only when a job makes a call. The SDK's own repeats are off: by default it sends a POST three times and
no idempotency key, and each one that arrives is a job to pay for. Whoever calls decides what may be repeated.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import httpx2
from openai import APIConnectionError, APIStatusError, OpenAI, OpenAIError, Timeout, omit
from openai.types.chat import ChatCompletionMessageParam

from rolecall.errors import CallFailed
from rolecall.providers import JobRequest, Profile, RemoteCheckpoint, RemoteEvent, RemoteFile, RemoteJob
from rolecall.providers import _openai_answers as answers
from rolecall.providers._openai_answers import Answer, Response

CONNECT_SECONDS = 5.0
UPLOAD_SECONDS = 600.0
PAGE_SIZE = 100
LONGEST_MESSAGE = 2000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Nothing was sent: the connection never stood.
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


def connect(profile: Profile, base_url: str, api_key: str, timeout_seconds: float) -> "OpenAIWire":
    """Return the wire to one address; nothing is sent yet."""
    return OpenAIWire(profile, base_url, api_key, timeout_seconds)


class OpenAIWire:
    """The protocol, connected to one address with one key (see `providers.Wire`)."""

    def __init__(self, profile: Profile, base_url: str, api_key: str, timeout_seconds: float) -> None:
        """Keep the key in the client alone, and in what hides it from answers."""
        self._profile = profile
        self._base_url = base_url
        self._api_key = api_key
        timeout = Timeout(timeout_seconds, connect=CONNECT_SECONDS)
        self._client = OpenAI(api_key=api_key, base_url=base_url, max_retries=0, timeout=timeout)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def files(self) -> Iterator[RemoteFile]:
        """Yield the training files that lie there, newest first."""
        listing = self._client.files.with_raw_response.list
        pages = self._pages(lambda after: listing(purpose="fine-tune", order="desc", after=after or omit))
        return (answers.file(item) for item in pages)

    def upload(self, path: Path, name: str) -> RemoteFile:
        """Send a file, read piece by piece, under another name."""
        # An open handle is streamed; given a path, the SDK reads the whole file into memory.
        with self._opened(path) as file:
            content = (name, file, "application/jsonl")
            client = self._client.with_options(timeout=Timeout(UPLOAD_SECONDS, connect=CONNECT_SECONDS))
            answer, _ = self._call(
                lambda: client.files.with_raw_response.create(file=content, purpose="fine-tune"), needs="id"
            )
        return answers.file(answer)

    def file(self, upload_id: str) -> RemoteFile:
        """Return one file."""
        answer, _ = self._call(lambda: self._client.files.with_raw_response.retrieve(upload_id), needs="id")
        return answers.file(answer)

    def delete_file(self, upload_id: str) -> None:
        """Delete a file."""
        self._call(lambda: self._client.files.with_raw_response.delete(upload_id), needs="id")

    def file_text(self, upload_id: str) -> str:
        """Return what is in a file, such as a job's losses."""
        response = self._ask(lambda: self._client.files.with_raw_response.content(upload_id))
        return str(answers.hidden(response.text, self._api_key))

    def create_job(self, request: JobRequest) -> RemoteJob:
        """Create a job: the call that costs money."""
        answer, request_id = self._call(
            lambda: self._client.fine_tuning.jobs.with_raw_response.create(
                model=request.model,
                training_file=request.upload_id,
                validation_file=request.validation_upload_id or omit,
                suffix=request.suffix or omit,
                seed=omit if request.seed is None else request.seed,
                metadata=omit if self._profile.metadata == "none" else dict(request.metadata),
                extra_body=self._chosen(request.hyperparameters),
            ),
            needs="id",
        )
        return answers.job(answer, request_id)

    def jobs(self, run_key: str | None = None, limit: int | None = None) -> Iterator[RemoteJob]:
        """Yield the jobs, newest first; asked for a `run_key`, others may be among them all the same."""
        listing = self._client.fine_tuning.jobs.with_raw_response.list
        query = {"run_key": run_key} if run_key and self._profile.metadata == "kept" else omit
        size = min(limit or PAGE_SIZE, PAGE_SIZE)
        pages = self._pages(lambda after: listing(limit=size, metadata=query, after=after or omit))
        return (answers.job(item) for item in islice(pages, limit))

    def job(self, provider_job_id: str) -> RemoteJob:
        """Return one job."""
        retrieve = self._client.fine_tuning.jobs.with_raw_response.retrieve
        answer, request_id = self._call(lambda: retrieve(provider_job_id), needs="id")
        return answers.job(answer, request_id)

    def cancel_job(self, provider_job_id: str) -> RemoteJob:
        """End one job; it may take a while until its status says so."""
        cancel = self._client.fine_tuning.jobs.with_raw_response.cancel
        answer, request_id = self._call(lambda: cancel(provider_job_id), needs="id")
        return answers.job(answer, request_id)

    def shutdown_on(self, model: str) -> date | None:
        """Return the day on which a model is shut down, None while none is announced."""
        answer, _ = self._call(lambda: self._client.models.with_raw_response.retrieve(model), needs="id")
        return answers.day(answer.get("shutdown_date"))

    def chat(self, model: str, messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """Yield a model's answer piece by piece, as it comes."""
        said = cast("list[ChatCompletionMessageParam]", list(messages))
        try:
            with self._client.chat.completions.create(model=model, messages=said, stream=True) as stream:
                for chunk in stream:
                    for choice in chunk.choices[:1]:
                        yield str(answers.hidden(choice.delta.content or "", self._api_key))
        except APIStatusError as error:
            raise self._refusal(error) from None  # the cause holds the request, and so the key
        except (OpenAIError, httpx2.HTTPError) as error:
            raise self._unreached(error) from None

    def events(self, provider_job_id: str) -> Iterator[RemoteEvent]:
        """Yield a job's events, newest first; a page is fetched only when asked for."""
        listing = self._client.fine_tuning.jobs.with_raw_response.list_events
        pages = self._pages(lambda after: listing(provider_job_id, limit=PAGE_SIZE, after=after or omit))
        return (answers.event(item) for item in pages)

    def checkpoints(self, provider_job_id: str) -> Iterator[RemoteCheckpoint]:
        """Yield the models saved on the way."""
        listing = self._client.fine_tuning.jobs.checkpoints.with_raw_response.list
        pages = self._pages(lambda after: listing(provider_job_id, limit=PAGE_SIZE, after=after or omit))
        return (answers.checkpoint(item) for item in pages)

    @contextmanager
    def _opened(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file as the provider wants it; where a mark must come first, a copy that has one."""
        with path.open("rb") as file:
            if not self._profile.has_byte_order_mark:
                yield file
                return
            with tempfile.TemporaryFile() as marked:  # without a name, so nothing can be left over
                marked.write(BYTE_ORDER_MARK)
                shutil.copyfileobj(file, marked)
                marked.seek(0)
                yield cast("BinaryIO", marked)

    def _chosen(self, hyperparameters: Mapping[str, object]) -> dict[str, object] | None:
        """Return the hyperparameters where the provider wants them to stand."""
        at_top = self._profile.top_hyperparameters
        body = {name: value for name, value in hyperparameters.items() if name in at_top}
        rest = {name: value for name, value in hyperparameters.items() if name not in at_top}
        if rest and self._profile.is_method_nested:
            body["method"] = {"type": "supervised", "supervised": {"hyperparameters": rest}}
        elif rest:
            body["hyperparameters"] = rest
        return body or None

    def _pages(self, listing: Callable[[str | None], Response]) -> Iterator[Answer]:
        after: str | None = None
        while True:
            answer, _ = self._call(partial(listing, after), needs="data")
            items = answer["data"]
            page = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            yield from page
            last = answers.text(page[-1].get("id")) if page else None
            if not answer.get("has_more") or last in (None, after):
                return
            after = last

    def _call(self, call: Callable[[], Response], needs: str) -> tuple[Answer, str | None]:
        """Make one call; return its answer, an object with the key `needs`, and the provider's id of it."""
        response = self._ask(call)
        try:
            answer = answers.hidden(json.loads(response.text), self._api_key)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or needs not in answer:
            raise CallFailed(
                f"{self._base_url} does not speak {self._profile.label}'s protocol; is the address right?",
                "unreadable_answer",
                outcome="unknown",
                http_status=response.status_code,
                request_id=response.request_id,
            )
        return answer, response.request_id

    def _ask(self, call: Callable[[], Response]) -> Response:
        try:
            return call()
        except APIStatusError as error:
            raise self._refusal(error) from None  # the cause holds the request, and so the key
        except (APIConnectionError, OpenAIError) as error:
            raise self._unreached(error) from None

    def _refusal(self, error: APIStatusError) -> CallFailed:
        body = answers.hidden(error.body, self._api_key)
        known = body if isinstance(body, dict) else {}
        message = known.get("message") or known.get("detail") or body or f"HTTP {error.status_code}"
        status = error.status_code
        # 408 and 409 too: the SDK repeats them, so a call before this one may have had its effect.
        is_unknown = status in (408, 409) or status >= 500
        return CallFailed(
            " ".join(str(message).split())[:LONGEST_MESSAGE],
            answers.text(known.get("code")),
            outcome="unknown" if is_unknown else "refused",
            http_status=status,
            param=answers.text(known.get("param")),
            request_id=error.request_id,
            wait_seconds=answers.wait_seconds(error.response.headers),
        )

    def _unreached(self, error: Exception) -> CallFailed:
        cause = error.__cause__ or error
        reason = str(answers.hidden(str(cause), self._api_key)) or type(cause).__name__
        if isinstance(cause, UNSENT):
            message = f"{self._base_url} cannot be reached: {reason}"
            return CallFailed(message, "unreachable", outcome="refused")
        return CallFailed(f"no answer from {self._base_url}: {reason}", "no_answer", outcome="unknown")
