"""Answers that are not quite the protocol: one clear line each, and a job that may be paid is never lost."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import Keyboard
from fake_provider import FakeProvider, Fault, fake_provider
from job_bench import CREATE, KEY, MODEL, TRAINING, Bench
from servers import url_of

from rolecall.errors import CallFailed, ProviderError
from rolecall.jobs import list_jobs
from rolecall.jobs.losses import losses_in
from rolecall.providers import JobRequest, Wire, connect, profile_named

pytestmark = [pytest.mark.python_only, pytest.mark.usefixtures("no_waits")]

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
DEEP = b'{"a":' * 900 + b"1" + b"}" * 900
ODD_VALUES = [
    b"NaN", b"1e30", b"-1e30", b"1e400", b"-Infinity", b"-1", b"0", b"true", b"null", b"[]", b"{}", b'""',
    b'"soon"', b'"\\ud800\\u0000"', b'"9999-12-31T23:59:59-23:00"', b"1" * 400, str(SECONDS * 1000).encode(),
    DEEP, b"[" * 900 + b"]" * 900,
]  # fmt: skip
ODD_BODIES = [
    b"", b"null", b"[]", b"7", b'"x"', b"{", b"{}", b"<html>hello</html>", b"\xff\xfe\x00", DEEP,
    b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}", b'{"data": {}}', b'{"data": [null]}', b'{"data": [{}]}',
    b'{"data": [[{}]]}', b'{"data": [{"id": ""}]}', b'{"id": []}', b'{"id": ".."}', b'data: {"choices"\n\n',
    b"data: [1]\n\n", b'data: {"choices": [7]}\n\n', b'data: {"choices": [{"delta": 7}]}\n\n',
    b'data: {"choices": {}}\n\n', b"data: " + DEEP + b"\n\n", b"data: \xff\n\n",
]  # fmt: skip
FIELDS = (
    "created_at", "finished_at", "status", "model", "training_file", "trained_tokens", "error", "metadata",
    "result_files", "suffix", "fine_tuned_model", "bytes", "filename", "status_details", "level", "type",
    "message", "data", "step_number", "metrics", "fine_tuned_model_checkpoint", "shutdown_date",
)  # fmt: skip


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as running:
        yield running


@pytest.fixture
def keyboard(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(bench.database), monkeypatch)


def calls_of(wire: Wire, folder: Path) -> list[Callable[[], object]]:
    """Return every call that there is, each with what it gives read to the end."""
    path = folder / "lines.jsonl"
    path.write_bytes(b"{}\n")
    return [
        lambda: list(wire.files()),
        lambda: wire.upload(path, "lines.jsonl"),
        lambda: wire.file("file-1"),
        lambda: wire.delete_file("file-1"),
        lambda: wire.create_job(JobRequest(MODEL, "file-1")).read(),
        lambda: list(wire.jobs()),
        lambda: wire.job("job-1"),
        lambda: wire.cancel_job("job-1"),
        lambda: list(wire.events("job-1")),
        lambda: list(wire.checkpoints("job-1")),
        lambda: wire.shutdown_on(MODEL),
        lambda: list(wire.chat(MODEL, [{"role": "user", "content": "hm"}])),
    ]


def failure_of(call: Callable[[], object]) -> CallFailed | None:
    try:
        call()
    except CallFailed as error:
        return error
    return None


def answering(provider: FakeProvider, body: bytes, status: int | None = None) -> None:
    raw = b"HTTP/1.1 %d Odd\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n" % (status or 200)
    provider.choose_fault = lambda method, path: Fault(method, path, raw=lambda: [raw, body])


def test_whatever_a_server_answers_is_read_or_one_clear_line(provider: FakeProvider, tmp_path: Path) -> None:
    wire = connect(profile_named("openai"), provider.base_url, KEY, 5.0)
    for status in (200, 401):
        for body in ODD_BODIES:
            answering(provider, body, status)
            for call in calls_of(wire, tmp_path):
                error = failure_of(call)
                if error:
                    assert "\n" not in str(error)
                    assert status == 401 or provider.base_url in str(error)
                    assert error.outcome == ("unknown" if status == 200 else "refused")
    wire.close()


def test_a_field_that_cannot_be_meant_counts_as_not_told(provider: FakeProvider, tmp_path: Path) -> None:
    wire = connect(profile_named("openai"), provider.base_url, KEY, 5.0)
    for value in ODD_VALUES:
        fields = b",".join(b'"%s": %s' % (name.encode(), value) for name in FIELDS)
        thing = b'{"id": "thing-1", %s}' % fields
        answering(
            provider, b'{"id": "thing-1", "data": [%s], %s}' % (thing, fields.replace(b'"data"', b'"d"'))
        )
        *calls, _ = calls_of(wire, tmp_path)
        for call in calls:
            told = call()
            assert told is None or "thing-1" in repr(told)
            for text in re.findall(r"\d{4}-\d\d-\d\d", repr(told)):
                assert text >= "2015"
            json.dumps(repr(told)).encode()
    wire.close()


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (SECONDS, NOW),
        (SECONDS * 1000 + 5, NOW + timedelta(milliseconds=5)),
        (SECONDS * 10**6, NOW),
        (SECONDS * 10**9, NOW),
        (str(SECONDS), NOW),
        ("2026-11-30T13:00:00+01:00", NOW),
        ("2026-11-30T12:00:00Z", NOW),
        (0, None),
        (1e30, None),
        (None, None),
        (True, None),
        ("soon", None),
        ([SECONDS], None),
    ],
)
def test_a_time_is_what_is_meant_or_unknown_and_never_1970(value: object, meant: datetime | None) -> None:
    from rolecall.providers._openai_answers import time

    assert time(value) == (meant and meant.replace(tzinfo=None))


def test_a_list_that_is_none_or_lacks_an_id_is_not_taken_for_an_empty_one(provider: FakeProvider) -> None:
    wire = connect(profile_named("openai"), provider.base_url, KEY, 5.0)
    for body in (b'{"data": {}}', b'{"data": "x"}', b'{"data": [7]}', b'{"data": [{"object": "job"}]}'):
        answering(provider, body)
        with pytest.raises(
            CallFailed, match=r"in the answer to GET /v1/fine_tuning/jobs; is the address right"
        ):
            list(wire.jobs())
    answering(provider, b'{"data": null}')
    assert list(wire.jobs()) == [], "as some servers write a list without items"
    wire.close()


def test_a_list_without_an_end_ends(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rolecall.providers._openai_calls.MOST_PAGES", 5)
    wire = connect(profile_named("openai"), provider.base_url, KEY, 5.0)
    provider.choose_fault = lambda method, path: Fault(
        method, path, body=b'{"has_more": true, "data": [{"id": "job-%d"}]}' % len(provider.requests)
    )
    with pytest.raises(CallFailed, match="more than 5 pages"):
        list(wire.jobs())
    assert len(provider.requests) == 5
    wire.close()


def altered(method: str, path: str, answer: object, change: Callable[[dict[str, object]], object]) -> object:
    """Return an answer with every object in it changed."""
    if not isinstance(answer, dict):
        return answer
    items = answer.get("data")
    if isinstance(items, list):
        return {**answer, "data": [altered(method, path, item, change) for item in items]}
    return {**answer, **change(answer)}  # type: ignore[dict-item]


def odd_times(bench: Bench, value: object) -> None:
    """Let every time of the provider be odd; a function says how from the true one."""

    def change(thing: dict[str, object]) -> dict[str, object]:
        names = [name for name in ("created_at", "finished_at") if thing.get(name)]
        return {name: value(thing[name]) if callable(value) else value for name in names}

    bench.provider.alter = lambda method, path, answer: altered(method, path, answer, change)


def test_a_job_lives_from_start_to_end_at_a_server_with_odd_times(bench: Bench) -> None:
    odd: list[object] = [lambda seconds: seconds * 1000, float("nan"), 1e30, "soon", None, -1, {"at": 7}]
    for again, value in enumerate(odd):
        odd_times(bench, value)
        started = bench.start(again=again)
        assert (started.state, started.provider_job_id) == ("polling", list(bench.provider.jobs)[-1])
        done = bench.watch(again + 1)
        assert (done.state, done.events != ()) == ("succeeded", True)
        for moment in (done.finished_at, *(event.created_at for event in done.events)):
            assert moment
            assert abs(moment - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=10)
    assert bench.provider.count(*CREATE) == len(odd)


def test_the_id_of_a_paid_job_is_stored_before_anything_else_of_its_answer_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(BaseException):
        """Ends the process, as far as the store can tell."""

    def broken(*_: object) -> None:
        raise Broken

    monkeypatch.setattr("rolecall.providers._openai_answers.job", broken)
    with pytest.raises(Broken):
        bench.start()
    monkeypatch.undo()
    (made,) = bench.provider.jobs
    assert bench.row("state, provider_job_id") == {"state": "polling", "provider_job_id": made}
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert bench.watch().state == "succeeded"
    assert bench.provider.count(*CREATE) == 1


def test_the_commands_work_with_a_server_that_answers_in_milliseconds(
    bench: Bench, keyboard: Keyboard
) -> None:
    odd_times(bench, lambda seconds: seconds * 1000)
    where = ["--provider", "openai", "--base-url", bench.provider.base_url]
    started = keyboard.type("job", "start", str(TRAINING), "--model", MODEL, *where, "--yes")
    assert started.code == 0
    (made,) = bench.provider.jobs
    assert made in started.out
    assert keyboard.type("job", "watch", "1").code == 0
    assert made in keyboard.type("job", "show", "1").out
    uploads = keyboard.type("job", "uploads").lines
    assert str(datetime.now(UTC).year) in uploads[1]
    assert keyboard.type("chat", "1", standard_input="ahoy\n").code == 0


def test_the_commands_say_in_one_line_what_is_not_the_protocol(bench: Bench, keyboard: Keyboard) -> None:
    where = ["--provider", "openai", "--base-url", bench.provider.base_url]
    start = ["job", "start", str(TRAINING), "--model", MODEL, *where, "--yes"]
    for body in (DEEP, b'{"data": [{"created_at": 1}]}', b"[" * 100_000):
        answering(bench.provider, body)
        typed = keyboard.type(*start)
        assert typed.code == 1
        assert [line.startswith("error: ") for line in typed.notes.splitlines()].count(True) == 1
        assert "job 1 stays as it is" in typed.notes
    assert "Traceback" not in typed.notes
    bench.provider.choose_fault = lambda method, path: None
    assert keyboard.type(*start).code == 0
    (job,) = list_jobs(bench.database)
    deep = b'{"id": "%s", "status": "running", "metadata": %s}' % (str(job.provider_job_id).encode(), DEEP)
    bench.provider.faults = [Fault("GET", "/fine_tuning/jobs/", body=deep)]
    assert keyboard.type("job", "watch", "1").code == 0


def test_a_paid_job_is_found_among_jobs_with_odd_times(bench: Bench) -> None:
    bench.provider.keeps_metadata = False

    def strangers(method: str, path: str) -> None:
        # Newer than ours, in the list before it, and of another file.
        if (method, path) == ("GET", CREATE[1]) and len(bench.provider.jobs) == 1:
            for at in (0, 1_500_000_000, "soon"):
                body = dict(bench.provider.job_bodies[-1], training_file=next(iter(bench.provider.uploads)))
                _, made = bench.provider.create(body)
                made |= {"created_at": at, "training_file": "file-theirs"}

    bench.provider.before_answer = strangers
    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    job = bench.start(provider="compatible")
    assert (job.state, job.provider_job_id) == ("polling", next(iter(bench.provider.jobs)))
    assert bench.provider.count(*CREATE) == 1


@pytest.mark.parametrize("change", [{"created_at": "soon"}, {"training_file": None}])
def test_a_job_of_which_too_little_is_told_is_asked_about_and_not_paid_twice(
    bench: Bench, change: dict[str, object]
) -> None:
    bench.provider.keeps_metadata = False
    bench.provider.alter = lambda method, path, answer: altered(
        method, path, answer, lambda thing: change if thing["object"] == "fine_tuning.job" else {}
    )
    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    job = bench.start(provider="compatible")
    (made,) = bench.provider.jobs
    assert (job.state, job.error_class) == ("blocked", "ask")
    for words in (made, "--adopt ID"):
        assert words in str(job.error_message)
    assert bench.provider.count(*CREATE) == 1


def test_a_list_that_cannot_be_read_lets_nothing_be_created_twice(bench: Bench) -> None:
    def unreadable(method: str, path: str) -> None:
        if (method, path) == CREATE:
            bench.provider.faults.append(
                Fault("GET", CREATE[1], body=b'{"data": [{"object": "job"}]}', times=9)
            )

    bench.provider.before_answer = unreadable
    bench.provider.faults = [Fault(*CREATE, is_dropped=True, has_effect=True)]
    with pytest.raises(
        ProviderError, match="an item without an id in the answer to GET /v1/fine_tuning/jobs"
    ):
        bench.start()
    bench.provider.faults = []
    assert bench.start().provider_job_id == next(iter(bench.provider.jobs))
    assert bench.provider.count(*CREATE) == 1


def test_a_file_of_losses_that_is_no_table_gives_none() -> None:
    assert losses_in("step,train_loss\n1," + "9" * 200_000) == []
    assert losses_in("step,train_loss\n1e299,0.5\nnan,0.5\n1e400,0.5\n") == []
