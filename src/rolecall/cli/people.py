"""`rolecall people`: who is in the chats, who you are, what somebody is called."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.common import JsonOption, PersonArgument, store_of
from rolecall.cli.printing import out, print_json, print_rows

if TYPE_CHECKING:
    from rolecall.people.listing import Person

COLUMNS = (
    "participant_id",
    "display_name",
    "other_names",
    "is_self",
    "thread_count",
    "message_count",
    "text_count",
    "last_at",
)

app = typer.Typer(
    help="List, name, merge and split people, say who you are.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(epilog="Example: rolecall people")
def people(context: typer.Context, is_json: JsonOption = False) -> None:
    """List, name, merge and split people, say who you are."""
    if context.invoked_subcommand is None:
        _list(context, is_json)


@app.command("list", epilog="Example: rolecall people list --json")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the people: you first, then those with most messages."""
    _list(context, is_json)


@app.command(epilog="Example: rolecall people me 'Ann Example'")
def me(context: typer.Context, name: PersonArgument, is_json: JsonOption = False) -> None:
    """Say which of the people you are; no later import changes it."""
    person = store_of(context).set_me(name)
    _print(person, f"the owner of the archives '{person.owner}' is {person.display_name}", is_json)


@app.command(epilog="Example: rolecall people merge 'Ann Example' ann.example")
def merge(
    context: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="PERSON", help="Name or id of who they all are.")],
    others: Annotated[
        list[str], typer.Argument(metavar="ACCOUNT...", help="Names or ids of further accounts.")
    ],
    is_json: JsonOption = False,
) -> None:
    """Say that several accounts are one person.

    Later imports know the person by all the names; `people split` takes it back.
    """
    person = store_of(context).merge_people(kept, others)
    _print(person, f"{', '.join(others)} is {person.display_name} from now on", is_json)


@app.command(epilog="Example: rolecall people split 'Ann Example' --thread 'Choir 2024'")
def split(
    context: typer.Context,
    name: PersonArgument,
    threads: Annotated[
        list[str] | None,
        typer.Option("--thread", metavar="T", help="A chat in which it is somebody else; may be repeated."),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Take apart what is not one person.

    Without --thread, accounts that were merged into the person are taken out again.
    """
    people = store_of(context).split_person(name, threads or [])
    print_rows([asdict(person) for person in people], ("participant_id", "display_name"), is_json=is_json)


@app.command(epilog="Example: rolecall people rename 'Ann Example' 'Ann Sample'")
def rename(
    context: typer.Context,
    name: PersonArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="What they are called from now on.")],
    is_json: JsonOption = False,
) -> None:
    """Give a person another name.

    Earlier names keep finding them.
    """
    person = store_of(context).rename_person(name, new_name)
    _print(person, f"{name} is now {person.display_name}", is_json)


def _list(context: typer.Context, is_json: bool) -> None:
    print_rows([asdict(person) for person in store_of(context).people()], COLUMNS, is_json=is_json)


def _print(person: "Person", sentence: str, is_json: bool) -> None:
    if is_json:
        print_json(person)
    else:
        out(sentence)
