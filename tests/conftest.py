"""Fixtures that every test may use."""

import shutil
from pathlib import Path

import pytest
from sample import load_sample

import rolecall
from rolecall.api import Store


@pytest.fixture(scope="session")
def empty_store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty store: copying it is faster than migrating another one."""
    path = tmp_path_factory.mktemp("store") / "empty.duckdb"
    rolecall.open(str(path)).migrate()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_store_path: Path) -> Store:
    """A store of its own, migrated and empty."""
    return rolecall.open(shutil.copyfile(empty_store_path, tmp_path / "store.duckdb").as_posix())


@pytest.fixture
def sample_store(store: Store) -> Store:
    """A store of its own with four small invented chats (`sample.py`)."""
    load_sample(store.database)
    return store
