"""Who and which chat a name in an archive means: the people and threads of one owner.

Rows that are new are kept here until the batch they belong to is written; what the store holds is read once.
"""

import re
from collections import defaultdict
from collections.abc import Set

import sqlalchemy as sa

from rolecall.database import rows
from rolecall.ids import make_id
from rolecall.imports.new_rows import COLUMNS
from rolecall.imports.people import People
from rolecall.imports.probing import Hit, thread_with_same_messages
from rolecall.records import Thread, ThreadKey

__all__ = ["COLUMNS", "Identity"]

Key = tuple[str, str, str]
"""source, kind and value."""


class Identity(People):
    """The people and threads of one owner, those of the store and those that the running import adds."""

    def __init__(self, connection: sa.Connection, owner_id: int, import_id: int, bucket_count: int) -> None:
        """Read what the store knows of the owner's people and threads."""
        super().__init__(connection, owner_id)
        self._connection = connection
        self._import_id = import_id
        self._bucket_count = bucket_count
        self._threads_by_key: dict[Key, list[int]] = defaultdict(list)
        self._keys: dict[int, set[Key]] = defaultdict(set)
        self._taken: dict[int, Key] = {}
        self._by_naming: dict[str, set[int]] = defaultdict(set)
        self._joins: list[tuple[int, int]] = []
        for row in rows(connection, "import_thread_keys", owner_id=owner_id):
            self._remember_key(row["thread_id"], (row["source"], row["key_kind"], row["key_value"]))
        self._thread_ids = set(connection.execute(sa.text("select thread_id from threads")).scalars())
        self._has_earlier = bool(self._thread_ids)

    def bucket(self, thread_id: int) -> int:
        """Return the bucket of a thread."""
        return thread_id % self._bucket_count

    def thread(self, thread: Thread) -> int:
        """Return the thread that a file's part belongs to, a new one when the store has none."""
        people = {*thread.participants, *thread.messages.senders}
        keys = [(thread.source, key.kind, key.value) for key in thread.keys]
        found = self._find(thread.source, thread.keys, people)
        if found is None and not thread.is_source_sure:
            other = "instagram" if thread.source == "facebook" else "facebook"
            keys_here = tuple(filter(_is_unmistakable, thread.keys))
            found = self._find(other, keys_here, people, is_guess=True)
        if self._has_earlier and found is None:
            found = self._find_by_messages(thread, keys[0], people)
        elif self._has_earlier and found is not None and self._taken.get(found, keys[0]) == keys[0]:
            # Each part is asked for: an earlier download may reach back to the newest one alone.
            found = self._with_twins(found, thread, people)
        thread_id = found if found is not None else self._add_thread(thread)
        self._taken.setdefault(thread_id, keys[0])
        for key in keys:
            if key not in self._keys[thread_id]:
                self._remember_key(thread_id, key)
                self.new.thread_keys.append((thread_id, *key, self._import_id, self._import_id))
        return thread_id

    def _find(
        self, source: str, keys: tuple[ThreadKey, ...], people: set[str], *, is_guess: bool = False
    ) -> int | None:
        """Find a thread by its keys, best first. Source: FORMATS.md section 4.2, rules 1 and 2.

        The platform's own id is enough, unless the platform itself is a guess (`is_guess`). A folder's name
        needs people in common. What the file says of itself (`thread_path`) is sloppy in the tutorial's
        layout: it counts only for a thread without another folder.
        """
        folders = {(source, key.kind, key.value) for key in keys if key.kind == "folder"}
        for key in keys:
            wanted = [(source, key.kind, key.value)]
            if key.kind == "thread_path":
                wanted.append((source, "folder", key.value))
            found = []
            for thread_id in (thread_id for one in wanted for thread_id in self._threads_by_key.get(one, ())):
                if key.kind == "folder_id" and not is_guess:
                    return thread_id
                own_folders = {one for one in self._keys[thread_id] if one[1] == "folder"}
                has_other_folder = folders and own_folders and not folders & own_folders
                if key.kind == "thread_path" and has_other_folder:
                    continue
                if self._agree(thread_id, people):
                    found.append(thread_id)
            if found:  # of several with this key, the one with the most of these people
                return max(found, key=lambda one: len(self._names[one] & people))
        return None

    def _find_by_messages(self, thread: Thread, key: Key, people: set[str]) -> int | None:
        """Find an earlier download's thread by what was said in it (FORMATS.md section 4.2, rule 3)."""
        same = [
            hit
            for hit in self._hits(thread)
            if self._taken.get(hit.thread_id, key) == key and self._is_same(hit, thread, people)
        ]
        return self._joined(same[0].thread_id, same[1:], people) if same else None

    def _with_twins(self, found: int, thread: Thread, people: set[str]) -> int:
        """Return a thread, joined with those that this file shows to be the same chat.

        Two downloads that name a chat otherwise, and share nothing of what was said, leave two threads, until
        one comes that has enough of both.
        """
        twins = {one for one in self._twins_by_kind(thread) if len(self._names[one] & people) > 1} - {found}
        if not twins:
            return found
        same = [hit for hit in self._hits(thread) if self._is_same(hit, thread, people)]
        return self._joined(found, [hit for hit in same if hit.thread_id in twins], people)

    def _hits(self, thread: Thread) -> list[Hit]:
        """Return the threads of earlier imports that hold some of its messages, best first."""
        found = thread_with_same_messages(self._connection, thread, self._owner_id, self._import_id)
        waiting = {old for old, _ in self._joins}
        return [hit for hit in found if hit.thread_id not in waiting]

    def _is_same(self, hit: Hit, thread: Thread, people: set[str]) -> bool:
        """Return whether a thread that holds some of a file's messages is the same chat."""
        own_ids = {(thread.source, one.kind, one.value) for one in thread.keys if one.kind == "folder_id"}
        if _are_two(own_ids, self._keys[hit.thread_id]):
            return False
        # One greeting on both platforms is no proof that they are one chat.
        sources = {one[0] for one in self._keys[hit.thread_id]}
        if hit.hit_count == 1 and ("instagram" in sources) != (thread.source == "instagram"):
            return False
        return hit.is_same(self._names[hit.thread_id], people)

    def _twins_by_kind(self, thread: Thread) -> set[int]:
        """Return the threads of earlier imports that are named otherwise than the file names its own."""
        if not self._by_naming:
            for one, keys in self._keys.items():
                for key in keys:
                    self._by_naming[_naming(*key[:2])].add(one)
        if thread.source == "secure_storage":
            # The number in the name of an encrypted chat's file may be another in every download.
            return self._by_naming["encrypted"]
        has_id = any(key.kind == "folder_id" for key in thread.keys)
        return self._by_naming["name"] - self._by_naming["id"] if has_id else self._by_naming["id"]

    def _joined(self, found: int, hits: list[Hit], people: set[str]) -> int:
        """Take threads of earlier imports for one, and return that one: the one that was known first.

        One message is no proof: it may be a greeting to two friends of one name. The store follows when all
        that is staged is written (`take_joins`).
        """
        for hit in hits:
            twin = hit.thread_id
            is_proof = hit.hit_count > 1 and len(self._names[twin] & people) > 1
            if not is_proof or twin in self._taken:
                continue
            if _are_two(self._keys[found], self._keys[twin]):
                continue
            kept = next(thread_id for thread_id in self._keys if thread_id in (found, twin))
            old = twin if kept == found else found
            for key in self._keys.pop(old):
                self._keys[kept].add(key)
                known = self._threads_by_key[key]
                self._threads_by_key[key] = [kept if one == old else one for one in known]
            self._names[kept] |= self._names.pop(old, set())
            self._members[kept] |= self._members.pop(old, set())
            for threads in self._by_naming.values():
                threads.discard(old)
            self._joins.append((old, kept))
            found = kept
        return found

    def take_joins(self) -> list[tuple[int, int]]:
        """Return the threads that proved to be others since the last time, each with the other."""
        taken, self._joins = self._joins, []
        return taken

    def _agree(self, thread_id: int, people: set[str]) -> bool:
        known = self._names.get(thread_id)
        return not known or not people or bool(known & people)

    def _add_thread(self, thread: Thread) -> int:
        key = thread.keys[0]
        thread_id, salt = 0, 0
        while not thread_id or thread_id in self._thread_ids:
            thread_id = make_id("thread", self._owner_id, thread.source, key.kind, key.value, salt)
            salt += 1
        self._thread_ids.add(thread_id)
        # The kind is decided when all its people are known: import step 80.
        row = (thread_id, self._owner_id, self.bucket(thread_id), thread.source, "direct", thread.title)
        self.new.threads.append((*row, thread.section, thread.is_still_participant))
        return thread_id

    def _remember_key(self, thread_id: int, key: Key) -> None:
        self._threads_by_key[key].append(thread_id)
        self._keys[thread_id].add(key)


def _are_two(keys: Set[Key], others: Set[Key]) -> bool:
    """Return whether a platform gave both an id of its own, and not the same."""
    ids, other_ids = ({one[::2] for one in keys if one[1] == "folder_id"} for keys in (keys, others))
    shared = {source for source, _ in ids} & {source for source, _ in other_ids}
    return bool(shared) and ids.isdisjoint(other_ids)


def _naming(source: str, key_kind: str) -> str:
    if source == "secure_storage":
        return "encrypted"
    return "id" if key_kind == "folder_id" else "name"


def _is_unmistakable(key: ThreadKey) -> bool:
    """Return whether a key names one chat on whatever platform: it ends in the platform's own id."""
    return re.fullmatch(r"\d{13,}|.+_[\w-]{10}", key.value) is not None
