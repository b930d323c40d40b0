"""The command line: each command reads its arguments, calls one method of `Store` and prints.

Nothing slow is imported before a command needs it, so that `--help` and completion feel instant.
"""

import errno
import gc
import os
import sys
from contextlib import suppress

import typer

from rolecall.cli import (
    archives,
    chat,
    database,
    datasets,
    demo,
    exports,
    jobs,
    lake,
    people,
    personas,
    searching,
    sentences,
    sql,
    stats,
    status,
    threads,
    uploads,
)
from rolecall.cli.common import DEFAULT_STORE, StoreOption, VersionOption
from rolecall.cli.printing import error_line
from rolecall.cli.stopping import end_for_certain, hear_ctrl_c, is_stopped
from rolecall.errors import RolecallError

_ALLOCATIONS_BETWEEN_COLLECTIONS = 50_000

app = typer.Typer(
    name="rolecall",
    help="From Messenger and Instagram archives to a SQL store, fine-tuning datasets and jobs.",
    epilog="To see it all at work on invented chats: rolecall demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    context: typer.Context, store: StoreOption = DEFAULT_STORE, is_version: VersionOption = False
) -> None:
    """Keep which store the command is about."""
    context.obj = store


demo.add_to(app)
archives.add_to(app)
status.add_to(app)
app.add_typer(threads.app, name="threads")
app.add_typer(people.app, name="people")
app.add_typer(sentences.app, name="sentences")
searching.add_to(app)
stats.add_to(app)
sql.add_to(app)
app.add_typer(personas.app, name="persona")
app.add_typer(datasets.app, name="dataset")
exports.add_to(app)
uploads.add_to(jobs.app)
app.add_typer(jobs.app, name="job")
chat.add_to(app)
app.add_typer(lake.app, name="lake")
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command line and exit: 0 done, 1 an intended error or a "no", 2 wrong usage, 130 stopped."""
    try:
        _run()
    except SystemExit as ending:
        end_for_certain(ending.code)
        raise


def program() -> None:
    """Run the command line as a program of its own, which ends at once.

    Taking apart what was loaded takes a tenth of a second, as long as a short command. So does searching for
    cycles among what is loaded, which stays.
    """
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)
    try:
        main()
    except SystemExit as ending:
        if "pyspark" in sys.modules:  # which ends its cluster by itself
            raise
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(ending.code if isinstance(ending.code, int) else int(ending.code is not None))


def _run() -> None:
    hear_ctrl_c()
    # The library makes every file with its mode. This is for what engines make by themselves, and only
    # here: the process is ours.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number instead of an error.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        try:
            app(prog_name="rolecall")
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        _stopped()
    except SystemExit as ending:
        if ending.code == 130:
            _stopped()
        raise
    except Exception as error:
        if is_stopped():  # what an engine makes of Ctrl-C
            _stopped()
        if isinstance(error, OSError):
            _output_failed(error)
        if not isinstance(error, RolecallError):
            raise
        error_line(str(error))
        sys.exit(1)


def _stopped() -> None:
    error_line("stopped; what was finished stays, and the same command goes on")
    sys.exit(130)


def _output_failed(error: OSError) -> None:
    """End quietly when nobody reads the output any more, and with a line when the disk is full."""
    if error.errno not in (errno.EPIPE, errno.ENOSPC):
        raise error
    if error.errno == errno.ENOSPC:
        error_line("no room left on the disk for the output; free some and repeat")
    # What is still buffered goes nowhere, or it would fail once more at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
