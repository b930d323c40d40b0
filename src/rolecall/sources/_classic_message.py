"""One entry of a thread in the layout that Facebook and Instagram share: its fields, texts and kind.

Source: FORMATS.md sections 2.2 and 3; no official description exists.
"""

from typing import Any

import msgspec

from rolecall.records import Attachment, Message
from rolecall.sentences import is_system_sentence
from rolecall.sources._fields import Names, integer_of, milliseconds_of, reactions_of
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
    missed: Any = None
    users: Any = None
    share: Any = None
    photos: Any = None
    videos: Any = None
    audio_files: Any = None
    gifs: Any = None
    files: Any = None
    sticker: Any = None
    reactions: Any = None


def message_of(raw: RawMessage, sent_at_ms: int, names: Names) -> Message:
    """Return the entry as a message, its texts repaired and its kind decided."""
    sender = names.repaired(raw.sender_name)
    body = repair(raw.content) if isinstance(raw.content, str) and raw.content else None
    attachments = _attachments(raw)
    kind = _kind(raw, body, sender, names, bool(attachments))
    is_sentence = body is not None and kind in ("share", "media")
    if is_sentence:
        body = None  # "Ann sent an attachment." says nothing that the attachment does not
    share_url, share_text = _share(raw.share) if raw.share else (None, None)
    return Message(
        sender,
        sent_at_ms,
        kind,
        body=body or None,
        share_url=share_url,
        share_text=share_text,
        call_seconds=_call_seconds(raw) if kind == "call" else None,
        is_unsent=raw.is_unsent is True,
        is_taken_down=raw.is_taken_down is True,
        is_sentence=is_sentence,
        attachments=attachments,
        reactions=reactions_of(raw.reactions, names, repair) if raw.reactions else (),
    )


def _kind(raw: RawMessage, body: str | None, sender: str, names: Names, has_media: bool) -> str:
    if raw.is_unsent is True or raw.is_taken_down is True:
        return "unsent"
    if raw.call_duration is not None or raw.missed is True or raw.type == "Call":
        return "call"
    if raw.type in _EVENT_TYPES or raw.users:
        return "system"
    is_typed = body and not is_system_sentence(body, sender, names.values())
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


def _share(share: object) -> tuple[str | None, str | None]:
    """Return the address and the words of what was shared; a location that is shared live has words only."""
    if not isinstance(share, dict):
        return None, None
    found = (share.get("link"), share.get("share_text"))
    url, text = (repair(value) if isinstance(value, str) else "" for value in found)
    return url or None, text or None


def _call_seconds(raw: RawMessage) -> int | None:
    seconds = integer_of(raw.call_duration)
    return 0 if seconds is None and raw.missed is True else seconds


def sent_at_ms_of(raw: RawMessage) -> int | None:
    """Return the entry's time; the archives of early 2018 have seconds only."""
    sent_at_ms = integer_of(raw.timestamp_ms)
    return milliseconds_of(raw.timestamp) if sent_at_ms is None else sent_at_ms
