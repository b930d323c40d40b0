"""Formats: every file in `formats/` keeps the contract."""

import json
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from rolecall.errors import NotFound, UsageError
from rolecall.formats import Example, Trains, format_named
from rolecall.plugins import names

TEXTS = [
    '[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]',
    '[{"role":"system","content":"be kind"},{"role":"user","content":"\\"q\\" \\\\ \\n\\t"},'
    '{"role":"assistant","content":"\u2028\x85\x7f\U0001f6a3/"}]',
    '[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0},'
    '{"role":"user","content":"c"},{"role":"assistant","content":"d"}]',
]
EXAMPLES = [Example(text, 10, "train") for text in TEXTS]


TEXT_FORMATS = [name for name in names("formats") if format_named(name).suffix == ".jsonl"]


@pytest.mark.parametrize("name", names("formats"))
def test_every_format_keeps_the_contract(name: str, tmp_path: Path) -> None:
    renderer = format_named(name)
    assert renderer.suffix.startswith(".")
    assert renderer.trains in get_args(Trains)
    assert set(renderer.folder_files) in (set(), {"train", "validation"})
    for side_name, data in renderer.side_files(tmp_path / f"train{renderer.suffix}", None).items():
        assert Path(side_name).name == side_name
        assert data
    assert all(isinstance(piece, bytes) for piece in renderer.lines(EXAMPLES))


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_every_text_format_writes_one_line_for_each_example(name: str) -> None:
    renderer = format_named(name)
    lines = list(renderer.lines(iter(EXAMPLES)))
    assert len(lines) == len(EXAMPLES)
    for line, text in zip(lines, TEXTS, strict=True):
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        line.decode("utf-8")
        written = json.dumps(json.loads(line), ensure_ascii=False)
        assert all(message["content"] in json_strings(written) for message in json.loads(text))
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
    data = format_named("sharegpt").side_files(tmp_path / "boats.jsonl", None)["dataset_info.json"]
    listed = json.loads(data)
    assert listed["other"] == {"file_name": "other.json"}
    assert listed["boats"]["file_name"] == "boats.jsonl"
    assert listed["boats"]["columns"] == {"messages": "conversations"}


def test_sharegpt_leaves_a_list_alone_that_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text("[1", encoding="utf-8")
    with pytest.raises(UsageError, match="no JSON object"):
        format_named("sharegpt").side_files(tmp_path / "boats.jsonl", None)


def parsed(name: str) -> list[dict[str, list[dict[str, object]]]]:
    return [json.loads(line) for line in format_named(name).lines(EXAMPLES)]


def test_axolotl_spells_out_the_weight_of_every_reply_and_reads_it(tmp_path: Path) -> None:
    weights = [[message.get("weight") for message in line["messages"]] for line in parsed("axolotl")]
    assert weights == [[None, 1], [None, None, 1], [None, 0, None, 1]]
    # A name that YAML would take for something else without quotes.
    config = yaml.safe_load(
        format_named("axolotl").side_files(tmp_path / "no: #1.jsonl", None)["no: #1.config.yml"]
    )
    assert config["datasets"] == [
        {
            "path": "no: #1.jsonl",
            "ds_type": "json",
            "type": "chat_template",
            "field_messages": "messages",
            "message_property_mappings": {"role": "role", "content": "content"},
            "message_field_training": "weight",
            "roles_to_train": [],
            "train_on_eos": "turn",
        }
    ]
    assert config["output_dir"] == "no: #1-model"


@pytest.mark.parametrize(("limit_tokens", "length"), [(None, 4096), (2048, 4096), (8192, 16384)])
def test_axolotl_is_told_to_take_the_longest_example(
    tmp_path: Path, limit_tokens: int | None, length: int
) -> None:
    made = format_named("axolotl").side_files(tmp_path / "a.jsonl", limit_tokens)["a.config.yml"]
    assert yaml.safe_load(made)["sequence_len"] == length


def test_swift_says_true_or_false_for_every_reply() -> None:
    losses = [[message.get("loss") for message in line["messages"]] for line in parsed("swift")]
    assert losses == [[None, True], [None, None, True], [None, False, None, True]]
    assert all(
        set(message) <= {"role", "content", "loss"}
        for line in parsed("swift")
        for message in line["messages"]
    )


def test_trl_and_mlx_know_role_and_content_only() -> None:
    for name in ("trl", "mlx"):
        assert all(
            set(message) == {"role", "content"} for line in parsed(name) for message in line["messages"]
        )


def test_trl_completion_is_the_last_reply() -> None:
    line = parsed("trl_completion")[2]
    assert line["completion"] == [{"role": "assistant", "content": "d"}]
    assert [message["content"] for message in line["prompt"]] == ["a", "b", "c"]


def test_parquet_is_one_file_whatever_the_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b"".join(format_named("parquet").lines(EXAMPLES))
    monkeypatch.setattr("rolecall.formats.parquet.EXAMPLES_IN_GROUP", 1)
    for data in (whole, b"".join(format_named("parquet").lines(EXAMPLES))):
        table = pq.read_table(pa.BufferReader(data))
        assert table.column("split").to_pylist() == ["train"] * 3
        assert table.column("messages").to_pylist()[2] == [
            {"role": "user", "content": "a", "name": None, "weight": None},
            {"role": "assistant", "content": "b", "name": None, "weight": 0},
            {"role": "user", "content": "c", "name": None, "weight": None},
            {"role": "assistant", "content": "d", "name": None, "weight": 1},
        ]
    assert pq.read_table(pa.BufferReader(b"".join(format_named("parquet").lines([])))).num_rows == 0


def test_an_unknown_format_lists_the_choices() -> None:
    with pytest.raises(
        NotFound, match="no format named 'csv'; choose from: axolotl, mlx, openai, parquet, sharegpt"
    ):
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
