"""A download as one record, handed to all who read it: its files, their platforms, how new it is."""

from dataclasses import dataclass

from rolecall.archives.archive import Archive
from rolecall.downloads.clocks import Clock
from rolecall.downloads.platforms import Platforms


@dataclass(frozen=True, slots=True)
class Download:
    """What a person got from Meta on one day; or all that a command names, before it is told apart."""

    archive: Archive
    clock: Clock
    platforms: Platforms
    """Those of all that the command names, since what lies beside a download may tell whose it is."""

    @classmethod
    def of(cls, archive: Archive, source: str = "") -> "Download":
        """Return all that a command names, and whose files are that tell nothing; nothing is read yet."""
        return cls(archive, Clock(archive), Platforms(archive, source))
