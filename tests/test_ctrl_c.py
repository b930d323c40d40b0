"""Ctrl-C in long commands, in particular where Python itself drops it: then it is heard a moment later."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from archive_builder import OWNER, archive_files, dialogue, write_folder
from job_bench import running_bench
from snapshots import column, snapshot

import rolecall
from rolecall.api import Store

STOPPED = "error: stopped; what was finished stays, and the same command goes on\n"
# Presses Ctrl-C inside the callback of a weak reference, at the CALL_NO-th call of PLACE.
PROGRAM = """
import importlib, os, signal, sys, weakref

def press(_):
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(10_000):
        pass

class Thing:
    pass

def drop():
    thing = Thing()
    reference = weakref.ref(thing, press)
    del thing

call_no, module, owner, name = int(sys.argv[1]), *sys.argv[2:5]
owner = getattr(importlib.import_module(module), owner)
call = getattr(owner, name)
calls = 0

def dropping(*args, **kwargs):
    global calls
    calls += 1
    if calls == call_no:
        drop()
    return call(*args, **kwargs)

setattr(owner, name, dropping)
import rolecall.imports.importer
rolecall.imports.importer._BATCH_MESSAGES = 100
rolecall.imports.importer._FIRST_BATCHES = 1
sys.argv = ["rolecall", *sys.argv[5:]]
from rolecall.cli import main
main()
"""
CONNECT = ("rolecall.store.database", "Database", "connect")
SLOW = "select count(*) from range(1000000) a, range(1000000) b where a.range < b.range"


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    """A store in a file alone: where Ctrl-C comes is the command's affair, whatever the engine."""
    return duckdb_store


def stopped(place: Sequence[str], call_no: int, words: Sequence[str], folder: Path) -> tuple[int, str]:
    """Run a command in which Ctrl-C is dropped once; return its exit code and what it noted."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(call_no), *place, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 60 + number) for number in range(60)]
    return write_folder(archive_files(threads), tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def imported(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, a dataset and a long training file."""
    folder = tmp_path_factory.mktemp("imported")
    store = rolecall.open(str(folder / "rolecall.duckdb"))
    store.import_archives([archive], me=[OWNER])
    store.add_persona("me", participants=[OWNER])
    store.create_dataset("chats", persona="me", has_placeholders=True)
    messages = [{"role": "user", "content": "one?"}, {"role": "assistant", "content": "one " * 50}]
    line = json.dumps({"messages": messages}) + "\n"
    (folder / "long.jsonl").write_text(line * 100_000)
    return folder


def test_a_dropped_ctrl_c_stops_an_import_which_the_same_command_completes(
    archive: Path, store: Store, tmp_path: Path
) -> None:
    store.database.path.rename(tmp_path / "rolecall.duckdb")
    words = ["import", str(archive)]
    assert stopped(("rolecall.imports.staging", "Batch", "merge"), 5, words, tmp_path) == (130, STOPPED)
    ours = rolecall.open(str(tmp_path / "rolecall.duckdb"))
    assert column(ours, "select status from imports") == ["interrupted"]
    assert 0 < len(ours.threads()) < 60
    ours.import_archives([archive])
    whole = rolecall.open(str(tmp_path / "whole.duckdb"))
    whole.import_archives([archive])
    assert snapshot(ours) == snapshot(whole)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("rolecall.exports.lines", "ExampleReader", "examples"), ["export", "chats", "-o", "chats.jsonl"]),
        (("rolecall.checking.file", "_Checker", "run"), ["check", "long.jsonl"]),
        (CONNECT, ["stats"]),
        (CONNECT, ["sql", SLOW]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_dropped_ctrl_c_stops_every_long_command(
    place: tuple[str, str, str], words: list[str], imported: Path
) -> None:
    before = {path.name for path in imported.iterdir()}
    assert stopped(place, 1, words, imported) == (130, STOPPED)
    assert {path.name for path in imported.iterdir()} == before
    exports = column(rolecall.open(str(imported / "rolecall.duckdb")), "select count(*) from exports")
    assert exports == [0]


def test_a_dropped_ctrl_c_stops_watching_a_job(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_bench(store, tmp_path, monkeypatch) as bench:
        bench.start()
        store.database.path.rename(tmp_path / "rolecall.duckdb")
        code, notes = stopped(CONNECT, 2, ["job", "watch", "1"], tmp_path)
    assert (code, notes.splitlines()[-1:]) == (130, [STOPPED.rstrip()])


def test_ctrl_c_pressed_twice_ends_an_import_all_the_same(archive: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from rolecall.cli import main; main()", "import", str(archive)]
    with subprocess.Popen(
        program, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while not (tmp_path / "rolecall.duckdb").exists():
            time.sleep(0.01)
        time.sleep(0.05)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        assert process.stderr is not None
        notes = process.stderr.read().decode()
    assert process.returncode == 130
    assert "Traceback" not in notes
    ours = rolecall.open(str(tmp_path / "rolecall.duckdb"))
    assert ours.import_archives([archive]).thread_count
