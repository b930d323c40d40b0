"""Fields that the sources share: names, numbers, reactions, kinds of files, the direction of a file."""

import json
from array import array
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from rolecall.sources._columns import column_of
from rolecall.texts.repair import cleaned_column, repair, repaired_column

_KINDS_OF_SUFFIXES = {
    "photo": (".jpeg", ".jpg", ".png", ".webp", ".heic", ".bmp"),
    "video": (".mp4", ".mov", ".webm", ".avi", ".mkv", ".3gp"),
    "audio": (".ogg", ".opus", ".aac", ".m4a", ".mp3", ".wav"),
    "gif": (".gif",),
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _KINDS_OF_SUFFIXES.items() for suffix in suffixes}
# Real times are far below it, and the sum of two still fits a bigint.
LARGEST = 2**61


class Names(dict[str, str]):
    """Display names as the file writes them -> repaired; a file repeats a few names thousands of times."""

    def __init__(self, repaired: Callable[[str], str] = repair) -> None:
        """Take what repairs a text of this file: `repair`, or `clean`."""
        super().__init__()
        self.repair = repaired
        self.lost_count = 0
        """Lists and objects where a text should stand."""

    def copied(self) -> "Names":
        """Return the same names, to which others may be added."""
        names = Names(self.repair)
        names.update(self)
        return names

    def repaired(self, name: object) -> str:
        """Return the name repaired; see `text`."""
        if not isinstance(name, str):
            name = self.text(name)
        repaired = self.get(name)
        if repaired is None:
            repaired = self[name] = self.repair(name)
        return repaired

    def text(self, value: object) -> str:
        """Return what can be read as text, unrepaired; what cannot is counted, and `''`."""
        text = text_of(value)
        if text is None:
            self.lost_count += 1
        return text or ""

    def column(self, names: Sequence[object]) -> pa.DictionaryArray:
        """Return many names repaired, as a column; each distinct name is repaired once."""
        try:
            distinct = dict.fromkeys(names)
        except TypeError:  # a list or an object where a name should be
            names = [self.text(name) for name in names]
            distinct = dict.fromkeys(names)
        texts = list(dict.fromkeys(map(self.repaired, distinct)))
        place = {text: number for number, text in enumerate(texts)}
        number_of = {name: place[self.repaired(name)] for name in distinct}
        numbers = array("i", [number_of[name] for name in names])
        return pa.DictionaryArray.from_arrays(column_of(numbers), pa.array(texts, pa.string()))

    def texts(self, values: Sequence[object]) -> pa.StringArray:
        """Return many texts repaired, as a column; see `text`."""
        texts = [value if isinstance(value, str) else self.text(value) for value in values]
        return (repaired_column if self.repair is repair else cleaned_column)(texts)


def text_of(value: object) -> str | None:
    """Return a text; a number or a boolean as it is written; `''` for null; None for anything else."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    is_written = isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
    return json.dumps(value) if is_written else None


def listed(value: object) -> list[Any]:
    """Return a list; of anything else a list of that alone, where it is not null."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def integer_of(value: object) -> int | None:
    """Return a number that a bigint can hold, also when it is written as a text or a fraction, else None."""
    if type(value) is int and abs(value) < LARGEST:  # as nearly every one is
        return value
    number = _number_of(value)
    return None if number is None else int(number)


def milliseconds_of(seconds: object) -> int | None:
    """Return seconds as milliseconds, or None when there is no such number."""
    number = _number_of(seconds)
    milliseconds = 0 if number is None else int(number * 1000)
    return None if number is None or abs(milliseconds) >= LARGEST else milliseconds


def _number_of(value: object) -> Decimal | None:
    """Return a number that a bigint can hold, its fraction included, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value)) if isinstance(value, float | str) else Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() and number.copy_abs() < LARGEST else None


def inside(value: object, *keys: str) -> object:
    """Return what lies below these keys in objects in objects, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def is_newest_first(times: list[int], *, is_default: bool) -> bool:
    """Return whether times fall more often than they rise from one to the next; `is_default` when neither."""
    if times and times[0] != times[-1]:  # sorted one way or the other, as nearly every file is
        for is_newest in (True, False):
            if times == sorted(times, reverse=is_newest):
                return is_newest
    falling = rising = 0
    for before, after in pairwise(times):
        if after < before:
            falling += 1
        elif after > before:
            rising += 1
    return falling > rising or (falling == rising and is_default)


def kind_of_file(uri: str) -> str:
    """Return photo, video, audio, gif or, when its suffix tells nothing, file."""
    return _KIND_OF_SUFFIX.get(PurePosixPath(uri.split("?")[0]).suffix.lower(), "file")


def reactions_of(reactions: object, names: Names) -> list[tuple[str, str, int | None]]:
    """Return the reactions of an entry: emoji, who, and when, which only Instagram says, in seconds.

    One alone may stand without its list, and an emoji without an object around it.
    """
    found = []
    for item in listed(reactions):
        reaction = item if isinstance(item, dict) else {"reaction": item}
        emoji = names.repaired(reaction.get("reaction"))  # few, like names
        if emoji or reaction.get("reaction") == "":
            at_ms = milliseconds_of(reaction.get("timestamp")) if "timestamp" in reaction else None
            found.append((emoji, names.repaired(reaction.get("actor")), at_ms))
    return found
