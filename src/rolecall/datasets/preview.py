"""Some examples of a dataset, each with the reasons why it begins and ends where it does."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.describing import duration
from rolecall.datasets.preparing import prepare_dataset
from rolecall.datasets.reasons import words_for
from rolecall.datasets.stored import Dataset, find_dataset
from rolecall.errors import NotFound, UsageError
from rolecall.store.buckets import Range, bucket_ranges
from rolecall.store.database import Database
from rolecall.store.names import find
from rolecall.store.statements import select

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One message object of an example."""

    role: str
    name: str | None
    """Who speaks, in a dataset with has_name_field."""
    content: str
    is_trained: bool
    is_context: bool
    """Whether it stands in front of what the example is about, to be read only."""
    token_count: int


@dataclass(frozen=True, slots=True)
class ShownExample:
    """One example, and why it begins and ends where it does."""

    thread_id: int
    title: str
    kind: str
    example_no: int
    split: str
    token_count: int
    begins: str
    """Why here, in words."""
    ends: str
    turns: tuple[ShownTurn, ...]


def preview_dataset(
    database: Database,
    name_or_id: str | int,
    *,
    page: int = 1,
    size: int = 3,
    thread: str | int | None = None,
) -> list[ShownExample]:
    """Return some examples: of many threads one each, at random but the same each time.

    Args:
        database: The store.
        name_or_id: Of the dataset.
        page: From 1; each page shows others.
        size: Examples on a page.
        thread: Title or id; only its examples then.

    Raises:
        NotFound: There is no such dataset or thread, or no page of that number.
    """
    if page < 1 or size < 1:
        raise UsageError(f"page is {page} and size {size}; give whole numbers from 1")
    with database.working() as connection:
        with connection.begin():
            dataset = find_dataset(connection, name_or_id)
            thread_id = None if thread is None else find(connection, "threads", thread).id
            ranges = bucket_ranges(connection)
            prepare_dataset(connection, dataset, ranges)
        with connection.begin():
            rows = _page(connection, dataset, thread_id, ranges, (page - 1) * size, size)
            if not rows:
                raise _nothing(dataset, page, thread)
            return [_shown(connection, dataset, row) for row in rows]


def _page(
    connection: sa.Connection,
    dataset: Dataset,
    thread_id: int | None,
    ranges: Sequence[Range],
    first: int,
    size: int,
) -> list[Row]:
    """Return the examples from the `first` on, counted over all ranges, up to `size` of them."""
    page: list[Row] = []
    for first_bucket, last_bucket, _ in ranges:
        between = {"first_bucket": first_bucket, "last_bucket": last_bucket, "thread_id": thread_id}
        rows = select(connection, "queries/preview_examples", dataset_id=dataset.dataset_id, **between)
        page += rows[first : first + size - len(page)]
        first = max(0, first - len(rows))
        if len(page) == size:
            break
    return page


def _nothing(dataset: Dataset, page: int, thread: str | int | None) -> NotFound:
    """Return the error of a page without examples."""
    where = "" if thread is None else f" of the chat '{thread}'"
    if page > 1:
        return NotFound(f"'{dataset.name}' has no example{where} on page {page}; begin with page 1")
    name = shlex.quote(dataset.name)
    return NotFound(
        f"'{dataset.name}' yields no example{where}; what is left out, and why: rolecall dataset show {name}"
    )


def _shown(connection: sa.Connection, dataset: Dataset, row: Row) -> ShownExample:
    example_no = row["example_no"]
    chat = {"dataset_id": dataset.dataset_id, "bucket": row["bucket"], "thread_id": row["thread_id"]}
    turns = select(connection, "queries/preview_turns", **chat, example_no=example_no)
    exchanges = select(connection, "queries/preview_exchanges", **chat)
    begins, ends = _cuts(dataset, exchanges, example_no)
    own_count = 2 * sum(exchange["example_no"] == example_no for exchange in exchanges)
    # Windows have no exchanges, and no context.
    last_context_no = len(turns) - own_count if own_count else 0
    return ShownExample(
        thread_id=row["thread_id"],
        title=row["title"],
        kind=row["kind"],
        example_no=example_no,
        split=row["split"],
        token_count=row["token_count"],
        begins=begins,
        ends=ends,
        turns=tuple(
            ShownTurn(
                role=turn["role"],
                name=turn["speaker_slug"],
                content=turn["content"],
                is_trained=turn["weight"] == 1,
                is_context=turn["role"] != "system" and turn["turn_no"] <= last_context_no,
                token_count=turn["token_count"],
            )
            for turn in turns
        ),
    )


def _cuts(dataset: Dataset, exchanges: Sequence[Row], example_no: int) -> tuple[str, str]:
    """Return in words why an example begins and ends where it does, given all exchanges of its thread."""
    recipe = dataset.recipe
    if recipe.mode == "sliding":
        step = recipe.chunk_size - recipe.chunk_overlap
        return f"turn {(example_no - 1) * step + 1} of the chat", f"{recipe.chunk_size} turns are full"
    own = [index for index, row in enumerate(exchanges) if row["example_no"] == example_no]
    before = exchanges[own[0] - 1] if own[0] else None
    after = exchanges[own[-1] + 1] if own[-1] + 1 < len(exchanges) else None
    is_full = recipe.max_turns == 2 * len(own)
    limit = (
        f"{recipe.max_turns} turns are full" if is_full else f"more would exceed {recipe.max_tokens:,} tokens"
    )
    begins = "the chat begins" if before is None else _cut(dataset, exchanges[own[0]], before)
    ends = "the chat ends" if after is None else _cut(dataset, exchanges[own[-1]], after)
    return begins or "what was said before fills another example", ends or limit


def _cut(dataset: Dataset, here: Row, there: Row) -> str:
    """Return in words what parts two neighbouring exchanges; nothing when it is only the size of examples."""
    if there["conversation_no"] != here["conversation_no"]:
        return f"a pause of more than {duration(dataset.recipe.gap_minutes)}"
    if there["reason"] is not None:
        return f"an exchange is left out: {words_for(str(there['reason']))}"
    return ""
