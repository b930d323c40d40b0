"""A store whose file is damaged: every command says so in one line, and leaves the file as it is.

A store on a server has no file.

ROLECALL_TEST_DAMAGES=300 damages three hundred stores, each at another place.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from archive_builder import OWNER, archive_files, dialogue, write_folder

import rolecall
from rolecall.errors import StoreError

DAMAGES = int(os.environ.get("ROLECALL_TEST_DAMAGES", "7"))
READING = (
    ("status",),
    ("threads",),
    ("people",),
    ("imports",),
    ("search", "message"),
    ("stats",),
    ("sql", "select count(body), min(sent_at_ms), sum(ordinal) from messages"),
    ("persona", "list"),
    ("job", "list"),
    ("db", "current"),
)
# What these committed before they came upon the damage stays.
WRITING = (
    ("db", "upgrade"),
    ("dataset", "show", "chats"),
    ("dataset", "preview", "chats"),
    ("people", "me", OWNER),
    ("persona", "add", "again", "--participant", OWNER),
    ("dataset", "create", "more", "--persona", "me"),
    ("export", "chats", "-o", "out.jsonl"),
    ("import", "archive"),
)
# Runs every command in one process, each in a fork: an engine that gave up does so for good.
PROGRAM = """
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
from rolecall.api import Store
from rolecall.cli import main

for name in vars(Store):
    getattr(Store, name)  # its module is imported with it

def run(words):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        code = 99
        try:
            sys.argv = ["rolecall", *words]
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as ending:
            code = int(ending.code or 0)
        except BaseException as error:
            print(f"Traceback: {error!r}", file=err)
        err.flush()
        os.write(writing, json.dumps([code, err.buffer.getvalue().decode()[-4000:]]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as report:
        said = report.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else [-os.WTERMSIG(status), ""]

for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
"""


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of some megabytes, and an archive that adds to it."""
    folder = tmp_path_factory.mktemp("healthy")
    store = rolecall.open(str(folder / "rolecall.duckdb"))
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 300) for number in range(30)]
    store.import_archives([write_folder(archive_files(threads), folder / "first")], me=[OWNER])
    store.add_persona("me", participants=[OWNER])
    store.create_dataset("chats", persona="me")
    shutil.rmtree(folder / "first")
    write_folder(archive_files([dialogue("new_6100000000099999", 20)]), folder / "archive")
    return folder


def _overwrite(data: bytearray, begin: int, count: int, drawn: random.Random) -> None:
    data[begin : begin + count] = drawn.randbytes(len(data[begin : begin + count]))


def _damage(data: bytes, number: int) -> bytes:
    """Return the bytes of a store, damaged in one of seven ways."""
    drawn = random.Random(number)
    damaged = bytearray(data)
    match number % 7:
        case 0:  # one block
            _overwrite(damaged, drawn.randrange(12288, len(data)), drawn.choice((1, 64, 300_000)), drawn)
        case 1:  # the headers, behind the mark of the kind of file
            _overwrite(damaged, drawn.randrange(12, 12288), drawn.choice((1, 8, 4096)), drawn)
        case 2:
            del damaged[drawn.randrange(13, len(data)) :]
        case 3:
            begin = drawn.randrange(4096, len(data))
            damaged[begin : begin + 262_144] = bytes(len(damaged[begin : begin + 262_144]))
        case 4:
            for _ in range(20):
                damaged[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)
        case 5:
            damaged = bytearray(data[:4096] + bytes(len(data) - 4096))
        case 6:  # what stood there is lost, its neighbours moved up
            begin = drawn.randrange(12288, len(data) - 4096)
            del damaged[begin : begin + 4096]
    return bytes(damaged)


