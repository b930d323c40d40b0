"""`rolecall export` and `rolecall check`: training files written, and read again as a provider would."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import (
    BucketsOption,
    DatasetArgument,
    ForceOption,
    JsonOption,
    buckets_of,
    command_of,
    store_of,
)
from rolecall.cli.lake import export_by_spark
from rolecall.cli.printing import counted, note, notes, out, print_json, progress, short_path, shown
from rolecall.cli.totals import print_totals
from rolecall.errors import StoreError, UsageError
from rolecall.plugins import names

if TYPE_CHECKING:
    from rolecall.checking.report import CheckReport

Row = dict[str, object]
# Lines with a finding whose messages are shown, and how much of each.
TRACED_LINES = 20
SHOWN_CHARS = 60
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
        typer.Option("--format", metavar="F", help=FORMATS, autocompletion=completing.plugins_of("formats")),
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
    buckets: BucketsOption = None,
    lake: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Read this lake with Spark; -o is a folder then.")
    ] = None,
    master: Annotated[
        str | None, typer.Option(metavar="M", help="Spark's cluster: spark://..., local-cluster[2,1,1024].")
    ] = None,
    remote: Annotated[str | None, typer.Option(metavar="R", help="Spark's Connect server: sc://...")] = None,
    is_forced: ForceOption = False,
    is_json: JsonOption = False,
) -> None:
    """Write a dataset's examples to a training file.

    The store remembers which message stands on which line.
    """
    if lake or master or remote:
        if since_export is not None or has_no_context or format != "openai":
            raise UsageError("--format, --since-export and --no-context are not there for a lake")
        export_by_spark(
            dataset,
            lake,
            path,
            split=split,
            buckets=buckets,
            engine=(master, remote),
            is_forced=is_forced,
            is_json=is_json,
        )
        return
    with progress("exporting") as bar:
        summary = store_of(context).export(
            dataset,
            path,
            format=format,
            split=split,
            since_export_id=since_export,
            has_context=not has_no_context,
            buckets=buckets_of(buckets),
            is_forced=is_forced,
            progress=bar,
        )
    notes(summary.notes)
    if is_json:
        print_json(asdict(summary))
        return
    for file in (summary, *summary.others):
        out(
            f"wrote {counted(file.example_count, 'example')} of {counted(file.message_count, 'message')}"
            f" ({file.trained_count:,} trained) to {short_path(file.path)}"
        )
        for side_file in file.side_files:
            out(f"and {short_path(side_file)}")
        print_totals(file.split or "all", file, is_estimate=False)
    if summary.path.suffix == ".jsonl":
        note(f"next: {command_of(context)} check {shlex.quote(str(short_path(summary.path)))}")


def check(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A training file, from here or from anywhere.")
    ],
    max_tokens: Annotated[
        int, typer.Option(min=1, help="What the model takes; providers cut longer examples off.")
    ] = 65536,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The validation file: nothing should stand in both.")
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Say what a provider would refuse in a file.

    With line numbers, and the messages behind the lines of an export of this store; exit 1 if it would be
    refused, 0 if there are warnings only.
    """
    from rolecall.checking.file import check_file

    with progress("checking") as bar:
        shared = _shared(context, path, against) if against is not None else ()
        report = check_file(path, max_tokens=max_tokens, against=against, shared=shared, progress=bar)
    behind = _behind(context, report)
    if is_json:
        print_json({**asdict(report), "is_refused": report.is_refused, "behind": behind})
    else:
        print_report(report, behind)
    raise typer.Exit(1 if report.is_refused else 0)


def _shared(context: typer.Context, path: Path, against: Path) -> "Iterator[tuple[int, int, int]]":
    """Yield the lines whose messages stand in both files, when both are exports of the store."""
    store = store_of(context)
    if not store.database.exists():
        return
    try:
        yield from store.shared_lines(path, against)
    except StoreError as error:  # a check needs no store
        note(f"the messages of the two files are not compared: {error}")


def _behind(context: typer.Context, report: "CheckReport") -> "dict[int, list[Row]]":
    """Return the messages behind the first lines with a finding, when the file is an export of the store."""
    store = store_of(context)
    line_nos = sorted({finding.line_no for finding in report.findings if finding.line_no})[:TRACED_LINES]
    if not line_nos or not store.database.exists():
        return {}
    try:
        return store.lines_behind(report.path, line_nos)
    except StoreError as error:  # a check needs no store
        note(f"the messages behind the lines are not shown: {error}")
        return {}


def print_report(report: "CheckReport", behind: "Mapping[int, list[Row]] | None" = None) -> None:
    """Print what a check found, and the messages behind the lines as far as they are known."""
    for finding in report.findings:
        where = f"line {finding.line_no}" if finding.line_no else "file"
        out(f"{where}: {finding.severity}: {finding.sentence} ({finding.code})")
        for row in (behind or {}).get(finding.line_no, []):
            words = " ".join(str(row["body"] or "").split())[:SHOWN_CHARS]
            out(
                f"    message {row['message_id']} of '{row['title'] or row['thread_id']}',"
                f" {shown(row['sent_at'])}, {row['display_name']}: {words}"
            )
    hidden = sum(report.counts.values()) - len(report.findings)
    if hidden:
        out(f"and {hidden:,} more of the same kinds")
    out(
        f"{short_path(report.path)}: {report.format}, {counted(report.example_count, 'example')},"
        f" {report.token_count:,} tokens, the longest {report.longest_tokens:,}"
    )
    who = "provider" if report.format == "openai" else "trainer"
    out(f"a {who} would {'refuse' if report.is_refused else 'take'} it")
