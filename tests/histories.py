"""Random histories of chats, downloads taken from them, and what a store should know after some of them.

A world is people who write, edit, unsend, react, rename themselves and leave; a download shows it as it was
at one moment, the way Facebook writes it. What cannot be known (FORMATS.md section 4.3) does not happen here:
a person says one thing at one instant, and one account at most is deleted.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace

from archive_builder import ArchiveThread, Entry, Files, archive_files, entry, profile_files

DELETED = "Facebook user"
START_MS = 1_500_000_000_000
_WORDS = (
    "ano",
    "tea",
    "rain",
    "☔",
    "боже",
    "мой",
    "què",
    "tal",
    "元気",
    "bicycle",
    "soup",
    "late",
    "🙂",
    "seven",
)
_FIRST = ("Orla", "Břetislav", "Nkechi", "Xuân", "Tamsin", "Ioana")
_LAST = ("Quillfeather", "Mokrohlavá", "Adeyinka", "Thạch", "Vandersloot", "Brumărel")


@dataclass
class Person:
    """Somebody, with the names they have had: (from when, name)."""

    number: int
    names: list[tuple[int, str]]
    deleted_at: int | None = None

    def name(self, moment: int) -> str:
        """Return what a download of that moment calls them."""
        if self.deleted_at is not None and moment >= self.deleted_at:
            return DELETED
        return [name for since, name in self.names if since <= moment][-1]


@dataclass
class Said:
    """One message, and what became of it."""

    sent_at_ms: int
    person: Person
    bodies: list[tuple[int, str]]
    unsent_at: int | None = None
    reactions: list[tuple[int, Person, str]] = field(default_factory=list)

    def body(self, moment: int) -> str | None:
        """Return its words at a moment; None once it is unsent."""
        if self.unsent_at is not None and moment >= self.unsent_at:
            return None
        return [body for since, body in self.bodies if since <= moment][-1]

    def reactions_at(self, moment: int) -> dict[int, tuple[Person, str]]:
        """Return the latest reaction of each person at a moment."""
        return {who.number: (who, emoji) for since, who, emoji in self.reactions if since <= moment}


@dataclass
class Chat:
    """A thread: its id on the platform, its people and messages, oldest first."""

    number: int
    people: list[Person]
    messages: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Download:
    """The world as it was at a moment, and how much of it was asked for and arrived."""

    moment: int
    since_ms: int
    damaged: frozenset[tuple[int, int]]
    """(chat, part) whose file is no JSON."""
    part_count: int
    section: str
    layout: str

    def chats(self, world: "World") -> dict[int, list[Said]]:
        """Return the messages of each chat that can be read in it, and the chats that are there."""
        found = {}
        for chat in world.chats:
            said = [one for one in chat.messages if self.since_ms <= one.sent_at_ms <= self.moment]
            if said:
                lost = {
                    one.sent_at_ms
                    for part in self._parts(said)
                    for one in part[1]
                    if (chat.number, part[0]) in self.damaged
                }
                found[chat.number] = [one for one in said if one.sent_at_ms not in lost]
        return {number: said for number, said in found.items() if said}

    def _parts(self, said: list[Said]) -> list[tuple[int, list[Said]]]:
        """Cut as the archive builder does: part 1 is the newest, instants stay whole."""
        count = min(self.part_count, len({one.sent_at_ms for one in said}))
        times = sorted({one.sent_at_ms for one in said}, reverse=True)
        size = -(-len(times) // count)
        groups = [set(times[start : start + size]) for start in range(0, len(times), size)]
        return [
            (number, [one for one in said if one.sent_at_ms in group])
            for number, group in enumerate(groups, 1)
        ]

    def files(self, world: "World") -> Files:
        """Return the archive."""
        made = profile_files(world.people[0].name(self.moment))
        for chat in world.chats:
            said = [one for one in chat.messages if self.since_ms <= one.sent_at_ms <= self.moment]
            if not said:
                continue
            people = tuple(person.name(self.moment) for person in (*chat.people[1:], chat.people[0]))
            other = chat.people[1].name(self.moment)
            slug = "".join(letter for letter in other.lower() if letter.isascii() and letter.isalpha()) or "x"
            folder = f"{slug}_{6_100_000_000_000_000 + chat.number}"
            for number, part in self._parts(said):
                is_damaged = (chat.number, number) in self.damaged
                thread = ArchiveThread(
                    folder, other, people, tuple(self._entry(one) for one in part), self.section
                )
                for path, data in archive_files([thread], self.layout).items():
                    named = path.replace("message_1.json", f"message_{number}.json")
                    made[named] = b"[object Object]" if is_damaged else data
        return made

    def _entry(self, said: Said) -> Entry:
        body = said.body(self.moment)
        made = entry(said.person.name(self.moment), said.sent_at_ms, body)
        if body is None:
            made["is_unsent"] = True
        reactions = said.reactions_at(self.moment)
        if reactions:
            made["reactions"] = [
                {"reaction": emoji, "actor": who.name(self.moment)} for who, emoji in reactions.values()
            ]
        return made


class World:
    """People, chats and what happened, made from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        draw = self.random
        self.people = [
            Person(number, [(0, f"{_FIRST[number]} {_LAST[number]}")])
            for number in range(draw.randrange(3, 6))
        ]
        self.chats = [
            Chat(number, [self.people[0], person]) for number, person in enumerate(self.people[1:], 1)
        ]
        if draw.random() < 0.6:
            self.chats.append(Chat(len(self.people) + 1, list(self.people)))
        self.now = START_MS
        self.downloads = [self._live_and_download() for _ in range(draw.randrange(2, 5))]
        if self.has_left:  # who somebody was is known from messages that two downloads share
            self.downloads = [replace(one, since_ms=0, damaged=frozenset()) for one in self.downloads]

    @property
    def has_left(self) -> bool:
        """Whether an account was deleted: then who gave a reaction cannot always be known."""
        return any(person.deleted_at is not None for person in self.people)

    def _live_and_download(self) -> Download:
        draw = self.random
        for _ in range(draw.randrange(25, 60)):
            self.now += draw.randrange(1, 10_000_000)
            self._write(draw.choice(self.chats))
        self._change_something()
        for chat in self.chats:  # a download is known from another by what was said in between
            self.now += 60_000
            self._write(chat)
        since = 0
        if draw.random() < 0.3:
            first = min(chat.messages[0].sent_at_ms for chat in self.chats)
            since = first + int((self.now - first) * draw.uniform(0.05, 0.3))
        part_count = draw.choice((1, 1, 2, 3))
        damaged = frozenset(
            (chat.number, number)
            for chat in self.chats
            for number in range(1, part_count + 1)
            if part_count > 1 and draw.random() < 0.15
        )
        section = draw.choice(("inbox", "inbox", "archived_threads"))
        return Download(self.now, since, damaged, part_count, section, draw.choice(("A3", "A3", "A2", "A1")))

    def _write(self, chat: Chat) -> None:
        draw = self.random
        left = [person for person in chat.people if person.deleted_at is None]
        body = " ".join(draw.choices(_WORDS, k=draw.randrange(1, 6))) + f" {len(chat.messages)}"
        chat.messages.append(Said(self.now, draw.choice(left), [(self.now, body)]))
        if draw.random() < 0.15 and len(left) > 1:  # somebody else in the same instant
            other = draw.choice([person for person in left if person is not chat.messages[-1].person])
            chat.messages.append(Said(self.now, other, [(self.now, f"{body}!")]))

    def _change_something(self) -> None:
        draw = self.random
        for chat in self.chats:
            for said in chat.messages[2:]:
                if said.unsent_at is None and draw.random() < 0.03:
                    said.bodies.append((self.now, said.bodies[-1][1] + " (edited)"))
                elif said.unsent_at is None and draw.random() < 0.03:
                    said.unsent_at = self.now
                elif draw.random() < 0.08:
                    said.reactions.append(
                        (self.now, draw.choice(chat.people), draw.choice(("❤", "😂", "👍")))
                    )
        for person in self.people:
            if draw.random() < 0.15 and person.deleted_at is None:
                person.names.append(
                    (
                        self.now,
                        f"{_FIRST[person.number]} {draw.choice(_LAST)}-{len(person.names)}{person.number}",
                    )
                )
        if draw.random() < 0.15 and all(person.deleted_at is None for person in self.people):
            draw.choice(self.people[1:]).deleted_at = self.now


