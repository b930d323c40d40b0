"""Slugs: names spelt as the `name` field of a message may hold them, `[A-Za-z0-9_-]{1,64}`.

Source of the rule: PROVIDERS.md, "Training-file rules".
"""
# ruff: noqa: RUF001  Greek and Cyrillic letters that look like Latin ones are meant

import re
import unicodedata

MAX_CHARS = 64
# For names that cannot be spelt in ASCII: other scripts, emoji alone.
NOBODY = "person"
UNKNOWN = "Unknown"
"""Who has no name at all, as in prefixes."""

# Letters that Unicode does not take apart into a Latin letter and its marks.
_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h",
    "ŋ": "ng", "ŧ": "t", "ə": "e", "ĸ": "k",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "dj", "е": "e", "є": "ye", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "џ": "dz", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_LETTERS = {**_LATIN, **_CYRILLIC, **_GREEK}


def slug_of(name: str) -> str:
    """Return a name in ASCII: `Bo Lünd` as `Bo_Lund`, `Юлия` as `Yuliya`; `person` where that cannot be."""
    if not name:
        return UNKNOWN
    words = re.split(r"[^A-Za-z0-9-]+", "".join(_spelt(letter) for letter in _decomposed(name)))
    slug = "_".join(word for word in words if word)[:MAX_CHARS].rstrip("_")
    return slug if re.search(r"[A-Za-z0-9]", slug) else NOBODY


def free_slug(name: str, taken: set[str]) -> str:
    """Return the slug of a name, with a number behind it when it is taken, and take it.

    Args:
        name: A display name.
        taken: Those that were given before, casefolded; the new one is added.
    """
    slug, place = slug_of(name), 1
    whole = slug
    while whole.casefold() in taken:
        place += 1
        whole = f"{slug[: MAX_CHARS - 1 - len(str(place))]}_{place}"
    taken.add(whole.casefold())
    return whole


def _decomposed(name: str) -> str:
    """Return a name without the marks on its letters."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )


def _spelt(letter: str) -> str:
    if letter.isascii():
        return letter
    spelt = _LETTERS.get(letter.lower())
    if spelt is None:
        return " "
    return spelt if letter.islower() else spelt.capitalize()
