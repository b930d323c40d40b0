"""Sentences that nobody typed: what Messenger itself writes into a chat, in the language of its owner.

The lists are data, one file a language in `languages/`, and in folders of the user's own. Only a whole text
counts, never a part of one. Source: FORMATS.md section 3.4.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from rolecall.sentences._lists import FOLDER_VARIABLE, all_lists, user_folder
from rolecall.sentences._templates import Templates, first_word

__all__ = [
    "FOLDER_VARIABLE",
    "is_deleted_account",
    "is_system_sentence",
    "is_told_of_sender",
    "known_sentences",
    "system_places",
    "user_folder",
]

# Longer texts are people's; the longest sentences carry the question of a poll.
_MOST_CHARS = 1000
# What ends a sentence that tells something, in the scripts there are.
_FULL_STOPS = tuple(".\u3002\uff0e\uff61\u0964\u06d4\u0589\u1362\u104b\u17d4")
_ENDS_INSIDE = (". ", "! ", "? ", "… ", "..")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The lists of all languages, ready to be asked a million times."""

    deleted_accounts: frozenset[str]
    """What stands in the place of a name when the account is gone."""
    after_sender: Templates
    after_member: Templates
    """What follows the name of somebody in the chat, under that name or the owner's."""
    typed_after_sender: frozenset[str]
    """Words by which people go on after a name, their own too, and Messenger does not."""
    by_owner: Templates
    """What the owner does; it stands under the owner's name."""
    whole: Templates
    beginnings: frozenset[str]
    """The first two letters of a text that begins as a sentence without a sender, and perhaps ends there."""


def is_system_sentence(
    text: str, sender: str, people: Collection[str] = (), others: Collection[str] = ()
) -> bool:
    """Return whether a list has the text.

    Args:
        text: A whole text, repaired.
        sender: The display name of whom it stands under.
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
    called = [name for name in people if name and text.startswith(name)]
    return sentences.by_owner.match(text, people) or any(
        text.startswith(f"{name} ") and sentences.after_member.match(text[len(name) + 1 :], people)
        for name in called
    )


def is_told_of_sender(text: str, sender: str, *, has_more: bool) -> bool:
    """Return whether a text is a sentence in any language: the sender's full display name, then a verb.

    One word may be a name or not ("Will call you."), and people may begin with their own name, so of three
    things two must hold: the name has several words, the text is one whole sentence, and it stands beside
    what is shared or attached (`has_more`). Source: FORMATS.md section 3.4, signal 2.
    """
    if not sender or not text.startswith(sender) or len(text) > _MOST_CHARS:
        return False
    rest = text.rstrip()[len(sender) :]
    is_long_name = len(sender.split()) > 1
    is_whole = rest.endswith(_FULL_STOPS) and not any(end in rest for end in _ENDS_INSIDE)
    return is_long_name + is_whole + has_more > 1 and _begins_with_verb(rest)


def _begins_with_verb(rest: str) -> bool:
    """Return whether what follows a name is one line that begins with a letter that is no capital."""
    told = rest.lstrip(" ")
    letter = told[:1]
    is_caseless = letter.isalpha() and letter.lower() == letter.upper()
    # Japanese and Korean write a particle at the name itself.
    is_verb = "\n" not in told and (is_caseless or (rest != told and letter.islower()))
    return is_verb and told.split()[0].rstrip(",.:;") not in known_sentences().typed_after_sender


def system_places(
    texts: Sequence[str], senders: Sequence[str], people: Collection[str] = (), others: Collection[str] = ()
) -> list[int]:
    """Return the places (from 0) of the texts that Messenger wrote.

    They are those of `is_system_sentence`, and whole sentences that begin as in any language, with a sender's
    name; so this is for the layout that has sentences (A and C), not for encrypted chats.
    """
    sentences = known_sentences()
    beginnings = sentences.beginnings
    first_words = sentences.whole.first_words | sentences.by_owner.first_words
    longest = max(map(len, first_words), default=0) + 2  # what stands behind it is a blank or a full stop
    openings = tuple(f"{name} " for name in people if name)
    names = {*people, *("" for name in people if is_deleted_account(name))}
    # Most texts end here: they begin neither with a name in the chat nor as a sentence does.
    likely = [
        place
        for place, (text, sender) in enumerate(zip(texts, senders, strict=True))
        if text.startswith(sender)
        or text.startswith(openings)
        or (text[:2] in beginnings and first_word(text[:longest]) in first_words)
    ]
    return [
        place
        for place in likely
        if is_system_sentence(texts[place], senders[place], names, others)
        or is_told_of_sender(texts[place], senders[place], has_more=False)
    ]


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
    words = by_owner.first_words | whole.first_words
    return Sentences(
        frozenset(lists["deleted_accounts"]),
        Templates(lists["after_sender"]),
        Templates(lists["after_member"]),
        frozenset(lists["typed_after_sender"]),
        by_owner,
        whole,
        frozenset(f"{word}{end}"[:2] for word in words for end in ("", " ", ".", "!")),
    )
