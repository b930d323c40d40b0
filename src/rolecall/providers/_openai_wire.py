"""OpenAI's protocol for files and fine-tuning jobs, spoken through its SDK.

Loaded only when a job makes a call. The SDK's own repeats are off: by default it sends a POST three times and
no idempotency key, and each one that arrives is a job to pay for. Whoever calls decides what may be repeated.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from openai import omit
from openai.types.chat import ChatCompletionMessageParam

from rolecall.providers import (
    CreatedJob,
    JobRequest,
    Profile,
    RemoteCheckpoint,
    RemoteEvent,
    RemoteFile,
    RemoteJob,
)
from rolecall.providers import _openai_answers as answers
from rolecall.providers._openai_calls import Calls

PAGE_SIZE = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A file of losses.
FILE_BYTES = 64 * 1024 * 1024
# A model may have to be loaded before the first piece of a chat comes.
FIRST_PIECE_SECONDS = 600.0
PIECE_SECONDS = 60.0


class OpenAIWire:
    """The protocol, connected to one address with one key (see `providers.Wire`)."""

    def __init__(self, profile: Profile, base_url: str, api_key: str, timeout_seconds: float) -> None:
        """Keep the key in the calls alone."""
        self._profile = profile
        self._calls = Calls(profile, base_url, api_key, timeout_seconds)
        self._client = self._calls.client

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def files(self) -> Iterator[RemoteFile]:
        """Yield the training files that lie there, newest first."""
        listing = self._client.files.with_raw_response.list
        items = self._calls.items(
            lambda after: listing(purpose="fine-tune", order="desc", after=after or omit)
        )
        return map(answers.file, items)

    def upload(self, path: Path, name: str) -> RemoteFile:
        """Send a file, read piece by piece, under another name."""
        # An open handle is streamed; given a path, the SDK reads the whole file into memory.
        with self._opened(path) as file:
            content = (name, file, "application/jsonl")
            create = self._client.files.with_raw_response.create
            answer, _ = self._calls.answer(lambda: create(file=content, purpose="fine-tune"))
        return answers.file(answer)

    def file(self, upload_id: str) -> RemoteFile:
        """Return one file."""
        answer, _ = self._calls.answer(lambda: self._client.files.with_raw_response.retrieve(upload_id))
        return answers.file(answer)

    def delete_file(self, upload_id: str) -> None:
        """Delete a file."""
        self._calls.answer(lambda: self._client.files.with_raw_response.delete(upload_id))

    def file_text(self, upload_id: str) -> str:
        """Return what is in a file, such as a job's losses."""
        with self._calls.guard.allowing(byte_limit=FILE_BYTES):
            return self._calls.text(lambda: self._client.files.with_raw_response.content(upload_id))

    def create_job(self, request: JobRequest) -> CreatedJob:
        """Create a job: the call that costs money."""
        create = self._client.fine_tuning.jobs.with_raw_response.create
        answer, request_id = self._calls.answer(
            lambda: create(
                model=request.model,
                training_file=request.upload_id,
                validation_file=request.validation_upload_id or omit,
                suffix=request.suffix or omit,
                seed=omit if request.seed is None else request.seed,
                metadata=omit if self._profile.metadata == "none" else dict(request.metadata),
                extra_body=self._chosen(request.hyperparameters),
            )
        )
        return CreatedJob(str(answers.id_of(answer)), partial(answers.job, answer, request_id))

    def jobs(self, run_key: str | None = None, limit: int | None = None) -> Iterator[RemoteJob]:
        """Yield the jobs, newest first; asked for a `run_key`, others may be among them all the same."""
        listing = self._client.fine_tuning.jobs.with_raw_response.list
        query = {"run_key": run_key} if run_key and self._profile.metadata == "kept" else omit
        size = min(limit or PAGE_SIZE, PAGE_SIZE)
        items = self._calls.items(lambda after: listing(limit=size, metadata=query, after=after or omit))
        return map(answers.job, islice(items, limit))

    def job(self, provider_job_id: str) -> RemoteJob:
        """Return one job."""
        retrieve = self._client.fine_tuning.jobs.with_raw_response.retrieve
        answer, request_id = self._calls.answer(lambda: retrieve(provider_job_id))
        return answers.job(answer, request_id)

    def cancel_job(self, provider_job_id: str) -> RemoteJob:
        """End one job; it may take a while until its status says so."""
        cancel = self._client.fine_tuning.jobs.with_raw_response.cancel
        answer, request_id = self._calls.answer(lambda: cancel(provider_job_id))
        return answers.job(answer, request_id)

    def shutdown_on(self, model: str) -> date | None:
        """Return the day on which a model is shut down, None while none is announced."""
        answer, _ = self._calls.answer(lambda: self._client.models.with_raw_response.retrieve(model))
        return answers.day(answer.get("shutdown_date"))

    def chat(self, model: str, messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """Yield a model's answer piece by piece, as it comes."""
        with self._calls.guard.allowing(seconds=FIRST_PIECE_SECONDS):
            yield from self._calls.hider.pieces(self._pieces(model, messages))

    def events(self, provider_job_id: str) -> Iterator[RemoteEvent]:
        """Yield a job's events, newest first; a page is fetched only when asked for."""
        listing = self._client.fine_tuning.jobs.with_raw_response.list_events
        items = self._calls.items(
            lambda after: listing(provider_job_id, limit=PAGE_SIZE, after=after or omit)
        )
        return map(answers.event, items)

    def checkpoints(self, provider_job_id: str) -> Iterator[RemoteCheckpoint]:
        """Yield the models saved on the way."""
        listing = self._client.fine_tuning.jobs.checkpoints.with_raw_response.list
        items = self._calls.items(
            lambda after: listing(provider_job_id, limit=PAGE_SIZE, after=after or omit)
        )
        return map(answers.checkpoint, items)

    def _pieces(self, model: str, messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
        said = cast("list[ChatCompletionMessageParam]", list(messages))
        timeout, guard = self._calls.timeout(FIRST_PIECE_SECONDS), self._calls.guard
        create = self._client.chat.completions.create
        is_any = False
        try:
            with (
                self._calls.failures(),
                create(model=model, messages=said, stream=True, timeout=timeout) as stream,
            ):
                for chunk in stream:
                    is_any = True
                    guard.rest()  # while whoever listens takes its time
                    yield answers.piece(chunk)
                    guard.expect(PIECE_SECONDS)
        except (ValueError, RecursionError):  # what the SDK makes of a piece that is no JSON
            raise self._calls.unreadable("a piece of a chat that is no JSON") from None
        if not is_any:
            raise self._calls.unreadable("a chat without a piece")

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


connect = OpenAIWire
