"""What an import says of itself when it has ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that an import looked at."""

    path: str
    status: str
    """loaded, unchanged, skipped (no chat) or failed (damaged)."""
    reason: str | None
    message_count: int


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
    files: list[ImportedFile] = field(repr=False)
    notes: list[str]
    """What the user should know or do, a sentence each."""
    is_dry_run: bool

    @property
    def thread_count(self) -> int:
        """How many chats the files read now belong to."""
        return len(self.thread_ids)


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
    return replace(
        last,
        thread_ids=frozenset().union(*(summary.thread_ids for summary in summaries)),
        files=[file for summary in summaries for file in summary.files],
        **{name: sum(getattr(summary, name) for summary in summaries) for name in counts},
    )
