"""Facebook Messenger: the downloads of 2018 to today, and the layout of the LangChain tutorial.

Nothing inside most thread files says whose platform it is; Facebook is what is left when nothing around
them says Instagram.
"""

from collections.abc import Iterator

from rolecall.archives.blocks import Blocks
from rolecall.archives.records import ArchiveFile, Item
from rolecall.sources import _classic


def read(file: ArchiveFile) -> Iterator[Item] | None:
    """Read one JSON file of a Facebook download, or return None when it is another's. See `_classic.read`."""
    return None if file.platform == "instagram" else _classic.read(file, "facebook")


def read_blocks(file: ArchiveFile, blocks: Blocks) -> list[Item] | None:
    """Read a large file; see `BlockSource`."""
    return None if file.platform == "instagram" else _classic.read_blocks(file, "facebook", blocks)
