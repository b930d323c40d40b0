"""Lines that say the same: twice in one file, or in a training file and in the one for validation."""

from array import array
from collections.abc import Iterator
from hashlib import blake2b

import msgspec

# What different formats call the same speaker.
ROLES = {"human": "user", "gpt": "assistant"}


def meaning(example: dict[str, object]) -> int:
    """Return a number that two examples share when their messages are the same; never 0.

    Who speaks and what is said count, in whatever format; weights, names and a system message do not.
    """
    entries = example.get("messages", example.get("conversations"))
    if entries is None and isinstance(example.get("prompt"), list):
        entries = [*_list(example["prompt"]), *_list(example.get("completion"))]
    said = [(ROLES.get(role, role), text) for role, text in _spoken(_list(entries)) if role != "system"]
    digest = blake2b(msgspec.json.encode(said), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) | 1


def shared_lines(here: "array[int]", there: "array[int]") -> Iterator[tuple[int, int]]:
    """Yield (line here, line there) of each line whose meaning stands in the other file; 0 is no line."""
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


def _spoken(entries: list[object]) -> Iterator[tuple[str, object]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield str(entry.get("role", entry.get("from"))), entry.get("content", entry.get("value"))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
