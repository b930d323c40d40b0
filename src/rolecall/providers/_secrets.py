"""The key, taken out of whatever a server sends back, in every form in which it may echo it."""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

# Servers answer a wrong key by quoting it, whole or with stars in its middle.
KEY_LIKE = re.compile(r"\bsk-[\w*-]{6,}")
HIDDEN = "[key]"
# The base64 of less is too short to be told from a word.
LEAST_CHARS = 8
# The same six bits in the two alphabets of base64.
TWINS = {"+": "-", "/": "_"}


class KeyHider:
    """Hides one key: as sent, with characters escaped as URLs, JSON and HTML do it, and within base64."""

    def __init__(self, key: str) -> None:
        """Make the patterns of all forms."""
        forms = [_pattern(key)]
        if len(key) >= LEAST_CHARS:
            # What `Bearer KEY` becomes is one of these, and so is any other text with the key in it.
            forms += [_pattern(core, TWINS) for core in _cores(key.encode())]
        self._forms = re.compile("|".join(forms))
        whole = [key, quote(key, safe="")]
        for text in (key, f"Bearer {key}"):
            encoded = base64.b64encode(text.encode()).decode()
            whole += [encoded, encoded.replace("+", "-").replace("/", "_")]
        self._beginnings = {form[:length] for form in whole for length in range(1, len(form))}
        self._longest = max(map(len, whole))

    def text(self, text: str) -> str:
        """Return a text without the key, and without what looks like one."""
        return KEY_LIKE.sub(HIDDEN, self._forms.sub(HIDDEN, text))

    def pieces(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield a text that comes piece by piece without the key, though it may be cut within it."""
        kept = ""
        for piece in pieces:
            text = self._forms.sub(HIDDEN, kept + piece)
            # An end that may be the beginning of the key waits for what comes next.
            lengths = range(min(len(text), self._longest - 1), 0, -1)
            kept = next((text[-length:] for length in lengths if text[-length:] in self._beginnings), "")
            said = text[: len(text) - len(kept)]
            if said:
                yield self.text(said)
        if kept:
            yield self.text(kept)


def _pattern(text: str, twins: dict[str, str] | None = None) -> str:
    """Return the pattern of a text of ASCII, each of its characters plain or escaped."""
    return "".join(_escaped(character, (twins or {}).get(character, "")) for character in text)


def _escaped(character: str, twin: str) -> str:
    plain = f"[{re.escape(character + twin)}]"
    hexes = "|".join(f"{ord(one):02x}" for one in character + twin)
    numbers = "|".join(str(ord(one)) for one in character + twin)
    # %2d, %252D, \u002d, &#45; &#x2D;
    return rf"(?:{plain}|(?i:%(?:25)*(?:{hexes})|\\+u00(?:{hexes})|&#(?:0*(?:{numbers})|x0*(?:{hexes}));))"


def _cores(key: bytes) -> Iterator[str]:
    """Yield what stands in base64 for the key, wherever it begins in what is encoded."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + key).decode()
        # The first and the last character may hold bits of what stands beside the key.
        yield encoded[-(-offset * 8 // 6) : (offset + len(key)) * 8 // 6]
