"""`rolecall sql` and `rolecall shell`: queries of the user's own."""

import errno
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.common import ForceOption, store_of
from rolecall.cli.printing import escaped, note, notes, print_rows, printable
from rolecall.errors import RolecallError, UsageError

if TYPE_CHECKING:
    from rolecall.store.results import QueryResult

# A terminal scrolls, a file does not: more rows than this are for a file or a pipe.
TERMINAL_ROWS = 500


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    example = (
        'Example: rolecall sql "select kind, count(*) from messages group by kind" --format csv -o kinds.csv'
    )
    app.command(epilog=example)(sql)
    app.command(epilog="Example: rolecall shell")(shell)


def sql(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="One select; - reads it from the standard input.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="table, csv, json, jsonl or parquet; by default as the file's suffix says, or table."
            " Of a csv, a spreadsheet takes a text that begins with = + - or @ for a formula, and may obey"
            " it: import the columns as text.",
        ),
    ] = None,
    path: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")
    ] = None,
    is_forced: ForceOption = False,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds", metavar="S", min=0, help="Most time it may take (and 2 s to end); 0 is no limit."
        ),
    ] = 300,
    memory: Annotated[
        str,
        typer.Option(
            "--memory",
            metavar="M",
            help="Most memory the engine may use, such as 2GB (DuckDB only). It does not count all: on Linux,"
            " the command ends at a quarter and 256 MB more; elsewhere nothing bounds what it does not count,"
            " such as a constant of 3 GB.",
        ),
    ] = "",
) -> None:
    """Ask the store in SQL.

    The query can only read, and only the store; on PostgreSQL, what its role may
    read, which must have no rights beyond the database. A table is drawn on a
    terminal; elsewhere it is tab-separated. Ids are strings in JSON.
    """
    from rolecall.files.checkouts import git_notes
    from rolecall.queries import tabular

    text = sys.stdin.read() if query == "-" else query
    store = store_of(context)
    if path is not None:
        written = store.save_sql(
            text, path, format=format, is_forced=is_forced, seconds=seconds, memory=memory
        )
        note(f"wrote {written}")
        notes(git_notes([written]))
        return
    wanted = tabular.format_of(None, format)
    is_terminal = sys.stdout.isatty()
    if wanted == "parquet" and is_terminal:
        raise UsageError("parquet is not for a terminal; write it to a file with -o FILE")
    with store.sql(text, seconds=seconds, memory=memory) as result:
        if wanted == "table" and is_terminal:
            _draw(result)
        else:
            tabular.write(result, wanted, _Terminal(wanted) if is_terminal else _StandardOutput())


class _StandardOutput:
    """The standard output, whose full disk is told apart from the store's."""

    def write(self, data: bytes) -> None:
        try:
            sys.stdout.buffer.write(data)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise RolecallError("no room left on the disk for the output; free some and repeat") from error


class _Terminal:
    """The standard output when it is a terminal, which gets nothing that it would obey."""

    def __init__(self, format: str) -> None:
        self._shown = escaped if format.startswith("json") else printable

    def write(self, data: bytes) -> None:
        sys.stdout.write(self._shown(data.decode()))


def _draw(result: "QueryResult") -> None:
    rows = list(islice(result.rows(), TERMINAL_ROWS + 1))
    print_rows(rows[:TERMINAL_ROWS], result.columns)
    if len(rows) > TERMINAL_ROWS:
        note(f"the first {TERMINAL_ROWS} rows; for all of them: -o FILE, or a pipe")


def shell(context: typer.Context) -> None:
    """Open the store in a SQL program.

    In harlequin or the duckdb client (a PostgreSQL store: in psql), read-only.
    """
    import subprocess

    command, environment = store_of(context).shell_command()
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)
