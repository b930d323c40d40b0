"""Instagram's first downloads (2018 to 2020): one file for all chats, user names instead of display names.

Variant C0 of FORMATS.md sections 1 and 2.4.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec

from rolecall.archives.messages import Attachment, Message, Messages, Reaction
from rolecall.archives.records import ArchiveFile, Item, OwnerHint, Thread, ThreadKey
from rolecall.sentences import is_system_sentence
from rolecall.sources._classic_message import RawMessage, messages_of, timed
from rolecall.sources._documents import Document, lost, repairer
from rolecall.sources._fields import Names, integer_of, is_newest_first, kind_of_file, listed, text_of
from rolecall.texts.times import milliseconds_of_iso

# Liking a message was the only reaction, and a heart in the chat the only sticker.
_HEART = "\u2764\ufe0f"


def threads(file: ArchiveFile, document: Document) -> Iterator[Item]:
    """Yield every chat of the file, its messages oldest first, then a `SkippedFile` if entries were lost."""
    repaired = repairer(file, document)
    names = Names(repaired)
    chats = (chat for chat in document.value if _entries(chat) is not None)
    chat_counts = Counter(tuple(sorted(_people(chat, Names(repaired)))) for chat in chats)
    seen: Counter[str] = Counter()
    timeless_count = odd_count = 0
    for chat in document.value:
        entries = _entries(chat)
        if entries is None:
            odd_count += 1
            continue
        people = _people(chat, names)
        is_only_one = chat_counts[tuple(sorted(people))] == 1
        objects = [entry for entry in entries if isinstance(entry, dict)]
        messages = _messages(objects, names, repaired, _others(people, file.owner_names))
        timeless_count += len(objects) - len(messages)
        odd_count += len(entries) - len(objects)
        yield Thread(
            source="instagram",
            keys=_keys(people, messages.sent_at_ms.to_pylist(), seen, is_only_one=is_only_one),
            part_no=1,
            title=repaired(names.text(chat.get("title"))) or ", ".join(people),
            participants=people,
            messages=messages,
        )
    yield from lost(file, timeless_count, odd_count, document.bad_byte_count, names.lost_count)


def owner_hint(file: ArchiveFile, document: Document) -> OwnerHint | None:
    """Return the owner's names from `profile.json`, the user name first."""
    value = document.value
    if not isinstance(value, dict) or PurePosixPath(file.path).stem != "profile":
        return None
    repaired = repairer(file, document)
    names = [repaired(text_of(value.get(key)) or "") for key in ("username", "name")]
    return OwnerHint(tuple(name for name in names if name), rank=1) if names[0] else None


def _entries(chat: object) -> list[Any] | None:
    entries = chat.get("conversation", chat.get("messages")) if isinstance(chat, dict) else None
    return entries if isinstance(entries, list) else None


def _keys(
    people: Iterable[str], times: Iterable[int], seen: Counter[str], *, is_only_one: bool
) -> tuple[ThreadKey, ...]:
    """Return what names a chat: its people and its first time; the people alone, too, if no other has them.

    The order of chats changes between downloads. How a chat began does not, and every download has it.
    """
    who = "\n".join(sorted(people))
    begun = f"{who}\n{min(times, default='')}"
    seen[begun] += 1
    key = ThreadKey("people", f"{begun}\n{seen[begun]}" if seen[begun] > 1 else begun)
    return (key, ThreadKey("people", who)) if is_only_one else (key,)


def _people(chat: dict[str, Any], names: Names) -> tuple[str, ...]:
    written = map(_name, listed(chat.get("participants")))
    return tuple(names.repaired(name) for name in written if name is not None)


def _name(person: object) -> object:
    return person.get("username", person.get("name")) if isinstance(person, dict) else person


def _others(people: Iterable[str], owner_names: frozenset[str]) -> set[str]:
    """Return those of a chat's people who are known not to be the owner."""
    named = set(people)
    return named - owner_names if owner_names & named else set()


def _messages(
    entries: list[dict[str, Any]], names: Names, repaired: Callable[[str], str], others: set[str]
) -> Messages:
    """Return the entries that have a time, oldest first; files of the change-over have today's fields."""
    if any("sender_name" in entry or "timestamp_ms" in entry for entry in entries):
        raws, times = timed([msgspec.convert(_as_today(entry), RawMessage) for entry in entries])
        if is_newest_first(times, is_default=True):
            raws.reverse()
            times.reverse()
        return messages_of(raws, times, names, lambda _people: others)
    timed_entries = [
        (sent_at_ms, entry)
        for entry in entries
        if (sent_at_ms := _sent_at_ms(entry.get("created_at"))) is not None
    ]
    if is_newest_first([sent_at_ms for sent_at_ms, _ in timed_entries], is_default=True):
        timed_entries.reverse()
    return Messages.of(
        _message(entry, sent_at_ms, names, repaired, others) for sent_at_ms, entry in timed_entries
    )


def _as_today(entry: dict[str, Any]) -> dict[str, Any]:
    today = {"sender_name": entry.get("sender"), "content": entry.get("text")}
    return {**today, "timestamp_ms": _sent_at_ms(entry.get("created_at")), **entry}


def _sent_at_ms(created_at: object) -> int | None:
    sent_at_ms = milliseconds_of_iso(created_at) if isinstance(created_at, str) else None
    return integer_of(created_at) if sent_at_ms is None else sent_at_ms


def _message(
    entry: dict[str, Any],
    sent_at_ms: int,
    names: Names,
    repaired: Callable[[str], str],
    others: Collection[str],
) -> Message:
    def words(*keys: str) -> str | None:
        # Of what is no text of a person, true and false say whether it is there.
        values = (value for key in keys if not isinstance(value := entry.get(key), bool) or key == "text")
        return next((text for value in values if (text := repaired(names.text(value)))), None)

    sender = names.repaired(entry.get("sender"))
    body = words("text", "heart") or (_HEART if entry.get("heart") else None)
    share_url = words("media_share_url", "link")
    share_text = words("media_share_caption", "story_share")
    attachments = _attachments(entry, repaired)
    call = words("video_call_action")
    if call:
        kind = "call"
    elif body and not is_system_sentence(body, sender, others=others):
        kind = "text"
    elif share_url or share_text or entry.get("media_owner"):
        kind, body = "share", None
    elif attachments:
        kind, body = "media", None
    else:
        kind = "system" if body else "empty"
    return Message(
        sender,
        sent_at_ms,
        kind,
        body=body or call,
        share_url=share_url,
        share_text=share_text,
        attachments=attachments,
        reactions=_likes(entry.get("likes"), names),
    )


def _attachments(entry: dict[str, Any], repaired: Callable[[str], str]) -> tuple[Attachment, ...]:
    attachments = []
    for key in ("media", "media_url", "voice_media"):
        value = entry.get(key)
        for uri in value if isinstance(value, list) else [value]:
            if isinstance(uri, str) and uri:
                kind = "audio" if key == "voice_media" else kind_of_file(uri)
                attachments.append(Attachment("photo" if kind == "file" else kind, repaired(uri)))
    return tuple(attachments)


def _likes(likes: object, names: Names) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(
            _HEART,
            names.repaired(_name(like)),
            _sent_at_ms(like.get("date")) if isinstance(like, dict) else None,
        )
        for like in listed(likes)
    )
