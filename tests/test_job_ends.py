"""Ends that people bring about or must understand: cancel, resume, refusals, failed files, left-overs."""

import base64

import pytest
from fake_provider import Fault
from job_bench import CREATE, VALIDATION, Bench

from rolecall.errors import UsageError
from rolecall.jobs import cancel_job, job_messages, resume_job
from rolecall.jobs.failures import named_lines
from rolecall.jobs.losses import Loss, losses_in
from rolecall.plugins import names

pytestmark = pytest.mark.python_only


def test_a_running_job_is_cancelled_at_the_provider(bench: Bench) -> None:
    started = bench.start()
    job = cancel_job(bench.database, 1, waits=bench.waits())
    assert (job.state, job.status) == ("cancelled", "cancelled")
    assert bench.provider.status_of(str(started.provider_job_id)) == "cancelled"
    assert [event.message for event in job.events][-1] == "The job is cancelled"
    assert cancel_job(bench.database, 1) == job, "what has ended stays as it is, without a call"
    with pytest.raises(UsageError, match="is cancelled"):
        resume_job(bench.database, 1)


def test_a_job_that_ended_meanwhile_is_not_cancelled_but_told(bench: Bench) -> None:
    bench.provider.statuses = ["succeeded"]
    bench.start()
    bench.provider._set_status(next(iter(bench.provider.jobs)), "succeeded")
    assert cancel_job(bench.database, 1, waits=bench.waits()).state == "succeeded"


def test_a_job_that_was_never_made_is_cancelled_in_the_store_alone(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=401)]
    bench.start()
    job = cancel_job(bench.database, 1, waits=bench.waits())
    assert job.state == "cancelled"
    assert ("POST", "/fine_tuning/jobs/None/cancel") not in bench.provider.requests
    assert bench.start().state == "cancelled"


def test_cancelling_finds_a_job_whose_creation_lost_its_answer(bench: Bench) -> None:
    class Killed(BaseException):
        pass

    def die(_: float) -> None:
        raise Killed

    from rolecall.jobs import Waits

    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    with pytest.raises(Killed):
        bench.start(waits=Waits(sleep=die))
    job = cancel_job(bench.database, 1, waits=bench.waits())
    assert job.state == "cancelled"
    assert [bench.provider.status_of(job_id) for job_id in bench.provider.jobs] == ["cancelled"]


def test_a_cancel_without_an_answer_is_repeated(bench: Bench) -> None:
    bench.start()
    bench.provider.faults = [Fault("POST", "/fine_tuning/jobs/", is_dropped=True, has_effect=True)]
    assert cancel_job(bench.database, 1, waits=bench.waits()).state == "cancelled"


def test_a_blocked_job_is_resumed(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=429, code="insufficient_quota", message="No credit.")]
    blocked = bench.start()
    assert (blocked.state, blocked.error_class) == ("blocked", "quota")
    assert "rolecall job resume 1" in str(blocked.error_message)
    job = resume_job(bench.database, 1, waits=bench.waits())
    assert (job.state, job.error_class, job.error_message) == ("polling", None, None)
    assert bench.provider.count(*CREATE) == 2
    assert resume_job(bench.database, 1, waits=bench.waits()) == job, "there is nothing more to do"


def test_a_closed_provider_names_the_formats_that_others_take(bench: Bench) -> None:
    message = (
        "OpenAI is winding down the fine-tuning platform and your organization is no longer able to create"
        " new fine-tuning training jobs."
    )
    bench.provider.faults = [Fault(*CREATE, status=403, code="training_not_available", message=message)]
    said = str(bench.start().error_message)
    assert message.rstrip(".") in said
    assert "rolecall export 'Ines'\"'\"' boats' --format F" in said
    for trainer in (
        "Together, Fireworks",
        "Axolotl",
        "LLaMA-Factory",
        "rolecall job providers",
        "--base-url",
    ):
        assert trainer in said
    named = {part.split(")")[0].split(";")[0].split()[0] for part in said.split("--format ")[2:]}
    assert named <= set(names("formats")), "only what this release can write"
    assert "rolecall job uploads --delete file-" in said


def test_an_upload_that_is_refused_names_its_lines(bench: Bench) -> None:
    message = "Expected file to have JSONL format. Line 1 is not a dictionary."
    bench.provider.faults = [Fault("POST", "/files", status=400, message=message)]
    job = bench.start()
    assert (job.state, job.error_class) == ("failed", "file")
    assert message.rstrip(".") in str(job.error_message)
    assert named_lines(job) == [1]
    assert [one.body for one in job_messages(bench.database, 1)] == ["dry?", "dry?", "dry?"]


def test_an_upload_that_is_too_large_says_what_to_do(bench: Bench) -> None:
    bench.provider.faults = [Fault("POST", "/files", status=413, message="Too large.")]
    job = bench.start()
    assert (job.state, job.error_class) == ("failed", "too_large")
    assert "fewer threads" in str(job.error_message)


