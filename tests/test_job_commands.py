"""Jobs on the command line: what is shown and asked before anything leaves the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Keyboard
from fake_provider import Fault
from job_bench import CREATE, MODEL, TRAINING, Bench
from servers import url_of

pytestmark = [pytest.mark.python_only, pytest.mark.usefixtures("no_waits")]


@pytest.fixture
def keyboard(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(bench.database), monkeypatch)


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


def test_a_failed_job_shows_the_messages_on_the_lines_that_are_named(
    bench: Bench, keyboard: Keyboard
) -> None:
    bench.provider.statuses = ["validating_files", "failed"]
    said = "Example 1, message 2: content is empty"
    bench.provider.job_error = {"code": "invalid_file_format", "message": said, "param": "training_file"}
    keyboard.type(*start(bench, "--yes"))
    watched = keyboard.type("job", "watch", "1")
    assert watched.code == 1
    assert said in watched.out
    assert "line 1  boats" in watched.out
    assert "Tam Oudepraet: dry?" in watched.out
    shown = json.loads(keyboard.type("job", "show", "1", "--json").out)
    assert [message["line_no"] for message in shown["messages"]] == [1, 1, 1]


def test_the_loss_is_drawn_on_a_terminal(bench: Bench, keyboard: Keyboard) -> None:
    keyboard.type(*start(bench, "--yes"))
    (job_id,) = bench.provider.jobs
    for step in range(2, 30):
        loss: dict[str, object] = {"step": step, "train_loss": 3 / step, "valid_loss": 4 / step}
        bench.provider.log(job_id, f"Step {step}", kind="metrics", data=loss)
    keyboard.type("job", "watch", "1")
    drawn = keyboard.type_on_terminal("job", "show", "1").out
    assert "• train loss, o validation loss" in drawn
    assert drawn.count("•") > 20
    assert "\ufffd" not in drawn
    assert "•" not in keyboard.type("job", "show", "1").out
    assert len(json.loads(keyboard.type("job", "show", "1", "--json").out)["losses"]) == 29


def test_a_job_is_cancelled_and_its_file_deleted(bench: Bench, keyboard: Keyboard) -> None:
    keyboard.type(*start(bench, "--yes"))
    (upload_id,) = bench.provider.uploads
    needed = keyboard.type("job", "uploads", "--delete", upload_id, "--yes")
    assert needed.code == 1
    assert "rolecall job cancel 1" in needed.notes
    cancelled = keyboard.type("job", "cancel", "1")
    assert cancelled.code == 0
    assert "rolecall job uploads" in cancelled.notes
    listed = keyboard.type("job", "uploads").lines
    assert listed[1].split("\t")[0] == upload_id
    refused = keyboard.type("job", "uploads", "--delete", upload_id)
    assert refused.code == 1
    assert "--yes" in refused.notes
    assert bench.provider.uploads
    assert keyboard.type("job", "uploads", "--delete-unneeded", "--yes").code == 0
    assert bench.provider.uploads == {}
    assert keyboard.type("job", "uploads", "--delete-unneeded", "--yes").code == 0


def test_a_blocked_job_is_resumed_by_its_number(bench: Bench, keyboard: Keyboard) -> None:
    bench.provider.faults = [Fault(*CREATE, status=401, message="Wrong key.")]
    blocked = keyboard.type(*start(bench, "--yes"))
    assert blocked.code == 1
    assert "rolecall job resume 1" in blocked.out
    assert keyboard.type("job", "resume", "1").code == 0
    assert "polling" in keyboard.type("job", "show", "1").out


def test_an_ended_job_asked_for_again_says_how_to_train_once_more(bench: Bench, keyboard: Keyboard) -> None:
    keyboard.type(*start(bench, "--yes"))
    keyboard.type("job", "watch", "1")
    typed = keyboard.type(*start(bench, "--dry-run"))
    assert "job 1, succeeded; nothing is sent" in typed.out
    assert "--again N" in typed.out


def test_providers_are_shown_without_a_store(keyboard: Keyboard) -> None:
    out = keyboard.type("job", "providers").out
    for part in (
        "azure:",
        "nebius:",
        "openai:",
        "compatible:",
        "closes on 2027-01-06",
        "AZURE_OPENAI_API_KEY",
    ):
        assert part in out
    assert out.count("tried against the real service: no") == len(
        json.loads(keyboard.type("job", "providers", "--json").out)
    )


def test_two_watchers_of_one_job_do_no_harm(bench: Bench, keyboard: Keyboard) -> None:
    bench.provider.statuses = ["validating_files", "queued", "running", "running", "running", "succeeded"]
    keyboard.type(*start(bench, "--yes"))
    watching = [
        subprocess.Popen(
            [sys.executable, "-c", WATCH, url_of(bench.database)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ends = [watcher.communicate(timeout=120)[0].splitlines() for watcher in watching]
    assert [watcher.returncode for watcher in watching] == [0, 0]
    stored = [str(message) for (message,) in bench.rows("select message from job_events")]
    (made,) = bench.provider.events.values()
    assert sorted(stored) == sorted(str(event["message"]) for event in made), "each once"
    for lines in ends:
        assert lines[-1] == "succeeded"
        assert set(stored) <= set(lines), "and each watcher showed them all"


WATCH = """
import sys
from rolecall.store.database import Database
from rolecall.jobs import watch_job
job = watch_job(
    Database(sys.argv[1]), 1, on_event=lambda event: print(event.message), poll_seconds=(0.2, 0.2)
)
print(job.state)
"""
