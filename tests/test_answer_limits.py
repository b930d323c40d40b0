"""An answer has so many bytes and so many seconds, however a server fills them."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest
from command_line import Keyboard
from fake_provider import FakeProvider, Fault, fake_provider
from job_bench import CREATE, KEY, MODEL, TRAINING, Bench, running_bench
from servers import url_of

from rolecall.api import Store
from rolecall.errors import CallFailed
from rolecall.providers import Wire, connect, profile_named

pytestmark = pytest.mark.python_only

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHAT_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
PIECE = b'data: {"id": "c", "choices": [{"index": 0, "delta": {"content": "ahoy"}}]}\n\n'
ASKED = [{"role": "user", "content": "hm"}]
LIMIT = "rolecall.providers._guard.ANSWER_BYTES"


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as running:
        yield running


@contextmanager
def wire_to(base_url: str, seconds: float = 5.0) -> Iterator[Wire]:
    wire = connect(profile_named("openai"), base_url, KEY, seconds)
    try:
        yield wire
    finally:
        wire.close()


def slowly(head: bytes, part: bytes, pause: float = 0.02) -> Callable[[], Iterator[bytes]]:
    """Return what writes a head at once, and then one part after the other without an end."""

    def write() -> Iterator[bytes]:
        yield head
        for same in repeat(part):
            time.sleep(pause)
            yield same

    return write


def without_end(head: bytes, part: bytes) -> Callable[[], Iterator[bytes]]:
    return slowly(head, part, pause=0.0)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize(
    "raw",
    [
        without_end(HEAD + b"\r\n", b" " * 65_536),
        without_end(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65_536 + b"\r\n"),
        lambda: [HEAD + b"content-encoding: gzip\r\n\r\n", gzip.compress(b" " * 50_000_000)],
        lambda: [HEAD.replace(b"200", b"500") + b"\r\n", *repeat(b" " * 65_536, 100)],
    ],
    ids=["endless", "chunked", "zipped", "error"],
)
def test_an_answer_that_never_ends_is_left_after_so_many_bytes(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch, raw: Callable[[], Iterator[bytes]]
) -> None:
    monkeypatch.setattr(LIMIT, 300_000)
    provider.faults = [Fault("GET", "/files", raw=raw)]
    with wire_to(provider.base_url) as wire, at_most(4):
        with pytest.raises(CallFailed, match="more than 300,000 bytes") as caught:
            list(wire.files())
        assert (caught.value.outcome, caught.value.code) == ("unknown", "unreadable_answer")
        assert provider.base_url in str(caught.value)
        assert list(wire.files()) == [], "the next call is a new one"


def test_a_file_of_losses_may_be_longer_than_an_answer(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMIT, 1000)
    monkeypatch.setattr("rolecall.providers._openai_wire.FILE_BYTES", 5000)
    provider.results = {"file-a": b"1" * 4000, "file-b": b"1" * 6000}
    with wire_to(provider.base_url) as wire:
        assert len(wire.file_text("file-a")) == 4000
        with pytest.raises(CallFailed, match="more than 5,000 bytes"):
            wire.file_text("file-b")


def test_the_limits_are_those_that_are_promised() -> None:
    from rolecall.jobs import Waits
    from rolecall.providers import _guard, _openai_calls, _openai_wire

    assert (_guard.ANSWER_BYTES, _openai_wire.FILE_BYTES) == (16 * 2**20, 64 * 2**20)
    assert (Waits().timeout_seconds, _openai_calls.SENDING_SECONDS) == (60.0, 600.0)
    assert (_openai_wire.FIRST_PIECE_SECONDS, _openai_wire.PIECE_SECONDS) == (600.0, 60.0)


@pytest.mark.parametrize(
    "raw",
    [
        slowly(b"", b"H"),
        slowly(HEAD, b"x: y\r\n"),
        slowly(b"", b"HTTP/1.1 103 Early\r\n\r\n"),
        slowly(HEAD + b"\r\n", b" "),
        slowly(HEAD + b"content-length: 100000\r\n\r\n", b" "),
        slowly(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        slowly(HEAD + b'\r\n{"data": []}', b" "),
    ],
    ids=["start", "head", "early", "body", "length", "chunked", "whole"],
)
def test_an_answer_that_comes_byte_by_byte_has_so_many_seconds(
    provider: FakeProvider, raw: Callable[[], Iterator[bytes]]
) -> None:
    provider.faults = [Fault("GET", "/files", raw=raw)]
    with wire_to(provider.base_url, seconds=0.3) as wire:
        with at_most(2.5), pytest.raises(CallFailed, match="too long") as caught:
            list(wire.files())
        assert caught.value.outcome == "unknown"
        assert list(wire.files()) == []


def test_a_creation_that_is_answered_byte_by_byte_is_adopted_and_not_repeated(bench: Bench) -> None:
    bench.provider.faults = [Fault(*CREATE, raw=slowly(HEAD + b"\r\n", b" "), has_effect=True)]
    with at_most(15):
        job = bench.start(waits=bench.waits(timeout_seconds=0.5))
    assert [job.provider_job_id] == list(bench.provider.jobs)
    assert bench.provider.count(*CREATE) == 1


def wait(done: threading.Event) -> None:
    done.wait(10)


@contextmanager
def listener(take: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that does one thing with its one connection; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            connection, _ = server.accept()
            with connection:
                take(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        thread.join(timeout=20)


def large_file(folder: Path) -> Path:
    path = folder / "large.jsonl"
    path.write_bytes(b"x" * 20_000_000)
    return path


def test_sending_has_a_limit_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rolecall.providers._openai_calls.SENDING_SECONDS", 0.3)
    done = threading.Event()
    with listener(lambda connection: wait(done)) as base_url, wire_to(base_url, 30.0) as wire:
        with at_most(5), pytest.raises(CallFailed, match="no answer"):
            wire.upload(large_file(tmp_path), "large.jsonl")
        done.set()


def test_a_slow_line_is_not_taken_for_a_slow_answer(tmp_path: Path) -> None:
    def take(connection: socket.socket) -> None:
        received = 0
        while received < 20_000_000:
            received += len(connection.recv(1_000_000))
            time.sleep(0.03)
        answer = b'{"id": "file-1"}'
        connection.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(answer) + answer)

    with listener(take) as base_url, wire_to(base_url, 0.4) as wire:
        assert wire.upload(large_file(tmp_path), "large.jsonl").upload_id == "file-1"


@pytest.fixture
def short_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rolecall.providers._openai_wire.FIRST_PIECE_SECONDS", 0.8)
    monkeypatch.setattr("rolecall.providers._openai_wire.PIECE_SECONDS", 0.3)


@pytest.mark.usefixtures("short_chats")
def test_the_first_piece_of_a_chat_may_take_longer_than_an_answer(provider: FakeProvider) -> None:
    def late() -> Iterator[bytes]:
        time.sleep(0.3)
        yield CHAT_HEAD
        time.sleep(0.2)
        yield PIECE
        yield b"data: [DONE]\n\n"

    provider.faults = [Fault("POST", "/chat", raw=late)]
    with wire_to(provider.base_url, 0.1) as wire:
        assert list(wire.chat(MODEL, ASKED)) == ["ahoy"]


@pytest.mark.usefixtures("short_chats")
@pytest.mark.parametrize("begun", [b"", PIECE], ids=["first", "between"])
@pytest.mark.parametrize("part", [b"", b": still here\n\n"], ids=["silent", "pinging"])
def test_a_chat_that_stops_coming_is_left(provider: FakeProvider, begun: bytes, part: bytes) -> None:
    provider.faults = [Fault("POST", "/chat", raw=slowly(CHAT_HEAD + begun, part))]
    pieces: list[str] = []
    with (
        wire_to(provider.base_url) as wire,
        at_most(2.5),
        pytest.raises(CallFailed, match=r"too long|timed out"),
    ):
        pieces.extend(wire.chat(MODEL, ASKED))
    assert pieces == (["ahoy"] if begun else [])


@pytest.mark.usefixtures("short_chats")
def test_whoever_reads_a_chat_slowly_reads_it_whole(provider: FakeProvider) -> None:
    provider.faults = [Fault("POST", "/chat", raw=lambda: [CHAT_HEAD, *[PIECE] * 3, b"data: [DONE]\n\n"])]
    pieces = []
    with wire_to(provider.base_url) as wire:
        for piece in wire.chat(MODEL, ASKED):
            time.sleep(0.4)
            pieces.append(piece)
    assert pieces == ["ahoy"] * 3


def test_a_chat_without_an_end_ends(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LIMIT, 100_000)
    provider.faults = [Fault("POST", "/chat", raw=without_end(CHAT_HEAD, PIECE))]
    with wire_to(provider.base_url) as wire, pytest.raises(CallFailed, match="more than 100,000 bytes"):
        list(wire.chat(MODEL, ASKED))


def test_the_commands_say_in_one_line_that_an_answer_is_too_long(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rolecall.jobs import Waits

    defaults = {"sleep": lambda seconds: None, "timeout_seconds": 0.3, "call_count": 2}
    monkeypatch.setattr("rolecall.jobs.sessions.Waits", lambda **_: Waits(**defaults))  # type: ignore[arg-type]
    monkeypatch.setattr(LIMIT, 100_000)
    with running_bench(store, tmp_path, monkeypatch) as bench:
        keyboard = Keyboard(tmp_path, url_of(bench.database), monkeypatch)
        where = ["--provider", "openai", "--base-url", bench.provider.base_url, "--yes"]
        for raw, words in (
            (slowly(HEAD + b"\r\n", b" "), "too long"),
            (without_end(HEAD + b"\r\n", b" " * 65_536), "more than 100,000 bytes"),
        ):
            bench.provider.faults = [Fault("GET", "/files", raw=raw, times=9)]
            typed = keyboard.type("job", "start", str(TRAINING), "--model", MODEL, *where)
            assert typed.code == 1
            assert "Traceback" not in typed.notes
            (line,) = [line for line in typed.notes.splitlines() if line.startswith("error: ")]
            assert words in line
            assert "job 1 stays as it is" in line
