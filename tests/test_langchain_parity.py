"""The preset `langchain` makes what the tutorial's own pipeline makes."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from archive_builder import MESSAGES_FOLDERS, write_folder
from archive_strategies import RandomArchive, clean_archives
from hypothesis import HealthCheck, given, seed, settings
from langchain_community.adapters.openai import convert_messages_for_finetuning
from langchain_community.chat_loaders.facebook_messenger import FolderFacebookMessengerChatLoader
from langchain_community.chat_loaders.utils import map_ai_messages, merge_chat_runs

import rolecall
from rolecall.errors import EmptyDataset

ARCHIVE_COUNT = 200
WORKER_COUNT = 2
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


def compare_archives(
    empty_store: Path, folder: Path, archive_count: int, random_seed: int
) -> tuple[int, int]:
    """Compare random archives, and return how many there were and how many of them gave examples."""
    compared, with_examples = 0, 0

    @seed(random_seed)
    @settings(
        max_examples=archive_count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(clean_archives())
    def compare(archive: RandomArchive) -> None:
        nonlocal compared, with_examples
        with TemporaryDirectory(dir=folder) as name:
            root = write_folder(archive.files(), Path(name) / "archive")
            expected = tutorial_examples(root / MESSAGES_FOLDERS[archive.layout], archive.owner)
            assert our_examples(root, archive.owner, empty_store, Path(name)) == expected
        compared += 1
        with_examples += bool(expected)

    compare()
    return compared, with_examples


def test_the_preset_langchain_gives_the_tutorials_examples_on_200_random_archives(tmp_path: Path) -> None:
    """One archive, one store, one export each; in two processes, for a store costs more than its rows.

    On DuckDB alone, for two hundred stores are made; both engines give the same windows (test_postgres.py).
    """
    empty_store = tmp_path / "empty.duckdb"
    rolecall.open(str(empty_store)).migrate()
    with ProcessPoolExecutor(WORKER_COUNT, get_context("spawn")) as pool:
        share = ARCHIVE_COUNT // WORKER_COUNT + 5
        runs = [
            pool.submit(compare_archives, empty_store, tmp_path, share, SystemRandom().getrandbits(32))
            for _ in range(WORKER_COUNT)
        ]
        compared, with_examples = (
            sum(counts) for counts in zip(*(run.result() for run in runs), strict=True)
        )
    assert compared >= ARCHIVE_COUNT
    assert with_examples >= ARCHIVE_COUNT // 4, "too few archives had anything to compare"
