"""What one file holds: the hash of its bytes, and what the sources make of them."""

import hashlib

from rolecall.archives.blocks import Blocks
from rolecall.archives.members import Member
from rolecall.archives.records import ArchiveFile
from rolecall.downloads.asking import Asked, Content
from rolecall.sources import BlockSource, sources


def content_of(member: Member, asked: Asked) -> Content:
    """Read a file once and return what it holds.

    Raises:
        ArchiveError: It is damaged, encrypted or over a limit.
    """
    blocks = Blocks.of(member)
    if blocks and blocks.sha256 in asked.known:
        return Content(member.byte_count, blocks.sha256)
    about = (asked.platform, asked.owner_names)
    if blocks:
        large = ArchiveFile(member.path, member.location, b"", *about)
        for name, source in sources().items():
            found = source.read_blocks(large, blocks) if isinstance(source, BlockSource) else None
            if found is not None:
                return Content(member.byte_count, blocks.sha256, name, tuple(found))
    data = member.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 in asked.known:
        return Content(len(data), sha256)
    file = ArchiveFile(member.path, member.location, data, *about)
    for name, source in sources().items():
        items = source.read(file)
        if items is not None:
            return Content(len(data), sha256, name, tuple(items))
    return Content(len(data), sha256, None, ())
