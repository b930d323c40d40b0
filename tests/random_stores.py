"""Random stores: rows for the tables as plain lists, drawn by hypothesis, and a way to load them.

Small on purpose, and full of what breaks views: equal times, pauses of exactly the gap, several accounts of
one persona, one-sided and empty threads, words with quotes, line ends and blanks, texts never counted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import pyarrow as pa
import sqlalchemy as sa
from hypothesis import strategies as st

from rolecall.datasets.preparing import find_duplicates
from rolecall.datasets.stored import find_dataset
from rolecall.store.bulk import append
from rolecall.store.database import Database
from rolecall.store.migrate import BUCKET_COUNT

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

PEOPLE = list(range(101, 108))
NAMES = ("Ines Quill", "Bo Lund", "", 'M"ira \\Sand', "{date} 100% Jun\u00f6", "\u5b57\U0001f6a3", "I. Quill")
TITLES = ("", "Rowing club", "{date} {persona}", 'a "quoted" \\title\\', "\U0001f6a3 boat")
PROMPTS = (None, "You are {persona}.", "{title}", '{persona} in {title}, {date}.\n"{title}" {date}')
JOINERS = ("\n", "\n\n", " | ", "")
BLANKS = " \t\n\r"

SHORT_BODIES = (
    "a",
    "yes",
    "no way",
    "yes",
    "a",
    "https://boats.example/a",
    "look \t http://boats.example",
    "\nWWW.boats.example\t https://b.example ",
    " lead",
    "trail ",
    "\n",
    " ",
    "\t \r\n",
    "'\"\\",
    ":name 100%",
    "\u2028",
    "ok\u5b57\u3002 \u3042\uff0c\u30ab",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 a\u1000",
)
LETTERS = "ab \t\n\r\"'\\/{}:%;\u007f\u0085\u00a0\u2028\u00e9\u5b57\U0001f6a3\u200d"
# Mostly short pauses; also none, exactly the gap, and one millisecond more.
PAUSES = (
    0,
    1,
    MINUTE_MS,
    MINUTE_MS,
    MINUTE_MS,
    MINUTE_MS,
    GAP_MINUTES * MINUTE_MS,
    GAP_MINUTES * MINUTE_MS + 1,
)


@st.composite
def stores(draw: st.DrawFn, mode: str | None = None) -> Rows:
    """Draw the rows of a store with a few threads, one persona and a few datasets, of one mode or of any.

    hypothesis draws the sizes, which shrink; a seed decides the rest, which would be poor and slow if drawn
    singly.
    """
    random = Random(draw(st.integers(0, 1 << 32)))
    sizes = draw(st.lists(st.integers(0, 60), min_size=1, max_size=4))
    dataset_count = draw(st.integers(1, 8))
    return random_rows(random, sizes, dataset_count, mode)


def random_rows(random: Random, sizes: Sequence[int], dataset_count: int, mode: str | None = None) -> Rows:
    """Return the rows of a store whose threads have these sizes."""
    rows: Rows = {table: [] for table in TABLES}
    rows["owners"] = [{"owner_id": OWNER_ID, "label": "me", "self_participant_id": PEOPLE[0]}]
    rows["imports"] = [_import_row()]
    for person, name in zip(PEOPLE, NAMES, strict=True):
        rows["participants"].append(_participant(person, name))
        rows["participant_names"].append({"participant_id": person, "name": name, "source": "facebook"})
        if random.random() < 0.7:
            count = random.randint(1, 6)
            rows["participant_tokens"].append(
                {"participant_id": person, "tokenizer": "o200k", "token_count": count}
            )
        if random.random() < 0.8:
            _add_slug(random, rows, person, name)
    for thread_no, size in enumerate(sizes):
        _add_thread(random, rows, thread_no, size)
    rows["personas"] = [{"persona_id": 1, "name": random.choice(["Ines", "{title} {date}"])}]
    accounts = [PEOPLE[0], PEOPLE[-1]] if random.random() < 0.5 else [PEOPLE[0]]
    rows["persona_participants"] = [{"persona_id": 1, "participant_id": person} for person in accounts]
    for dataset_id in range(1, 1 + dataset_count):
        rows["datasets"].append(_dataset(random, dataset_id, mode))
        _add_lists(random, rows, dataset_id)
    return rows


def _add_slug(random: Random, rows: Rows, person: int, name: str) -> None:
    # Who was renamed since has no slug for the new name yet.
    made_from = name if random.random() < 0.9 else "Old Name"
    slug = random.choice(["P", "Somebody_with-a_long_name", "x" * 64])[:61] + f"_{person - 100}"
    rows["participant_slugs"].append({"owner_id": OWNER_ID, "slug": slug, "participant_id": person,
                                      "made_from": made_from,
                                      "is_current": random.random() < 0.9})  # fmt: skip
    if random.random() < 0.7:
        rows["slug_tokens"].append({"slug": slug, "tokenizer": "o200k", "token_count": random.randint(1, 9)})


def _add_thread(random: Random, rows: Rows, thread_no: int, size: int) -> None:
    thread_id = random.randrange(1 << 60) * 8 + thread_no
    kind = random.choice(["direct", "direct", "direct", "group", "group", "group", "self"])
    others = random.sample(PEOPLE[1:], k={"direct": 1, "group": 3, "self": 0}[kind])
    key: Row = {"bucket": thread_id % BUCKET_COUNT, "thread_id": thread_id}
    rows["threads"].append({**key, "owner_id": OWNER_ID, "source": "facebook", "kind": kind,
                            "title": random.choice(TITLES), "section": "inbox",
                            "is_still_participant": True})  # fmt: skip
    rows["thread_keys"].append({"thread_id": thread_id, "source": "facebook", "key_kind": "folder",
                                "key_value": f"chat_{thread_no}",
                                "first_import_id": 1, "last_import_id": 1})  # fmt: skip
    members = [PEOPLE[0], *others]
    rows["thread_participants"] += [{"thread_id": thread_id, "participant_id": member} for member in members]
    if random.random() < 0.5:
        rows["thread_tokens"].append({**key, "tokenizer": "o200k", "token_count": random.randint(0, 5)})
    if random.random() < 0.1:
        members = [members[-1]]
    sender = members[0]
    sent_at_ms = START_MS + random.randrange(20) * MINUTE_MS
    # In some threads people hardly say anything, and so the same again.
    bodies = random.choice([None, ("a", "yes")])
    for place in range(size):
        sent_at_ms += random.choice(PAUSES)
        # Ids say nothing of the order; ordinals do, with holes between them.
        message_id = (place * 7919 + 5) % 1009
        if random.random() < 0.6:  # else the same again
            sender = random.choice([*members, members[0]])
        message = {**key, "message_id": message_id, "ordinal": place * 2}
        rows["messages"].append(message | _message(random, sender, sent_at_ms, bodies))
        said = rows["messages"][-1]["kind"]
        if said == "media":
            _add_attachments(random, rows, thread_id, message_id)
        elif said == "text" and random.random() < 0.7:
            language = random.choice(["en", "en", "fr", None])
            rows["message_languages"].append({**key, "message_id": message_id, "language": language})
        if said != "system" and random.random() < 0.8:
            count = random.randint(1, 25)
            rows["message_tokens"].append(
                {**key, "message_id": message_id, "tokenizer": "o200k", "token_count": count}
            )


def _message(random: Random, participant_id: int, sent_at_ms: int, bodies: Sequence[str] | None) -> Row:
    kind = random.choices(["text", "media", "system"], weights=[85, 10, 5])[0]
    body = "".join(random.choices(LETTERS, k=random.randint(1, 12)))
    return {
        "participant_id": participant_id,
        "sent_at_ms": sent_at_ms,
        "sent_at": datetime.fromtimestamp(sent_at_ms / 1000, UTC).replace(tzinfo=None),
        "kind": kind,
        "body": None if kind == "media" else random.choice(bodies or [*SHORT_BODIES, body, body, body, body]),
        "share_url": None,
        "call_seconds": None,
        "is_unsent": False,
        "is_taken_down": False,
        "first_import_id": 1,
        "last_import_id": 1,
    }


def _dataset(random: Random, dataset_id: int, mode: str | None) -> Row:
    mode = mode or random.choice(["exchange", "exchange", "sliding"])
    chunk_size = random.choice([1, 2, 3, 5, 8, 13])
    prompt = random.choice(PROMPTS)
    since_minute, until_minute = sorted(random.sample(range(120), k=2))
    return {
        "dataset_id": dataset_id,
        "name": f"dataset {dataset_id}",
        "version_no": 1,
        "persona_id": 1,
        "mode": mode,
        "system_prompt": prompt,
        "system_prompt_tokens": random.randint(0, 10) if prompt else 0,
        "gap_minutes": random.choice([GAP_MINUTES, GAP_MINUTES, 0, 100_000]),
        "joiner": random.choice(JOINERS),
        "tokenizer": "o200k",
        "max_tokens": random.choice([40, 80, 120, 150, 250, 400, 2048]),
        "max_turns": random.choice([None, 2, 2, 4]),
        "context_exchanges": random.randint(0, 2),
        "has_direct": random.random() < 0.9,
        "has_group": random.random() < 0.9,
        "has_speaker_names": random.random() < 0.7,
        "has_name_field": mode == "exchange" and random.random() < 0.4,
        "since_ms": START_MS + since_minute * MINUTE_MS if random.random() < 0.1 else None,
        "until_ms": START_MS + until_minute * MINUTE_MS if random.random() < 0.1 else None,
        "min_assistant_chars": random.choice([0, 0, 2, 5, 9]),
        **_quality(random, is_sliding=mode == "sliding"),
        "validation_permille": random.choice([0, 300, 500, 1000]),
        "seed": random.randrange(4),
        "chunk_size": chunk_size,
        "chunk_overlap": random.choice([0, chunk_size // 3, chunk_size - 1]),
        "created_at": NOW,
    }


def _quality(random: Random, *, is_sliding: bool) -> Row:
    """Return the options that leave out whole exchanges; windows have none of them."""
    if is_sliding:
        switches = dict.fromkeys(
            ("has_placeholders", "skip_links", "skip_stickers", "skip_duplicates"), False
        )
        return {**switches, "min_words": 0, "language": None}
    return {
        "has_placeholders": random.random() < 0.4,
        "min_words": random.choice([0, 0, 0, 2, 4]),
        "language": random.choice([None, None, None, "en"]),
        "skip_links": random.random() < 0.3,
        "skip_stickers": random.random() < 0.3,
        "skip_duplicates": random.random() < 0.4,
    }


def _add_attachments(random: Random, rows: Rows, thread_id: Value, message_id: int) -> None:
    for attachment_no in range(1, random.choice([1, 2, 2, 4])):
        attached = random.choice(["photo", "sticker", "sticker", "sticker", "video"])
        rows["attachments"].append({"thread_id": thread_id, "message_id": message_id,
                                    "attachment_no": attachment_no, "kind": attached,
                                    "uri": "a", "status": "missing"})  # fmt: skip


def _add_lists(random: Random, rows: Rows, dataset_id: int) -> None:
    thread_ids = [row["thread_id"] for row in rows["threads"]]
    lists = (("dataset_threads", "thread_id", thread_ids), ("dataset_participants", "participant_id", PEOPLE))
    for table, column, ids in lists:
        if random.random() < 0.2:
            for chosen in random.sample(ids, k=min(len(ids), random.randint(1, 3))):
                is_included = random.random() < 0.5
                rows[table].append({"dataset_id": dataset_id, column: chosen, "is_included": is_included})


def _import_row() -> Row:
    counts = ("file_count", "added_count", "changed_count", "known_count", "skipped_count")
    times: Row = {"started_at": NOW, "finished_at": NOW}
    return {"import_id": 1, "owner_id": OWNER_ID, **times, "status": "finished", "arguments": "{}",
            **dict.fromkeys(counts, 0)}  # fmt: skip


def _participant(participant_id: int, name: str) -> Row:
    return {"participant_id": participant_id, "owner_id": OWNER_ID, "display_name": name,
            "is_self": participant_id == 101, "is_anonymous": False}  # fmt: skip


# Every table that a random store fills, in any order.
TABLES = (
    "owners", "imports", "participants", "participant_names", "threads", "thread_keys", "thread_participants",
    "messages", "message_tokens", "participant_tokens", "thread_tokens", "personas", "persona_participants",
    "datasets", "dataset_threads", "dataset_participants", "attachments", "message_languages",
    "dataset_duplicates", "participant_slugs", "slug_tokens",
)  # fmt: skip


def load(database: Database, rows: Rows) -> None:
    """Put the rows in place of those that the tables of a migrated store hold."""
    with database.transaction() as connection:
        for table in TABLES:
            connection.execute(sa.text(f"delete from {table}"))
            append(connection, table, _table(rows[table]))
        for dataset in rows["datasets"]:
            if dataset["skip_duplicates"]:
                same = find_dataset(connection, str(dataset["dataset_id"]))
                find_duplicates(connection, same, [(0, BUCKET_COUNT - 1, 0)])


def _table(rows: Sequence[Row]) -> pa.Table:
    # Column by column: from_pylist would take the type of a column of nulls from nowhere.
    names = list(rows[0]) if rows else []
    return pa.table({name: pa.array([row[name] for row in rows]) for name in names})
