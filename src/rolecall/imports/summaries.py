"""What an import says of itself when it has ended."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that an import looked at."""

    path: str
    status: str
    """loaded, unchanged, skipped (no chat) or failed (damaged)."""
    reason: str | None
    message_count: int
    source: str | None = None
    """facebook, instagram or secure_storage; None when no source knows it."""


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What an import read of one source, and did with it."""

    file_count: int = 0
    """Files that hold its chats."""
    message_count: int = 0
    """In those files."""
    skipped_count: int = 0
    """Files that should hold messages and could not be read."""
    added_count: int | None = None
    """This and the next two are None where chats of several sources came mixed in one download."""
    changed_count: int | None = None
    known_count: int | None = None

    def __add__(self, other: "SourceCounts") -> "SourceCounts":
        """Return what two downloads of one source had together."""
        return SourceCounts(
            self.file_count + other.file_count,
            self.message_count + other.message_count,
            self.skipped_count + other.skipped_count,
            _sum(self.added_count, other.added_count),
            _sum(self.changed_count, other.changed_count),
            _sum(self.known_count, other.known_count),
        )


def _sum(count: int | None, other: int | None) -> int | None:
    return None if count is None or other is None else count + other


class LastingNote(str):
    """A note that no later download of the same command answers."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did."""

    import_id: int | None
    """None for a dry run."""
    owner: str
    """Label of the owner."""
    owner_name: str | None
    """Display name of the owner; None when nobody can say."""
    thread_ids: frozenset[int] = field(repr=False)
    """Chats that the files read now belong to."""
    byte_count: int
    """Read from JSON files."""
    file_count: int
    added_count: int
    changed_count: int
    known_count: int
    skipped_count: int
    """Files that should hold messages and could not be read."""
    odd_time_count: int
    """Messages dated before 2004 or in the future; they are kept."""
    sources: dict[str, SourceCounts]
    """The counts of each source that had a chat."""
    files: list[ImportedFile] = field(repr=False)
    notes: list[str]
    """What the user should know or do, a sentence each."""
    is_dry_run: bool

    @property
    def thread_count(self) -> int:
        """How many chats the files read now belong to."""
        return len(self.thread_ids)

    @property
    def reasons(self) -> dict[str, int]:
        """How many files were passed over or could not be read, for each reason."""
        counts = Counter(str(file.reason) for file in self.files if file.reason is not None)
        return dict(sorted(counts.items()))


def counts_by_source(files: Iterable[ImportedFile], counts: Mapping[str, int]) -> dict[str, SourceCounts]:
    """Return what an import of these files, with these counts in all, read of each source."""
    files_of: dict[str, list[ImportedFile]] = {}
    for file in files:
        if file.source is not None and file.status != "skipped":
            files_of.setdefault(file.source, []).append(file)
    read = [source for source, those in files_of.items() if any(file.status != "failed" for file in those)]
    names = ("added_count", "changed_count", "known_count")
    return {
        source: SourceCounts(
            file_count=sum(file.status != "failed" for file in those),
            message_count=sum(file.message_count for file in those),
            skipped_count=len({file.path for file in those if file.status == "failed"}),
            **({name: counts[name] if source in read else 0 for name in names} if len(read) < 2 else {}),
        )
        for source, those in sorted(files_of.items())
    }


def combined(summaries: Sequence[ImportSummary]) -> ImportSummary:
    """Return what the imports of several downloads did together; the last one knows who is who."""
    last = summaries[-1]
    counts = (
        "byte_count",
        "file_count",
        "added_count",
        "changed_count",
        "known_count",
        "skipped_count",
        "odd_time_count",
    )
    sources: dict[str, SourceCounts] = {}
    for summary in summaries:
        for source, counted in summary.sources.items():
            sources[source] = sources[source] + counted if source in sources else counted
    lasting = [note for summary in summaries for note in summary.notes if isinstance(note, LastingNote)]
    return replace(
        last,
        notes=list(dict.fromkeys((*lasting, *last.notes))),
        sources=dict(sorted(sources.items())),
        thread_ids=frozenset().union(*(summary.thread_ids for summary in summaries)),
        files=[file for summary in summaries for file in summary.files],
        **{name: sum(getattr(summary, name) for summary in summaries) for name in counts},
    )
