"""Random stores: rows for the tables as plain lists, drawn by hypothesis, and a way to load them.

Small on purpose, and full of what breaks views: equal times, pauses of exactly the gap, several accounts of one
persona, one-sided and empty threads, words with quotes, line ends and blanks, texts that were never counted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import sqlalchemy as sa
from hypothesis import strategies as st

from rolecall.database import Database, append
from rolecall.migrate import BUCKET_COUNT

Value = int | str | bool | datetime | None
Row = dict[str, Value]
Rows = dict[str, list[Row]]
"""Rows by table."""

OWNER_ID = 7
NOW = datetime(2024, 5, 17, 12, 0, 0)
# 2021-03-01 23:50 UTC: ten minutes later another day begins.
START_MS = 1_614_642_600_000
MINUTE_MS = 60_000
GAP_MINUTES = 10

NAMES = ("Ines Quill", "Bo Lund", "", 'M"ira \\Sand', "{date} 100% Jun\u00f6", "\u5b57\U0001f6a3", "I. Quill")
TITLES = ("", "Rowing club", "{date} {persona}", 'a "quoted" \\title\\', "\U0001f6a3 boat")
PROMPTS = (None, "You are {persona}.", "{title}", '{persona} in {title}, {date}.\n"{title}" {date}')
JOINERS = ("\n", "\n\n", " | ", "")
BLANKS = " \t\n\r"

words = st.one_of(
    st.sampled_from(["a", "yes", "no way", " lead", "trail ", "\n", " ", "\t \r\n", "'\"\\", ":name 100%", "\u2028"]),
    st.text(
        alphabet=st.sampled_from("ab \t\n\r\"'\\/{}:%;\u007f\u0085\u00a0\u2028\u00e9\u5b57\U0001f6a3\u200d"),
        min_size=1,
        max_size=12,
    ),
)
# Mostly short pauses; also none, exactly the gap, and one millisecond more.
pauses = st.sampled_from(
    [0, 1, 1, MINUTE_MS, MINUTE_MS, MINUTE_MS, GAP_MINUTES * MINUTE_MS, GAP_MINUTES * MINUTE_MS + 1]
)
entries = st.tuples(st.integers(0, 3), pauses, words, st.one_of(st.none(), st.integers(1, 30)))


@st.composite
def stores(draw: st.DrawFn, mode: str | None = None) -> Rows:
    """Draw the rows of a store with a few threads, one persona and a few datasets, of one mode or of any."""
    people = list(range(101, 101 + len(NAMES)))
    rows: Rows = {table: [] for table in TABLES}
    rows["owners"] = [{"owner_id": OWNER_ID, "label": "me", "self_participant_id": people[0]}]
    rows["imports"] = [_import_row()]
    rows["participants"] = [_participant(person, name) for person, name in zip(people, NAMES, strict=True)]
    rows["participant_names"] = [
        {"participant_id": person, "name": name, "source": "facebook"}
        for person, name in zip(people, NAMES, strict=True)
    ]
    rows["participant_tokens"] = [
        {"participant_id": person, "tokenizer": "o200k", "token_count": count}
        for person in people
        if (count := draw(st.one_of(st.none(), st.integers(1, 6)))) is not None
    ]
    for thread_no in range(draw(st.integers(1, 4))):
        _draw_thread(draw, rows, thread_no, people)
    rows["personas"] = [{"persona_id": 1, "name": draw(st.sampled_from(["Ines", "{title} {date}"]))}]
    accounts = [people[0], people[-1]] if draw(st.booleans()) else [people[0]]
    rows["persona_participants"] = [{"persona_id": 1, "participant_id": person} for person in accounts]
    for dataset_id in range(1, 1 + draw(st.integers(1, 3))):
        _draw_dataset(draw, rows, dataset_id, mode)
    return rows


def _draw_thread(draw: st.DrawFn, rows: Rows, thread_no: int, people: list[int]) -> None:
    thread_id = draw(st.integers(0, (1 << 60) - 1)) * 8 + thread_no
    bucket = thread_id % BUCKET_COUNT
    kind = draw(st.sampled_from(["direct", "direct", "group", "group", "self"]))
    others = draw(st.permutations(people[1:]))
    members = [people[0], *others[: {"direct": 1, "group": 3, "self": 0}[kind]]]
    key = {"bucket": bucket, "thread_id": thread_id}
    title = draw(st.sampled_from(TITLES))
    rows["threads"].append({**key, "owner_id": OWNER_ID, "source": "facebook", "kind": kind, "title": title,
                            "section": "inbox", "is_still_participant": True})  # fmt: skip
    rows["thread_keys"].append({"thread_id": thread_id, "source": "facebook", "key_kind": "folder",
                                "key_value": f"chat_{thread_no}", "first_import_id": 1, "last_import_id": 1})  # fmt: skip
    rows["thread_participants"] += [{"thread_id": thread_id, "participant_id": member} for member in members]
    if draw(st.booleans()):
        rows["thread_tokens"].append({**key, "tokenizer": "o200k", "token_count": draw(st.integers(0, 5))})
    sent_at_ms = START_MS
    for place, (who, pause, body, count) in enumerate(draw(st.lists(entries, max_size=14))):
        sent_at_ms += pause
        # Ids say nothing of the order; ordinals do, with holes between them.
        message = {**key, "message_id": (place * 7919 + 5) % 1009, "sent_at_ms": sent_at_ms, "ordinal": place * 2}
        kind = "system" if who == 3 and pause == 1 else "text"
        rows["messages"].append(_message(message, members[who % len(members)], kind, body))
        if count is not None:
            rows["message_tokens"].append(
                {**key, "message_id": message["message_id"], "tokenizer": "o200k", "token_count": count}
            )


def _draw_dataset(draw: st.DrawFn, rows: Rows, dataset_id: int, mode: str | None) -> None:
    chunk_size = draw(st.sampled_from([1, 2, 3, 5, 8, 30]))
    dates = st.one_of(st.none(), st.integers(START_MS, START_MS + 30 * MINUTE_MS))
    rows["datasets"].append({
        "dataset_id": dataset_id,
        "name": f"dataset {dataset_id}",
        "version_no": 1,
        "persona_id": 1,
        "mode": mode or draw(st.sampled_from(["exchange", "exchange", "sliding"])),
        "system_prompt": (prompt := draw(st.sampled_from(PROMPTS))),
        "system_prompt_tokens": 0 if prompt is None else draw(st.integers(0, 10)),
        "gap_minutes": draw(st.sampled_from([GAP_MINUTES, GAP_MINUTES, 0, 100_000])),
        "joiner": draw(st.sampled_from(JOINERS)),
        "tokenizer": "o200k",
        "max_tokens": draw(st.sampled_from([16, 60, 100, 150, 250, 2048])),
        "max_turns": draw(st.sampled_from([None, 2, 4])),
        "context_exchanges": draw(st.integers(0, 2)),
        "has_direct": draw(st.sampled_from([True, True, False])),
        "has_group": draw(st.sampled_from([True, True, False])),
        "has_speaker_names": draw(st.booleans()),
        "since_ms": draw(st.one_of(st.none(), dates)),
        "until_ms": draw(st.one_of(st.none(), dates)),
        "min_assistant_chars": draw(st.sampled_from([0, 0, 2, 5])),
        "validation_permille": draw(st.sampled_from([0, 300, 500, 1000])),
        "seed": draw(st.integers(0, 3)),
        "chunk_size": chunk_size,
        "chunk_overlap": draw(st.integers(0, chunk_size - 1)),
        "created_at": NOW,
    })  # fmt: skip
    for table, column, ids in (
        ("dataset_threads", "thread_id", [row["thread_id"] for row in rows["threads"]]),
        ("dataset_participants", "participant_id", [row["participant_id"] for row in rows["participants"]]),
    ):
        chosen = draw(st.lists(st.sampled_from(ids), max_size=3, unique=True)) if draw(st.booleans()) else []
        rows[table] += [
            {"dataset_id": dataset_id, column: found, "is_included": draw(st.booleans())} for found in chosen
        ]


def _import_row() -> Row:
    counts = ("file_count", "added_count", "changed_count", "known_count", "skipped_count")
    times: Row = {"started_at": NOW, "finished_at": NOW}
    return {"import_id": 1, "owner_id": OWNER_ID, **times, "status": "finished", "arguments": "{}",
            **dict.fromkeys(counts, 0)}  # fmt: skip


def _participant(participant_id: int, name: str) -> Row:
    return {"participant_id": participant_id, "owner_id": OWNER_ID, "display_name": name,
            "is_self": participant_id == 101, "is_anonymous": False}  # fmt: skip


def _message(key: dict[str, int], participant_id: int, kind: str, body: str) -> Row:
    sent_at = datetime.fromtimestamp(key["sent_at_ms"] / 1000, UTC).replace(tzinfo=None)
    return {**key, "participant_id": participant_id, "sent_at": sent_at, "kind": kind, "body": body,
            "share_url": None, "call_seconds": None, "is_unsent": False, "is_taken_down": False,
            "first_import_id": 1, "last_import_id": 1}  # fmt: skip


# Every table that a random store fills, in any order.
TABLES = (
    "owners", "imports", "participants", "participant_names", "threads", "thread_keys", "thread_participants",
    "messages", "message_tokens", "participant_tokens", "thread_tokens", "personas", "persona_participants",
    "datasets", "dataset_threads", "dataset_participants",
)  # fmt: skip


def load(database: Database, rows: Rows) -> None:
    """Put the rows in place of those that the tables of a migrated store hold."""
    with database.transaction() as connection:
        for table in TABLES:
            connection.execute(sa.text(f"delete from {table}"))
            append(connection, table, _table(rows[table]))


def _table(rows: Sequence[Row]) -> pa.Table:
    # Column by column: from_pylist would take the type of a column of nulls from nowhere.
    names = list(rows[0]) if rows else []
    return pa.table({name: pa.array([row[name] for row in rows]) for name in names})
