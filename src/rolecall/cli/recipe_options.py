"""The options of a recipe, as `dataset create` and `dataset edit` share them; each a column of `datasets`."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rolecall.cli import completing

if TYPE_CHECKING:
    from rolecall.datasets.commands import Dataset

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

Persona = Annotated[
    str | None,
    typer.Option(
        "--persona",
        metavar="P",
        help="Whose voice the assistant speaks: name or id.",
        autocompletion=completing.names_of("personas"),
    ),
]
Mode = Annotated[str | None, typer.Option(help="exchange, or sliding: windows of turns (exchange).")]
SystemPrompt = Annotated[
    str | None, typer.Option(metavar="TEXT", help="May hold {persona}, {title} and {date}.")
]
GapMinutes = Annotated[int | None, typer.Option(help="A longer pause begins a new conversation (360).")]
Joiner = Annotated[
    str | None, typer.Option(metavar="TEXT", help=r"Between the messages of one turn (\n, a line break).")
]
Tokenizer = Annotated[str | None, typer.Option(help="What counts tokens (o200k).")]
MaxTokens = Annotated[int | None, typer.Option(help="Of one example (2048).")]
MaxTurns = Annotated[int | None, typer.Option(help="Of one example, even (no limit).")]
ContextExchanges = Annotated[
    int | None, typer.Option(help="Exchanges before an example's own, not trained: 0 to 2 (1).")
]
HasDirect = Annotated[bool | None, typer.Option("--has-direct/--no-direct", help="Chats of two (yes).")]
HasGroup = Annotated[bool | None, typer.Option("--has-group/--no-group", help="Groups (yes).")]
HasSpeakerNames = Annotated[
    bool | None,
    typer.Option(
        "--has-speaker-names/--no-speaker-names", help="In groups user messages begin with a name (yes)."
    ),
]
HasNameField = Annotated[
    bool | None,
    typer.Option(
        "--has-name-field/--no-name-field",
        help="In groups a turn of one person has the field `name` instead (no).",
    ),
]
HasPlaceholders = Annotated[
    bool | None,
    typer.Option("--has-placeholders/--no-placeholders", help="Media of others join as [photo] (no)."),
]
Since = Annotated[datetime | None, typer.Option(formats=DATES, metavar="DATE", help="UTC, included.")]
Until = Annotated[datetime | None, typer.Option(formats=DATES, metavar="DATE", help="UTC, not included.")]
MinAssistantChars = Annotated[int | None, typer.Option(help="A shorter reply stays, and is not trained (0).")]
MinWords = Annotated[
    int | None,
    typer.Option(
        help="An exchange of fewer words is left out (0). Without blanks between words, a Chinese or"
        " Japanese character is one, and so are four letters of Thai, Lao, Burmese or Khmer."
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        metavar="CODE", help="Exchanges in other languages are left out: en (all; needs rolecall[language])."
    ),
]
SkipLinks = Annotated[
    bool | None,
    typer.Option("--skip-links/--keep-links", help="Leave out exchanges with links only on one side (no)."),
]
SkipStickers = Annotated[
    bool | None,
    typer.Option("--skip-stickers/--keep-stickers", help="Leave out answers to nothing but stickers (no)."),
]
SkipDuplicates = Annotated[
    bool | None,
    typer.Option(
        "--skip-duplicates/--keep-duplicates", help="Of examples that say the same keep the first (no)."
    ),
]
ValidationPermille = Annotated[
    int | None, typer.Option(help="Share of conversations kept for validation, in thousandths (0).")
]
Seed = Annotated[int | None, typer.Option(help="Of the split (0).")]
ChunkSize = Annotated[int | None, typer.Option(help="Turns of a window, sliding (8).")]
ChunkOverlap = Annotated[int | None, typer.Option(help="Turns that two windows share, sliding (2).")]
IncludeThreads = Annotated[
    list[str] | None, typer.Option("--thread", metavar="T", help="Only this chat; may be repeated.")
]
ExcludeThreads = Annotated[
    list[str] | None, typer.Option("--no-thread", metavar="T", help="Not this chat; may be repeated.")
]
IncludePeople = Annotated[
    list[str] | None,
    typer.Option("--participant", metavar="P", help="Of others, only this person; may be repeated."),
]
ExcludePeople = Annotated[
    list[str] | None,
    typer.Option("--no-participant", metavar="P", help="Not this person's messages; may be repeated."),
]

NAMES = (
    "mode",
    "system_prompt",
    "gap_minutes",
    "joiner",
    "tokenizer",
    "max_tokens",
    "max_turns",
    "context_exchanges",
    "has_direct",
    "has_group",
    "has_speaker_names",
    "has_name_field",
    "has_placeholders",
    "min_assistant_chars",
    "min_words",
    "language",
    "skip_links",
    "skip_stickers",
    "skip_duplicates",
    "validation_permille",
    "seed",
    "chunk_size",
    "chunk_overlap",
)
LISTS = ("include_threads", "exclude_threads", "include_people", "exclude_people")


def nested(dataset: "Dataset") -> dict[str, object]:
    """Return a dataset with its options beside its name, as its row has them."""
    values = asdict(dataset)
    return {**values, **values.pop("recipe")}


def given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options among a command's arguments that were given, as the recipe takes them."""
    options = {name: arguments[name] for name in NAMES}
    options["since_ms"] = _milliseconds(arguments["since"])
    options["until_ms"] = _milliseconds(arguments["until"])
    if isinstance(options["joiner"], str):
        options["joiner"] = options["joiner"].replace(r"\n", "\n")
    return {name: value for name, value in options.items() if value is not None}


def lists(arguments: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the lists of threads and people among a command's arguments."""
    return {name: [str(one) for one in _items(arguments[name])] for name in LISTS}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _milliseconds(when: object) -> int | None:
    return int(when.replace(tzinfo=UTC).timestamp() * 1000) if isinstance(when, datetime) else None
