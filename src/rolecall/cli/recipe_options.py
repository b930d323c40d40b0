"""The options of a recipe as arguments of `dataset create` and `dataset edit`: the fields of `Recipe`."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from inspect import Parameter
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rolecall.cli import completing
from rolecall.datasets.options import OPTIONS, Option

if TYPE_CHECKING:
    from rolecall.datasets.stored import Dataset

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

PersonaOption = Annotated[
    str | None,
    typer.Option(
        "--persona",
        metavar="P",
        help="Whose voice the assistant speaks: name or id.",
        autocompletion=completing.names_of("personas"),
    ),
]
# The lists of `Lists`: name -> flag, what it takes, help.
LISTS = {
    "include_threads": ("--thread", "T", "Only this chat; may be repeated."),
    "exclude_threads": ("--no-thread", "T", "Not this chat; may be repeated."),
    "include_people": ("--participant", "P", "Of others, only this person; may be repeated."),
    "exclude_people": ("--no-participant", "P", "Not this person's messages; may be repeated."),
}


def with_recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option of a recipe and the lists, between its own arguments and its keywords.

    It takes them as `**recipe`, by name; `given` says which of them somebody typed. They are put into the
    signature, since typer reads a command line from nowhere else.
    """
    own = inspect.signature(command, eval_str=True).parameters.values()
    options = [_parameter(name, *_as_typed(option)) for name, option in OPTIONS.items()]
    lists = [
        _parameter(name, list[str], typer.Option(flag, metavar=metavar, help=words))
        for name, (flag, metavar, words) in LISTS.items()
    ]
    arguments = [parameter for parameter in own if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD]
    keywords = [parameter for parameter in own if parameter.kind is Parameter.KEYWORD_ONLY]
    signature = inspect.Signature([*arguments, *options, *lists, *keywords])
    command.__signature__ = signature  # type: ignore[attr-defined]
    return command


def given(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody typed of the options and lists, as `create_dataset` takes it."""
    typed = {name: value for name, value in recipe.items() if value is not None}
    for name, value in typed.items():
        if isinstance(value, datetime):
            typed[name] = int(value.replace(tzinfo=UTC).timestamp() * 1000)
    if "joiner" in typed:
        typed["joiner"] = typed["joiner"].replace(r"\n", "\n")
    return typed


def nested(dataset: "Dataset") -> dict[str, object]:
    """Return a dataset with its options beside its name, as its row has them."""
    values = asdict(dataset)
    return {**values, **values.pop("recipe")}


def _as_typed(option: Option) -> tuple[type, object]:
    """Return what an option is on the command line: of which type, and how typer is to show it."""
    if option.is_time:
        return datetime, typer.Option(option.flag, formats=DATES, metavar=option.metavar, help=option.words)
    return option.kind, typer.Option(option.flag, metavar=option.metavar, help=option.words)


def _parameter(name: str, type_: type | GenericAlias, shown: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[type_ | None, shown])
