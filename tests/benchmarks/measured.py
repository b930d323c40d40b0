"""What is timed, each in a process of its own: `python -m benchmarks.measured NAME ARGUMENT...`.

The last line of the standard output is JSON: the seconds inside, without the interpreter's start and imports.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.words import OWNER

CHUNK_SIZE, OVERLAP = 8, 2


def floor(archive: str) -> float:
    """Read and parse every JSON file: what no reader of them can do without."""
    import orjson

    started = time.perf_counter()
    for path in sorted(Path(archive).rglob("*.json")):
        orjson.loads(path.read_bytes())
    return time.perf_counter() - started


def theirs(archive: str, target: str) -> float:
    """Run the pipeline of LangChain's notebook, from the folder to the training file.

    Source: LangChain's notebook on fine-tuning from Facebook Messenger, langchain-community 0.4.2.
    """
    from langchain_community.adapters.openai import convert_messages_for_finetuning
    from langchain_community.chat_loaders.facebook_messenger import FolderFacebookMessengerChatLoader
    from langchain_community.chat_loaders.utils import map_ai_messages, merge_chat_runs

    started = time.perf_counter()
    loader = FolderFacebookMessengerChatLoader(Path(archive) / "your_facebook_activity" / "messages")
    chat_sessions = loader.load()
    merged_sessions = merge_chat_runs(chat_sessions)
    alternating_sessions = list(map_ai_messages(merged_sessions, OWNER))
    training_data = convert_messages_for_finetuning(alternating_sessions)
    training_examples = [
        conversation[begin : begin + CHUNK_SIZE]
        for conversation in training_data
        for begin in range(0, len(conversation) - CHUNK_SIZE + 1, CHUNK_SIZE - OVERLAP)
    ]
    with Path(target).open("wb") as file:
        for example in training_examples:
            file.write((json.dumps({"messages": example}) + "\n").encode())
    return time.perf_counter() - started


def ours(*words: str) -> float:
    """Run one command of ours, as it is typed."""
    from rolecall.cli import main

    started = time.perf_counter()
    sys.argv = ["rolecall", *words]
    try:
        main()
    except SystemExit as ending:
        if ending.code:
            raise
    return time.perf_counter() - started


NAMED: dict[str, Callable[..., float]] = {"floor": floor, "theirs": theirs, "ours": ours}


if __name__ == "__main__":
    seconds = NAMED[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({"seconds": seconds}))
