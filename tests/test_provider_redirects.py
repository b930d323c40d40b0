"""A provider that names another address: what people agreed to send to one host goes to no other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Keyboard
from fake_provider import FakeProvider, Fault, fake_provider
from job_bench import CREATE, KEY, MODEL, TRAINING, Bench
from servers import url_of

from rolecall.errors import CallFailed
from rolecall.jobs import cancel_job, chat, list_uploads, plan_chat, resume_job
from rolecall.providers import connect, profile_named

pytestmark = [pytest.mark.python_only, pytest.mark.usefixtures("no_waits")]

UNDONE = (301, 307, 308)


@pytest.fixture
def keyboard(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(bench.database), monkeypatch)


@pytest.fixture
def other() -> Iterator[FakeProvider]:
    """Give another provider, which should never hear of anything."""
    with fake_provider() as provider:
        yield provider
        assert provider.requests == []


def host_of(provider: FakeProvider) -> str:
    return provider.base_url.removeprefix("http://").removesuffix("/v1")


def to_other(method: str, path: str, status: int, other: FakeProvider, **more: object) -> Fault:
    headers = {"location": f"{other.base_url}{path}"}
    return Fault(method, path, status=status, headers=headers, times=9, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [302, 307])
def test_an_upload_that_is_sent_on_is_blocked_and_no_byte_goes_there(
    bench: Bench, other: FakeProvider, status: int
) -> None:
    bench.provider.faults = [to_other("POST", "/files", status, other)]
    job = bench.start()
    assert (job.state, job.error_class, job.error_code) == ("blocked", "address", "redirected")
    said = str(job.error_message)
    for words in (
        host_of(bench.provider),
        host_of(other),
        str(status),
        "rolecall job cancel 1",
        "--base-url",
    ):
        assert words in said
    assert bench.provider.count("POST", "/files") == 1
    bench.provider.faults = []
    assert bench.start().state == "polling"


@pytest.mark.parametrize("status", UNDONE)
def test_a_creation_that_is_sent_on_made_nothing_and_is_blocked(
    bench: Bench, other: FakeProvider, status: int
) -> None:
    bench.provider.faults = [to_other(*CREATE, status, other)]
    job = bench.start()
    assert (job.state, job.error_class, job.open_creation_count) == ("blocked", "address", 0)
    assert bench.provider.count(*CREATE) == 1
    assert bench.rows("select outcome, http_status from job_attempts where action = 'create'") == [
        ("refused", status)
    ]
    cancelled = cancel_job(bench.database, 1, waits=bench.waits())
    assert cancelled.state == "cancelled"


def test_a_creation_with_another_redirect_is_looked_for_and_adopted(
    bench: Bench, other: FakeProvider
) -> None:
    bench.provider.faults = [to_other(*CREATE, 302, other, has_effect=True)]
    job = bench.start()
    assert (job.state, job.error_message) == ("polling", None)
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1


@pytest.mark.parametrize("status", [302, 304])
def test_a_creation_with_another_redirect_is_never_repeated_by_itself(
    bench: Bench, other: FakeProvider, status: int
) -> None:
    bench.provider.faults = [to_other(*CREATE, status, other)]
    job = bench.start(waits=bench.waits(settle_seconds=90))
    assert (job.state, job.error_class) == ("blocked", "ask")
    assert 85 < max(bench.pauses) <= 90, "it settles first"
    said = str(job.error_message)
    for words in (host_of(bench.provider), host_of(other), "--adopt ID", "--adopt none", "job cancel 1"):
        assert words in said
    bench.provider.faults = []
    for again in (bench.start(), bench.start(), resume_job(bench.database, 1, waits=bench.waits())):
        assert (again.state, again.error_class, again.error_message) == ("blocked", "ask", said)
    assert bench.provider.count(*CREATE) == 1
    made = resume_job(bench.database, 1, adopt="none", waits=bench.waits())
    assert (made.state, made.error_message) == ("polling", None)
    assert bench.provider.count(*CREATE) == 2


def test_an_unclear_creation_stays_unclear_when_the_look_fails_too(bench: Bench, other: FakeProvider) -> None:
    def also_the_look(method: str, path: str) -> None:
        if (method, path) == CREATE:
            bench.provider.faults.append(Fault("GET", CREATE[1], status=401, message="No."))

    bench.provider.before_answer = also_the_look
    bench.provider.faults = [to_other(*CREATE, 302, other)]
    assert bench.start().error_class == "auth"
    bench.provider.before_answer = lambda method, path: None
    bench.provider.faults = []
    job = bench.start()
    assert (job.state, job.error_class) == ("blocked", "ask")
    assert "--adopt none" in str(job.error_message)
    assert bench.provider.count(*CREATE) == 1


def test_a_job_at_an_address_that_has_moved_can_be_cancelled(bench: Bench, other: FakeProvider) -> None:
    def everything_else(method: str, path: str) -> None:
        if (method, path) == CREATE:
            bench.provider.faults.append(to_other("GET", CREATE[1], 302, other))

    bench.provider.before_answer = everything_else
    bench.provider.faults = [to_other(*CREATE, 302, other)]
    job = bench.start()
    assert (job.state, job.error_class) == ("blocked", "address")
    cancelled = cancel_job(bench.database, 1, note=bench.notes.append, waits=bench.waits())
    assert cancelled.state == "cancelled"
    assert any("cancel that there" in note for note in bench.notes)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/files"), ("GET", "/fine_tuning/jobs"), ("GET", "/fine_tuning/jobs/")],
    ids=["files", "jobs", "poll"],
)
def test_any_other_call_that_is_sent_on_is_blocked(
    bench: Bench, other: FakeProvider, method: str, path: str
) -> None:
    if path.endswith("/"):
        bench.start()
    bench.provider.faults = [to_other(method, path, 303, other)]
    job = bench.watch() if path.endswith("/") else bench.start()
    assert (job.state, job.error_class) == ("blocked", "address")
    assert host_of(other) in str(job.error_message)
    bench.provider.faults = []
    done = bench.watch() if path.endswith("/") else bench.start()
    assert done.state in ("polling", "succeeded")


def test_what_is_no_step_of_a_job_is_not_sent_on_either(bench: Bench, other: FakeProvider) -> None:
    bench.start()
    bench.watch()
    bench.provider.faults = [
        to_other("POST", "/chat/completions", 307, other),
        to_other("GET", "/files", 302, other),
    ]
    plan = plan_chat(bench.database, "1")
    with (
        chat(bench.database, plan, waits=bench.waits()) as talk,
        pytest.raises(CallFailed, match=host_of(other)),
    ):
        list(talk.say("hm"))
    with pytest.raises(CallFailed, match=host_of(other)):
        list_uploads(bench.database, waits=bench.waits())


def test_every_call_of_the_wire_refuses_to_be_sent_on(
    bench: Bench, other: FakeProvider, tmp_path: Path
) -> None:
    from rolecall.providers import JobRequest

    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"{}\n")
    wire = connect(profile_named("openai"), bench.provider.base_url, KEY, 5.0)
    calls: dict[str, Callable[[], object]] = {
        "files": lambda: list(wire.files()),
        "upload": lambda: wire.upload(path, "lines.jsonl"),
        "file": lambda: wire.file("file-1"),
        "delete_file": lambda: wire.delete_file("file-1"),
        "file_text": lambda: wire.file_text("file-1"),
        "create_job": lambda: wire.create_job(JobRequest(MODEL, "file-1")),
        "jobs": lambda: list(wire.jobs()),
        "job": lambda: wire.job("job-1"),
        "cancel_job": lambda: wire.cancel_job("job-1"),
        "events": lambda: list(wire.events("job-1")),
        "checkpoints": lambda: list(wire.checkpoints("job-1")),
        "shutdown_on": lambda: wire.shutdown_on(MODEL),
        "chat": lambda: list(wire.chat(MODEL, [{"role": "user", "content": "hm"}])),
    }
    for status in (*range(300, 310), 399):
        bench.provider.choose_fault = lambda method, path, status=status: to_other(  # type: ignore[misc]
            method, path, status, other
        )
        for name, call in calls.items():
            with pytest.raises(CallFailed) as caught:
                call()
            is_open = name == "create_job" and status not in UNDONE
            assert caught.value.outcome == ("unknown" if is_open else "refused"), (name, status)
            assert (caught.value.code, caught.value.http_status) == ("redirected", status)
    wire.close()


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://127.0.0.1/v1/files", "its address seems to be https://127.0.0.1/v1;"),
        ("//127.0.0.1:{port}/v1/files/", "a slash at the end of each path"),
        ("//127.0.0.1:{port}//v1/files", "a slash at the end of each path"),
        ("https://elsewhere.example/v1/files", "elsewhere.example"),
        ("https://h:no/", "an address that it does not name"),
        ("", "an address that it does not name"),
        (f"https://name:{KEY}@elsewhere.example/{KEY}", "elsewhere.example"),
    ],
)
def test_the_address_to_use_is_named_where_it_is_the_same_servers(
    bench: Bench, location: str, words: str
) -> None:
    port = host_of(bench.provider).partition(":")[2]
    headers = {"location": location.format(port=port)} if location else {}
    bench.provider.faults = [Fault("POST", "/files", status=307, headers=headers)]
    job = bench.start()
    assert (job.state, job.error_class) == ("blocked", "address")
    said = f"{job.error_message};"
    assert words in said.replace(". For", ";")
    assert KEY not in said
    is_named = "seems to be" in said
    assert is_named == location.startswith("https://127")


def test_the_commands_say_it_in_one_line_and_send_nothing_on(
    bench: Bench, keyboard: Keyboard, other: FakeProvider
) -> None:
    start = ["job", "start", str(TRAINING), "--model", MODEL, "--provider", "openai", "--base-url"]
    bench.provider.faults = [to_other("POST", "/files", 307, other)]
    blocked = keyboard.type(*start, bench.provider.base_url, "--yes")
    assert blocked.code == 1
    assert "Traceback" not in blocked.notes
    assert host_of(other) in blocked.out
    assert "rolecall job cancel 1" in blocked.out
    bench.provider.faults = [to_other(*CREATE, 302, other)]
    asked = keyboard.type("job", "resume", "1")
    assert (asked.code, asked.out.count("--adopt none")) == (1, 1)
    assert keyboard.type("job", "resume", "1").code == 1
    assert bench.provider.count(*CREATE) == 1
    assert keyboard.type("job", "cancel", "1").code == 0
    bench.provider.faults = [to_other("GET", "/files", 308, other)]
    listed = keyboard.type("job", "uploads")
    assert (listed.code, len(listed.notes.splitlines())) == (1, 1)
    assert host_of(other) in listed.notes
    bench.provider.faults = [to_other("POST", "/chat/completions", 308, other)]
    words = ["chat", "some-model", "--base-url", bench.provider.base_url]
    talked = keyboard.type(*words, standard_input="hm\n")
    assert talked.code == 1
    assert host_of(other) in talked.notes
    assert "Traceback" not in talked.notes
