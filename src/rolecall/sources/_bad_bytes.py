"""Files in which some bytes are no UTF-8: a bad disk, a tool that took them for another encoding.

Each such byte becomes U+FFFD, and the file is read. A name that lost a character this way is still the name
of one person, when only one name in the file fits.
"""

import re
from collections.abc import Iterator

REPLACEMENT = "\ufffd"
# As `surrogateescape` decodes what is no UTF-8.
_BAD_BYTES = re.compile("[\udc80-\udcff]")
_NAME_KEYS = ("name", "sender_name", "senderName", "actor", "sender", "username")

Slot = tuple[dict[str, object] | list[object], str | int]
"""Where a name stands: an object and a key, or a list and a place."""


def decoded(data: bytes) -> tuple[str, int]:
    """Return a file as text, and how many of its bytes are no UTF-8; each of those becomes U+FFFD."""
    try:
        return data.decode("utf-8-sig"), 0
    except UnicodeDecodeError:
        return _BAD_BYTES.subn(REPLACEMENT, data.decode("utf-8-sig", "surrogateescape"))


def heal_names(document: object) -> None:
    """Write each damaged name of a parsed file as the whole name in it that fits, where one alone does."""
    slots = [
        (place, key, name) for place, key in _slots(document) if isinstance(name := _at(place, key), str)
    ]
    whole = {name for _, _, name in slots if REPLACEMENT not in name}
    for place, key, name in slots:
        if REPLACEMENT in name:
            fitting = [one for one in whole if _form(name).fullmatch(one)]
            if len(fitting) == 1:
                place[key] = fitting[0]  # type: ignore[index]


def _form(name: str) -> re.Pattern[str]:
    """Return what a damaged name was: a run of bad bytes stood for as many characters, or fewer."""
    parts = re.split(f"({REPLACEMENT}+)", name)
    return re.compile(
        "".join(f".{{1,{len(part)}}}" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    )


def _slots(document: object) -> Iterator[Slot]:
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
            yield from ((item, key) for key in _NAME_KEYS if key in item)
            people = item.get("participants")
            if isinstance(people, list):
                yield from ((people, number) for number in range(len(people)))


def _at(place: dict[str, object] | list[object], key: str | int) -> object:
    return place[key]  # type: ignore[index]
