"""Values on their way through a pipe, from one process of ours to another."""

import pickle
import struct
from typing import IO

_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], value: object) -> None:
    """Write a value; the columns in it are not copied for it."""
    buffers: list[pickle.PickleBuffer] = []
    parts = [pickle.dumps(value, protocol=5, buffer_callback=buffers.append)]
    views = [memoryview(part) for part in parts] + [buffer.raw() for buffer in buffers]
    stream.write(_LENGTH.pack(len(views)) + b"".join(_LENGTH.pack(view.nbytes) for view in views))
    for view in views:
        stream.write(view)
    stream.flush()


def receive(stream: IO[bytes]) -> object:
    """Read a value that `send` wrote: only from a process of one's own, since reading may run code.

    Raises:
        EOFError: The other process has ended.
    """
    (count,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    sizes = [_LENGTH.unpack(_read(stream, _LENGTH.size))[0] for _ in range(count)]
    parts = [_read(stream, size) for size in sizes]
    return pickle.loads(parts[0], buffers=parts[1:])


def _read(stream: IO[bytes], size: int) -> bytearray:
    data = bytearray(size)
    view, at = memoryview(data), 0
    while at < size:
        count = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        at += count
    return data
