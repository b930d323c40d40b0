"""A job started, watched and recorded, against a server on loopback."""

import hashlib
import json
import subprocess
import sys

import pytest
from job_bench import CREATE, MODEL, TRAINING, VALIDATION, Bench

from rolecall.jobs import Waits, list_jobs, plan_job, show_job, start_job, watch_job


def test_a_job_is_started_watched_and_recorded(bench: Bench) -> None:
    started = bench.start()
    assert (started.state, started.status) == ("polling", "validating_files")
    seen: list[str] = []
    job = watch_job(bench.database, 1, on_event=lambda event: seen.append(event.message), waits=bench.waits())
    assert (job.state, job.status) == ("succeeded", "succeeded")
    assert job.fine_tuned_model == f"ft:{MODEL}:org-1::{str(job.provider_job_id)[-6:]}"
    assert job.trained_token_count == 4306
    assert job.finished_at is not None
    assert json.loads(str(job.last_answer))["status"] == "succeeded"
    assert [event.message for event in job.events] == seen
    assert seen[0].startswith("Created fine-tuning job")
    assert seen[-1] == "The job is succeeded"
    assert [json.loads(point.metrics)["train_loss"] for point in job.checkpoints] == [0.8]
    assert bench.rows("select attempt_no, action, outcome from job_attempts order by attempt_no") == [
        (1, "upload", "ok"),
        (2, "create", "ok"),
    ]
    assert list_jobs(bench.database)[0].state == "succeeded"
    assert show_job(bench.database, 1) == job


def test_the_file_arrives_byte_for_byte_under_a_name_made_of_its_hash(bench: Bench) -> None:
    bench.start()
    (upload,) = bench.provider.uploads.values()
    data = bench.path(TRAINING).read_bytes()
    assert upload.content == data
    assert upload.about["filename"] == f"Ines-boats-{hashlib.sha256(data).hexdigest()[:16]}.jsonl"
    assert upload.about["purpose"] == "fine-tune"


def test_each_id_is_in_the_store_before_the_next_request(bench: Bench) -> None:
    seen: list[tuple[str, str, object, object, object]] = []

    def look(method: str, path: str) -> None:
        row = bench.row("state, upload_id, provider_job_id, intent_at is not null as has_intent")
        seen.append((method, path, row["state"], row["upload_id"], row["has_intent"]))

    bench.provider.before_answer = look
    job = bench.start()
    file = job.upload_id
    assert seen == [
        ("GET", "/files", "uploading", None, False),
        ("POST", "/files", "uploading", None, False),
        ("GET", f"/files/{file}", "uploaded", file, False),
        ("GET", "/fine_tuning/jobs", "submitting", file, False),
        ("POST", "/fine_tuning/jobs", "submitting", file, True),
    ]
    assert bench.row("provider_job_id")["provider_job_id"] == job.provider_job_id


def test_all_options_reach_the_provider_with_the_key_of_the_run(bench: Bench) -> None:
    job = start_job(
        bench.database,
        TRAINING,
        model=MODEL,
        base_url=bench.provider.base_url + "/",
        suffix="boats",
        seed=7,
        hyperparameters={"n_epochs": "3", "batch_size": "auto"},
        validation_export_id=VALIDATION,
        waits=bench.waits(),
    )
    training, validation = bench.provider.uploads
    assert (job.upload_id, job.validation_upload_id) == (training, validation)
    data = bench.path(TRAINING).read_bytes()
    chosen = {"batch_size": "auto", "n_epochs": 3}
    assert bench.provider.job_bodies == [
        {
            "model": MODEL,
            "training_file": training,
            "validation_file": validation,
            "suffix": "boats",
            "seed": 7,
            "method": {"type": "supervised", "supervised": {"hyperparameters": chosen}},
            "metadata": {"run_key": job.run_key, "export_sha256": hashlib.sha256(data).hexdigest()},
        }
    ]
    assert job.method == '{"batch_size":"auto","n_epochs":3}'


