"""ShareGPT's format as LLaMA-Factory reads it: `conversations` of `from` and `value`, `dataset_info.json`.

It skips an example, with a warning, unless human and gpt alternate, human first, gpt last: what a dataset in
exchange mode gives. Source: PROVIDERS.md, section 3; hiyouga/LLaMA-Factory, data/README.md.
"""

import json
from pathlib import Path

from rolecall.errors import UsageError
from rolecall.formats import Example, Format
from rolecall.formats._messages import decode

INFO_NAME = "dataset_info.json"
SPEAKERS = {"user": "human", "assistant": "gpt", "system": "system"}


class Renderer(Format):
    """`{"conversations":[{"from":...,"value":...},...]}`."""

    trains = "all"

    def line(self, example: Example) -> object:
        """Return speaker and content of each message."""
        return {
            "conversations": [
                {"from": SPEAKERS[message.role], "value": message.content}
                for message in decode(example.messages)
            ]
        }

    def side_files(self, path: Path, limit_tokens: int | None) -> dict[str, bytes]:
        """Return the `dataset_info.json` that names the file too, beside those that it names now.

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
