"""`rolecall job`: fine-tuning at a provider."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.printing import note, out, print_json, print_pairs, print_rows, shown
from rolecall.errors import UsageError
from rolecall.registry import names

if TYPE_CHECKING:
    from rolecall.api import JobOptions
    from rolecall.jobs import Job, JobPlan

COLUMNS = ("job_id", "state", "status", "provider", "model", "export_id", "fine_tuned_model", "created_at")
# What `job show` leaves to --json: our own bookkeeping and the provider's raw answer.
HIDDEN = ("run_key", "version", "events", "checkpoints", "last_answer", "attempt_count", "next_poll_at")

PROVIDERS = f"Who trains, one of: {', '.join(names('providers'))}."

JobArgument = Annotated[int, typer.Argument(metavar="JOB", help="Its number.")]

app = typer.Typer(
    help="Start and watch fine-tuning jobs.", invoke_without_command=True, rich_markup_mode=None
)


@app.callback(epilog="Example: rolecall job")
def job(context: typer.Context, is_json: JsonOption = False) -> None:
    """Start and watch fine-tuning jobs."""
    if context.invoked_subcommand is None:
        list_(context, is_json)


@app.command("list", epilog="Example: rolecall job list")
def list_(context: typer.Context, is_json: JsonOption = False) -> None:
    """List the jobs, oldest first."""
    print_rows([asdict(one) for one in store_of(context).jobs()], COLUMNS, is_json=is_json)


@app.command(epilog="Example: rolecall job start ann-chats --model gpt-4.1-mini-2025-04-14 --dry-run")
def start(
    context: typer.Context,
    export: Annotated[
        str,
        typer.Argument(
            metavar="DATASET|EXPORT",
            help="A dataset (its newest export is taken) or the number of an export.",
            autocompletion=completing.names_of("datasets"),
        ),
    ],
    model: Annotated[str, typer.Option("--model", metavar="M", help="The model to start from.")],
    provider: Annotated[
        str,
        typer.Option(metavar="P", help=PROVIDERS, autocompletion=completing.plugins_of("providers")),
    ] = "openai",
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Another address that speaks the provider's protocol.")
    ] = None,
    validation: Annotated[
        int | None, typer.Option(metavar="EXPORT", help="The number of an export to measure on.")
    ] = None,
    hyperparameters: Annotated[
        list[str] | None,
        typer.Option("--hyperparameter", metavar="NAME=VALUE", help="Such as n_epochs=3; may be repeated."),
    ] = None,
    suffix: Annotated[str | None, typer.Option(help="Part of the new model's name.")] = None,
    seed: Annotated[int | None, typer.Option(help="For the provider.")] = None,
    again: Annotated[
        int, typer.Option(metavar="N", min=0, help="Another number trains the same thing once more.")
    ] = 0,
    is_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would leave the machine; send nothing.")
    ] = False,
    is_agreed: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    is_json: JsonOption = False,
) -> None:
    """Send an export to a provider and train on it.

    Asked for twice, it is one job. See first what would be sent: --dry-run.
    """
    store = store_of(context)
    options: JobOptions = {
        "provider": provider,
        "model": model,
        "base_url": base_url,
        "suffix": suffix,
        "seed": seed,
        "hyperparameters": _pairs(hyperparameters or []),
        "validation_export_id": validation,
        "again": again,
    }
    export_id = store.export_for_job(export, provider=provider)
    plan = store.plan_job(export_id, **options)
    if is_dry_run:
        _print_plan(plan, out, is_json)
        return
    _print_plan(plan, note)
    _ask(is_agreed)
    begun = store.start_job(export_id, note=note, **options)
    _print_job(begun, is_json)
    if begun.state == "polling":
        note(f"next: rolecall job watch {begun.job_id}")
    raise typer.Exit(1 if begun.state in ("failed", "blocked") else 0)


@app.command(epilog="Example: rolecall job show 1")
def show(context: typer.Context, job_id: JobArgument, is_json: JsonOption = False) -> None:
    """Show a job with its events and checkpoints."""
    _print_job(store_of(context).job(job_id), is_json)


@app.command(epilog="Example: rolecall job watch 1")
def watch(context: typer.Context, job_id: JobArgument, is_json: JsonOption = False) -> None:
    """Wait until a job has ended.

    Prints its events as they come; exit 1 unless it succeeded.
    """
    done = store_of(context).watch_job(
        job_id,
        on_event=lambda event: note(f"{shown(event.created_at)}  {event.message}"),
        note=note,
    )
    _print_job(done, is_json)
    raise typer.Exit(0 if done.state == "succeeded" else 1)


def _pairs(texts: list[str]) -> dict[str, object]:
    """Return NAME=VALUE texts as pairs, numbers as numbers."""
    pairs: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"not a hyperparameter: {text!r}; write it as n_epochs=3")
        pairs[name] = value
    return pairs


def _ask(is_agreed: bool) -> None:
    if is_agreed:
        return
    if not sys.stdin.isatty():
        raise UsageError("this sends the words of people away and may cost money; agree with --yes")
    if not typer.confirm("Send it?", err=True):
        note("nothing was sent")
        raise typer.Exit(1)


def _print_plan(plan: "JobPlan", print_line: "Callable[[str], None]", is_json: bool = False) -> None:
    if is_json:
        print_json(asdict(plan))
        return
    print_line(f"to {plan.label} at {plan.host} ({plan.base_url}), to train {plan.model}:")
    for file in plan.files:
        print_line(
            f"  {file.path}: {file.example_count:,} examples, {file.byte_count:,} bytes,"
            f" about {file.token_count:,} tokens for each epoch"
        )
    print_line(f"  in it are words of {plan.people_count:,} people")
    for name, value in {**plan.hyperparameters, "suffix": plan.suffix, "seed": plan.seed}.items():
        if value is not None:
            print_line(f"  {name}: {value}")
    if plan.note:
        print_line(f"  {plan.note}")
    if plan.job:
        print_line(f"  asked for before: job {plan.job.job_id}, {plan.job.state}; it goes on from there")


def _print_job(job: "Job", is_json: bool) -> None:
    values = asdict(job)
    if is_json:
        print_json(values)
        return
    print_pairs(
        {
            name: str(value) if name.endswith("_id") or name == "seed" else value
            for name, value in values.items()
            if value is not None and name not in HIDDEN
        }
    )
    for checkpoint in job.checkpoints:
        out(f"checkpoint at step {checkpoint.step}: {checkpoint.model}")
    for event in job.events:
        out(f"{shown(event.created_at)}  {event.message}")
