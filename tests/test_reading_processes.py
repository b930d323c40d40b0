"""Large archives are read by further processes: the same rows, and nothing lost when one of them dies."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest
from archive_builder import FRIEND, OWNER, archive_files, dialogue, write_folder
from snapshots import Snapshot, column, snapshot

import rolecall
from rolecall.api import Store
from rolecall.archives.archive import Archive
from rolecall.downloads import readers
from rolecall.downloads.asking import Asked
from rolecall.downloads.readers import Reader
from rolecall.errors import ArchiveError, ReaderEnded

pytestmark = [
    pytest.mark.python_only,
    pytest.mark.skipif(readers._worker_count() == 0, reason="one core: no other process reads"),
]

ASKED = Asked("facebook", frozenset())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty chats."""
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 20 + number) for number in range(40)]
    return write_folder(archive_files(threads), tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The store that one process makes."""
    store = rolecall.open(str(tmp_path_factory.mktemp("alone") / "store.duckdb"))
    store.import_archives([archive])
    return snapshot(store)


@pytest.fixture
def all_read_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read by another process, from the first one on."""
    monkeypatch.setattr(readers, "LEAST_BYTES", 1)
    start = readers._Worker.__init__

    def start_and_wait(worker: readers._Worker, *words: object) -> None:
        start(worker, *words)  # type: ignore[arg-type]
        deadline = time.monotonic() + 60
        while not worker.is_ready and time.monotonic() < deadline:
            time.sleep(0.01)

    monkeypatch.setattr(readers._Worker, "__init__", start_and_wait)


@pytest.mark.parametrize("is_zip", [False, True])
def test_other_processes_read_the_same(
    is_zip: bool,
    archive: Path,
    alone: Snapshot,
    duckdb_store: Store,
    tmp_path: Path,
    all_read_by_others: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = archive
    if is_zip:
        path = Path(shutil.make_archive(str(tmp_path / "download"), "zip", archive))
    seen: list[str] = []
    answer = readers._Worker.answer

    def noted(worker: readers._Worker, member: object) -> object:
        seen.append(str(member))
        return answer(worker, member)  # type: ignore[arg-type]

    monkeypatch.setattr(readers._Worker, "answer", noted)
    duckdb_store.import_archives([path])
    assert snapshot(duckdb_store) == alone
    assert len(seen) >= 40
    again = duckdb_store.import_archives([path])
    assert (again.added_count, again.changed_count) == (0, 0)
    assert snapshot(duckdb_store) == alone


def test_a_killed_process_is_told_with_its_file_and_what_was_committed_stays(
    archive: Path,
    alone: Snapshot,
    duckdb_store: Store,
    all_read_by_others: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = readers._Worker.answer
    count = 0

    def killed(worker: readers._Worker, member: object) -> object:
        nonlocal count
        count += 1
        if count == 20:
            worker._process.kill()
            worker._process.wait()
        return answer(worker, member)  # type: ignore[arg-type]

    monkeypatch.setattr("rolecall.imports.importer._BATCH_MESSAGES", 50)
    monkeypatch.setattr("rolecall.imports.importer._FIRST_BATCHES", 1)
    with monkeypatch.context() as patch:
        patch.setattr(readers._Worker, "answer", killed)
        with pytest.raises(ReaderEnded, match=r"the process that read \S+ was killed \(signal 9\)"):
            duckdb_store.import_archives([archive])
    assert column(duckdb_store, "select status from imports") == ["interrupted"]
    assert column(duckdb_store, "select count(*) > 0 from messages") == [True]
    duckdb_store.import_archives([archive])
    assert snapshot(duckdb_store) == alone


def test_a_damaged_file_is_an_error_of_that_file_alone(
    archive: Path, tmp_path: Path, all_read_by_others: None
) -> None:
    path = Path(shutil.make_archive(str(tmp_path / "download"), "zip", archive))
    with ZipFile(path) as opened:
        info = next(info for info in opened.infolist() if info.filename.endswith("message_1.json"))
    data = bytearray(path.read_bytes())
    at = info.header_offset + 30 + len(info.filename) + 20
    data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    with Archive([path]) as opened_archive:
        members = opened_archive.json_members()
        with Reader([path], None, members) as reader:
            reader.expect(members, lambda _member: ASKED)
            answers = []
            for member in members:
                try:
                    answers.append(bool(reader.content(member, ASKED).items))
                except ArchiveError as error:
                    assert "damaged in the zip" in str(error)  # noqa: PT017
                    answers.append(False)
    assert answers.count(False) == 1


def test_a_file_that_is_gone_is_an_error_of_that_file(
    archive: Path, tmp_path: Path, all_read_by_others: None
) -> None:
    here = shutil.copytree(archive, tmp_path / "here")
    with Archive([here]) as opened:
        members = opened.json_members()
        gone = next(path for path in here.rglob("message_1.json"))
        gone.unlink()
        with Reader([here], None, members) as reader:
            reader.expect(members, lambda _member: ASKED)
            said = []
            for member in members:
                try:
                    reader.content(member, ASKED)
                except ArchiveError as error:
                    said.append(str(error))
    assert said == ["it was not there any more when it was to be read"]


def test_what_is_asked_otherwise_than_was_expected_is_asked_anew(
    archive: Path, all_read_by_others: None
) -> None:
    with Archive([archive]) as opened:
        members = opened.json_members()
        with Reader([archive], None, members) as reader:
            reader.expect(members, lambda _member: ASKED)
            contents = [reader.content(member, Asked("instagram", frozenset({OWNER}))) for member in members]
            assert {content.source for content in contents} == {"instagram"}
            reader.expect(members, lambda _member: ASKED)
            known = Asked("facebook", frozenset(), frozenset(content.sha256 for content in contents))
            assert {reader.content(member, known).items for member in members[1:3]} == {None}


def test_processes_that_cannot_be_started_are_not_missed(
    archive: Path, alone: Snapshot, duckdb_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "LEAST_BYTES", 1)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    duckdb_store.import_archives([archive])
    assert snapshot(duckdb_store) == alone


@pytest.mark.parametrize("program", ["/bin/true", "/bin/cat"])
def test_another_program_in_the_place_of_python_is_not_waited_for(
    program: str, archive: Path, alone: Snapshot, duckdb_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path(program).exists():
        pytest.skip(f"no {program} here")
    monkeypatch.setattr(readers, "LEAST_BYTES", 1)
    monkeypatch.setattr(sys, "executable", program)
    duckdb_store.import_archives([archive])
    assert snapshot(duckdb_store) == alone


def test_no_process_is_left_and_the_archives_folder_is_not_searched_for_programs(
    archive: Path, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    shutil.copytree(archive, stranger)
    for name in ("json", "rolecall", "gc"):
        (stranger / f"{name}.py").write_text("open('run', 'w')")
    script = (
        "import sys, rolecall, rolecall.downloads.readers as readers\n"
        "readers.LEAST_BYTES = 1\n"
        "rolecall.open(sys.argv[1]).import_archives(['.'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", script, str(tmp_path / "store.duckdb")],
        cwd=stranger, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stderr == ""
    assert not (stranger / "run").exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C of a terminal is sent to a process group")
def test_ctrl_c_ends_all_of_them(archive: Path, tmp_path: Path) -> None:
    script = (
        "import sys, rolecall, rolecall.downloads.readers as readers\n"
        "readers.LEAST_BYTES = 1\n"
        "from rolecall.imports.importer import Importer\n"
        "import time\n"
        "add = Importer.add\n"
        "def slow(importer, file):\n"
        "    print('reading', *(w._process.pid for w in workers), flush=True)\n"
        "    time.sleep(0.3)\n"
        "    add(importer, file)\n"
        "Importer.add = slow\n"
        "workers = []\n"
        "start = readers._Worker.__init__\n"
        "def noted(worker, *words):\n"
        "    start(worker, *words)\n"
        "    workers.append(worker)\n"
        "readers._Worker.__init__ = noted\n"
        "sys.argv = ['rolecall', '--store', sys.argv[1], 'import', sys.argv[2]]\n"
        "from rolecall.cli import main\n"
        "main()\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "store.duckdb"), str(archive)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout is not None
    pids = [int(pid) for pid in running.stdout.readline().split()[1:]]
    assert pids
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "Traceback" not in said
    assert FRIEND not in said
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
