"""What a run would cost, as far as a price is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rolecall.jobs.planned_files import PlannedFile
from rolecall.jobs.prices import price_of

# How many times OpenAI reads a file unless told. Source: OpenAI, cookbook for fine-tuning, "Cost estimation".
DEFAULT_EPOCHS, GREATEST_DEFAULT = 3, 25
LEAST_EXAMPLES, MOST_EXAMPLES = 100, 25_000


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate: the provider's own count of tokens decides."""

    usd: float
    epochs: int
    is_epochs_guessed: bool
    """Whether the provider chooses how often it reads the file."""
    as_of: date
    """When the price was read."""
    source: str


def cost_of(
    provider: str, model: str, training: PlannedFile, hyperparameters: Mapping[str, object]
) -> Cost | None:
    """Return the estimate, None where no price is known; validation costs nothing."""
    price = price_of(provider, model)
    if not price:
        return None
    given = hyperparameters.get("n_epochs", "auto")
    epochs = given if isinstance(given, int) else default_epochs(training.example_count)
    usd = round(price.epoch_usd(training.token_count) * epochs, 4)
    return Cost(usd, epochs, not isinstance(given, int), price.as_of, price.source)


def default_epochs(example_count: int) -> int:
    """Return how often OpenAI reads a file of so many examples when it may choose."""
    if example_count * DEFAULT_EPOCHS < LEAST_EXAMPLES:
        return min(GREATEST_DEFAULT, LEAST_EXAMPLES // max(example_count, 1))
    if example_count * DEFAULT_EPOCHS > MOST_EXAMPLES:
        return max(1, MOST_EXAMPLES // example_count)
    return DEFAULT_EPOCHS
