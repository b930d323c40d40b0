"""What the fake provider remembers and answers: files, jobs, events, checkpoints.

Answers keep to OpenAI's specification 2.3.0. A job moves one status on each time it is asked for; what was
uploaded is kept byte for byte.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from fake_provider_chat import FakeChat
from fake_provider_dialects import Dialect
from fake_provider_forms import error_body, read_form

Json = dict[str, object]
ENDS = ("succeeded", "failed", "cancelled")


@dataclass
class Fault:
    """What happens to the next requests of one kind, in place of a plain answer."""

    method: str
    path: str
    """How the path begins after /v1."""
    status: int | None = None
    """Answer with this status and an error body; without any effect, unless `has_effect`."""
    code: str | None = None
    message: str = "Something is wrong."
    is_dropped: bool = False
    """Hang up without an answer."""
    has_effect: bool = False
    """Do what was asked before hanging up."""
    late_seconds: float = 0.0
    """Do what was asked, and let the answer wait."""
    late_effect_seconds: float = 0.0
    """Hang up, and do what was asked so much later."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Answer 200 with these bytes, whatever they are."""
    raw: Callable[[], Iterable[bytes]] | None = None
    """Write these bytes as they come, the head of the answer among them, and hang up."""
    times: int = 1


@dataclass
class Upload:
    """A file as it came."""

    about: Json
    content: bytes
    statuses: list[str]


