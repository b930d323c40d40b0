"""Repairing texts of archives.

Messenger writes each UTF-8 byte of a text as one code point below U+0100 ("mojibake"), so the inverse is
exact and is applied exactly once. Nothing is normalised or guessed. Source: FORMATS.md section 3.1.
"""

import re
from collections.abc import Sequence

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
# Separates texts that are repaired together: no byte of UTF-8 is 0xFF, and NUL is removed from every text.
_SEPARATOR = "\xff"
_TO_NUL = bytes(0 if byte == 0xFF else byte for byte in range(256))
_CONTROL_BYTES = bytes(CONTROLS)


def repair(text: str) -> str:
    """Return the text as it was typed: bytes written as code points joined again, once; then `clean`."""
    if text.isascii():
        return text if text.isprintable() else text.translate(CONTROLS)
    try:
        return clean(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:  # correct already, damaged, or both kinds in one text
        return clean(_SEQUENCES.sub(_decode, text))


def repair_all(texts: Sequence[str]) -> list[str]:
    """Return each text as `repair` does, all at once where nothing is odd."""
    joined = _SEPARATOR.join(texts)
    try:
        written = joined.encode("latin-1")
        if joined.count(_SEPARATOR) != len(texts) - 1 or written != written.translate(None, _CONTROL_BYTES):
            return [repair(text) for text in texts]
        return written.translate(_TO_NUL).decode("utf-8").split("\0")
    except UnicodeError:
        return [repair(text) for text in texts]


def _decode(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("utf-8", "surrogatepass")
