"""What is checked before anything is sent, and the key that nobody gets to see."""

import subprocess
import sys

import pytest
from fake_provider import Fault
from job_bench import CREATE, KEY, MODEL, SHAREGPT, TINY, TRAINING, Bench

from rolecall.errors import NotFound, ProviderError, UsageError
from rolecall.jobs import list_jobs, plan_job
from rolecall.plugins import names

pytestmark = pytest.mark.python_only


def test_an_export_file_that_changed_is_not_sent(bench: Bench) -> None:
    bench.path(TRAINING).write_bytes(bench.path(TRAINING).read_bytes() + b"{}\n")
    with pytest.raises(UsageError, match="changed since it was recorded"):
        bench.start()
    bench.path(TRAINING).unlink()
    with pytest.raises(UsageError, match="no longer at"):
        bench.start()
    assert bench.provider.requests == []
    assert list_jobs(bench.database) == []


def test_an_export_that_the_provider_would_refuse_is_not_sent(bench: Bench) -> None:
    with pytest.raises(UsageError, match="has 9 examples; OpenAI wants 10 or more"):
        bench.start(TINY)
    with pytest.raises(UsageError, match="--format openai"):
        bench.start(SHAREGPT)
    with pytest.raises(NotFound, match="no export 99"):
        bench.start(99)
    assert bench.provider.requests == []


def test_an_export_over_the_size_limit_is_not_sent(bench: Bench) -> None:
    with bench.database.transaction() as connection:
        connection.exec_driver_sql("update exports set byte_count = 536870913 where export_id = 1")
    with pytest.raises(UsageError, match="takes at most 536,870,912"):
        bench.start()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:8000/v1",
        "ftp://127.0.0.1/v1",
        "http://",
        "http://h:no/v1",
        "https://u:p@h/v1",
        "http://h/v1?k=1",
    ],
)
def test_an_address_that_is_none_is_refused(bench: Bench, address: str) -> None:
    with pytest.raises(UsageError, match="address"):
        plan_job(bench.database, TRAINING, model=MODEL, base_url=address)


@pytest.mark.parametrize("value", [0, 51, "many", True, None, float("nan"), 2**2000])
def test_a_hyperparameter_out_of_bounds_is_refused(bench: Bench, value: object) -> None:
    with pytest.raises(UsageError, match="n_epochs is 'auto' or a number from 1 to 50"):
        plan_job(bench.database, TRAINING, model=MODEL, hyperparameters={"n_epochs": value})


def test_options_that_cannot_be_meant_are_refused(bench: Bench) -> None:
    with pytest.raises(UsageError, match="choose from: n_epochs"):
        plan_job(bench.database, TRAINING, model=MODEL, hyperparameters={"epochs": 3})
    with pytest.raises(UsageError, match="1 to 64 characters"):
        plan_job(bench.database, TRAINING, model=MODEL, suffix="")
    with pytest.raises(UsageError, match="a seed is"):
        plan_job(bench.database, TRAINING, model=MODEL, seed=-1)
    with pytest.raises(UsageError, match="no model"):
        plan_job(bench.database, TRAINING, model=" ")
    with pytest.raises(UsageError, match="both training and validation"):
        plan_job(bench.database, TRAINING, model=MODEL, validation_export_id=TRAINING)
    with pytest.raises(NotFound, match=r"choose from: .*openai"):
        plan_job(bench.database, TRAINING, model=MODEL, provider="nobody")


@pytest.mark.parametrize("key", [None, "", "  ", "two words", "sk-schlüssel"])
def test_a_missing_key_is_told_before_anything_is_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    if key is not None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        bench.start()
    assert bench.provider.requests == []
    assert list_jobs(bench.database) == []


def test_a_job_that_was_never_created_cannot_be_watched(bench: Bench) -> None:
    with pytest.raises(NotFound, match="no job 1"):
        bench.watch()
    bench.provider.faults = [Fault("GET", "/files", status=500, times=99)]
    with pytest.raises(ProviderError):
        bench.start()
    with pytest.raises(UsageError, match="not created yet"):
        bench.watch()


def test_the_key_stays_out_of_the_store_and_of_every_message(bench: Bench) -> None:
    echo = f"Incorrect API key provided: {KEY}. Also sk-test-****************BODY."
    bench.provider.faults = [Fault("GET", "/files", status=500, message=echo, times=99)]
    with pytest.raises(ProviderError) as caught:
        bench.start()
    bench.provider.faults = [Fault(*CREATE, status=401, code=KEY, message=echo)]
    blocked = bench.start()
    bench.start()
    (job_id,) = bench.provider.jobs
    bench.provider.log(job_id, echo, data={KEY: [KEY]})
    bench.provider.statuses = []
    bench.provider._waiting[job_id] = ["failed"]
    bench.provider.job_error = {"code": "odd", "message": echo, "param": KEY}
    failed = bench.watch()
    assert set(bench.provider.keys) == {KEY}, "the provider did get it"
    everything = [str(caught.value), repr(blocked), repr(failed), *bench.notes]
    stored = [path.read_bytes() for path in bench.folder.iterdir() if path.name.startswith("store")]
    tables = repr([bench.rows(f"select * from {name}") for name in ("jobs", "job_attempts", "job_events")])
    for text in (*everything, tables):
        assert KEY not in text
        assert "BODY" not in text
    assert all(KEY.encode() not in data for data in stored)
    assert "Incorrect API key provided: [key]" in str(failed.error_message)


def test_the_openai_sdk_is_loaded_by_calls_alone() -> None:
    code = "import sys, rolecall.jobs; assert 'openai' not in sys.modules and 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("name", names("providers"))
def test_every_provider_offers_a_profile(name: str) -> None:
    from rolecall.jobs.addresses import checked_address
    from rolecall.providers import profile_named

    profile = profile_named(name)
    if profile.base_url:
        assert checked_address(profile.base_url) == profile.base_url
    else:
        assert profile.address_hint
    assert profile.format in names("formats")
    assert profile.key_variable.isupper()
