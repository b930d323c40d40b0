"""Who and which chat a name in an archive means: the people and threads of one owner.

Rows that are new are kept here until the batch they belong to is written; what the store holds is read once.
"""

import re
from collections import defaultdict

import sqlalchemy as sa

from rolecall.database import rows
from rolecall.ids import make_id
from rolecall.imports.new_rows import COLUMNS, NewRows
from rolecall.imports.probing import thread_with_same_messages
from rolecall.merging import join_threads
from rolecall.records import Thread, ThreadKey
from rolecall.sentences import is_deleted_account

__all__ = ["COLUMNS", "Identity"]

Key = tuple[str, str, str]
"""source, kind and value."""


class Identity:
    """The people and threads of one owner, those of the store and those that the running import adds."""

    def __init__(self, connection: sa.Connection, owner_id: int, import_id: int, bucket_count: int) -> None:
        """Read what the store knows of the owner's people and threads."""
        self._connection = connection
        self._owner_id = owner_id
        self._import_id = import_id
        self._bucket_count = bucket_count
        self._people_by_name: dict[str, list[int]] = defaultdict(list)
        self._known_names: set[tuple[int, str, str]] = set()
        self._threads_by_key: dict[Key, list[int]] = defaultdict(list)
        self._keys: dict[int, set[Key]] = defaultdict(set)
        self._names: dict[int, set[str]] = defaultdict(set)
        self._members: dict[int, set[int]] = defaultdict(set)
        self._thread_ids: set[int] = set()
        self._taken: dict[int, Key] = {}
        self._by_naming: dict[str, set[int]] = defaultdict(set)
        self.anonymous: set[int] = set()
        self.created: set[int] = set()
        self.named: dict[int, str] = {}
        self.new = NewRows()
        self._load()
        self._has_earlier = bool(self._thread_ids)

    def _load(self) -> None:
        for row in rows(self._connection, "import_people", owner_id=self._owner_id):
            self._known_names.add((row["participant_id"], row["name"], row["source"]))
            if row["is_anonymous"]:
                self.anonymous.add(row["participant_id"])
            elif row["participant_id"] not in self._people_by_name[row["name"]]:
                self._people_by_name[row["name"]].append(row["participant_id"])
        for row in rows(self._connection, "import_thread_keys", owner_id=self._owner_id):
            self._remember_key(row["thread_id"], (row["source"], row["key_kind"], row["key_value"]))
        for row in rows(self._connection, "import_thread_people", owner_id=self._owner_id):
            self._members[row["thread_id"]].add(row["participant_id"])
            self._names[row["thread_id"]].add(row["name"])
        self._thread_ids.update(self._connection.execute(sa.text("select thread_id from threads")).scalars())

    # -- people
    # --------------------------------------------------------------------------------------------------

    def person(self, name: str, source: str, thread_id: int) -> int:
        """Return the participant of that display name; a deleted account is somebody else in every thread.

        Of several who have had the name, one in the thread is meant, or else the one known first.
        """
        if is_deleted_account(name):
            person = make_id("deleted", self._owner_id, thread_id, name)
            if person not in self.anonymous:
                self.anonymous.add(person)
                self.new.participants.append((person, self._owner_id, name, False, True))
        else:
            candidates = self._people_by_name[name]
            here = [person for person in candidates if person in self._members[thread_id]]
            person = (here or candidates or [0])[0] or self._add_person(name)
            self.named[person] = name
        if (person, name, source) not in self._known_names:
            self._known_names.add((person, name, source))
            self.new.participant_names.append((person, name, source))
        return person

    def _add_person(self, name: str) -> int:
        person = make_id("participant", self._owner_id, name)
        self._people_by_name[name].append(person)
        self.created.add(person)
        self.new.participants.append((person, self._owner_id, name, False, False))
        return person

    def member(self, name: str, source: str, thread_id: int) -> int:
        """Return the participant of that name, known from now on as one of the thread."""
        person = self.person(name, source, thread_id)
        self._members[thread_id].add(person)
        self._names[thread_id].add(name)
        return person

    def replace_person(self, old_id: int, new_id: int, thread_id: int | None = None) -> None:
        """Take one participant for another from now on: everywhere, or in one thread only."""
        for members in self._members.values() if thread_id is None else (self._members[thread_id],):
            if old_id in members:
                members.discard(old_id)
                members.add(new_id)
        for name, people in self._people_by_name.items():
            if old_id in people:
                kept = people if thread_id is not None else [person for person in people if person != old_id]
                self._people_by_name[name] = [*kept, new_id] if new_id not in kept else kept
        if old_id in self.named:
            self.named[new_id] = self.named[old_id]
        if thread_id is None:
            self.anonymous.discard(old_id)
            self.created.discard(old_id)
            self.named.pop(old_id, None)
            self._known_names = {
                (new_id if one[0] == old_id else one[0], *one[1:]) for one in self._known_names
            }

    # -- threads
    # -------------------------------------------------------------------------------------------------

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
        if found is None and self._has_earlier:
            found = self._find_by_messages(thread, keys[0], people)
        if found is not None and found not in self._taken and self._has_earlier:
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
        found = thread_with_same_messages(self._connection, thread, self._owner_id, self._import_id)
        own_ids = {(thread.source, one.kind, one.value) for one in thread.keys if one.kind == "folder_id"}
        for hit in found:
            other_ids = {one for one in self._keys[hit.thread_id] if one[:2] == (thread.source, "folder_id")}
            is_another = own_ids and other_ids and not own_ids & other_ids
            is_taken = self._taken.get(hit.thread_id, key) != key
            # One greeting on both platforms is no proof that they are one chat.
            sources = {one[0] for one in self._keys[hit.thread_id]}
            if hit.hit_count == 1 and ("instagram" in sources) != (thread.source == "instagram"):
                continue
            if not is_another and not is_taken and hit.is_same(self._names[hit.thread_id], people):
                return hit.thread_id
        return None

    def _with_twins(self, found: int, thread: Thread, people: set[str]) -> int:
        """Join to a thread those that this file shows to be the same chat, and return the one that is left.

        Two downloads that name a chat otherwise, and share nothing of what was said, leave two threads, until
        one comes that has enough of both.
        """
        twins = {one for one in self._twins_by_kind(thread) if len(self._names[one] & people) > 1}
        twins -= {found, *self._taken}
        if not twins:
            return found
        for hit in thread_with_same_messages(self._connection, thread, self._owner_id, self._import_id):
            if hit.thread_id in twins and hit.is_same(self._names[hit.thread_id], people):
                found = self._join(found, hit.thread_id)
        return found

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

    def _join(self, one: int, other: int) -> int:
        """Make two threads of earlier imports one, and return it: the one that was known first."""
        kept = next(thread_id for thread_id in self._keys if thread_id in (one, other))
        old = other if kept == one else one
        join_threads(self._connection, old, kept, self.bucket(kept))
        for key in self._keys.pop(old):
            self._keys[kept].add(key)
            self._threads_by_key[key] = [
                kept if found == old else found for found in self._threads_by_key[key]
            ]
        self._names[kept] |= self._names.pop(old, set())
        self._members[kept] |= self._members.pop(old, set())
        return kept

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


def _naming(source: str, key_kind: str) -> str:
    if source == "secure_storage":
        return "encrypted"
    return "id" if key_kind == "folder_id" else "name"


def _is_unmistakable(key: ThreadKey) -> bool:
    """Return whether a key names one chat on whatever platform: it ends in the platform's own id."""
    return re.fullmatch(r"\d{13,}|.+_[\w-]{10}", key.value) is not None
