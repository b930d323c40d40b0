"""What people see of jobs: the plan before anything is sent, the job, how well it learned, why it failed."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from rolecall.cli.printing import one_line, out, print_json, print_pairs, shown

if TYPE_CHECKING:
    from rolecall.jobs import Job, JobPlan, Loss, NamedMessage, Preflight

# What `job show` leaves to --json: our own bookkeeping, the provider's raw answer, and what is drawn.
HIDDEN = (
    "run_key",
    "version",
    "events",
    "checkpoints",
    "losses",
    "last_answer",
    "attempt_count",
    "next_poll_at",
    "lease_owner",
    "lease_until",
    "open_creation_count",
    "has_redirected_creation",
)
SHOWN_PEOPLE = 20
SHOWN_CHARS = 100
PLOT_LINES = 15
MARKERS = {"train_loss": "•", "validation_loss": "o"}


def print_plan(
    plan: "JobPlan", preflight: "Preflight", print_line: Callable[[str], None], is_json: bool = False
) -> None:
    """Print what would leave the machine, whose words are in it, where to, and what that may cost."""
    if is_json:
        print_json({**asdict(plan), "preflight": asdict(preflight)})
        return
    print_line(f"to {plan.label} at {plan.host} ({plan.base_url}), to train {plan.model}:")
    for file in plan.files:
        print_line(
            f"  {file.path}: {file.example_count:,} examples, {file.byte_count:,} bytes,"
            f" about {file.token_count:,} tokens for each epoch"
        )
    print_line(f"  in it are words of {len(plan.people):,} people: {_names(plan)}")
    for name, value in {**plan.hyperparameters, "suffix": plan.suffix, "seed": plan.seed}.items():
        if value is not None:
            print_line(f"  {name}: {value}")
    print_line(f"  {_cost(plan)}")
    for sentence in (*preflight.sentences, *plan.notes):
        print_line(f"  {sentence}")
    if plan.job:
        _print_earlier(plan.job, print_line)


def _print_earlier(job: "Job", print_line: Callable[[str], None]) -> None:
    if job.has_ended:
        print_line(
            f"  asked for before: job {job.job_id}, {job.state}; nothing is sent. To train it once more:"
            " --again N"
        )
    else:
        print_line(f"  asked for before: job {job.job_id}, {job.state}; it goes on from there")


def _names(plan: "JobPlan") -> str:
    named = [
        f"{one_line(person.display_name) or 'nameless'} ({person.message_count:,})" for person in plan.people
    ]
    more = len(named) - SHOWN_PEOPLE
    return ", ".join(named[:SHOWN_PEOPLE]) + (f", and {more:,} more (--json names all)" if more > 0 else "")


def _cost(plan: "JobPlan") -> str:
    cost = plan.cost
    if not cost:
        return f"what {plan.label} takes for it is not known here"
    epochs = f"{cost.epochs} epochs" + (", which it chooses itself" if cost.is_epochs_guessed else "")
    return f"about ${cost.usd:,.2f} for {epochs} ({cost.source}, {cost.as_of}; no promise)"


def print_job(job: "Job", messages: "Sequence[NamedMessage]" = (), is_json: bool = False) -> None:
    """Print a job, its log and checkpoints; of a failed one the messages behind the lines that are named."""
    values = asdict(job)
    if is_json:
        print_json({**values, "messages": [asdict(message) for message in messages]})
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
    print_losses(job.losses)
    if messages:
        out("the messages on the lines that it names:")
    for message in messages:
        out(
            f"line {message.line_no}  {one_line(message.thread_title)}  {shown(message.sent_at)}"
            f"  {one_line(message.display_name)}: {_short(message.body or '')}"
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARS else f"{line[: SHOWN_CHARS - 1]}…"


def print_losses(losses: "Sequence[Loss]") -> None:
    """Draw how the loss fell, on a terminal; elsewhere it is left to --json."""
    if len(losses) < 2 or not sys.stdout.isatty():
        return
    from plotext import figure

    figure.clear()
    figure.theme("colorless")
    figure.plot_size(min(100, get_terminal_size().columns), PLOT_LINES)
    shown_names = []
    for name, marker in MARKERS.items():
        points = [(loss.step, value) for loss in losses if (value := getattr(loss, name)) is not None]
        if points:
            signal = figure.signal(*zip(*points, strict=True), marker=marker)
            signal.lines()
            figure.draw(signal)
            shown_names.append(f"{marker} {name.replace('_', ' ')}")
    figure.title(", ".join(shown_names))
    figure.label("step", "x")
    # Without colours, but for the codes that would end them.
    out(re.sub(r"\x1b\[[0-9;]*m", "", str(figure.build())).rstrip())
