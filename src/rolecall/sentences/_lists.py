"""The lists of sentences: one file for each language in `languages/`, and files in the user's own folders."""

import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rolecall.errors import UsageError
from rolecall.sentences._templates import PLACEHOLDER, PLACEHOLDERS

FOLDER_VARIABLE = "ROLECALL_LANGUAGES"
"""Environment variable: a folder with further lists."""
VERBS = "verbs"
"""The one list whose items are lists: what follows a sender's name, and the same told of the owner."""
LISTS = ("deleted_accounts", "after_sender", "after_member", "typed_after_sender", "by_owner", "whole")
KEYS = (VERBS, *LISTS)
_WORDS = ("deleted_accounts", "typed_after_sender")  # without placeholders


def all_lists() -> dict[str, list[str]]:
    """Return the lists of all languages together, each read once: those of rolecall, then the user's.

    The verbs are divided: what follows a sender's name is in `after_sender`; what is told of the owner is in
    `by_owner`, or in `whole` if it names somebody in the chat, since it may stand under that name as well.

    Raises:
        UsageError: A list of the user's cannot be read; the file and the line are named.
    """
    together: dict[str, list[str]] = {key: [] for key in LISTS}
    for folder in _folders():
        for file in _lists_in(folder):
            for key, sentence in _read(file):
                together[key].append(sentence)
    return together


def user_folder() -> Path:
    """Return where a user's own lists are looked for: `languages` in the folder of rolecall's settings."""
    from platformdirs import user_config_path

    return user_config_path("rolecall", appauthor=False) / "languages"


def _folders() -> Sequence[Traversable]:
    folders: list[Traversable] = [files("rolecall").joinpath("languages")]
    if user_folder().is_dir():
        folders.append(user_folder())
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        if not Path(given).is_dir():
            raise UsageError(f"{given} is no folder; {FOLDER_VARIABLE} names one with lists of sentences")
        folders.append(Path(given))
    return folders


def _lists_in(folder: Traversable) -> list[Traversable]:
    return sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )


def _read(file: Traversable) -> Iterator[tuple[str, str]]:
    """Yield the sentences in one file, checked, each with the list that it belongs to."""
    try:
        text = file.read_text("utf-8")
        document: dict[str, Any] = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line_no = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}, line {line_no}: not UTF-8; save the list as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}; correct the list or take it away") from error
    for key, value in document.items():
        word, reason = _problem_of_list(key, value)
        if reason:
            raise UsageError(f"{file}, line {_line_no(text, key, word)}: {reason}")
        yield from _divided(value) if key == VERBS else ((key, sentence) for sentence in value)


def _divided(verbs: list[list[str]]) -> Iterator[tuple[str, str]]:
    for after_sender, *told_of_owner in verbs:
        yield "after_sender", after_sender
        for sentence in told_of_owner:
            yield "whole" if "{member}" in sentence else "by_owner", sentence


def _problem_of_list(key: str, value: object) -> tuple[str, str | None]:
    """Return what is wrong with a list, and the word at which: of the first item that has something wrong."""
    if key not in KEYS:
        return key, f"no list is named '{key}'; choose from: {', '.join(KEYS)}"
    if not isinstance(value, list):
        return key, f"{key} is no list of {'lists' if key == VERBS else 'texts'}"
    for item in value:
        if key == VERBS and (not isinstance(item, list) or len(item) < 2):
            reason = "what follows the sender's name, then the same told of the owner"
            return _word(item), f"{item!r} is no list of two texts or more: {reason}"
        for sentence in item if key == VERBS else [item]:
            problem = _problem(sentence, key)
            if problem:
                return _word(sentence), problem
    return key, None


def _word(item: object) -> str:
    """Return what of an item stands in the file as it is."""
    return _word(next(iter(item), "")) if isinstance(item, list) else str(item)


def _problem(sentence: object, key: str) -> str | None:
    """Return what is wrong with one line of a list."""
    if not isinstance(sentence, str):
        return f"{sentence!r} is no text"
    if not sentence.strip():
        return "a sentence is empty"
    if key in _WORDS:
        return None
    if "{" in sentence.split(" ", 1)[0]:
        return f"'{sentence}' has a placeholder in its first word; begin with a word"
    unknown = next((name for name in PLACEHOLDER.findall(sentence) if name not in PLACEHOLDERS), None)
    if unknown is not None:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"no placeholder is named '{{{unknown}}}'; choose from: {known}"
    return None


def _line_no(text: str, key: str, word: str) -> int:
    """Return the line of a word in a list, or of the list itself."""
    start = re.search(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", text, re.MULTILINE)
    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(text, start.end() if start else 0) or start
    return text.count("\n", 0, found.start()) + 1 if found else 1
