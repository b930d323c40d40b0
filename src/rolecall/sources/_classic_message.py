"""The entries of a thread in the layout that Facebook and Instagram share: fields, texts and kinds.

Source: FORMATS.md sections 2.2 and 3; no official description exists.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from rolecall.archives.records import Attachment, Messages
from rolecall.sentences import is_told_of_sender, system_places
from rolecall.sources._fields import LARGEST, Names, integer_of, milliseconds_of, reactions_of
from rolecall.texts.repair import repair, repair_all

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


class RawMessage(msgspec.Struct, gc=False):
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


def messages_of(
    entries: Sequence[RawMessage],
    sent_at_ms: list[int],
    names: Names,
    others: Callable[[set[str]], set[str]] = lambda _people: set(),
) -> Messages:
    """Return the entries as columns, their texts repaired and their kinds decided.

    Args:
        entries: Oldest first.
        sent_at_ms: The time of each.
        names: Of the file; those of people so far.
        others: Tells of all people in the chat who is not the owner.
    """
    senders = names.all_repaired([entry.sender_name for entry in entries])
    contents = [content if isinstance(content := entry.content, str) else "" for entry in entries]
    bodies = repair_all(contents) if names.repair is repair else [names.repair(text) for text in contents]
    made = Messages(
        senders,
        sent_at_ms,
        ["text" if body else "empty" for body in bodies],
        [body or None for body in bodies],
    )
    people = set(names.values())
    sentences = set(system_places(bodies, senders, people, others(people)))
    for place in sentences:
        made.kinds[place] = "system"
    for place in [place for place, entry in enumerate(entries) if entry.reactions]:
        made.reactions[place] = reactions_of(entries[place].reactions, names)
    for place in _odd_places(entries):
        _note_odd(made, place, entries[place], is_typed=bool(bodies[place]) and place not in sentences)
    return made


def _odd_places(entries: Sequence[RawMessage]) -> list[int]:
    """Return the places of the entries that have more than words and reactions."""
    return [
        place
        for place, entry in enumerate(entries)
        if entry.photos
        or entry.share
        or entry.sticker
        or entry.videos
        or entry.audio_files
        or entry.gifs
        or entry.files
        or entry.is_unsent
        or entry.is_taken_down
        or entry.users
        or entry.missed
        or entry.call_duration is not None
        or (entry.type is not None and entry.type != "Generic")
    ]


def _note_odd(made: Messages, place: int, entry: RawMessage, *, is_typed: bool) -> None:
    """Decide the kind of an entry that is more than words, and take over what it has."""
    attachments = _attachments(entry)
    if attachments:
        made.attachments[place] = attachments
    if entry.share:
        url, text = _share(entry.share)
        if url:
            made.share_urls[place] = url
        if text:
            made.share_texts[place] = text
    if entry.is_unsent is True:
        made.unsent.add(place)
    if entry.is_taken_down is True:
        made.taken_down.add(place)
    if is_typed and (attachments or entry.share):
        is_typed = not is_told_of_sender(made.bodies[place] or "", made.senders[place], has_more=True)
    kind = _kind(entry, is_typed, bool(attachments)) or made.kinds[place]
    made.kinds[place] = kind
    if kind in ("share", "media") and made.bodies[place] is not None:
        made.bodies[place] = None  # "Ann sent an attachment." says nothing that the attachment does not
        made.sentences.add(place)
    if kind == "call":
        seconds = _call_seconds(entry)
        if seconds is not None:
            made.call_seconds[place] = seconds


def _kind(raw: RawMessage, is_typed: bool, has_media: bool) -> str | None:
    """Return the kind of an entry; None when it is that of its words alone."""
    if raw.is_unsent is True or raw.is_taken_down is True:
        return "unsent"
    if raw.call_duration is not None or raw.missed is True or raw.type == "Call":
        return "call"
    if raw.type in _EVENT_TYPES or raw.users:
        return "system"
    if is_typed:
        return "text"
    if raw.share:
        return "share"
    return "media" if has_media else None


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


def timed(entries: list[RawMessage]) -> tuple[list[RawMessage], list[int]]:
    """Return the entries that have a time, and their times; the archives of early 2018 have seconds only."""
    times = [entry.timestamp_ms for entry in entries]
    if set(map(type, times)) == {int} and min(times) > -LARGEST and max(times) < LARGEST:
        return entries, times
    found = [(entry, sent_at_ms) for entry in entries if (sent_at_ms := _sent_at_ms(entry)) is not None]
    return [entry for entry, _ in found], [sent_at_ms for _, sent_at_ms in found]


def _sent_at_ms(raw: RawMessage) -> int | None:
    sent_at_ms = integer_of(raw.timestamp_ms)
    return milliseconds_of(raw.timestamp) if sent_at_ms is None else sent_at_ms
