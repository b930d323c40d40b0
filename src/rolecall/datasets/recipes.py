"""Recipes: presets, and what the options may be together. What each of them does is done in `sql/views`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from difflib import get_close_matches

from rolecall.datasets.options import OPTIONS, Option, Recipe
from rolecall.errors import UsageError
from rolecall.texts.storable import check_text
from rolecall.texts.times import moment
from rolecall.texts.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, check_tokenizer, count
from rolecall.texts.tongues import check_language

PLACEHOLDERS = ("persona", "title", "date")
# The size estimate allows this much between two messages of a turn.
MAX_JOINER_TOKENS = 2

PRESETS: dict[str, dict[str, object]] = {
    "langchain": {"mode": "sliding", "chunk_size": 8, "chunk_overlap": 2},
    "chat": {"mode": "exchange", "has_direct": True, "has_group": False},
    "group": {"mode": "exchange", "has_direct": False, "has_group": True, "has_speaker_names": True},
}


def make_recipe(
    options: Mapping[str, object], *, preset: str | None = None, like: Recipe | None = None
) -> Recipe:
    """Return the recipe of a preset or of another recipe, changed by options: each a field of `Recipe`.

    Raises:
        UsageError: An option, the preset or a combination cannot be meant so.
    """
    for name in options:
        if name not in OPTIONS:
            near = get_close_matches(name, OPTIONS, n=1)
            raise UsageError(
                f"no option named '{name}'; {f'did you mean {near[0]}?' if near else 'see Recipe'}"
            )
    if preset is not None and preset not in PRESETS:
        raise UsageError(f"no preset named '{preset}'; choose from: {', '.join(sorted(PRESETS))}")
    if preset is not None and like is not None:
        raise UsageError("a preset and another dataset's options cannot both be the start; choose one")
    chosen = {**(PRESETS[preset] if preset else {}), **options}
    base = asdict(like or Recipe())
    mode = str(chosen.get("mode", base["mode"]))
    if mode != base["mode"]:
        base |= {option.name: option.default_in(mode) for option in OPTIONS.values() if option.is_fixed}
    recipe = replace(Recipe(), **{**base, **chosen})
    check_recipe(recipe)
    return recipe


def check_recipe(recipe: Recipe) -> None:
    """Return if the options can be meant so; a system prompt is checked by `system_prompt_tokens`.

    Raises:
        UsageError: Some cannot; the message names the first and what to change.
    """
    for option in OPTIONS.values():
        _check_value(option, getattr(recipe, option.name))
    check_tokenizer(recipe.tokenizer)
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


def _check_value(option: Option, value: object) -> None:
    """Return if an option may have a value, or raise `UsageError`."""
    if option.choices and value not in option.choices:
        raise UsageError(f"no {option.name} named '{value}'; choose from: {', '.join(option.choices)}")
    if option.kind is bool and not isinstance(value, bool):
        raise UsageError(f"{option.name} is {value!r}; give true or false")
    if option.is_time and not isinstance(value, int | None):
        raise UsageError(f"{option.name} is {value!r}; give milliseconds since 1970 UTC")
    if option.range and (value, option.default) != (None, None):
        lowest, highest = option.range
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise UsageError(f"{option.name} is {value!r}; give a whole number from {lowest} to {highest}")


def _check_sliding(recipe: Recipe) -> None:
    for option in OPTIONS.values():
        if option.is_fixed and getattr(recipe, option.name) != option.in_sliding:
            raise UsageError(f"mode sliding has no {option.name}; leave it out, or choose mode exchange")
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
