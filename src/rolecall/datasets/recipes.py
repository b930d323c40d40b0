"""Recipes: what the options of a dataset may be. What each of them does is done in `sql/views`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches

from rolecall.errors import UsageError
from rolecall.texts.storable import check_text
from rolecall.texts.times import moment
from rolecall.texts.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, check_tokenizer, count
from rolecall.texts.tongues import check_language

MODES = ("exchange", "sliding")
PLACEHOLDERS = ("persona", "title", "date")
# The size estimate allows this much between two messages of a turn.
MAX_JOINER_TOKENS = 2


@dataclass(frozen=True, slots=True)
class Recipe:
    """How chats become examples: one field for each option, named like its column in `datasets`."""

    mode: str = "exchange"
    """exchange, or sliding: windows of chunk_size turns."""
    system_prompt: str | None = None
    """May hold {persona}, {title} and {date} (UTC day on which the conversation began)."""
    gap_minutes: int = 360
    """A longer pause begins a new conversation."""
    joiner: str = "\n"
    """Stands between the bodies of one turn."""
    tokenizer: str = "o200k"
    max_tokens: int = 2048
    """Of one example."""
    max_turns: int | None = None
    """Of one example without its context; even."""
    context_exchanges: int = 1
    """Whole exchanges before an example's own, not trained; 0 to 2."""
    has_direct: bool = True
    has_group: bool = True
    has_speaker_names: bool = True
    """In groups each user message begins `Name: `."""
    has_name_field: bool = False
    """In groups a user turn of one person says who it is in the field `name` instead."""
    has_placeholders: bool = False
    """Photos, stickers and other media of others join as `[photo]`."""
    since_ms: int | None = None
    """Milliseconds since 1970 UTC, included."""
    until_ms: int | None = None
    """Milliseconds since 1970 UTC, excluded."""
    min_assistant_chars: int = 0
    """A shorter reply stays, and is not trained."""
    min_words: int = 0
    """An exchange of fewer words, between blanks, is left out."""
    language: str | None = None
    """Exchanges mostly in another language are left out: `en`, as ISO 639-1 writes it."""
    skip_links: bool = False
    """An exchange with nothing but links on one side is left out."""
    skip_stickers: bool = False
    """An exchange that answers nothing but stickers is left out (with has_placeholders)."""
    skip_duplicates: bool = False
    """Of examples that say the same the first is kept, whatever their split."""
    validation_permille: int = 0
    """Share of the conversations kept for validation, in thousandths."""
    seed: int = 0
    """Of the split."""
    chunk_size: int = 8
    """Turns of a window (sliding)."""
    chunk_overlap: int = 2
    """Turns that two neighbouring windows share (sliding)."""


PRESETS: dict[str, dict[str, object]] = {
    "langchain": {"mode": "sliding", "chunk_size": 8, "chunk_overlap": 2},
    "chat": {"mode": "exchange", "has_direct": True, "has_group": False},
    "group": {"mode": "exchange", "has_direct": False, "has_group": True, "has_speaker_names": True},
}

# Sliding mode is the tutorial's cut and knows no other values; so a recipe may not claim any.
FIXED_IN_SLIDING: dict[str, object] = {
    "joiner": "\n\n",
    "max_turns": None,
    "context_exchanges": 0,
    "has_speaker_names": False,
    "has_name_field": False,
    "min_assistant_chars": 0,
    "has_placeholders": False,
    "min_words": 0,
    "language": None,
    "skip_links": False,
    "skip_stickers": False,
    "skip_duplicates": False,
}

SWITCHES = (
    "has_direct",
    "has_group",
    "has_speaker_names",
    "has_name_field",
    "has_placeholders",
    "skip_links",
    "skip_stickers",
    "skip_duplicates",
)

# Option -> the smallest and the largest value that means something.
RANGES = {
    "gap_minutes": (0, 10 * 366 * 24 * 60),
    "max_tokens": (16, 10_000_000),
    "max_turns": (2, 1_000_000),
    "context_exchanges": (0, 2),
    "min_assistant_chars": (0, 1_000_000),
    "min_words": (0, 1_000_000),
    "validation_permille": (0, 1000),
    "seed": (0, (1 << 63) - 1),
    "chunk_size": (1, 1000),
    "chunk_overlap": (0, 999),
}


