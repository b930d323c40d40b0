"""Sentences that nobody typed: what Messenger itself writes into a chat, in the language of its owner.

The lists are data, one file a language in `languages/`. Only a whole text counts, never a part of one.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


def is_system_sentence(text: str, sender: str) -> bool:
    """Return whether Messenger wrote the text, given the display name of whom it stands under."""
    after_sender, whole = _patterns()
    if sender and text.startswith(sender):
        rest = text[len(sender) :]
        if rest.startswith(" ") and after_sender.fullmatch(rest[1:]):
            return True
    if text.startswith("You ") and after_sender.fullmatch(text[4:]):
        return True
    return whole.fullmatch(text) is not None


def is_deleted_account(name: str) -> bool:
    """Return whether a display name stands for accounts that are gone, which are never one person."""
    return name in _deleted_accounts()


@cache
def _languages() -> list[dict[str, list[str]]]:
    folder = files("rolecall").joinpath("languages")
    lists = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return [tomllib.loads(file.read_text("utf-8")) for file in lists]


@cache
def _deleted_accounts() -> frozenset[str]:
    return frozenset(name for language in _languages() for name in language["deleted_accounts"]) | {""}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        _pattern(sentence for language in _languages() for sentence in language["after_sender"]),
        _pattern(sentence for language in _languages() for sentence in language["whole"]),
    )


def _pattern(sentences: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all sentences; names and titles in the place of `{any}` stay on one line."""
    forms = []
    for sentence in sorted(set(sentences)):
        form = ".+".join(re.escape(part) for part in sentence.split("{any}"))
        forms.append(f"{form.removesuffix(re.escape('.'))}\\.?" if sentence.endswith(".") else form)
    return re.compile("|".join(forms))
