"""Whether some words inside a sentence are names: of people in the chat, or at least such as people have."""

import re
from collections.abc import Collection

# What Messenger writes for a person whom it does not name.
_SOMEBODY = "a contact"
_MOST_WORDS = 10
_MORE = re.compile(r"(?:,| [^\W\d_]{1,3}) \d{1,4} \w+$")  # "and 3 others"
_END = re.compile(r"[^\W\d_]{3}[.!?…]+(?: |$)|[!?…]$")


def is_name(text: str, people: Collection[str]) -> bool:
    """Return whether the words are one display name or several, or `a contact`.

    People of the chat may have any name: many of Instagram's begin in lower case, as ordinary words do. Other
    names must look like names: a few words that begin with a capital letter, or in a script without capitals.
    """
    for name in sorted((name for name in people if name and name in text), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "X", text)
    return text == _SOMEBODY or all(map(_is_like_names, _MORE.sub("", text).split(", ")))


def is_member(text: str, people: Collection[str]) -> bool:
    """Return whether the words name somebody in the chat, be it by the first name alone, or are `a contact`.

    Where not everybody is known, what `is_name` accepts is enough: with fewer than two people, or with `''`
    among them, which is an account that is gone.
    """
    if text == _SOMEBODY or text in people or any(name.startswith(f"{text} ") for name in people):
        return True
    is_everybody_known = len(people) > 1 and "" not in people
    return not is_everybody_known and is_name(text, people)


def _is_like_names(text: str) -> bool:
    """Return whether the words begin with capitals; short ones in between need not ("van", "and")."""
    words = text.split(" ")
    inner = {index for index, word in enumerate(words) if len(word) < 4} - {0, len(words) - 1}
    return (
        len(words) <= _MOST_WORDS
        and _END.search(text) is None
        and all(index in inner or _is_capital(word) for index, word in enumerate(words))
    )


def _is_capital(word: str) -> bool:
    first = next(filter(str.isalnum, word), "a")
    return not first.islower()
