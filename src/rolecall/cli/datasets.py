"""`rolecall dataset`: recipes for training examples, and a look at what they give."""

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing, recipes
from rolecall.cli.common import DatasetArgument, JsonOption, command_of, store_of
from rolecall.cli.printing import bar, note, out, paragraph, print_json, print_rows
from rolecall.cli.recipe_options import nested

if TYPE_CHECKING:
    from rolecall.datasets.overview import Overview
    from rolecall.datasets.stored import Dataset
    from rolecall.datasets.totals import Totals

COLUMNS = ("dataset_id", "name", "version_no", "persona_name", "mode", "created_at")

app = typer.Typer(
    help="Make, edit, list, show, preview and drop datasets.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(epilog="Example: rolecall dataset")
def dataset(context: typer.Context, is_json: JsonOption = False) -> None:
    """Make, edit, list, show, preview and drop datasets: recipes for training examples."""
    if context.invoked_subcommand is None:
        _print(store_of(context).datasets(), is_json)


@app.command("list", epilog="Example: rolecall dataset list --json")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the datasets."""
    _print(store_of(context).datasets(), is_json)


recipes.add_to(app)


@app.command(epilog="Example: rolecall dataset show ann-chats")
def show(context: typer.Context, name: DatasetArgument, is_json: JsonOption = False) -> None:
    """Show a dataset in words, and what an export would write.

    How many examples and tokens, how long, what an epoch costs, and what is left out and why.
    """
    overview = store_of(context).overview_dataset(name)
    if is_json:
        print_json(
            {
                **nested(overview.dataset),
                "words": overview.words,
                "totals": {split: _counted(totals) for split, totals in overview.totals.items()},
                "exports": overview.exports,
                "left_out": overview.left_out,
            }
        )
        return
    _print_overview(overview)
    if overview.totals:
        note(f"some of them: {command_of(context)} dataset preview {shlex.quote(name)}")


@app.command(epilog="Example: rolecall dataset preview ann-chats --page 2")
def preview(
    context: typer.Context,
    name: DatasetArgument,
    page: Annotated[int, typer.Option(min=1, help="From 1; each page shows other examples.")] = 1,
    size: Annotated[int, typer.Option(min=1, help="Examples on a page.")] = 3,
    thread: Annotated[
        str | None,
        typer.Option(
            metavar="T",
            help="Only examples from this chat: title or id.",
            autocompletion=completing.names_of("threads"),
        ),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Show some examples as chat bubbles.

    With what is trained and what is only read, and why each begins and ends where it does.
    """
    from rolecall.cli.bubbles import print_examples

    examples = store_of(context).preview_dataset(name, page=page, size=size, thread=thread)
    if is_json:
        print_json([asdict(example) for example in examples])
        return
    print_examples(examples)
    if len(examples) == size:
        of_thread = "" if thread is None else f" --thread {shlex.quote(thread)}"
        note(f"more: {command_of(context)} dataset preview {shlex.quote(name)}{of_thread} --page {page + 1}")


@app.command(epilog="Example: rolecall dataset drop ann-chats")
def drop(context: typer.Context, name: DatasetArgument) -> None:
    """Remove a dataset.

    All versions of a name, or the one of an id; its exports stay recorded.
    """
    for dropped in store_of(context).drop_dataset(name):
        out(f"dropped {dropped.name}, version {dropped.version_no}")


def _counted(totals: "Totals") -> dict[str, object]:
    """Return what a look at a dataset counts; messages are counted by an export alone."""
    return {
        name: value
        for name, value in asdict(totals).items()
        if name not in ("message_count", "trained_count")
    }


def _print_overview(overview: "Overview") -> None:
    from rolecall.cli.totals import print_totals
    from rolecall.datasets.reasons import words_for

    out(f"{overview.dataset.name}, version {overview.dataset.version_no}")
    for sentence in overview.words:
        paragraph(sentence)
    out()
    for split, totals in overview.totals.items():
        print_totals(split, totals, is_estimate=True)
    if not overview.totals:
        out("it yields no example")
    if overview.left_out:
        out("messages that stand in no example:")
    most = max(overview.left_out.values(), default=0)
    for reason, count in overview.left_out.items():
        out(f"  {count:>9,}  {bar(count, most)}  {words_for(reason)} ({reason})")
    for export in overview.exports:
        out(f"export {export['export_id']}: {export['example_count']:,} examples in {export['path']}")


def _print(datasets: list["Dataset"], is_json: bool) -> None:
    print_rows([nested(dataset) for dataset in datasets], COLUMNS, is_json=is_json)