def _run_all(
    folder: Path,
    store: bytes,
    log: bytes | None = None,
    commands: Sequence[tuple[str, ...]] = (*READING, *WRITING),
) -> list[str]:
    """Run commands on copies of a store and its log, and return what was wrong with how they ended."""
    path, log_path = folder / "rolecall.duckdb", folder / "rolecall.duckdb.wal"
    wrong = []
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for words in commands:
            path.write_bytes(store)
            log_path.unlink(missing_ok=True)
            if log is not None:
                log_path.write_bytes(log)
            (folder / "out.jsonl").unlink(missing_ok=True)
            process.stdin.write(json.dumps(words) + "\n")
            process.stdin.flush()
            code, notes = json.loads(process.stdout.readline())
            lines = [line for line in notes.splitlines() if line.startswith("error:")]
            is_clear = code == 0 or (code == 1 and len(lines) == 1 and "Traceback" not in notes)
            if not is_clear:
                wrong.append(f"{' '.join(words)}: {code} {notes}")
            elif words in READING and path.read_bytes() != store:
                wrong.append(f"{' '.join(words)}: changed the file")
        process.stdin.close()
    return wrong


@pytest.mark.parametrize("number", range(DAMAGES))
def test_a_damaged_store_is_one_clear_line_for_every_command(
    number: int, healthy: Path, tmp_path: Path
) -> None:
    shutil.copytree(healthy, tmp_path / "here")
    store = _damage((healthy / "rolecall.duckdb").read_bytes(), number)
    # In every run of the suite each kind of damage meets every third command, and each command two kinds.
    every = 3 if DAMAGES <= 7 else 1
    assert _run_all(tmp_path / "here", store, None, (*READING, *WRITING)[number % every :: every]) == []


def test_what_failed_inside_a_transaction_is_told_and_not_that_it_is_aborted(
    healthy: Path, tmp_path: Path
) -> None:
    shutil.copytree(healthy, tmp_path / "here")
    store = _damage(
        (healthy / "rolecall.duckdb").read_bytes(), 94
    )  # a table that an import writes to is zeros
    assert _run_all(tmp_path / "here", store, None, [("import", "archive")]) == []


@pytest.fixture(scope="module")
def left_log(healthy: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The log that a killed process left beside another store."""
    folder = tmp_path_factory.mktemp("other")
    path = folder / "other.duckdb"
    rolecall.open(str(path)).migrate()
    program = (
        "import duckdb, os, sys; store = duckdb.connect(sys.argv[1]);"
        " store.execute('insert into store_views select 1000 + range, range from range(2000)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    return (folder / "other.duckdb.wal").read_bytes()


def test_the_log_of_another_store_is_not_taken_for_its_own(
    left_log: bytes, healthy: Path, tmp_path: Path
) -> None:
    shutil.copytree(healthy, tmp_path / "here")
    assert _run_all(tmp_path / "here", (healthy / "rolecall.duckdb").read_bytes(), left_log) == []
    store = rolecall.open(str(tmp_path / "here" / "rolecall.duckdb"))
    shutil.copyfile(healthy / "rolecall.duckdb", store.database.path)
    (tmp_path / "here" / "rolecall.duckdb.wal").write_bytes(left_log)
    with pytest.raises(StoreError, match=r"rolecall\.duckdb"):
        store.status()


@pytest.mark.parametrize("number", range(max(2, DAMAGES // 4)))
def test_a_damaged_log_is_one_clear_line_or_what_was_committed(
    number: int, left_log: bytes, healthy: Path, tmp_path: Path
) -> None:
    shutil.copytree(healthy, tmp_path / "here")
    drawn = random.Random(number)
    log = bytearray(left_log)
    _overwrite(log, drawn.randrange(len(log)), drawn.choice((1, 100, 5000)), drawn)
    assert _run_all(tmp_path / "here", (healthy / "rolecall.duckdb").read_bytes(), bytes(log)) == []


def test_every_command_works_on_the_store_as_it_was(healthy: Path, tmp_path: Path) -> None:
    shutil.copytree(healthy, tmp_path / "here")
    assert _run_all(tmp_path / "here", (healthy / "rolecall.duckdb").read_bytes()) == []
