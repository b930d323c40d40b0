"""What is asked of a file, and what is answered, by whichever process reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecall.archives.members import Member

if TYPE_CHECKING:
    from rolecall.archives.records import Item

FileId = tuple[str, tuple[str, ...]]
"""What names a file to another process: the zip that holds it, and its location."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a file, and what is known of those around it."""

    platform: str
    """facebook or instagram, as the files beside it tell; `''` when nothing does."""
    owner_names: frozenset[str]
    known: frozenset[str] = frozenset()
    """The sha256 of bytes that need not be read again."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds."""

    byte_count: int
    sha256: str
    source: str | None = None
    """The source that knows the file; None when none does."""
    items: tuple[Item, ...] | None = None
    """None for bytes that were known."""


def id_of(member: Member) -> FileId:
    """Return what names a file to another process."""
    return member.container, member.location
