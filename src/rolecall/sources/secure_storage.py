"""Messenger's secure storage: the separate download of end-to-end encrypted chats, since December 2023.

Variant B of FORMATS.md sections 1 and 2.3: clean UTF-8, oldest first, no ids of any kind.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath

from rolecall.archives.members import without_number
from rolecall.archives.records import (
    ArchiveFile,
    Attachment,
    Item,
    Message,
    Messages,
    OwnerHint,
    Thread,
    ThreadKey,
)
from rolecall.sentences import is_system_sentence
from rolecall.sources._documents import Document, damage, document_of, lost, repairer
from rolecall.sources._fields import Names, integer_of, is_newest_first, kind_of_file, reactions_of, text_of
from rolecall.sources._secure_document import RawChat, RawEntry, odd_chat_of


def read(file: ArchiveFile) -> Iterator[Item] | None:
    """Read one JSON file of an encrypted chat, or return None when its shape is another.

    Yields:
        A `Thread` with the file's messages, oldest first, and an `OwnerHint`, since the owner is listed
        first; a `SkippedFile` when the file is damaged, and one for entries without a time.
    """
    document = document_of(file)
    if document.shape != "secure":
        return None
    return damage(file, document) if document.reason else _thread(file, document)


def _thread(file: ArchiveFile, document: Document) -> Iterator[Item]:
    repaired = repairer(file, document)
    names = Names(repaired)
    listed: list[object]
    if isinstance(document.value, RawChat):
        chat = document.value
        listed, thread_name, entries = [*chat.participants], chat.threadName, chat.messages
        count = len(entries)
    else:
        listed, thread_name, entries = odd_chat_of(document.value)
        count = len(document.value["messages"])
    people = tuple(names.repaired(name) for person in listed if isinstance(name := _name(person), str))
    timed = [
        (sent_at_ms, entry) for entry in entries if (sent_at_ms := integer_of(entry.timestamp)) is not None
    ]
    if is_newest_first([sent_at_ms for sent_at_ms, _ in timed], is_default=False):
        timed.reverse()
    name = PurePosixPath(file.path).stem
    # The owner is listed first.
    is_sentence = partial(is_system_sentence, people=set(people), others=set(people) - set(people[:1]))
    yield Thread(
        source="secure_storage",
        keys=(ThreadKey("file", name),),
        part_no=1,
        title=without_number(repaired(thread_name or name)),
        participants=people,
        messages=Messages.of(
            _message(entry, sent_at_ms, names, repaired, is_sentence) for sent_at_ms, entry in timed
        ),
    )
    if people and people[0]:
        yield OwnerHint(people[:1], rank=3)
    yield from lost(file, len(entries) - len(timed), count - len(entries), document.bad_byte_count)


def _name(person: object) -> object:
    return person.get("name") if isinstance(person, dict) else person


def _message(
    entry: RawEntry,
    sent_at_ms: int,
    names: Names,
    repaired: Callable[[str], str],
    is_sentence: Callable[[str, str], bool],
) -> Message:
    sender = names.repaired(entry.senderName)
    is_unsent = entry.isUnsent is True
    # "User unsent a message" and its like stand where words were.
    is_placeholder = entry.type == "placeholder"
    body = repaired(text_of(entry.text)) or None
    is_typed = bool(body) and not is_placeholder and not is_sentence(body or "", sender)
    attachments = _attachments(entry.media, repaired)
    is_address = entry.type == "link" and body and re.fullmatch(r"https?://\S+", body)
    return Message(
        sender,
        sent_at_ms,
        _kind(body, is_unsent=is_unsent, is_typed=is_typed, has_media=bool(attachments)),
        body=None if is_placeholder and is_unsent else body,
        share_url=body if is_address else None,
        is_unsent=is_unsent,
        attachments=attachments,
        reactions=reactions_of(entry.reactions, names),
    )


def _kind(body: str | None, *, is_unsent: bool, is_typed: bool, has_media: bool) -> str:
    if is_unsent:
        return "unsent"
    if is_typed:
        return "text"  # an address too: somebody chose to send it
    if has_media:
        return "media"
    return "system" if body else "empty"


def _attachments(media: object, repaired: Callable[[str], str]) -> tuple[Attachment, ...]:
    """Return the files of an entry; where a file was not saved, a sentence stands instead of its name."""
    uris = [item.get("uri") for item in media if isinstance(item, dict)] if isinstance(media, list) else []
    names = [repaired(uri) for uri in uris if isinstance(uri, str)]
    return tuple(Attachment(kind_of_file(name), name) for name in names)
