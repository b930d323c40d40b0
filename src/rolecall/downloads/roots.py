"""The root of a download's tree: the zip that holds it, and the folders around it."""

import re
from typing import NamedTuple

from rolecall.archives.file_names import shared_count
from rolecall.archives.members import Member

# What the platforms call a download's zips, and some unpackers its folder; all its zips have the same day.
_DATED_NAME = re.compile(r"(?:facebook|instagram)-.+-(\d{4}-\d{2}-\d{2})-\w{8}(?:\.zip)?")


class Root(NamedTuple):
    """Where the tree of a download begins."""

    container: str
    """The zip; `''` for a tree in folders."""
    folders: tuple[str, ...]
    """Those around the tree; of a zip only the folders inside."""

    @property
    def day(self) -> str | None:
        """Return the day of the download, if the name of the folder or the zip says it."""
        names = [*self.folders[-1:], *self.container.split("/")[-1:]]
        return next((match[1] for name in names if (match := _DATED_NAME.fullmatch(name))), None)

    def has(self, member: Member) -> bool:
        """Return whether a file lies below the root."""
        return member.container == self.container and member.location[: len(self.folders)] == self.folders

    def nearness(self, other: "Root") -> int:
        """Return how many folders around them both have in common."""
        return shared_count(self._folders_around(), other._folders_around())

    def _folders_around(self) -> tuple[str, ...]:
        return tuple(self.container.split("/")[:-1]) if self.container else self.folders
