"""What is asked before anything is sent, and what lies at the provider after it was."""

import json
import logging

import pytest
from fake_provider import Fault
from job_bench import CREATE, KEY, MODEL, TRAINING, VALIDATION, Bench

from rolecall.errors import NotFound, ProviderError, UsageError
from rolecall.jobs import cancel_job, delete_uploads, list_uploads, plan_job, preflight_job, show_job

pytestmark = pytest.mark.python_only


def test_uploads_that_nobody_needs_are_listed_and_deleted(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=403, code="training_not_available", message="Closed.")]
    closed = bench.start()
    bench.start(VALIDATION, provider="compatible")
    (lost,) = (upload for upload in bench.provider.uploads if upload != closed.upload_id)
    listed = {one.upload_id: one for one in list_uploads(bench.database)}
    assert set(listed) == {closed.upload_id, lost}
    assert [listed[str(closed.upload_id)].is_needed, listed[lost].is_needed] == [False, True]
    assert listed[lost].job_ids == (2,)
    with pytest.raises(UsageError, match="job 2 needs"):
        delete_uploads(bench.database, [str(closed.upload_id), lost])
    assert len(bench.provider.uploads) == 2, "all or none"
    bench.watch(2)
    bench.provider.faults = [Fault("DELETE", "/files/", is_dropped=True, has_effect=True)]
    deleted = delete_uploads(bench.database, [str(closed.upload_id), lost])
    assert {one.upload_id for one in deleted} == set(listed)
    assert bench.provider.uploads == {}
    with pytest.raises(NotFound):
        delete_uploads(bench.database, [lost])


def test_an_upload_whose_answer_was_lost_is_ours_and_a_strangers_is_not(bench: Bench) -> None:
    class Killed(BaseException):
        pass

    def die(_: float) -> None:
        raise Killed

    from rolecall.jobs import Waits

    bench.provider.faults = [Fault("POST", "/files", is_dropped=True, has_effect=True)]
    with pytest.raises(Killed):
        bench.start(waits=Waits(sleep=die))
    (ours,) = bench.provider.uploads
    upload = bench.provider.uploads[ours]
    bench.provider.uploads["file-theirs"] = type(upload)(
        {**upload.about, "id": "file-theirs", "filename": "somebody-else.jsonl"}, b"{}", ["processed"]
    )
    cancel_job(bench.database, 1, waits=bench.waits())
    listed = list_uploads(bench.database, provider="openai", base_url=bench.provider.base_url)
    assert [(one.upload_id, one.is_needed) for one in listed] == [(ours, False)]
    with pytest.raises(NotFound, match="no file of this store"):
        delete_uploads(bench.database, ["file-theirs"])


def test_a_preflight_asks_two_free_questions(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_job(
        bench.database, TRAINING, model=MODEL, provider="openai", base_url=bench.provider.base_url
    )
    bench.provider.shutdown_date = "2027-01-14"
    said = preflight_job(bench.database, plan)
    assert (said.is_asked, said.problem, str(said.shuts_down_on)) == (True, None, "2027-01-14")
    assert bench.provider.requests == [("GET", "/fine_tuning/jobs"), ("GET", f"/models/{MODEL}")]
    bench.provider.faults = [Fault("GET", "/models", status=404, message="No such model.")]
    assert preflight_job(bench.database, plan).model_problem == "No such model."
    bench.provider.faults = [Fault("GET", "/fine_tuning", status=401, message=f"Bad key {KEY}.")]
    assert preflight_job(bench.database, plan).problem == "Bad key [key]."
    monkeypatch.delenv("OPENAI_API_KEY")
    asked = len(bench.provider.requests)
    assert "no key in OPENAI_API_KEY" in preflight_job(bench.database, plan).sentences[0]
    assert len(bench.provider.requests) == asked


def test_an_estimated_cost_says_when_its_price_was_read(bench: Bench) -> None:
    plan = plan_job(bench.database, TRAINING, model=MODEL, hyperparameters={"n_epochs": 2})
    assert plan.cost is not None
    assert (plan.cost.epochs, plan.cost.is_epochs_guessed) == (2, False)
    assert plan.cost.usd == pytest.approx(240 * 2 * 5 / 1_000_000, abs=1e-4)
    assert plan.cost.as_of.year >= 2026
    guessed = plan_job(bench.database, TRAINING, model=MODEL).cost
    assert guessed is not None
    assert (guessed.epochs, guessed.is_epochs_guessed) == (8, True), "twelve examples are read more often"
    assert plan_job(bench.database, TRAINING, model="mystery-1").cost is None


def test_no_secret_reaches_the_logs(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.provider.faults = [Fault(*CREATE, status=401, message=f"Incorrect API key provided: {KEY}")]
    bench.start()
    bench.start()
    bench.watch()
    bench.provider.faults = [Fault("GET", "/files", is_dropped=True, times=99)]
    with pytest.raises(ProviderError):
        bench.start(again=1)
    assert "fine_tuning/jobs" in caplog.text, "the calls were logged"
    assert KEY not in caplog.text
    everything = json.dumps([str(show_job(bench.database, number)) for number in (1, 2)])
    assert KEY not in everything
