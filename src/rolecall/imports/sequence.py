"""What an import runs, in order: the one place that says so.

A name is a statement of `sql/`; an `Act` is what Python does at that point. `BATCH` takes what was read of
some chats from the staged tables into the store; `JOIN` does the same with a thread of the store that proves
to be another one. `sql/README.md` has the picture.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto

import sqlalchemy as sa

from rolecall.store.statements import run


class Act(Enum):
    """What Python does between two statements."""

    APPLY_RENAMES = auto()
    """Take people of the batch for the people of the store that they prove to be: `proofs.renames`."""
    GIVE_IDS = auto()
    """Give new messages their ids: `staging`."""
    COUNT_TWICE = auto()
    """Count what the running import added to both threads: `proofs.joining`."""
    MOVE_THREAD = auto()
    """Make what is left of one thread the other's: `people.moving`."""


Sequence = tuple[str | Act, ...]
Acts = Mapping[Act, Callable[[], None]]

# Temporary tables, each of which `sql/import/tables/` describes.
BATCH_TABLES = (
    "staged_messages",
    "staged_attachments",
    "staged_reactions",
    "staged_threads",
    "staged_keys",
    "staged_people",
    "staged_names",
    "entries",
    "stored_messages",
    "matched_entries",
    "new_entries",
    "new_ids",
    "aligned_times",
    "shifted_instants",
)
JOIN_TABLES = (*BATCH_TABLES, "joined_messages")

# What is staged, each entry once, beside what the store has of the same time.
_GATHER = ("import/gather/entries", "import/gather/stored_messages")
# Times to the second meet times to the millisecond.
_ALIGN = (
    "import/align/aligned_times",
    "import/align/message_times",
    "import/align/staged_times",
    "import/align/stored_times",
)
# Which entry is which message: by the same words, under another name, with other words. The rest is new.
_MATCH = (
    "import/match/nameless_staged",
    "import/match/nameless_stored",
    "import/match/equal_entries",
    "import/match/renamed_entries",
    "import/match/changed_entries",
    "import/match/new_entries",
)
# An instant that lies in another part here than there.
_SHIFT = ("import/order/shifted_instants", "import/order/shifted_entries")
# What is known of threads and people as a whole.
_THREADS = (
    "import/threads/newest_threads",
    "import/threads/encrypted_threads",
    "import/threads/instagram_threads",
    "import/threads/thread_imports",
    "import/threads/thread_keys",
    "import/threads/thread_people",
    "import/threads/names",
    "import/threads/name_tokens",
    "import/threads/title_tokens",
)
_ADD = ("import/add/messages", "import/add/attachments", "import/add/reactions")
# Messages that were known, and say something else now.
_CHANGE = (
    "import/change/message_edits",
    "import/change/message_tokens",
    "import/change/message_languages",
    "import/change/changed_messages",
    "import/change/named_messages",
    "import/change/newest_download",
)
# Where a message stands within its instant.
_ORDER = ("import/order/shifted_ordinals", "import/order/ordinals")
_SPREAD = ("import/order/crowded_ordinals",)
# Reactions and files of messages that were known.
_RENEW = (
    "import/renew/former_reactions",
    "import/renew/newest_reactions",
    "import/renew/former_attachments",
    "import/renew/newest_attachments",
)

BATCH: Sequence = (
    *_GATHER,
    *_ALIGN,
    Act.APPLY_RENAMES,
    *_MATCH,
    Act.GIVE_IDS,
    *_SHIFT,
    *_THREADS,
    *_ADD,
    *_CHANGE,
    *_ORDER,
    *_SPREAD,
    *_RENEW,
    "import/threads/thread_kinds",
)

JOIN: Sequence = (
    "import/join/joined_messages",
    "import/join/staged_messages",
    "import/join/staged_attachments",
    "import/join/staged_reactions",
    "import/join/staged_people",
    "import/join/staged_threads",
    *_GATHER,
    *_ALIGN,
    Act.APPLY_RENAMES,
    *_MATCH,
    *_SHIFT,
    Act.COUNT_TWICE,
    "import/join/older_entries",
    "import/join/older_messages",
    *_CHANGE,
    *_ORDER,
    "import/join/first_imports",
    *_RENEW,
    "import/join/export_messages",
    "import/join/message_edits",
    "import/join/doubled_messages",
    "import/join/doubled_attachments",
    "import/join/doubled_message_edits",
    "import/join/doubled_message_languages",
    "import/join/doubled_message_tokens",
    "import/join/doubled_reactions",
    "import/join/moved_messages",
    Act.MOVE_THREAD,
    *_SPREAD,
)


def run_sequence(
    connection: sa.Connection,
    sequence: Sequence,
    params: Mapping[str, object],
    acts: Acts,
) -> None:
    """Run a sequence in the running transaction; each statement takes what it needs of `params`."""
    for step in sequence:
        if isinstance(step, Act):
            acts[step]()
        else:
            run(connection, step, **params)


def make_tables(connection: sa.Connection, names: Iterable[str]) -> None:
    """Make temporary tables, by the statements of `sql/import/tables/`."""
    for name in names:
        run(connection, f"import/tables/{name}")


def drop_tables(connection: sa.Connection, names: Iterable[str]) -> None:
    """Drop temporary tables again; after an error they end with their connection."""
    for name in names:
        connection.exec_driver_sql(f"drop table {name}")
