"""The file of an encrypted chat, parsed at once into what means something.

Secure storage sets no limit to a file: a whole chat of many years is one.
"""

from typing import Any

import msgspec

from rolecall.sources._fields import listed


class RawEntry(msgspec.Struct, gc=False):
    """The fields of an entry that mean something; any type, since archives are messy."""

    senderName: Any = None
    timestamp: Any = None
    text: Any = None
    type: Any = None
    isUnsent: Any = None
    media: Any = None
    reactions: Any = None


class RawChat(msgspec.Struct, gc=False):
    """A file as Messenger writes it."""

    participants: list[str]
    threadName: str
    messages: list[RawEntry]


_decoder = msgspec.json.Decoder(RawChat)


def chat_of(data: bytes) -> RawChat | None:
    """Return the chat in a file, or None when it is another's, odd or damaged."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def odd_chat_of(value: dict[str, Any]) -> tuple[list[object], object, list[RawEntry]]:
    """Return participants, name and entries of a chat parsed tolerantly; what is no object is no entry."""
    entries = [msgspec.convert(entry, RawEntry) for entry in value["messages"] if isinstance(entry, dict)]
    return listed(value.get("participants")), value.get("threadName"), entries
