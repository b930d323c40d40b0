"""What was aimed at, what was measured, and both as tables."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.rounds import AGAIN, FIRST, IMPORT, LATER, SECOND, WINDOWS, Round

MEGABYTE = 1024 * 1024
MOST_BYTES = 512 * MEGABYTE
MOST_GROWTH = 1.3


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its target."""

    what: str
    limit: float
    values: tuple[float, ...]
    """One a round."""
    unit: str = ""

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def is_met(self) -> bool:
        """Whether the median is within the target."""
        return self.middle <= self.limit


def pipeline_figures(rounds: Sequence[Round]) -> list[Figure]:
    """Return the figures of whole rounds: ratios of seconds in the same round, and memory.

    Ours and theirs are whole processes; the floor is the reading and parsing alone.
    """

    def each(what: str, limit: float, value: Callable[[Round], float], unit: str = "") -> Figure:
        return Figure(what, limit, tuple(value(one) for one in rounds), unit)

    def to(one: Round, *names: str) -> float:
        return sum(one[name].seconds for name in names)

    return [
        each(
            "import and export (preset `langchain`), to langchain-community",
            1 / 10,
            lambda one: to(one, IMPORT, WINDOWS) / to(one, "theirs"),
        ),
        each("import, to the bare parse", 2.5, lambda one: to(one, IMPORT) / one["floor"].inside_seconds),
        each(
            "export in the default mode, the first time, to langchain-community",
            1 / 3,
            lambda one: to(one, FIRST) / to(one, "theirs"),
        ),
        each("the same, the second time", 1 / 5, lambda one: to(one, SECOND) / to(one, "theirs")),
        each(
            "import of the unchanged archive, to the first import",
            1 / 20,
            lambda one: to(one, AGAIN) / to(one, IMPORT),
        ),
        each(
            "import of a download that overlaps by 99 %, to the first import",
            2 / 3,
            lambda one: to(one, LATER) / to(one, IMPORT),
        ),
        each("`rolecall status`", 1, lambda one: to(one, "status"), "s"),
        each("`rolecall --help`", 0.3, lambda one: to(one, "--help"), "s"),
        each("most memory of any command", MOST_BYTES, own_peak, "MB"),
    ]


def own_peak(one: Round) -> float:
    """Return the most memory that a command of ours took."""
    return max(taken.peak_bytes for name, taken in one.items() if name not in ("floor", "theirs"))


def shape_figures(shapes: Mapping[str, Sequence[Round]]) -> list[Figure]:
    """Return the memory of the same messages in other shapes."""
    return [
        Figure(f"most memory with everything in {shape}", MOST_BYTES, tuple(map(own_peak, rounds)), "MB")
        for shape, rounds in shapes.items()
    ]


def growth_figures(growth: Mapping[int, Sequence[Round]]) -> list[Figure]:
    """Return how much more memory more messages take; nothing without several sizes."""
    smallest = min(growth)
    base = median(map(own_peak, growth[smallest]))
    return [
        Figure(
            f"memory at {size:,} messages, to {smallest:,}",
            MOST_GROWTH,
            tuple(own_peak(one) / base for one in rounds),
        )
        for size, rounds in growth.items()
        if size > smallest
    ]


def figure_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a markdown table."""
    lines = ["| what | target | measured (median) | lowest to highest | |", "|---|---|---|---|---|"]
    for one in figures:
        low, high = _shown(min(one.values), one.unit), _shown(max(one.values), one.unit)
        met = "met" if one.is_met else "**missed**"
        lines.append(
            f"| {one.what} | {_shown(one.limit, one.unit)} | {_shown(one.middle, one.unit)}"
            f" | {low} to {high} | {met} |"
        )
    return "\n".join(lines)


def command_table(rounds: Sequence[Round]) -> str:
    """Return what every process took, as a markdown table of medians."""
    lines = ["| process | seconds | of them work | memory, MB |", "|---|---|---|---|"]
    for name in rounds[0]:
        taken = [one[name] for one in rounds if name in one]
        label = {"floor": "the bare parse", "theirs": "langchain-community"}.get(name, f"rolecall {name}")
        lines.append(
            f"| {label} | {median(one.seconds for one in taken):.2f}"
            f" | {median(one.inside_seconds for one in taken):.2f}"
            f" | {median(one.peak_bytes for one in taken) / MEGABYTE:.0f} |"
        )
    return "\n".join(lines)


def _shown(value: float, unit: str) -> str:
    if unit == "MB":
        return f"{value / MEGABYTE:.0f} MB"
    return f"{value:.2f} {unit}".rstrip() if unit or value >= 1 else f"{value:.3f}"


def growth_plots(growth: Mapping[int, Sequence[Round]]) -> str:
    """Return time and memory over the number of messages, ours and theirs, as text plots."""
    sizes = sorted(growth)
    return "\n\n".join(
        _plot(
            title,
            [size / 1e6 for size in sizes],
            {
                label: [median(value(one, is_ours) for one in growth[size]) for size in sizes]
                for label, is_ours in (("rolecall", True), ("langchain-community", False))
            },
        )
        for title, value in (
            ("seconds from the archive to the file", _seconds),
            ("most memory, MB", _megabytes),
        )
    )


def _plot(title: str, across: Sequence[float], lines: Mapping[str, Sequence[float]]) -> str:
    # Imported after everything was measured: a child's peak is never below that of the process it forks from.
    from plotext import figure

    figure.clear()
    figure.theme("colorless")
    figure.plot_size(72, 18)
    markers = dict(zip(lines, "o+", strict=True))
    for name, values in lines.items():
        signal = figure.signal(across, values, marker=markers[name])
        signal.lines()
        figure.draw(signal)
    figure.title(f"{title} ({', '.join(f'{marker} {name}' for name, marker in markers.items())})")
    figure.label("million messages", "x")
    # Without colours, but for the codes that would end them.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", str(figure.build()))
    return "\n".join(line.rstrip() for line in plain.rstrip().split("\n"))


def _seconds(one: Round, is_ours: bool) -> float:
    names = (IMPORT, WINDOWS) if is_ours else ("theirs",)
    return sum(one[name].seconds for name in names)


def _megabytes(one: Round, is_ours: bool) -> float:
    return (own_peak(one) if is_ours else one["theirs"].peak_bytes) / MEGABYTE
