"""A command that starts processes of its own, and what all of them took: Linux alone says it."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import Failed

EXECUTOR = b"CoarseGrainedExecutorBackend"
_PAUSE_SECONDS = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Tree:
    """What a command took, with every process below it."""

    seconds: float = 0
    peak_bytes: int = 0
    """All of them together, but for the executors of Spark: the most at one time."""
    executors: dict[int, int] = field(default_factory=dict)
    """Process -> the most memory that it had."""


def measure_tree(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Tree:
    """Run a command in `folder` and return what it took, looked at ten times a second.

    Raises:
        Failed: It ended with an error.
    """
    taken, started = Tree(), time.perf_counter()
    with (folder / "output.txt").open("w+b") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, env=environment)
        while process.poll() is None:
            _look(process.pid, taken)
            time.sleep(_PAUSE_SECONDS)
        taken.seconds = time.perf_counter() - started
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return taken


def _look(root: int, taken: Tree) -> None:
    together = 0
    for pid in _tree(root):
        try:
            size = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
            is_executor = pid in taken.executors or EXECUTOR in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        if is_executor:
            taken.executors[pid] = max(size, taken.executors.get(pid, 0))
        else:
            together += size
    taken.peak_bytes = max(taken.peak_bytes, together)


def together_bytes(root: int) -> int:
    """Return the proportional resident memory of a process and all below it; 0 where nobody says."""
    together = 0
    for pid in _tree(root):
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:  # it has ended
            continue
        together += sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:"))
    return together


def _tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found
