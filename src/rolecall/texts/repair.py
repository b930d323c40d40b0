"""Repairing texts of archives.

Messenger writes each UTF-8 byte of a text as one code point below U+0100 ("mojibake"), so the inverse is
exact and is applied exactly once. Nothing is normalised or guessed. Source: FORMATS.md section 3.1.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rolecall.errors import UsageError

# C0 controls but TAB, LF, CR: `replace()` in SQL could not escape them in JSON text, and PostgreSQL refuses
# NUL.
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SURROGATES = re.compile("[\ud800-\udfff]")
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
_CONTROL_BYTES = bytes(_CONTROLS)


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


def repair(text: str) -> str:
    """Return the text as it was typed: bytes written as code points joined again, once; then `clean`."""
    if text.isascii():
        return text if text.isprintable() else text.translate(_CONTROLS)
    try:
        return clean(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:  # correct already, damaged, or both kinds in one text
        return clean(_SEQUENCES.sub(_decode, text))


def clean(text: str) -> str:
    """Return the text as every engine can store it: no C0 controls but TAB, LF and CR, no lone surrogates.

    Pairs of surrogates become the character they mean; a lone one becomes U+FFFD.
    """
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.isprintable() else text.translate(_CONTROLS)


def moment(milliseconds: int) -> str:
    """Return a moment as people write it: its UTC day, with the time unless that is midnight."""
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):  # no calendar has it
        return f"{milliseconds} ms"
    return when.strftime("%Y-%m-%d" if milliseconds % 86_400_000 == 0 else "%Y-%m-%d %H:%M UTC")


def milliseconds_of_moment(text: str) -> int | None:
    """Return an ISO 8601 time (UTC when it names no other zone) as milliseconds since 1970, else None."""
    try:
        moment = datetime.fromisoformat(text)
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(
            milliseconds=1
        )
    except (ValueError, OverflowError):
        return None


def _decode(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("utf-8", "surrogatepass")


def check_text(what: str, text: str) -> None:
    """Return if every engine can store the text and every file can hold it.

    Raises:
        UsageError: It holds a control character or half a character.
    """
    if clean(text) != text:
        raise UsageError(
            f"the {what} holds a control character or half a character; remove it: {text[:40]!r}"
        )
