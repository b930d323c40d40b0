"""What a JSON file holds, judged by its shape and never by its name; parsed once for all sources.

Source: FORMATS.md section 1, detection order.
"""

import codecs
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import msgspec

from rolecall.archives.blocks import WIDE_BYTE, WIDE_ESCAPE
from rolecall.archives.members import SkippedFile
from rolecall.archives.records import ArchiveFile
from rolecall.sources._bad_bytes import REPLACEMENT, decoded, heal_names
from rolecall.sources._secure_document import RawChat, chat_of
from rolecall.texts.repair import repair
from rolecall.texts.storable import clean

Shape = Literal["classic", "secure", "legacy", "other"]
# Times have 13 digits; Python refuses to read integers of more than 4,300.
_MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file."""

    shape: Shape
    """classic (A, C, L), secure (B), legacy (C0) or other; a guess when the file is damaged."""
    value: Any = None
    """A `RawChat` of the usual shape; what JSON gives for everything else."""
    reason: str = ""
    """Why it cannot be read; `''` when it can."""
    bad_byte_count: int = 0
    """Bytes that are no UTF-8; each stands as U+FFFD in `value`."""


@lru_cache(maxsize=1)
def document_of(file: ArchiveFile) -> Document:
    """Return a file parsed, tolerantly and slowly; the last one is kept, since every source asks for it."""
    chat = chat_of(file.data)
    if chat is not None:
        return Document("secure", chat)
    text, bad_byte_count = decoded(file.data)
    try:
        value = json.loads(text, strict=False, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        bad_bytes = f"{bad_byte_count} bytes are no UTF-8; " if bad_byte_count else ""
        reason = f"not readable as JSON: {bad_bytes}{_reason(file.data, error)}"
        return Document(_likely_shape(file.data), reason=reason)
    if bad_byte_count:
        heal_names(value)
    document = _document_of_value(value)
    if bad_byte_count and document.shape == "other":  # the bad byte may stand in the very key that tells
        reason = f"{bad_byte_count} bytes are no UTF-8, and what is left is no chat"
        return Document(_likely_shape(file.data), reason=reason)
    return replace(document, bad_byte_count=bad_byte_count)


def damage(file: ArchiveFile, document: Document) -> Iterator[SkippedFile]:
    """Give the one `SkippedFile` of a file that cannot be read."""
    yield SkippedFile(file.path, document.reason, is_damaged=True)


def repairer(file: ArchiveFile, document: Document) -> Callable[[str], str]:
    """Return what repairs the texts of a file that may be clean UTF-8 (B, C0).

    One character above U+00FF anywhere proves that nothing in the file is written byte by byte.
    Source: FORMATS.md section 3.1, rule 4.
    """
    if document.bad_byte_count:  # U+FFFD proves nothing where it stands for a bad byte
        return clean if _has_wide_text(document.value, but=REPLACEMENT) else repair
    if WIDE_BYTE.search(file.data, len(codecs.BOM_UTF8) if file.data.startswith(codecs.BOM_UTF8) else 0):
        return clean
    is_escaped = WIDE_ESCAPE.search(file.data) is not None
    return clean if is_escaped and _has_wide_text(_plain(file, document)) else repair


def _plain(file: ArchiveFile, document: Document) -> object:
    return msgspec.json.decode(file.data) if isinstance(document.value, RawChat) else document.value


def lost(
    file: ArchiveFile,
    timeless_count: int,
    odd_count: int = 0,
    bad_byte_count: int = 0,
    lost_text_count: int = 0,
) -> Iterator[SkippedFile]:
    """Give a `SkippedFile` when some entries, or some bytes of a text, could not be read.

    Args:
        file: In which they stand.
        timeless_count: Entries without a time that can be read.
        odd_count: Items that are no entry, or no chat, and stand where one should be.
        bad_byte_count: Bytes that are no UTF-8.
        lost_text_count: Lists and objects where a text or a name should stand.
    """
    reasons = []
    if bad_byte_count:
        reasons.append(f"{bad_byte_count} bytes are no UTF-8; in the texts U+FFFD stands for each")
    if timeless_count:
        reasons.append(f"{timeless_count} entries without a readable time; the others are loaded")
    if odd_count:
        reasons.append(f"{odd_count} entries that hold no message; the others are loaded")
    if lost_text_count:
        reasons.append(f"{lost_text_count} texts or names that are none; the rest of their entries is loaded")
    if reasons:
        yield SkippedFile(file.path, "; ".join(reasons), is_damaged=True)


def _document_of_value(value: object) -> Document:
    if isinstance(value, list):
        is_legacy = any(isinstance(item, dict) and _is_conversation(item) for item in value)
        return Document("legacy" if is_legacy else "other", value)
    return _document_of_object(value) if isinstance(value, dict) else Document("other", value)


def _document_of_object(value: dict[str, Any]) -> Document:
    messages = value.get("messages")
    listed = value.get("participants")
    people = listed if isinstance(listed, list) else []
    is_of_people = any(isinstance(person, dict) for person in people)
    if not isinstance(messages, list):
        reason = "its messages are no list" if "messages" in value else "it has no list of messages"
        if "threadName" in value:
            return Document("secure", value, reason)
        return (
            Document("classic", value, reason) if "messages" in value and people else Document("other", value)
        )
    entries = [entry for entry in messages if isinstance(entry, dict)]
    is_classic = any("sender_name" in entry for entry in entries)
    is_named = any(isinstance(person, str) for person in people) and not is_of_people and not is_classic
    if "threadName" in value or is_named or any("senderName" in entry for entry in entries):
        return Document("secure", value)
    if messages and not entries:
        reason = "none of its messages is an object"
        return Document("classic", value, reason) if people else Document("other", value)
    if isinstance(listed, list) and (is_of_people or not people):
        return Document("classic", value)
    return Document("classic" if is_classic else "other", value)


def _is_conversation(item: dict[str, Any]) -> bool:
    return isinstance(item.get("conversation"), list) or (
        isinstance(item.get("messages"), list) and isinstance(item.get("participants"), list)
    )


def _likely_shape(data: bytes) -> Shape:
    """Return the shape that a file's words speak for, for the summary of what was skipped."""
    if b'"senderName"' in data or b'"threadName"' in data:
        return "secure"
    return "legacy" if b'"conversation"' in data else "classic"


def _reason(data: bytes, error: Exception) -> str:
    if not data:
        return "the file is empty"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()):
        return f"it ends in the middle (line {error.lineno})"
    return str(error)


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _has_wide_text(value: object, but: str = "") -> bool:
    """Return whether a text in the value has a character above U+00FF, other than `but`."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if not item.isascii() and max(item.replace(but, "") if but else item, default="") > "\xff":
                return True
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return False
