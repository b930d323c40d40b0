"""`rolecall dataset`: recipes for training examples."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import DatasetArgument, JsonOption, store_of
from rolecall.cli.printing import note, out, print_json, print_pairs, print_rows

if TYPE_CHECKING:
    from rolecall.datasets import Dataset

COLUMNS = ("dataset_id", "name", "version_no", "persona_name", "mode", "created_at")
DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

app = typer.Typer(
    help="Make, list, show and drop datasets.", invoke_without_command=True, rich_markup_mode=None
)


@app.callback(epilog="Example: rolecall dataset")
def dataset(context: typer.Context, is_json: JsonOption = False) -> None:
    """Make, list, show and drop datasets: recipes for training examples."""
    if context.invoked_subcommand is None:
        _print(store_of(context).datasets(), is_json)


@app.command("list", epilog="Example: rolecall dataset list --json")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the datasets."""
    _print(store_of(context).datasets(), is_json)


@app.command(
    epilog="Example: rolecall dataset create ann-chats --persona ann --preset chat --gap-minutes 180"
)
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A new name.")],
    persona: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="Whose voice the assistant speaks: name or id.",
            autocompletion=completing.names_of("personas"),
        ),
    ] = None,
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
    mode: Annotated[str | None, typer.Option(help="exchange, or sliding: windows of turns.")] = None,
    system_prompt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="May hold {persona}, {title} and {date}.")
    ] = None,
    gap_minutes: Annotated[
        int | None, typer.Option(help="A longer pause begins a new conversation (360).")
    ] = None,
    joiner: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=r"Between the messages of one turn; \n is a line break."),
    ] = None,
    tokenizer: Annotated[str | None, typer.Option(help="What counts tokens (o200k).")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Of one example (2048).")] = None,
    max_turns: Annotated[int | None, typer.Option(help="Of one example, even (no limit).")] = None,
    context_exchanges: Annotated[
        int | None, typer.Option(help="Exchanges before an example's own, not trained: 0 to 2 (1).")
    ] = None,
    has_direct: Annotated[
        bool | None, typer.Option("--has-direct/--no-direct", help="Chats of two (yes).")
    ] = None,
    has_group: Annotated[bool | None, typer.Option("--has-group/--no-group", help="Groups (yes).")] = None,
    has_speaker_names: Annotated[
        bool | None,
        typer.Option(
            "--has-speaker-names/--no-speaker-names", help="In groups user messages begin with a name (yes)."
        ),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=DATES, metavar="DATE", help="UTC, included.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DATES, metavar="DATE", help="UTC, not included.")
    ] = None,
    min_assistant_chars: Annotated[
        int | None, typer.Option(help="A shorter reply stays, and is not trained (0).")
    ] = None,
    validation_permille: Annotated[
        int | None, typer.Option(help="Share of conversations kept for validation, in thousandths (0).")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the split (0).")] = None,
    chunk_size: Annotated[int | None, typer.Option(help="Turns of a window, sliding (8).")] = None,
    chunk_overlap: Annotated[
        int | None, typer.Option(help="Turns that two windows share, sliding (2).")
    ] = None,
    include_threads: Annotated[
        list[str] | None, typer.Option("--thread", metavar="T", help="Only this chat; may be repeated.")
    ] = None,
    exclude_threads: Annotated[
        list[str] | None, typer.Option("--no-thread", metavar="T", help="Not this chat; may be repeated.")
    ] = None,
    include_people: Annotated[
        list[str] | None,
        typer.Option("--participant", metavar="P", help="Of others, only this person; may be repeated."),
    ] = None,
    exclude_people: Annotated[
        list[str] | None,
        typer.Option("--no-participant", metavar="P", help="Not this person's messages; may be repeated."),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Make a dataset: a recipe for examples.

    Nothing is exported yet. In brackets stands what holds without the option, a preset or --like.
    """
    options = {
        "mode": mode,
        "system_prompt": system_prompt,
        "gap_minutes": gap_minutes,
        "joiner": None if joiner is None else joiner.replace(r"\n", "\n"),
        "tokenizer": tokenizer,
        "max_tokens": max_tokens,
        "max_turns": max_turns,
        "context_exchanges": context_exchanges,
        "has_direct": has_direct,
        "has_group": has_group,
        "has_speaker_names": has_speaker_names,
        "since_ms": _milliseconds(since),
        "until_ms": _milliseconds(until),
        "min_assistant_chars": min_assistant_chars,
        "validation_permille": validation_permille,
        "seed": seed,
        "chunk_size": chunk_size,
        "chunk_overlap": chunk_overlap,
    }
    made = store_of(context).create_dataset(
        name,
        persona=persona,
        preset=preset,
        like=like,
        include_threads=include_threads or (),
        exclude_threads=exclude_threads or (),
        include_people=include_people or (),
        exclude_people=exclude_people or (),
        **{option: value for option, value in options.items() if value is not None},
    )
    if is_json:
        print_json(_nested(made))
        return
    out(f"made {made.name}, in which {made.persona_name} is the assistant")
    note(f"next: rolecall export {made.name}")


@app.command(epilog="Example: rolecall dataset show ann-chats")
def show(context: typer.Context, name: DatasetArgument, is_json: JsonOption = False) -> None:
    """Show a dataset.

    Its options, what was exported from it, and what it leaves out.
    """
    from rolecall.reasons import words_for

    store = store_of(context)
    found = store.dataset(name)
    exports = store.dataset_exports(str(found.dataset_id))
    reasons = store.dataset_reasons(str(found.dataset_id)) if exports else {}
    if is_json:
        print_json({**_nested(found), "exports": exports, "left_out": reasons})
        return
    print_pairs(_flat(found))
    for export in exports:
        out(f"export {export['export_id']}: {export['example_count']} examples in {export['path']}")
    for reason, count in reasons.items():
        out(f"left out: {count:,} messages, {words_for(reason)} ({reason})")


@app.command(epilog="Example: rolecall dataset drop ann-chats")
def drop(context: typer.Context, name: DatasetArgument) -> None:
    """Remove a dataset.

    All versions of a name, or the one of an id; its exports stay recorded.
    """
    for gone in store_of(context).drop_dataset(name):
        out(f"dropped {gone.name}, version {gone.version_no}")


def _milliseconds(when: datetime | None) -> int | None:
    return None if when is None else int(when.replace(tzinfo=UTC).timestamp() * 1000)


def _nested(dataset: "Dataset") -> dict[str, object]:
    """Return a dataset with its options beside its name, as its row has them."""
    values = asdict(dataset)
    return {**values, **values.pop("recipe")}


def _flat(dataset: "Dataset") -> dict[str, object]:
    values = _nested(dataset)
    lists = {"threads": dataset.threads, "people": dataset.people}
    for what, chosen in lists.items():
        del values[what]
        values[f"only {what}"] = ", ".join(row.name for row in chosen.included) or None
        values[f"no {what}"] = ", ".join(row.name for row in chosen.excluded) or None
    values["joiner"] = repr(dataset.recipe.joiner)
    del values["recipe"]
    return {
        name: str(value) if name.endswith("_id") else value
        for name, value in values.items()
        if value is not None
    }


def _print(datasets: list["Dataset"], is_json: bool) -> None:
    print_rows([_nested(one) for one in datasets], COLUMNS, is_json=is_json)
