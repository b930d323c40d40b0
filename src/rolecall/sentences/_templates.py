"""Sentences with placeholders for the words that differ, and whether a whole text is such a sentence."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rolecall.sentences._names import is_member, is_name

_NAME_TESTS = {"name": is_name, "member": is_member}
_PLACEHOLDERS = {
    "any": ".+",
    "title": ".+",
    # The question of a poll; where it begins in lower case, its question mark tells.
    "question": r"(?s:.+)",
    # No punctuation: "You set the emoji to :)." is a person's. Some begin with a figure, one is a letter.
    "emoji": r"(?:[^\w\s!-~\u00a1\u00ab\u00bb\u00bf\u2010-\u2027]|[0-9#*]\ufe0f?\u20e3|\u2139){1,30}",
    "number": r"\d{1,4}",
    "name": ".{1,300}?",
    "member": ".{1,100}?",
}
PLACEHOLDERS = tuple(sorted(_PLACEHOLDERS))
PLACEHOLDER = re.compile(r"\{(\w*)\}")
# How a character of a list may stand in a text: typographers curve quotation marks, and keep lines whole.
_WRITTEN = {"'": "['\u2019]", '"': '["\u201c\u201d\u201e]', " ": "[ \u00a0\u202f]"}
_CURVED = str.maketrans({"\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'})


@dataclass(frozen=True, slots=True)
class _Form:
    """One sentence as a pattern, with the kinds of what its groups must be."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]

    def is_of(self, text: str, people: Collection[str]) -> bool:
        match = self.pattern.fullmatch(text)
        return match is not None and all(
            _is_filled(kind, part, people) for kind, part in zip(self.kinds, match.groups(), strict=True)
        )


def _is_filled(kind: str, part: str, people: Collection[str]) -> bool:
    if kind in _NAME_TESTS:
        return _NAME_TESTS[kind](part, people)
    return not part[0].islower() or (kind == "question" and part.endswith("?"))


class Templates:
    """Sentences, found by their first word: ordinary texts fail at one look into a dictionary."""

    def __init__(self, sentences: Iterable[str], *, is_exact: bool = False) -> None:
        """Take sentences with placeholders; a full stop at the end may be missing in a text.

        With `is_exact`, nothing but the sentence itself tells that nobody typed it. Then the full stop must
        be there where words differ, and a poll's question must look like a question.
        """
        forms = defaultdict(list)
        for sentence in sorted({sentence.translate(_CURVED) for sentence in sentences}):
            forms[first_word(sentence)].append(sentence)
        self._sentences = dict(forms)
        self._is_exact = is_exact
        self._forms: dict[str, tuple[re.Pattern[str], list[_Form]]] = {}  # made when first asked for
        self.first_words = frozenset(self._sentences)
        self.beginnings = frozenset(
            _beginning(sentence) for listed in self._sentences.values() for sentence in listed
        )

    def match(self, text: str, people: Collection[str] = ()) -> bool:
        """Return whether the whole text is one of the sentences; `people` are names in its chat."""
        word = first_word(text)
        if word not in self._sentences:
            return False
        if word not in self._forms:
            forms = [_form(sentence, self._is_exact) for sentence in self._sentences[word]]
            self._forms[word] = re.compile("|".join(form.pattern.pattern for form in forms)), forms
        likely, forms = self._forms[word]
        text = text.rstrip()  # downloads differ in a blank at the end
        return likely.fullmatch(text) is not None and any(form.is_of(text, people) for form in forms)


def first_word(text: str) -> str:
    """Return what stands before the first blank, without a full stop, its apostrophe plain."""
    return text.partition(" ")[0].rstrip(".!").replace("\u2019", "'")


def _beginning(sentence: str) -> str:
    """Return what of a sentence every text of it begins with."""
    return PLACEHOLDER.split(sentence.rstrip())[0].removesuffix(".")


def _form(sentence: str, is_exact: bool) -> _Form:
    """Return a sentence as a pattern; most placeholders stand for words on one line."""
    sentence = sentence.rstrip()
    parts = PLACEHOLDER.split(sentence.removesuffix("."))
    tested = ("title", "name", "member", "question") if is_exact else ("title", "name", "member")
    kinds = tuple(part for part in parts[1::2] if part in tested)
    form = "".join(
        (f"({_PLACEHOLDERS[part]})" if part in tested else _PLACEHOLDERS[part])
        if number % 2
        else "".join(_WRITTEN.get(letter, re.escape(letter)) for letter in part)
        for number, part in enumerate(parts)
    )
    if sentence.endswith("."):
        is_needed = is_exact and not {"emoji"}.issuperset(parts[1::2])
        form += r"\." if is_needed else r"\.?"
    return _Form(re.compile(form), kinds)
