"""Texts are repaired together as each would be alone."""

from hypothesis import given
from hypothesis import strategies as st

from rolecall.texts.repair import cleaned_column, repair, repaired_column
from rolecall.texts.storable import clean

ODD = (
    "",
    "ÿ",
    "\xff\xff",
    "\x00",
    "a\x01b",
    "Ã©",
    "\xc3\x01\xa9",
    "\ud83d",
    "ok ☔",
    "í\xa0\xbdí\xb8\x80",
    "\xc3",
)


def written(text: str) -> str:
    """As an archive has it: one character below U+0100 for each byte."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


@given(st.lists(st.one_of(st.text(max_size=6).map(written), st.sampled_from(ODD), st.text(max_size=4))))
def test_texts_repaired_together_are_as_each_repaired_alone(texts: list[str]) -> None:
    assert repaired_column(texts).to_pylist() == [repair(text) for text in texts]


@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=4))))
def test_texts_cleaned_together_are_as_each_cleaned_alone(texts: list[str]) -> None:
    assert cleaned_column(texts).to_pylist() == [clean(text) for text in texts]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6)))
def test_what_was_typed_comes_back(texts: list[str]) -> None:
    assert repaired_column([written(text) for text in texts]).to_pylist() == texts
