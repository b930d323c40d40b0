"""Instagram: downloads since 2022, which share Facebook's layout, those of 2018 to 2020, and its channels."""

from collections.abc import Iterator

from rolecall.archives.blocks import Blocks
from rolecall.archives.records import ArchiveFile, Item
from rolecall.sources import _classic, _legacy, _replies
from rolecall.sources._documents import damage, document_of


def read(file: ArchiveFile) -> Iterator[Item] | None:
    """Read one JSON file of an Instagram download, or return None when it is another's.

    A file in Facebook's layout is Instagram's when a folder around it, or what lies beside it, says so; see
    `_classic.read` for what is yielded.
    """
    if file.platform == "instagram":
        items = _classic.read(file, "instagram")
        if items is not None:
            return items
    document = document_of(file)
    if document.shape == "legacy":
        return damage(file, document) if document.reason else _legacy.threads(file, document)
    if _replies.are_replies(document.value):
        return _replies.thread(file, document)
    hint = _legacy.owner_hint(file, document)
    return iter([hint]) if hint else None


def read_blocks(file: ArchiveFile, blocks: Blocks) -> list[Item] | None:
    """Read a large file; see `BlockSource`."""
    return _classic.read_blocks(file, "instagram", blocks) if file.platform == "instagram" else None
