"""The layout that Facebook and Instagram share: one JSON file for each 10,000 messages of a thread.

Variants A0-A3, C and L. The file is decided by its shape, never by its name. Source: FORMATS.md sections
1-3; no official description exists.
"""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import msgspec

from rolecall.archives import part_no
from rolecall.records import ArchiveFile, OwnerHint, SkippedFile, Thread, ThreadKey
from rolecall.sources._classic_message import Names, RawMessage, message_of, sent_at_ms_of
from rolecall.text import repair

SECTIONS = (
    "inbox",
    "archived_threads",
    "filtered_threads",
    "message_requests",
    "e2ee_cutover",
    "legacy_threads",
    "your_group_messages",
)
# Short numbers are no ids: the tutorial's sample gives one to several folders. Source: FORMATS.md section
# 4.1.
_FOLDER_ID = re.compile(r"(?:.*_)?(\d{13,})")


class _RawThread(msgspec.Struct):
    participants: list[dict[str, Any]]
    messages: list[RawMessage]
    title: Any = None
    thread_path: Any = None
    thread_type: Any = None
    is_still_participant: Any = None
    joinable_mode: Any = None
    image: Any = None


_decoder = msgspec.json.Decoder(_RawThread)


def read(file: ArchiveFile, source: str) -> Iterator[Thread | OwnerHint | SkippedFile] | None:
    """Read one JSON file of this layout, or return None when its shape is another.

    Yields:
        A `Thread` with the file's messages, oldest first; or an `OwnerHint` from a profile; or a
        `SkippedFile` when the file is damaged, and one for the entries without a time that can be read.
    """
    try:
        raw = _decoder.decode(file.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read_slowly(file, source)
    return _thread(file, source, raw)


def is_instagram(file: ArchiveFile) -> bool:
    """Return whether a folder around the file says that it is Instagram's."""
    return "your_instagram_activity" in file.location


def _read_slowly(file: ArchiveFile, source: str) -> Iterator[Thread | OwnerHint | SkippedFile] | None:
    """Read what the fast parser refuses: another shape, control characters, lone surrogates, odd entries."""
    try:
        document = json.loads(file.data.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError) as error:
        return iter(
            [SkippedFile(file.path, f"not readable as JSON: {_reason(file.data, error)}", is_damaged=True)]
        )
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("messages"), list) and isinstance(document.get("participants"), list):
        people = [person for person in document["participants"] if isinstance(person, dict)]
        entries = [entry for entry in document["messages"] if isinstance(entry, dict)]
        if (document["participants"] and not people) or (document["messages"] and not entries):
            return None
        odd_count = len(document["messages"]) - len(entries)
        raw = msgspec.convert({**document, "participants": people, "messages": entries}, _RawThread)
        return _thread(file, source, raw, odd_count)
    hint = _owner_hint(document)
    return iter([hint]) if hint else None


def _reason(data: bytes, error: Exception) -> str:
    if not data:
        return "the file is empty"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    if isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()):
        return f"it ends in the middle (line {error.lineno})"
    return str(error)


def _thread(
    file: ArchiveFile, source: str, raw: _RawThread, odd_count: int = 0
) -> Iterator[Thread | OwnerHint | SkippedFile]:
    names = Names()
    path = PurePosixPath(_text(raw.thread_path).strip("/"))
    timed = [
        (sent_at_ms, entry) for entry in raw.messages if (sent_at_ms := sent_at_ms_of(entry)) is not None
    ]
    if _is_newest_first([sent_at_ms for sent_at_ms, _ in timed], is_part=part_no(file.path) is not None):
        timed.reverse()
    yield Thread(
        source=source,
        keys=_keys(file, path.name),
        part_no=part_no(file.path) or 1,
        title=repair(_text(raw.title)),
        participants=tuple(names.repaired(person.get("name")) for person in raw.participants),
        messages=[message_of(entry, sent_at_ms, names) for sent_at_ms, entry in timed],
        section=_section(file.path, path),
        is_still_participant=raw.is_still_participant if isinstance(raw.is_still_participant, bool) else None,
        is_group=_is_group(raw),
    )
    lost_count = len(raw.messages) - len(timed) + odd_count
    if lost_count:
        yield SkippedFile(
            file.path, f"{lost_count} entries without a readable time; the others are loaded", True
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_newest_first(times: list[int], *, is_part: bool) -> bool:
    """Return whether most neighbours fall in time; parts of Facebook's do when none tells."""
    falling = rising = 0
    for before, after in pairwise(times):
        if after < before:
            falling += 1
        elif after > before:
            rising += 1
    return falling > rising or (falling == rising and is_part)


def _keys(file: ArchiveFile, thread_path_name: str) -> tuple[ThreadKey, ...]:
    """Return the keys of the file's thread, best first.

    The folder names the thread where it lies in a section, as in the archive itself. Elsewhere (a copy in
    some folder of downloads, the top of a zip) what the file says of itself is better. A file that is no
    part (`messages_<Name>.json`) is a thread of its own, whatever lies beside it.
    """
    folder = file.location[-2] if len(file.location) > 1 else ""
    is_in_section = len(file.location) > 2 and file.location[-3] in SECTIONS
    stem = "" if part_no(file.path) is not None else f"/{PurePosixPath(file.path).stem}"
    names = [("folder", folder)] if is_in_section or not thread_path_name else []
    keys = []
    for kind, name in (*names, ("thread_path", thread_path_name)):
        number = _FOLDER_ID.fullmatch(name)
        if number and not stem:
            keys.append(ThreadKey("folder_id", number[1]))
        if name:
            keys.append(ThreadKey(kind, name + stem))
    return tuple(dict.fromkeys(keys)) or (ThreadKey("thread_path", stem),)


def _section(path: str, thread_path: PurePosixPath) -> str | None:
    parts = (*PurePosixPath(path).parts[:-1], *thread_path.parts)
    return next((part for part in parts if part in SECTIONS), None)


def _is_group(raw: _RawThread) -> bool | None:
    if raw.thread_type in ("RegularGroup", "Regular"):
        return bool(raw.thread_type == "RegularGroup")
    return True if raw.joinable_mode or raw.image else None


def _owner_hint(document: dict[str, Any]) -> OwnerHint | None:
    """Return the owner's names from a profile or the autofill form. Source: FORMATS.md section 5."""
    for key in ("profile_v2", "profile"):
        name = _inside(document, key, "name", "full_name")
        if isinstance(name, str):
            return OwnerHint((repair(name),), rank=1)
    people = document.get("profile_user")
    if isinstance(people, list) and people:
        name = _inside(people[0], "string_map_data", "Name", "value")
        if isinstance(name, str):
            return OwnerHint((repair(name),), rank=1)
    names = _inside(document, "autofill_information_v2", "FULL_NAME")
    if isinstance(names, list) and names and isinstance(names[0], str):
        return OwnerHint((repair(names[0]),), rank=2)
    return None


def _inside(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
