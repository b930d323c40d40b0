"""Options that several commands share, and the way to the store."""

import os
import re
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.errors import UsageError

if TYPE_CHECKING:
    from rolecall.api import Store

DEFAULT_STORE = "duckdb:///rolecall.duckdb"


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        typer.echo(f"rolecall {version('rolecall')}")
        raise typer.Exit


StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="ROLECALL_STORE",
        metavar="URL",
        help="The store: duckdb:///FILE, the path of a DuckDB file, or postgresql+psycopg://...",
    ),
]
VersionOption = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the release.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, ids as strings.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="Most messages to show.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
BucketsOption = Annotated[
    str | None,
    typer.Option("--buckets", metavar="A-B", help="Only these parts of the chats, as 0-15; for array jobs."),
]
DatasetArgument = Annotated[
    str, typer.Argument(metavar="DATASET", help="Name or id.", autocompletion=completing.names_of("datasets"))
]
PersonaArgument = Annotated[
    str, typer.Argument(metavar="PERSONA", help="Name or id.", autocompletion=completing.names_of("personas"))
]
PersonArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="Exact name or id.", autocompletion=completing.names_of("participants")
    ),
]


def buckets_of(text: str | None) -> tuple[int, int] | None:
    """Return the first and the last bucket of `0-15` or `7`."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text)
    if match is None:
        raise UsageError(f"there are no buckets '{text}'; write 0-15, or 7 for one")
    return int(match[1]), int(match[2] or match[1])


def command_of(context: typer.Context) -> str:
    """Return `rolecall`, with the store when a command typed next would look for another one."""
    store = str(context.obj)
    if store in (DEFAULT_STORE, os.environ.get("ROLECALL_STORE")):
        return "rolecall"
    return f"rolecall --store {shlex.quote(store)}"


def store_of(context: typer.Context) -> "Store":
    """Return the store that `--store` names."""
    from rolecall.api import Store

    return Store(str(context.obj))
