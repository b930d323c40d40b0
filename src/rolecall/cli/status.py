"""`rolecall status`: what is in the store, and whether it is healthy."""

from dataclasses import asdict
from typing import Annotated

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.printing import note, out, print_json, print_pairs, print_rows


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: rolecall status --check")(status)


def status(
    context: typer.Context,
    has_check: Annotated[
        bool, typer.Option("--check", help="Look for rows that break a rule; exit 1 if there are any.")
    ] = False,
    is_json: JsonOption = False,
) -> None:
    """Show what is in the store."""
    store = store_of(context)
    if has_check:
        broken = store.check_store()
        _print_broken(broken, is_json)
        raise typer.Exit(1 if broken else 0)
    status = store.status()
    if is_json:
        print_json(status)
        return
    pairs = asdict(status)
    del pairs["owners"]
    print_pairs({name: value for name, value in pairs.items() if value is not None})
    for owner in status.owners:
        unknown = "nobody can say who that is; tell it with: rolecall people me NAME"
        out(f"archives of '{owner.label}': {owner.self_name or unknown}")


def _print_broken(broken: dict[str, list[dict[str, object]]], is_json: bool) -> None:
    if is_json:
        print_json(broken)
        return
    if not broken:
        out("healthy: no row breaks a rule")
    for name, rows in broken.items():
        note(f"{name}: {len(rows)} rows, of 100 at most; {name}.sql in sql/checks says what they mean")
        print_rows(rows, list(rows[0]))
