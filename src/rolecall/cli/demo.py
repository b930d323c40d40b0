"""`rolecall demo`: everything at work on invented chats."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.exports import print_report
from rolecall.cli.printing import note, out

if TYPE_CHECKING:
    from rolecall.demo import Demo

COMMANDS = (
    ("rolecall import facebook-YOU.zip", "several zips of one download together"),
    ("rolecall people", "how you and the others are called"),
    ("rolecall persona add me --participant 'YOUR NAME'", "whose voice the assistant speaks"),
    ("rolecall dataset create mine --persona me", "see --help for how chats are cut"),
    ("rolecall export mine", "writes mine.jsonl"),
    ("rolecall check mine.jsonl", "what a provider would refuse"),
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: rolecall demo")(demo)


def demo(
    is_kept: Annotated[
        bool,
        typer.Option(
            "--keep-archive", help="Leave its downloads here as well, two zips to try the other commands on."
        ),
    ] = False,
) -> None:
    """Show it all at work on invented chats.

    Makes a store and a checked training file in the working folder; may be repeated.
    """
    from rolecall.demo import keep_downloads, run_demo

    kept = keep_downloads(Path()) if is_kept else []
    made = run_demo(Path())
    _print_store(made)
    _print_export(made)
    out()
    out("With your own archive (download it as JSON, not as HTML):")
    width = max(len(command) for command, _ in COMMANDS)
    for command, remark in COMMANDS:
        out(f"  {command:<{width}}  # {remark}")
    out("Ask the invented chats in SQL:")
    question = "select kind, count(*) as messages from messages group by kind order by messages desc"
    out(f'  rolecall --store {made.store_path} sql "{question}"')
    for path in kept:
        note(f"left here: {path}")


def _print_store(made: "Demo") -> None:
    counts = made.status
    out(
        f"{made.store_path} holds {counts.thread_count:,} invented chats of"
        f" {counts.person_count:,} people: {counts.message_count:,} messages,"
        f" {counts.text_count:,} of them typed"
    )


def _print_export(made: "Demo") -> None:
    from rolecall.datasets.reasons import words_for

    export = made.export
    out(
        f"{export.path.name} holds {export.example_count:,} examples in which {made.persona} is the"
        f" assistant, with {export.trained_count:,} trained messages and about {export.token_count:,} tokens"
    )
    out()
    out("The first example:")
    for message in made.first_example:
        first, *rest = message["content"].split("\n")
        out(f"  {message['role']:>9}: {first}")
        for line in rest:
            out(f"{'':>13}{line}")
    out()
    out("Typed messages that stand in no example:")
    for reason, count in made.reasons.items():
        out(f"  {count:>5,}  {words_for(reason)} ({reason})")
    out()
    print_report(made.report)
