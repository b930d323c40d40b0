"""Names for shell completion, read from the store."""

from collections.abc import Callable

import typer

from rolecall.errors import RolecallError


def names_of(table: str) -> Callable[[typer.Context, str], list[str]]:
    """Return a completion for the names that personas, datasets, participants or threads have."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        from rolecall.cli.printing import one_line, printable
        from rolecall.store.database import Database
        from rolecall.store.status import named_rows

        url = context.find_root().params.get("store") or "rolecall.duckdb"
        try:
            rows = named_rows(Database(str(url)), f"queries/names_of_{table}")
        except RolecallError:
            return []  # no store yet, or one in use: there is nothing to offer
        names = [name for row in rows if (name := str(row["name"])).startswith(incomplete)]
        # A shell prints what it offers as it is.
        return [name for name in names if name == printable(one_line(name))]

    return complete


def plugins_of(kind: str) -> Callable[[str], list[str]]:
    """Return a completion for the names of formats or providers."""

    def complete(incomplete: str) -> list[str]:
        from rolecall.plugins import names

        return [name for name in names(kind) if name.startswith(incomplete)]

    return complete
