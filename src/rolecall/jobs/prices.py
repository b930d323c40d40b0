"""What training costs: dated data in `prices.toml`, and the arithmetic of it."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Price:
    """What a provider takes for training one model."""

    provider: str
    model: str
    usd_per_million_tokens: float
    """Of the training file, for each epoch."""
    as_of: date
    """When the price was read."""
    source: str

    def epoch_usd(self, token_count: int) -> float:
        """Return the cost of one epoch over so many tokens."""
        return token_count * self.usd_per_million_tokens / 1_000_000


@cache
def known_prices() -> tuple[Price, ...]:
    """Return every price that is known, in the order of the file."""
    text = files("rolecall.jobs").joinpath("prices.toml").read_text("utf-8")
    return tuple(Price(**row) for row in tomllib.loads(text)["prices"])


def price_of(provider: str, model: str) -> Price | None:
    """Return the price of a model, its date left out of account (`gpt-4o-2024-08-06`); None when unknown."""
    name = re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model)
    of_provider = (price for price in known_prices() if price.provider == provider)
    return next((price for price in of_provider if price.model == name), None)


def epoch_costs(token_count: int) -> list[tuple[Price, float]]:
    """Return what one epoch over so many tokens costs in US dollars, for each model with a known price."""
    return [(price, price.epoch_usd(token_count)) for price in known_prices()]
