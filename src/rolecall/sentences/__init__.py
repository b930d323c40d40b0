"""Sentences that nobody typed: what Messenger itself writes into a chat, in the language of its owner.

They stand in lists: one file for each language in `languages/`, and files in the user's own folders. Only a
whole text counts, never a part of one. Source: FORMATS.md section 3.4.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, reduce

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.sentences._lists import FOLDER_VARIABLE, all_lists, user_folder
from rolecall.sentences._templates import Templates, first_word

__all__ = [
    "FOLDER_VARIABLE", "is_deleted_account", "is_sentence_about_sender", "is_system_sentence",
    "known_sentences", "system_indexes", "user_folder",
]  # fmt: skip

# Longer texts are people's; the longest sentences carry the question of a poll.
_MOST_CHARS = 1000
# Enough to tell nearly all texts from sentences ("You sent"), and compared as columns.
_OPENING_BYTES = 8
# What ends a statement, in the scripts there are.
_FULL_STOPS = tuple(".\u3002\uff0e\uff61\u0964\u06d4\u0589\u1362\u104b\u17d4")
_ENDS_INSIDE = (". ", "! ", "? ", "… ", "..")
# Thai, Lao and Khmer: they end a sentence with nothing, and write no blanks between words.
_WITHOUT_STOPS = re.compile("[\u0e00-\u0eff\u1780-\u17ff]+")
# A person's: a telephone, an account, laughter ("555").
_FIGURES = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The lists of all languages, ready to be asked a million times."""

    deleted_accounts: frozenset[str]
    """What stands in the place of a name when the account is gone."""
    after_sender: Templates
    after_member: Templates
    """What follows the name of somebody in the chat, in a message of that person or of the owner."""
    typed_after_sender: frozenset[str]
    """Words that people write after a name, their own too, and Messenger does not."""
    by_owner: Templates
    """What the owner does; the owner is the sender."""
    whole: Templates
    first_words: frozenset[str]
    """Of every sentence of `by_owner` and `whole`."""
    openings: frozenset[bytes]
    """The first eight bytes of these, or fewer of a shorter one."""


def is_system_sentence(
    text: str, sender: str, people: Collection[str] = (), others: Collection[str] = ()
) -> bool:
    """Return whether a list has the text.

    Args:
        text: A whole text, repaired.
        sender: The display name under which it stands.
        people: Display names in the chat.
        others: Those of them who are known not to be the owner.
    """
    if len(text) > _MOST_CHARS:
        return False
    sentences = known_sentences()
    if sender and text.startswith(f"{sender} "):
        rest = text[len(sender) + 1 :]
        if sentences.after_sender.match(rest, people) or sentences.after_member.match(rest, people):
            return True
    if sentences.whole.match(text, people):
        return True
    if sender in others:
        return False
    return sentences.by_owner.match(text, people) or any(
        name and text.startswith(f"{name} ") and sentences.after_member.match(text[len(name) + 1 :], people)
        for name in people
    )


def is_sentence_about_sender(text: str, sender: str, *, has_more: bool) -> bool:
    """Return whether a text is a sentence in any language: the sender's full display name, then a verb.

    One word may be a name or not ("Will call you."), and people may begin with their own name. So two of
    three things must hold: the name has several words; the text is one whole sentence; something is shared
    or attached beside it (`has_more`). In scripts without full stops, what follows a name of several words is
    whole without one. Source: FORMATS.md section 3.4, signal 2.
    """
    if not sender or not text.startswith(sender) or len(text) > _MOST_CHARS:
        return False
    rest = text.rstrip()[len(sender) :]
    is_long_name = len(sender.split()) > 1
    is_ended = rest.endswith(_FULL_STOPS) or (is_long_name and _is_whole_without_stop(rest))
    is_whole = is_ended and not any(end in rest for end in _ENDS_INSIDE)
    return is_long_name + is_whole + has_more > 1 and _begins_with_verb(rest)


