"""Counting tokens."""

import pytest

from rolecall.errors import RolecallError, UsageError
from rolecall.ids import MAX_ID, make_id
from rolecall.texts.tokens import count


def test_counts_are_those_of_the_published_vocabulary() -> None:
    assert count(["", "user", "hello world", "hi there \U0001f600"], "o200k") == [0, 1, 2, 3]


def test_words_that_look_like_commands_are_counted_as_the_text_that_somebody_typed() -> None:
    assert count(["<|endoftext|>"], "o200k") == [7]


def test_no_texts_have_no_counts() -> None:
    assert count([], "o200k") == []


def test_an_unknown_tokenizer_lists_the_choices() -> None:
    with pytest.raises(UsageError, match="no tokenizer named 'p50k'; choose from: o200k"):
        count(["a"], "p50k")


def test_half_a_character_is_one_clear_error() -> None:
    with pytest.raises(RolecallError, match="lone surrogate"):
        count(["fine", "not \ud83d fine"], "o200k")


def test_ids_come_from_content_and_fit_into_63_bits() -> None:
    ids = [
        make_id("thread", "a"),
        make_id("thread", "b"),
        make_id("threada"),
        make_id("t", 1),
        make_id("t", "1"),
    ]
    assert len(set(ids)) == len(ids)
    assert all(0 <= number <= MAX_ID for number in ids)
    assert make_id("thread", "a") == ids[0]


def test_an_id_never_changes_between_releases() -> None:
    assert make_id("dataset", "ann", 1) == 3870507705060980659
