"""Finding a thread by what was said in it, when its name and keys are new or prove little.

Folders were named anew between downloads (in 2022 the ten characters behind a folder's name gave way to
numbers); what people wrote, and when, did not change.
"""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from rolecall.archives.messages import KINDS
from rolecall.archives.records import Thread
from rolecall.imports.tables import drop_tables, make_tables, schema_of, table_of_rows
from rolecall.store.bulk import append
from rolecall.store.statements import run

# Enough to be sure of, few enough to ask for each new thread of a large download.
_PROBES = 200
# For a chat with fewer people in common than two: more than a greeting, or more than greetings to many.
_LEAST_HITS, _MANY_HITS = 3, 10
# What people send. A sentence that nobody typed may be in another language: it is asked for where it is all.
_SENT = ("text", "share", "media", "call", "unsent")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that holds some of another's messages."""

    asker_id: int
    """The other: a staged thread's id, or the index of a file's part among those asked for."""
    thread_id: int
    hit_count: int
    sender_count: int
    """People who sent them."""
    near_count: int
    """Messages asked for that fall into its time."""
    word_count: int
    """Of those in both, the ones with words."""

    def is_same(self, ours: Set[str], theirs: Set[str]) -> bool:
        """Return whether it is the same chat, given the people of both.

        What somebody sends to a group and to one of its members at once is one message in two chats.
        The owner is in every chat, and may send all friends the same greeting: with nobody else in common
        (who may have changed name, or have a user name in Instagram's first downloads), two must have sent
        what agrees, or nearly everything must.
        """
        if self.hit_count == 1 and ours != theirs:
            return False
        has_two = len(ours & theirs) >= 2 or (self.sender_count >= 2 and self.hit_count >= _LEAST_HITS)
        if not has_two and not self.word_count:
            return False
        if has_two or self.hit_count >= _MANY_HITS:
            return self.hit_count * 2 >= self.near_count
        return self.hit_count >= _LEAST_HITS and self.hit_count * 10 >= self.near_count * 9

    def is_proof(self, ours: Set[str], theirs: Set[str]) -> bool:
        """Return whether two threads of the store are the same chat, given the people of both.

        One message may be a greeting to two friends of one name, and several, with nobody but the owner in
        common, greetings to two friends.
        """
        has_two = len(ours & theirs) >= 2 or self.sender_count >= 2
        return self.hit_count >= 2 and has_two and self.is_same(ours, theirs)


def threads_with_same_messages(
    connection: sa.Connection, threads: Sequence[Thread], owner_id: int, import_id: int
) -> list[list[Hit]]:
    """Return the threads of earlier imports that hold some of what people sent in each file, best first."""
    hits_of_each: list[list[Hit]] = [[] for _ in threads]
    with _probes(connection, threads) as probe_count:
        for hit in _hits(connection, owner_id, import_id) if probe_count else ():
            hits_of_each[hit.asker_id].append(hit)
    return hits_of_each


def twins_of_batch(connection: sa.Connection, owner_id: int, import_id: int) -> list[Hit]:
    """Return the threads of earlier imports that hold some of what people sent to staged ones, best first."""
    with _probes(connection):
        run(connection, "import/probing/staged_probes")
        return _hits(connection, owner_id, import_id)


def is_another_chat(connection: sa.Connection, thread: Thread, thread_id: int, import_id: int) -> bool:
    """Return whether a stored thread has nothing of what a file has of the time that both tell of."""
    with _probes(connection, [thread]) as probe_count:
        if probe_count < _LEAST_HITS:
            return False
        params = {"thread_id": thread_id, "import_id": import_id}
        near_count, held_count, hit_count = run(connection, "import/probing/words_in_reach", **params).one()
        return min(near_count, held_count) >= _LEAST_HITS and not hit_count


@contextmanager
def _probes(connection: sa.Connection, threads: Sequence[Thread] = ()) -> Iterator[int]:
    """Make the table of messages to ask for, some of those in each file; give how many they are."""
    make_tables(connection, ["probes"])
    chosen = [(asker_id, probe) for asker_id, thread in enumerate(threads) for probe in _chosen(thread)]
    rows = [(asker_id, probe_no, *probe) for probe_no, (asker_id, probe) in enumerate(chosen)]
    append(connection, "probes", table_of_rows(schema_of("probes"), rows))
    yield len(chosen)
    drop_tables(connection, ["probes"])


def _chosen(thread: Thread) -> list[tuple[int, str, str]]:
    said = thread.messages
    there = {KINDS[number] for number in said.kinds.indices.unique().to_pylist()}
    kinds = there.intersection(_SENT) or there
    columns = zip(*(column.to_pylist() for column in (said.sent_at_ms, said.kinds, said.bodies)), strict=True)
    sent = {
        (sent_at_ms, kind, body or "" if kind in ("text", "system") else "")
        for sent_at_ms, kind, body in columns
        if kind in kinds
    }
    step = max(1, len(sent) // _PROBES)
    return sorted(sent)[::step]


def _hits(connection: sa.Connection, owner_id: int, import_id: int) -> list[Hit]:
    rows = run(connection, "import/probing/hits", owner_id=owner_id, import_id=import_id)
    return [Hit(*map(int, row)) for row in rows]
