"""`rolecall import` and `rolecall imports`: archives on their way into the store."""

import shlex
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.common import JsonOption, command_of, store_of
from rolecall.cli.printing import counted, note, notes, out, print_json, print_rows, progress

if TYPE_CHECKING:
    from rolecall.archives.archive import Limits
    from rolecall.imports.summaries import ImportSummary, SourceCounts

IMPORT_COLUMNS = (
    "import_id",
    "owner",
    "started_at",
    "status",
    "added_count",
    "changed_count",
    "known_count",
    "skipped_count",
)
FILE_COLUMNS = ("path", "status", "reason", "source", "message_count", "byte_count")

MaxFileBytesOption = Annotated[
    int | None, typer.Option("--max-file-bytes", min=1, metavar="N", help="Largest JSON file [512 MiB].")
]
MaxTotalBytesOption = Annotated[
    int | None,
    typer.Option("--max-total-bytes", min=1, metavar="N", help="All JSON files together [16 GiB]."),
]
MaxRatioOption = Annotated[
    int | None,
    typer.Option("--max-ratio", min=1, metavar="N", help="How far a file of a zip may unfold [500]."),
]
MaxFilesOption = Annotated[
    int | None, typer.Option("--max-files", min=1, metavar="N", help="Files of any kind [1,000,000].")
]
MaxDepthOption = Annotated[
    int | None, typer.Option("--max-depth", min=1, metavar="N", help="Folders in folders [64].")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import", epilog="Example: rolecall import facebook-ann.zip --me 'Ann Example'")(import_)
    app.command(epilog="Example: rolecall imports 1")(imports)


def import_(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Zips, folders, JSON files, or addresses of zips.")
    ],
    me: Annotated[
        list[str] | None,
        typer.Option("--me", metavar="NAME", help="Your name in the chats; may be repeated."),
    ] = None,
    owner: Annotated[
        str,
        typer.Option(
            "--owner", metavar="LABEL", help="Whose archives these are, in a store of several people's."
        ),
    ] = "me",
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, write nothing.")] = False,
    is_strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Stop at the first file that cannot be read; the store stays as it was."
        ),
    ] = False,
    is_again: Annotated[
        bool, typer.Option("--again", help="Read files again that are known already.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="NAME", help="facebook or instagram, for files that do not tell it."
        ),
    ] = None,
    max_file_bytes: MaxFileBytesOption = None,
    max_total_bytes: MaxTotalBytesOption = None,
    max_ratio: MaxRatioOption = None,
    max_files: MaxFilesOption = None,
    max_depth: MaxDepthOption = None,
    is_json: JsonOption = False,
) -> None:
    """Load archives into the store.

    It is made when there is none; what it knows already is not added again.
    """
    from rolecall.downloads.opening import open_archive

    limits = limits_of(
        file_bytes=max_file_bytes,
        total_bytes=max_total_bytes,
        ratio=max_ratio,
        files=max_files,
        depth=max_depth,
    )
    # Open before the store is loaded: whoever reads a large archive makes ready meanwhile.
    with progress("reading") as bar, open_archive(paths, limits, bar) as opened:
        summary = store_of(context).import_archives(
            paths,
            me=me or (),
            owner=owner,
            is_dry_run=is_dry_run,
            is_strict=is_strict,
            is_again=is_again,
            source=source,
            progress=bar,
            opened=opened,
        )
    if is_json:
        shown = asdict(summary) | {"thread_count": summary.thread_count, "reasons": summary.reasons}
        shown.pop("thread_ids")
        print_json(shown)
        return
    print_summary(summary)
    notes(summary.notes)
    if not is_dry_run:
        note(f"next: {next_command(summary, command_of(context))}")


def limits_of(**given: int | None) -> "Limits":
    """Return what an archive may ask of the machine: the usual limits, but for those given."""
    from rolecall.archives.archive import Limits

    return Limits(**{name: value for name, value in given.items() if value is not None})


def imports(
    context: typer.Context,
    import_id: Annotated[
        int | None, typer.Argument(metavar="[IMPORT]", help="Show the files that this import looked at.")
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """List the imports, or the files of one."""
    store = store_of(context)
    if import_id is None:
        print_rows([asdict(record) for record in store.imports()], IMPORT_COLUMNS, is_json=is_json)
    else:
        files = [asdict(file) for file in store.import_files(import_id)]
        print_rows(files, FILE_COLUMNS, is_json=is_json)


def print_summary(summary: "ImportSummary") -> None:
    """Print what an import did."""
    added, changed = ("would add", "would change") if summary.is_dry_run else ("added", "changed")
    changes = f", {summary.changed_count:,} {changed}" if summary.changed_count else ""
    out(f"{added} {summary.added_count:,} messages, {summary.known_count:,} were known{changes}")
    out(f"read {summary.file_count:,} files, with messages of {summary.thread_count:,} chats")
    sources = {source: counts for source, counts in summary.sources.items() if counts.file_count}
    if len(sources) > 1:
        for source, counts in sources.items():
            out(f"  {source}: {_of_source(counts)}")
    if summary.odd_time_count:
        out(f"{summary.odd_time_count:,} messages are dated before 2004 or in the future; they are kept")
    reasons = Counter(str(file.reason) for file in summary.files if file.status == "skipped")
    for reason, count in sorted(reasons.items()):
        out(f"passed over {count:,}: {reason}")
    if summary.skipped_count:
        out(f"skipped {summary.skipped_count:,} that should hold messages:")
    for file in summary.files:
        if file.status == "failed":
            out(f"  {file.path}: {file.reason}")
    if summary.owner_name:
        out(f"the owner is {summary.owner_name}; if that is wrong: rolecall people me NAME")


def _of_source(counts: "SourceCounts") -> str:
    skipped = f", {counted(counts.skipped_count, 'file')} skipped" if counts.skipped_count else ""
    read = f"{counted(counts.message_count, 'message')} in {counted(counts.file_count, 'file')}{skipped}"
    if counts.added_count is None:
        return read
    changed = f", {counts.changed_count:,} changed" if counts.changed_count else ""
    return f"{read}: {counts.added_count:,} added, {counts.known_count:,} known{changed}"


def next_command(summary: "ImportSummary", command: str) -> str:
    """Return the command that one would type after an import."""
    if summary.owner_name is None:
        return f"{command} people"
    return f"{command} persona add me --participant {shlex.quote(summary.owner_name)}"
