"""What every method of a store begins with."""

from collections.abc import Callable

from rolecall.database import Database
from rolecall.migrate import ready

Row = dict[str, object]
"""One row of a query: column -> value."""
Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""
Note = Callable[[str], None]
"""Called with a line for people about each step."""


class StoreBase:
    """A store's address."""

    def __init__(self, url: str) -> None:
        """Take a URL (`duckdb:///chats.duckdb`, `postgresql+psycopg://...`) or the path of a DuckDB file."""
        self.database = Database(url)

    @property
    def address(self) -> str:
        """Where the store is: the full path of its file, or its URL without a password."""
        return str(self.database.path.absolute()) if self.database.is_duckdb else str(self.database)

    def _ready(self) -> Database:
        ready(self.database)
        return self.database
