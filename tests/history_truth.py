"""What a store should know after importing downloads of a random world (`histories`), in whatever order."""

from histories import World
from history_downloads import Download
from history_people import Chat, Person, Said
from history_words import DELETED

Rows = list[tuple[object, ...]]
_KINDS = {"caption": "text", "link": "text"}


class Truth:
    """What some downloads of a world tell together."""

    def __init__(self, world: World, downloads: list[Download]) -> None:
        """Look at what each download has of each chat."""
        self._world = world
        self._downloads = downloads
        self._read = [
            {chat.number: said for chat in world.chats if (said := download.read(chat))}
            for download in downloads
        ]
        self._newest = [
            max((said[-1].sent_at_ms for said in chats.values()), default=0) for chats in self._read
        ]

    def threads(self) -> list[tuple[object, ...]]:
        """Return each thread: its title, as in the newest download, its kind, and its messages in order.

        A message is (time, name, kind, words, reactions, files); words and reactions are those of the newest
        download that holds it, by the newest message of the chat, then of all; an unsent message stays so.
        """
        found = []
        for chat in self._world.chats:
            sides = [self._indices(chat, is_secure=is_secure) for is_secure in (False, True)]
            if self._is_continued(chat, *sides):
                sides = [[*sides[0], *sides[1]]]
            kind = "group" if chat.is_group else "direct"
            found += [((self._title(chat, side), kind), *self._rows(chat, side)) for side in sides if side]
        return sorted(found, key=repr)

    # -- the rows

    def _indices(self, chat: Chat, *, is_secure: bool) -> list[int]:
        """Return the downloads that have what was said before the chat was encrypted, or after."""
        return [
            index
            for index, download in enumerate(self._downloads)
            if (download.source == "secure") == is_secure and chat.number in self._read[index]
        ]

    def _is_continued(self, chat: Chat, before: list[int], after: list[int]) -> bool:
        """Return whether a chat of two shows the same name before and after it was encrypted."""
        is_cut = any(download.has_cutover(chat) for download in self._downloads)
        seen = self._seen(chat.people[1])
        return (
            is_cut and not chat.is_group and not {*before}.isdisjoint(seen) and not {*after}.isdisjoint(seen)
        )

    def _title(self, chat: Chat, indices: list[int]) -> str:
        newest = self._downloads[max(indices, key=lambda index: self._clock(index, chat))]
        if newest.layout == "C0":
            return ", ".join(newest.name(person) for person in chat.members(newest.moment))
        return chat.title(newest.moment, newest.language)

    def _rows(self, chat: Chat, indices: list[int]) -> Rows:
        rows = []
        for said in chat.messages:
            holders = [index for index in indices if said in self._read[index][chat.number]]
            if holders:
                rows.append(
                    self._row(
                        chat, said, sorted(holders, key=lambda index: self._clock(index, chat)), indices
                    )
                )
        return sorted(rows, key=lambda row: row[:1])

    def _clock(self, index: int, chat: Chat) -> tuple[int, int]:
        return self._downloads[index].time(self._read[index][chat.number][-1]), self._newest[index]

    def _row(self, chat: Chat, said: Said, holders: list[int], indices: list[int]) -> tuple[object, ...]:
        newest = self._downloads[holders[-1]]
        is_gone = any(said.is_gone(self._downloads[index].moment) for index in holders)
        reactions = [] if newest.layout == "C0" else said.reactions_at(newest.moment).values()
        return (
            max(self._downloads[index].time(said) for index in holders),
            self._called(chat, said.person, indices),
            "unsent" if is_gone else _KINDS.get(said.kind, said.kind),
            None if is_gone else self._words(chat, said, holders),
            tuple(
                sorted(
                    (emoji, "" if self._world.has_left else self._called(chat, who, indices))
                    for who, emoji in reactions
                )
            ),
            () if is_gone else self._files(said, holders),
        )

    def _words(self, chat: Chat, said: Said, holders: list[int]) -> str | None:
        """Return the words as the newest download has them; where it lost bytes, as one that did not."""
        whole = [index for index in holders if not self._downloads[index].is_bad(chat, said)]
        return self._downloads[(whole or holders)[-1]].words(chat, said)

    def _files(self, said: Said, holders: list[int]) -> tuple[str, ...]:
        if said.kind not in ("media", "caption"):
            return ()
        if any(
            self._downloads[index].has_media and self._downloads[index].layout != "C0" for index in holders
        ):
            return ("photo present",)
        return ("photo remote",) if self._downloads[holders[-1]].layout == "C0" else ("photo missing",)

    def _seen(self, person: Person) -> list[int]:
        """Return the downloads that name a person."""
        return [
            index
            for index, download in enumerate(self._downloads)
            if not person.is_deleted(download.moment) and self._is_in(person, index)
        ]

    def _is_in(self, person: Person, index: int) -> bool:
        moment = self._downloads[index].moment
        return any(
            person in chat.members(moment)
            or any(
                said.person is person or person.number in said.reactions_at(moment)
                for said in self._read[index][chat.number]
            )
            for chat in self._world.chats
            if chat.number in self._read[index]
        )

    def _called(self, chat: Chat, person: Person, indices: list[int]) -> str:
        """Return what a person is called in a thread of some downloads: as in the newest that knows."""
        seen = self._seen(person)
        is_named_here = any(
            said.person is person
            for index in seen
            if index in indices
            for said in self._read[index][chat.number]
        )
        if not seen or (person.deleted_at is not None and not is_named_here):
            return DELETED
        return self._downloads[max(seen, key=lambda index: self._newest[index])].name(person)
