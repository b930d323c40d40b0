"""The owner's replies in a broadcast channel of Instagram: `replies_1.json`, beside the channel's messages.

Each names the one whom it answers and no sender, since all of them are the owner's. Source: a public list of
the files in Instagram's downloads; no whole sample is known.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, SkippedFile
from rolecall.archives.messages import Message, Messages
from rolecall.archives.records import ArchiveFile, Item, Thread, ThreadKey
from rolecall.sources._documents import Document, lost
from rolecall.sources._fields import Names, integer_of, is_newest_first, listed, text_of


def are_replies(value: object) -> bool:
    """Return whether a document holds replies of this kind."""
    if not isinstance(value, dict) or "messages" in value or not isinstance(value.get("replies"), list):
        return False
    return any(isinstance(reply, dict) and "reply_content" in reply for reply in value["replies"])


def thread(file: ArchiveFile, document: Document) -> Iterator[Item]:
    """Yield the replies as messages of the owner, oldest first.

    A `SkippedFile` says so where nobody knows who that is.
    """
    names = Names()
    value: dict[str, Any] = document.value
    participants = _participants(value, names)
    replies = [reply for reply in value["replies"] if isinstance(reply, dict)]
    owner = _owner(file.owner_names, participants)
    if owner is None:
        reason = f"{len(replies)} replies of yours in a broadcast channel, which name no sender"
        yield SkippedFile(file.path, f"{reason}; load them with --me NAME", is_damaged=True)
        return
    messages = _messages(replies, owner, names)
    path = PurePosixPath(names.repair(text_of(value.get("thread_path")) or "").strip("/"))
    is_still_participant = value.get("is_still_participant")
    yield Thread(
        source="instagram",
        keys=_keys(file, path.name),
        part_no=1,
        title=names.repair(names.text(value.get("title"))),
        participants=participants,
        messages=messages,
        section=next((name for name in (*file.location[:-1], *path.parts) if name in SECTIONS), None),
        is_still_participant=is_still_participant if isinstance(is_still_participant, bool) else None,
        is_group=True,
        is_source_sure=not PLATFORM_FOLDERS.keys().isdisjoint(file.location),
    )
    odd_count = len(value["replies"]) - len(replies)
    yield from lost(file, len(replies) - len(messages), odd_count, document.bad_byte_count, names.lost_count)


def _participants(value: dict[str, Any], names: Names) -> tuple[str, ...]:
    people = listed(value.get("participants"))
    written = [person.get("name") if isinstance(person, dict) else person for person in people]
    return tuple(names.repaired(name) for name in written if name is not None)


def _messages(replies: list[dict[str, Any]], owner: str, names: Names) -> Messages:
    """Return the replies that have a time, oldest first."""
    messages: list[Message] = []
    for reply in replies:
        sent_at_ms = integer_of(reply.get("timestamp_ms"))
        if sent_at_ms is not None:
            text = names.repair(names.text(reply.get("reply_content"))) or None
            messages.append(Message(owner, sent_at_ms, "text" if text else "empty", body=text))
    if is_newest_first([message.sent_at_ms for message in messages], is_default=True):
        messages.reverse()
    return Messages.of(messages)


def _owner(owner_names: frozenset[str], participants: tuple[str, ...]) -> str | None:
    """Return the owner's name: of several the one who is listed."""
    return next((name for name in participants if name in owner_names), min(owner_names, default=None))


def _keys(file: ArchiveFile, thread_path_name: str) -> tuple[ThreadKey, ...]:
    """Return the names of the folder, which the channel's messages have too."""
    names = {"folder": file.location[-2] if len(file.location) > 1 else "", "thread_path": thread_path_name}
    return tuple(ThreadKey(kind, name) for kind, name in names.items() if name)
