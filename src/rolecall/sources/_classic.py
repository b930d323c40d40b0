"""The layout that Facebook and Instagram share: one JSON file for each 10,000 messages of a thread.

Variants A0-A3, C and L. The file is decided by its shape, never by its name. Source: FORMATS.md sections
1-3; no official description exists.
"""

import re
from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

import msgspec

from rolecall.archives.blocks import Blocks
from rolecall.archives.members import PLATFORM_FOLDERS, SECTIONS, is_in_section, part_no
from rolecall.archives.messages import Messages
from rolecall.archives.records import ArchiveFile, Item, Thread, ThreadKey
from rolecall.sources._classic_message import RawMessage, messages_of, timed
from rolecall.sources._documents import Document, damage, document_of, lost
from rolecall.sources._fields import Names, is_newest_first, listed, text_of
from rolecall.sources._owner_files import owner_hint
from rolecall.sources._spans import OddFile, read_spans
from rolecall.texts.repair import repair

# Short numbers are no ids: in the tutorial's sample several folders have the same one.
# Source: FORMATS.md section 4.1.
_FOLDER_ID = re.compile(r"(?:.*_)?(\d{13,})")


class _RawThread(msgspec.Struct, gc=False):
    participants: list[dict[str, Any]]
    messages: list[RawMessage]
    title: Any = None
    thread_path: Any = None
    thread_type: Any = None
    is_still_participant: Any = None
    joinable_mode: Any = None
    image: Any = None
    threadName: Any = None  # encrypted chats have it


class _Sender(msgspec.Struct, gc=False):
    sender_name: Any = None


_decoder = msgspec.json.Decoder(_RawThread)
_sender_decoder = msgspec.json.Decoder(list[_Sender])


