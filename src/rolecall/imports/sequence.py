"""What an import runs, in order: the one place that says so.

A name is a statement of `sql/`; an `Act` is what Python does at that point. The messages of chats that the
store does not know go straight into it (`staging`), and `FRESH` does the rest for such chats; `KNOWN` is for
chats of which it may hold messages, `KNOWN_IN_SECONDS` where the one side tells no more than the second;
`JOIN` for a thread of the store that proves to be another one. `sql/import/README.md` has the picture.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto

import sqlalchemy as sa

from rolecall.store.statements import in_order, run


class Act(Enum):
    """What Python does between two statements."""

    APPLY_RENAMES = auto()
    """Take people of the batch for the people of the store that they prove to be: `proofs.renames`."""
    GIVE_IDS = auto()
    """Give new messages their ids: `staging`."""
    COUNT_TWICE = auto()
    """Count what the running import added to both threads: `proofs.joining`."""
    MOVE_THREAD = auto()
    """Make what is left of one thread the other's: `proofs.joining`."""


Steps = tuple[str | Act, ...]
Acts = Mapping[Act, Callable[[], None]]


# What is staged, each entry once, beside what the store has of the same time.
_ONCE = in_order("import/gather", "entries")
_SPOKEN = in_order("import/gather", "thread_downloads ages")
_BESIDE = in_order("import/gather", "stored_messages")
# Times to the second meet times to the millisecond.
_ALIGN = in_order(
    "import/align",
    "unpaired_entries same_words same_kinds same_counts message_times staged_times stored_times",
)
# Which entry is which message: by the same words, under another name, with other words. The rest is new.
_MATCH = in_order("import/match", "unnamed equal_entries renamed_entries changed_entries")
_NEW = in_order("import/match", "new_entries")
# An instant that lies in another part here than there.
_SHIFT = in_order("import/order", "shifted_instants shifted_entries")
# What is known of threads and people as a whole.
_THREADS = in_order(
    "import/threads",
    "newest_threads encrypted_threads instagram_threads thread_imports thread_keys thread_people"
    " instagram_people"
    " names name_tokens title_tokens",
)
_ADD = in_order("import/add", "messages")
# Messages that were known, and say something else now.
_CHANGE = in_order(
    "import/change",
    "message_edits message_tokens message_languages changed_messages named_messages newest_download",
)
# Where a message stands within its instant, and that none claims another's slot.
_ORDER = in_order("import/order", "shifted_ordinals")
_SPREAD = in_order("import/order", "crowded_ordinals")
# Reactions and files, of new messages and of those that were known.
_RENEW = in_order("import/renew", "former_reactions newest_reactions former_attachments newest_attachments")
# Direct, group or self: known when all people are.
_KINDS = in_order("import/threads", "thread_kinds")
# Which of the downloads that spoke of either of two threads is the newest.
SPOKEN_OF_BOTH = (*in_order("import/join", "thread_downloads"), *in_order("import/gather", "ages"))
# The one of two threads, staged as a download of the other would be.
_STAGE = in_order(
    "import/join", "staged_messages staged_attachments staged_reactions staged_people staged_threads"
)
# A message is as old as the newest download that held it.
_OLDER = in_order("import/join", "older_entries")
_FIRST = in_order("import/join", "first_imports")
# What both threads hold is one message, and all that names it names that one.
_UNITE = in_order("import/join", "export_messages message_edits moved_messages")

_BEGIN: Steps = (*_ONCE, *_SPOKEN, *_BESIDE)
_COMPARE: Steps = (
    Act.APPLY_RENAMES, *_MATCH, *_NEW, Act.GIVE_IDS, *_SHIFT,
    *_THREADS, *_ADD, *_CHANGE, *_ORDER, *_SPREAD, *_RENEW, *_KINDS,
)  # fmt: skip

FRESH: Steps = (*_THREADS, *_KINDS)
KNOWN: Steps = (*_BEGIN, *_COMPARE)
KNOWN_IN_SECONDS: Steps = (*_BEGIN, *_ALIGN, *_COMPARE)
JOIN: Steps = (
    *_STAGE, *_ONCE, *_BESIDE, *_ALIGN, Act.APPLY_RENAMES, *_MATCH, *_NEW, *_SHIFT, Act.COUNT_TWICE,
    *_OLDER, *_CHANGE, *_ORDER, *_FIRST, *_RENEW, *_UNITE, Act.MOVE_THREAD, *_SPREAD,
)  # fmt: skip


# Tables of a batch, by the step that fills them last before others read them.
_FILLED = {
    "import/gather/entries": ("staged_messages", "entries"),
    "import/gather/stored_messages": ("stored_messages",),
    "import/match/changed_entries": ("matched_entries",),
}


def run_sequence(
    connection: sa.Connection,
    steps: Steps,
    params: Mapping[str, object],
    acts: Acts,
    *,
    is_large: bool = False,
) -> None:
    """Run a sequence in the running transaction; each statement takes what it needs of `params`.

    PostgreSQL takes a new table for tiny, and may look through all of it once a row: of a batch that
    `is_large` it is told how much there is.
    """
    is_told = is_large and connection.dialect.name == "postgresql"
    for step in steps:
        if isinstance(step, Act):
            acts[step]()
            continue
        run(connection, step, **params)
        for table in _FILLED.get(step, ()) if is_told else ():
            connection.exec_driver_sql(f"analyze {table}")