class FakeProvider:
    """The server's memory, and what a test may set."""

    def __init__(self) -> None:
        self.base_url = ""
        self.uploads: dict[str, Upload] = {}
        self.jobs: dict[str, Json] = {}
        self.events: dict[str, list[Json]] = {}
        self.checkpoints: dict[str, list[Json]] = {}
        self.requests: list[tuple[str, str]] = []
        self.job_bodies: list[Json] = []
        self.keys: list[str] = []
        self.faults: list[Fault] = []
        self.before_answer: Callable[[str, str], None] = lambda method, path: None
        self.file_statuses = ["uploaded", "processed"]
        self.file_error: str | None = None
        self.statuses = ["validating_files", "queued", "running", "succeeded"]
        self.job_error: Json | None = None
        self.page_size = 100
        self.is_filter_known = True
        self.keeps_metadata = True
        self.tells_suffix = False
        self.shutdown_date: str | None = None
        self.dialect = Dialect()
        self.alter: Callable[[str, str, object], object] = lambda method, path, answer: answer
        self.choose_fault: Callable[[str, str], Fault | None] = lambda method, path: None
        self.chat = FakeChat()
        self.results = {"file-result": b"step,train_loss,valid_loss\n"}
        self._waiting: dict[str, list[str]] = {}
        self._number = 0
        self._lock = threading.RLock()

    def count(self, method: str, path: str) -> int:
        """Return how many requests of one kind came, `path` being the whole path after /v1."""
        return self.requests.count((method, path))

    def fault_for(self, method: str, path: str) -> Fault | None:
        with self._lock:
            chosen = self.choose_fault(method, path)
            if chosen:
                return chosen
            for fault in self.faults:
                if fault.times and fault.method == method and path.startswith(fault.path):
                    fault.times -= 1
                    return fault
        return None

    def answer(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes, kind: str
    ) -> tuple[int, object]:
        """Do what a request asks; return the status and the answer: JSON, or a file as bytes."""
        with self._lock:
            match method, path.strip("/").split("/"):
                case "POST", ["files"]:
                    return 200, self._take_file(body, kind)
                case "GET", ["files"]:
                    return 200, self._file_page()
                case "GET", ["files", file_id, "content"] if file_id in self.results:
                    return 200, self.results[file_id]
                case "DELETE", ["files", file_id] if file_id in self.uploads:
                    del self.uploads[file_id]
                    return 200, {"id": file_id, "object": "file", "deleted": True}
                case "GET", ["files", file_id, *rest] if file_id in self.uploads:
                    return 200, self.uploads[file_id].content if rest == ["content"] else self._file(file_id)
                case "POST", ["fine_tuning", "jobs"]:
                    return self.create(json.loads(body))
                case "GET", ["fine_tuning", "jobs"]:
                    return 200, self._job_page(query)
                case "GET", ["fine_tuning", "jobs", job_id, "events"] if job_id in self.jobs:
                    return 200, self._page(self.events[job_id][::-1], query)
                case "GET", ["fine_tuning", "jobs", job_id, "checkpoints"] if job_id in self.jobs:
                    return 200, self._page(self.checkpoints[job_id][::-1], query)
                case "GET", ["fine_tuning", "jobs", job_id] if job_id in self.jobs:
                    return 200, self._job(job_id)
                case "POST", ["fine_tuning", "jobs", job_id, "cancel"] if job_id in self.jobs:
                    return self._cancel(job_id)
                case "POST", ["chat", "completions"]:
                    return self.chat.answer(json.loads(body), self._models())
                case "GET", ["models", model]:
                    about = {"id": model, "object": "model", "created": 1_790_000_000, "owned_by": "system"}
                    return 200, {**about, "shutdown_date": self.shutdown_date}
        return 404, error_body("No such object.", None)

    def _next(self, prefix: str) -> tuple[str, int]:
        self._number += 1
        return f"{prefix}-{self._number:06}", int(time.time())

    def _take_file(self, body: bytes, kind: str) -> Json:
        name, content, purpose = read_form(body, kind)
        file_id, created_at = self._next("file")
        about: Json = {"id": file_id, "object": "file", "bytes": len(content), "created_at": created_at}
        about |= {"filename": name, "purpose": purpose, "status": self.file_statuses[0]}
        statuses = list(self.file_statuses)
        if self.dialect.wants_byte_order_mark and not content.startswith(b"\xef\xbb\xbf"):
            statuses = [statuses[0], "error"]
        self.uploads[file_id] = Upload(about, content, statuses)
        return about

    def _file(self, file_id: str) -> Json:
        upload = self.uploads[file_id]
        if len(upload.statuses) > 1:
            upload.statuses.pop(0)
        upload.about["status"] = upload.statuses[0]
        if upload.statuses[0] == "error" and self.file_error:
            upload.about["status_details"] = self.file_error
        return upload.about

    def _file_page(self) -> Json:
        data = [upload.about for upload in self.uploads.values()][::-1]
        ids = [str(item["id"]) for item in data] or [""]
        return {"object": "list", "data": data, "first_id": ids[0], "last_id": ids[-1], "has_more": False}

    def create(self, body: Json) -> tuple[int, Json]:
        """Make a job; return the status and the job, or an error."""
        self.job_bodies.append(body)
        extra = set(body) - self.dialect.keys
        if extra:
            return 422, error_body(f"Extra inputs are not permitted: {', '.join(sorted(extra))}", None)
        if body["training_file"] not in self.uploads:
            return 404, error_body(f"No such file: {body['training_file']}", None, "training_file")
        job_id, created_at = self._next("ftjob")
        method = cast("Json", body.get("method") or {"type": "supervised", "supervised": {}})
        chosen = body.get("hyperparameters") or cast("dict[str, Json]", method["supervised"]).get(
            "hyperparameters", {}
        )
        self.jobs[job_id] = {
            "object": "fine_tuning.job",
            "id": job_id,
            "model": body["model"],
            "created_at": created_at,
            "finished_at": None,
            "fine_tuned_model": None,
            "organization_id": "org-1",
            "result_files": [],
            "status": self.dialect.word(self.statuses[0]),
            "validation_file": body.get("validation_file"),
            "training_file": body["training_file"],
            "hyperparameters": {"n_epochs": "auto", "batch_size": "auto", **cast("Json", chosen)},
            "trained_tokens": None,
            "error": None,
            "seed": body.get("seed", 0),
            "metadata": body.get("metadata") if self.keeps_metadata else None,
            "method": method,
        }
        if self.tells_suffix:
            self.jobs[job_id]["suffix"] = body.get("suffix")
        self._waiting[job_id] = self.statuses[1:]
        self.events[job_id], self.checkpoints[job_id] = [], []
        self.log(job_id, f"Created fine-tuning job: {job_id}")
        return 200, self.jobs[job_id]

    def _job(self, job_id: str) -> Json:
        if self._waiting[job_id]:
            self._set_status(job_id, self._waiting[job_id].pop(0))
        return self.jobs[job_id]

    def _cancel(self, job_id: str) -> tuple[int, Json]:
        if self.status_of(job_id) in ENDS:
            return 400, error_body("Job has already completed", None)
        self._waiting[job_id] = []
        self._set_status(job_id, "cancelled")
        return 200, self.jobs[job_id]

    def status_of(self, job_id: str) -> str:
        """Return a job's status in the words of OpenAI."""
        return self.dialect.known(str(self.jobs[job_id]["status"]))

    def _models(self) -> set[str]:
        return {str(job["fine_tuned_model"]) for job in self.jobs.values() if job["fine_tuned_model"]}

    def _set_status(self, job_id: str, status: str) -> None:
        job = self.jobs[job_id]
        job["status"] = self.dialect.word(status)
        self.log(job_id, f"The job is {status}")
        if status == "running":
            data: Json = {"step": 1, "train_loss": 1.5}
            self.log(job_id, "Step 1/2: training loss=1.50", kind="metrics", data=data)
        if status in ENDS:
            job["finished_at"] = int(time.time())
        if status == "failed":
            job["error"] = self.job_error
        if status == "succeeded":
            model = f"ft:{job['model']}:org-1::{job_id[-6:]}"
            job |= {"fine_tuned_model": model, "trained_tokens": 4306, "result_files": ["file-result"]}
            self._checkpoint(job_id, model)

    def _checkpoint(self, job_id: str, model: str) -> None:
        checkpoint_id, created_at = self._next("ftckpt")
        about = {"id": checkpoint_id, "object": "fine_tuning.job.checkpoint", "created_at": created_at}
        metrics: Json = {"step": 2, "train_loss": 0.8}
        known = {"fine_tuning_job_id": job_id, "step_number": 2, "metrics": metrics}
        self.checkpoints[job_id].append(
            {**about, **known, "fine_tuned_model_checkpoint": f"{model}:ckpt-step-2"}
        )

    def log(self, job_id: str, message: str, kind: str = "message", data: Json | None = None) -> None:
        """Add an event to a job."""
        event_id, created_at = self._next("ftevent")
        event: Json = {"object": "fine_tuning.job.event", "id": event_id, "created_at": created_at}
        self.events[job_id].append(
            {**event, "level": "info", "message": message, "type": kind, "data": data or {}}
        )

    def _job_page(self, query: dict[str, list[str]]) -> Json:
        wanted = {name[9:-1]: values[0] for name, values in query.items() if name.startswith("metadata[")}
        found = []
        for job in list(self.jobs.values())[::-1]:
            metadata = cast("dict[str, str]", job["metadata"] or {})
            if not self.is_filter_known or all(metadata.get(name) == value for name, value in wanted.items()):
                found.append(job)
        return self._page(found, query)

    def _page(self, items: list[Json], query: dict[str, list[str]]) -> Json:
        after = query.get("after", [None])[0]
        start = next((at + 1 for at, item in enumerate(items) if item["id"] == after), 0)
        end = start + min(self.page_size, int(query.get("limit", ["20"])[0]))
        return {"object": "list", "data": items[start:end], "has_more": end < len(items)}
