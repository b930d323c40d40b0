"""Which chat a file of an archive belongs to: the threads of one owner, those of the store and new ones."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set

import sqlalchemy as sa

from rolecall.archives.members import without_number
from rolecall.archives.records import Thread, ThreadKey
from rolecall.ids import make_id
from rolecall.imports.identity.people import People
from rolecall.imports.identity.probing import Hit, is_another_chat, threads_with_same_messages
from rolecall.store.statements import select

Key = tuple[str, str, str]
"""source, kind and value."""


class Threads(People):
    """The people and threads of one owner, and how a file's part finds its thread."""

    def __init__(
        self,
        connection: sa.Connection,
        owner_id: int,
        import_id: int,
        bucket_count: int,
        encrypted_names: Counter[str],
    ) -> None:
        """Read what the store knows of the owner's people and threads.

        `encrypted_names` says how many files the download has of each name, without the number behind it.
        """
        super().__init__(connection, owner_id)
        self._connection = connection
        self.import_id = import_id
        self._bucket_count = bucket_count
        self._encrypted_names = encrypted_names
        self._threads_by_key: dict[Key, list[int]] = defaultdict(list)
        self._keys: dict[int, set[Key]] = defaultdict(set)
        self._taken: dict[int, Key] = {}
        self._first_seen: dict[int, set[tuple[str, int]]] = defaultdict(set)
        for row in select(connection, "import/identity/thread_keys", owner_id=owner_id):
            key = (row["source"], row["key_kind"], row["key_value"])
            self._remember_key(row["thread_id"], key, row["first_import_id"])
        self._thread_ids = set(connection.execute(sa.text("select thread_id from threads")).scalars())
        self._has_earlier = bool(self._thread_ids)

    def bucket(self, thread_id: int) -> int:
        """Return the bucket of a thread."""
        return thread_id % self._bucket_count

    @property
    def is_first(self) -> bool:
        """Whether no thread was known before this import."""
        return not self._has_earlier

    def is_to_be_asked_for(self, thread: Thread) -> bool:
        """Return whether keys do not tell which thread a file's part belongs to, and what was said may."""
        return self._has_earlier and (
            thread.source == "secure_storage" or self._find_by_keys(thread, _people(thread)) is None
        )

    def hits(self, threads: Sequence[Thread]) -> list[list[Hit]]:
        """Return, for each of some files' parts, the threads of earlier imports that hold some of it."""
        return threads_with_same_messages(self._connection, threads, self._owner_id, self.import_id)

    def thread(self, thread: Thread, hits: Sequence[Hit] = ()) -> int:
        """Return the thread that a file's part belongs to, a new one when the store has none.

        `hits` are those of `hits`, for a part that `is_to_be_asked_for`.
        """
        people = _people(thread)
        keys = [(thread.source, key.kind, key.value) for key in thread.keys]
        thread_id = self._find_by_keys(thread, people)
        if thread_id is not None and self._is_another(thread_id, thread, hits):
            thread_id = None
        if thread_id is None:
            thread_id = self._find_by_messages(thread, keys[0], people, hits)
        if thread_id is None and thread.source == "secure_storage":
            thread_id = self._find_by_names(thread, people)
        if thread_id is None:
            thread_id = self._add_thread(thread)
        self._taken.setdefault(thread_id, keys[0])
        if thread.platform:  # which its own keys do not say
            keys.append((thread.platform, thread.keys[0].kind, thread.keys[0].value))
        for key in keys:
            if key not in self._keys[thread_id]:
                self._remember_key(thread_id, key, self.import_id)
                self.new.thread_keys.append((thread_id, *key, self.import_id, self.import_id))
        return thread_id

    def _find_by_keys(self, thread: Thread, people: Set[str]) -> int | None:
        thread_id = self._find(thread.source, thread.keys, people)
        if thread_id is None and not thread.is_source_sure:
            other = "instagram" if thread.source == "facebook" else "facebook"
            keys = tuple(filter(_is_unmistakable, thread.keys))
            thread_id = self._find(other, keys, people, is_guess=True)
        return thread_id

    def _find(
        self, source: str, keys: tuple[ThreadKey, ...], people: Set[str], *, is_guess: bool = False
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
            candidates = []
            for thread_id in (number for name in wanted for number in self._threads_by_key.get(name, ())):
                if key.kind == "folder_id" and not is_guess:
                    # Two folders of one download with one number and other people are two chats.
                    if thread_id in self._taken and not self._agree_closely(thread_id, people):
                        continue
                    return thread_id
                own_folders = {name for name in self._keys[thread_id] if name[1] == "folder"}
                has_other_folder = folders and own_folders and not folders & own_folders
                if key.kind == "thread_path" and has_other_folder:
                    continue
                if source == "secure_storage":
                    is_taken = self._taken.get(thread_id, wanted[0]) != wanted[0]
                    if not is_taken and self._agree_closely(thread_id, people):
                        candidates.append(thread_id)
                elif self._agree(thread_id, people):
                    candidates.append(thread_id)
            if candidates:  # of several with this key, the one with the most of these people
                return max(candidates, key=lambda thread_id: len(self._names[thread_id] & people))
        return None

    def _is_another(self, thread_id: int, thread: Thread, hits: Sequence[Hit]) -> bool:
        """Return whether what was said in a thread with a file's key shows that it is another chat.

        The name of an encrypted chat's file is somebody's name and a number: another download may have given
        both to a namesake, or to whoever has that name by now.
        """
        if thread.source != "secure_storage" or thread_id in self._taken or not self._has_earlier:
            return False
        if any(hit.thread_id == thread_id for hit in hits):
            return False
        is_elsewhere = any(
            hit.thread_id not in self._taken and hit.is_same(self._names[hit.thread_id], _people(thread))
            for hit in hits
        )
        return is_elsewhere or is_another_chat(self._connection, thread, thread_id, self.import_id)

    def _find_by_messages(
        self, thread: Thread, key: Key, people: Set[str], hits: Sequence[Hit]
    ) -> int | None:
        """Find an earlier download's thread by what was said in it (FORMATS.md section 4.2, rule 3)."""
        own_ids = {(thread.source, own.kind, own.value) for own in thread.keys if own.kind == "folder_id"}
        for hit in sorted(hits, key=lambda hit: len(self._names[hit.thread_id] & people) < 2):
            thread_id = hit.thread_id
            if self._taken.get(thread_id, key) != key or _are_two(own_ids, self._keys[thread_id]):
                continue
            # One greeting on both platforms is no proof that they are one chat.
            is_other = self._is_of_instagram(thread_id) != (thread.source == "instagram")
            if (hit.hit_count > 1 or not is_other) and hit.is_same(self._names[thread_id], people):
                return thread_id
        return None

    def _find_by_names(self, thread: Thread, people: Set[str]) -> int | None:
        """Find the one encrypted chat with somebody's name, where the download has one alone too.

        The number behind the name may be another in every download, and a file may be empty or tell of
        another time.
        """
        name = without_number(thread.keys[0].value)
        if self._encrypted_names[name] != 1 or len(people) != 2:
            return None
        candidates = [
            thread_id
            for thread_id, keys in self._keys.items()
            if thread_id not in self._taken
            and people <= self._names[thread_id]
            and len(self._members[thread_id]) == 2
            and any(key[0] == "secure_storage" and without_number(key[2]) == name for key in keys)
        ]
        if len(candidates) != 1 or is_another_chat(self._connection, thread, candidates[0], self.import_id):
            return None
        return candidates[0]

    def _is_of_instagram(self, thread_id: int) -> bool:
        return any(source == "instagram" for source, _, _ in self._keys[thread_id])

    def _agree_closely(self, thread_id: int, people: Set[str]) -> bool:
        """Return whether more than the owner, who is in every chat, is in both; or nobody else in one."""
        known = self._names[thread_id]
        return len(known & people) > 1 or known <= people or people <= known

    def _agree(self, thread_id: int, people: Set[str]) -> bool:
        known = self._names.get(thread_id)
        return not known or not people or bool(known & people)

    def _add_thread(self, thread: Thread) -> int:
        key = thread.keys[0]
        thread_id, salt = 0, 0
        while not thread_id or thread_id in self._thread_ids:
            thread_id = make_id("thread", self._owner_id, thread.source, key.kind, key.value, salt)
            salt += 1
        self._thread_ids.add(thread_id)
        # The kind is decided when all its people are known: threads/thread_kinds.
        bucket = self.bucket(thread_id)
        row = (thread_id, self._owner_id, bucket, thread.shown_source, "direct", thread.title)
        self.new.threads.append((*row, thread.section, thread.is_still_participant))
        return thread_id

    def _remember_key(self, thread_id: int, key: Key, import_id: int) -> None:
        self._threads_by_key[key].append(thread_id)
        self._keys[thread_id].add(key)
        self._first_seen[thread_id].add((key[0], import_id))


def _people(thread: Thread) -> set[str]:
    return {*thread.participants, *thread.messages.names}


def _are_two(keys: Set[Key], others: Set[Key]) -> bool:
    """Return whether a platform gave both an id of its own, and not the same."""
    ids, other_ids = ({key[::2] for key in side if key[1] == "folder_id"} for side in (keys, others))
    shared = {source for source, _ in ids} & {source for source, _ in other_ids}
    return bool(shared) and ids.isdisjoint(other_ids)


def _is_unmistakable(key: ThreadKey) -> bool:
    """Return whether a key names one chat on whatever platform: it ends in the platform's own id."""
    return re.fullmatch(r"\d{13,}|.+_[\w-]{10}", key.value) is not None
