"""`rolecall search`: who said it, where and when?"""

from dataclasses import asdict
from typing import Annotated

import typer

from rolecall.cli.common import JsonOption, LimitOption, store_of
from rolecall.cli.printing import note, print_rows

COLUMNS = ("sent_at", "display_name", "title", "body")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: rolecall search see you saturday")(search)


def search(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="Up to eight words; a message must hold them all.")
    ],
    limit: LimitOption = 50,
    is_json: JsonOption = False,
) -> None:
    """Find the newest messages with some words.

    Upper and lower case are alike.
    """
    hits = store_of(context).search(" ".join(words), limit=limit)
    print_rows([asdict(hit) for hit in hits], COLUMNS, is_json=is_json)
    if not hits:
        note("nothing found")
    elif len(hits) == limit:
        note(f"the newest {limit:,}; there may be more with --limit")
