"""Formats: every file in `formats/` keeps the contract."""

import json
from pathlib import Path

import pytest

from rolecall.errors import NotFound, UsageError
from rolecall.records import Example
from rolecall.registry import format_named, names

TEXTS = [
    '[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]',
    '[{"role":"system","content":"be kind"},{"role":"user","content":"\\"q\\" \\\\ \\n\\t"},'
    '{"role":"assistant","content":"\u2028\x85\x7f\U0001f6a3/"}]',
]
EXAMPLES = [Example(text, 10, "train") for text in TEXTS]


@pytest.mark.parametrize("name", names("formats"))
def test_every_format_keeps_the_contract(name: str, tmp_path: Path) -> None:
    renderer = format_named(name)
    assert renderer.suffix.startswith(".")
    assert isinstance(renderer.carries_weight, bool)
    lines = list(renderer.lines(iter(EXAMPLES)))
    assert len(lines) == len(EXAMPLES)
    for line, text in zip(lines, TEXTS, strict=True):
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        line.decode("utf-8")
        written = json.dumps(json.loads(line), ensure_ascii=False)
        assert all(message["content"] in json_strings(written) for message in json.loads(text))
    for side_name, data in renderer.side_files(tmp_path / f"train{renderer.suffix}").items():
        assert Path(side_name).name == side_name
        assert data
    assert list(renderer.lines(iter(()))) == []


@pytest.mark.parametrize("name", names("formats"))
def test_every_format_says_what_it_is(name: str) -> None:
    assert (getattr(format_named(name), "__doc__", None) or "").strip()


def test_openai_lines_hold_the_stores_own_text() -> None:
    assert list(format_named("openai").lines(EXAMPLES)) == [
        b'{"messages":' + text.encode() + b"}\n" for text in TEXTS
    ]


def test_sharegpt_names_the_speakers_as_llama_factory_does() -> None:
    lines = [json.loads(line) for line in format_named("sharegpt").lines(EXAMPLES)]
    assert lines[0] == {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
    assert [turn["from"] for turn in lines[1]["conversations"]] == ["system", "human", "gpt"]


def test_sharegpt_adds_its_file_to_the_datasets_that_are_listed_already(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text('{"other": {"file_name": "other.json"}}', encoding="utf-8")
    data = format_named("sharegpt").side_files(tmp_path / "boats.jsonl")["dataset_info.json"]
    listed = json.loads(data)
    assert listed["other"] == {"file_name": "other.json"}
    assert listed["boats"]["file_name"] == "boats.jsonl"
    assert listed["boats"]["columns"] == {"messages": "conversations"}


def test_sharegpt_leaves_a_list_alone_that_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text("[1", encoding="utf-8")
    with pytest.raises(UsageError, match="no JSON object"):
        format_named("sharegpt").side_files(tmp_path / "boats.jsonl")


def test_an_unknown_format_lists_the_choices() -> None:
    with pytest.raises(NotFound, match="no format named 'csv'; choose from: openai, sharegpt"):
        format_named("csv")


def json_strings(text: str) -> list[str]:
    """Return every string value in a JSON text."""
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                collect(inner)

    collect(json.loads(text))
    return found
