"""A program of the user's own in which to look at the store."""

import os
import shutil

from rolecall.errors import RolecallError
from rolecall.store.database import Database


def shell_command(database: Database) -> tuple[list[str], dict[str, str]]:
    """Return the command that opens the store read-only, and the environment that it wants.

    Raises:
        RolecallError: None of the programs that can do it is installed; the message says how to get one.
    """
    database.ready()
    return _for_duckdb(database) if database.is_duckdb else _for_postgres(database)


def _for_duckdb(database: Database) -> tuple[list[str], dict[str, str]]:
    path = str(database.path.absolute())
    if program := shutil.which("harlequin"):
        return [program, "--adapter", "duckdb", "--read-only", path], dict(os.environ)
    if program := shutil.which("duckdb"):
        return [program, "-readonly", path], dict(os.environ)
    raise RolecallError(
        "neither harlequin nor duckdb is installed; get one with: pip install harlequin"
        " (or see duckdb.org/install), or ask with: rolecall sql QUERY"
    )


def _for_postgres(database: Database) -> tuple[list[str], dict[str, str]]:
    program = shutil.which("psql")
    if program is None:
        raise RolecallError("psql is not installed; get PostgreSQL's client, or ask with: rolecall sql QUERY")
    url = database.url.set(drivername="postgresql")
    # Arguments are seen by everybody on a machine, so the password travels in the environment.
    environment = {**os.environ, "PGOPTIONS": "-c default_transaction_read_only=on"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    address = url._replace(password=None).render_as_string(hide_password=False)
    return [program, address], environment
