"""Parquet for Hugging Face `datasets`: one row for each example.

Columns: `messages`, a list of role, content, name (null where a message has none) and weight (1 or 0 on
replies, null on other messages), `split` and `token_count`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from rolecall.formats import Example, Format
from rolecall.formats._messages import Message, decode

SCHEMA = pa.schema(
    [
        (
            "messages",
            pa.list_(
                pa.struct(
                    [
                        ("role", pa.string()),
                        ("content", pa.string()),
                        ("name", pa.string()),
                        ("weight", pa.int8()),
                    ]
                )
            ),
        ),
        ("split", pa.string()),
        ("token_count", pa.int64()),
    ]
)
EXAMPLES_IN_GROUP = 4096


class _Pieces:
    """A file for the Parquet writer that hands over what was written."""

    closed = False

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._byte_count = 0

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        self._byte_count += len(data)
        return len(data)

    def tell(self) -> int:
        return self._byte_count

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._held)
        self._held.clear()
        return taken


class Renderer(Format):
    """One Parquet file, written a group of rows after the other."""

    suffix = ".parquet"
    has_names = True

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        """Yield what the writer has for each group, then the end of the file."""
        pieces, waiting = _Pieces(), iter(examples)
        with pq.ParquetWriter(pieces, SCHEMA, compression="zstd") as writer:
            while group := [_row(example) for example in islice(waiting, EXAMPLES_IN_GROUP)]:
                writer.write_table(pa.Table.from_pylist(group, SCHEMA))
                yield pieces.take()
        yield pieces.take()


def _row(example: Example) -> dict[str, object]:
    messages = [
        {**message.plain, "name": message.name, "weight": _weight(message)}
        for message in decode(example.messages)
    ]
    return {"messages": messages, "split": example.split, "token_count": example.token_count}


def _weight(message: Message) -> int | None:
    return int(message.weight != 0) if message.is_reply else None
