"""Fixtures that every test may use."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample import load_sample
from servers import SERVER, postgres_database

import rolecall
from rolecall.api import Store


@pytest.fixture(scope="session")
def empty_store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty store: copying it is faster than migrating another one."""
    path = tmp_path_factory.mktemp("store") / "empty.duckdb"
    rolecall.open(str(path)).migrate()
    return path


@pytest.fixture(scope="session")
def empty_store_url() -> Iterator[str]:
    """The URL of a migrated, empty store on PostgreSQL, for making others from."""
    if not SERVER:
        pytest.skip("no server: ROLECALL_TEST_POSTGRES is not set")
    with postgres_database() as url:
        rolecall.open(url).migrate()
        yield url


@pytest.fixture
def duckdb_store(tmp_path: Path, empty_store_path: Path) -> Store:
    """A store of its own in a file, migrated and empty, for what only files have."""
    return rolecall.open(shutil.copyfile(empty_store_path, tmp_path / "store.duckdb").as_posix())


@pytest.fixture
def postgres_store(empty_store_url: str) -> Iterator[Store]:
    """A store of its own on a server, migrated and empty."""
    with postgres_database(template=empty_store_url) as url:
        yield rolecall.open(url)


@pytest.fixture(params=["duckdb", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store of its own, migrated and empty: each test runs once on every engine."""
    chosen: Store = request.getfixturevalue(f"{request.param}_store")
    return chosen


@pytest.fixture
def sample_store(store: Store) -> Store:
    """A store of its own with four small invented chats (`sample.py`)."""
    load_sample(store.database)
    return store
