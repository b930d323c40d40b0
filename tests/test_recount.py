"""Lines that Spark wrote are counted as exactly as those that DuckDB writes."""

from dataclasses import astuple
from pathlib import Path

import pytest
from sample import load_sample
from servers import NewStore

from rolecall.errors import CheckFailed
from rolecall.lake.recount import recounted


def test_a_file_read_back_holds_what_its_export_counted(new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    load_sample(store.database)
    store.add_persona("ines", ["Ines Quill"])
    store.create_dataset("boats", persona="ines", has_name_field=True)
    written = store.export("boats", tmp_path / "boats.jsonl")
    counts = (written.sha256, written.byte_count, written.token_count)
    found = recounted([written.path, written.path], "o200k", written.longest_tokens)
    assert [astuple(one) for one in found] == [counts, counts]
    with pytest.raises(CheckFailed, match=rf"line \d+ of boats.jsonl has {written.longest_tokens} tokens"):
        recounted([written.path], "o200k", written.longest_tokens - 1)
    assert recounted([written.path], "o200k", None) == found[:1]
