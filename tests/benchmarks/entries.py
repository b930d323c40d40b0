"""Message objects as an archive has them: the classic layout with its escapes, and secure storage's.

Source: FORMATS.md, sections 2.2 (which share of messages has which field), 2.3 and 3.1.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.words import REACTIONS, Language

PHRASE_COUNT = 2048
# What a message is, in shares of 1024; the rest is words alone.
_SHARES = {
    "photo": 53,
    "sticker": 14,
    "nothing": 14,
    "system": 13,
    "share": 9,
    "call": 3,
    "video": 2,
    "gif": 2,
    "audio": 1,
    "file": 1,
    "unsent": 2,
}
KINDS = tuple(kind for kind, share in _SHARES.items() for _ in range(share))
KINDS += ("words",) * (1024 - len(KINDS))
_REACTED_OF_256 = 20  # 8 %


def escaped(text: str) -> str:
    """Return the inside of a JSON string as Facebook writes it: each UTF-8 byte as one escape."""
    return json.dumps(text.encode().decode("latin-1"))[1:-1]


def plain(text: str) -> str:
    """Return the inside of a JSON string as secure storage writes it: readable UTF-8."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


class Phrases:
    """What people of one language may say, ready for a file."""

    def __init__(self, language: Language, quote: Callable[[str], str], seed: int) -> None:
        random = Random(f"{seed} {language.words[0]}")
        self.phrases = [
            quote(" ".join(random.choices(language.words, k=random.randrange(3, 9))))
            for _ in range(PHRASE_COUNT)
        ]
        self.replies = [quote(random.choice(language.replies)) for _ in range(64)]

    def text(self, bits: int) -> str:
        """Return a quarter short answers, half one phrase, the rest two or three; 36 bits are used."""
        length = bits & 7
        if length < 2:
            return self.replies[(bits >> 3) & 63]
        first = self.phrases[(bits >> 3) & 2047]
        if length < 6:
            return first
        second = self.phrases[(bits >> 14) & 2047]
        if length == 6:
            return f"{first} {second}"
        return f"{first}. {second}\\n{self.phrases[(bits >> 25) & 2047]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message before it is written, its names and texts ready for a file."""

    sender: str
    sent_at_ms: int
    kind: str
    text: str
    reactions: tuple[tuple[str, str], ...]
    """Each an emoji and who reacted."""


def reactions_of(bits: int, names: list[str], emoji: list[str]) -> tuple[tuple[str, str], ...]:
    """Return none, or one of somebody in the thread; 16 bits are used."""
    if bits & 255 >= _REACTED_OF_256:
        return ()
    return ((emoji[(bits >> 8) % len(emoji)], names[(bits >> 10) % len(names)]),)


def emoji_of(quote: Callable[[str], str]) -> list[str]:
    """Return the reactions, ready for a file."""
    return [quote(one) for one in REACTIONS]


def _media(field: str, folder: str, name: str, *, has_time: bool, seconds: int) -> str:
    time = f',\n          "creation_timestamp": {seconds}' if has_time else ""
    uri = f"your_facebook_activity/messages/inbox/{folder}/{name}"
    return f'      "{field}": [\n        {{\n          "uri": "{uri}"{time}\n        }}\n      ],\n'


def _fields(entry: Entry, folder: str) -> str:
    """Return the fields of what is more, or less, than words."""
    kind, ms, content = entry.kind, entry.sent_at_ms, f'      "content": "{entry.text}",\n'
    if kind == "photo":
        photo = _media("photos", folder, f"photos/{ms}_n.jpg", has_time=True, seconds=ms // 1000)
        return photo if ms & 3 else content + photo
    if kind == "video":
        return _media("videos", folder, f"videos/{ms}.mp4", has_time=True, seconds=ms // 1000)
    if kind == "audio":
        return _media("audio_files", folder, f"audio/{ms}.mp4", has_time=True, seconds=ms // 1000)
    if kind == "file":
        return _media("files", folder, f"files/notes_{ms}.pdf", has_time=True, seconds=ms // 1000)
    if kind == "gif":
        return _media("gifs", folder, f"gifs/{ms}.gif", has_time=False, seconds=0)
    if kind == "sticker":
        sticker = "your_facebook_activity/messages/stickers_used/369239263222822.png"
        return f'      "sticker": {{\n        "uri": "{sticker}",\n        "ai_stickers": []\n      }},\n'
    if kind == "share":
        link = f"https://example.org/read/{ms}"
        return f'{content}      "share": {{\n        "link": "{link}"\n      }},\n'
    if kind == "call":
        seconds = f'      "call_duration": {ms % 3600},\n'
        return f'      "content": "{entry.sender} called you.",\n{seconds}'
    if kind == "system":
        return f'      "content": "{entry.sender} sent an attachment.",\n'
    if kind == "unsent":
        return '      "is_unsent": true,\n'
    return ""


def classic(entry: Entry, folder: str) -> str:
    """Return a message of the current classic layout (A3), indented as it stands in a file."""
    body = f'      "content": "{entry.text}",\n' if entry.kind == "words" else _fields(entry, folder)
    reactions = ""
    if entry.reactions:
        listed = ",\n".join(
            f'        {{\n          "reaction": "{emoji}",\n          "actor": "{actor}"\n        }}'
            for emoji, actor in entry.reactions
        )
        reactions = f'      "reactions": [\n{listed}\n      ],\n'
    return (
        f'    {{\n      "sender_name": "{entry.sender}",\n      "timestamp_ms": {entry.sent_at_ms},\n'
        f'{body}{reactions}      "is_geoblocked_for_viewer": false,\n'
        '      "is_unsent_image_by_messenger_kid_parent": false\n    }'
    )


def secure(entry: Entry) -> str:
    """Return a message of secure storage: calls, shares and system sentences do not occur there."""
    is_media = entry.kind in ("photo", "video", "audio", "gif")
    is_unsent = entry.kind == "unsent"
    kind = "media" if is_media else "placeholder" if is_unsent else "text"
    uri = f'\n        {{\n          "uri": "./media/{entry.sent_at_ms}.jpeg"\n        }}\n      '
    listed = ",".join(
        f'\n        {{\n          "actor": "{actor}",\n          "reaction": "{emoji}"\n        }}'
        for emoji, actor in entry.reactions
    )
    text = "" if is_media else "User unsent a message" if is_unsent else entry.text
    return (
        f'    {{\n      "isUnsent": {str(is_unsent).lower()},\n      "media": [{uri if is_media else ""}],\n'
        f'      "reactions": [{listed + chr(10) + "      " if listed else ""}],\n'
        f'      "senderName": "{entry.sender}",\n      "text": "{text}",\n'
        f'      "timestamp": {entry.sent_at_ms},\n      "type": "{kind}"\n    }}'
    )


def slug(name: str) -> str:
    """Return a name as a folder has it: lower-case ASCII letters only."""
    return re.sub(r"[^a-z]", "", name.lower())
