"""How the providers that speak OpenAI's protocol differ in it; the fake provider speaks as one of them.

Source: OpenAI's specification 2.3.0; the vendors' pages as `providers/` names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OPENAI_KEYS = frozenset(
    {
        "model",
        "training_file",
        "validation_file",
        "suffix",
        "seed",
        "method",
        "hyperparameters",
        "metadata",
        "integrations",
    }
)


@dataclass(frozen=True)
class Dialect:
    """One way to speak it; OpenAI's own unless told."""

    keys: frozenset[str] = OPENAI_KEYS
    """What a request for a job may hold; anything else is refused."""
    wants_byte_order_mark: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    """OpenAI's word for a status -> this provider's."""

    def word(self, status: str) -> str:
        """Return a status in this provider's words."""
        return self.words.get(status, status)

    def known(self, word: str) -> str:
        """Return a status in OpenAI's words."""
        return next((status for status, own in self.words.items() if own == word), word)


AZURE = Dialect(
    keys=OPENAI_KEYS | {"trainingType"},
    wants_byte_order_mark=True,
    words={"queued": "pending", "cancelled": "canceled"},
)
NEBIUS = Dialect(keys=(OPENAI_KEYS - {"method", "metadata"}))
