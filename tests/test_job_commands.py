"""Jobs on the command line: what is shown and asked before anything leaves the machine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Keyboard
from job_bench import MODEL, TRAINING, Bench, running_bench

from rolecall.api import Store
from rolecall.jobs import Waits


@pytest.fixture
def bench(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    # No pause is worth waiting for when the provider is on this machine.
    defaults = {"file_seconds": (0.0, 0.0), "settle_seconds": 0.0, "sleep": lambda seconds: None}
    monkeypatch.setattr("rolecall.jobs.running.Waits", lambda: Waits(**defaults))  # type: ignore[arg-type]
    with running_bench(store, tmp_path, monkeypatch) as running:
        yield running


@pytest.fixture
def keyboard(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, bench.store.address, monkeypatch)


def start(bench: Bench, *more: str, export: str = str(TRAINING)) -> list[str]:
    where = ["--provider", "openai", "--base-url", bench.provider.base_url]
    return ["job", "start", export, "--model", MODEL, *where, *more]


def only_asked(bench: Bench) -> bool:
    """Return whether nothing was sent but the two free questions."""
    return set(bench.provider.requests) <= {("GET", "/fine_tuning/jobs"), ("GET", f"/models/{MODEL}")}


def test_a_dry_run_says_what_would_leave_and_sends_nothing(bench: Bench, keyboard: Keyboard) -> None:
    bench.provider.shutdown_date = "2027-01-14"
    typed = keyboard.type(*start(bench, "--dry-run", "--hyperparameter", "n_epochs=2"))
    assert typed.code == 0
    for part in (
        "127.0.0.1",
        MODEL,
        str(bench.path(TRAINING)),
        "12 examples",
        "words of 2 people: Ines Quarrow (2), Tam Oudepraet (1)",
        "n_epochs: 2",
        "about $0.00 for 2 epochs",
        "the key in OPENAI_API_KEY is taken",
        "the model shuts down on 2027-01-14",
    ):
        assert part in typed.out
    plan = json.loads(keyboard.type(*start(bench, "--dry-run", "--json")).out)
    assert (plan["host"], len(plan["people"])) == ("127.0.0.1", 2)
    assert plan["preflight"]["shuts_down_on"] == "2027-01-14"
    assert only_asked(bench)


def test_without_a_terminal_a_start_wants_yes(bench: Bench, keyboard: Keyboard) -> None:
    typed = keyboard.type(*start(bench))
    assert typed.code == 1
    assert "--yes" in typed.notes
    assert only_asked(bench)


def test_on_a_terminal_a_start_asks_and_no_sends_nothing(bench: Bench, keyboard: Keyboard) -> None:
    typed = keyboard.type_on_terminal(*start(bench), answer="n\n")
    assert typed.code == 1
    assert "Send it? [y/N]" in typed.out
    assert "nothing was done" in typed.out
    assert only_asked(bench)


def test_a_job_is_started_watched_and_shown(bench: Bench, keyboard: Keyboard) -> None:
    started = keyboard.type(*start(bench, "--yes"))
    assert started.code == 0
    assert "next: rolecall job watch 1" in started.notes
    watched = keyboard.type("job", "watch", "1", "--json")
    assert watched.code == 0
    assert json.loads(watched.out)["state"] == "succeeded"
    assert "Created fine-tuning job" in watched.notes
    shown = keyboard.type("job", "show", "1").out
    assert "fine_tuned_model" in shown
    assert "checkpoint at step" in shown
    assert [line.split("\t")[:2] for line in keyboard.type("job").lines[1:]] == [["1", "succeeded"]]


def test_the_newest_export_of_a_dataset_is_taken(bench: Bench, keyboard: Keyboard) -> None:
    # Number 4 is newer still, and in a format that the provider does not train on.
    typed = keyboard.type(*start(bench, "--dry-run", export="Ines' boats"))
    assert "export 3 has 9 examples" in typed.notes


def test_a_dataset_without_an_export_names_the_command(bench: Bench, keyboard: Keyboard) -> None:
    with bench.database.transaction() as connection:
        connection.exec_driver_sql("delete from exports")
    typed = keyboard.type(*start(bench, "--yes", export="Ines' boats"))
    assert typed.code == 1
    assert """rolecall export 'Ines'"'"' boats' --format openai""" in typed.notes


def test_a_hyperparameter_is_a_name_and_a_value(bench: Bench, keyboard: Keyboard) -> None:
    typed = keyboard.type(*start(bench, "--dry-run", "--hyperparameter", "n_epochs"))
    assert typed.code == 1
    assert "n_epochs=3" in typed.notes
