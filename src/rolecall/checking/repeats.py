"""Lines that say the same: twice in one file, or in a training file and in the one for validation."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import msgspec

from rolecall.checking.reading import BYTE_ORDER_MARK, Example, numbered_lines, opened, read_example
from rolecall.errors import UsageError

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
    """The place tells the line; 0 is no example."""
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
    is_told = bytearray(len(here.examples) + 1)
    for line_no, other_no in _shared(here.examples, there.examples):
        is_told[line_no] = 1
        yield line_no, "leaked_line", f"the same is said on line {other_no} of {name}"
    for line_no, other_no, number in shared:
        if not is_told[line_no]:
            is_told[line_no] = 1
            what = "one of its messages stands" if number == 1 else f"{number} of its messages stand"
            yield line_no, "leaked_message", f"{what} in {name} too, first on line {other_no}"
    for place, other_place in _shared(here.replies, there.replies):
        line_no, other_no = here.reply_lines[place - 1], there.reply_lines[other_place - 1]
        if not is_told[line_no]:
            is_told[line_no] = 1
            yield line_no, "leaked_reply", f"a reply is trained on line {other_no} of {name} too"


def meaning(example: Example) -> int:
    """Return a number that two examples share when their messages are the same; never 0.

    Who speaks and what is said count, in whatever format; weights, names and a system message do not.
    """
    said = [(ROLES.get(role, role), text) for role, text in _spoken(_entries(example)) if role != "system"]
    return _number(said)


def _shared(here: "array[int]", there: "array[int]") -> Iterator[tuple[int, int]]:
    """Yield (place here, place there), from 1, of each number that stands there too; 0 is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own, other = (
        pa.Array.from_buffers(pa.int64(), len(hashes), [None, pa.py_buffer(hashes)])
        for hashes in (here, there)
    )
    places = pc.if_else(pc.equal(own, 0), None, pc.index_in(own, value_set=other))
    for place in pc.indices_nonzero(places.is_valid()):
        yield place.as_py() + 1, places[place.as_py()].as_py() + 1


def doubles(hashes: "array[int]", limit: int) -> tuple[int, list[tuple[int, int]]]:
    """Return how many lines repeat an earlier one, and (earlier line, line) of the first; 0 is no line."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.Array.from_buffers(pa.int64(), len(hashes), [None, pa.py_buffer(hashes)])
    tally = pc.value_counts(column)
    is_repeated = pc.and_(pc.greater(tally.field("counts"), 1), pc.not_equal(tally.field("values"), 0))
    repeated = tally.filter(is_repeated)
    pairs: list[tuple[int, int]] = []
    first: dict[int, int] = {}
    for place in pc.indices_nonzero(pc.is_in(column, value_set=repeated.field("values"))):
        line_no = place.as_py() + 1
        first_no = first.setdefault(hashes[line_no - 1], line_no)
        if first_no != line_no:
            pairs.append((first_no, line_no))
        if len(pairs) == limit:
            break
    return int(pc.sum(repeated.field("counts")).as_py() or 0) - len(repeated), pairs


def _trained(example: Example) -> Iterator[str]:
    """Yield the replies that a trainer learns to write: those not marked as only read."""
    parts = _part(example, "completion") if "completion" in example else _entries(example)
    for entry in parts:
        if isinstance(entry, dict) and entry.get("weight") != 0 and entry.get("loss") is not False:
            for role, text in _spoken([entry]):
                if ROLES.get(role, role) == "assistant" and isinstance(text, str):
                    yield text


def _entries(example: Example) -> list[object]:
    """Return the messages of an example in any format."""
    if "messages" not in example and "prompt" in example:
        return [*_part(example, "prompt"), *_part(example, "completion")]
    return _list(example.get("messages", example.get("conversations")))


def _part(example: Example, key: str) -> list[object]:
    """Return the messages of a prompt or a completion, which may be plain text too."""
    part = example.get(key)
    if isinstance(part, str):
        return [{"role": "user" if key == "prompt" else "assistant", "content": part}] if part else []
    return _list(part)


def _number(value: object) -> int:
    """Return a number that stands for a value; never 0."""
    digest = blake2b(msgspec.json.encode(value), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) | 1


def _spoken(entries: list[object]) -> Iterator[tuple[str, object]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield str(entry.get("role", entry.get("from"))), entry.get("content", entry.get("value"))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
