"""An import as a process: seconds, processor time and memory, beside a bare parse in the same run."""

import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.archive import Shape
from benchmarks.processes import together_bytes
from benchmarks.rounds import generated
from benchmarks.targets import MEGABYTE, Figure
from benchmarks.timing import Failed, environment_of, our_python
from benchmarks.words import OWNER

Say = Callable[[str], None]
THREADS_OF_A_MILLION = 300
THREE_MESSAGES = 3
MOST_BYTES = 512 * MEGABYTE
_PAUSE_SECONDS = 0.1
FLOOR, LIBRARIES = "the bare parse", "import duckdb, pyarrow"
FIRST, AGAIN = "first import", "unchanged archive"
INTO_EMPTY, INTO_FULL = "three messages into an empty store", "three messages into a full store"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, with those that it started."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """Proportional resident memory (PSS), the most at one time, looked at ten times a second, on Linux."""


def measure_imports(messages: int, rounds: int, folder: Path, say: Say) -> list[dict[str, Cost]]:
    """Return what each process took, in as many rounds, each on a store of its own."""
    threads = max(1, messages * THREADS_OF_A_MILLION // 1_000_000)
    archive = generated(Shape(messages, threads=threads), folder, say)
    three = generated(Shape(THREE_MESSAGES, threads=1, seed=6), folder, say)
    return [_round(archive, three, folder, say) for _ in range(rounds)]


def measure_shapes(messages: int, folder: Path, say: Say) -> dict[str, Cost]:
    """Return what a first import takes of the same messages in other shapes, and of five times as many."""
    threads = max(1, messages * THREADS_OF_A_MILLION // 1_000_000)
    shapes = {
        "everything in one chat": Shape(messages, threads=1),
        "everything in one file": Shape(messages, is_one_file=True),
        f"{5 * messages:,} messages": Shape(5 * messages, threads=5 * threads),
    }
    found: dict[str, Cost] = {}
    for name, shape in shapes.items():
        archive = generated(shape, folder, say)
        with TemporaryDirectory(prefix="import-", dir=folder) as room:
            say(name)
            found[name] = _ours(Path(room), "store.duckdb", archive)
    return found


def _round(archive: Path, three: Path, folder: Path, say: Say) -> dict[str, Cost]:
    with TemporaryDirectory(prefix="import-", dir=folder) as name:
        room = Path(name)
        found: dict[str, Cost] = {}

        def note(what: str, cost: Cost) -> None:
            megabytes = cost.peak_bytes / MEGABYTE
            say(f"{what}: {cost.seconds:.2f} s, {cost.cpu_seconds:.2f} CPU s, {megabytes:.0f} MB")
            found[what] = cost

        note(FLOOR, _floor(archive))
        note(LIBRARIES, measure_process([str(our_python()), "-c", "import duckdb, pyarrow"], room))
        note(FIRST, _ours(room, "store.duckdb", archive))
        note(AGAIN, _ours(room, "store.duckdb", archive))
        note(INTO_EMPTY, _ours(room, "empty.duckdb", three))
        note(INTO_FULL, _ours(room, "store.duckdb", three))
        return found


def _floor(archive: Path) -> Cost:
    """Read and parse every JSON file, without the interpreter's start: what no reader can do without."""
    import orjson

    paths = sorted(archive.rglob("*.json"))
    started, before = time.perf_counter(), _cpu_seconds(resource.RUSAGE_SELF)
    for path in paths:
        orjson.loads(path.read_bytes())
    return Cost(time.perf_counter() - started, _cpu_seconds(resource.RUSAGE_SELF) - before, 0)


def _ours(room: Path, store: str, archive: Path) -> Cost:
    program = our_python().with_name("rolecall")
    return measure_process([str(program), "--store", store, "import", str(archive), "--me", OWNER], room)


def measure_process(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in `folder` and return what it and its children took.

    Raises:
        Failed: It ended with an error.
    """
    before, started = _cpu_seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder / "output.txt").open("w+b") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, env=environment_of())
        # Beside it, since to wait with a limit is to look every now and then.
        looking = _Looking(process.pid)
        looking.start()
        process.wait()
        seconds = time.perf_counter() - started
        looking.is_over.set()
        looking.join()
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Cost(seconds, _cpu_seconds(resource.RUSAGE_CHILDREN) - before, looking.peak_bytes)


class _Looking(threading.Thread):
    """Looks at the memory of a process, and of those below it, until it is over."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.is_over = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self.is_over.wait(_PAUSE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, together_bytes(self._pid))


def _cpu_seconds(whose: int) -> float:
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def import_figures(rounds: Sequence[dict[str, Cost]], shapes: dict[str, Cost]) -> list[Figure]:
    """Return the figures that were aimed at: what must be reached, with what was measured."""

    def ratio(what: str, floor: str, limit: float, aim: float) -> Figure:
        values = tuple(one[what].seconds / one[floor].seconds for one in rounds)
        return Figure(f"{what}, to {floor} (goal {aim})", limit, values)

    memory = {FIRST: tuple(one[FIRST].peak_bytes for one in rounds)}
    memory |= {name: (cost.peak_bytes,) for name, cost in shapes.items()}
    return [
        ratio(FIRST, FLOOR, 4, 2.5),
        ratio(AGAIN, FLOOR, 1, 0.6),
        ratio(INTO_EMPTY, LIBRARIES, 4, 2.5),
        ratio(INTO_FULL, LIBRARIES, 4, 2.5),
        *(
            Figure(f"most memory, {name} (goal 300 MB)", MOST_BYTES, values, "MB")
            for name, values in memory.items()
        ),
    ]


def cost_table(rounds: Sequence[dict[str, Cost]], shapes: dict[str, Cost]) -> str:
    """Return what every process took, as a markdown table of medians."""
    lines = ["| process | seconds | CPU seconds | memory, MB |", "|---|---|---|---|"]
    taken = {name: [one[name] for one in rounds] for name in rounds[0]}
    for name, costs in (taken | {name: [cost] for name, cost in shapes.items()}).items():
        seconds, cpu, peak = (
            median(getattr(cost, field) for cost in costs)
            for field in ("seconds", "cpu_seconds", "peak_bytes")
        )
        lines.append(f"| {name} | {seconds:.2f} | {cpu:.2f} | {f'{peak / MEGABYTE:.0f}' if peak else ''} |")
    return "\n".join(lines)
