"""What a check of a training file says."""

from dataclasses import dataclass, field
from pathlib import Path

from rolecall.checking.rules import WARNINGS


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that is wrong, and where."""

    line_no: int
    """From 1; 0 for the file as a whole."""
    severity: str
    """error: a provider refuses the file, or a trainer leaves out the line; warning: neither."""
    code: str
    sentence: str


@dataclass(slots=True)
class CheckReport:
    """What was found in a training file."""

    path: Path
    format: str = "openai"
    """openai, sharegpt, swift or trl_completion, as its first readable line tells."""
    byte_count: int = 0
    line_count: int = 0
    example_count: int = 0
    """Lines that are JSON objects."""
    token_count: int = 0
    """Of all examples, as OpenAI counts them."""
    longest_tokens: int = 0
    """Of the longest example."""
    findings: list[Finding] = field(default_factory=list)
    """In the order of lines; the first 100 of each code."""
    counts: dict[str, int] = field(default_factory=dict)
    """Code -> how often it was found in all."""

    @property
    def is_refused(self) -> bool:
        """Whether there is an error: a provider would refuse the file, or a trainer leave out lines."""
        return any(code not in WARNINGS for code in self.counts)
