"""One entry of a thread in the layout that Facebook and Instagram share: its fields, texts and kind.

Source: FORMATS.md sections 2.2 and 3; no official description exists.
"""

from typing import Any

import msgspec

from rolecall.records import Attachment, Message, Reaction
from rolecall.sentences import is_system_sentence
from rolecall.text import repair

# The lists and objects of a message that name files, with the kind that we call them.
_MEDIA = (
    ("photos", "photo"),
    ("videos", "video"),
    ("audio_files", "audio"),
    ("gifs", "gif"),
    ("files", "file"),
    ("sticker", "sticker"),
)
_EVENT_TYPES = ("Subscribe", "Unsubscribe", "Plan")


class RawMessage(msgspec.Struct):
    """The fields of a message that mean something; any type, since archives are messy."""

    sender_name: Any = None
    timestamp_ms: Any = None
    timestamp: Any = None
    content: Any = None
    type: Any = None
    is_unsent: Any = None
    is_taken_down: Any = None
    call_duration: Any = None
    users: Any = None
    share: Any = None
    photos: Any = None
    videos: Any = None
    audio_files: Any = None
    gifs: Any = None
    files: Any = None
    sticker: Any = None
    reactions: Any = None


class Names(dict[str, str]):
    """Display names as the file writes them -> repaired; a file repeats a few names thousands of times."""

    def repaired(self, name: object) -> str:
        """Return the name repaired, `''` for anything that is no text."""
        if not isinstance(name, str):
            return ""
        found = self.get(name)
        if found is None:
            found = self[name] = repair(name)
        return found


def message_of(raw: RawMessage, sent_at_ms: int, names: Names) -> Message:
    """Return the entry as a message, its texts repaired and its kind decided."""
    sender = names.repaired(raw.sender_name)
    body = repair(raw.content) if isinstance(raw.content, str) and raw.content else None
    attachments = _attachments(raw)
    share_url = _share_url(raw.share)
    kind = _kind(raw, body, sender, bool(attachments))
    if kind in ("share", "media"):
        body = None  # "Ann sent an attachment." says nothing that the attachment does not
    return Message(
        sender,
        sent_at_ms,
        kind,
        body or None,
        share_url,
        _integer(raw.call_duration),
        raw.is_unsent is True,
        raw.is_taken_down is True,
        attachments,
        _reactions(raw.reactions, names) if raw.reactions else (),
    )


def _kind(raw: RawMessage, body: str | None, sender: str, has_media: bool) -> str:
    if raw.is_unsent is True or raw.is_taken_down is True:
        return "unsent"
    if raw.call_duration is not None or raw.type == "Call":
        return "call"
    if raw.type in _EVENT_TYPES or raw.users:
        return "system"
    is_typed = body and not is_system_sentence(body, sender)
    if is_typed:
        return "text"
    if raw.share:
        return "share"
    if has_media:
        return "media"
    return "system" if body else "empty"


def _attachments(raw: RawMessage) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for field, kind in _MEDIA:
        items = getattr(raw, field)
        if items:
            for item in items if isinstance(items, list) else [items]:
                if isinstance(item, dict) and isinstance(item.get("uri"), str):
                    found.append(Attachment(kind, repair(item["uri"])))
    return tuple(found)


def _share_url(share: object) -> str | None:
    link = share.get("link") if isinstance(share, dict) else None
    return repair(link) if isinstance(link, str) and link else None


def _reactions(reactions: object, names: Names) -> tuple[Reaction, ...]:
    if not isinstance(reactions, list):
        return ()
    return tuple(
        Reaction(
            repair(reaction["reaction"]),
            names.repaired(reaction.get("actor")),
            None if (seconds := _integer(reaction.get("timestamp"))) is None else seconds * 1000,
        )
        for reaction in reactions
        if isinstance(reaction, dict) and isinstance(reaction.get("reaction"), str)
    )


def sent_at_ms_of(raw: RawMessage) -> int | None:
    """Return the entry's time; the archives of early 2018 have seconds only."""
    sent_at_ms = _integer(raw.timestamp_ms)
    if sent_at_ms is None and (seconds := _integer(raw.timestamp)) is not None:
        sent_at_ms = seconds * 1000
    return sent_at_ms if sent_at_ms is not None and abs(sent_at_ms) < 2**62 else None


def _integer(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None
