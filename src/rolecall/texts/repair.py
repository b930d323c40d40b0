"""Repairing texts of archives.

Messenger writes each UTF-8 byte of a text as one code point below U+0100 ("mojibake"), so the inverse is
exact and is applied exactly once. Nothing is normalised or guessed. Source: FORMATS.md section 3.1.
"""

import re
from collections.abc import Sequence
from contextlib import suppress

import pyarrow as pa

from rolecall.texts.storable import CONTROLS, clean

# One character of UTF-8 (RFC 3629), or a surrogate half as CESU-8 writes it, each byte as a code point.
_SEQUENCES = re.compile(
    "(?:[\xc2-\xdf][\x80-\xbf]"
    "|\xe0[\xa0-\xbf][\x80-\xbf]"
    "|[\xe1-\xef][\x80-\xbf]{2}"
    "|\xf0[\x90-\xbf][\x80-\xbf]{2}"
    "|[\xf1-\xf3][\x80-\xbf]{3}"
    "|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
)
# Separates texts that are repaired together: no byte of UTF-8 is 0xFF.
_SEPARATOR, _SEPARATOR_BYTE = "\xff", b"\xff"
_CONTROL_BYTES = bytes(CONTROLS)


def repair(text: str) -> str:
    """Return the text as it was typed: bytes written as code points joined again, once; then `clean`."""
    if text.isascii():
        return text if text.isprintable() else text.translate(CONTROLS)
    try:
        return clean(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:  # correct already, damaged, or both kinds in one text
        return clean(_SEQUENCES.sub(_decode, text))


def repaired_column(texts: Sequence[str]) -> pa.StringArray:
    """Return each text as `repair` does, all at once where nothing is odd.

    Joined by a character that no byte of UTF-8 stands for, the texts of a file are as many bytes as
    characters, and those bytes are what was typed.
    """
    try:
        written = _SEPARATOR.join(texts).encode("latin-1")
        pieces = written.split(_SEPARATOR_BYTE) if texts else []
        if len(pieces) == len(texts) and len(written) == len(written.translate(None, _CONTROL_BYTES)):
            # Each must be whole characters by itself: two halves of one are no character.
            return pa.array(pieces, pa.binary()).cast(pa.string())
    except (UnicodeError, pa.ArrowInvalid):
        pass
    return pa.array([repair(text) for text in texts], pa.string())


def cleaned_column(texts: Sequence[str]) -> pa.StringArray:
    """Return each text as `clean` does, all at once where nothing is odd."""
    with suppress(UnicodeError):  # half a character
        column = pa.array(texts, pa.string())
        _, _, data = column.buffers()
        written = b"" if data is None else data.to_pybytes()
        if len(written) == len(written.translate(None, _CONTROL_BYTES)):
            return column
    return pa.array([clean(text) for text in texts], pa.string())


def _decode(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("utf-8", "surrogatepass")
