"""A large file, some megabytes at a time: one chat of many years may be one file of any size.

What is known of such a file's layout is how Meta writes it: one entry after the other, each beginning and
ending on a line of its own, at one indentation. A file of another layout is read whole instead. So is one in
which anything does not fit: that each block is a list of entries, and that the file without its entries is a
JSON document, proves that the blocks are the file.
"""

import hashlib
import re
from collections.abc import Iterator

import msgspec

from rolecall.archives.members import Member, Stream
from rolecall.errors import ArchiveError, UnsafeArchive

LARGE_BYTES = 8 * 1024**2
"""Smaller files are read whole."""
_BLOCK_BYTES = 4 * 1024**2
# The first byte of a character above U+00FF is above 0xC3, those after it are below 0xC0.
WIDE_BYTE = re.compile(rb"[\xc4-\xff]")
WIDE_ESCAPE = re.compile(rb"\\u(?!00)[0-9a-fA-F]{4}")
_OPENING = re.compile(rb'\n([ \t]*)"messages"\s*:\s*\[(\n[ \t]+)\{')


class Blocks:
    """The entries of a large file, and what stands around them."""

    def __init__(self, member: Member) -> None:
        """Take a file; `of` makes sure that it can be read so."""
        self._member = member
        self.sha256 = ""
        self.has_wide_text = False
        """Whether a byte is that of a character above U+00FF."""
        self.has_wide_escape = False
        """Whether something looks like an escape of such a character."""
        self.around = b""
        """The file without its entries: a JSON document whose `messages` is an empty list."""

    @classmethod
    def of(cls, member: Member) -> "Blocks | None":
        """Return a large file's blocks, after one look at all of it; None when it must be read whole.

        Raises:
            UnsafeArchive: The archive changed while it was read.
        """
        if member.byte_count < LARGE_BYTES:
            return None
        made = cls(member)
        try:
            decoder = msgspec.json.Decoder(list[msgspec.Raw])
            for block in made:
                decoder.decode(block)
                made._look(block)
            made._look(made.around)
            document = msgspec.json.decode(made.around)
        except UnsafeArchive:
            raise
        except (ArchiveError, ValueError, RecursionError, msgspec.MsgspecError):
            return None  # reading it whole says what is wrong, or reads it
        return made if isinstance(document, dict) and document.get("messages") == [] else None

    def _look(self, data: bytes) -> None:
        self.has_wide_text = self.has_wide_text or WIDE_BYTE.search(data) is not None
        self.has_wide_escape = self.has_wide_escape or WIDE_ESCAPE.search(data) is not None

    def __iter__(self) -> Iterator[bytes]:
        """Yield lists of entries, as JSON, in the order of the file.

        Raises:
            ValueError: The layout is another.
            ArchiveError: The file is damaged, or over a limit.
        """
        digest = hashlib.sha256()
        with self._member.open() as stream:

            def more(stream: Stream = stream) -> bytes:
                data = stream.read(_BLOCK_BYTES)
                digest.update(data)
                return data

            rest = more()
            opening = _OPENING.search(rest)
            if opening is None:
                raise ValueError("no list of messages at its beginning")
            before = rest[: opening.end() - len(opening[2]) - 1]
            first, closing = opening[2], b"\n" + opening[1] + b"]"
            last = first + b"}"
            rest = rest[opening.end() - len(first) - 1 :]
            while closing not in rest:
                # Behind the last entry that is whole; of a closing line a part may have been read.
                end = rest.rfind(last + b",")
                if end > 0:
                    yield b"[" + rest[: end + len(last)] + b"]"
                    rest = rest[end + len(last) + 1 :]
                data = more()
                if not data:
                    raise ValueError("no end of the list of messages")
                rest += data
            end = rest.index(closing)
            yield b"[" + rest[:end] + b"]"
            after = [rest[end:]]
            while data := more():
                after.append(data)
        self.around = before + b"".join(after)
        self.sha256 = digest.hexdigest()
