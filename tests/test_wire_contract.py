"""What goes over the wire is OpenAI's protocol: a validating proxy reads along; a public fake is served."""

import json
import logging
import re
from pathlib import Path

import httpx2
import pytest
from fake_provider import Fault
from job_bench import CREATE, MODEL, TRAINING, VALIDATION, Bench
from node_servers import free_port, node_program, running_server, specification

from rolecall.jobs import (
    Waits,
    cancel_job,
    chat,
    delete_uploads,
    list_uploads,
    plan_chat,
    plan_job,
    preflight_job,
    start_job,
    watch_job,
)

pytestmark = pytest.mark.python_only

QUICK = Waits(file_seconds=(0.01, 0.05), call_seconds=(0.01, 0.05), timeout_seconds=20.0, settle_seconds=0.2)


def test_every_request_and_every_answer_of_the_fake_keeps_to_the_specification(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="httpx2")
    program, contract = node_program("prism"), specification()
    port, log = free_port(), tmp_path / "prism.log"
    command = [str(program), "proxy", str(contract), bench.provider.base_url, "--errors"]
    with running_server([*command, "-h", "127.0.0.1", "-p", str(port)], port, log):
        bench.provider.base_url = f"http://127.0.0.1:{port}"
        bench.provider.shutdown_date = "2027-01-14"
        live_through_everything(bench)
    said = log.read_text()
    assert "post /fine_tuning/jobs" in said
    assert "Request terminated" not in said, "a request of ours was broken"
    # A broken answer of the fake would have become an error on its way; the one here was asked for.
    statuses = [int(status) for status in re.findall(r'"HTTP/1\.1 (\d+)', caplog.text)]
    assert len(statuses) > 30
    assert [status for status in statuses if status >= 400] == [500]


def live_through_everything(bench: Bench) -> None:
    """Make every call that rolecall knows, faults included; none may be refused as broken."""
    where = {"provider": "openai", "base_url": bench.provider.base_url}
    plan = plan_job(bench.database, TRAINING, model=MODEL, **where)  # type: ignore[arg-type]
    said = preflight_job(bench.database, plan)
    assert (said.problem, said.model_problem, str(said.shuts_down_on)) == (None, None, "2027-01-14")
    bench.provider.faults = [Fault(*CREATE, status=500, has_effect=True)]
    chosen = {"n_epochs": 3, "batch_size": "auto", "learning_rate_multiplier": 0.5}
    bench.start(waits=QUICK, hyperparameters=chosen, validation_export_id=VALIDATION, suffix="boats", seed=7)
    assert bench.watch(waits=Waits(sleep=lambda seconds: None)).state == "succeeded"
    with chat(bench.database, plan_chat(bench.database, "1"), waits=QUICK) as talk:
        assert "".join(talk.say("ahoy")).startswith("you said ahoy")
    bench.provider.job_error = {"code": "invalid_n_examples", "message": "too few", "param": "training_file"}
    bench.provider.statuses = ["validating_files", "failed"]
    bench.start(again=1, waits=QUICK)
    assert bench.watch(2, waits=Waits(sleep=lambda seconds: None)).state == "failed"
    bench.start(again=2, waits=QUICK)
    assert cancel_job(bench.database, 3, waits=QUICK).state == "cancelled"
    uploads = list_uploads(bench.database)
    assert len(delete_uploads(bench.database, [one.upload_id for one in uploads])) == 2


def test_the_public_fake_is_served_from_upload_to_chat(bench: Bench, tmp_path: Path) -> None:
    program = node_program("llmock")
    port, log = free_port(), tmp_path / "aimock.log"
    fixtures = tmp_path / "fixtures.json"
    answer = {"match": {"userMessage": "ahoy"}, "response": {"content": "ahoy yourself \U0001f6a3"}}
    fixtures.write_text(json.dumps({"fixtures": [answer]}))
    with running_server([str(program), "-p", str(port), "-f", str(fixtures)], port, log):
        base_url = f"http://127.0.0.1:{port}/v1"
        job = start_job(
            bench.database, TRAINING, provider="openai", model=MODEL, base_url=base_url, waits=QUICK
        )
        assert job.state == "polling"
        done = watch_job(bench.database, 1, waits=Waits(sleep=lambda seconds: None))
        assert (done.state, done.provider_job_id) == ("succeeded", job.provider_job_id)
        assert done.fine_tuned_model
        assert done.events
        with chat(bench.database, plan_chat(bench.database, "1"), waits=QUICK) as talk:
            assert "".join(talk.say("ahoy")) == "ahoy yourself \U0001f6a3"
        again = start_job(
            bench.database, TRAINING, provider="openai", model=MODEL, base_url=base_url, waits=QUICK
        )
        assert again.provider_job_id == job.provider_job_id
        assert [one.upload_id for one in list_uploads(bench.database)] == [job.upload_id]


def test_the_proxy_would_notice_a_broken_request_and_a_broken_answer(bench: Bench, tmp_path: Path) -> None:
    program, contract = node_program("prism"), specification()
    port, log = free_port(), tmp_path / "prism.log"
    command = [str(program), "proxy", str(contract), bench.provider.base_url, "--errors"]
    with running_server([*command, "-h", "127.0.0.1", "-p", str(port)], port, log):
        address = f"http://127.0.0.1:{port}"
        headers = {"authorization": "Bearer x"}
        broken = {"model": MODEL, "training_file": "file-1", "surprise": True}
        refused = httpx2.post(f"{address}/fine_tuning/jobs", json=broken, headers=headers)
        assert refused.status_code == 422
        bench.provider.faults = [Fault("GET", "/files", body=b'{"object": "list"}')]
        assert httpx2.get(f"{address}/files", headers=headers).status_code >= 400
    assert "Request terminated" in log.read_text()
