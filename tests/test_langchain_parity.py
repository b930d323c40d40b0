"""The preset `langchain` makes what the tutorial's own pipeline makes."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from archive_builder import MESSAGES_FOLDERS, write_folder
from archive_strategies import RandomArchive, clean_archives
from hypothesis import HealthCheck, given, settings
from langchain_community.adapters.openai import convert_messages_for_finetuning
from langchain_community.chat_loaders.facebook_messenger import FolderFacebookMessengerChatLoader
from langchain_community.chat_loaders.utils import map_ai_messages, merge_chat_runs

import rolecall
from rolecall.errors import EmptyDataset

ARCHIVE_COUNT = int(os.environ.get("ROLECALL_TEST_ARCHIVES", "20"))
CHUNK_SIZE, OVERLAP = 8, 2


def tutorial_examples(messages_folder: Path, persona: str) -> Counter[str]:
    """Return the examples of the tutorial's pipeline, counted, each as one JSON text.

    Source: LangChain's notebook on fine-tuning from Facebook Messenger, langchain-community 0.4.2.
    """
    sessions = FolderFacebookMessengerChatLoader(messages_folder).lazy_load()
    training_data = convert_messages_for_finetuning(map_ai_messages(merge_chat_runs(sessions), persona))
    windows = [
        conversation[begin : begin + CHUNK_SIZE]
        for conversation in training_data
        for begin in range(0, len(conversation) - CHUNK_SIZE + 1, CHUNK_SIZE - OVERLAP)
    ]
    return counted(windows)


def counted(examples: Iterable[object]) -> Counter[str]:
    """Return how often each example occurs."""
    return Counter(json.dumps(example, sort_keys=True) for example in examples)


def our_examples(archive: Path, persona: str, empty_store: Path, folder: Path) -> Counter[str]:
    """Return the examples of the preset `langchain`, from the archive to the lines of the file."""
    store_path = folder / "store.duckdb"
    shutil.copyfile(empty_store, store_path)
    store = rolecall.open(str(store_path))
    store.import_archives([archive], me=[persona])
    store.add_persona("voice", participants=[persona])
    store.create_dataset("tutorial", persona="voice", preset="langchain")
    target = folder / "tutorial.jsonl"
    try:
        store.export("tutorial", target)
    except EmptyDataset:
        return Counter()
    lines = target.read_bytes().split(b"\n")
    return counted(json.loads(line)["messages"] for line in lines if line)


def test_the_preset_langchain_gives_the_tutorials_examples_on_random_archives(
    tmp_path: Path, empty_store_path: Path
) -> None:
    """One archive, one store, one export each.

    On DuckDB alone, for each has a store of its own; both engines give the same windows (test_postgres.py).
    """
    with_examples = 0

    @settings(
        max_examples=ARCHIVE_COUNT, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(clean_archives())
    def compare(archive: RandomArchive) -> None:
        nonlocal with_examples
        with TemporaryDirectory(dir=tmp_path) as name:
            root = write_folder(archive.files(), Path(name) / "archive")
            expected = tutorial_examples(root / MESSAGES_FOLDERS[archive.layout], archive.owner)
            assert our_examples(root, archive.owner, empty_store_path, Path(name)) == expected
        with_examples += bool(expected)

    compare()
    assert with_examples >= ARCHIVE_COUNT // 4, "too few archives had anything to compare"
