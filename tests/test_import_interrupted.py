"""What an import leaves that could not finish: whole threads, and a store that the same command completes."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_builder import archive_files, dialogue, write_folder
from servers import url_of
from snapshots import Snapshot, column, snapshot

import rolecall
from rolecall.api import Store
from rolecall.imports.proofs import joining
from rolecall.imports.sequence import Acts, Steps, run_sequence

# Batches of a few threads, so that there are many moments between two commits.
_SCRIPT = """
import sys, rolecall, rolecall.imports.importer as importer
importer._BATCH_MESSAGES = 100
importer._FIRST_BATCHES = 1
store = rolecall.open(sys.argv[1])
store.import_archives([sys.argv[2]], progress=lambda done, total: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of sixty chats."""
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30 + number) for number in range(60)]
    return write_folder(archive_files(threads), tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The store that an uninterrupted import makes."""
    store = rolecall.open(str(tmp_path_factory.mktemp("whole") / "store.duckdb"))
    store.import_archives([archive])
    return snapshot(store)


def _begin(store: Store, archive: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, url_of(store.database), str(archive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _assert_whole_threads_only(store: Store, archive: Path) -> None:
    counts = column(store, "select count(*) from messages group by thread_id order by 1")
    assert set(counts) <= set(range(30, 90))
    assert column(
        store, "select count(*) from messages where thread_id not in (select thread_id from threads)"
    ) == [0]


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("seed", range(3))
def test_an_import_that_is_stopped_at_any_moment_is_completed_by_the_same_command(
    kind: signal.Signals, seed: int, store: Store, archive: Path, whole: Snapshot
) -> None:
    process = _begin(store, archive)
    assert process.stdout is not None
    for _ in range(random.Random(f"{seed} {kind}").randrange(1, 55)):
        process.stdout.readline()
    time.sleep(0.003 * seed)
    process.send_signal(kind)
    process.stdout.close()
    assert process.wait() != 0
    _assert_whole_threads_only(store, archive)

    store.import_archives([archive])
    assert snapshot(store) == whole
    assert column(store, "select status from imports order by import_id") == ["interrupted", "finished"]


@pytest.mark.parametrize(
    "stop_at",
    [
        "import/join/staged_messages",
        "import/match/unnamed",
        "import/join/first_imports",
        "import/order/crowded_ordinals",
    ],
)
def test_two_chats_are_joined_whole_or_not_at_all(
    stop_at: str, duckdb_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = dialogue("dorian_6100000000000001", 12)
    edited = replace(
        chat, entries=(*chat.entries[:5], {**chat.entries[5], "content": "edited"}, *chat.entries[6:])
    )
    early = replace(chat, folder="dorian_abc-ef_hij", entries=chat.entries[:6])
    late = replace(edited, entries=edited.entries[5:])
    for name, thread, layout in (("early", early, "A1"), ("late", late, "A3")):
        duckdb_store.import_archives([write_folder(archive_files([thread], layout), tmp_path / name)])
    before = snapshot(duckdb_store)
    root = write_folder(archive_files([edited]), tmp_path / "whole")

    def stopped(connection: sa.Connection, steps: Steps, params: dict[str, object], acts: Acts) -> None:
        run_sequence(connection, steps[: steps.index(stop_at)], params, acts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(joining, "run_sequence", stopped)
        with pytest.raises(KeyboardInterrupt):
            duckdb_store.import_archives([root])
    assert snapshot(duckdb_store) == before
    duckdb_store.import_archives([root])
    assert column(duckdb_store, "select count(*) from messages") == [12]
