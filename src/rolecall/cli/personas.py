"""`rolecall persona`: whose voice the assistant speaks."""

import shlex
from dataclasses import asdict
from typing import Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import JsonOption, PersonaArgument, command_of, store_of
from rolecall.cli.printing import note, out, print_json, print_rows

app = typer.Typer(
    help="Say whose voice the assistant speaks.", invoke_without_command=True, rich_markup_mode=None
)


@app.callback(epilog="Example: rolecall persona")
def persona(context: typer.Context, is_json: JsonOption = False) -> None:
    """Say whose voice the assistant speaks."""
    if context.invoked_subcommand is None:
        _list(context, is_json)


@app.command("list", epilog="Example: rolecall persona list")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the personas with their people."""
    _list(context, is_json)


@app.command(
    epilog="Example: rolecall persona add ann --participant 'Ann Example' --participant 'Ann Sample'"
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A new name.")],
    participants: Annotated[
        list[str],
        typer.Option(
            "--participant",
            metavar="P",
            help="Exact name or id; repeat it for several accounts of one person.",
            autocompletion=completing.names_of("participants"),
        ),
    ],
    is_json: JsonOption = False,
) -> None:
    """Make a persona of one person.

    Or of several accounts of one.
    """
    made = store_of(context).add_persona(name, participants)
    if is_json:
        print_json(made)
        return
    out(f"{made.name} speaks as {', '.join(person.name for person in made.participants)}")
    note(f"next: {command_of(context)} dataset create NAME --persona {shlex.quote(made.name)}")


@app.command(epilog="Example: rolecall persona drop ann")
def drop(context: typer.Context, name: PersonaArgument) -> None:
    """Remove a persona that no dataset uses."""
    out(f"dropped {store_of(context).drop_persona(name).name}")


def _list(context: typer.Context, is_json: bool) -> None:
    personas = store_of(context).personas()
    if is_json:
        print_json(personas)
        return
    rows = [
        {**asdict(persona), "participants": ", ".join(person.name for person in persona.participants)}
        for persona in personas
    ]
    print_rows(rows, ("persona_id", "name", "participants"))