def make_recipe(
    options: Mapping[str, object], *, preset: str | None = None, like: Recipe | None = None
) -> Recipe:
    """Return the recipe of a preset or of another recipe, changed by options: each a field of `Recipe`.

    Raises:
        UsageError: An option, the preset or a combination cannot be meant so.
    """
    names = [field.name for field in fields(Recipe)]
    for name in options:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            raise UsageError(
                f"no option named '{name}'; {f'did you mean {near[0]}?' if near else 'see Recipe'}"
            )
    if preset is not None and preset not in PRESETS:
        raise UsageError(f"no preset named '{preset}'; choose from: {', '.join(sorted(PRESETS))}")
    if preset is not None and like is not None:
        raise UsageError("a preset and another dataset's options cannot both be the start; choose one")
    chosen = {**(PRESETS[preset] if preset else {}), **options}
    base = asdict(like or Recipe())
    if chosen.get("mode") == "sliding" and base["mode"] != "sliding":
        base |= FIXED_IN_SLIDING
    elif chosen.get("mode") == "exchange" and base["mode"] == "sliding":
        base |= {name: getattr(Recipe(), name) for name in FIXED_IN_SLIDING}
    recipe = replace(Recipe(), **{**base, **chosen})
    check_recipe(recipe)
    return recipe


def check_recipe(recipe: Recipe) -> None:
    """Return if the options can be meant so; a system prompt is checked by `system_prompt_tokens`.

    Raises:
        UsageError: Some cannot; the message names the first and what to change.
    """
    if recipe.mode not in MODES:
        raise UsageError(f"no mode named '{recipe.mode}'; choose from: {', '.join(MODES)}")
    check_tokenizer(recipe.tokenizer)
    _check_values(recipe)
    if recipe.mode == "sliding":
        _check_sliding(recipe)
    if recipe.max_turns is not None and recipe.max_turns % 2:
        raise UsageError(
            f"max_turns is {recipe.max_turns}; it must be even, a user turn and its reply each time"
        )
    if not (recipe.has_direct or recipe.has_group):
        raise UsageError("neither direct chats nor groups are chosen; leave at least one of them in")
    if recipe.since_ms is not None and recipe.until_ms is not None and recipe.since_ms >= recipe.until_ms:
        raise UsageError(
            f"since ({moment(recipe.since_ms)}) is not before until ({moment(recipe.until_ms)});"
            " no message lies between"
        )
    if recipe.language is not None:
        check_language(recipe.language)
    _check_joiner(recipe)


def system_prompt_tokens(recipe: Recipe, persona_name: str) -> int:
    """Return the tokens of the system prompt, {persona} filled in and the others empty; 0 without a prompt.

    Raises:
        UsageError: The prompt is empty, holds an unknown {placeholder} or leaves no room for a message.
    """
    prompt = recipe.system_prompt
    if prompt is None:
        return 0
    check_text("system prompt", prompt)
    for name in re.findall(r"\{([A-Za-z_]\w*)\}", prompt):
        if name not in PLACEHOLDERS:
            choices = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise UsageError(
                f"the system prompt holds {{{name}}}, which means nothing; choose from: {choices}"
            )
    filled = prompt.replace("{persona}", persona_name).replace("{title}", "")
    if not filled.strip():
        raise UsageError(
            "the system prompt is empty (or would be in a chat without a title); add words to it"
        )
    tokens = count([filled.replace("{date}", "")], recipe.tokenizer)[0]
    if tokens + MESSAGE_TOKENS + EXAMPLE_TOKENS >= recipe.max_tokens:
        raise UsageError(
            f"the system prompt has {tokens} tokens of max_tokens {recipe.max_tokens}: no room for a message;"
            " shorten the one or raise the other"
        )
    return tokens


def _check_values(recipe: Recipe) -> None:
    for name in SWITCHES:
        if not isinstance(getattr(recipe, name), bool):
            raise UsageError(f"{name} is {getattr(recipe, name)!r}; give true or false")
    for name in ("since_ms", "until_ms"):
        if not isinstance(getattr(recipe, name), int | None):
            raise UsageError(f"{name} is {getattr(recipe, name)!r}; give milliseconds since 1970 UTC")
    for name, (lowest, highest) in RANGES.items():
        value = getattr(recipe, name)
        if value is None and name == "max_turns":
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise UsageError(f"{name} is {value!r}; give a whole number from {lowest} to {highest}")


def _check_sliding(recipe: Recipe) -> None:
    for name, value in FIXED_IN_SLIDING.items():
        if getattr(recipe, name) != value:
            raise UsageError(f"mode sliding has no {name}; leave it out, or choose mode exchange")
    if recipe.chunk_overlap >= recipe.chunk_size:
        raise UsageError(
            f"chunk_overlap ({recipe.chunk_overlap}) is not below chunk_size ({recipe.chunk_size});"
            " lower the one or raise the other"
        )


def _check_joiner(recipe: Recipe) -> None:
    check_text("joiner", recipe.joiner)
    tokens = count([recipe.joiner], recipe.tokenizer)[0]
    if tokens > MAX_JOINER_TOKENS:
        raise UsageError(
            f"the joiner {recipe.joiner!r} has {tokens} tokens; at most {MAX_JOINER_TOKENS} are allowed"
        )
