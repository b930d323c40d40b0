"""Files in which some bytes are no UTF-8: a bad disk, a tool that took them for another encoding.

Each such byte becomes U+FFFD, and the file is read. A name that lost a character this way becomes whole again
when exactly one undamaged name in the file fits.
"""

import re
from collections.abc import Iterator

REPLACEMENT = "\ufffd"
# As `surrogateescape` decodes what is no UTF-8.
_BAD_BYTES = re.compile("[\udc80-\udcff]")
_NAME_KEYS = ("name", "sender_name", "senderName", "actor", "sender", "username")

_Holder = dict[str, object] | list[object]
"""What a name stands in; its key there, or its index, says where."""


def decoded(data: bytes) -> tuple[str, int]:
    """Return a file as text, and how many of its bytes are no UTF-8; each of those becomes U+FFFD."""
    try:
        return data.decode("utf-8-sig"), 0
    except UnicodeDecodeError:
        return _BAD_BYTES.subn(REPLACEMENT, data.decode("utf-8-sig", "surrogateescape"))


def heal_names(document: object) -> None:
    """Write each damaged name of a parsed file as the whole name in it that fits, where one alone does."""
    names = list(_names(document))
    whole = {name for _, _, name in names if REPLACEMENT not in name}
    for holder, key, name in names:
        if REPLACEMENT in name:
            fitting = [candidate for candidate in whole if _form(name).fullmatch(candidate)]
            if len(fitting) == 1:
                holder[key] = fitting[0]  # type: ignore[index]


def _form(name: str) -> re.Pattern[str]:
    """Return a pattern of what a damaged name was: n bad bytes in a row stood for 1 to n characters."""
    parts = re.split(f"({REPLACEMENT}+)", name)
    return re.compile(
        "".join(f".{{1,{len(part)}}}" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    )


def _names(document: object) -> Iterator[tuple[_Holder, str | int, str]]:
    """Yield each name with what it stands in, and its key or index there."""
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
            yield from ((item, key, name) for key in _NAME_KEYS if isinstance(name := item.get(key), str))
            people = item.get("participants")
            if isinstance(people, list):
                yield from (
                    (people, index, name) for index, name in enumerate(people) if isinstance(name, str)
                )
