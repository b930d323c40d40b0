"""Sources: one file for each kind of chat archive, and the contract that it keeps.

To add one, write `sources/<name>.py` with a function `read`; nothing else names it. Its tests are archives
with what a store must hold after their import: `tests/data/<name>/<scenario>/` has the archive's own tree and
`EXPECTED.json`, which says what is imported and what is expected. The tests of scenarios find them there.
`secure_storage.py` is an example that stands alone.
"""

from collections.abc import Iterator
from typing import Protocol, cast, runtime_checkable

from rolecall.archives.blocks import Blocks
from rolecall.archives.records import ArchiveFile, Item
from rolecall.plugins import load, names


class Source(Protocol):
    """A kind of chat archive: `sources/<name>.py`."""

    def read(self, file: ArchiveFile) -> Iterator[Item] | None:
        """Read one JSON file, or return None when it is not of this source.

        Sources are asked in the order of their names; the first that does not return None has the file. The
        shape of the content decides, never the file's name. So look at the content first, then return an
        iterator: a function that itself yields would never return None.

        Args:
            file: Its bytes, where it lies, and what is known of the files around it. It may be cut or odd.

        Yields:
            A `Thread` for each chat in the file: `source` is the name of this module, `keys` are what names
            the chat in every download, messages stand oldest first, texts and names are repaired
            (`texts/repair.py`). A chat that is spread over several files gives a `Thread` with the same keys
            from each. `archives/records.py` says what each field means.
            An `OwnerHint` when the file names the archive's owner.
            A `SkippedFile` with `is_damaged=True` for what should be read and cannot be: the whole file, or
            entries beside the `Thread` of the others. Nothing that may be a message is left out in silence.
            Nothing at all for a file of this source that holds no chat.

        Raises:
            Nothing on account of the content: one bad file costs no more than itself.
        """


@runtime_checkable
class BlockSource(Source, Protocol):
    """A source that can read a large file some megabytes at a time."""

    def read_blocks(self, file: ArchiveFile, blocks: Blocks) -> list[Item] | None:
        """Read a large file, or return None when it is not of this source, or odd: then it is read whole.

        What is returned is what `read` yields, but for the messages: in several `Thread`, which follow each
        other in time, and no two of which have a time in common.

        Args:
            file: Without its bytes.
            blocks: Its entries, and what stands around them.
        """


def sources() -> dict[str, Source]:
    """Return every source by its name, in the order in which they are asked."""
    return {name: cast("Source", load("sources", name)) for name in names("sources")}
