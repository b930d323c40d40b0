"""A recipe in words: what a model will learn from, for people who never saw the options."""

from collections.abc import Iterator, Sequence

from rolecall.datasets.options import Recipe
from rolecall.texts.times import moment

JOINERS = {"\n": "a line break", "\n\n": "a blank line", " ": "a blank", "": "nothing"}


def in_words(
    recipe: Recipe,
    persona: str,
    people: Sequence[str],
    *,
    only_threads: Sequence[str] = (),
    no_threads: Sequence[str] = (),
    only_people: Sequence[str] = (),
    no_people: Sequence[str] = (),
) -> list[str]:
    """Return sentences that say what the options do, in the order in which they take effect.

    Args:
        recipe: The options.
        persona: Its name.
        people: Display names of its participants.
        only_threads: Titles; when there is any, all other chats are left out.
        no_threads: Titles of chats that are left out.
        only_people: Names; when there is any, messages of all other people are left out.
        no_people: Names of people whose messages are left out.
    """
    who = f" ({_listed(people)})" if list(people) != [persona] else ""
    sentences = [f"The assistant speaks as {persona}{who}."]
    sentences.append(f"It learns from {_chats(recipe)}{_dates(recipe)}.")
    for start, names in (
        ("Only these chats count", only_threads),
        ("Left out are the chats", no_threads),
        ("Of other people only these count", only_people),
        ("Left out are all messages of", no_people),
    ):
        if names:
            sentences.append(f"{start}: {_listed(names)}.")
    sentences += _sliding(recipe) if recipe.mode == "sliding" else _exchange(recipe)
    if recipe.system_prompt is not None:
        sentences.append(f"Every example begins with the system message {recipe.system_prompt!r}.")
    share = recipe.validation_permille
    what = "chats" if recipe.mode == "sliding" else "conversations"
    sentences.append(
        f"{share} of 1,000 {what} are kept for validation, drawn with seed {recipe.seed}."
        if share
        else "Nothing is kept for validation."
    )
    return sentences


def duration(minutes: int) -> str:
    """Return minutes as people say them: `6 hours`, `90 minutes`."""
    for size, noun in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes and minutes % size == 0:
            return f"{minutes // size:,} {noun}{'' if minutes == size else 's'}"
    return "0 minutes"


def _chats(recipe: Recipe) -> str:
    if recipe.has_direct and recipe.has_group:
        return "chats of two and groups"
    return "chats of two" if recipe.has_direct else "groups"


def _dates(recipe: Recipe) -> str:
    since = "" if recipe.since_ms is None else f" since {moment(recipe.since_ms)}"
    return since + ("" if recipe.until_ms is None else f" before {moment(recipe.until_ms)}")


def _sliding(recipe: Recipe) -> Iterator[str]:
    step = recipe.chunk_size - recipe.chunk_overlap
    yield (
        f"Each example is a window of {recipe.chunk_size} turns, whoever begins and ends it; the next one"
        f" begins {step} turn{'' if step == 1 else 's'} later, so {recipe.chunk_overlap} stand in both."
    )
    yield "Pauses do not count, and every reply of a window is trained."


def _exchange(recipe: Recipe) -> Iterator[str]:
    joiner = JOINERS.get(recipe.joiner, repr(recipe.joiner))
    yield (
        f"A pause of more than {duration(recipe.gap_minutes)} begins a new conversation. Messages of one side"
        f" in a row become one turn, with {joiner} between them; what others wrote and the reply to it are an"
        " exchange."
    )
    turns = f" and {recipe.max_turns} turns" if recipe.max_turns is not None else ""
    yield (
        f"An example is a run of exchanges of at most {recipe.max_tokens:,} tokens{turns}, and the model"
        " learns to write its replies."
    )
    if number := recipe.context_exchanges:
        what, stands = ("the exchange", "stands") if number == 1 else (f"up to {number} exchanges", "stand")
        yield (
            f"Where an example begins within a conversation and has room, {what} before it {stands} in front,"
            " to be read and not learned."
        )
    if recipe.has_group:
        yield from _names(recipe)
    if recipe.has_placeholders:
        yield "Photos and other media of others are shown as [photo]."
    if recipe.min_assistant_chars:
        yield f"Replies of fewer than {recipe.min_assistant_chars} characters are read and not learned."
    if left_out := list(_left_out(recipe)):
        yield f"Left out are {'; '.join(left_out)}."


def _names(recipe: Recipe) -> Iterator[str]:
    if recipe.has_name_field:
        yield "In groups a turn of one person has that person's name in the field `name`, spelt in ASCII."
    if recipe.has_speaker_names:
        turns = " of a turn of several people" if recipe.has_name_field else " of others"
        yield f"In groups every message{turns} begins with the sender's name."


def _left_out(recipe: Recipe) -> Iterator[str]:
    if recipe.skip_links:
        yield "exchanges with nothing but links on one side"
    if recipe.skip_stickers and recipe.has_placeholders:
        yield "exchanges that answer nothing but stickers"
    if recipe.min_words:
        yield f"exchanges of fewer than {recipe.min_words} words"
    if recipe.language is not None:
        yield f"exchanges that are mostly in another language than '{recipe.language}' on one side"
    if recipe.skip_duplicates:
        yield "examples that say the same as an earlier one"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
