"""How well a job learned: losses step by step, out of its events and its result file."""

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from rolecall.providers import RemoteEvent

# The protocol's own name first; others were seen in result files and at other providers.
STEP_NAMES = ("step", "current_step")
TRAIN_NAMES = ("train_loss", "training_loss", "loss")
VALIDATION_NAMES = ("valid_loss", "full_valid_loss", "validation_loss", "eval_loss")


@dataclass(frozen=True, slots=True)
class Loss:
    """The losses at one step; None where the provider tells none."""

    step: int
    train_loss: float | None
    validation_loss: float | None


def losses_of(events: Iterable[RemoteEvent]) -> list[Loss]:
    """Return the losses that events tell, in the order of steps, each step once."""
    return _once(json.loads(event.data) for event in events if event.data)


def losses_in(text: str) -> list[Loss]:
    """Return the losses of a result file: CSV, plain or as base64; none when it is something else."""
    with suppress(binascii.Error, ValueError):  # plain already
        text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    with suppress(csv.Error):  # a field longer than any of a table
        return _once(csv.DictReader(io.StringIO(text)))
    return []


def _once(records: Iterable[object]) -> list[Loss]:
    by_step = {loss.step: loss for loss in _read(records)}
    return [by_step[step] for step in sorted(by_step)]


def _read(records: Iterable[object]) -> Iterator[Loss]:
    for values in records:
        if not isinstance(values, Mapping):
            continue
        step = _number(values, STEP_NAMES)
        losses = _number(values, TRAIN_NAMES), _number(values, VALIDATION_NAMES)
        # A larger one is no step, and no integer of a store.
        if step is not None and abs(step) < 2**63 and losses != (None, None):
            yield Loss(int(step), *losses)


def _number(values: Mapping[str, object], names: tuple[str, ...]) -> float | None:
    """Return the first of these values that is a finite number."""
    for name in names:
        try:
            number = float(str(values.get(name)))
        except ValueError:
            continue
        if abs(number) < 1e300:
            return number
    return None
