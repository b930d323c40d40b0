"""How much a dataset or an export holds: examples, tokens, and how long the examples are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

SHORTEST_CLASS = 32


@dataclass(slots=True)
class Totals:
    """Counts of examples, their messages and tokens."""

    example_count: int = 0
    message_count: int = 0
    """Messages on all lines; one that is context on a second line counts twice."""
    trained_count: int = 0
    """Those of the persona that are trained."""
    token_count: int = 0
    trained_token_count: int = 0
    """Of the words of trained replies."""
    longest_tokens: int = 0
    """Of the longest example."""
    lengths: dict[int, int] = field(default_factory=dict)
    """Upper bound in tokens (32, 64, 128, ...) -> examples up to it and above the bound before."""

    def add_examples(self, token_counts: Sequence[int], trained_token_count: int) -> None:
        """Count examples of these lengths, and the tokens of what all of them train."""
        self.example_count += len(token_counts)
        self.token_count += sum(token_counts)
        self.trained_token_count += trained_token_count
        self.longest_tokens = max(self.longest_tokens, *token_counts)
        self.add_lengths(Counter(map(length_class, token_counts)))

    def add(self, other: "Totals") -> None:
        """Add what another part of the same whole holds."""
        longest = max(self.longest_tokens, other.longest_tokens)
        for count in fields(self):
            if count.type is int:
                setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))
        self.longest_tokens = longest
        self.add_lengths(other.lengths)

    def add_lengths(self, lengths: Mapping[int, int]) -> None:
        """Count examples of some lengths: upper bound -> how many."""
        for bound, number in lengths.items():
            self.lengths[bound] = self.lengths.get(bound, 0) + number


def length_class(token_count: int) -> int:
    """Return the upper bound of the class that an example of this length falls into: a power of two."""
    return max(SHORTEST_CLASS, 1 << (token_count - 1).bit_length()) if token_count > 0 else SHORTEST_CLASS
