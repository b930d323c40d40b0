"""Every provider is spoken to in its own dialect, by a fake that refuses any other."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from fake_provider import Fault
from fake_provider_dialects import AZURE, NEBIUS, Dialect
from job_bench import CREATE, KEY, TINY, TRAINING, Bench, running_bench

from rolecall.api import Store
from rolecall.errors import UsageError
from rolecall.jobs import list_jobs, list_providers, plan_chat, plan_job
from rolecall.plugins import names
from rolecall.providers import profile_named

pytestmark = pytest.mark.python_only

VARIABLES = {
    "azure": "AZURE_OPENAI_API_KEY",
    "compatible": "OPENAI_API_KEY",
    "nebius": "NEBIUS_API_KEY",
    "openai": "OPENAI_API_KEY",
}
DIALECTS = {"azure": AZURE, "nebius": NEBIUS}


@pytest.fixture
def bench(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with running_bench(store, tmp_path, monkeypatch) as running:
        monkeypatch.delenv("OPENAI_API_KEY")
        yield running


def speak(bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the fake speak as a provider, and set the key that is usual there."""
    bench.provider.dialect = DIALECTS.get(name, Dialect())
    bench.provider.keeps_metadata = name == "openai"
    monkeypatch.setenv(VARIABLES[name], KEY)


def test_every_provider_has_a_dialect_here() -> None:
    assert set(VARIABLES) == set(names("providers")), "nothing is offered that no test has spoken to"


@pytest.mark.parametrize("name", names("providers"))
def test_a_job_runs_from_start_to_end_in_each_dialect(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    speak(bench, monkeypatch, name)
    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    started = bench.start(provider=name, suffix="boats", hyperparameters={"n_epochs": 2})
    assert (started.state, started.provider) == ("polling", name)
    assert bench.provider.count(*CREATE) == 1
    done = bench.watch()
    assert (done.state, done.provider_job_id) == ("succeeded", started.provider_job_id)
    assert set(bench.provider.keys) == {KEY}


def test_azure_gets_a_byte_order_mark_and_its_own_option(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(bench, monkeypatch, "azure")
    bench.provider.faults = [Fault("POST", "/files", is_dropped=True, has_effect=True)]
    chosen = {"trainingType": "GlobalStandard", "n_epochs": "auto"}
    bench.start(provider="azure", hyperparameters=chosen)
    data = bench.path(TRAINING).read_bytes()
    (upload,) = bench.provider.uploads.values()
    assert upload.content == b"\xef\xbb\xbf" + data, "sent once, and found again by name and size"
    assert hashlib.sha256(data).hexdigest()[:16] in str(upload.about["filename"])
    (body,) = bench.provider.job_bodies
    assert body["trainingType"] == "GlobalStandard"
    assert body["method"] == {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": "auto"}}}


def test_azures_own_words_for_a_status_are_understood(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(bench, monkeypatch, "azure")
    bench.provider.statuses = ["queued", "running", "cancelled"]
    assert bench.start(provider="azure").status == "pending"
    done = bench.watch()
    assert (done.state, done.status) == ("cancelled", "canceled")


def test_azure_must_be_told_its_address_and_takes_no_dot_in_a_suffix(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(bench, monkeypatch, "azure")
    with pytest.raises(UsageError, match=r"--base-url https://RESOURCE\.openai\.azure\.com/openai/v1"):
        plan_job(bench.database, TRAINING, provider="azure", model="gpt-4.1-mini")
    with pytest.raises(UsageError, match=r"none of them a dot, not 'v1\.2'"):
        bench.start(provider="azure", suffix="v1.2")
    with pytest.raises(UsageError, match="trainingType is one of: Standard, GlobalStandard, developerTier"):
        bench.start(provider="azure", hyperparameters={"trainingType": "Cheap"})


def test_nebius_gets_hyperparameters_at_the_top_and_no_metadata(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(bench, monkeypatch, "nebius")
    chosen = {"n_epochs": "3", "lora": "true", "lora_r": 8, "packing": "false"}
    bench.start(provider="nebius", hyperparameters=chosen)
    (body,) = bench.provider.job_bodies
    assert body["hyperparameters"] == {"lora": True, "lora_r": 8, "n_epochs": 3, "packing": False}
    assert not {"method", "metadata"} & set(body)


def test_a_model_that_must_be_deployed_says_how(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(bench, monkeypatch, "azure")
    bench.start(provider="azure")
    model = str(bench.watch().fine_tuned_model)
    with pytest.raises(UsageError, match="deployment create") as caught:
        plan_chat(bench.database, "1")
    assert model in str(caught.value)
    plan = plan_chat(bench.database, "1", deployed_as="ines-of-the-boats")
    assert (plan.model, plan.base_url) == ("ines-of-the-boats", bench.provider.base_url)


def test_an_address_alone_is_any_server_and_takes_few_examples(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(bench, monkeypatch, "compatible")
    plan = plan_job(bench.database, TINY, model="m", base_url=bench.provider.base_url)
    assert (plan.provider, plan.key_variable, plan.training.example_count) == (
        "compatible",
        "OPENAI_API_KEY",
        9,
    )
    assert any("weight 0" in note for note in plan.notes)
    assert plan_job(bench.database, TRAINING, model="m").provider == "openai"
    assert plan_job(bench.database, TRAINING, model="m").notes[0].startswith("Organizations")


def test_a_missing_key_names_the_providers_own_variable(bench: Bench) -> None:
    for name, variable in VARIABLES.items():
        with pytest.raises(UsageError, match=variable):
            bench.start(provider=name)
    assert list_jobs(bench.database) == []


def test_the_list_of_providers_says_what_somebody_choosing_needs() -> None:
    about = {one.provider: one for one in list_providers()}
    assert set(about) == set(names("providers"))
    assert not any(one.was_tried for one in about.values()), "none was ever run against the real service"
    assert not about["openai"].takes_new_users
    assert str(about["openai"].closes_on) == "2027-01-06"
    assert about["nebius"].takes_new_users
    assert about["azure"].needs_deployment
    assert not about["nebius"].has_weights


def test_a_profile_is_data_alone() -> None:
    for name in names("providers"):
        profile = profile_named(name)
        for field in fields(profile):
            assert not callable(getattr(profile, field.name)), f"{name}.{field.name}"
        assert profile.metadata in ("kept", "sent", "none")
