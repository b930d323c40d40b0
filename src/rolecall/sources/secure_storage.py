"""Messenger's secure storage: the separate download of end-to-end encrypted chats, since December 2023.

Variant B of FORMATS.md sections 1 and 2.3: clean UTF-8, oldest first, no ids of any kind.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import PurePosixPath

from rolecall.archives.blocks import Blocks
from rolecall.archives.members import without_number
from rolecall.archives.messages import Messages
from rolecall.archives.records import ArchiveFile, Item, OwnerHint, Thread, ThreadKey
from rolecall.sentences import system_indexes
from rolecall.sources._columns import Columns
from rolecall.sources._documents import Document, damage, document_of, lost, repairer
from rolecall.sources._fields import Names, integer_of, is_newest_first, kind_of_file, reactions_of
from rolecall.sources._secure_document import RawChat, RawEntry, chat_of, odd_chat_of
from rolecall.sources._spans import OddFile, read_spans
from rolecall.texts.repair import repair
from rolecall.texts.storable import clean

_ODD_TYPES = ("placeholder", "link")


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


def read_blocks(file: ArchiveFile, blocks: Blocks) -> list[Item] | None:
    """Read a large file; see `BlockSource`."""
    chat = chat_of(blocks.around)
    if chat is None or (blocks.has_wide_escape and not blocks.has_wide_text):
        return None
    names = Names(clean if blocks.has_wide_text else repair)
    people = tuple(map(names.repaired, chat.participants))

    def thread(entries: list[RawEntry], times: list[int]) -> Thread:
        timed = list(zip(times, entries, strict=True))
        return _made(file, names, chat.threadName, people, _messages(timed, names, people))

    try:
        items: list[Item] = [*read_spans(blocks, RawEntry, attrgetter("timestamp"), thread), *_owner(people)]
    except OddFile:
        return None
    return None if names.lost_count else items


def _thread(file: ArchiveFile, document: Document) -> Iterator[Item]:
    names = Names(repairer(file, document))
    people_listed: list[object]
    if isinstance(document.value, RawChat):
        chat = document.value
        people_listed, thread_name, entries = [*chat.participants], chat.threadName, chat.messages
        count = len(entries)
    else:
        people_listed, written_name, entries = odd_chat_of(document.value)
        thread_name = names.text(written_name)
        count = len(document.value["messages"])
    people = tuple(names.repaired(name) for person in people_listed if (name := _name(person)) is not None)
    timed = [
        (sent_at_ms, entry) for entry in entries if (sent_at_ms := integer_of(entry.timestamp)) is not None
    ]
    if is_newest_first([sent_at_ms for sent_at_ms, _ in timed], is_default=False):
        timed.reverse()
    yield _made(file, names, thread_name, people, _messages(timed, names, people))
    yield from _owner(people)
    odd_count = count - len(entries)
    yield from lost(file, len(entries) - len(timed), odd_count, document.bad_byte_count, names.lost_count)


def _made(
    file: ArchiveFile, names: Names, thread_name: str, people: tuple[str, ...], messages: Messages
) -> Thread:
    """Return a chat, or some of its messages, with what the file says of it."""
    name = PurePosixPath(file.path).stem
    return Thread(
        source="secure_storage",
        keys=(ThreadKey("file", name),),
        part_no=1,
        title=without_number(names.repair(thread_name or name)),
        participants=people,
        messages=messages,
        platform=file.platform,
    )


def _owner(people: tuple[str, ...]) -> list[OwnerHint]:
    return [OwnerHint(people[:1], rank=3)] if people and people[0] else []


def _name(person: object) -> object:
    return person.get("name") if isinstance(person, dict) else person


def _messages(timed: Sequence[tuple[int, RawEntry]], names: Names, people: tuple[str, ...]) -> Messages:
    """Return the entries as columns, oldest first; the owner is listed first among the people."""
    entries = [entry for _, entry in timed]
    senders = names.column([entry.senderName for entry in entries])
    texts = names.texts([entry.text for entry in entries])
    columns = Columns(senders, [sent_at_ms for sent_at_ms, _ in timed], texts)
    others = set(people) - set(people[:1])
    sentences = set(system_indexes(texts, senders, set(people), others, are_told=False))
    for index in sentences:
        columns.decide(index, "system")
    for index, entry in enumerate(entries):
        if entry.reactions:
            columns.react(index, reactions_of(entry.reactions, names))
        if entry.media or entry.isUnsent is True or entry.type in _ODD_TYPES:
            _note_odd(columns, index, entry, names, is_sentence=index in sentences)
    return columns.messages()


def _note_odd(columns: Columns, index: int, entry: RawEntry, names: Names, *, is_sentence: bool) -> None:
    """Decide the kind of an entry that is more than words, and take over what it has."""
    attachments = _attachments(entry.media, names.repair)
    columns.attach(index, attachments)
    is_unsent = entry.isUnsent is True
    # "User unsent a message" and its like stand where words were.
    is_placeholder = entry.type == "placeholder"
    body = columns.text(index)
    if is_unsent:
        columns.unsent.add(index)
        if is_placeholder:
            columns.wordless.add(index)
    if entry.type == "link" and re.fullmatch(r"https?://\S+", body):
        columns.share_urls[index] = body
    if is_unsent:
        kind = "unsent"
    elif body and not is_placeholder and not is_sentence:
        kind = "text"  # an address too: somebody chose to send it
    elif attachments:
        kind = "media"
    else:
        kind = "system" if body else "empty"
    columns.decide(index, kind)


def _attachments(media: object, repaired: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the files of an entry, each a kind and a name; a sentence stands where one was not saved."""
    uris = [item.get("uri") for item in media if isinstance(item, dict)] if isinstance(media, list) else []
    names = [repaired(uri) for uri in uris if isinstance(uri, str)]
    return [(kind_of_file(name), name) for name in names]
