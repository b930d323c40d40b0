"""What may be exported how: a format must say which replies are trained, or have none that are not."""

import shlex
from collections.abc import Iterator

from rolecall.datasets.options import Recipe
from rolecall.datasets.stored import Dataset
from rolecall.errors import UsageError
from rolecall.formats import Format, format_named
from rolecall.plugins import names

SPLITS = ("train", "validation")


def check_split(split: str | None) -> None:
    """Return if there is such a split, or raise `UsageError`."""
    if split not in (None, *SPLITS):
        raise UsageError(
            f"no split named '{split}'; choose from: {', '.join(SPLITS)}, or none for both in one file"
        )


def check_format(dataset: Dataset, format_name: str, renderer: Format) -> None:
    """Return if a trainer would learn from the file what the recipe says.

    Raises:
        UsageError: It would not; the message names every reason, each with the option to change.
    """
    clashes = list(_clashes(dataset.recipe, renderer))
    if not clashes:
        return
    others = [name for name in names("formats") if not list(_clashes(dataset.recipe, format_named(name)))]
    options = " ".join(option for _, option in clashes)
    raise UsageError(
        f"the format '{format_name}' cannot hold '{dataset.name}': {'; '.join(why for why, _ in clashes)}."
        f" Make another version with: rolecall dataset edit {shlex.quote(dataset.name)} {options};"
        f" or choose another format: {', '.join(others)}"
    )


def _clashes(recipe: Recipe, renderer: Format) -> Iterator[tuple[str, str]]:
    """Yield what a trainer would get wrong, and the option that mends it."""
    if renderer.trains == "last" and recipe.max_turns != 2:
        mode = "--mode exchange " if recipe.mode == "sliding" else ""
        yield "it trains only the last reply of a line, and max_turns is not 2", f"{mode}--max-turns 2"
    if renderer.trains == "all":
        blind = "it cannot say which replies are not trained, and"
        if context := recipe.context_exchanges:
            why = f"{blind} context_exchanges is {context} (--no-context leaves it out of this export)"
            yield why, "--context-exchanges 0"
        if chars := recipe.min_assistant_chars:
            yield f"{blind} min_assistant_chars is {chars}", "--min-assistant-chars 0"
    if recipe.has_name_field and recipe.has_group and not renderer.has_names:
        yield "its trainers do not see the field `name`, and has_name_field is set", "--no-name-field"
