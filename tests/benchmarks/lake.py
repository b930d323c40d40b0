"""A study in a lake: donors loaded one after the other, and one dataset written by Spark and by DuckDB.

Each donor's archive is there only while it is loaded, so that the disk holds the lake and two exports.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from shutil import rmtree

from benchmarks.archive import Shape, write_archive
from benchmarks.processes import Tree, measure_tree
from benchmarks.timing import OUR_PYTHON, TESTS, Failed
from benchmarks.words import OWNER

Say = Callable[[str], None]
DONOR_MESSAGES = 1_000_000
PILOT_MESSAGES = 1_000
MASTER = "local-cluster[2,1,1024]"
BUCKETS = 64
MEGABYTE = 1024 * 1024
_DATASET, _PERSONA, _TASKS = "voices", "donors", 4


@dataclass(slots=True)
class Study:
    """What was measured, by the name of each step; a step of several commands has several."""

    messages: int
    steps: dict[str, list[Tree]] = field(default_factory=dict)
    example_count: int = 0
    byte_count: int = 0


def measure_study(messages: int, folder: Path, say: Say) -> Study:
    """Generate donors, load them, export by both engines and compare every byte.

    Raises:
        Failed: A command failed, or the bytes are not the same.
    """
    study, lake = Study(messages), folder / "lake"
    rmtree(lake, ignore_errors=True)

    def run(step: str, *words: str | Path) -> None:
        say(f"rolecall {step}")
        taken = _run(folder, *words)
        study.steps.setdefault(step, []).append(taken)
        say(f"{taken.seconds:.1f} s, {taken.peak_bytes / MEGABYTE:.0f} MB")  # should a later one fail

    for words in _pilot(folder):
        _run(folder, *words)
    for number, first in enumerate(range(0, messages, DONOR_MESSAGES), start=1):
        archive = folder / f"donor-{number}"
        rmtree(archive, ignore_errors=True)
        write_archive(Shape(min(DONOR_MESSAGES, messages - first), seed=number), archive)
        named = ("--owner", f"donor-{number}", "--me", OWNER, "--persona", _PERSONA)
        run("lake import, a donor", "lake", "import", archive, "--lake", lake, *named)
        rmtree(archive)
    by_spark, by_duckdb = folder / "by-spark", folder / "by-duckdb"
    for out in (by_spark, by_duckdb):
        rmtree(out, ignore_errors=True)
    run("export --master", "export", _DATASET, "--lake", lake, "-o", by_spark, "--master", MASTER)
    for first in range(0, BUCKETS, BUCKETS // _TASKS):
        between = f"{first}-{first + BUCKETS // _TASKS - 1}"
        words = ("lake", "export", _DATASET, "--lake", lake, "-o", by_duckdb, "--buckets", between)
        run(f"lake export --buckets, {_TASKS} one after the other", *words)
    say("comparing the bytes")
    _compare(study, by_spark, by_duckdb)
    return study


def study_table(study: Study) -> str:
    """Return what every step took, as a markdown table."""
    lines = ["| command | seconds | memory, MB | each executor, MB |", "|---|---|---|---|"]
    for name, runs in study.steps.items():
        most = max(one.peak_bytes for one in runs)
        executors = sorted({size // MEGABYTE for one in runs for size in one.executors.values()})
        seconds = sum(one.seconds for one in runs) / (len(runs) if name.endswith("a donor") else 1)
        shown = ", ".join(map(str, executors))
        lines.append(f"| rolecall {name} | {seconds:.1f} | {most / MEGABYTE:.0f} | {shown} |")
    same = f"{study.example_count:,} examples in {study.byte_count:,} bytes, the same of both engines"
    return f"{study.messages:,} messages, {same}\n\n" + "\n".join(lines)


def _pilot(folder: Path) -> list[tuple[str | Path, ...]]:
    """Return the commands that bring a recipe into the lake: with a small store, as a study begins."""
    archive, store = folder / "pilot", folder / "pilot.duckdb"
    rmtree(archive, ignore_errors=True)
    store.unlink(missing_ok=True)
    write_archive(Shape(PILOT_MESSAGES, seed=0), archive)
    typed: list[tuple[str | Path, ...]] = [
        ("import", archive, "--me", OWNER, "--owner", "pilot"),
        ("persona", "add", _PERSONA, "--participant", OWNER),
        ("dataset", "create", _DATASET, "--persona", _PERSONA),
        ("lake", "build", "--lake", folder / "lake"),
    ]
    return [("--store", store, *words) for words in typed]


def _run(folder: Path, *words: str | Path) -> Tree:
    python = os.environ.get(OUR_PYTHON, sys.executable)
    paths = os.pathsep.join(filter(None, (str(TESTS), os.getenv("PYTHONPATH"))))
    command = [python, "-W", "ignore", "-m", "benchmarks.measured", "ours", *map(str, words)]
    return measure_tree(command, folder, {**os.environ, "PYTHONPATH": paths})


def _compare(study: Study, by_spark: Path, by_duckdb: Path) -> None:
    ours, theirs = ({path.name: path for path in one.glob("*.jsonl")} for one in (by_spark, by_duckdb))
    different = sorted(ours.keys() ^ theirs.keys()) + [
        name for name in sorted(ours.keys() & theirs.keys()) if _hash(ours[name]) != _hash(theirs[name])
    ]
    if different:
        raise Failed(f"Spark and DuckDB wrote different bytes: {', '.join(different)}")
    manifest = json.loads((by_spark / "manifest.json").read_text())
    study.example_count, study.byte_count = manifest["example_count"], manifest["byte_count"]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
