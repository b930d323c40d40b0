"""ShareGPT's format as LLaMA-Factory reads it: `conversations` of `from` and `value`, `dataset_info.json`.

It skips an example, with a warning, unless human and gpt alternate, human first, gpt last: what a dataset in
exchange mode gives. Source: PROVIDERS.md, section 3; hiyouga/LLaMA-Factory, data/README.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from rolecall.errors import UsageError
from rolecall.formats import Example, Trains

suffix = ".jsonl"
trains: Trains = "all"
has_names = False
folder_files: Mapping[str, str] = {}

INFO_NAME = "dataset_info.json"
SPEAKERS = {"user": "human", "assistant": "gpt", "system": "system"}


class _Message(msgspec.Struct):
    role: str
    content: str


_decode = msgspec.json.Decoder(list[_Message]).decode


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"conversations":[{"from":...,"value":...},...]}`."""
    for example in examples:
        conversations = [
            {"from": SPEAKERS[message.role], "value": message.content}
            for message in _decode(example.messages)
        ]
        yield msgspec.json.encode({"conversations": conversations}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return the `dataset_info.json` that names the file, and still names the other files that it does now.

    Raises:
        UsageError: There is a file of that name, and it is not a JSON object.
    """
    known: object = {}
    beside = path.parent / INFO_NAME
    if beside.exists():
        try:
            known = json.loads(beside.read_bytes())
        except ValueError:
            known = None
    if not isinstance(known, dict):
        raise UsageError(f"{beside} is there and is no JSON object; move it, or write to another folder")
    known[path.stem] = {
        "file_name": path.name,
        "formatting": "sharegpt",
        "columns": {"messages": "conversations"},
        "tags": {
            "role_tag": "from",
            "content_tag": "value",
            "user_tag": "human",
            "assistant_tag": "gpt",
            "system_tag": "system",
        },
    }
    return {INFO_NAME: json.dumps(known, ensure_ascii=False, indent=2).encode() + b"\n"}
