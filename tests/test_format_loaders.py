"""Exported files are opened by the library that axolotl, TRL, LLaMA-Factory and ms-swift open them with."""

import json
from pathlib import Path

import pytest

from rolecall.formats import Example, format_named
from rolecall.plugins import names

datasets = pytest.importorskip(
    "datasets", reason="Hugging Face datasets is not installed: pip install datasets"
)

PLAIN = '[{"role":"user","content":"%s"},{"role":"assistant","content":"b\u2028\x85"}]'
WEIGHTED = (
    '[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0},'
    '{"role":"user","content":"c"},{"role":"assistant","content":"d"}]'
)
# The weights come late, after what a loader looks at to learn a file's keys.
EXAMPLES = [Example(PLAIN % ("x" * 2000), 10, "train")] * 2000 + [Example(WEIGHTED, 20, "train")]


# OpenAI's own lines carry a weight only where it is 0, which this loader does not take when it comes late.
LOCAL_FORMATS = [name for name in names("formats") if name != "openai"]


@pytest.mark.parametrize("name", LOCAL_FORMATS)
def test_the_file_loads_and_the_late_weights_with_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    renderer = format_named(name)
    path = tmp_path / f"train{renderer.suffix}"
    path.write_bytes(b"".join(renderer.lines(EXAMPLES)))
    kind = "json" if renderer.suffix == ".jsonl" else "parquet"
    # Small parts, so that the first one holds no weight at all.
    options = {"chunksize": 1 << 20} if kind == "json" else {}
    loaded = datasets.load_dataset(
        kind, data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"), **options
    )
    assert loaded.num_rows == len(EXAMPLES)
    last = loaded[-1]
    if name == "sharegpt":
        assert [turn["value"] for turn in last["conversations"]] == ["a", "b", "c", "d"]
    elif name == "trl_completion":
        assert last["completion"] == [{"role": "assistant", "content": "d"}]
    else:
        assert [message["content"] for message in last["messages"]] == ["a", "b", "c", "d"]
    marks = {"axolotl": ("weight", [None, 0, None, 1]), "swift": ("loss", [None, False, None, True])}
    if name in marks:
        key, wanted = marks[name]
        assert [message.get(key) for message in last["messages"]] == wanted


def test_llama_factory_finds_the_file_by_its_description(tmp_path: Path) -> None:
    """Its reader takes from `dataset_info.json` the file, the columns and the tags; so does this one."""
    renderer = format_named("sharegpt")
    path = tmp_path / "boats.jsonl"
    path.write_bytes(b"".join(renderer.lines(EXAMPLES[-1:])))
    described = json.loads(renderer.side_files(path, 2048)["dataset_info.json"])["boats"]
    loaded = datasets.load_dataset(
        "json", data_files=str(tmp_path / described["file_name"]), split="train", cache_dir=str(tmp_path)
    )
    tags = described["tags"]
    turns = loaded[0][described["columns"]["messages"]]
    roles = [turn[tags["role_tag"]] for turn in turns]
    assert roles == [tags["user_tag"], tags["assistant_tag"]] * 2
    assert [turn[tags["content_tag"]] for turn in turns] == ["a", "b", "c", "d"]
