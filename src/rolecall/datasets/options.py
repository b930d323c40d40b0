"""Every option of a recipe, declared once: create, edit, `--reset`, checks and help read it from here.

A new option is one field of `Recipe`, one column of `datasets` (a migration), and the SQL that reads it.
Nothing slow is imported here, since the command line is made of these fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, get_args

# Of an option that may have any value in sliding mode. That is the tutorial's cut, and knows one value of the
# others; so a recipe may not claim another.
_ANY = object()


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it is declared by `option`."""

    name: str
    """Of the field, and of its column in `datasets`."""
    kind: type
    """bool, int or str."""
    default: Any
    help: str
    range: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    in_sliding: object = _ANY
    flags: str | None = None
    metavar: str | None = None

    @property
    def is_time(self) -> bool:
        """Whether it is milliseconds since 1970 UTC; the command line takes a date."""
        return self.name.endswith("_ms")

    @property
    def is_fixed(self) -> bool:
        """Whether sliding mode knows one value of it alone."""
        return self.in_sliding is not _ANY

    def default_in(self, mode: str) -> object:
        """Return the value when nobody gives one."""
        return self.in_sliding if mode == "sliding" and self.is_fixed else self.default

    @property
    def flag(self) -> str:
        """As typer takes it: `--max-turns`, `--has-group/--no-group`, `--skip-links/--keep-links`."""
        verb, _, noun = self.name.replace("_", "-").partition("-")
        no = {"has": "no", "skip": "keep"}.get(verb)
        switch = f"--{verb}-{noun}/--{no}-{noun}" if self.kind is bool else ""
        return self.flags or switch or f"--{self.name.replace('_', '-')}"

    @property
    def words(self) -> str:
        """The help with default and range in it, as people type them."""
        yes_or_no = "yes" if self.default else "no"
        default = yes_or_no if self.kind is bool else str(self.default).replace("\n", r"\n")
        lowest_to_highest = " to ".join(map(str, self.range or ()))
        return self.help.replace("{default}", default).replace("{range}", lowest_to_highest)


def option(default: object, help: str, **more: object) -> Any:  # noqa: ANN401 (a field of any type)
    """Declare a field of `Recipe`.

    Args:
        default: The value when nobody gives one.
        help: What it means, for `--help`; {default} and {range} are filled in.
        more: `range`, the smallest and the largest value that means something; `choices`; `in_sliding`, the
            one value that sliding mode knows; `flags`, where they are not made from the name; `metavar`.
    """
    return field(default=default, metadata={"help": help, **more})


@dataclass(frozen=True, slots=True)
class Recipe:
    """How chats become examples: one field for each option."""

    mode: str = option(
        "exchange", "exchange, or sliding: windows of turns ({default}).", choices=("exchange", "sliding")
    )
    system_prompt: str | None = option(None, "May hold {persona}, {title} and {date}.", metavar="TEXT")
    """The date is the UTC day on which the conversation began."""
    gap_minutes: int = option(
        360, "A longer pause begins a new conversation ({default}).", range=(0, 10 * 366 * 24 * 60)
    )
    joiner: str = option(
        "\n", "Between the messages of one turn ({default}, a line break).", in_sliding="\n\n", metavar="TEXT"
    )
    tokenizer: str = option("o200k", "What counts tokens ({default}).")
    max_tokens: int = option(2048, "Of one example ({default}).", range=(16, 10_000_000))
    max_turns: int | None = option(
        None, "Of one example, even (no limit).", range=(2, 1_000_000), in_sliding=None
    )
    """Context is not counted."""
    context_exchanges: int = option(
        1, "Exchanges before an example's own, not trained: {range} ({default}).", range=(0, 2), in_sliding=0
    )
    has_direct: bool = option(True, "Chats of two ({default}).")
    has_group: bool = option(True, "Groups ({default}).")
    has_speaker_names: bool = option(
        True, "In groups user messages begin with a name ({default}).", in_sliding=False
    )
    has_name_field: bool = option(
        False, "In groups a turn of one person has the field `name` instead ({default}).", in_sliding=False
    )
    has_placeholders: bool = option(False, "Media of others join as [photo] ({default}).", in_sliding=False)
    since_ms: int | None = option(None, "UTC, included.", flags="--since", metavar="DATE")
    until_ms: int | None = option(None, "UTC, not included.", flags="--until", metavar="DATE")
    min_assistant_chars: int = option(
        0, "A shorter reply stays, and is not trained ({default}).", range=(0, 1_000_000), in_sliding=0
    )
    min_words: int = option(
        0,
        "An exchange of fewer words is left out ({default}). Without blanks between words, a Chinese or"
        " Japanese character is one, and so are four letters of Thai, Lao, Burmese or Khmer.",
        range=(0, 1_000_000),
        in_sliding=0,
    )
    language: str | None = option(
        None,
        "Exchanges in other languages are left out: en (all; needs rolecall[language]).",
        in_sliding=None,
        metavar="CODE",
    )
    """As ISO 639-1 writes it; an exchange is in the language that most of it is in."""
    skip_links: bool = option(
        False, "Leave out exchanges with links only on one side ({default}).", in_sliding=False
    )
    skip_stickers: bool = option(
        False, "Leave out answers to nothing but stickers ({default}).", in_sliding=False
    )
    """Stickers are seen with has_placeholders alone."""
    skip_duplicates: bool = option(
        False, "Of examples that say the same keep the first ({default}).", in_sliding=False
    )
    """Whatever their split."""
    validation_permille: int = option(
        0, "Share of conversations kept for validation, in thousandths ({default}).", range=(0, 1000)
    )
    seed: int = option(0, "Of the split ({default}).", range=(0, (1 << 63) - 1))
    chunk_size: int = option(8, "Turns of a window, sliding ({default}).", range=(1, 1000))
    chunk_overlap: int = option(2, "Turns that two windows share, sliding ({default}).", range=(0, 999))

    @property
    def limit_tokens(self) -> int | None:
        """What an example may have; windows have no limit."""
        return self.max_tokens if self.mode == "exchange" else None


def _declared() -> Iterator[Option]:
    """Yield the options of `Recipe`, in the order of its fields."""
    for column in fields(Recipe):
        kinds = get_args(column.type) or (column.type,)
        yield Option(column.name, kinds[0], column.default, **column.metadata)


OPTIONS = {option.name: option for option in _declared()}
