"""Servers written for node that tests put before or in place of the fake provider.

`ROLECALL_TEST_NODE` is the folder of an npm prefix that holds @stoplight/prism-cli and @copilotkit/aimock:
npm install --prefix FOLDER @stoplight/prism-cli@5 @copilotkit/aimock@1.43
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SPECIFICATION = Path(__file__).parents[2] / "shared" / "openai" / "openapi-finetuning.yaml"
START_SECONDS = 60.0


def node_program(name: str) -> Path:
    """Return a program of the npm prefix, or skip the test and say what is missing."""
    folder = os.environ.get("ROLECALL_TEST_NODE", "")
    if not folder:
        pytest.skip(
            "ROLECALL_TEST_NODE names no npm prefix, so no node server was tried (see tests/node_servers.py)"
        )
    program = Path(folder) / "node_modules" / ".bin" / name
    if not program.exists():
        pytest.skip(f"{program} is not installed, so it was not tried (see tests/node_servers.py)")
    return program


def specification() -> Path:
    """Return OpenAI's own specification, or skip the test and say that it was left out."""
    path = Path(os.environ.get("ROLECALL_TEST_OPENAPI", SPECIFICATION))
    if not path.is_file():
        pytest.skip(f"no specification at {path}, so the validating proxy was left out")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(command: list[str], port: int, log: Path) -> Iterator[None]:
    """Run a server until the block ends; it must listen on the port within a minute."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            _wait_for(port, process, log)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")
