"""Who and which chat a name in an archive means: the people and threads of one owner.

Rows that are new are kept here until the batch they belong to is written; what the store holds is read once.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from rolecall.database import rows
from rolecall.ids import make_id
from rolecall.records import Thread, ThreadKey
from rolecall.sentences import is_deleted_account


@dataclass(slots=True)
class NewRows:
    """Rows to add, by table, as (column values in the order of `COLUMNS`)."""

    participants: list[tuple[int, int, str, bool, bool]] = field(default_factory=list)
    participant_names: list[tuple[int, str, str]] = field(default_factory=list)
    threads: list[tuple[int, int, int, str, str, str, str | None, bool | None]] = field(default_factory=list)
    thread_participants: list[tuple[int, int]] = field(default_factory=list)
    thread_keys: list[tuple[int, str, str, str, int, int]] = field(default_factory=list)


COLUMNS = {
    "participants": ("participant_id", "owner_id", "display_name", "is_self", "is_anonymous"),
    "participant_names": ("participant_id", "name", "source"),
    "threads": (
        "thread_id", "owner_id", "bucket", "source", "kind", "title", "section", "is_still_participant"
    ),
    "thread_participants": ("thread_id", "participant_id"),
    "thread_keys": ("thread_id", "source", "key_kind", "key_value", "first_import_id", "last_import_id"),
}  # fmt: skip


class Identity:
    """The people and threads of one owner, those of the store and those that the running import adds."""

    def __init__(self, connection: sa.Connection, owner_id: int, import_id: int, bucket_count: int) -> None:
        """Read what the store knows of the owner's people and threads."""
        self._owner_id = owner_id
        self._import_id = import_id
        self._bucket_count = bucket_count
        self._person_by_name: dict[str, int] = {}
        self._known_names: set[tuple[int, str, str]] = set()
        self._anonymous: set[int] = set()
        self._threads_by_key: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._keys: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
        self._names: dict[int, set[str]] = defaultdict(set)
        self._members: set[tuple[int, int]] = set()
        self._thread_ids: set[int] = set()
        self.new = NewRows()
        self._load(connection)

    def _load(self, connection: sa.Connection) -> None:
        for row in rows(connection, "import_people", owner_id=self._owner_id):
            self._known_names.add((row["participant_id"], row["name"], row["source"]))
            if row["is_anonymous"]:
                self._anonymous.add(row["participant_id"])
            else:
                self._person_by_name[row["name"]] = row["participant_id"]
        for row in rows(connection, "import_thread_keys", owner_id=self._owner_id):
            self._remember_key(row["thread_id"], (row["source"], row["key_kind"], row["key_value"]))
        for row in rows(connection, "import_thread_people", owner_id=self._owner_id):
            self._members.add((row["thread_id"], row["participant_id"]))
            self._names[row["thread_id"]].add(row["name"])
        self._thread_ids.update(connection.execute(sa.text("select thread_id from threads")).scalars())

    def bucket(self, thread_id: int) -> int:
        """Return the bucket of a thread."""
        return thread_id % self._bucket_count

    def person(self, name: str, source: str, thread_id: int) -> int:
        """Return the participant of that display name; a deleted account is somebody else in every thread."""
        if is_deleted_account(name):
            person = make_id("deleted", self._owner_id, thread_id, name)
            if person not in self._anonymous:
                self._anonymous.add(person)
                self.new.participants.append((person, self._owner_id, name, False, True))
        else:
            person = self._person_by_name.get(name) or self._add_person(name)
        if (person, name, source) not in self._known_names:
            self._known_names.add((person, name, source))
            self.new.participant_names.append((person, name, source))
        return person

    def _add_person(self, name: str) -> int:
        person = self._person_by_name[name] = make_id("participant", self._owner_id, name)
        self.new.participants.append((person, self._owner_id, name, False, False))
        return person

    def member(self, name: str, source: str, thread_id: int) -> int:
        """Return the participant of that name, known from now on as one of the thread."""
        person = self.person(name, source, thread_id)
        if (thread_id, person) not in self._members:
            self._members.add((thread_id, person))
            self.new.thread_participants.append((thread_id, person))
        self._names[thread_id].add(name)
        return person

    def thread(self, thread: Thread) -> int:
        """Return the thread that a file's part belongs to, a new one when the store has none."""
        keys = [(thread.source, key.kind, key.value) for key in thread.keys]
        found = self._find(
            thread.source, thread.keys, {*thread.participants, *(m.sender for m in thread.messages)}
        )
        thread_id = found if found is not None else self._add_thread(thread)
        for key in keys:
            if key not in self._keys[thread_id]:
                self._remember_key(thread_id, key)
                self.new.thread_keys.append((thread_id, *key, self._import_id, self._import_id))
        return thread_id

    def _find(self, source: str, keys: tuple[ThreadKey, ...], people: set[str]) -> int | None:
        """Find a thread by its keys, best first. Source: FORMATS.md section 4.2, rules 1 and 2.

        The platform's own id is enough. A folder's name needs people in common. What the file says of itself
        (`thread_path`) is sloppy in the tutorial's layout: it counts only for a thread without another
        folder.
        """
        folders = {(source, key.kind, key.value) for key in keys if key.kind == "folder"}
        for key in keys:
            wanted = [(source, key.kind, key.value)]
            if key.kind == "thread_path":
                wanted.append((source, "folder", key.value))
            for thread_id in (thread_id for one in wanted for thread_id in self._threads_by_key.get(one, ())):
                if key.kind == "folder_id":
                    return thread_id
                own_folders = {one for one in self._keys[thread_id] if one[1] == "folder"}
                is_elsewhere = (
                    key.kind == "thread_path" and folders and own_folders and not folders & own_folders
                )
                if not is_elsewhere and self._agree(thread_id, people):
                    return thread_id
        return None

    def _agree(self, thread_id: int, people: set[str]) -> bool:
        known = self._names.get(thread_id)
        return not known or not people or bool(known & people)

    def _add_thread(self, thread: Thread) -> int:
        key = thread.keys[0]
        salt = 0
        while (
            thread_id := make_id("thread", self._owner_id, thread.source, key.kind, key.value, salt)
        ) in self._thread_ids:
            salt += 1
        self._thread_ids.add(thread_id)
        # The kind is decided when all its people are known: import step 60.
        row = (thread_id, self._owner_id, self.bucket(thread_id), thread.source, "direct", thread.title)
        self.new.threads.append((*row, thread.section, thread.is_still_participant))
        return thread_id

    def _remember_key(self, thread_id: int, key: tuple[str, str, str]) -> None:
        self._threads_by_key[key].append(thread_id)
        self._keys[thread_id].add(key)
