"""Reading a training file line by line, whatever it may hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from rolecall.errors import NotFound, RolecallError, UsageError

MAX_LINE_BYTES = 64 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Example = dict[str, object]


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file that may have lines.

    Raises:
        NotFound: There is no such file.
        UsageError: It is a folder, a device or a Parquet file.
        RolecallError: It cannot be read.
    """
    if not path.exists():
        raise NotFound(f"no file {path} to check")
    if not path.is_file():
        raise UsageError(f"{path} is not a file; give a .jsonl file")
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                raise UsageError(
                    f"{path} is a Parquet file, which no provider takes; export it as openai instead"
                )
            file.seek(0)
            yield file
    except OSError as error:
        raise RolecallError(f"{path} cannot be read: {error.strerror or error}") from error


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line by its number, split at LF only; None instead of a line beyond all measure."""
    line_no = 0
    while line := file.readline(MAX_LINE_BYTES):
        line_no += 1
        is_whole = line.endswith(b"\n") or len(line) < MAX_LINE_BYTES
        while not is_whole:
            rest = file.readline(MAX_LINE_BYTES)
            is_whole = rest.endswith(b"\n") or len(rest) < MAX_LINE_BYTES
            line = b""
        yield line_no, line or None


def read_example(line: bytes | None) -> Example | tuple[str, str]:
    """Return the JSON object on a line, or a finding's code and sentence."""
    if line is None:
        return "line_too_long", f"the line is longer than {MAX_LINE_BYTES // 1024 // 1024} MB"
    if not line.strip():
        return "blank_line", "the line is blank"
    try:
        example = msgspec.json.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return "not_utf8", f"byte {error.start + 1} of the line is not UTF-8"
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        return "not_json", f"the line is not JSON: {error}"
    if not isinstance(example, dict):
        return "not_object", f"the line is JSON, but a {type(example).__name__} and no object"
    return example
