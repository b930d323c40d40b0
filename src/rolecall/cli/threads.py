"""`rolecall threads`: the chats, and what was said in one."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import JsonOption, LimitOption, store_of
from rolecall.cli.printing import note, one_line, out, print_json, print_rows, shown

if TYPE_CHECKING:
    from rolecall.queries.chats import ShownMessage

COLUMNS = ("thread_id", "title", "kind", "person_count", "message_count", "text_count", "first_at", "last_at")

app = typer.Typer(help="List the chats, or show one.", invoke_without_command=True, rich_markup_mode=None)


@app.callback(epilog="Example: rolecall threads")
def threads(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the chats, or show one."""
    if context.invoked_subcommand is None:
        _list(context, is_json)


@app.command("list", epilog="Example: rolecall threads list --json")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the chats, the longest first."""
    _list(context, is_json)


@app.command(epilog="Example: rolecall threads show 'Ann Example' --limit 20")
def show(
    context: typer.Context,
    thread: Annotated[
        str,
        typer.Argument(metavar="THREAD", help="Title or id.", autocompletion=completing.names_of("threads")),
    ],
    limit: LimitOption = 50,
    is_json: JsonOption = False,
) -> None:
    """Show the newest messages of a chat."""
    chat = store_of(context).thread(thread, limit=limit)
    if is_json:
        print_json(chat)
        return
    names = ", ".join(person.display_name for person in chat.people)
    note(f"{chat.title or 'without a title'} ({chat.kind}, id {chat.thread_id}) with {names}")
    if chat.message_count > len(chat.messages):
        note(f"the newest {len(chat.messages):,} of {chat.message_count:,} messages; more with --limit")
    for message in chat.messages:
        out(f"{shown(message.sent_at)}  {one_line(message.display_name) or '?'}: {_words(message)}")


def _list(context: typer.Context, is_json: bool) -> None:
    print_rows([asdict(chat) for chat in store_of(context).threads()], COLUMNS, is_json=is_json)


def _words(message: "ShownMessage") -> str:
    """Return what a message says, or in brackets what it is."""
    words = message.body or message.share_url or ""
    count = message.attachment_count
    if message.kind in ("text", "share") and not count:
        return words
    files = f", {count} {'file' if count == 1 else 'files'}" if count else ""
    return f"[{message.kind}{files}] {words}".rstrip()
