"""Where else to train: which export format other trainers take, and the command that writes it.

Source: the trainers' own documentation and code, read 2026-11; rolecall speaks to none of them.
"""

import shlex
from collections.abc import Iterator

from rolecall.plugins import names

# Each with the formats that suit it, best first; those that this release cannot write are passed over.
TRAINERS = (
    ("Together, Fireworks", ("openai",)),
    ("Axolotl at home", ("axolotl", "openai")),
    ("TRL, Unsloth, torchtune at home", ("trl", "openai")),
    ("mlx-lm at home", ("mlx", "openai")),
    ("ms-swift at home", ("swift", "sharegpt")),
    ("LLaMA-Factory at home", ("llamafactory", "sharegpt")),
)


def other_trainers(dataset: str) -> str:
    """Return, as one sentence, who trains on which format and how the dataset is exported as that."""
    ways = "; ".join(f"{people}: --format {format}" for format, people in _by_format())
    return f"Others take the same dataset: rolecall export {shlex.quote(dataset)} --format F ({ways})"


def _by_format() -> Iterator[tuple[str, str]]:
    known = names("formats")
    by_format: dict[str, list[str]] = {}
    for trainer, formats in TRAINERS:
        best = next((format for format in formats if format in known), None)
        if best:
            by_format.setdefault(best, []).append(trainer)
    return ((format, ", ".join(trainers)) for format, trainers in by_format.items())
