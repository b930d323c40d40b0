"""Running something in a process of its own, and what it took."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
OUR_PYTHON = "ROLECALL_BENCH_PYTHON"
"""Environment variable: the interpreter for ours. An installation for development has libraries that a user's
has not, and pyarrow loads pandas where it finds it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process took."""

    seconds: float
    """Of the whole process, the interpreter's start and imports too."""
    inside_seconds: float
    """Of the work alone."""
    peak_bytes: int


class Failed(Exception):
    """A measured process that ended with an error: no figure of it counts."""


def our_python() -> Path:
    """Return the interpreter for ours."""
    return Path(os.environ.get(OUR_PYTHON, sys.executable))


def environment_of(*folders: Path) -> dict[str, str]:
    """Return the environment of a measured process, to which some folders of modules may be added."""
    modules = os.pathsep.join(filter(None, (*map(str, folders), os.getenv("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": modules}


def measure(name: str, *words: str | Path, folder: Path) -> Taken:
    """Run `measured.NAME` in `folder` and return what it took.

    This process must stay small: Linux counts the memory of the forking process into the child's peak.
    """
    environment = environment_of(TESTS)
    python = our_python() if name == "ours" else sys.executable
    command = [str(python), "-W", "ignore", "-m", "benchmarks.measured", name, *map(str, words)]
    started = time.perf_counter()
    with (folder / "output.txt").open("w+b") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    inside = json.loads(said.rstrip().rsplit("\n", 1)[-1])["seconds"]
    return Taken(seconds, inside, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
