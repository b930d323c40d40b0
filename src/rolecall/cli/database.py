"""`rolecall db`: the store itself."""

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.printing import out, print_pairs

app = typer.Typer(
    help="Bring the store up to date, or say what it is.", no_args_is_help=True, rich_markup_mode=None
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
