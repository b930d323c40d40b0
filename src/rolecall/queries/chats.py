"""Looking into a store: the selects of `sql/queries`, and the rules of `sql/checks`."""

from rolecall.errors import UsageError
from rolecall.store.database import Database
from rolecall.store.names import find
from rolecall.store.statements import select
from rolecall.store.status import Row, named_rows

# As many as sql/queries/search_messages.sql has parameters for.
MAX_WORDS = 8


def list_threads(database: Database) -> list[Row]:
    """Return every thread with its people and counts, the longest first."""
    with database.reading() as connection:
        return select(connection, "queries/list_threads")


def list_people(database: Database) -> list[Row]:
    """Return every person with names and counts: the owner, then those with most messages."""
    with database.reading() as connection:
        return select(connection, "queries/list_people")


def show_thread(database: Database, name_or_id: str, limit: int) -> tuple[Row, list[Row]]:
    """Return a thread with its `people`, and its newest messages, the oldest of them first.

    Raises:
        NotFound, Ambiguous: No thread, or several, of that title or id.
    """
    _check_limit(limit)
    with database.reading() as connection:
        thread_id = find(connection, "threads", name_or_id).id
        thread = select(connection, "queries/show_thread", thread_id=thread_id)[0]
        thread["people"] = select(connection, "queries/list_thread_participants", thread_id=thread_id)
        newest = select(connection, "queries/list_thread_messages", thread_id=thread_id, limit=limit)
    return thread, newest[::-1]


def search(database: Database, words: str, limit: int) -> list[Row]:
    """Return the newest messages whose text contains every word, upper and lower case alike, newest first.

    Raises:
        UsageError: There is no word, or more than eight.
    """
    wanted = words.split()
    if not 1 <= len(wanted) <= MAX_WORDS:
        raise UsageError(f"search takes 1 to {MAX_WORDS} words, not {len(wanted)}")
    _check_limit(limit)
    patterns = [f"%{_escaped(word)}%" for word in wanted] + ["%"] * (MAX_WORDS - len(wanted))
    params = {f"pattern_{number}": pattern for number, pattern in enumerate(patterns, start=1)}
    return named_rows(database, "queries/search_messages", **params, limit=limit)


def _escaped(word: str) -> str:
    """Return a word as a pattern that means the word itself: `100%` -> `100!%`."""
    for character in "!%_":
        word = word.replace(character, f"!{character}")
    return word


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise UsageError(f"the limit is {limit}; give a whole number from 1")
