"""What trainers make of our files: run by the interpreter that has them, prints JSON.

Each loader opens a file (or folder) with the trainer's own code and returns, for each example, the texts that
would be trained, in order. No model and no tokenizer can be fetched, so one of bytes with ChatML's template
is made here, the same for all.

Usage: python trainer_loaders.py axolotl|llamafactory|mlx|swift|trl PATH
"""
# ruff: noqa: ANN401  the tokenizer's type is known only where the trainers are installed

import importlib.machinery
import json
import os
import sys
import types
from itertools import groupby
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
# LLaMA-Factory wants other releases of its libraries than the rest; what is used here is in all of them.
os.environ["DISABLE_VERSION_CHECK"] = "1"

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] }}<|im_end|>{% endgeneration %}\n"
    "{% else %}{{ message['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<pad>", "<|im_start|>", "<|im_end|>"]
END = "<|im_end|>"


def made_tokenizer() -> Any:
    """Return a tokenizer of bytes, ChatML's two marks and a filler."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(
        models.BPE(vocab={letter: place for place, letter in enumerate(alphabet)}, merges=[])
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token="<pad>",
        chat_template=CHATML,
        model_max_length=100_000,
    )


def trained_texts(tokenizer: Any, ids: list[int], is_trained: list[bool]) -> list[str]:
    """Return each run of trained tokens as text, without the marks of its end."""
    marked = groupby(zip(ids, is_trained, strict=True), key=lambda pair: pair[1])
    texts = [tokenizer.decode([token for token, _ in run]) for trained, run in marked if trained]
    return [text.removesuffix("\n").removesuffix(END) for text in texts]


def axolotl(path: Path) -> list[list[str]]:
    """Read the file as the `config.yml` beside it says."""
    import yaml
    from axolotl.prompt_strategies.chat_template import load
    from axolotl.utils.dict import DictDefault
    from axolotl.utils.schemas.config import AxolotlInputConfig
    from datasets import load_dataset

    cfg = yaml.safe_load((path.parent / f"{path.stem}.config.yml").read_text())
    # It raises at what it does not take, and passes by keys that it does not know.
    AxolotlInputConfig(**cfg)
    assert set(cfg) <= set(AxolotlInputConfig.model_fields)
    described = cfg["datasets"][0]
    found = path.parent / described["path"]
    rows = load_dataset(described["ds_type"], data_files=str(found), split="train")
    tokenizer = made_tokenizer()
    strategy = load(tokenizer, DictDefault(cfg | {"chat_template": "tokenizer_default"}), ds_cfg=described)
    encoded = [strategy.tokenize_prompt(row) for row in rows]
    return [
        trained_texts(tokenizer, one["input_ids"], [label != -100 for label in one["labels"]])
        for one in encoded
    ]


def llamafactory(path: Path) -> list[list[str]]:
    """Read the file by the name that `dataset_info.json` gives it."""
    # Only for sound, and it wants a build of its own.
    audio = types.ModuleType("torchaudio")
    audio.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    sys.modules["torchaudio"] = audio
    from llamafactory.data.loader import _get_dataset_processor, _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments

    arguments = DataArguments(dataset_dir=str(path.parent), template="chatml", cutoff_len=100_000)
    model = types.SimpleNamespace(cache_dir=None, hf_hub_token=None)
    training = types.SimpleNamespace(local_process_index=0, dataloader_num_workers=0)
    described = get_dataset_list([path.stem], str(path.parent))[0]
    rows = _load_single_dataset(described, model, arguments, training)
    tokenizer = made_tokenizer()
    template = get_template_and_fix_tokenizer(tokenizer, arguments)
    processor = _get_dataset_processor(arguments, "sft", template, tokenizer, None)
    encoded = processor.preprocess_dataset(rows.to_dict())
    return [
        trained_texts(tokenizer, ids, [label != -100 for label in labels])
        for ids, labels in zip(encoded["input_ids"], encoded["labels"], strict=True)
    ]


def mlx(path: Path) -> list[list[str]]:
    """Read the folder; mlx-lm trains every token after the offset, which is 0 unless it masks prompts."""
    from mlx_lm.tuner.datasets import load_local_dataset

    tokenizer = made_tokenizer()
    config = types.SimpleNamespace(mask_prompt=True)
    train, valid, _ = load_local_dataset(path, tokenizer, config)
    encoded = [part.process(part[place]) for part in (train, valid) for place in range(len(part))]
    return [
        trained_texts(tokenizer, ids, [place >= offset for place in range(len(ids))])
        for ids, offset in encoded
    ]


def swift(path: Path) -> list[list[str]]:
    """Read the file as `swift sft --dataset` does, and ask its template what is trained."""
    from swift.dataset import load_dataset
    from swift.template import get_template

    rows, _ = load_dataset([str(path)], num_proc=1, load_from_cache_file=False)
    tokenizer = made_tokenizer()
    tokenizer.model_info = types.SimpleNamespace(
        config=None,
        task_type="causal_lm",
        model_dir=str(path.parent),
        max_model_len=100_000,
        is_multimodal=False,
    )
    tokenizer.model_meta = types.SimpleNamespace(is_multimodal=False, is_reranker=False, template="chatml")
    template = get_template(tokenizer, template_type="chatml")
    template.set_mode("train")
    encoded = [template.encode(dict(row)) for row in rows]
    return [
        trained_texts(tokenizer, one["input_ids"], [label != -100 for label in one["labels"]])
        for one in encoded
    ]


def trl(path: Path) -> list[list[str]]:
    """Read the file as `trl sft` does: prompt and completion, or messages whose replies are trained."""
    from datasets import load_dataset
    from transformers import GPT2Config, GPT2LMHeadModel
    from trl import SFTConfig, SFTTrainer

    rows = load_dataset("json", data_files=str(path), split="train")
    tokenizer = made_tokenizer()
    shape = {"n_embd": 8, "n_layer": 1, "n_head": 1, "n_positions": 4096}
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), **shape))
    has_messages = "messages" in rows.column_names
    trainer = SFTTrainer(
        model,
        SFTConfig(
            output_dir=str(path.parent / "model"),
            assistant_only_loss=has_messages,
            max_length=None,
            report_to="none",
            use_cpu=True,
            bf16=False,
        ),
        train_dataset=rows,
        processing_class=tokenizer,
    )
    return [
        trained_texts(tokenizer, row["input_ids"], [label != -100 for label in row["labels"]])
        for row in trainer.train_dataset
    ]


if __name__ == "__main__":
    found = globals()[sys.argv[1]](Path(sys.argv[2]))
    print("trained:", json.dumps(found))
