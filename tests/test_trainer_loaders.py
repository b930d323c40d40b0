"""Exports are opened by the trainers' own code, which must train exactly the replies that the dataset trains.

Set ROLECALL_TEST_TRAINERS to a Python that has Axolotl, LLaMA-Factory, mlx-lm, ms-swift and TRL (`.ci/run`
makes one); without it these tests are skipped, and `test_format_loaders.py` and `test_formats.py` compare the
files with what those trainers document.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from sample import BO, INES, MIRA, add_thread

from rolecall.api import Store

PYTHON = os.environ.get("ROLECALL_TEST_TRAINERS", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="no trainers: ROLECALL_TEST_TRAINERS is not set")
SCRIPT = Path(__file__).with_name("trainer_loaders.py")

# Several scripts, and what JSON, templates and tokenizers give a meaning.
TALK = [
    (BO, 0, "who brings the oars"),
    (INES, 1, "I have two,\n{{ and }} \"a\" \\ {% rope %}"),
    (BO, 2, "\u5b57 \U0001f6a3?"),
    (INES, 3, "\u042e\u043b\u0438\u044f \u0627\u0644\u0633\u0644\u0627\u0645 \u2028 \U0001f6a3"),
    (MIRA, 4, "perfect"),
    (MIRA, 5, "see you"),
    (INES, 6, "at six </s> [INST]"),
    (INES, 7, "sharp"),
    (BO, 2000, "back again?"),
    (INES, 2001, "since noon"),
]  # fmt: skip
MARKED = {"max_turns": 2, "context_exchanges": 2, "system_prompt": "You are {persona} in {title}."}
PLAIN = {"context_exchanges": 0}


@pytest.fixture
def club(sample_store: Store) -> Store:
    """The sample store with one more group and the persona `ines`."""
    with sample_store.database.transaction() as connection:
        add_thread(connection, 2000, "group", "Regatta", TALK)
    sample_store.add_persona("ines", ["Ines Quill"])
    return sample_store


def trained_by(trainer: str, path: Path) -> list[list[str]]:
    """Return what a trainer would train of each example."""
    done = subprocess.run(
        [PYTHON, "-W", "ignore", str(SCRIPT), trainer, str(path)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "HF_HOME": str(path.parent / "cache"),
            "MODELSCOPE_CACHE": str(path.parent / "cache"),
        },
    )
    answers = [
        line.removeprefix("trained: ") for line in done.stdout.splitlines() if line.startswith("trained: ")
    ]
    assert answers, done.stdout[-2000:] + done.stderr[-4000:]
    found: list[list[str]] = json.loads(answers[-1])
    return found


def trained_here(store: Store) -> list[list[str]]:
    """Return the trained replies of each example, in the order of the file."""
    with store.database.connect(is_read_only=True) as connection:
        found = connection.exec_driver_sql(
            "select bucket, thread_id, example_no, content from dataset_example_turns where weight = 1"
            " order by bucket, thread_id, example_no, turn_no"
        ).all()
    examples: dict[object, list[str]] = {}
    for *key, content in found:
        examples.setdefault(tuple(key), []).append(str(content))
    return list(examples.values())


@pytest.mark.parametrize(
    ("trainer", "file_format", "options"),
    [
        ("axolotl", "axolotl", MARKED),
        ("swift", "swift", MARKED),
        ("llamafactory", "sharegpt", PLAIN),
        ("trl", "trl", PLAIN),
        ("trl", "trl_completion", MARKED),
    ],
)
def test_a_trainer_trains_the_replies_of_the_dataset_and_nothing_else(
    club: Store, tmp_path: Path, trainer: str, file_format: str, options: dict[str, object]
) -> None:
    club.create_dataset("regatta", persona="ines", **options)  # type: ignore[arg-type]
    written = club.export("regatta", tmp_path / "regatta.jsonl", format=file_format)
    wanted = trained_here(club)
    assert len(wanted) == written.example_count > 3
    assert trained_by(trainer, written.path) == wanted


def test_mlx_opens_the_folder_and_masks_all_but_the_last_reply_when_told(club: Store, tmp_path: Path) -> None:
    club.create_dataset("regatta", persona="ines", **PLAIN)  # type: ignore[arg-type]
    written = club.export("regatta", tmp_path / "regatta", format="mlx")
    assert written.path.name == "train.jsonl"
    assert trained_by("mlx", tmp_path / "regatta") == [replies[-1:] for replies in trained_here(club)]
