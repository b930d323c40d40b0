"""Sentences that nobody typed: what Messenger itself writes into a chat, in the language of its owner.

The lists are data, one file a language in `languages/`, and in folders of the user's own. Only a whole text
counts, never a part of one. Source: FORMATS.md section 3.4.
"""

import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from rolecall.errors import UsageError

FOLDER_VARIABLE = "ROLECALL_LANGUAGES"
"""Environment variable: a folder with further lists."""
_KEYS = ("deleted_accounts", "after_sender", "whole")
# What stands for the words that differ. A name is no ordinary word ("You called me yesterday." is a person's)
# and ends no sentence; an emoji has no letters.
_SOMEBODY = "a contact"
_PLACEHOLDERS = {
    "any": ".+",
    "name": r"(?:" + _SOMEBODY + r"|(?![a-z])(?!.*[^\W\d_]{3}[.!?] ).{1,300})",
    "emoji": r"(?:[^\w\s]|[0-9]){1,30}",
}
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
# Longer texts are people's; the longest sentences carry the question of a poll.
_MOST_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Sentences:
    """The lists of all languages, ready to be asked a million times."""

    deleted_accounts: frozenset[str]
    """What stands in the place of a name when the account is gone."""
    after_sender: "_Templates"
    whole: "_Templates"


class _Templates:
    """Sentences, found by their first word: ordinary texts fail at one look into a dictionary."""

    def __init__(self, sentences: Iterable[str]) -> None:
        """Take sentences with placeholders; a full stop at the end may be missing in a text."""
        forms = defaultdict(list)
        for sentence in sorted(set(sentences)):
            forms[_first_word(sentence)].append(_form(sentence))
        self._forms = {word: "|".join(found) for word, found in forms.items()}
        self._patterns: dict[str, re.Pattern[str]] = {}  # made when one is first asked for
        self.first_words = frozenset(self._forms)
        # The first two letters of a text that begins with such a word, and perhaps ends with it.
        self.beginnings = frozenset(f"{word}{end}"[:2] for word in self._forms for end in ("", " ", ".", "!"))

    def may_match(self, text: str) -> bool:
        """Return whether a sentence has the text's first word."""
        return _first_word(text) in self._forms

    def match(self, text: str) -> bool:
        """Return whether the whole text is one of the sentences."""
        word = _first_word(text)
        if word not in self._forms:
            return False
        if word not in self._patterns:
            self._patterns[word] = re.compile(self._forms[word])
        # Downloads differ in a blank at the end.
        return self._patterns[word].fullmatch(text.rstrip()) is not None


def is_system_sentence(text: str, sender: str, people: Iterable[str] = ()) -> bool:
    """Return whether Messenger wrote the text.

    Args:
        text: A whole text, repaired.
        sender: The display name of whom it stands under.
        people: Display names of others in the chat. They need not look like names: many of Instagram's begin
            in lower case, as ordinary words do.
    """
    if len(text) > _MOST_CHARS:
        return False
    sentences = known_sentences()
    if sender and text.startswith(f"{sender} ") and sentences.after_sender.match(text[len(sender) + 1 :]):
        return True
    if sentences.whole.match(text):
        return True
    return sentences.whole.may_match(text) and any(
        sentences.whole.match(text.replace(name, _SOMEBODY)) for name in people if name and name in text
    )


def system_places(texts: Sequence[str], senders: Sequence[str], people: Collection[str] = ()) -> list[int]:
    """Return the places (from 0) of the texts that Messenger wrote, as `is_system_sentence` tells each."""
    whole = known_sentences().whole
    beginnings, first_words = whole.beginnings, whole.first_words
    longest = max(map(len, first_words), default=0) + 2  # what stands behind it is a blank or a full stop
    # Most texts end here: they begin neither with their sender's name nor as a sentence does.
    likely = [
        place
        for place, (text, sender) in enumerate(zip(texts, senders, strict=True))
        if text.startswith(sender) or (text[:2] in beginnings and _first_word(text[:longest]) in first_words)
    ]
    return [place for place in likely if is_system_sentence(texts[place], senders[place], people)]


def is_deleted_account(name: str) -> bool:
    """Return whether a display name stands for accounts that are gone, which are never one person."""
    return not name or name in known_sentences().deleted_accounts


@cache
def known_sentences() -> Sentences:
    """Return all lists, read once: those of rolecall, then those of the user.

    Raises:
        UsageError: A list of the user's cannot be read; the file and the line are named.
    """
    lists = [_read(file) for folder in _folders() for file in _lists_in(folder)]
    deleted, after_sender, whole = (
        [sentence for found in lists for sentence in found.get(key, ())] for key in _KEYS
    )
    return Sentences(frozenset(deleted), _Templates(after_sender), _Templates(whole))


def user_folder() -> Path:
    """Return where a user's own lists are looked for: `languages` in the folder of rolecall's settings."""
    from platformdirs import user_config_path

    return user_config_path("rolecall", appauthor=False) / "languages"


def _folders() -> Sequence[Traversable]:
    folders: list[Traversable] = [files("rolecall").joinpath("languages")]
    if user_folder().is_dir():
        folders.append(user_folder())
    told = os.environ.get(FOLDER_VARIABLE)
    if told:
        if not Path(told).is_dir():
            raise UsageError(f"{told} is no folder; {FOLDER_VARIABLE} names one with lists of sentences")
        folders.append(Path(told))
    return folders


def _lists_in(folder: Traversable) -> list[Traversable]:
    return sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )


def _read(file: Traversable) -> dict[str, list[str]]:
    """Return one list, checked."""
    try:
        text = file.read_text("utf-8")
        document: dict[str, object] = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line_no = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}, line {line_no}: not UTF-8; save the list as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}; correct the list or take it away") from error
    found: dict[str, list[str]] = {}
    for key, value in document.items():
        if key not in _KEYS:
            raise _wrong(file, text, key, f"no list is named '{key}'; choose from: {', '.join(_KEYS)}")
        if not isinstance(value, list):
            raise _wrong(file, text, key, f"{key} is no list of texts")
        for item in value:
            reason = _problem(item, key)
            if reason:
                raise _wrong(file, text, str(item), reason)
        found[key] = [str(item) for item in value]
    return found


def _problem(sentence: object, key: str) -> str | None:
    """Return what is wrong with one line of a list."""
    if not isinstance(sentence, str):
        return f"{sentence!r} is no text"
    if not sentence.strip():
        return "a sentence is empty"
    if key == "deleted_accounts":
        return None
    if "{" in sentence.split(" ", 1)[0]:
        return f"'{sentence}' has a placeholder in its first word; begin with a word"
    unknown = next((name for name in _PLACEHOLDER.findall(sentence) if name not in _PLACEHOLDERS), None)
    if unknown is not None:
        return f"no placeholder is named '{{{unknown}}}'; choose from: {{any}}, {{name}}, {{emoji}}"
    return None


def _wrong(file: Traversable, text: str, word: str, reason: str) -> UsageError:
    place = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    line_no = text.count("\n", 0, place.start()) + 1 if place else 1
    return UsageError(f"{file}, line {line_no}: {reason}")


def _first_word(text: str) -> str:
    return text.split(" ", 1)[0].rstrip(".!")


def _form(sentence: str) -> str:
    """Return a sentence as a pattern; what stands for a placeholder stays on one line."""
    parts = _PLACEHOLDER.split(sentence.rstrip().removesuffix("."))
    form = "".join(
        _PLACEHOLDERS[part] if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return rf"{form}\.?" if sentence.rstrip().endswith(".") else form
