"""Texts that every engine can store and every file can hold."""

import re

from rolecall.errors import UsageError

CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
"""C0 controls but TAB, LF and CR. `replace()` in SQL could not escape them in JSON text, and PostgreSQL
refuses NUL."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return a text without what cannot be stored: C0 controls but TAB, LF and CR, and lone surrogates.

    Pairs of surrogates become the character they mean; a lone one becomes U+FFFD.
    """
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.isprintable() else text.translate(CONTROLS)


def check_text(what: str, text: str) -> None:
    """Return if a text that the user gives can be stored as it is.

    Raises:
        UsageError: It holds a control character or half a character.
    """
    if clean(text) != text:
        raise UsageError(
            f"the {what} holds a control character or half a character; remove it: {text[:40]!r}"
        )