def test_asking_twice_for_the_same_finds_the_same_job(bench: Bench) -> None:
    first = bench.start()
    assert bench.start() == first
    bench.watch()
    assert bench.start().state == "succeeded"
    assert bench.provider.count(*CREATE) == 1
    another = bench.start(again=1)
    assert (another.job_id, another.state) == (2, "polling")
    assert len(bench.provider.uploads) == 1, "the file that lies there is taken again"
    assert bench.provider.count(*CREATE) == 2


def test_a_plan_says_what_would_leave_the_machine_without_a_call(bench: Bench) -> None:
    plan = plan_job(
        bench.database,
        TRAINING,
        model=MODEL,
        base_url=bench.provider.base_url,
        validation_export_id=VALIDATION,
    )
    assert (plan.provider, plan.host, plan.job) == ("compatible", "127.0.0.1", None)
    people = [(one.display_name, one.message_count) for one in plan.people]
    assert people == [("Ines Quarrow", 2), ("Tam Oudepraet", 1)]
    assert [(file.example_count, file.token_count) for file in plan.files] == [(12, 240), (3, 60)]
    assert plan.training.byte_count == bench.path(TRAINING).stat().st_size
    assert bench.provider.requests == []
    assert list_jobs(bench.database) == []


@pytest.mark.parametrize("engine", ["duckdb"])
def test_the_store_is_free_while_a_job_is_watched(bench: Bench) -> None:
    """On DuckDB alone: a server is never taken."""
    bench.start()
    writer = (
        "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create or replace table other as select 1')"
    )

    def write(_: float) -> None:
        subprocess.run([sys.executable, "-c", writer, str(bench.database.path)], check=True, timeout=60)

    assert bench.watch(waits=Waits(sleep=write)).state == "succeeded"


def test_pauses_grow_to_the_longest(bench: Bench) -> None:
    bench.start()
    bench.provider.statuses = []
    bench.provider._waiting[next(iter(bench.provider.jobs))] = ["running"] * 8 + ["succeeded"]
    bench.pauses.clear()
    bench.watch()
    assert 9 <= bench.pauses[0] <= 11
    assert 54 <= bench.pauses[-1] <= 66
    assert len(bench.pauses) == 8


def test_an_unknown_status_is_waited_out(bench: Bench) -> None:
    bench.provider.statuses = ["validating_files", "paused", "warming_up", "running", "succeeded"]
    bench.provider.file_statuses = ["uploaded", "scanning", "processed"]
    bench.start()
    assert bench.watch().state == "succeeded"
    assert any("paused" in note for note in bench.notes)


def test_a_failed_job_shows_what_the_provider_says(bench: Bench) -> None:
    message = "Training file has 7 example(s), but must have at least 10 examples"
    bench.provider.statuses = ["validating_files", "failed"]
    bench.provider.job_error = {"code": "invalid_n_examples", "message": message, "param": "training_file"}
    bench.start()
    job = bench.watch()
    assert (job.state, job.error_class, job.error_code) == ("failed", "job", "invalid_n_examples")
    assert job.error_message == message
    assert bench.watch() == job, "a job that ended is not asked for again"


def test_a_job_cancelled_elsewhere_ends(bench: Bench) -> None:
    bench.provider.statuses = ["queued", "cancelled"]
    bench.start()
    assert bench.watch().state == "cancelled"


def test_a_file_that_the_provider_cannot_read_ends_the_job(bench: Bench) -> None:
    bench.provider.file_statuses = ["uploaded", "error"]
    bench.provider.file_error = "Invalid file format. Example 3 cannot be parsed."
    job = bench.start()
    assert (job.state, job.error_class) == ("failed", "file")
    assert job.error_message == "Invalid file format. Example 3 cannot be parsed."
    assert bench.provider.count(*CREATE) == 0


def test_events_over_many_pages_are_stored_once_and_in_order(bench: Bench) -> None:
    bench.provider.page_size = 3
    bench.start()
    (job_id,) = bench.provider.jobs
    for number in range(20):
        bench.provider.log(job_id, f"line {number}")
    job = bench.watch()
    assert [event.provider_event_id for event in job.events] == [
        event["id"] for event in bench.provider.events[job_id]
    ]
