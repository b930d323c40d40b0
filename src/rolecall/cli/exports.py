"""`rolecall export` and `rolecall check`: training files written, and read again as a provider would."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import DatasetArgument, ForceOption, JsonOption, store_of
from rolecall.cli.printing import note, out, print_json, progress, short_path
from rolecall.cli.totals import print_totals
from rolecall.registry import names

if TYPE_CHECKING:
    from rolecall.check import CheckReport

FORMATS = f"One of: {', '.join(names('formats'))}."


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: rolecall export ann-chats -o train.jsonl")(export)
    app.command(epilog="Example: rolecall check train.jsonl")(check)


def export(
    context: typer.Context,
    dataset: DatasetArgument,
    path: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write; by default named after the dataset, here."
        ),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F",
            help=FORMATS,
            autocompletion=completing.plugins_of("formats"),
        ),
    ] = "openai",
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="S", help="train or validation; without it both in one file."),
    ] = None,
    since_export: Annotated[
        int | None,
        typer.Option(
            "--since-export", metavar="N", help="Only examples that train what export N did not train."
        ),
    ] = None,
    has_no_context: Annotated[
        bool,
        typer.Option(
            "--no-context", help="Leave out context, for formats that cannot mark it as not trained."
        ),
    ] = False,
    is_forced: ForceOption = False,
    is_json: JsonOption = False,
) -> None:
    """Write a dataset's examples to a training file.

    The store remembers which message stands on which line.
    """
    with progress("exporting") as bar:
        summary = store_of(context).export(
            dataset,
            path,
            format=format,
            split=split,
            since_export_id=since_export,
            has_context=not has_no_context,
            is_forced=is_forced,
            progress=bar,
        )
    if is_json:
        print_json(asdict(summary))
        return
    for one in (summary, *summary.others):
        out(
            f"wrote {one.example_count:,} examples of {one.message_count:,} messages"
            f" ({one.trained_count:,} trained) to {short_path(one.path)}"
        )
        for side_file in one.side_files:
            out(f"and {side_file}")
        print_totals(one.split or "all", one, is_estimate=False)
    note(f"next: rolecall check {shlex.quote(str(short_path(summary.path)))}")


def check(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A training file, from here or from anywhere.")
    ],
    max_tokens: Annotated[
        int, typer.Option(min=1, help="What the model takes; providers cut longer examples off.")
    ] = 65536,
    is_json: JsonOption = False,
) -> None:
    """Say what a provider would refuse in a file.

    With line numbers; exit 1 if there is anything.
    """
    from rolecall.api import check as check_file

    with progress("checking") as bar:
        report = check_file(path, max_tokens=max_tokens, progress=bar)
    if is_json:
        print_json({**asdict(report), "is_refused": report.is_refused})
    else:
        print_report(report)
    raise typer.Exit(1 if report.is_refused else 0)


def print_report(report: "CheckReport") -> None:
    """Print what a check found."""
    for finding in report.findings:
        where = f"line {finding.line_no}" if finding.line_no else "file"
        out(f"{where}: {finding.severity}: {finding.sentence} ({finding.code})")
    hidden = sum(report.counts.values()) - len(report.findings)
    if hidden:
        out(f"and {hidden:,} more of the same kinds")
    out(
        f"{short_path(report.path)}: {report.format}, {report.example_count:,} examples,"
        f" {report.token_count:,} tokens, the longest {report.longest_tokens:,}"
    )
    out("a provider would refuse it" if report.is_refused else "a provider would take it")
