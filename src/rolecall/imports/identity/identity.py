"""Who and which chat a name in an archive means: the people and threads of one owner.

Rows that are new are kept here until the batch they belong to is written; what the store holds is read once.
"""

from collections.abc import Set

from rolecall.imports.identity.new_rows import SCHEMAS
from rolecall.imports.identity.probing import twins_of_batch
from rolecall.imports.identity.threads import Threads

__all__ = ["SCHEMAS", "Identity"]


class Identity(Threads):
    """The people and threads of one owner, with those that prove to be one."""

    def join_twins(self, staged_ids: Set[int]) -> list[tuple[int, int]]:
        """Take staged threads for those of earlier imports that they prove to be.

        Two downloads that name a chat otherwise, and share nothing of what was said, leave two threads, until
        one comes that has enough of both. The one that was known first stays.

        Returns:
            Each thread that is another one, with the other; the store is to follow once all that is staged is
            written.
        """
        if not self._may_have_twins(staged_ids):
            return []
        free = self._keys.keys() - self._taken.keys()
        joins: list[tuple[int, int]] = []
        moved: dict[int, int] = {}
        for hit in twins_of_batch(self._connection, self._owner_id, self.import_id):
            staged, twin = moved.get(hit.asker_id, hit.asker_id), hit.thread_id
            if twin not in free or twin in self._taken or self._are_known_apart(staged, twin):
                continue
            if hit.is_proof(self._names[twin], self._names[staged]):
                kept = next(thread_id for thread_id in self._keys if thread_id in (staged, twin))
                old = twin if kept == staged else staged
                self._move_thread(old, kept)
                moved[hit.asker_id] = kept
                joins.append((old, kept))
        return joins

    def fresh_thread_ids(self, staged_ids: Set[int]) -> set[int]:
        """Return those of staged threads of which the store holds nothing, under no other id either."""
        return set() if self._may_have_twins(staged_ids) else {row[0] for row in self.new.threads}

    def _may_have_twins(self, staged_ids: Set[int]) -> bool:
        """Return whether what was said could show that staged threads are threads of earlier imports."""
        free = self._keys.keys() - self._taken.keys()
        return bool(free) and not (self._have_ids(free) and self._have_ids(staged_ids))

    def _have_ids(self, thread_ids: Set[int]) -> bool:
        """Return whether the platform named each of these threads by an id."""
        return all(
            any(kind == "folder_id" for _, kind, _ in self._keys[thread_id]) for thread_id in thread_ids
        )

    def _are_known_apart(self, thread_id: int, other: int) -> bool:
        """Return whether the platform, or a download that had both, tells that two threads are two."""
        seen, seen_other = self._first_seen[thread_id], self._first_seen[other]
        return self._have_ids({thread_id, other}) or not seen.isdisjoint(seen_other)

    def _move_thread(self, old: int, kept: int) -> None:
        for key in self._keys.pop(old):
            self._keys[kept].add(key)
            known = self._threads_by_key[key]
            self._threads_by_key[key] = [kept if thread_id == old else thread_id for thread_id in known]
        self._names[kept] |= self._names.pop(old, set())
        self._members[kept] |= self._members.pop(old, set())
        self._first_seen[kept] |= self._first_seen.pop(old, set())
        if old in self._taken:
            self._taken[kept] = self._taken.pop(old)
