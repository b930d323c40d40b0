"""The views as Spark gets them: the text that sqlglot makes of `sql/views` is known, and changes knowingly.

After a change of a view, or of sqlglot: ROLECALL_UPDATE=1 python -m pytest tests/test_spark_sql.py, and read
what changed.
"""

import os
import tomllib
from pathlib import Path

from rolecall.lake.spark_sql import translated_query, translated_views

GOLDEN = Path(__file__).parent / "data" / "spark" / "translated.sql"


def test_the_translation_is_the_one_that_was_read() -> None:
    queries = {name: translated_query(f"queries/{name}") for name in ("export_examples", "example_hashes")}
    text = "".join(f"-- {name}\n{sql};\n\n" for name, sql in {**translated_views(), **queries}.items())
    if os.environ.get("ROLECALL_UPDATE"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_examples_need_no_view_that_is_for_people() -> None:
    assert list(translated_views())[-1] == "dataset_examples"
    assert not {"turns", "dataset_turns", "activity_by_month", "reply_times"} & set(translated_views())


def test_the_translator_is_pinned() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    pins = [line for extra in ("spark", "dev") for line in extras[extra] if line.startswith("sqlglot")]
    assert len(pins) == 2
    assert all(line.startswith("sqlglot==") for line in pins)
