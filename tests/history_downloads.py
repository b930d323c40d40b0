"""Downloads of a random world (`histories`): what each shows of it, and its files.

Layouts: A0 (tells seconds), A1, A2, A3 of Facebook, B (encrypted chats), C, I (2020 to 2022) and C0 of
Instagram.
Source: FORMATS.md sections 1 and 2.
"""

import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archive_builder import (
    ArchiveThread,
    Entry,
    Files,
    archive_files,
    entry,
    escaped,
    json_bytes,
    profile_files,
)
from history_words import sentence

if TYPE_CHECKING:
    from histories import World
    from history_people import Chat, Person, Said

Part = list["Said"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SOURCES = {"A0": "facebook", "A1": "facebook", "A2": "facebook", "A3": "facebook", "B": "secure"}
_TOPS = {
    "A0": "",
    "A1": "",
    "A2": "your_activity_across_facebook/",
    "A3": "your_facebook_activity/",
    "C": "your_instagram_activity/",
    "I": "",
}


@dataclass(frozen=True)
class Download:
    """The world as it was at a moment, and how much of it was asked for and arrived."""

    moment: int
    since_ms: int
    layout: str
    language: str
    part_count: int
    damage_seed: int | None
    """Decides which files are no JSON; None: all are whole."""
    section: str
    has_media: bool
    """Whether the files that messages name came with it."""
    has_bad_bytes: bool
    """Whether some words in it have a byte that is no UTF-8."""

    @property
    def source(self) -> str:
        """Return facebook, secure or instagram."""
        return _SOURCES.get(self.layout, "instagram")

    def shown(self, chat: "Chat") -> Part:
        """Return the messages of a chat that it has, oldest first, those in damaged files too."""
        if chat.platform != ("instagram" if self.source == "instagram" else "facebook"):
            return []
        cut = chat.encrypted_at
        return [
            said
            for said in chat.messages
            if self.since_ms <= said.sent_at_ms <= self.moment
            and (cut is not None and said.sent_at_ms > cut) == (self.source == "secure")
            # Instagram leaves out what was unsent, and its first downloads what nobody typed.
            and not (self.source == "instagram" and said.is_gone(self.moment))
            and not (self.layout == "C0" and said.kind in ("call", "system", "share"))
        ]

    def time(self, said: "Said") -> int:
        """Return when a message was sent, as it tells."""
        return said.sent_at_ms // 1000 * 1000 if self.layout == "A0" else said.sent_at_ms

    def read_parts(self, chat: "Chat") -> list[Part]:
        """Return the files of a chat that can be read in it, the oldest first, as they are read."""
        parts = list(enumerate(self._parts(self.shown(chat)), 1))
        return [part for number, part in reversed(parts) if not self._is_damaged(chat, number)]

    def read(self, chat: "Chat") -> Part:
        """Return the messages of a chat that can be read in it, oldest first."""
        return [said for part in self.read_parts(chat) for said in part]

    def has_lost_newest(self, chat: "Chat") -> bool:
        """Return whether the newest file of a chat cannot be read in it."""
        return self._is_damaged(chat, 1)

    def is_readable(self, world: "World") -> bool:
        """Return whether some chat in it can be read, be it without messages."""
        return self.layout == "C0" or any(self.read_parts(chat) for chat in world.chats)

    def is_bad(self, chat: "Chat", said: "Said") -> bool:
        """Return whether the last byte of a message's words is no UTF-8 in it."""
        if not self.has_bad_bytes or self.layout == "C0" or said.kind not in ("text", "caption"):
            return False
        chance = random.Random(f"{self.moment} {self.layout} {chat.number} {said.sent_at_ms} {said.bodies}")
        return len(said.bodies) == 1 and said.unsent_at is None and chance.random() < 0.05

    def has_cutover(self, chat: "Chat") -> bool:
        """Return whether it says of a chat that it was encrypted since."""
        is_after = chat.encrypted_at is not None and chat.encrypted_at < self.moment
        return self.source == "facebook" and is_after and bool(self.read(chat))

    def chat_key(self, chat: "Chat") -> str:
        """Return what names the chat in it: equal in two downloads means the same chat."""
        if self.layout in ("A0", "A1", "I"):
            return f"{self._slug(chat)}_short"
        return {"C0": "people", "B": self._file_name(chat)}.get(self.layout, "id")

    def name(self, person: "Person") -> str:
        """Return what it calls somebody."""
        return person.user_name if self.layout == "C0" else person.name(self.moment, self.language)

    def files(self, world: "World") -> Files:
        """Return the archive."""
        made = self._owner_files(world)
        if self.layout == "C0":
            made["messages.json"] = self._first_file(world)
            return made
        for chat in world.chats:
            shown = self.shown(chat)
            if shown and self.layout == "B":
                data = b"[object Object]" if self._is_damaged(chat, 1) else self._secure_file(chat, shown)
                made[f"messages/{self._file_name(chat)}.json"] = data
                made |= self._media(chat, shown)
            elif shown:
                made |= self._classic_files(chat, shown)
        return made

    # -- names

    def _slug(self, chat: "Chat") -> str:
        title = chat.title(self.moment, self.language).lower()
        return "".join(letter for letter in title if letter.isascii() and letter.isalnum()) or "x"

    def _folder(self, chat: "Chat") -> str:
        if self.layout in ("A0", "A1", "I"):
            return f"{self._slug(chat)}_c9g-s_q{chat.number:03}"
        return f"{self._slug(chat)}_{6_100_000_000_000_000 + chat.number}"

    def _file_name(self, chat: "Chat") -> str:
        number = random.Random(f"{self.moment} {chat.number}").randrange(100)
        return f"{chat.title(self.moment, self.language)}_{number}"

    def _is_damaged(self, chat: "Chat", number: int) -> bool:
        if self.damage_seed is None or self.layout == "C0":
            return False
        chance = random.Random(f"{self.damage_seed} {chat.number} {number}")
        return chance.random() < (0.15 if self.part_count > 1 else 0.05)

    def _parts(self, shown: Part) -> list[Part]:
        """Cut a chat into files: part 1 is the newest, instants stay whole."""
        times = sorted({said.sent_at_ms for said in shown}, reverse=True)
        size = max(1, -(-len(times) // self.part_count))
        groups = [set(times[start : start + size]) for start in range(0, len(times), size)]
        return [[said for said in shown if said.sent_at_ms in group] for group in groups]

    # -- files

    def _owner_files(self, world: "World") -> Files:
        owner = world.people[0]
        if self.source == "facebook":
            return profile_files(self.name(owner))
        if self.source == "secure":
            return {}
        owner = next(person for person in world.people if person.platform == "instagram")
        if self.layout == "C0":
            return {"profile.json": json_bytes({"username": self.name(owner)})}
        fields = {"Name": {"value": owner.name(self.moment).encode().decode("latin-1")}}
        document = {"profile_user": [{"string_map_data": fields}]}
        return {"account_information/personal_information.json": json_bytes(document)}

    def _classic_files(self, chat: "Chat", shown: Part) -> Files:
        people = chat.members(self.moment)
        folder = self._folder(chat)
        is_cut = chat.encrypted_at is not None and chat.encrypted_at < self.moment
        section = "e2ee_cutover" if is_cut else self.section if self.source == "facebook" else "inbox"
        layout = {"A0": "A1", "I": "A1", "C": "A3"}.get(self.layout, self.layout)
        made: Files = {}
        for number, part in enumerate(self._parts(shown), 1):
            entries = tuple(self._entry(chat, said, f"{section}/{folder}") for said in part)
            names = tuple(self.name(person) for person in (*people[1:], people[0]))
            fields = {"joinable_mode": {"mode": 1, "link": ""}} if chat.is_group and layout != "A1" else {}
            title = chat.title(self.moment, self.language)
            thread = ArchiveThread(folder, title, names, entries, section, fields=fields)
            ((path, data),) = archive_files([thread], layout).items()
            if self.layout == "A0":
                path, data = f"messages/{folder}/message.json", _in_seconds(data, escaped(names[-1]))
            if self.layout == "C":
                path = path.replace("your_facebook_activity", "your_instagram_activity")
            path = path.replace("message_1.json", f"message_{number}.json")
            data = self._with_bad_bytes(chat, part, data)
            made[path] = b"[object Object]" if self._is_damaged(chat, number) else data
        return made | {
            f"{_TOPS[self.layout]}messages/{section}/{folder}/{name}": b"x"
            for name in self._media(chat, shown)
        }

    def _media(self, chat: "Chat", shown: Part) -> Files:
        if not self.has_media:
            return {}
        names = (self._media_name(chat, said) for said in shown if said.kind in ("media", "caption"))
        return {(f"media/{name}" if self.layout == "B" else f"photos/{name}"): b"x" for name in names}

    def _media_name(self, chat: "Chat", said: "Said") -> str:
        """Return the name of a photo, another one in every download."""
        number = random.Random(f"{self.moment} {self.layout} {chat.number} {said.sent_at_ms}").getrandbits(
            128
        )
        return f"{uuid.UUID(int=number)}.jpeg" if self.layout == "B" else f"{number % 10**15}.jpg"

    def _body(self, chat: "Chat", said: "Said") -> str:
        """Return the words of a message, its sentence if nobody typed it."""
        body = said.body(self.moment)
        if said.kind not in ("media", "share", "call", "system"):
            return body
        about = said.about if isinstance(said.about, str) else self.name(said.about)
        is_own = said.person is chat.people[0]
        return sentence(body, self.language, self.name(said.person), about, is_own=is_own)

    def words(self, chat: "Chat", said: "Said") -> str | None:
        """Return the words that a store should have of it; None where a sentence says what lies beside it."""
        if said.is_gone(self.moment) or said.kind in ("media", "share"):
            return None
        body = self._body(chat, said)
        return f"{body[:-1]}\N{REPLACEMENT CHARACTER}" if self.is_bad(chat, said) else body

    def _with_bad_bytes(self, chat: "Chat", part: Part, data: bytes) -> bytes:
        for said in part:
            if self.is_bad(chat, said):
                end = said.body(self.moment).rsplit(" ", 1)[1].encode()
                data = data.replace(b' %s"' % end, b' %s\xff"' % end[:-1])
        return data

    def _entry(self, chat: "Chat", said: "Said", place: str) -> Entry:
        made = entry(self.name(said.person), said.sent_at_ms)
        if said.is_gone(self.moment):
            made["is_unsent"] = True
        else:
            has_sentence = said.kind != "media" or said.sent_at_ms % 2
            if has_sentence:
                made["content"] = self._body(chat, said)
            if said.kind in ("media", "caption"):
                uri = f"{_TOPS[self.layout]}messages/{place}/photos/{self._media_name(chat, said)}"
                made["photos"] = [{"uri": uri, "creation_timestamp": said.sent_at_ms // 1000}]
            if said.kind == "share":
                made["share"] = {"link": f"https://example.org/{said.sent_at_ms}"}
            if said.kind == "call":
                made["call_duration"] = 0
        reactions = [
            {"reaction": emoji, "actor": self.name(who)}
            for who, emoji in said.reactions_at(self.moment).values()
        ]
        return made | ({"reactions": reactions} if reactions else {})

    def _secure_file(self, chat: "Chat", shown: Part) -> bytes:
        entries = [self._secure_entry(chat, said) for said in shown]
        people = [self.name(person) for person in chat.members(self.moment)]
        document = {"participants": people, "threadName": self._file_name(chat), "messages": entries}
        data = json.dumps(document, ensure_ascii=False, indent=2).encode()
        return self._with_bad_bytes(chat, shown, data)

    def _secure_entry(self, chat: "Chat", said: "Said") -> Entry:
        is_gone = said.is_gone(self.moment)
        has_photo = said.kind in ("media", "caption") and not is_gone
        words = "" if said.kind == "media" else said.body(self.moment)
        kind = (
            "placeholder" if is_gone else "link" if said.kind == "link" else "media" if has_photo else "text"
        )
        return {
            "isUnsent": is_gone,
            "media": [{"uri": f"./media/{self._media_name(chat, said)}"}] if has_photo else [],
            "reactions": [
                {"actor": self.name(who), "reaction": emoji}
                for who, emoji in said.reactions_at(self.moment).values()
            ],
            "senderName": self.name(said.person),
            "text": "User unsent a message" if is_gone else words,
            "timestamp": said.sent_at_ms,
            "type": kind,
        }

    def _first_file(self, world: "World") -> bytes:
        chats = []
        for chat in world.chats:
            conversation = [self._first_entry(said) for said in reversed(self.shown(chat))]
            if conversation:
                people = [self.name(person) for person in chat.members(self.moment)]
                chats.append({"participants": people, "conversation": conversation})
        return json.dumps(chats, ensure_ascii=False).encode()

    def _first_entry(self, said: "Said") -> Entry:
        moment = _EPOCH + timedelta(milliseconds=said.sent_at_ms, microseconds=321)
        made: Entry = {"sender": self.name(said.person), "created_at": moment.isoformat()}
        if said.kind in ("media", "caption"):
            made["media"] = f"https://example.org/{said.sent_at_ms}.jpg?x={self.moment}"
        if said.kind != "media":
            made["text"] = said.body(self.moment)
        return made


def _in_seconds(data: bytes, owner: object) -> bytes:
    """Return a file as those of early 2018: seconds, and the owner is not listed."""
    document = json.loads(data)
    document["participants"] = [one for one in document["participants"] if one["name"] != owner]
    for made in document["messages"]:
        made["timestamp"] = made.pop("timestamp_ms") // 1000
    return json_bytes(document)
