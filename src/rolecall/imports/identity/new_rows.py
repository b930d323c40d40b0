"""Rows of people and threads that an import adds, kept until the batch they belong to is written."""

from dataclasses import dataclass, field

from rolecall.imports.tables import schema


@dataclass(slots=True)
class NewRows:
    """Rows to add, by table, as values in the order of `SCHEMAS`."""

    participants: list[tuple[int, int, str, bool, bool]] = field(default_factory=list)
    participant_names: list[tuple[int, str, str]] = field(default_factory=list)
    threads: list[tuple[int, int, int, str, str, str, str | None, bool | None]] = field(default_factory=list)
    thread_keys: list[tuple[int, str, str, str, int, int]] = field(default_factory=list)


SCHEMAS = {
    "participants": schema(
        "participant_id bigint, owner_id bigint, display_name varchar, is_self boolean, is_anonymous boolean"
    ),
    "participant_names": schema("participant_id bigint, name varchar, source varchar"),
    "threads": schema(
        "thread_id bigint, owner_id bigint, bucket bigint, source varchar, kind varchar, title varchar,"
        " section varchar, is_still_participant boolean"
    ),
    "thread_keys": schema(
        "thread_id bigint, source varchar, key_kind varchar, key_value varchar, first_import_id bigint,"
        " last_import_id bigint"
    ),
}
