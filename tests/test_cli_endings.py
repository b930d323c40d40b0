"""The command line cut short: Ctrl-C, a reader that goes away, a full disk; names completed by the shell."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from command_line import ROLECALL, Keyboard
from servers import url_of

from rolecall.api import Store


@pytest.fixture
def keyboard(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(sample_store.database), monkeypatch)


def test_ctrl_c_ends_with_130_and_a_line(keyboard: Keyboard) -> None:
    slow = (
        "select count(*) from generate_series(1, 1000000) as a (x), generate_series(1, 1000000) as b (x)"
        " where a.x < b.x"
    )
    process = subprocess.Popen(
        [*ROLECALL, "sql", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=keyboard.folder
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    try:
        _, notes = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert notes == b"error: stopped; what was finished stays, and the same command goes on\n"


def test_a_reader_that_goes_away_is_no_error(keyboard: Keyboard) -> None:
    process = subprocess.Popen(
        [*ROLECALL, "sql", "select * from generate_series(1, 3000000)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=keyboard.folder,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)


def test_a_full_disk_behind_the_output_is_one_line(keyboard: Keyboard) -> None:
    for words in (["sql", "select * from generate_series(1, 300000)"], ["status"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*ROLECALL, *words], stdout=full, stderr=subprocess.PIPE, cwd=keyboard.folder, check=False
            )
        assert done.returncode == 1
        assert done.stderr == b"error: no room left on the disk for the output; free some and repeat\n"


def test_shells_complete_names_from_the_store(keyboard: Keyboard) -> None:
    keyboard.type("persona", "add", "ines", "--participant", "Ines Quill")
    keyboard.monkeypatch.setenv("_ROLECALL_COMPLETE", "complete_bash")
    keyboard.monkeypatch.setenv("COMP_WORDS", "rolecall persona drop i")
    keyboard.monkeypatch.setenv("COMP_CWORD", "3")
    assert keyboard.type().lines == ["ines"]
    keyboard.monkeypatch.setenv("COMP_WORDS", "rolecall export x --format sh")
    keyboard.monkeypatch.setenv("COMP_CWORD", "4")
    assert keyboard.type().lines == ["sharegpt"]