def is_knowable(world: World) -> bool:
    """Return whether no download ends in a chat where another begins, at a message that changed in between.

    There a store cannot tell an edited message from two, of which each download holds one.
    """
    read = [download.chats(world) for download in world.downloads]
    for chat in world.chats:
        reach = [chats[chat.number] for chats in read if chat.number in chats]
        ends = {said[-1].sent_at_ms for said in reach} & {said[0].sent_at_ms for said in reach}
        for said in chat.messages:
            if said.sent_at_ms in ends and (len(said.bodies) > 1 or said.unsent_at is not None):
                return False
    return True


def truth(world: World, downloads: list[Download]) -> list[tuple[object, ...]]:
    """Return what a store should hold after importing these in any order: chats, their messages in order.

    A message is (time, name, words, is it unsent, reactions); words and reactions are those of the newest
    download that holds it, by the newest message of the chat, then of all; an unsent message stays so.
    """
    clocks: dict[tuple[int, int], tuple[int, int]] = {}
    read = [download.chats(world) for download in downloads]
    for index, chats in enumerate(read):
        newest = max((said[-1].sent_at_ms for said in chats.values()), default=0)
        clocks |= {(index, number): (said[-1].sent_at_ms, newest) for number, said in chats.items()}
    called = _names(world, downloads, read)
    result = []
    for chat in world.chats:
        holders: dict[int, list[int]] = defaultdict(list)
        for index, chats in enumerate(read):
            for said in chats.get(chat.number, ()):
                holders[id(said)].append(index)
        known = [said for said in chat.messages if holders[id(said)]]
        rows = []
        for said in known:
            newest_index = max(holders[id(said)], key=lambda index: clocks[index, chat.number])
            moment = downloads[newest_index].moment
            is_unsent = any(said.body(downloads[index].moment) is None for index in holders[id(said)])
            reactions = sorted(
                (emoji, "" if world.has_left else called[chat.number, who.number])
                for who, emoji in said.reactions_at(moment).values()
            )
            body = None if is_unsent else said.body(moment)
            rows.append(
                (said.sent_at_ms, called[chat.number, said.person.number], body, is_unsent, tuple(reactions))
            )
        if rows:
            result.append(tuple(rows))
    return sorted(result)


def _names(
    world: World, downloads: list[Download], read: list[dict[int, list[Said]]]
) -> dict[tuple[int, int], str]:
    """Return what each person is called in each chat: as in the newest download that knows."""
    newest = {
        index: max((said[-1].sent_at_ms for said in chats.values()), default=0)
        for index, chats in enumerate(read)
    }
    called = {}
    for person in world.people:
        seen = [
            index
            for index, chats in enumerate(read)
            if any(person in chat.people and chat.number in chats for chat in world.chats)
            and person.name(downloads[index].moment) != DELETED
        ]
        best = max(seen, key=lambda index: newest[index], default=None)
        for chat in world.chats:
            is_named_here = any(
                said.person is person for index in seen for said in read[index].get(chat.number, ())
            )
            name = person.name(downloads[best].moment) if best is not None and is_named_here else DELETED
            called[chat.number, person.number] = name
    return called
