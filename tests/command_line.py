"""Ways to type a command: in this process, in another one, and on a terminal."""

import io
import os
import pty
import struct
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from rolecall.cli import main

ROLECALL = [sys.executable, "-c", "from rolecall.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command gave."""

    code: int
    data: bytes
    notes: str

    @property
    def out(self) -> str:
        return self.data.decode()

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Keyboard:
    """Types commands in one folder, about one store."""

    def __init__(self, folder: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.store = store
        self.monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ROLECALL_STORE", store)

    def type(self, *words: str, standard_input: str = "") -> Typed:
        """Run a command in this process, its output going to a pipe."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        self.monkeypatch.setattr(sys, "argv", ["rolecall", *words])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(standard_input))
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ending:
            main()
        code = ending.value.code
        parts = []
        for stream in (out, err):
            stream.flush()
            assert isinstance(stream.buffer, io.BytesIO)
            parts.append(stream.buffer.getvalue())
        return Typed(code if isinstance(code, int) else 0, parts[0], parts[1].decode())

    def type_on_terminal(
        self, *words: str, answer: str = "", environment: Mapping[str, str] | None = None, columns: int = 120
    ) -> Typed:
        """Run a command in another process on a terminal; its notes stand among its data."""
        leader, follower = pty.openpty()
        if sys.platform != "win32":
            import fcntl
            import termios

            fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [*ROLECALL, *words],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            cwd=self.folder,
            # A test runner's own idea of the terminal is not this one.
            env={
                **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
                "TERM": "xterm-256color",
                **(environment or {}),
            },
        )
        os.close(follower)
        os.write(leader, answer.encode())
        shown = b""
        while chunk := _read(leader):
            shown += chunk
        os.close(leader)
        return Typed(process.wait(timeout=120), shown.replace(b"\r\n", b"\n"), "")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # Linux says so when the last one on the terminal is gone
        return b""
