"""`rolecall lake`: chats as Parquet files in a folder, for many processes and for a cluster."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.archives import (
    MaxDepthOption,
    MaxFileBytesOption,
    MaxFilesOption,
    MaxRatioOption,
    MaxTotalBytesOption,
    limits_of,
)
from rolecall.cli.common import BucketsOption, ForceOption, JsonOption, buckets_of, store_of
from rolecall.cli.printing import notes, out, print_json, progress, short_path
from rolecall.errors import UsageError

if TYPE_CHECKING:
    from rolecall.lake import LakeExportSummary, LoadSummary

app = typer.Typer(
    help="Keep chats as Parquet files, for a cluster.", no_args_is_help=True, rich_markup_mode=None
)
LakeOption = Annotated[Path, typer.Option("--lake", metavar="DIR", help="The lake's folder.")]
OutOption = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A folder to write into.")]
SplitOption = Annotated[
    str | None, typer.Option("--split", metavar="S", help="train or validation; without it both.")
]
# No completion: the names are in the lake, not in the store.
LakeDatasetArgument = Annotated[str, typer.Argument(metavar="DATASET", help="Name or id, in the lake.")]


@app.command(epilog="Example: rolecall lake build --lake study")
def build(
    context: typer.Context,
    lake: LakeOption,
    is_shared: Annotated[
        bool, typer.Option("--shared", help="Make the lake for the group of its folder, not for you alone.")
    ] = False,
    is_json: JsonOption = False,
) -> None:
    """Write the whole store into a lake, recipes included.

    The lake is made when there is none; built again, the store takes its own place.
    """
    _print_load(store_of(context).build_lake(lake, is_shared=is_shared), is_json=is_json)


@app.command("import", epilog="Example: rolecall lake import donor-17.zip --lake study --owner donor-17")
def import_(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="ARCHIVE...", help="Zips, folders, JSON files, or addresses of zips."),
    ],
    lake: LakeOption,
    owner: Annotated[str, typer.Option("--owner", metavar="LABEL", help="Whose archives these are.")],
    me: Annotated[
        list[str] | None,
        typer.Option("--me", metavar="NAME", help="The owner's name in the chats; may be repeated."),
    ] = None,
    persona: Annotated[
        str | None, typer.Option("--persona", metavar="NAME", help="A persona that the owner joins.")
    ] = None,
    bucket_count: Annotated[
        int, typer.Option("--bucket-count", min=1, help="Of a lake that is made now; it never changes.")
    ] = 64,
    max_file_bytes: MaxFileBytesOption = None,
    max_total_bytes: MaxTotalBytesOption = None,
    max_ratio: MaxRatioOption = None,
    max_files: MaxFilesOption = None,
    max_depth: MaxDepthOption = None,
    is_json: JsonOption = False,
) -> None:
    """Load one person's archives straight into a lake.

    Many processes may do it at once; what is known of the person already is not added again.
    """
    from rolecall.lake import import_into_lake

    limits = limits_of(
        file_bytes=max_file_bytes,
        total_bytes=max_total_bytes,
        ratio=max_ratio,
        files=max_files,
        depth=max_depth,
    )
    summary = import_into_lake(
        paths, lake, owner=owner, me=me or (), persona=persona, bucket_count=bucket_count, limits=limits
    )
    _print_load(summary, is_json=is_json)


@app.command(epilog="Example: rolecall lake export chats --lake study -o lines --buckets 0-15")
def export(
    dataset: LakeDatasetArgument,
    lake: LakeOption,
    path: OutOption,
    split: SplitOption = None,
    buckets: BucketsOption = None,
    is_forced: ForceOption = False,
    is_json: JsonOption = False,
) -> None:
    """Write a dataset's examples with DuckDB alone, a file for each bucket.

    The files are those that a cluster writes: rolecall export DATASET --lake DIR --master M
    """
    from rolecall.lake import export_lake

    with progress("exporting") as bar:
        summary = export_lake(
            lake, dataset, path, split=split, buckets=buckets_of(buckets), is_forced=is_forced, progress=bar
        )
    _print_export(summary, path, is_json=is_json)


def export_by_spark(
    dataset: str,
    lake: Path | None,
    path: Path | None,
    *,
    split: str | None,
    buckets: str | None,
    engine: tuple[str | None, str | None],
    is_forced: bool,
    is_json: bool,
) -> None:
    """Do what `rolecall export --lake` asks for; `engine` is master and remote."""
    from rolecall.lake import export_lake

    master, remote = engine
    if lake is None or path is None or not (master or remote):
        raise UsageError(
            "a lake is exported with --lake DIR, -o OUT, and --master or --remote; without Spark it is:"
            " rolecall lake export DATASET --lake DIR -o OUT"
        )
    summary = export_lake(
        lake,
        dataset,
        path,
        split=split,
        buckets=buckets_of(buckets),
        master=master,
        remote=remote,
        is_forced=is_forced,
    )
    _print_export(summary, path, is_json=is_json)


def _print_export(summary: "LakeExportSummary", path: Path, *, is_json: bool) -> None:
    """Print what an export of a lake wrote."""
    from rolecall.files.checkouts import git_notes

    notes(git_notes([path / file.path for file in summary.files]))
    if is_json:
        print_json(asdict(summary))
        return
    out(
        f"wrote {summary.example_count:,} examples into {len(summary.files)} files in {short_path(path)}"
        f" ({summary.byte_count:,} bytes)"
    )


def _print_load(summary: "LoadSummary", *, is_json: bool) -> None:
    if is_json:
        shown = asdict(summary)
        shown.pop("imported")
        if summary.imported is not None:
            counts = ("added_count", "changed_count", "known_count", "skipped_count")
            shown |= {name: getattr(summary.imported, name) for name in counts}
        print_json(shown)
        return
    out(f"{summary.part} ({', '.join(summary.owners)}) has {summary.message_count:,} messages in the lake")
    if summary.imported is not None:
        new = summary.imported
        out(f"{new.added_count:,} new, {new.changed_count:,} changed, {new.known_count:,} known")
        notes(new.notes)
