"""`rolecall dataset create` and `rolecall dataset edit`: recipes made and changed."""

import shlex
from typing import Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import DatasetArgument, JsonOption, command_of, store_of
from rolecall.cli.printing import note, out, print_json
from rolecall.cli.recipe_options import PersonaOption, given, nested, with_recipe_options


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    example = "Example: rolecall dataset create ann-chats --persona ann --preset chat --gap-minutes 180"
    app.command(epilog=example)(with_recipe_options(create))
    example = "Example: rolecall dataset edit ann-chats --skip-duplicates --reset max_turns"
    app.command(epilog=example)(with_recipe_options(edit))


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A new name.")],
    persona: PersonaOption = None,
    preset: Annotated[
        str | None, typer.Option(help="Where options start from: langchain, chat or group.")
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="D",
            help="A dataset whose persona, options and lists are the start.",
            autocompletion=completing.names_of("datasets"),
        ),
    ] = None,
    *,
    is_json: JsonOption = False,
    **recipe: object,
) -> None:
    """Make a dataset: a recipe for examples.

    Nothing is exported yet. In brackets stands what holds without the option, a preset or --like.
    """
    made = store_of(context).create_dataset(name, persona=persona, preset=preset, like=like, **given(recipe))
    if is_json:
        print_json(nested(made))
        return
    out(f"made {made.name}, in which {made.persona_name} is the assistant")
    name = shlex.quote(made.name)
    command = command_of(context)
    note(f"next: {command} dataset show {name}; {command} export {name}")


def edit(
    context: typer.Context,
    dataset: DatasetArgument,
    reset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OPTION", help="Back to its default, by its name in `datasets`; may be repeated."
        ),
    ] = None,
    persona: PersonaOption = None,
    *,
    is_json: JsonOption = False,
    **recipe: object,
) -> None:
    """Change a dataset: make its next version.

    Old exports keep the version that they were written from. In brackets stand the defaults.
    """
    made = store_of(context).edit_dataset(dataset, persona=persona, reset=reset or (), **given(recipe))
    if is_json:
        print_json(nested(made))
        return
    out(f"made version {made.version_no} of {made.name}")
    note(f"next: {command_of(context)} dataset show {shlex.quote(made.name)}")
