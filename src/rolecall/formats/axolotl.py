"""Axolotl: OpenAI's lines with every weight spelled out, and a `config.yml` that makes it read them.

Its loader takes the keys of a file's messages from the first megabytes; a weight that appears only later
would stop it, so each reply carries one. Source: PROVIDERS.md, section 3 (`message_field_training` reads 0
and 1 as they are); axolotl, docs/dataset-formats/conversation.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains
from rolecall.formats._messages import decode, encode

suffix = ".jsonl"
trains: Trains = "marked"
has_names = False
folder_files: Mapping[str, str] = {}

SHORTEST_SEQUENCE = 4096

CONFIG = """\
# For axolotl: put the model to start from in the place of base_model, then run: axolotl train {name}
base_model: Qwen/Qwen3-4B-Instruct-2507

datasets:
  - path: {path}
    ds_type: json
    type: chat_template
    field_messages: messages
    message_property_mappings:
      role: role
      content: content
    # 1: the reply is trained, 0: it is only read.
    message_field_training: weight
    roles_to_train: []
    train_on_eos: turn

adapter: lora
lora_r: 16
lora_alpha: 32
lora_target_linear: true

# Tokens of the longest example. Axolotl leaves out longer ones, and its model may count more than o200k does.
sequence_len: {sequence_len}
micro_batch_size: 1
gradient_accumulation_steps: 8
num_epochs: 3
learning_rate: 0.0002
output_dir: {output}
"""


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"messages":[...]}`, with `weight` 0 or 1 on every reply."""
    for example in examples:
        messages: list[dict[str, object]] = [
            {**message.plain, "weight": 0 if message.weight == 0 else 1}
            if message.is_reply
            else {**message.plain}
            for message in decode(example.messages)
        ]
        yield encode({"messages": messages}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return the configuration, named after the file; texts in JSON's quotes are YAML too."""
    name = f"{path.stem}.config.yml"
    config = CONFIG.format(
        name=name,
        path=json.dumps(path.name),
        output=json.dumps(f"{path.stem}-model"),
        sequence_len=SHORTEST_SEQUENCE if limit_tokens is None else max(SHORTEST_SEQUENCE, 2 * limit_tokens),
    )
    return {name: config.encode()}
