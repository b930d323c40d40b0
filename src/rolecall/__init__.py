"""From Messenger and Instagram archives to a SQL store, and from it to fine-tuning datasets and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecall.api import Store

__all__ = ["open"]


def open(url: str = "rolecall.duckdb") -> Store:
    """Return the store at a URL or at the path of a DuckDB file; nothing is opened or made yet."""
    from rolecall.api import Store  # here, so that importing the package stays fast

    return Store(url)
