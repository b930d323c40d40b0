"""Axolotl: OpenAI's lines with every weight spelled out, and a `config.yml` that makes it read them.

Its loader takes the keys of a file's messages from the first megabytes; a weight that appears only later
would stop it, so each reply carries one. Source: PROVIDERS.md, section 3 (`message_field_training` reads 0
and 1 as they are); axolotl, docs/dataset-formats/conversation.
"""

import json
from pathlib import Path

from rolecall.formats import Example, Format
from rolecall.formats._messages import decode

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


class Renderer(Format):
    """`{"messages":[...]}`, with `weight` 0 or 1 on every reply."""

    def line(self, example: Example) -> object:
        """Return role and content, and of a reply its weight."""
        return {
            "messages": [
                {**message.plain, "weight": int(message.weight != 0)} if message.is_reply else message.plain
                for message in decode(example.messages)
            ]
        }

    def side_files(self, path: Path, limit_tokens: int | None) -> dict[str, bytes]:
        """Return the configuration, named after the file; texts in JSON's quotes are YAML too."""
        name = f"{path.stem}.config.yml"
        config = CONFIG.format(
            name=name,
            path=json.dumps(path.name),
            output=json.dumps(f"{path.stem}-model"),
            sequence_len=max(SHORTEST_SEQUENCE, 2 * (limit_tokens or 0)),
        )
        return {name: config.encode()}