def _is_whole_without_stop(rest: str) -> bool:
    """Return whether what follows a name is in a script without full stops, and no person's by its ends."""
    is_such_script = _WITHOUT_STOPS.match(rest.lstrip(" ")) is not None
    return is_such_script and not rest.endswith(("!", "?", "…")) and _FIGURES.search(rest) is None


def _begins_with_verb(rest: str) -> bool:
    """Return whether what follows a name is one line that begins with a letter that is no capital."""
    words = rest.lstrip(" ")
    letter = words[:1]
    is_caseless = letter.isalpha() and letter.lower() == letter.upper()
    # Japanese and Korean write a particle at the name itself.
    is_verb = "\n" not in words and (is_caseless or (rest != words and letter.islower()))
    return is_verb and not _is_typed(words)


def _is_typed(words: str) -> bool:
    """Return whether people go on so after their own name; where nothing divides words, or end so."""
    typed = known_sentences().typed_after_sender
    if _WITHOUT_STOPS.match(words) is None:
        return words.split()[0].rstrip(",.:;") in typed
    own = tuple(typed)
    return words.startswith(own) or any(run.endswith(own) for run in _WITHOUT_STOPS.findall(words))


def system_indexes(
    texts: pa.StringArray,
    senders: pa.DictionaryArray,
    people: Collection[str] = (),
    others: Collection[str] = (),
    *,
    are_told: bool = True,
) -> list[int]:
    """Return the indexes of the texts that Messenger wrote.

    A text counts by `is_system_sentence`, or by `is_sentence_about_sender`. The latter fits only the layouts
    that have such sentences (A and C): for encrypted chats `are_told` is false.
    """
    names = {*people, *("" for name in people if is_deleted_account(name))}
    # Few texts pass: most begin neither with a name in the chat nor as a sentence does.
    everybody = {*people, *senders.dictionary.to_pylist()}
    likely = _likely_indexes(texts, everybody)
    columns = (likely, texts.take(likely), senders.take(likely))
    named = tuple(name for name in everybody if name)
    first_words = known_sentences().first_words
    return [
        index
        for index, text, sender in zip(*(column.to_pylist() for column in columns), strict=True)
        if (text.startswith(named) or first_word(text) in first_words)
        and (
            is_system_sentence(text, sender, names, others)
            or (are_told and is_sentence_about_sender(text, sender, has_more=False))
        )
    ]


def _likely_indexes(texts: pa.StringArray, names: Iterable[str]) -> pa.UInt64Array:
    """Return the indexes of the texts that begin with the first bytes of a sentence or of a name."""
    by_length = defaultdict(list)
    for opening in known_sentences().openings | _openings(names):
        by_length[len(opening)].append(opening)
    data = texts.cast(pa.binary())
    likely = [
        pc.is_in(pc.binary_slice(data, 0, length), value_set=pa.array(openings, pa.binary()))
        for length, openings in by_length.items()
    ]
    return pc.indices_nonzero(reduce(pc.or_, likely))


def _openings(beginnings: Iterable[str]) -> frozenset[bytes]:
    """Return the first bytes of some beginnings, apostrophes plain and curved."""
    written = {form for text in beginnings for form in (text, text.replace("'", "\u2019")) if text}
    return frozenset(text.encode()[:_OPENING_BYTES] for text in written)


def is_deleted_account(name: str) -> bool:
    """Return whether a display name stands for accounts that are gone, which are never one person."""
    return not name or name in known_sentences().deleted_accounts


@cache
def known_sentences() -> Sentences:
    """Return all lists, read once.

    Raises:
        UsageError: A list of the user's cannot be read; the file and the line are named.
    """
    lists = all_lists()
    by_owner = Templates(lists["by_owner"], is_exact=True)
    whole = Templates(lists["whole"], is_exact=True)
    return Sentences(
        frozenset(lists["deleted_accounts"]),
        Templates(lists["after_sender"]),
        Templates(lists["after_member"]),
        frozenset(lists["typed_after_sender"]),
        by_owner,
        whole,
        by_owner.first_words | whole.first_words,
        _openings(by_owner.beginnings | whole.beginnings),
    )
