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

        Either any two that name it otherwise share enough of what was said, or one of them shares enough with
        each, and joins what was two until then.
        """
        for is_secure in (False, True):
            sides = self._indices(chat, is_secure=is_secure)
            is_any_enough = all(self._are_one(chat, one, other) for one, other in combinations(sides, 2))
            if not is_any_enough and not any(self._joins_all(chat, one, sides) for one in sides):
                return False
        return True

    def _are_one(self, chat: Chat, one: int, other: int, least: int = 1) -> bool:
        is_named_alike = self._downloads[one].chat_key(chat) == self._downloads[other].chat_key(chat)
        return is_named_alike or self._share(chat, one, other, least)

    def _joins_all(self, chat: Chat, one: int, sides: list[int]) -> bool:
        """Return whether a download shows all others to be of one chat, by two people's names and by words.

        What has no id of its own joins only what it has no name for: too much would be compared else.
        """
        if self._downloads[one].chat_key(chat).endswith(("_short", "people")):
            return False
        ours = self._names(chat, one)
        return all(
            self._are_one(chat, one, other, least=2) and len(ours & self._names(chat, other)) > 1
            for other in sides
        )

    def _names(self, chat: Chat, index: int) -> set[str]:
        """Return the names of a chat's people in a download; the first ones do not list the owner."""
        download = self._downloads[index]
        wrote = {said.person.number for said in self._read[index][chat.number]}
        listed = chat.people[1:] if download.layout == "A0" else chat.people
        return {download.name(one) for one in chat.people if one in listed or one.number in wrote}

    def _share(self, chat: Chat, one: int, other: int, least: int) -> bool:
        """Return whether most of what was typed in the time that both downloads have is the same in both.

        A chat is looked for when the first of its files is read.
        """
        return self._shares_part(chat, one, other, least) and self._shares_part(chat, other, one, least)

    def _shares_part(self, chat: Chat, one: int, other: int, least: int) -> bool:
        part = [said for said in self._downloads[one].read_parts(chat)[0] if said.kind in _TYPED]
        all_there = [said for said in self._read[other][chat.number] if said.kind in _TYPED]
        if not part or not all_there:
            return False
        near = [
            said for said in part if all_there[0].sent_at_ms <= said.sent_at_ms <= all_there[-1].sent_at_ms
        ]
        common = sum(said in all_there and self._is_unchanged(chat, said, one, other) for said in near)
        is_greeting = common == 1 and self._names(chat, one) != self._names(chat, other)
        if common < least or is_greeting:
            return False  # a greeting to a group and to one of its members
        if len(self._names(chat, one) & self._names(chat, other)) > 1 or common >= 10:
            return common > 0 and common * 2 >= len(near)
        return common >= 3 and common * 10 >= 9 * len(near)

    def _is_unchanged(self, chat: Chat, said: Said, one: int, other: int) -> bool:
        if any(self._downloads[index].is_bad(chat, said) for index in (one, other)):
            return False
        moments = [self._downloads[index].moment for index in (one, other)]
        return len({None if said.is_gone(moment) else said.body(moment) for moment in moments}) == 1 and not (
            said.is_gone(moments[0])
        )

    def _are_edits_told(self, chat: Chat) -> bool:
        """Return whether no download ends in a chat where another begins, at a message that changed since.

        There a store cannot tell an edited message from two, of which each download holds one.
        """
        reach = [chats[chat.number] for chats in self._read if chat.number in chats]
        ends = {said[-1].sent_at_ms for said in reach} & {said[0].sent_at_ms for said in reach}
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
