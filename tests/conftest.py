"""Fixtures that every test may use."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sample import load_sample
from servers import ENGINES, SERVER, NewStore, postgres_database

import rolecall
from rolecall.api import Store
from rolecall.store.database import Database

if TYPE_CHECKING:
    from job_bench import Bench


def pytest_configure(config: pytest.Config) -> None:
    """Keep what rolecall keeps for its user, the template of new stores, out of the user's own folders."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = TemporaryDirectory()
        os.environ["XDG_CACHE_HOME"] = folder.name
        config.add_cleanup(folder.cleanup)


# What their tests share takes longer to make than a test; the page of a section is what stands before it.
_TOGETHER = re.compile(
    r"tests/test_(?:spark|killed|damaged_stores|lake_replaced|postgres)\.py|.*_run_as_pasted\[[^:]*:"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Deal tests out singly, long groups first, but in groups those that share what is slow to make."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # has no types
        def _split_scope(self, nodeid: str) -> str:
            shared = _TOGETHER.match(nodeid)
            return shared[0] if shared else nodeid

    return Scheduling(config, log)


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a store once on every engine, unless it says on which, or is `python_only`."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "engine" in metafunc.fixturenames and not any("engine" in mark.args[0] for mark in marks):
        is_python_only = metafunc.definition.get_closest_marker("python_only") is not None
        metafunc.parametrize("engine", ENGINES[:1] if is_python_only else ENGINES)


@pytest.fixture
def store(request: pytest.FixtureRequest, engine: str) -> Store:
    """A store of its own, migrated and empty."""
    chosen: Store = request.getfixturevalue(f"{engine}_store")
    return chosen


@pytest.fixture
def new_store(request: pytest.FixtureRequest, engine: str, empty_store_path: Path) -> Iterator[NewStore]:
    """Makes stores of the same engine, migrated and empty: for tests that compare several."""
    template = request.getfixturevalue("empty_store_url") if engine == "postgres" else ""
    numbers = count(1)

    def make() -> Store:
        if template:
            return rolecall.open(stack.enter_context(postgres_database(template=template)))
        path = folder / f"{next(numbers)}.duckdb"
        return rolecall.open(shutil.copyfile(empty_store_path, path).as_posix())

    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        yield make


@pytest.fixture(scope="module", params=ENGINES)
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_store_path: Path
) -> Iterator[Database]:
    """One store for a module, where each test replaces all rows or takes back what it did."""
    if request.param == "postgres":
        with postgres_database(template=request.getfixturevalue("empty_store_url")) as url:
            yield Database(url)
    else:
        folder = tmp_path_factory.mktemp("module")
        yield Database(str(shutil.copyfile(empty_store_path, folder / "store.duckdb")))


@pytest.fixture
def sample_store(store: Store) -> Store:
    """A store of its own with four small invented chats (`sample.py`)."""
    load_sample(store.database)
    return store


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause of a command is worth waiting for when the provider is on this machine."""
    from rolecall.jobs import Waits

    hasty = Waits(file_seconds=(0.0, 0.0), settle_seconds=0.0, sleep=lambda seconds: None)
    monkeypatch.setattr("rolecall.jobs.sessions.Waits", lambda: hasty)


@pytest.fixture
def bench(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Bench]":
    """A store with exports, and a provider on loopback to train on them (`job_bench.py`)."""
    from job_bench import running_bench  # here, so that tests without jobs do not load it

    with running_bench(store, tmp_path, monkeypatch) as running:
        yield running
