"""Measure rolecall, LangChain's pipeline and a bare parse in turn: `python -m benchmarks` in `tests`.

Four parts: `imports` (what an import takes), `pipelines` (every figure, on one archive), `shapes` (everything
in one thread, in one file) and `growth` (more and more messages). A fifth, `lake`, is run only when it is
named: a study of several donors, written by Spark (which needs Java) and by DuckDB. Tables in markdown go to
the standard output, each figure to a JSON file.
"""

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import msgspec

from benchmarks.archive import Shape
from benchmarks.imports import cost_table, import_figures, measure_imports, measure_shapes
from benchmarks.lake import Study, measure_study, study_table
from benchmarks.rounds import Round, generated, own_round, short_round, whole_round
from benchmarks.targets import (
    Figure,
    command_table,
    figure_table,
    growth_figures,
    growth_plots,
    pipeline_figures,
    shape_figures,
)
from benchmarks.timing import OUR_PYTHON

PARTS = ("imports", "pipelines", "shapes", "growth")
NAMED_PARTS = (*PARTS, "lake")
GROWTH = (1, 2, 5)


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


class Bench:
    """One run of the benchmark: its archives, its rounds, its figures."""

    def __init__(self, messages: int, rounds: int, folder: Path) -> None:
        """Take how many messages and rounds, and the folder for archives and stores."""
        self.messages = messages
        self.rounds = rounds
        self.folder = folder
        self.measured: dict[str, list[Round]] = {}
        self.figures: list[Figure] = []
        self.study: Study | None = None
        self.costs: dict[str, object] = {}

    def imports(self) -> str:
        """Measure what an import takes."""
        rounds = measure_imports(self.messages, self.rounds, self.folder, say)
        shapes = measure_shapes(self.messages, self.folder, say)
        self.costs = {"rounds": rounds, "shapes": shapes}
        return self.tables(import_figures(rounds, shapes), cost_table(rounds, shapes))

    def pipelines(self) -> str:
        """Measure every figure on one archive."""
        first = generated(Shape(self.messages), self.folder, say)
        later = generated(Shape(self.messages, is_later=True), self.folder, say)
        rounds = []
        for number in range(1, self.rounds + 1):
            say(f"round {number} of {self.rounds}")
            rounds.append(whole_round(first, later, self.folder, say))
        self.measured["pipelines"] = rounds
        return self.tables(pipeline_figures(rounds), command_table(rounds))

    def shapes(self) -> str:
        """Measure memory with everything in one thread, and in one file."""
        shapes = {
            "one thread": Shape(self.messages, threads=1),
            "one file": Shape(self.messages, is_one_file=True),
        }
        found: dict[str, list[Round]] = {}
        for name, shape in shapes.items():
            say(f"everything in {name}")
            archive = generated(shape, self.folder, say)
            found[name] = self.measured[name] = [own_round(archive, self.folder, say)]
        tables = [f"Everything in {name}:\n\n{command_table(rounds)}" for name, rounds in found.items()]
        return self.tables(shape_figures(found), *tables)

    def growth(self) -> str:
        """Measure more and more messages."""
        growth: dict[int, list[Round]] = {}
        for times in GROWTH:
            size = self.messages * times
            say(f"{size:,} messages")
            archive = generated(Shape(size), self.folder, say)
            growth[size] = self.measured[f"{size} messages"] = [short_round(archive, self.folder, say)]
        tables = [f"{size:,} messages:\n\n{command_table(rounds)}" for size, rounds in growth.items()]
        return self.tables(growth_figures(growth), *tables, f"```text\n{growth_plots(growth)}\n```")

    def lake(self) -> str:
        """Measure a study of several donors in a lake."""
        self.study = measure_study(self.messages, self.folder, say)
        return study_table(self.study)

    def tables(self, figures: list[Figure], *more: str) -> str:
        """Keep the figures and return them, and what else there is, as markdown."""
        self.figures += figures
        return "\n\n".join((figure_table(figures), *more))

    def as_json(self) -> dict[str, object]:
        """Return everything that was measured."""
        return {
            "messages": self.messages,
            "figures": [asdict(one) | {"median": one.middle, "is_met": one.is_met} for one in self.figures],
            "imports": msgspec.to_builtins(self.costs),
            "study": asdict(self.study) if self.study else None,
            "measured": {
                part: [{name: asdict(taken) for name, taken in one.items()} for one in rounds]
                for part, rounds in self.measured.items()
            },
        }


def main(words: list[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure ours and theirs.")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="of the parts `imports` and `pipelines`")
    parser.add_argument("--only", choices=NAMED_PARTS, action="append", help="a part; may be repeated")
    parser.add_argument("--folder", type=Path, help="keep the archives here, for another run")
    parser.add_argument("--python", type=Path, help="for ours: of an installation such as users have")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure")
    told = parser.parse_args(words)
    if told.python:
        os.environ[OUR_PYTHON] = str(told.python.absolute())
    with ExitStack() as stack:
        if told.folder:
            told.folder.mkdir(parents=True, exist_ok=True)
            folder = told.folder.resolve()
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-")))
        bench = Bench(told.messages, told.rounds, folder)
        for part in told.only or PARTS:
            print(f"{getattr(bench, part)()}\n", flush=True)
        if told.json:
            told.json.write_text(json.dumps(bench.as_json(), indent=2))


if __name__ == "__main__":
    main()
