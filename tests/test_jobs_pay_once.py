"""Many runs against a provider that fails four POSTs of five, in processes that die at every step.

`ROLECALL_TEST_RUNS` is the number of runs: 10 unless told.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from fake_provider import FakeProvider, Fault
from job_bench import CREATE, KEY, MODEL, Bench
from job_crashes import Orders, orders_line
from servers import url_of

import rolecall
from rolecall.jobs import list_jobs, watch_job
from rolecall.store.bulk import insert
from rolecall.store.database import Database

RUN_COUNT = int(os.environ.get("ROLECALL_TEST_RUNS", "10"))
WORKER_COUNT = 4
FIRST_EXPORT = 100
TIMEOUT = 0.5
# Late effects come within the settle time, with some to spare on a busy machine.
LATE_EFFECT = (0.2, 0.6)


class Misfortune:
    """Chooses what goes wrong; threads of the provider ask it one after the other."""

    def __init__(self, seed: int, post_share: float, get_share: float) -> None:
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        self.shares = {"POST": post_share, "GET": get_share}
        self.counts: Counter[str] = Counter()

    def choose(self, method: str, path: str) -> Fault | None:
        with self.lock:
            if self.chance.random() >= self.shares.get(method, 0.0):
                return None
            kinds = self._post_faults(path) if method == "POST" else self._get_faults(path)
            name = self.chance.choice(sorted(kinds))
            self.counts[f"{method} {name}"] += 1
            return kinds[name]

    def _get_faults(self, path: str) -> dict[str, Fault]:
        return {"500": Fault("GET", path, status=500), "disconnect": Fault("GET", path, is_dropped=True)}

    def _post_faults(self, path: str) -> dict[str, Fault]:
        late = self.chance.uniform(*LATE_EFFECT)
        return {
            "500": Fault("POST", path, status=500),
            "500 after its effect": Fault("POST", path, status=500, has_effect=True),
            "429": Fault("POST", path, status=429, code="rate_limit_exceeded"),
            "disconnect": Fault("POST", path, is_dropped=True),
            "disconnect after its effect": Fault("POST", path, is_dropped=True, has_effect=True),
            "late answer": Fault("POST", path, late_seconds=TIMEOUT + 0.2),
            "late effect": Fault("POST", path, late_effect_seconds=late),
        }


def add_exports(database: Database, bench: Bench, count: int) -> list[int]:
    """Record exports that differ, so that each run uploads a file of its own."""
    export_ids = [FIRST_EXPORT + number for number in range(count)]
    with database.transaction() as connection:
        for export_id in export_ids:
            insert(connection, "exports", bench.export_row(export_id, 12))
    return export_ids


def paid(provider: FakeProvider) -> list[str]:
    """Return every job that was not cancelled before it began."""
    return [job_id for job_id in provider.jobs if provider.status_of(job_id) != "cancelled"]


@pytest.mark.parametrize(
    ("profile", "keeps_metadata", "run_count", "settle_seconds"),
    [("openai", True, RUN_COUNT, 1.2), ("compatible", False, max(4, RUN_COUNT // 5), 3.0)],
    ids=["known by metadata", "known by file, model and time"],
)
def test_every_run_is_trained_exactly_once_whatever_fails_and_dies(
    bench: Bench, tmp_path: Path, profile: str, keeps_metadata: bool, run_count: int, settle_seconds: float
) -> None:
    bench.provider.keeps_metadata = keeps_metadata
    misfortune = Misfortune(seed=4, post_share=0.8, get_share=0.1)
    bench.provider.choose_fault = misfortune.choose
    export_ids = add_exports(bench.database, bench, run_count)
    # A file has one process, a server all of them.
    stores = [url_of(bench.database)]
    if bench.database.is_duckdb:
        stores = [str(tmp_path / f"worker-{number}.duckdb") for number in range(WORKER_COUNT)]
        for path in stores:
            shutil.copyfile(bench.database.path, path)
    workers = []
    for number in range(WORKER_COUNT):
        orders = Orders(
            store=stores[number % len(stores)],
            base_url=bench.provider.base_url,
            model=MODEL,
            export_ids=tuple(export_ids[number::WORKER_COUNT]),
            seed=number,
            crash_share=0.4,
            timeout_seconds=TIMEOUT,
            settle_seconds=settle_seconds,
            provider=profile,
        )
        workers.append(start_worker(orders))
    done = [line for worker in workers for line in finish(worker)]
    assert len(done) == run_count

    bench.provider.choose_fault = lambda method, path: None
    jobs = [job for store in stores for job in settled_jobs(Database(store))]
    assert [job.state for job in jobs] == ["succeeded"] * run_count
    assert len({job.provider_job_id for job in jobs}) == run_count
    assert sorted(str(job.provider_job_id) for job in jobs) == sorted(paid(bench.provider))
    assert {bench.provider.status_of(job_id) for job_id in paid(bench.provider)} == {"succeeded"}
    killed = sum(line["killed"] for line in done)
    print(
        f"\n{run_count} runs, {killed} kills, {bench.provider.count(*CREATE)} creations sent,"
        f" {len(bench.provider.jobs)} jobs made, {len(paid(bench.provider))} trained;"
        f" {dict(sorted(misfortune.counts.items()))}"
    )
    assert killed >= run_count // 3
    post_faults = sum(count for name, count in misfortune.counts.items() if name.startswith("POST"))
    assert post_faults >= run_count, "the provider was too kind"


def settled_jobs(database: Database) -> list[rolecall.jobs.Job]:
    """Return the jobs of one store after one more look at each: an effect may come later than it should."""
    return [
        watch_job(database, job.job_id, poll_seconds=(0.0, 0.0), api_key=KEY) for job in list_jobs(database)
    ]


def start_worker(orders: Orders) -> "subprocess.Popen[str]":
    worker = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("job_crashes.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin
    worker.stdin.write(orders_line(orders))
    worker.stdin.flush()
    return worker


def finish(worker: "subprocess.Popen[str]") -> list[dict[str, int]]:
    out, _ = worker.communicate(timeout=900)
    assert worker.returncode == 0
    return [json.loads(line) for line in out.splitlines()]
