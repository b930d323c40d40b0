"""Databases of a PostgreSQL server, each made from a template in milliseconds and dropped after its test.

Set ROLECALL_TEST_POSTGRES to the SQLAlchemy URL of a server where databases and roles may be created, such as
postgresql+psycopg://postgres@127.0.0.1:5433/postgres; without it these tests are skipped. The databases
belong to a role that may do nothing else on the server, `rolecall_test`, which stays there.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest
import sqlalchemy as sa

from rolecall.api import Store
from rolecall.store.database import Database

SERVER = os.environ.get("ROLECALL_TEST_POSTGRES", "")
ENGINES = ("duckdb", "postgres")
NewStore = Callable[[], Store]
# Each example takes several times as long on a server; ROLECALL_TEST_FULLY tries all of them there too.
IS_FULL = bool(os.environ.get("ROLECALL_TEST_FULLY"))
# Owns every database of a test. A superuser's query is refused, and whoever imports needs no such rights.
ROLE = "rolecall_test"
needs_server = pytest.mark.skipif(not SERVER, reason="no server: ROLECALL_TEST_POSTGRES is not set")


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """Give the URL of a database of its own, which goes away afterwards, for a role without further rights.

    Args:
        template: URL of a database that nobody is connected to, or the name of one.
    """
    _make_role()
    name = f"rolecall_test_{uuid.uuid4().hex}"
    original = sa.make_url(template).database if "://" in template else template
    run_on_server(f"create database {name} template {original} owner {ROLE}")
    try:
        url = sa.make_url(SERVER).set(database=name, username=ROLE, password=ROLE)
        yield url.render_as_string(hide_password=False)
    finally:
        run_on_server(f"drop database {name} with (force)")


def tries(count: int, engine_name: str) -> int:
    """Return how many of so many random examples an engine is tried with: a server with a fifth of them."""
    return count if engine_name == "duckdb" or IS_FULL else -(-count // 5)


def superuser_url(url: str) -> str:
    """Return the URL of a database as the server's own user, who may do all there."""
    server = sa.make_url(SERVER)
    return server.set(database=sa.make_url(url).database).render_as_string(hide_password=False)


@cache
def _make_role() -> None:
    with suppress(sa.exc.DBAPIError):  # it is there, or another worker makes it in this moment
        run_on_server(f"create role {ROLE} login password '{ROLE}'")


def run_on_server(statement: str) -> None:
    """Run a statement on the server, as its own user."""
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(statement)


def url_of(database: Database) -> str:
    """Return a store's whole address, as another process needs it."""
    return database.url.render_as_string(hide_password=False)
