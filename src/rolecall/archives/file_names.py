"""Where the files lie that messages name.

A uri begins at the root of the download that it was written for. Here the root may have another name, the
chat may lie in another section, and the files may be spread over several zips. So a file is sought by the end
of its path, and enough of the path must fit that no other chat's file can be meant.
Source: FORMATS.md section 3.5.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from rolecall.archives.members import printable

Names = tuple[str, ...]

_STICKERS = "stickers_used"
# The folders of a chat's files; the folder around them says which chat.
_KINDS = ("photos", "videos", "audio", "gifs", "files", _STICKERS)


class FileNames:
    """The files of an archive by their names."""

    def __init__(self) -> None:
        """Begin without files."""
        self._folders: dict[str, list[Names]] = defaultdict(list)

    def add(self, location: Names) -> None:
        """Take a file: its name, led by those of the folders around it, as they are printed."""
        *folders, name = _composed(location)
        self._folders[name].append(tuple(folders))

    def has_name(self, name: str) -> bool:
        """Return whether a file has that name, which is of ASCII alone, in whatever folder."""
        return name in self._folders

    def has(self, uri: Names, around: Names) -> bool:
        """Return whether a file that a message names is there.

        Args:
            uri: The names in it.
            around: The folders around the file that holds the message.
        """
        *folders, name = _composed(map(printable, uri))
        wanted, base = tuple(folders), _composed(around)
        return any(_is_meant(wanted, have, base) for have in self._folders.get(name, ()))


def _is_meant(wanted: Names, have: Names, around: Names) -> bool:
    """Return whether a file in the folders `have` may be what a uri means, whose folders are `wanted`."""
    shared = shared_count(reversed(wanted), reversed(have))
    above = len(have) - shared
    # Under the root, or under a folder on the way to the chat.
    if have[:above] == around[:above] and (shared or not wanted):
        return True
    kind = have[-1] if have and have[-1] in _KINDS else None
    if kind and have[-2:-1] == around[-1:] and wanted[-1:] in ((), (kind,)):  # in the chat's own folder
        return True
    # The names that do not fit may be a renamed root or a section, never the folder of a chat. A sticker has
    # a number of its own, and is the same file in every chat.
    is_whole = shared == len(wanted) and kind is None
    return shared > 1 or (shared == 1 and (is_whole or kind == _STICKERS))


def shared_count(names: Iterable[str], others: Iterable[str]) -> int:
    """Return how many names are the same from the first on."""
    count = 0
    for name, other in zip(names, others, strict=False):
        if name != other:
            break
        count += 1
    return count


def _composed(names: Iterable[str]) -> Names:
    """Return names in one spelling; macOS writes an accent as a character of its own."""
    return tuple(name if name.isascii() else unicodedata.normalize("NFC", name) for name in names)
