"""Whether downloads of a random world (`histories`) tell all that they show: FORMATS.md section 4.3."""

from collections import defaultdict
from itertools import combinations

from history_people import Chat, Person, Said
from history_truth import Truth

_TYPED = ("text", "caption", "link")


class Knowable(Truth):
    """What some downloads of a world tell together, and whether that is all."""

    def is_knowable(self) -> bool:
        """Return whether these downloads tell which chats are one, who is who, and what was edited."""
        return (
            self._are_clocks_told()
            and all(self._are_chats_told(chat) and self._are_edits_told(chat) for chat in self._world.chats)
            and all(self._is_person_told(person) for person in self._world.people)
            and all(self._is_deletion_told(chat) for chat in self._world.chats)
        )

    def _are_clocks_told(self) -> bool:
        """Return whether of downloads taken at two moments one has a newer message, and so is the newer one.

        They have not where all chats were encrypted before.
        """
        moments: dict[int, set[int]] = defaultdict(set)
        for newest, download in zip(self._newest, self._downloads, strict=True):
            moments[newest].add(download.moment)
        return all(len(found) == 1 for found in moments.values())

    def _are_chats_told(self, chat: Chat) -> bool:
        """Return whether the downloads tell, in whatever order they come, that a chat is one.

        Either any two that name it otherwise share enough of what was said, or, where some share no time at
        all, others lead from each to each, and join what was two until then.
        """
        for is_secure in (False, True):
            sides = self._indices(chat, is_secure=is_secure)
            is_any_enough = all(
                self._is_named_alike(chat, one, other) or self._share(chat, one, other)
                for one, other in combinations(sides, 2)
            )
            if not is_any_enough and not self._are_joined(chat, sides):
                return False
        return True

    def _is_named_alike(self, chat: Chat, one: int, other: int) -> bool:
        return self._downloads[one].chat_key(chat) == self._downloads[other].chat_key(chat)

    def _are_joined(self, chat: Chat, sides: list[int]) -> bool:
        reached, waiting = set(sides[:1]), sides[:1]
        while waiting:
            one = waiting.pop()
            for other in set(sides) - reached:
                if self._is_named_alike(chat, one, other) or self._prove(chat, one, other):
                    reached.add(other)
                    waiting.append(other)
        return reached == set(sides) and all(
            self._is_named_alike(chat, one, other)
            or self._prove(chat, one, other)
            or not (self._near(chat, one, other) or self._near(chat, other, one))
            for one, other in combinations(sides, 2)
        )

    def _typed(self, chat: Chat, index: int) -> list[Said]:
        return [said for said in self._read[index][chat.number] if said.kind in _TYPED]

    def _near(self, chat: Chat, one: int, other: int) -> list[Said]:
        """Return what is typed in one download in the time that another has of a chat."""
        there = self._typed(chat, other)
        return [
            said
            for said in self._typed(chat, one)
            if there and there[0].sent_at_ms <= said.sent_at_ms <= there[-1].sent_at_ms
        ]

    def _prove(self, chat: Chat, one: int, other: int) -> bool:
        """Return whether most of what was typed in the time that both have is the same, of two people."""
        near = max(self._near(chat, one, other), self._near(chat, other, one), key=len)
        common = [said for said in near if self._is_common(chat, said, one, other)]
        has_two = len(self._names(chat, one) & self._names(chat, other)) > 1
        if len(common) < 2 or not (has_two or len({said.person.number for said in common}) > 1):
            return False
        return self._is_enough(has_two, len(common), len(near))

    def _is_common(self, chat: Chat, said: Said, one: int, other: int) -> bool:
        is_in_both = all(said in self._read[index][chat.number] for index in (one, other))
        return is_in_both and self._is_unchanged(chat, said, one, other)

    def _is_enough(self, has_two: bool, common: int, near: int) -> bool:
        if has_two or common >= 10:
            return common * 2 >= near
        return common >= 3 and common * 10 >= 9 * near

    def _names(self, chat: Chat, index: int) -> set[str]:
        """Return the names of a chat's people in a download; the first ones do not list the owner."""
        download = self._downloads[index]
        wrote = {said.person.number for said in self._read[index][chat.number]}
        listed = chat.people[1:] if download.layout == "A0" else chat.people
        return {download.name(one) for one in chat.people if one in listed or one.number in wrote}

    def _share(self, chat: Chat, one: int, other: int) -> bool:
        """Return whether most of what was typed in the time that both downloads have is the same in both.

        A chat is looked for when the first of its files is read.
        """
        return self._shares_part(chat, one, other) and self._shares_part(chat, other, one)

    def _shares_part(self, chat: Chat, one: int, other: int) -> bool:
        part = self._downloads[one].read_parts(chat)[0]
        near = [said for said in self._near(chat, one, other) if said in part]
        common = sum(self._is_common(chat, said, one, other) for said in near)
        names = self._names(chat, one), self._names(chat, other)
        if not common or (common == 1 and names[0] != names[1]):
            return False  # a greeting to a group and to one of its members
        return self._is_enough(len(names[0] & names[1]) > 1, common, len(near))

    def _is_unchanged(self, chat: Chat, said: Said, one: int, other: int) -> bool:
        if any(self._downloads[index].is_bad(chat, said) for index in (one, other)):
            return False
        moments = [self._downloads[index].moment for index in (one, other)]
        return len({None if said.is_gone(moment) else said.body(moment) for moment in moments}) == 1 and not (
            said.is_gone(moments[0])
        )

    def _are_edits_told(self, chat: Chat) -> bool:
        """Return whether no download ends in a chat where another begins, at a message that changed since.

        There a store cannot tell an edited message from two, of which each download holds one: unless the one
        ends with the newest part.
        """
        both = list(zip(self._downloads, self._read, strict=True))
        begins = {chats[chat.number][0].sent_at_ms for _, chats in both if chat.number in chats}
        ends = begins & {
            chats[chat.number][-1].sent_at_ms
            for download, chats in both
            if chat.number in chats and download.has_lost_newest(chat)
        }
        return not any(
            said.sent_at_ms in ends
            and (
                len(said.bodies) > 1
                or said.unsent_at is not None
                or said.kind == "system"
                or any(download.is_bad(chat, said) for download in self._downloads)
            )
            for said in chat.messages
        )

    def _is_person_told(self, person: Person) -> bool:
        """Return whether each two names of a person stand, over downloads, at the same messages of theirs."""
        seen = self._seen(person)
        reached, waiting = set(seen[:1]), seen[:1]
        while waiting:
            one = waiting.pop()
            for other in set(seen) - reached:
                is_same = self._downloads[one].name(person) == self._downloads[other].name(person)
                if is_same or self._are_both(person, one, other, self._world.chats):
                    reached.add(other)
                    waiting.append(other)
        return reached == set(seen)

    def _is_deletion_told(self, chat: Chat) -> bool:
        """Return whether an encrypted chat shows, on each side, that somebody deleted is who had a name."""
        gone = [person for person in chat.people if person.deleted_at is not None]
        sides = [self._indices(chat, is_secure=is_secure) for is_secure in (False, True)]
        return chat.encrypted_at is None or all(
            self._are_both(person, one, other, [chat])
            for person in gone
            for side in sides
            for one in side
            for other in side
            if self._downloads[one].moment < (person.deleted_at or 0) <= self._downloads[other].moment
        )

    def _are_both(self, person: Person, one: int, other: int, chats: list[Chat]) -> bool:
        """Return whether the same messages in two downloads are of a person, most of the common ones."""
        for chat in chats:
            first, second = (self._read[index].get(chat.number, []) for index in (one, other))
            common = [
                said for said in first if said in second and said.person is person and said.kind in _TYPED
            ]
            same = [said for said in common if self._is_unchanged(chat, said, one, other)]
            if len(same) >= 2 and len(same) * 2 > len(common):
                return True
        return False
