"""`rolecall sentences`: texts that recur with other names in them, and whether Messenger wrote them."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli.common import JsonOption, command_of, store_of
from rolecall.cli.printing import counted, note, out, print_json, print_rows
from rolecall.errors import UsageError

if TYPE_CHECKING:
    from rolecall.people.templates import SentenceMessage

COLUMNS = ("template", "verdict", "message_count", "thread_count", "sender_count", "owner")

TemplateArgument = Annotated[
    str, typer.Argument(metavar="TEMPLATE", help="As listed, such as '{sender} shared a story.'.")
]
OwnerOption = Annotated[
    str | None,
    typer.Option("--owner", metavar="LABEL", help="Whose archives, in a store of several people's."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

app = typer.Typer(
    help="Say which texts that recur are Messenger's, and nobody's words.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(epilog="Example: rolecall sentences")
def sentences(context: typer.Context, is_json: JsonOption = False) -> None:
    """Say which texts that recur are Messenger's, and nobody's words."""
    if context.invoked_subcommand is None:
        _list(context, is_json)


@app.command("list", epilog="Example: rolecall sentences list --json")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List texts that several people sent in many chats, equal but for names, and what was decided."""
    _list(context, is_json)


@app.command(epilog="Example: rolecall sentences accept '{sender} shared a story.'")
def accept(
    context: typer.Context, template: TemplateArgument, owner: OwnerOption = None, is_sure: YesOption = False
) -> None:
    """Take the texts of a template for Messenger's, now and in later imports.

    Every message that this changes is shown first.
    """
    store = store_of(context)
    messages = store.sentence_messages(template, owner=owner)
    if not is_sure:
        _show(messages)
        _ask(f"take {counted(len(messages), 'message')} for Messenger's, and nobody's words?")
    count = store.accept_sentence(template, owner=owner)
    out(f"{counted(count, 'message')} are Messenger's from now on")
    note(f"to take it back: {command_of(context)} sentences undo {shlex.quote(template)}")


@app.command(epilog="Example: rolecall sentences refuse '{sender} here'")
def refuse(context: typer.Context, template: TemplateArgument, owner: OwnerOption = None) -> None:
    """Say that people type the texts of a template; it is listed as decided."""
    count = store_of(context).refuse_sentence(template, owner=owner)
    out(f"{counted(count, 'message')} stay people's words")


@app.command(epilog="Example: rolecall sentences undo '{sender} shared a story.'")
def undo(context: typer.Context, template: TemplateArgument, owner: OwnerOption = None) -> None:
    """Take a verdict back; what it changed is as before."""
    count = store_of(context).undo_sentence(template, owner=owner)
    out(f"{counted(count, 'message')} are people's words again")


def _list(context: typer.Context, is_json: bool) -> None:
    rows = [asdict(row) for row in store_of(context).sentences()]
    if is_json:
        print_json(rows)
        return
    is_of_several = len({row["owner"] for row in rows}) > 1
    print_rows(rows, COLUMNS if is_of_several else COLUMNS[:-1])
    if any(row["verdict"] is None for row in rows):
        note(f"look at one, and decide: {command_of(context)} sentences accept TEMPLATE (or: refuse)")


def _show(messages: Sequence["SentenceMessage"]) -> None:
    for sender, sent in groupby(messages, key=lambda message: message.sender):
        out(f"{sender}:")
        for message in sent:
            day = f"{message.sent_at:%Y-%m-%d}" if message.sent_at else "no date"
            out(f"  {day}  {message.title}: {message.body}")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked; look at the messages above, then repeat with --yes")
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)
