"""Rows of people and threads that an import adds, kept until the batch they belong to is written."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class NewRows:
    """Rows to add, by table, as (column values in the order of `COLUMNS`)."""

    participants: list[tuple[int, int, str, bool, bool]] = field(default_factory=list)
    participant_names: list[tuple[int, str, str]] = field(default_factory=list)
    threads: list[tuple[int, int, int, str, str, str, str | None, bool | None]] = field(default_factory=list)
    thread_keys: list[tuple[int, str, str, str, int, int]] = field(default_factory=list)


COLUMNS = {
    "participants": ("participant_id", "owner_id", "display_name", "is_self", "is_anonymous"),
    "participant_names": ("participant_id", "name", "source"),
    "threads": (
        "thread_id", "owner_id", "bucket", "source", "kind", "title", "section", "is_still_participant"
    ),
    "thread_keys": ("thread_id", "source", "key_kind", "key_value", "first_import_id", "last_import_id"),
}  # fmt: skip
