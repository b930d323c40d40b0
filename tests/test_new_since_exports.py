"""What came after an export is known, also of imports that were at work meanwhile, or were killed."""

import subprocess
import sys
from pathlib import Path

import pytest
from archive_builder import OWNER, archive_files, dialogue, profile_files, write_folder
from servers import url_of
from snapshots import column

from rolecall.api import Store

# Batches of a chat each; a line is said after each file and one is read before it goes on.
_SCRIPT = """
import sys, rolecall, rolecall.imports.importer as importer
importer._BATCH_MESSAGES = 10
importer._FIRST_BATCHES = 1
def wait(done, total):
    print(done, flush=True)
    sys.stdin.readline()
rolecall.open(sys.argv[1]).import_archives([sys.argv[2]], owner="slow", progress=wait)
"""
NEW = "select message_id from new_since_exports where export_id = 1"


def _archive(folder: Path, first: int, count: int) -> Path:
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 20) for number in range(first, first + count)]
    return write_folder({**archive_files(threads), **profile_files(OWNER)}, folder)


@pytest.fixture
def voices(store: Store, tmp_path: Path) -> Store:
    """A store with one import and a dataset."""
    store.import_archives([_archive(tmp_path / "pilot", 0, 1)], owner="pilot")
    people = [person.participant_id for person in store.people() if person.display_name == OWNER]
    store.add_persona("voices", people)
    store.create_dataset("voices", persona="voices")
    return store


def _begun(store: Store, archive: Path, commits: int) -> "subprocess.Popen[str]":
    """Begin an import, and return when it has committed some chats and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, url_of(store.database), str(archive)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for _ in range(commits):
        process.stdout.readline()
        process.stdin.write("\n")
        process.stdin.flush()
    process.stdout.readline()
    return process


@pytest.mark.parametrize("engine", ["postgres"])
@pytest.mark.parametrize("commits", [0, 4])
def test_what_an_import_commits_after_an_export_is_new_though_it_began_before(
    voices: Store, tmp_path: Path, commits: int
) -> None:
    """A server alone has somebody else at work meanwhile."""
    process = _begun(voices, _archive(tmp_path / "slow", 1, 6), commits)
    voices.import_archives([_archive(tmp_path / "quick", 9, 1)], owner="quick")
    before = set(column(voices, "select message_id from messages"))
    voices.export("voices", tmp_path / "voices.jsonl")
    process.communicate("\n" * 20, timeout=120)
    assert process.returncode == 0
    after = set(column(voices, "select message_id from messages"))
    assert len(after) > len(before)
    new = set(column(voices, NEW))
    assert after - before <= new
    quick = column(
        voices,
        "select message_id from messages join imports on import_id = first_import_id"
        " join owners using (owner_id) where label in ('quick', 'pilot')",
    )
    # The import that ended meanwhile has a higher number than the one that did not.
    lines = set(column(voices, "select message_id from export_messages"))
    assert new <= after - lines
    assert len(quick) == 40


def test_what_a_killed_import_brought_before_an_export_is_not_new(voices: Store, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "slow", 1, 6)
    process = _begun(voices, archive, 4)
    process.kill()
    process.communicate()
    before = set(column(voices, "select message_id from messages"))
    assert len(before) > 20
    voices.export("voices", tmp_path / "voices.jsonl")
    assert column(voices, NEW) == []
    voices.import_archives([archive], owner="slow")
    after = set(column(voices, "select message_id from messages"))
    assert set(column(voices, NEW)) == after - before != set()
