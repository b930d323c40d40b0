"""A store with two exports, and short ways to start and watch jobs against a fake provider."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from fake_provider import FakeProvider, fake_provider

from rolecall.api import Store
from rolecall.jobs import Job, Waits, start_job, watch_job
from rolecall.store.bulk import insert

KEY = "sk-test-0123456789abcdefNOBODY"
MODEL = "gpt-4.1-mini-2025-04-14"
CREATE = ("POST", "/fine_tuning/jobs")
PROMPT = "You are {persona}, on {title}."
MADE_AT = datetime(2026, 11, 1)
TRAINING, VALIDATION, TINY, SHAREGPT = 1, 2, 3, 4
NOBODY = {"owner_id": 1, "is_self": False, "is_anonymous": False}
PEOPLE = (
    {"participant_id": 101, "display_name": "Ines Quarrow", **NOBODY},
    {"participant_id": 102, "display_name": "Tam Oudepraet", **NOBODY},
)
THREAD = {
    "thread_id": 7,
    "owner_id": 1,
    "bucket": 7,
    "source": "facebook",
    "kind": "direct",
    "title": "boats",
}


class Bench:
    """One store and one provider."""

    def __init__(self, store: Store, provider: FakeProvider, folder: Path) -> None:
        self.store = store
        self.database = store.database
        self.provider = provider
        self.folder = folder
        self.notes: list[str] = []
        self.pauses: list[float] = []
        with self.database.transaction() as connection:
            insert(connection, "datasets", dataset_row())
            for export_id, example_count in ((TRAINING, 12), (VALIDATION, 3), (TINY, 9), (SHAREGPT, 12)):
                insert(connection, "exports", self.export_row(export_id, example_count))
            for message_id, participant_id in ((1, 101), (2, 102), (3, 101)):
                insert(connection, "messages", message_row(message_id, participant_id))
                line = {"export_id": TRAINING, "line_no": 1, "thread_id": 7}
                insert(connection, "export_messages", {**line, "message_id": message_id, "is_trained": True})
            for row in PEOPLE:
                insert(connection, "participants", row)
            insert(connection, "threads", THREAD)
            insert(connection, "personas", {"persona_id": 0, "name": "Ines of the boats"})

    def waits(self, *, real: bool = False, **changes: float) -> Waits:
        """Return waits that only note down how long they would be, or real ones."""
        sleep = time.sleep if real else self.pauses.append
        return Waits(sleep=sleep, **{"settle_seconds": 0.0, "timeout_seconds": 5.0, **changes})  # type: ignore[arg-type]

    def start(
        self,
        export_id: int = TRAINING,
        *,
        waits: Waits | None = None,
        again: int = 0,
        provider: str = "openai",
        **options: object,
    ) -> Job:
        return start_job(
            self.database,
            export_id,
            provider=provider,
            model=MODEL,
            base_url=self.provider.base_url,
            again=again,
            note=self.notes.append,
            waits=waits or self.waits(),
            **options,  # type: ignore[arg-type]
        )

    def watch(self, job_id: int = 1, *, waits: Waits | None = None) -> Job:
        return watch_job(self.database, job_id, note=self.notes.append, waits=waits or self.waits())

    def row(self, columns: str = "*", table: str = "jobs") -> dict[str, object]:
        """Return the only row of a table, straight from the store."""
        with self.database.connect(is_read_only=True) as connection:
            return dict(connection.execute(sa.text(f"select {columns} from {table}")).mappings().one())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.database.connect(is_read_only=True) as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def path(self, export_id: int) -> Path:
        return self.folder / f"export-{export_id}.jsonl"

    def export_row(self, export_id: int, example_count: int) -> dict[str, object]:
        data = b"".join(example_line(export_id, line_no) for line_no in range(1, example_count + 1))
        self.path(export_id).write_bytes(data)
        return {
            "export_id": export_id,
            "dataset_id": 1,
            "format": "sharegpt" if export_id == SHAREGPT else "openai",
            "split": None,
            "path": str(self.path(export_id)),
            "sha256": hashlib.sha256(data).hexdigest(),
            "byte_count": len(data),
            "example_count": example_count,
            "token_count": example_count * 20,
            "recipe": json.dumps({"mode": "exchange", "system_prompt": PROMPT, "context_exchanges": 1}),
            "created_at": MADE_AT,
        }


@contextmanager
def running_bench(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Give a bench whose provider runs, with a key and without a proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with fake_provider() as provider:
        yield Bench(store, provider, folder)


def example_line(export_id: int, line_no: int) -> bytes:
    """Return one example, with what breaks careless uploads: CR LF in a text, U+2028, emoji."""
    turns = [
        {"role": "user", "content": f"is boat {export_id}.{line_no} dry?\r\n--"},
        {"role": "assistant", "content": "dry as a biscuit\u2028\U0001f6a3"},
    ]
    return json.dumps({"messages": turns}, ensure_ascii=False).encode() + b"\n"


def dataset_row() -> dict[str, object]:
    """Return a dataset's row; only its name matters here."""
    counts = ("persona_id", "system_prompt_tokens", "gap_minutes", "max_tokens", "context_exchanges")
    more = ("min_assistant_chars", "validation_permille", "seed", "chunk_size", "chunk_overlap")
    texts = {"name": "Ines' boats", "mode": "exchange", "joiner": "\n", "tokenizer": "o200k"}
    flags = {"has_direct": True, "has_group": True, "has_speaker_names": True}
    zeros = dict.fromkeys((*counts, *more), 0)
    return {"dataset_id": 1, "version_no": 1, "created_at": MADE_AT, **texts, **flags, **zeros}


def message_row(message_id: int, participant_id: int) -> dict[str, object]:
    """Return a message of thread 7."""
    place = {"bucket": 7, "thread_id": 7, "ordinal": message_id, "kind": "text", "body": "dry?"}
    times = {"sent_at_ms": 1_600_000_000_000, "sent_at": MADE_AT}
    rest = {"is_unsent": False, "is_taken_down": False, "first_import_id": 1, "last_import_id": 1}
    return {"message_id": message_id, "participant_id": participant_id, **place, **times, **rest}
