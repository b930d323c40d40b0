"""The entries of a thread in the layout that Facebook and Instagram share: fields, texts and kinds.

Source: FORMATS.md sections 2.2 and 3; no official description exists.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from rolecall.archives.messages import Messages
from rolecall.sentences import is_sentence_about_sender, system_indexes
from rolecall.sources._columns import Columns
from rolecall.sources._fields import LARGEST, Names, integer_of, milliseconds_of, reactions_of
from rolecall.texts.repair import repair

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
        others: Given all people in the chat, returns those who are not the owner.
    """
    senders = names.column([entry.sender_name for entry in entries])
    texts = names.texts([entry.content for entry in entries])
    columns = Columns(senders, sent_at_ms, texts)
    people = set(names.values())
    sentences = set(system_indexes(texts, senders, people, others(people)))
    for index in sentences:
        columns.decide(index, "system")
    for index in [index for index, entry in enumerate(entries) if entry.reactions]:
        columns.react(index, reactions_of(entries[index].reactions, names))
    for index in _odd_indexes(entries):
        _note_odd(columns, index, entries[index], names, is_sentence=index in sentences)
    return columns.messages()


def _odd_indexes(entries: Sequence[RawMessage]) -> list[int]:
    """Return the indexes of the entries that have more than words and reactions."""
    return [
        index
        for index, entry in enumerate(entries)
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


def _note_odd(columns: Columns, index: int, entry: RawMessage, names: Names, *, is_sentence: bool) -> None:
    """Decide the kind of an entry that is more than words, and take over what it has."""
    attachments = _attachments(entry)
    if attachments:
        columns.attach(index, attachments)
    if entry.share:
        url, text = _share(entry.share, names)
        if url:
            columns.share_urls[index] = url
        if text:
            columns.share_texts[index] = text
    if entry.is_unsent is True:
        columns.unsent.add(index)
    if entry.is_taken_down is True:
        columns.taken_down.add(index)
    words = columns.text(index) if entry.content is not None else ""
    is_typed = bool(words) and not is_sentence
    if is_typed and (attachments or entry.share):
        is_typed = not is_sentence_about_sender(words, columns.sender(index), has_more=True)
    kind = _kind(entry, is_typed, bool(attachments)) or columns.kind(index)
    columns.decide(index, kind)
    if kind in ("share", "media") and words:
        columns.wordless.add(index)  # "Ann sent an attachment." says nothing that the attachment does not
        columns.sentences.add(index)
    if kind == "call":
        seconds = _call_seconds(entry)
        if seconds is not None:
            columns.call_seconds[index] = seconds


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


def _attachments(raw: RawMessage) -> list[tuple[str, str]]:
    """Return the files that an entry names, each a kind and a uri."""
    attachments: list[tuple[str, str]] = []
    if raw.photos:
        attachments += _named("photo", raw.photos)
    if raw.videos:
        attachments += _named("video", raw.videos)
    if raw.audio_files:
        attachments += _named("audio", raw.audio_files)
    if raw.gifs:
        attachments += _named("gif", raw.gifs)
    if raw.files:
        attachments += _named("file", raw.files)
    if raw.sticker:
        attachments += _named("sticker", raw.sticker)
    return attachments


def _named(kind: str, items: object) -> list[tuple[str, str]]:
    return [
        (kind, repair(item["uri"]))
        for item in (items if isinstance(items, list) else [items])
        if isinstance(item, dict) and isinstance(item.get("uri"), str)
    ]


def _share(share: object, names: Names) -> tuple[str | None, str | None]:
    """Return the address and the words of what was shared; a location that is shared live has words only."""
    if not isinstance(share, dict):
        text = repair(names.text(share))
        return (text, None) if text.startswith(("https://", "http://")) else (None, text or None)
    values = (share.get(key) for key in ("link", "share_text"))
    url, text = (repair("" if isinstance(value, bool) else names.text(value)) for value in values)
    return url or None, text or None


def _call_seconds(raw: RawMessage) -> int | None:
    seconds = integer_of(raw.call_duration)
    return 0 if seconds is None and raw.missed is True else seconds


def timed(entries: list[RawMessage]) -> tuple[list[RawMessage], list[int]]:
    """Return the entries that have a time, and their times; the archives of early 2018 have seconds only."""
    times = [entry.timestamp_ms for entry in entries]
    if set(map(type, times)) == {int} and min(times) > -LARGEST and max(times) < LARGEST:
        return entries, times
    pairs = [(entry, sent_at_ms) for entry in entries if (sent_at_ms := _sent_at_ms(entry)) is not None]
    return [entry for entry, _ in pairs], [sent_at_ms for _, sent_at_ms in pairs]


def _sent_at_ms(raw: RawMessage) -> int | None:
    sent_at_ms = integer_of(raw.timestamp_ms)
    return milliseconds_of(raw.timestamp) if sent_at_ms is None else sent_at_ms
