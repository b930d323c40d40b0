"""How much a dataset or an export holds, as lines for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rolecall.cli.printing import bar, counted, out

if TYPE_CHECKING:
    from rolecall.datasets.totals import Totals
    from rolecall.exports.records import ExportSummary


def print_totals(label: str, totals: "Totals | ExportSummary", *, is_estimate: bool) -> None:
    """Print the examples and tokens of one split, how long they are, and what an epoch costs.

    Args:
        label: What they are called: the split.
        totals: The counts.
        is_estimate: Whether the tokens are those of an estimate, at most so many.
    """
    from rolecall.jobs.prices import epoch_costs

    about = "at most " if is_estimate else ""
    out(
        f"{label}: {counted(totals.example_count, 'example')}, {about}{totals.token_count:,} tokens,"
        f" {about}{totals.trained_token_count:,} of them trained; the longest has {totals.longest_tokens:,}"
    )
    print_lengths(totals.lengths)
    costs = epoch_costs(totals.token_count)
    if costs and label != "validation":
        listed = ", ".join(f"{price.model} {_dollars(usd)}" for price, usd in costs)
        out(f"  one epoch costs {about}{listed} (prices of {max(price.as_of for price, _ in costs)})")


def _dollars(usd: float) -> str:
    return f"${usd:,.2f}" if usd >= 0.005 else "under $0.01"


def print_lengths(lengths: "Mapping[int, int]") -> None:
    """Print how many examples are how long, a bar for each class."""
    most = max(lengths.values(), default=0)
    for bound, count in sorted(lengths.items()):
        out(f"  up to {bound:>7,} tokens  {count:>9,}  {bar(count, most)}".rstrip())
