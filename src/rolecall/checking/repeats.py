"""Lines that say the same: twice in one file, or in a training file and in the one for validation."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rolecall.checking.reading import BYTE_ORDER_MARK, Example, numbered_lines, opened, read_example
from rolecall.checking.rules import part_of
from rolecall.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

# A shorter reply ("ok", "see you at six then") is said again by chance; in both files it is no leak.
MIN_REPLY_CHARS = 32
# Replies whose 8-byte hashes are remembered, with their lines: 160 MB at the most.
REMEMBERED_REPLIES = 10_000_000

# What different formats call the same speaker.
ROLES = {"human": "user", "gpt": "assistant"}


@dataclass(slots=True)
class Unread:
    """Lines that hold no example: how many, the first, and what is wrong with it."""

    count: int
    line_no: int
    sentence: str


@dataclass(slots=True)
class Sayings:
    """What the lines of a file say, in 8 bytes each: whole examples, and trained replies but short ones."""

    examples: "array[int]" = field(default_factory=lambda: array("q"))
    """In the order of lines; 0 is no example."""
    replies: "array[int]" = field(default_factory=lambda: array("q"))
    reply_lines: "array[int]" = field(default_factory=lambda: array("q"))
    name: str = ""
    """Of the file."""
    unread: Unread | None = None

    def add(self, line_no: int, example: Example) -> None:
        """Remember what a line says; lines come in order, and those without an example may be left out."""
        if not _entries(example):
            return
        self.examples.extend([0] * (line_no - 1 - len(self.examples)))
        self.examples.append(meaning(example))
        for text in _trained(example):
            if len(text) >= MIN_REPLY_CHARS and len(self.replies) < REMEMBERED_REPLIES:
                self.replies.append(_number(text))
                self.reply_lines.append(line_no)


def sayings_of(path: Path) -> Sayings:
    """Return what a file says.

    Raises:
        UsageError: It holds no example, so nothing can be compared with it; see `opened` for the rest.
    """
    sayings = Sayings(name=path.name)
    with opened(path) as file:
        for line_no, line in numbered_lines(file):
            if line_no == 1 and line is not None:
                line = line.removeprefix(BYTE_ORDER_MARK)
            example = read_example(line)
            if isinstance(example, dict) and _entries(example):
                sayings.add(line_no, example)
            elif line is None or line.strip():
                sentence = "the line has no messages" if isinstance(example, dict) else example[1]
                sayings.unread = sayings.unread or Unread(0, line_no, sentence)
                sayings.unread.count += 1
    if not sayings.examples:
        why = f"line {sayings.unread.line_no}: {sayings.unread.sentence}" if sayings.unread else "it is empty"
        raise UsageError(f"{path} holds no example to compare with; {why}; give a training file (.jsonl)")
    return sayings


def leaks(
    here: Sayings, there: Sayings, shared: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, str, str]]:
    """Yield what two files share: a line, a finding's code and sentence; of each line only the worst.

    Args:
        here: What the lines of the one file say.
        there: What those of the other say.
        shared: What the store knows: a line, a line there, and how many messages of the one stand there too.
    """
    name = there.name
    is_leaked = bytearray(len(here.examples) + 1)
    for line_no, other_no in _shared(here.examples, there.examples):
        is_leaked[line_no] = 1
        yield line_no, "leaked_line", f"the same is said on line {other_no} of {name}"
    for line_no, other_no, number in shared:
        if not is_leaked[line_no]:
            is_leaked[line_no] = 1
            what = "one of its messages stands" if number == 1 else f"{number} of its messages stand"
            yield line_no, "leaked_message", f"{what} in {name} too, first on line {other_no}"
    for reply_no, other_reply_no in _shared(here.replies, there.replies):
        line_no, other_no = here.reply_lines[reply_no - 1], there.reply_lines[other_reply_no - 1]
        if not is_leaked[line_no]:
            is_leaked[line_no] = 1
            yield line_no, "leaked_reply", f"a reply is trained on line {other_no} of {name} too"


def meaning(example: Example) -> int:
    """Return a number that two examples share when their messages are the same; never 0.

    Who speaks and what is said count, in whatever format; weights, names and a system message do not.
    """
    said = [(ROLES.get(role, role), text) for role, text in _spoken(_entries(example)) if role != "system"]
    return _number(said)


def _column(hashes: "array[int]") -> "pa.Int64Array":
    """Return the numbers as Arrow sees them, without a copy."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(hashes), [None, pa.py_buffer(hashes)])


def _shared(here: "array[int]", there: "array[int]") -> Iterator[tuple[int, int]]:
    """Yield where a number stands that both have: its position here and there, from 1; 0 is none."""
    import pyarrow.compute as pc

    own = _column(here)
    indices = pc.if_else(pc.equal(own, 0), None, pc.index_in(own, value_set=_column(there)))
    for index in pc.indices_nonzero(indices.is_valid()):
        yield index.as_py() + 1, indices[index.as_py()].as_py() + 1


def doubles(hashes: "array[int]", limit: int) -> tuple[int, list[tuple[int, int]]]:
    """Return how many lines repeat an earlier one, and (earlier line, line) of the first; 0 is no line."""
    import pyarrow.compute as pc

    column = _column(hashes)
    tally = pc.value_counts(column)
    is_repeated = pc.and_(pc.greater(tally.field("counts"), 1), pc.not_equal(tally.field("values"), 0))
    repeated = tally.filter(is_repeated)
    pairs: list[tuple[int, int]] = []
    first: dict[int, int] = {}
    for index in pc.indices_nonzero(pc.is_in(column, value_set=repeated.field("values"))):
        line_no = index.as_py() + 1
        first_no = first.setdefault(hashes[line_no - 1], line_no)
        if first_no != line_no:
            pairs.append((first_no, line_no))
        if len(pairs) == limit:
            break
    return int(pc.sum(repeated.field("counts")).as_py() or 0) - len(repeated), pairs


def _trained(example: Example) -> Iterator[str]:
    """Yield the replies that a trainer learns to write: those not marked as only read."""
    parts = part_of(example, "completion") if "completion" in example else _entries(example)
    for entry in parts:
        if isinstance(entry, dict) and entry.get("weight") != 0 and entry.get("loss") is not False:
            for role, text in _spoken([entry]):
                if ROLES.get(role, role) == "assistant" and isinstance(text, str):
                    yield text


def _entries(example: Example) -> list[object]:
    """Return the messages of an example in any format."""
    if "messages" not in example and "prompt" in example:
        return [*part_of(example, "prompt"), *part_of(example, "completion")]
    entries = example.get("messages", example.get("conversations"))
    return entries if isinstance(entries, list) else []


def _number(value: object) -> int:
    """Return a number that stands for a value; never 0."""
    digest = blake2b(msgspec.json.encode(value), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) | 1


def _spoken(entries: list[object]) -> Iterator[tuple[str, object]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield str(entry.get("role", entry.get("from"))), entry.get("content", entry.get("value"))
