"""Slugs: names spelt as the `name` field of a message may hold them, `[A-Za-z0-9_-]{1,64}`.

Source of the rule: PROVIDERS.md, "Training-file rules".
"""

import re
import unicodedata

from anyascii import anyascii

MAX_CHARS = 64
# For names without any letter, figure or emoji.
NOBODY = "person"
UNKNOWN = "Unknown"
"""Who has no name at all, as in prefixes."""


def slug_of(name: str) -> str:
    """Return a name in ASCII: `Bo Lünd` as `Bo_Lund`, `Юлия` as `Yuliya`; `person` where nothing is left."""
    if not name:
        return UNKNOWN
    whole = unicodedata.normalize("NFC", name)
    # Emoji become words, which are worth their tokens only where the name has nothing else.
    plain = "".join(letter for letter in whole if not unicodedata.category(letter).startswith("S"))
    return _joined(plain) or _joined(whole) or NOBODY


def free_slug(name: str, taken: set[str]) -> str:
    """Return the slug of a name, with a number behind it when it is taken, and take it.

    Args:
        name: A display name.
        taken: Those that were given before, casefolded; the new one is added.
    """
    slug, number = slug_of(name), 1
    whole = slug
    while whole.casefold() in taken:
        number += 1
        whole = f"{slug[: MAX_CHARS - 1 - len(str(number))]}_{number}"
    taken.add(whole.casefold())
    return whole


def _joined(name: str) -> str:
    """Return the words of a name, spelt in ASCII, with `_` between them; nothing if none has a letter."""
    words = re.split(r"[^A-Za-z0-9-]+", "".join(_spelt(letter) for letter in name))
    slug = "_".join(word for word in words if word)[:MAX_CHARS].rstrip("_")
    return slug if re.search(r"[A-Za-z0-9]", slug) else ""


def _spelt(letter: str) -> str:
    # Some letters are spelt with an apostrophe, which would cut a word in two.
    return letter if letter.isascii() else re.sub("['`]", "", anyascii(letter))
