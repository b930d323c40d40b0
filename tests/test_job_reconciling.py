"""Creations whose answer is lost: the job is found again, a further one is cancelled, and nobody guesses."""

import pytest
from fake_provider import Fault
from job_bench import CREATE, MODEL, Bench
from job_crashes import NEVER, Orders
from servers import url_of

from rolecall.errors import UsageError
from rolecall.jobs import cancel_job, resume_job

pytestmark = pytest.mark.python_only


def lost() -> Fault:
    """A creation that is obeyed and whose answer never comes."""
    return Fault(*CREATE, is_dropped=True, has_effect=True)


def other_job(bench: Bench, **about: object) -> str:
    """Make a job at the provider that this store knows nothing of; return its id."""
    body = dict(bench.provider.job_bodies[-1], **about)
    _, made = bench.provider.create(body)
    return str(made["id"])


def test_a_job_that_comes_later_than_the_settle_time_is_cancelled_and_reported(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=500)]
    job = bench.start()
    late = other_job(bench)
    bench.provider.statuses = ["queued"]
    done = bench.watch()
    assert (done.state, done.provider_job_id) == ("succeeded", job.provider_job_id)
    assert bench.provider.status_of(late) == "cancelled"
    assert any(late in event.message and "cancelled" in event.message for event in done.events)
    assert any(late in note for note in bench.notes)


def test_a_job_that_comes_after_the_end_is_cancelled_at_the_next_look(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, status=500)]
    bench.start()
    bench.watch()
    late = other_job(bench)
    done = bench.watch()
    assert done.state == "succeeded"
    assert bench.provider.status_of(late) == "cancelled"
    assert late in done.events[-1].message


def test_a_job_that_comes_between_two_looks_is_cancelled_before_the_start_returns(bench: Bench) -> None:
    def second_effect(method: str, path: str) -> None:
        # The first creation has its effect just after the second one was made.
        if (method, path) == ("GET", CREATE[1]) and len(bench.provider.jobs) == 1:
            other_job(bench)

    bench.provider.faults = [Fault(*CREATE, status=500)]
    bench.provider.before_answer = second_effect
    job = bench.start()
    states = {job_id: bench.provider.status_of(job_id) for job_id in bench.provider.jobs}
    assert sorted(states.values()) == ["cancelled", "validating_files"]
    assert states[str(job.provider_job_id)] == "validating_files"


def test_a_late_effect_within_the_settle_time_is_adopted(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, late_effect_seconds=0.3)]
    job = bench.start(waits=bench.waits(settle_seconds=1.0, real=True))
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1


def test_without_metadata_a_job_is_known_by_file_model_suffix_and_time(bench: Bench) -> None:
    bench.provider.keeps_metadata = False
    bench.provider.faults = [lost()]
    job = bench.start(provider="compatible", suffix="boats")
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1


@pytest.mark.parametrize(
    "about",
    [
        {"model": "another"},
        {"training_file": "file-other"},
        {"suffix": "other"},
        {"created_at": 1_700_000_000},
    ],
)
def test_without_metadata_a_job_of_something_else_is_not_taken(
    bench: Bench, about: dict[str, object]
) -> None:
    bench.provider.keeps_metadata = False
    bench.provider.tells_suffix = True
    first = bench.start(provider="compatible", suffix="boats")
    theirs = bench.provider.jobs[str(first.provider_job_id)]
    theirs |= about
    with bench.database.transaction() as connection:
        connection.exec_driver_sql("delete from jobs")  # another store's job, as far as this one knows
    bench.provider.faults = [Fault(*CREATE, status=500)]
    second = bench.start(provider="compatible", suffix="boats")
    assert second.provider_job_id != first.provider_job_id
    assert bench.provider.count(*CREATE) == 3


def test_without_metadata_the_jobs_of_this_store_are_not_taken_for_another(bench: Bench) -> None:
    bench.provider.keeps_metadata = False
    first = bench.start(provider="compatible")
    bench.provider.faults = [lost()]
    second = bench.start(provider="compatible", again=1)
    assert second.provider_job_id != first.provider_job_id
    assert len(bench.provider.jobs) == 2


