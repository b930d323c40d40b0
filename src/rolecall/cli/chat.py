"""`rolecall chat`: talking with a model that was trained here, or any other."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.jobs import AddressOption, ProviderOption
from rolecall.cli.printing import note, out, out_piece, print_json


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: rolecall chat 1")(chat)


def chat(
    context: typer.Context,
    model: Annotated[
        str, typer.Argument(metavar="JOB|MODEL", help="The number of a job, or a model's name.")
    ],
    provider: ProviderOption = None,
    base_url: AddressOption = None,
    deployed_as: Annotated[
        str | None, typer.Option(metavar="NAME", help="What a job's model is called where it was deployed.")
    ] = None,
    system_prompt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Instead of the one that the job was trained with.")
    ] = None,
    title: Annotated[str, typer.Option(help="Of the chat, where the system prompt has a {title}.")] = "",
    is_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show with whom it would be; send nothing.")
    ] = False,
    is_json: JsonOption = False,
) -> None:
    """Talk with a tuned model.

    Each line that you type is sent, each answer comes as it is made. A job's model gets the system prompt
    that it was trained with. Ctrl-D ends.
    """
    store = store_of(context)
    plan = store.plan_chat(
        model,
        provider=provider,
        base_url=base_url,
        deployed_as=deployed_as,
        system_prompt=system_prompt,
        title=title,
    )
    if is_dry_run and is_json:
        print_json(asdict(plan))
        return
    say = out if is_dry_run else note
    say(f"what you type goes to {plan.model} at {plan.base_url}, and answers may cost money")
    if plan.system_prompt:
        say(f"system prompt: {plan.system_prompt}")
    if is_dry_run:
        return
    with store.chat(plan, note=note) as talk:
        for text in _typed():
            if sys.stdout.isatty():
                out_piece(f"{plan.persona or plan.model}: ")
            for piece in talk.say(text):
                out_piece(piece)
            out()


def _typed() -> Iterator[str]:
    """Yield the lines that are typed, or piped in, blank ones left out."""
    while True:
        if sys.stdin.isatty():
            sys.stderr.write("you: ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.rstrip("\n")
