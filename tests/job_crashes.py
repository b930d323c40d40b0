"""A process that starts and watches jobs in children which die by kill -9, each at another step.

Run as a program: reads one line of JSON with its orders, prints one line of JSON for each run. Everything is
imported once; each attempt is a fork, so that a death costs no second of start-up.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module

import sqlalchemy as sa
from openai import OpenAI
from stepping import Steps

from rolecall.jobs import Waits, start_job, watch_job
from rolecall.providers._openai_wire import OpenAIWire
from rolecall.store.database import Database

# Longer than a path to the end has steps: such a number means that the process lives on.
NEVER = 10_000
SYSTEMATIC_STEPS = 60
CALLS = ("files", "upload", "file", "create_job", "jobs", "job", "events", "checkpoints", "cancel_job")


@dataclass(frozen=True)
class Orders:
    """What one worker shall do; times are in seconds."""

    store: str
    base_url: str
    model: str
    export_ids: tuple[int, ...]
    seed: int
    crash_share: float
    timeout_seconds: float
    settle_seconds: float
    provider: str = "openai"
    first_step: int = 0
    """At which step the first process of every run dies; 0: at another one each time."""


def install(steps: Steps) -> None:
    """Put steps around every commit and every call of this process."""
    for name in CALLS:
        setattr(OpenAIWire, name, steps.around(getattr(OpenAIWire, name)))
    transaction = Database.transaction

    @contextmanager
    def stepping(database: Database, lock: str = "") -> Iterator[sa.Connection]:
        steps.step()
        with transaction(database, lock) as connection:
            yield connection
        steps.step()

    Database.transaction = stepping  # type: ignore[method-assign, assignment]


def attempt(orders: Orders, export_id: int, last_step: int) -> None:
    """Start and watch one job; the process may die at a step, or give up for now."""
    install(Steps(last_step))
    database = Database(orders.store)
    waits = Waits(
        file_seconds=(0.01, 0.05),
        call_seconds=(0.01, 0.05),
        call_count=6,
        timeout_seconds=orders.timeout_seconds,
        settle_seconds=orders.settle_seconds,
    )
    job = start_job(
        database,
        export_id,
        provider=orders.provider,
        model=orders.model,
        base_url=orders.base_url,
        waits=waits,
    )
    job = watch_job(database, job.job_id, poll_seconds=(0.01, 0.02), waits=waits)
    assert job.state == "succeeded", job


def run(orders: Orders, export_id: int) -> dict[str, int]:
    """Carry one run to its end over as many processes as it takes; return how many died or gave up."""
    chance = random.Random(orders.seed * 1_000_003 + export_id)
    killed = gave_up = 0
    last_step = orders.first_step or 1 + export_id * 7 % SYSTEMATIC_STEPS
    while True:
        child = os.fork()
        if not child:
            code = 1
            try:
                attempt(orders, export_id, last_step)
                code = 0
            except Exception as error:
                print(repr(error), file=sys.stderr)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return {"export_id": export_id, "killed": killed, "gave_up": gave_up}
        if os.WIFSIGNALED(status):
            killed += 1
        else:
            gave_up += 1
        if killed + gave_up > 60:
            raise RuntimeError(f"export {export_id} gets nowhere")
        last_step = chance.randint(1, SYSTEMATIC_STEPS) if chance.random() < orders.crash_share else NEVER


def import_all(orders: Orders) -> None:
    """Import what the SDK and others import at first use, so that no child has to."""
    client = OpenAI(api_key="none", base_url=orders.base_url)
    assert client.files.with_raw_response
    assert client.fine_tuning.jobs.checkpoints.with_raw_response
    for name in ("alembic.script", "alembic.runtime.migration", "duckdb_engine", "pyarrow"):
        import_module(name)


def main() -> None:
    """Obey the orders on standard input."""
    told = json.loads(sys.stdin.readline())
    orders = Orders(**{**told, "export_ids": tuple(told["export_ids"])})
    import_all(orders)
    for export_id in orders.export_ids:
        print(json.dumps(run(orders, export_id)), flush=True)


def orders_line(orders: Orders) -> str:
    """Return orders as a line for standard input."""
    return json.dumps(asdict(orders)) + "\n"


if __name__ == "__main__":
    main()