def read(file: ArchiveFile, source: str) -> Iterator[Item] | None:
    """Read one JSON file of this layout, or return None when its shape is another.

    Yields:
        A `Thread` with the file's messages, oldest first; or an `OwnerHint` from a profile; or a
        `SkippedFile` when the file is damaged, and one for the entries without a time that can be read.
    """
    try:
        raw = _decoder.decode(file.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read_slowly(file, source)
    if raw.threadName is not None or not raw.participants:  # the layout of encrypted chats, perhaps
        return _read_slowly(file, source)
    return _thread(file, source, raw)


def _read_slowly(file: ArchiveFile, source: str) -> Iterator[Item] | None:
    """Read what the fast parser refuses: another shape, control characters, lone surrogates, odd entries."""
    document = document_of(file)
    if document.shape == "classic":
        return damage(file, document) if document.reason else _odd_thread(file, source, document)
    hint = owner_hint(document.value) if isinstance(document.value, dict) else None
    return iter([hint]) if hint else None


def _odd_thread(file: ArchiveFile, source: str, document: Document) -> Iterator[Item]:
    people = [
        person if isinstance(person, dict) else {"name": person}
        for person in listed(document.value.get("participants"))
    ]
    entries = [entry for entry in document.value["messages"] if isinstance(entry, dict)]
    raw = msgspec.convert({**document.value, "participants": people, "messages": entries}, _RawThread)
    odd_count = len(document.value["messages"]) - len(entries)
    yield from _thread(file, source, raw, odd_count, document.bad_byte_count)


def _thread(
    file: ArchiveFile, source: str, raw: _RawThread, odd_count: int = 0, bad_byte_count: int = 0
) -> Iterator[Item]:
    names = Names()
    participants = _participants(raw, names)
    raw_count = len(raw.messages)
    entries, times = timed(raw.messages)
    if is_newest_first(times, is_default=not _is_own_thread(file.path)):
        entries.reverse()
        times.reverse()
    title = names.repair(names.text(raw.title))
    others = partial(_others, title, file.owner_names)
    messages = messages_of(entries, times, names, others)
    is_in_seconds = all(entry.timestamp_ms is None for entry in raw.messages)
    yield _made(file, source, raw, title, participants, messages, is_in_seconds=is_in_seconds)
    yield from lost(file, raw_count - len(entries), odd_count, bad_byte_count, names.lost_count)


def read_blocks(file: ArchiveFile, source: str, blocks: Blocks) -> list[Item] | None:
    """Read a large file of this layout; see `BlockSource`."""
    try:
        raw = _decoder.decode(blocks.around)
        senders = [sender for block in blocks for sender in dict.fromkeys(_senders(block))]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
        return None
    # Of older parts the ends may go on in another file.
    if raw.threadName is not None or not raw.participants or (part_no(file.path) or 1) > 1:
        return None
    names = Names()
    participants = _participants(raw, names)
    names.column(senders)
    title = names.repair(names.text(raw.title))
    others = partial(_others, title, file.owner_names)

    def thread(entries: list[RawMessage], times: list[int]) -> Thread:
        known = names.copied()
        messages = messages_of(entries, times, known, others)
        if names.lost_count or known.lost_count:  # which is told of the whole file
            raise OddFile
        return _made(file, source, raw, title, participants, messages, is_in_seconds=False)

    try:
        return [*read_spans(blocks, RawMessage, attrgetter("timestamp_ms"), thread)]
    except OddFile:
        return None


def _senders(block: bytes) -> list[object]:
    return [entry.sender_name for entry in _sender_decoder.decode(block)]


def _participants(raw: _RawThread, names: Names) -> tuple[str, ...]:
    """Return who is listed; a deleted account may be so with an empty name."""
    written = [person.get("name") for person in raw.participants]
    return tuple(names.repaired(name) for name in written if name is not None)


def _made(
    file: ArchiveFile,
    source: str,
    raw: _RawThread,
    title: str,
    participants: tuple[str, ...],
    messages: Messages,
    *,
    is_in_seconds: bool,
) -> Thread:
    """Return a chat, or some of its messages, with what the file says of it."""
    path = PurePosixPath(repair(text_of(raw.thread_path) or "").strip("/"))
    return Thread(
        source=source,
        keys=_keys(file, path.name),
        part_no=part_no(file.path) or 1,
        title=title,
        participants=participants,
        messages=messages,
        section=_section(file.path, path),
        is_still_participant=raw.is_still_participant if isinstance(raw.is_still_participant, bool) else None,
        is_group=_is_group(raw, participants, is_in_seconds=is_in_seconds),
        is_in_seconds=is_in_seconds and len(messages) > 0,
        is_source_sure=not PLATFORM_FOLDERS.keys().isdisjoint(file.location),
    )


def _others(title: str, owner_names: frozenset[str], people: set[str]) -> set[str]:
    """Return those of a chat's people who are known not to be the owner.

    A chat of two is named after the other one. Source: FORMATS.md section 5.
    """
    named = people - {""}
    if owner_names & named:
        return named - owner_names
    return {title} & named if len(named) == 2 else set()


def _is_own_thread(path: str) -> bool:
    """Return whether a file is a whole thread, whatever lies beside it, as in the tutorial's layout."""
    return PurePosixPath(path).stem.startswith("messages_")


def _keys(file: ArchiveFile, thread_path_name: str) -> tuple[ThreadKey, ...]:
    """Return the keys of the file's thread, best first.

    In a section, as in the archive itself, the folder names the thread. Elsewhere (a copy in some folder, the
    top of a zip) the file's own `thread_path` is better, as it is for a file that is no part by its name,
    such as the copies of groups in `your_group_messages/`.
    """
    stem = PurePosixPath(file.path).stem
    is_part = part_no(file.path) is not None
    is_own_thread = _is_own_thread(file.path)
    is_at_home = is_in_section(file.location) and (is_part or is_own_thread)
    folder = file.location[-2] if len(file.location) > 1 else ""
    suffix = f"/{stem}" if is_own_thread else ""
    names = []
    if is_at_home or (is_part and not thread_path_name):
        names.append(("folder", folder))
    names.append(("thread_path", thread_path_name))
    if not is_part and not thread_path_name:
        names.append(("folder", folder if is_own_thread else stem))
    keys = []
    for kind, name in names:
        number = _FOLDER_ID.fullmatch(name)
        if number and not suffix:
            keys.append(ThreadKey("folder_id", number[1]))
        if name:
            keys.append(ThreadKey(kind, name + suffix))
    return tuple(dict.fromkeys(keys)) or (ThreadKey("thread_path", suffix),)


def _section(path: str, thread_path: PurePosixPath) -> str | None:
    parts = (*PurePosixPath(path).parts[:-1], *thread_path.parts)
    return next((part for part in parts if part in SECTIONS), None)


def _is_group(raw: _RawThread, participants: tuple[str, ...], *, is_in_seconds: bool) -> bool | None:
    if raw.thread_type == "RegularGroup":
        return True
    # Notes to oneself are "Regular", too, and list one person. So do chats of two in the archives of early
    # 2018, whose times are seconds: they list the other person alone.
    if raw.thread_type == "Regular" and (len(set(participants)) != 1 or is_in_seconds):
        return False
    return True if raw.joinable_mode or raw.image else None
