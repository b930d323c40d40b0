"""The lists of sentences: one file for each language in `languages/`, and files in the user's own folders."""

import os
import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from rolecall.errors import UsageError
from rolecall.sentences._templates import PLACEHOLDER, PLACEHOLDERS

FOLDER_VARIABLE = "ROLECALL_LANGUAGES"
"""Environment variable: a folder with further lists."""
KEYS = ("deleted_accounts", "after_sender", "after_member", "typed_after_sender", "by_owner", "whole")
_WORDS = ("deleted_accounts", "typed_after_sender")  # without placeholders


def all_lists() -> dict[str, list[str]]:
    """Return the lists of all languages together, each read once: those of rolecall, then the user's.

    Raises:
        UsageError: A list of the user's cannot be read; the file and the line are named.
    """
    lists = [_read(file) for folder in _folders() for file in _lists_in(folder)]
    return {key: [item for listed in lists for item in listed.get(key, ())] for key in KEYS}


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


def _read(file: Traversable) -> dict[str, list[str]]:
    """Return the lists in one file, checked."""
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
    lists: dict[str, list[str]] = {}
    for key, value in document.items():
        if key not in KEYS:
            raise _wrong(file, text, key, f"no list is named '{key}'; choose from: {', '.join(KEYS)}")
        if not isinstance(value, list):
            raise _wrong(file, text, key, f"{key} is no list of texts")
        for item in value:
            reason = _problem(item, key)
            if reason:
                raise _wrong(file, text, str(item), reason)
        lists[key] = [str(item) for item in value]
    return lists


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


def _wrong(file: Traversable, text: str, word: str, reason: str) -> UsageError:
    match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    line_no = text.count("\n", 0, match.start()) + 1 if match else 1
    return UsageError(f"{file}, line {line_no}: {reason}")
