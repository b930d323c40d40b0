"""What the sources make of an archive, without a store."""

from dataclasses import dataclass, field
from pathlib import Path

from rolecall.archives.archive import Archive, Limits
from rolecall.archives.members import SkippedFile
from rolecall.archives.messages import Message
from rolecall.archives.records import ArchiveFile, OwnerHint, Thread
from rolecall.downloads.platforms import Platforms
from rolecall.errors import ArchiveError
from rolecall.sources import sources


@dataclass(frozen=True)
class Reading:
    """Everything that an archive gave."""

    threads: list[Thread] = field(default_factory=list)
    hints: list[OwnerHint] = field(default_factory=list)
    problems: list[SkippedFile] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    """Of each file that a message names: present, missing, remote or rejected."""

    @property
    def messages(self) -> list[Message]:
        """All messages, thread by thread."""
        return [message for thread in self.threads for message in thread.messages]

    @property
    def bodies(self) -> list[str | None]:
        """The words of all messages."""
        return [message.body for message in self.messages]


def read_archive(*paths: Path, limits: Limits | None = None) -> Reading:
    """Return what the sources find in these paths, read as one archive."""
    reading = Reading()
    with Archive(paths, limits) as archive:
        reading.problems.extend(archive.problems)
        platforms = Platforms(archive)
        for member in archive.json_members():
            try:
                file = ArchiveFile(member.path, member.location, member.read(), platforms.of(member))
            except ArchiveError as error:
                reading.problems.append(SkippedFile(member.path, str(error), is_damaged=True))
                continue
            answers = (source.read(file) for source in sources().values())
            for item in next((answer for answer in answers if answer is not None), ()):
                if isinstance(item, Thread):
                    reading.threads.append(item)
                    uris = [named.uri for message in item.messages for named in message.attachments]
                    reading.statuses.update({uri: archive.find(uri, member.location) for uri in uris})
                elif isinstance(item, OwnerHint):
                    reading.hints.append(item)
                else:
                    reading.problems.append(item)
    return reading
