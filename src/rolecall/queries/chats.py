"""Looking into the chats of a store: which there are, what was said in one, and where some words stand."""

from dataclasses import dataclass
from datetime import datetime

from rolecall.errors import UsageError
from rolecall.store.database import Database
from rolecall.store.names import find
from rolecall.store.statements import select
from rolecall.store.status import named_rows

# As many as sql/queries/search_messages.sql has parameters for.
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """A thread, and how much was said in it."""

    thread_id: int
    title: str
    """Empty when it has none."""
    kind: str
    """direct, group or self."""
    source: str
    """Of its newest part: facebook, instagram or secure_storage."""
    section: str | None
    """The folder that its newest part lies in, such as inbox."""
    person_count: int
    message_count: int
    text_count: int
    """Messages that somebody typed."""
    first_at: datetime | None
    last_at: datetime | None
    owner: str
    """Label of whose archives hold it."""


@dataclass(frozen=True, slots=True)
class ThreadPerson:
    """Somebody in a thread."""

    participant_id: int
    display_name: str
    is_self: bool


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message, with who sent it."""

    message_id: int
    sent_at: datetime | None
    participant_id: int
    display_name: str
    kind: str
    """unsent, system, call, text, share, media or empty."""
    body: str | None
    share_url: str | None
    call_seconds: int | None
    attachment_count: int


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A thread with its people and its newest messages."""

    thread_id: int
    title: str
    kind: str
    source: str
    section: str | None
    is_still_participant: bool | None
    """Whether the owner was still in it; None where the archive does not say."""
    owner: str
    message_count: int
    """Of the whole thread."""
    people: tuple[ThreadPerson, ...]
    """The owner last."""
    messages: tuple[ShownMessage, ...]
    """The newest, the oldest of them first."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that holds the words that were searched."""

    sent_at: datetime | None
    display_name: str
    title: str
    body: str
    thread_id: int
    message_id: int
    participant_id: int


def list_threads(database: Database) -> list[ThreadSummary]:
    """Return every thread with its counts, the longest first."""
    return [ThreadSummary(**row) for row in named_rows(database, "queries/list_threads")]


def show_thread(database: Database, name_or_id: str | int, *, limit: int = 50) -> ShownThread:
    """Return a thread with its people and its newest messages.

    Raises:
        NotFound, Ambiguous: No thread, or several, of that title or id.
        UsageError: The limit is below 1.
    """
    check_limit(limit)
    with database.reading() as connection:
        thread_id = find(connection, "threads", name_or_id).id
        thread = select(connection, "queries/show_thread", thread_id=thread_id)[0]
        people = select(connection, "queries/list_thread_participants", thread_id=thread_id)
        newest = select(connection, "queries/list_thread_messages", thread_id=thread_id, limit=limit)
    return ShownThread(
        **thread,
        people=tuple(ThreadPerson(**row) for row in people),
        messages=tuple(ShownMessage(**row) for row in reversed(newest)),
    )


def search(database: Database, words: str, *, limit: int = 50) -> list[SearchHit]:
    """Return the newest messages whose text contains every word, upper and lower case alike, newest first.

    Raises:
        UsageError: There is no word, or more than eight; or the limit is below 1.
    """
    wanted = words.split()
    if not 1 <= len(wanted) <= MAX_WORDS:
        raise UsageError(f"search takes 1 to {MAX_WORDS} words, not {len(wanted)}")
    check_limit(limit)
    patterns = [f"%{_escaped(word)}%" for word in wanted] + ["%"] * (MAX_WORDS - len(wanted))
    params = {f"pattern_{number}": pattern for number, pattern in enumerate(patterns, start=1)}
    rows = named_rows(database, "queries/search_messages", **params, limit=limit)
    return [SearchHit(**row) for row in rows]


def check_limit(limit: int) -> None:
    """Return if so many may be listed; raise `UsageError` if not."""
    if limit < 1:
        raise UsageError(f"the limit is {limit}; give a whole number from 1")


def _escaped(word: str) -> str:
    """Return a word as a pattern that means the word itself: `100%` -> `100!%`."""
    for character in "!%_":
        word = word.replace(character, f"!{character}")
    return word
