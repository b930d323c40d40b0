"""Examples as chat bubbles: others on the left, the assistant on the right; plain lines in a pipe."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolecall.cli.printing import one_line, out, printable

if TYPE_CHECKING:
    from rolecall.datasets.preview import ShownExample, ShownTurn

BUBBLE_SHARE = 0.7
"""Of the terminal's width."""


def print_examples(examples: "Sequence[ShownExample]") -> None:
    """Print examples, each with its turns and the reasons for its cuts."""
    for example in examples:
        out(
            f"example {example.example_no} of '{one_line(example.title) or example.thread_id}'"
            f" ({example.kind}), for {example.split}, at most {example.token_count:,} tokens"
        )
        show = _draw if sys.stdout.isatty() else _print_turns
        start = sum(turn.is_context or turn.role == "system" for turn in example.turns)
        if any(turn.is_context for turn in example.turns):
            out("  in front, to be read only:")
        show(example.turns[:start])
        out(f"  begins here: {example.begins}")
        show(example.turns[start:])
        out(f"  ends here: {example.ends}")
        out()


def mark(turn: "ShownTurn") -> str:
    """Return what becomes of a turn, in words."""
    if turn.role != "assistant":
        return f"{turn.role} {turn.name}" if turn.name else turn.role
    return "assistant, trained" if turn.is_trained else "assistant, only read"


def _print_turns(turns: "Sequence[ShownTurn]") -> None:
    width = max([20, *(len(mark(turn)) for turn in turns)])
    for turn in turns:
        first, *rest = turn.content.split("\n")
        out(f"  {mark(turn):>{width}}: {first}")
        for line in rest:
            out(f"{'':>{width + 4}}{line}")


def _draw(turns: "Sequence[ShownTurn]") -> None:
    from rich.align import Align
    from rich.cells import cell_len
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    console = Console()
    widest = max(20, int(console.width * BUBBLE_SHARE))
    styles = {"system": "yellow", "user": "cyan", "assistant": "green"}
    for turn in turns:
        is_read_only = turn.role == "assistant" and not turn.is_trained
        label = printable(one_line(mark(turn)))
        text = Text(printable(turn.content))
        width = min(widest, max(*(cell_len(line) for line in text.plain.split("\n")), len(label) + 2) + 4)
        bubble = Panel(
            text,
            title=Text(label),
            title_align="left",
            width=width,
            border_style="dim" if is_read_only else styles.get(turn.role, ""),
            style="dim" if is_read_only else "",
        )
        console.print(Align.right(bubble) if turn.role == "assistant" else bubble)
