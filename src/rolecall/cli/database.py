"""`rolecall db`: the store itself."""

from typing import Annotated

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.printing import note, out, print_pairs, progress

app = typer.Typer(
    help="Bring the store up to date, copy it, or say what it is.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example: rolecall db upgrade")
def upgrade(context: typer.Context) -> None:
    """Bring the store to this release.

    Made when there is none; every other command upgrades by itself.
    """
    store = store_of(context)
    is_changed = store.migrate()
    out(f"{store.address} is {'now' if is_changed else 'already'} as this release wants it")


@app.command(epilog="Example: rolecall db current")
def current(context: typer.Context, is_json: JsonOption = False) -> None:
    """Show revision and release of the store."""
    print_pairs(store_of(context).current(), is_json=is_json)


@app.command(epilog="Example: duckdb -readonly $(rolecall db path)")
def path(context: typer.Context) -> None:
    """Show where the store is."""
    out(store_of(context).address)


@app.command(epilog="Example: rolecall db copy --to postgresql+psycopg://ann@db.example/chats")
def copy(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="A file or database without a store in it.")],
    is_json: JsonOption = False,
) -> None:
    """Copy the whole store to another file or server.

    Nothing is changed here or there: same ids, same rows. What is there already is never replaced.
    """
    with progress("copying") as meter:
        counts = store_of(context).copy(to, progress=meter)
    print_pairs({name: count for name, count in counts.items() if count}, is_json=is_json)
    note(f"{sum(counts.values())} rows copied")
