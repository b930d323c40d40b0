"""A process that has imported every command, and runs each in a fork: half a second less for a command.

Run as a program: the path of a socket, on which each connection sends a command's words, folder, environment
and three open files, and is told the exit code. `SHIM` is what stands in the place of `rolecall`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

SHIM = """#!{python} -SE
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect({path!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    open_files = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))
    asked.sendmsg([len(said).to_bytes(4, "big")], [open_files])
    asked.sendall(said)
    sys.exit(int(asked.recv(9) or 70))
"""


@contextmanager
def preloaded() -> Iterator[str]:
    """Start the process, and end it afterwards; give the text of what stands in the place of `rolecall`."""
    with TemporaryDirectory() as folder:  # a short path, as sockets want it
        path = str(Path(folder) / "asked")
        with subprocess.Popen([sys.executable, __file__, path], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            try:
                yield SHIM.format(python=sys.executable, path=path)
            finally:
                process.kill()


def serve(path: str) -> None:
    """Answer until killed."""
    import rolecall.cli
    from rolecall.api import Store

    for name in vars(Store):
        getattr(Store, name)  # its module is imported with it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that have answered
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        print("ready", flush=True)
        while True:
            asked, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(asked, rolecall.cli.main)
            asked.close()


def _answer(asked: socket.socket, main: Callable[[], object]) -> None:
    """Run one command, tell its exit code, and exit; never returns."""
    head, files, *_ = socket.recv_fds(asked, 4, 3)
    text = b""
    while len(text) < int.from_bytes(head, "big"):
        text += asked.recv(1 << 20)
    words, folder, environment = json.loads(text)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        asked.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
        os._exit(0)
    code = 99
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["rolecall", *words]
        try:
            main()
        except SystemExit as ending:
            code = int(ending.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
