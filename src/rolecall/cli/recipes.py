"""`rolecall dataset create` and `rolecall dataset edit`: recipes made and changed.

Each option stands once more as an argument, since that is where typer reads the command line from; what it
means stands once, in `recipe_options`.
"""

import shlex
from typing import Annotated

import typer

from rolecall.cli import completing
from rolecall.cli import recipe_options as of
from rolecall.cli.common import DatasetArgument, JsonOption, command_of, store_of
from rolecall.cli.printing import note, out, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    example = "Example: rolecall dataset create ann-chats --persona ann --preset chat --gap-minutes 180"
    app.command(epilog=example)(create)
    app.command(epilog="Example: rolecall dataset edit ann-chats --skip-duplicates --reset max_turns")(edit)


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A new name.")],
    persona: of.Persona = None,
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
    mode: of.Mode = None,
    system_prompt: of.SystemPrompt = None,
    gap_minutes: of.GapMinutes = None,
    joiner: of.Joiner = None,
    tokenizer: of.Tokenizer = None,
    max_tokens: of.MaxTokens = None,
    max_turns: of.MaxTurns = None,
    context_exchanges: of.ContextExchanges = None,
    has_direct: of.HasDirect = None,
    has_group: of.HasGroup = None,
    has_speaker_names: of.HasSpeakerNames = None,
    has_name_field: of.HasNameField = None,
    has_placeholders: of.HasPlaceholders = None,
    since: of.Since = None,
    until: of.Until = None,
    min_assistant_chars: of.MinAssistantChars = None,
    min_words: of.MinWords = None,
    language: of.Language = None,
    skip_links: of.SkipLinks = None,
    skip_stickers: of.SkipStickers = None,
    skip_duplicates: of.SkipDuplicates = None,
    validation_permille: of.ValidationPermille = None,
    seed: of.Seed = None,
    chunk_size: of.ChunkSize = None,
    chunk_overlap: of.ChunkOverlap = None,
    include_threads: of.IncludeThreads = None,
    exclude_threads: of.ExcludeThreads = None,
    include_people: of.IncludePeople = None,
    exclude_people: of.ExcludePeople = None,
    is_json: JsonOption = False,
) -> None:
    """Make a dataset: a recipe for examples.

    Nothing is exported yet. In brackets stands what holds without the option, a preset or --like.
    """
    arguments = dict(locals())
    made = store_of(context).create_dataset(
        name,
        persona=persona,
        preset=preset,
        like=like,
        **of.lists(arguments),
        **of.given(arguments),
    )
    if is_json:
        print_json(of.nested(made))
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
    persona: of.Persona = None,
    mode: of.Mode = None,
    system_prompt: of.SystemPrompt = None,
    gap_minutes: of.GapMinutes = None,
    joiner: of.Joiner = None,
    tokenizer: of.Tokenizer = None,
    max_tokens: of.MaxTokens = None,
    max_turns: of.MaxTurns = None,
    context_exchanges: of.ContextExchanges = None,
    has_direct: of.HasDirect = None,
    has_group: of.HasGroup = None,
    has_speaker_names: of.HasSpeakerNames = None,
    has_name_field: of.HasNameField = None,
    has_placeholders: of.HasPlaceholders = None,
    since: of.Since = None,
    until: of.Until = None,
    min_assistant_chars: of.MinAssistantChars = None,
    min_words: of.MinWords = None,
    language: of.Language = None,
    skip_links: of.SkipLinks = None,
    skip_stickers: of.SkipStickers = None,
    skip_duplicates: of.SkipDuplicates = None,
    validation_permille: of.ValidationPermille = None,
    seed: of.Seed = None,
    chunk_size: of.ChunkSize = None,
    chunk_overlap: of.ChunkOverlap = None,
    include_threads: of.IncludeThreads = None,
    exclude_threads: of.ExcludeThreads = None,
    include_people: of.IncludePeople = None,
    exclude_people: of.ExcludePeople = None,
    is_json: JsonOption = False,
) -> None:
    """Change a dataset: make its next version.

    Old exports keep the version that they were written from. In brackets stand the defaults.
    """
    arguments = dict(locals())
    made = store_of(context).edit_dataset(
        dataset, persona=persona, reset=reset or (), **of.lists(arguments), **of.given(arguments)
    )
    if is_json:
        print_json(of.nested(made))
        return
    out(f"made version {made.version_no} of {made.name}")
    note(f"next: {command_of(context)} dataset show {shlex.quote(made.name)}")