def test_a_creation_that_comes_too_early_for_the_file_is_repeated(bench: Bench) -> None:
    message = "File 'file-000001' is still being processed and is not ready to be used for fine-tuning."
    bench.provider.faults = [Fault(*CREATE, status=400, message=message, times=2)]
    assert bench.start().state == "polling"
    assert len(bench.provider.jobs) == 1


def test_a_training_file_that_is_gone_at_the_creation_is_sent_again(bench: Bench) -> None:
    lost: list[str] = []

    def lose_it(method: str, path: str) -> None:
        if (method, path) == CREATE and not lost:
            lost.extend(bench.provider.uploads)
            bench.provider.uploads.clear()

    bench.provider.before_answer = lose_it
    job = bench.start()
    assert job.state == "polling"
    assert lost != [job.upload_id] == list(bench.provider.uploads)


def test_a_moderated_file_leads_back_to_the_messages(bench: Bench) -> None:
    message = (
        "This training file was blocked because too many examples were flagged by our moderation API."
        " Flagged line numbers: 1, 7 and 9."
    )
    bench.provider.statuses = ["validating_files", "failed"]
    bench.provider.job_error = {"code": "invalid_training_file", "message": message, "param": "training_file"}
    bench.start()
    job = bench.watch()
    assert (job.state, job.error_code) == ("failed", "invalid_training_file")
    assert named_lines(job) == [1, 7, 9]
    found = job_messages(bench.database, 1)
    assert {(one.line_no, one.thread_title, one.display_name) for one in found} == {
        (1, "boats", "Ines Quarrow"),
        (1, "boats", "Tam Oudepraet"),
    }


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("Example 100, message 2 Discriminator 'role' is missing in value", [100]),
        ('Example 1 contains an extra "weight"', [1]),
        ("Invalid file format. Example 1273 cannot be parsed.", [1273]),
        ("Training file has 7 example(s), but must have at least 10 examples", []),
        ("flagged lines: [3, 17, 20]", [3, 17, 20]),
        ("lines 4-6 are too long", [4, 5, 6]),
        ("lines 6-4 make no sense", []),
        ("no lines here, 12 tokens", []),
    ],
)
def test_the_lines_that_a_provider_names_are_understood(bench: Bench, message: str, lines: list[int]) -> None:
    bench.provider.statuses = ["failed"]
    bench.provider.job_error = {"code": "x", "message": message, "param": None}
    bench.start()
    bench.provider._set_status(next(iter(bench.provider.jobs)), "failed")
    assert named_lines(bench.watch()) == lines


def test_a_validation_file_that_fails_leads_to_its_own_messages(bench: Bench) -> None:
    bench.provider.statuses = ["failed"]
    error = {"code": "invalid_file_format", "message": "Example 1 is odd", "param": "validation_file"}
    bench.provider.job_error = dict(error)
    bench.start(validation_export_id=VALIDATION)
    bench.provider._set_status(next(iter(bench.provider.jobs)), "failed")
    bench.watch()
    assert job_messages(bench.database, 1) == [], "the training file's first line is not meant"


def test_losses_are_stored_from_the_events(bench: Bench) -> None:
    bench.start()
    job = bench.watch()
    assert job.losses == (Loss(1, 1.5, None),)
    assert bench.rows("select step, train_loss from job_losses") == [(1, 1.5)]


@pytest.mark.parametrize("is_encoded", [True, False])
def test_losses_come_from_the_result_file_when_no_event_tells_them(bench: Bench, is_encoded: bool) -> None:
    table = b"step,train_loss,train_accuracy,valid_loss\n1,1.9,0.2,\n2,1.1,0.4,1.3\n3,nan,,\n"
    bench.provider.results["file-result"] = base64.b64encode(table) if is_encoded else table
    bench.provider.statuses = ["validating_files", "succeeded"]
    bench.start()
    assert bench.watch().losses == (Loss(1, 1.9, None), Loss(2, 1.1, 1.3))


def test_a_result_file_of_another_kind_tells_no_losses() -> None:
    for text in ("", "PK\x03\x04", "a,b\n1,2\n", '{"step": 1}', "step,train_loss\n"):
        assert losses_in(text) == []


def test_a_job_of_an_unknown_kind_of_end_is_waited_for(bench: Bench) -> None:
    bench.provider.statuses = ["queued", "paused", "paused", "resuming", "running", "succeeded"]
    bench.start()
    assert bench.watch().state == "succeeded"


def test_a_method_that_answers_without_hyperparameters_is_no_trouble(bench: Bench) -> None:
    bench.provider.statuses = ["queued", "failed"]
    bench.start()
    (made,) = bench.provider.jobs.values()
    made["hyperparameters"] = None
    made["error"] = {"code": None, "message": None, "param": None}
    job = bench.watch()
    assert (job.state, job.error_message) == ("failed", None)
