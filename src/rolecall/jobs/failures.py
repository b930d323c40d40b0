"""Why a job failed, back to the chats: the lines that a provider names, and the messages behind them."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from rolecall.jobs.patience import patient, prepare
from rolecall.jobs.stored import Job, read_job
from rolecall.store.database import Database
from rolecall.store.statements import select

# As servers write it: "Example 100, message 2 ...", "Line 1 is not a dictionary", "lines: 3, 17 and 20".
# Source: OpenAI's answers as people have reported them (2024 to 2026).
_NAMED = re.compile(
    r"\b(?:examples?|lines?)(?:\s+numbers?)?\s*[:#]?\s*\[?\s*(\d+(?:\s*(?:,|and|&|-)\s*\d+)*)", re.IGNORECASE
)
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class NamedMessage:
    """A message that stands on a line which a provider names."""

    export_id: int
    line_no: int
    thread_id: int
    thread_title: str
    message_id: int
    display_name: str
    sent_at: datetime | None
    body: str | None


def job_messages(database: Database, job_id: int) -> list[NamedMessage]:
    """Return the messages behind the lines that a failed job's error names, by line and time."""
    prepare(database)
    return _named_messages(database, read_job(database, job_id))


def named_lines(job: Job) -> list[int]:
    """Return the numbers of the lines that a failed job's error names, each once, in order."""
    numbers: dict[int, None] = {}
    for match in _NAMED.finditer(job.error_message or ""):
        for part in re.split(r"\s*(?:,|and|&)\s*", match[1]):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            for number in range(ends[0], min(ends[-1], ends[0] + MOST_LINES) + 1) if ends else ():
                numbers[number] = None
    return list(numbers)[:MOST_LINES]


@patient
def _named_messages(database: Database, job: Job) -> list[NamedMessage]:
    lines = sorted(named_lines(job))
    if job.state != "failed" or not lines:
        return []
    export_id = job.validation_export_id if _param(job) == "validation_file" else job.export_id
    with database.reading() as connection:
        return [
            NamedMessage(**row)
            for line_no in lines
            for row in select(
                connection, "queries/export_line_messages", export_id=export_id, line_no=line_no
            )
        ]


def _param(job: Job) -> object:
    try:
        answer = json.loads(job.last_answer or "{}")
    except ValueError:
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    return error.get("param") if isinstance(error, dict) else None
