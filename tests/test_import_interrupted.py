"""What an import leaves that could not finish: whole threads, and a store that the same command completes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_builder import archive_files, dialogue, write_folder
from servers import url_of
from snapshots import Snapshot, column, snapshot

import rolecall
from rolecall.api import Store
from rolecall.errors import StoreFull

# Batches of a few threads, so that there are many moments between two commits.
_SCRIPT = """
import sys, rolecall, rolecall.imports.run as run
run._BATCH_MESSAGES = 100
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for a store, but not for the archive in it."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root; CI runs as root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_one_clear_error_and_keeps_what_was_committed(
    small_disk: Path, archive: Path, whole: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rolecall.imports.run._BATCH_MESSAGES", 100)
    store = rolecall.open(str(small_disk / "store.duckdb"))
    store.migrate()
    ballast = small_disk / "ballast"
    left = os.statvfs(small_disk)
    ballast.write_bytes(b"\0" * (left.f_bavail * left.f_bsize - 300_000))
    with pytest.raises(StoreFull, match="no room left on the disk"):
        store.import_archives([archive])
    _assert_whole_threads_only(store, archive)

    ballast.unlink()
    store.import_archives([archive])
    assert snapshot(store) == whole
