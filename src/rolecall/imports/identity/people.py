"""Who a display name in an archive means: the people of one owner, those of the store and new ones."""

from collections import defaultdict

import sqlalchemy as sa

from rolecall.ids import make_id
from rolecall.imports.identity.new_rows import NewRows
from rolecall.sentences import is_deleted_account
from rolecall.store.statements import select


class People:
    """The people of one owner, and which of them are in a thread."""

    def __init__(self, connection: sa.Connection, owner_id: int) -> None:
        """Read what the store knows of them."""
        self._owner_id = owner_id
        self._people_by_name: dict[str, list[int]] = defaultdict(list)
        self._known_names: set[tuple[int, str, str]] = set()
        self._names: dict[int, set[str]] = defaultdict(set)
        self._members: dict[int, set[int]] = defaultdict(set)
        self.anonymous: set[int] = set()
        self.created: set[int] = set()
        self.named: dict[int, str] = {}
        """Display names that the running download gives."""
        self.new = NewRows()
        for row in select(connection, "import/identity/people", owner_id=owner_id):
            self._known_names.add((row["participant_id"], row["name"], row["source"]))
            if row["is_anonymous"]:
                self.anonymous.add(row["participant_id"])
            elif row["participant_id"] not in self._people_by_name[row["name"]]:
                self._people_by_name[row["name"]].append(row["participant_id"])
        for row in select(connection, "import/identity/thread_people", owner_id=owner_id):
            self._members[row["thread_id"]].add(row["participant_id"])
            self._names[row["thread_id"]].add(row["name"])

    def person(self, name: str, source: str, thread_id: int) -> int:
        """Return the participant of that display name; a deleted account is somebody else in every thread.

        Of several who have had the name, one in the thread is meant, or else the one known first.
        """
        if is_deleted_account(name):
            nameless = self._members[thread_id] & self.anonymous
            person = min(nameless, default=make_id("deleted", self._owner_id, thread_id, name))
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
