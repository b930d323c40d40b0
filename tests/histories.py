"""Random histories of chats: people who write, edit, unsend, react, rename themselves, leave and are deleted.

A world has chats of one owner on Facebook, some of which are encrypted from some moment on, and on Instagram,
and downloads of them (`history_downloads`) taken at random moments.

What cannot be known (FORMATS.md section 4.3, and what follows from it) does not happen here:

- a person says one thing at one instant, and neither group names nor texts repeat;
- one account at most is deleted, and none of Instagram's first downloads, which have user names only. With
  one deleted, downloads are whole: who somebody was is known from what two of them hold;
- what was said in a chat before and after it was encrypted is joined by the name of the other person alone:
  in a group, or when no download has that name on both sides, it stays two threads;
- of any two downloads that name a chat otherwise either share most of what was said in the time both have,
  or a third one shares it with each of them;
- bytes that are no UTF-8 stand in words that nobody edits or takes back: what was lost of a text that changed
  as well cannot be told from the change;
- accounts on the two platforms have different names: people of one name are one person until told otherwise.
"""

import random
from dataclasses import replace

from history_downloads import Download
from history_people import Chat, Person, Said
from history_words import LANGUAGES

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
_EMOJI = ("❤", "😂", "👍")


class World:
    """People, chats and what happened, made from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = draw = random.Random(seed)
        self.now = START_MS
        self.people = [
            Person(number, [(0, f"{_FIRST[number]} {_LAST[number]}")])
            for number in range(draw.randrange(3, 6))
        ]
        self.chats = self._chats(self.people, "facebook", 0)
        self.has_first_instagram = False
        if draw.random() < 0.5:
            accounts = [
                Person(100 + number, [(0, f"{_FIRST[number].lower()} ✨")], "instagram")
                for number in range(draw.randrange(2, 4))
            ]
            self.people += accounts
            self.chats += self._chats(accounts, "instagram", 50)
            self.has_first_instagram = draw.random() < 0.4
        self.downloads: list[Download] = []
        for round_no in range(draw.randrange(2, 5)):
            self._live()
            self._download(round_no)
        if self.has_left:
            self.downloads = [
                replace(one, since_ms=0, damage_seed=None, has_bad_bytes=False) for one in self.downloads
            ]

    @property
    def has_left(self) -> bool:
        """Whether an account was deleted: then who gave a reaction cannot always be known."""
        return any(person.deleted_at is not None for person in self.people)

    @property
    def is_ever_encrypted(self) -> bool:
        """Whether some chat was encrypted."""
        return any(chat.encrypted_at is not None for chat in self.chats)

    def _chats(self, people: list[Person], platform: str, first_number: int) -> list[Chat]:
        chats = [
            Chat(first_number + number, platform, [people[0], person])
            for number, person in enumerate(people[1:], 1)
        ]
        if len(people) > 2 and self.random.random() < 0.6:
            number = first_number + len(people) + 1
            chats.append(Chat(number, platform, list(people), titles=[(0, f"Group {number}")]))
        return chats

    # -- what happens

    def _live(self) -> None:
        draw = self.random
        for _ in range(draw.randrange(25, 60)):
            self.now += draw.randrange(1, draw.choice((10_000_000, 10_000_000, 10_000_000, 1_500)))
            self._write(draw.choice(self.chats))
        for chat in self.chats:
            self._change(chat)
        for person in self.people:
            self._rename(person)
        self._delete_somebody()
        for chat in self.chats:  # a download is known from another by what was said in between
            self.now += 60_000
            self._write(chat)

    def _write(self, chat: Chat) -> None:
        draw = self.random
        here = [person for person in chat.members(self.now) if not person.is_deleted(self.now)]
        kinds = ["text"] * 12 + ["media", "media", "caption", "link"]
        if chat.encrypted_at is None:
            kinds += ["share", "share", "call"] + ["system"] * (2 if chat.is_group else 0)
        said = self._said(chat, draw.choice(here), draw.choice(kinds) if len(chat.messages) > 1 else "text")
        chat.messages.append(said)
        if draw.random() < 0.15 and len(here) > 1:  # somebody else in the same instant
            other = draw.choice([person for person in here if person is not said.person])
            chat.messages.append(self._said(chat, other, "text"))

    def _said(self, chat: Chat, person: Person, kind: str) -> Said:
        draw = self.random
        number = len(chat.messages)
        others = [one for one in chat.people if one is not person]
        if kind == "system":
            key = draw.choice(("named", "added", "left"))
            if key == "left" and (person is chat.people[0] or len(chat.members(self.now)) < 4):
                key = "named"
            if key == "named":
                chat.titles.append((self.now, f"Group {chat.number} of {number}"))
                return Said(self.now, person, kind, [(0, key)], chat.titles[-1][1])
            if key == "left":
                chat.left[person.number] = self.now
                return Said(self.now, person, kind, [(0, key)])
            return Said(self.now, person, kind, [(0, key)], draw.choice(others))
        if kind == "call":
            return Said(self.now, person, kind, [(0, "missed")], others[0])
        if kind in ("media", "share"):
            return Said(self.now, person, kind, [(0, "attachment")])
        words = " ".join(draw.choices(_WORDS, k=draw.randrange(1, 6))) + f" {chat.number}.{number}"
        return Said(
            self.now, person, kind, [(0, f"https://example.org/{number}" if kind == "link" else words)]
        )

    def _change(self, chat: Chat) -> None:
        draw = self.random
        for said in chat.messages[2:]:
            if said.unsent_at is not None or said.kind not in ("text", "caption", "media"):
                continue
            if said.kind != "media" and draw.random() < 0.03:
                said.bodies.append((self.now, said.bodies[-1][1] + " (edited)"))
            elif draw.random() < 0.03:
                said.unsent_at = self.now
            elif draw.random() < 0.08:
                said.reactions.append((self.now, draw.choice(chat.people), draw.choice(_EMOJI)))
        is_free = chat.platform == "facebook" and (chat.is_group or chat.people[1].deleted_at is None)
        if is_free and chat.encrypted_at is None and draw.random() < 0.2:
            self.now += 1
            chat.encrypted_at = self.now

    def _rename(self, person: Person) -> None:
        if self.random.random() < 0.15 and person.deleted_at is None:
            last = f"{self.random.choice(_LAST)}-{len(person.names)}{person.number}"
            person.names.append((self.now, f"{person.names[0][1].split()[0]} {last}"))

    def _delete_somebody(self) -> None:
        if self.random.random() < 0.15 and not self.has_left:
            free = [
                person
                for person in self.people[1:]
                if person.number != 100 and not (self.has_first_instagram and person.platform == "instagram")
            ]
            if free:
                self.random.choice(free).deleted_at = self.now

    # -- what is downloaded of it

    def _download(self, round_no: int) -> None:
        draw = self.random
        wanted = ["facebook"] if draw.random() < 0.85 else []
        if self.is_ever_encrypted and draw.random() < 0.7:
            wanted.append("secure")
        if any(chat.platform == "instagram" for chat in self.chats) and draw.random() < 0.7:
            wanted.append("instagram")
        for source in wanted or ["facebook"]:
            layouts = {"facebook": ("A3", "A3", "A2", "A1"), "secure": ("B",), "instagram": ("C", "C", "I")}
            layout = draw.choice(layouts[source])
            if source == "instagram" and self.has_first_instagram and round_no == 0:
                layout = "C0"
            if source == "facebook" and round_no == 0 and draw.random() < 0.3:
                layout = "A0"
            self.downloads.append(
                Download(
                    moment=self.now,
                    since_ms=self._since(),
                    layout=layout,
                    language=draw.choice(LANGUAGES),
                    part_count=draw.choice((1, 1, 2, 3)) if layout not in ("A0", "B", "C0") else 1,
                    damage_seed=draw.randrange(10**6),
                    section=draw.choice(("inbox", "inbox", "archived_threads")),
                    has_media=draw.random() < 0.5,
                    has_bad_bytes=draw.random() < 0.3,
                )
            )

    def _since(self) -> int:
        if self.random.random() > 0.3:
            return 0
        first = min(chat.messages[0].sent_at_ms for chat in self.chats if chat.messages)
        return first + int((self.now - first) * self.random.uniform(0.05, 0.3))
