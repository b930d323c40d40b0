"""Limits of time and memory that hold for what an engine works out while it plans, and hears nothing."""

import re
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from command_line import ROLECALL

from rolecall.api import Store
from rolecall.errors import QueryError, StoreBusy
from rolecall.queries import waiting

# A constant: seconds of work and gigabytes of memory, and no place where the engine would hear an interrupt.
CONSTANT = "select length(repeat('a', 1500000000))"
# Less of it, for what is to end by itself in the process of the tests.
SHORT = "select length(repeat('a', 250000000))"
TABLE = "select repeat('a', 1000000) as body from range(3000)"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a program holds")


@pytest.fixture
def folder(sample_store: Store, tmp_path: Path) -> Path:
    """A folder with a store, as a command finds it."""
    sample_store.database.path.rename(tmp_path / "rolecall.duckdb")
    return tmp_path


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    """A store in a file: a server bounds its own work."""
    return duckdb_store


def run(folder: Path, *words: str) -> tuple[int, str, str, float]:
    """Run a command; return its exit code, data, notes, and the seconds that it took."""
    started = time.monotonic()
    done = subprocess.run(
        [*ROLECALL, "sql", *words], cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    return done.returncode, done.stdout, done.stderr, time.monotonic() - started


def test_a_constant_that_takes_too_long_ends_the_command_with_one_line(folder: Path) -> None:
    code, data, notes, seconds = run(folder, CONSTANT, "--seconds", "0.5", "--memory", "30GB")
    assert (code, data) == (1, "")
    assert re.fullmatch(r"error: the query took too long and was stopped; .*--seconds\n", notes)
    assert seconds < 30
    assert run(folder, "select 1 as one")[:2] == (0, "one\n1\n")


@on_linux
@pytest.mark.parametrize("query", [CONSTANT, TABLE, "select list_sum(range(400000000))"])
def test_what_the_engine_does_not_count_is_bounded_by_the_memory_of_the_command(
    folder: Path, query: str
) -> None:
    code, data, notes, _ = run(folder, query, "--memory", "200MB", "-o", "x.csv")
    assert (code, data) == (1, "")
    assert re.fullmatch(r"error: the query took too much memory .*--memory\n|error: .*[Mm]emory.*\n", notes)
    assert [path.name for path in folder.iterdir()] == ["rolecall.duckdb"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert peak < 1300, "megabytes; without a bound it is 2,500 and more"


def test_ctrl_c_ends_a_constant_too(folder: Path) -> None:
    process = subprocess.Popen(
        [*ROLECALL, "sql", CONSTANT, "--memory", "30GB"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(3)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, notes = process.communicate(timeout=60)
    assert process.returncode == 130
    assert notes == b"error: stopped; what was finished stays, and the same command goes on\n"
    assert time.monotonic() - started < 20


def test_waiting_for_whoever_takes_the_rows_is_no_time_of_the_query(folder: Path) -> None:
    command = [*ROLECALL, "sql", "select range from range(300000)", "--seconds", "2"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(4)
        assert process.stdout.read().count(b"\n") == 300_000
    assert process.returncode == 0


def test_a_library_gets_its_error_in_time_and_the_file_is_closed_when_the_engine_lets_go(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "GRACE_SECONDS", 0.1)
    started = time.monotonic()
    with pytest.raises(QueryError, match="took too long"), sample_store.sql(SHORT, seconds=0.1):
        pass
    assert time.monotonic() - started < 2
    assert waiting.is_left_behind()
    while waiting.is_left_behind():
        with sample_store.sql("select count(*) as n from messages") as result:  # others read meanwhile
            assert next(result.rows()) == {"n": 16}
    assert sample_store.set_me("Bo Lund").is_self
    assert not [one for one in threading.enumerate() if one.name == "rolecall-query"]


def test_while_a_query_that_was_left_behind_goes_on_a_writer_is_refused(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr("rolecall.store.sharing.PATIENCE_SECONDS", 0.01)
    with pytest.raises(QueryError, match="took too long"), sample_store.sql(SHORT, seconds=0.1):
        pass
    with pytest.raises(StoreBusy, match="repeat when it has ended"):
        sample_store.set_me("Bo Lund")
    while waiting.is_left_behind():
        time.sleep(0.05)
    monkeypatch.undo()
    assert sample_store.set_me("Bo Lund").is_self