def blocked_by_two(bench: Bench) -> tuple[str, str]:
    """Block a job because two at the provider could be it; return their ids."""
    bench.provider.keeps_metadata = False
    bench.provider.faults = [lost()]

    def make_another(method: str, path: str) -> None:
        if (method, path) == ("GET", CREATE[1]) and len(bench.provider.jobs) == 1:
            other_job(bench)

    bench.provider.before_answer = make_another
    job = bench.start(provider="compatible")
    bench.provider.before_answer = lambda method, path: None
    assert (job.state, job.error_class) == ("blocked", "ask")
    first, second = bench.provider.jobs
    for words in (first, second, "job resume 1 --adopt"):
        assert words in str(job.error_message)
    return first, second


def test_of_several_jobs_that_could_be_it_somebody_says_which(bench: Bench) -> None:
    first, second = blocked_by_two(bench)
    assert bench.start(provider="compatible").state == "blocked", "asked again, it asks again"
    with pytest.raises(UsageError, match="say first which"):
        cancel_job(bench.database, 1, waits=bench.waits())
    job = resume_job(bench.database, 1, adopt=second, note=bench.notes.append, waits=bench.waits())
    assert (job.state, job.provider_job_id, job.error_message) == ("polling", second, None)
    assert bench.provider.status_of(first) == "validating_files", "what may be somebody else's is left alone"
    assert any(f"job cancel 1 --also {first}" in event.message for event in job.events)
    with pytest.raises(UsageError, match=f"is {second} already"):
        resume_job(bench.database, 1, adopt=first, waits=bench.waits())
    cancel_job(bench.database, 1, also=first, waits=bench.waits())
    assert bench.provider.status_of(first) == "cancelled"
    assert bench.provider.count(*CREATE) == 1


def test_of_several_jobs_none_may_be_it(bench: Bench) -> None:
    blocked_by_two(bench)
    job = resume_job(bench.database, 1, adopt="none", waits=bench.waits())
    assert job.state == "polling"
    assert job.provider_job_id == list(bench.provider.jobs)[2]


def test_two_processes_that_start_the_same_run_at_once_make_one_job(bench: Bench) -> None:
    from test_jobs_pay_once import finish, start_worker

    bench.provider.choose_fault = lambda method, path: (
        Fault(method, path, late_seconds=0.3) if (method, path) == CREATE else None
    )
    orders = Orders(
        store=url_of(bench.database),
        base_url=bench.provider.base_url,
        model=MODEL,
        export_ids=(1,),
        seed=1,
        crash_share=0.0,
        timeout_seconds=5.0,
        settle_seconds=6.0,
        first_step=NEVER,
    )
    workers = [start_worker(orders) for _ in range(2)]
    done = [finish(worker) for worker in workers]
    assert [line["gave_up"] for lines in done for line in lines] == [0, 0]
    assert bench.provider.count(*CREATE) == 1
    assert len(bench.provider.jobs) == 1
    job = bench.row("state, provider_job_id")
    assert job == {"state": "succeeded", "provider_job_id": next(iter(bench.provider.jobs))}


def test_a_creation_that_wakes_up_after_another_process_made_the_job_is_undone(bench: Bench) -> None:
    from rolecall.jobs.stored import advance, read_job

    def overtake(method: str, path: str) -> None:
        # While this process' creation is under way, another one adopts a job and goes on.
        if (method, path) == CREATE and not bench.provider.jobs:
            body = {"model": MODEL, "training_file": next(iter(bench.provider.uploads))}
            job = read_job(bench.database, 1)
            body["metadata"] = {"run_key": job.run_key}  # type: ignore[assignment]
            made = bench.provider.create(dict(body))[1]
            advance(bench.database, job, {"state": "polling", "provider_job_id": made["id"]})

    bench.provider.before_answer = overtake
    job = bench.start()
    first, second = bench.provider.jobs
    assert job.provider_job_id == first
    assert bench.provider.status_of(second) == "cancelled"


def test_the_process_that_creates_is_named_while_it_does(bench: Bench) -> None:
    seen: list[object] = []
    bench.provider.before_answer = lambda method, path: (
        seen.append(bench.row("lease_owner")["lease_owner"]) if (method, path) == CREATE else None
    )
    bench.start()
    assert len(seen) == 1
    assert seen[0]
    assert bench.row("lease_owner")["lease_owner"] is None
