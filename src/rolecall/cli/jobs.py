"""`rolecall job`: fine-tuning at a provider."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rolecall.cli import completing
from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.job_printing import print_job, print_plan
from rolecall.cli.printing import note, out, print_rows, shown
from rolecall.errors import UsageError
from rolecall.plugins import names

if TYPE_CHECKING:
    from rolecall.api import Store
    from rolecall.jobs import Job, JobOptions, Waits

COLUMNS = ("job_id", "state", "status", "provider", "model", "export_id", "fine_tuned_model", "created_at")
PROVIDERS = (
    f"Who trains, one of: {', '.join(names('providers'))}; left out, OpenAI, or any server at --base-url."
)

JobArgument = Annotated[int, typer.Argument(metavar="JOB", help="Its number.")]

ProviderOption = Annotated[
    str | None,
    typer.Option(
        "--provider", metavar="P", help=PROVIDERS, autocompletion=completing.plugins_of("providers")
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="The address of a server that speaks OpenAI's protocol."),
]
AgreedOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

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
    print_rows([asdict(job) for job in store_of(context).jobs()], COLUMNS, is_json=is_json)


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
    provider: ProviderOption = None,
    base_url: AddressOption = None,
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
    settle_seconds: Annotated[
        float,
        typer.Option(metavar="S", min=0, help="After a creation without an answer, wait so long, then look."),
    ] = 90.0,
    is_agreed: AgreedOption = False,
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
    export_id = store.export_for_job(export, provider=provider, base_url=base_url)
    plan = store.plan_job(export_id, **options)
    preflight = store.preflight_job(plan)
    if is_dry_run:
        print_plan(plan, preflight, out, is_json)
        return
    print_plan(plan, preflight, note)
    agree(is_agreed, "this sends the words of people away and may cost money", "Send it?")
    begun = store.start_job(export_id, note=note, waits=_waits(settle_seconds), **options)
    _print_end(store, begun, is_json)


@app.command(epilog="Example: rolecall job show 1")
def show(context: typer.Context, job_id: JobArgument, is_json: JsonOption = False) -> None:
    """Show a job with its log and losses.

    Of a failed one the messages behind it, too.
    """
    store = store_of(context)
    print_job(store.job(job_id), store.job_messages(job_id), is_json)


@app.command(epilog="Example: rolecall job watch 1")
def watch(context: typer.Context, job_id: JobArgument, is_json: JsonOption = False) -> None:
    """Wait until a job has ended.

    Prints its events as they come; exit 1 unless it succeeded.
    """
    store = store_of(context)
    done = store.watch_job(
        job_id, on_event=lambda event: note(f"{shown(event.created_at)}  {event.message}"), note=note
    )
    _print_end(store, done, is_json)


@app.command(epilog="Example: rolecall job resume 1")
def resume(
    context: typer.Context,
    job_id: JobArgument,
    adopt: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The provider's job that it is, when several could be; or none."),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Go on with a job that is blocked, or whose start broke off.

    What was agreed to when it was started holds.
    """
    store = store_of(context)
    _print_end(store, store.resume_job(job_id, adopt=adopt, note=note), is_json)


@app.command(epilog="Example: rolecall job cancel 1")
def cancel(
    context: typer.Context,
    job_id: JobArgument,
    also: Annotated[
        str | None, typer.Option(metavar="ID", help="Cancel this further job of the provider instead.")
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """End a job, at the provider too."""
    ended = store_of(context).cancel_job(job_id, also=also, note=note)
    print_job(ended, is_json=is_json)
    if ended.state == "polling" and not also:
        note(f"the provider takes a while; to see the end: rolecall job watch {job_id}")
    elif ended.upload_id:
        note("its file may still lie there: rolecall job uploads")


def agree(is_agreed: bool, what: str, question: str) -> None:
    """Ask on a terminal, and want `--yes` elsewhere."""
    if is_agreed:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{what}; agree with --yes")
    if not typer.confirm(question, err=True):
        note("nothing was done")
        raise typer.Exit(1)


def _waits(settle_seconds: float) -> "Waits | None":
    from rolecall.jobs import Waits

    return Waits(settle_seconds=settle_seconds) if settle_seconds != 90.0 else None


def _print_end(store: "Store", job: "Job", is_json: bool) -> None:
    """Print where a job stands and what to do next; exit 1 when it will not succeed by itself."""
    print_job(job, store.job_messages(job.job_id), is_json)
    if job.state == "polling":
        note(f"next: rolecall job watch {job.job_id}")
    elif job.state == "succeeded":
        note(f"next: rolecall chat {job.job_id}")
    raise typer.Exit(1 if job.state in ("failed", "blocked", "cancelled") else 0)


def _pairs(texts: list[str]) -> dict[str, object]:
    """Return NAME=VALUE texts as pairs."""
    pairs: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"not a hyperparameter: {text!r}; write it as n_epochs=3")
        pairs[name] = value
    return pairs
