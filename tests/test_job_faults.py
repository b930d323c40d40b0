"""Jobs that a provider refuses, and answers that do not come: nothing is paid twice."""

import pytest
from fake_provider import Fault, fake_provider
from job_bench import CREATE, Bench

from rolecall.errors import ProviderError
from rolecall.jobs import Waits

pytestmark = pytest.mark.python_only


def test_a_closed_provider_blocks_the_job_and_says_what_to_do_next(bench: Bench) -> None:
    message = "OpenAI is winding down the fine-tuning platform and you can create no jobs."
    bench.provider.faults = [Fault(*CREATE, status=403, code="training_not_available", message=message)]
    job = bench.start()
    assert (job.state, job.error_class, job.error_code) == (
        "blocked",
        "provider_closed",
        "training_not_available",
    )
    said = str(job.error_message)
    for words in (message.rstrip("."), "--base-url", "at home", str(job.upload_id)):
        assert words in said
    assert bench.rows("select action, outcome, http_status, code from job_attempts where attempt_no = 2") == [
        ("create", "refused", 403, "training_not_available")
    ]
    assert bench.watch() == job, "there is nothing to watch"


@pytest.mark.parametrize(
    ("status", "code", "state", "error_class"),
    [
        (401, "invalid_api_key", "blocked", "auth"),
        (403, None, "blocked", "permission"),
        (429, "insufficient_quota", "blocked", "quota"),
        (404, "model_not_found", "failed", "model"),
        (400, "model_not_available", "failed", "model"),
        (422, None, "failed", "refused"),
    ],
)
def test_a_refused_creation_is_not_repeated(
    bench: Bench, status: int, code: str | None, state: str, error_class: str
) -> None:
    bench.provider.faults = [Fault(*CREATE, status=status, code=code, message="No.")]
    job = bench.start()
    assert (job.state, job.error_class, job.error_code) == (state, error_class, code)
    assert bench.provider.count(*CREATE) == 1


def test_a_blocked_job_goes_on_when_asked_again(bench: Bench) -> None:
    bench.provider.faults = [Fault("GET", "/files", status=401, code="invalid_api_key")]
    blocked = bench.start()
    assert (blocked.state, blocked.error_class) == ("blocked", "auth")
    assert "OPENAI_API_KEY" in str(blocked.error_message)
    job = bench.start()
    assert (job.job_id, job.state, job.error_message) == (1, "polling", None)
    bench.provider.faults = [Fault("GET", "/fine_tuning/jobs/", status=404)]
    lost = bench.watch()
    assert (lost.state, lost.error_class) == ("blocked", "job_not_found")
    assert bench.watch().state == "succeeded"
    assert bench.provider.count(*CREATE) == 1


def test_a_wrong_address_is_told(bench: Bench) -> None:
    bench.provider.faults = [Fault("GET", "/files", status=404)]
    job = bench.start()
    assert (job.state, job.error_class) == ("blocked", "address")
    assert bench.provider.base_url in str(job.error_message)


def test_an_answer_in_another_protocol_is_told(bench: Bench) -> None:
    bench.provider.faults = [Fault("GET", "/files", body=b"<html>hello</html>", times=99)]
    with pytest.raises(ProviderError, match="is the address right"):
        bench.start()
    assert len(bench.pauses) == 4


def test_nobody_at_the_address_is_one_clear_line(bench: Bench) -> None:
    with fake_provider() as gone:
        bench.provider.base_url = gone.base_url
    with pytest.raises(ProviderError, match="cannot be reached") as caught:
        bench.start()
    assert "job 1 stays as it is (uploading)" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_creation_without_an_answer_is_adopted_and_not_repeated(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    job = bench.start()
    assert job.state == "polling"
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1
    assert bench.rows("select outcome from job_attempts where action = 'create'") == [("unknown",)]


def test_a_late_answer_to_a_creation_is_adopted(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, late_seconds=0.6)]
    job = bench.start(waits=bench.waits(timeout_seconds=0.2))
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1


def test_a_provider_that_ignores_the_filter_gives_no_wrong_job(bench: Bench) -> None:
    bench.provider.is_filter_known = False
    bench.provider.page_size = 1
    for again in (1, 2):
        bench.start(again=again)
    bench.provider.faults = [Fault(*CREATE, status=500), Fault(*CREATE, is_dropped=True, has_effect=True)]
    job = bench.start()
    metadata = bench.provider.jobs[str(job.provider_job_id)]["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["run_key"] == job.run_key
    assert len(bench.provider.jobs) == 3


def test_a_creation_without_effect_is_repeated_only_after_the_settle_time(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=500)]
    job = bench.start(waits=bench.waits(settle_seconds=90))
    assert job.state == "polling"
    assert len(bench.provider.jobs) == 1
    assert bench.provider.count(*CREATE) == 2
    assert 85 < max(bench.pauses) <= 90
    order = [request for request in bench.provider.requests if request[1] == CREATE[1]]
    assert [method for method, _ in order] == ["GET", "POST", "GET", "GET", "POST", "GET"]


@pytest.mark.parametrize("has_effect", [True, False])
def test_a_start_that_died_at_the_creation_goes_on_without_paying_twice(
    bench: Bench, has_effect: bool
) -> None:
    class Killed(BaseException):
        """Ends the process, as far as the store can tell."""

    def die(_: float) -> None:
        raise Killed

    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=has_effect)]
    with pytest.raises(Killed):
        bench.start(waits=Waits(sleep=die))
    assert bench.row("state")["state"] == "submitting"
    job = bench.start()
    assert job.state == "polling"
    assert [job.provider_job_id] == list(bench.provider.jobs)


def test_an_upload_without_an_answer_is_found_by_its_name(bench: Bench) -> None:
    bench.provider.faults = [Fault("POST", "/files", is_dropped=True, has_effect=True)]
    job = bench.start()
    assert [job.upload_id] == list(bench.provider.uploads)


def test_an_upload_that_is_gone_is_sent_again(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=401)]
    bench.start()
    bench.provider.uploads.clear()
    job = bench.start()
    assert job.state == "polling"
    assert [job.upload_id] == list(bench.provider.uploads)


def test_passing_faults_while_watching_are_sat_out(bench: Bench) -> None:
    bench.start()
    bench.provider.faults = [
        Fault("GET", "/fine_tuning/jobs/", status=500, times=2),
        Fault("GET", "/fine_tuning/jobs/", status=429, code="rate_limit_exceeded"),
        Fault("GET", "/fine_tuning/jobs/", is_dropped=True),
    ]
    assert bench.watch().state == "succeeded"


def test_a_provider_that_asks_to_wait_is_given_the_time(bench: Bench) -> None:
    bench.provider.faults = [
        Fault("GET", "/files", status=429, headers={"retry-after": "33"}),
        Fault(*CREATE, status=429, headers={"retry-after-ms": "44000"}),
    ]
    assert bench.start().state == "polling"
    assert {33.0, 44.0} <= set(bench.pauses)
    assert len(bench.provider.jobs) == 1


def test_a_file_that_is_processed_for_too_long_is_left_for_later(bench: Bench) -> None:
    bench.provider.file_statuses = ["uploaded"]
    with pytest.raises(ProviderError, match="is still 'uploaded' after"):
        bench.start(waits=bench.waits(file_limit_seconds=20))
    assert bench.row("state")["state"] == "uploaded"
