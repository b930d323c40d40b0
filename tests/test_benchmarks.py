"""The benchmark works: its archives are what they say, and every process that it measures runs."""

import hashlib
import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.__main__ import main
from benchmarks.archive import Shape, write_archive
from benchmarks.processes import measure_tree
from benchmarks.timing import Failed
from benchmarks.words import OWNER

import rolecall
from rolecall.api import Store


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.json")
    }


def test_an_archive_has_as_many_messages_as_asked_newest_first_and_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.archive.FILE_MESSAGES", 700)
    archive = write_archive(Shape(5000), tmp_path / "one")
    assert _hashes(archive) == _hashes(write_archive(Shape(5000), tmp_path / "two"))
    assert _hashes(archive) != _hashes(write_archive(Shape(5000, seed=6), tmp_path / "three"))
    counts: Counter[str] = Counter()
    for path in archive.rglob("message_*.json"):
        text = path.read_bytes()
        assert text.isascii()
        messages = json.loads(text)["messages"]
        times = [message["timestamp_ms"] for message in messages]
        assert times == sorted(times, reverse=True)
        assert len(messages) <= 700
        counts[path.name] += len(messages)
    assert counts.total() == 5000
    assert counts["message_2.json"]


@pytest.mark.parametrize("shape", [Shape(3000, threads=1), Shape(3000, is_one_file=True)])
def test_everything_may_stand_in_one_thread_or_in_one_file(
    shape: Shape, store: Store, tmp_path: Path
) -> None:
    summary = store.import_archives([write_archive(shape, tmp_path / "archive")], me=[OWNER])
    assert (summary.added_count, summary.thread_count, summary.skipped_count) == (3000, 1, 0)


def test_the_later_download_holds_what_the_first_one_does_and_one_percent_more(
    store: Store, tmp_path: Path
) -> None:
    first = write_archive(Shape(20_000), tmp_path / "first")
    later = write_archive(Shape(20_000, is_later=True), tmp_path / "later")
    assert store.import_archives([first]).added_count == 20_000
    summary = store.import_archives([later])
    assert summary.owner_name == OWNER
    assert 150 <= summary.added_count <= 250
    assert 0 < summary.changed_count <= 100
    assert {thread.kind for thread in store.threads()} == {"direct", "group"}


def test_one_command_measures_ours_theirs_and_the_floor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(rolecall.__file__).parents[1]))
    figures = tmp_path / "figures.json"
    main(["--messages", "20000", "--rounds", "1", "--only", "pipelines", "--json", str(figures)])
    shown = capsys.readouterr().out
    found = json.loads(figures.read_text())
    assert len(found["figures"]) == 9
    for figure in found["figures"]:
        assert f"| {figure['what']} |" in shown
        assert figure["median"] > 0
    (measured,) = found["measured"]["pipelines"]
    assert {"floor", "theirs", "import", "check", "status"} < set(measured)
    assert all(taken["peak_bytes"] > 10_000_000 for taken in measured.values())


_PARENT = """
import subprocess, sys
child = "import time; held = bytearray(80_000_000); time.sleep(2)"
others = ([], ["CoarseGrained" + "ExecutorBackend"])
started = [subprocess.Popen([sys.executable, "-c", child, *words]) for words in others]
for one in started:
    one.wait()
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc, which tells memory by process")
def test_the_memory_of_a_command_is_that_of_all_its_processes_and_executors_stand_apart(
    tmp_path: Path,
) -> None:
    taken = measure_tree([sys.executable, "-c", _PARENT], tmp_path, os.environ)
    assert taken.seconds > 2
    assert 80_000_000 < taken.peak_bytes < 155_000_000
    (executor,) = taken.executors.values()
    assert executor > 80_000_000
    with pytest.raises(Failed, match="ended with 3"):
        measure_tree([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, os.environ)
