"""Threads of one program on one store: each waits for its turn, or gets an error that is meant for users."""

import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from archive_builder import OWNER, archive_files, dialogue, write_folder
from job_bench import Bench
from servers import url_of
from snapshots import snapshot

import rolecall
from rolecall.api import Store
from rolecall.errors import RolecallError, StoreBusy
from rolecall.queries.adhoc import run_query
from rolecall.store import sharing

Work = Callable[[Store], object]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 20 + number) for number in range(4)]
    return write_folder(archive_files(threads), tmp_path_factory.mktemp("archive"))


@pytest.fixture
def full_store(store: Store, archive: Path) -> Store:
    store.import_archives([archive], me=[OWNER])
    store.add_persona("me", [OWNER])
    store.create_dataset("chats", persona="me", has_placeholders=True)
    return store


def query(store: Store) -> int:
    with store.sql("select * from messages order by message_id") as result:
        return len(list(result.rows()))


def works(archive: Path, folder: Path) -> dict[str, Work]:
    """Return one of each kind of work: it writes, reads, reads ranges side by side, asks, makes files."""
    numbers = count(1)
    return {
        "import": lambda store: store.import_archives([archive]),
        "persona": lambda store: store.add_persona(f"voice {next(numbers)}", [OWNER]),
        "edit": lambda store: store.edit_dataset("chats", gap_minutes=100 + next(numbers)),
        "export": lambda store: store.export("chats", folder / f"{next(numbers)}.jsonl"),
        "show": lambda store: store.overview_dataset("chats"),
        "reasons": lambda store: store.dataset_reasons("chats"),
        "status": lambda store: store.status(),
        "threads": lambda store: store.threads(),
        "stats": lambda store: store.stats(),
        "sql": query,
        "jobs": lambda store: store.jobs(),
    }


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, all begun together; return what each gave, or raised."""
    start = threading.Barrier(len(jobs))
    ended: list[object] = [None] * len(jobs)

    def run(index: int, job: Callable[[], object]) -> None:
        start.wait()
        try:
            ended[index] = job()
        except Exception as error:
            ended[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.mark.parametrize("is_one_object", [True, False], ids=["one Store", "a Store each"])
def test_every_kind_of_work_goes_with_every_other(
    full_store: Store, archive: Path, tmp_path: Path, is_one_object: bool
) -> None:
    kinds = works(archive, tmp_path)
    address = url_of(full_store.database)
    stores = [full_store if is_one_object else rolecall.open(address) for _ in kinds]
    pairs = list(zip(kinds.values(), stores, strict=True))
    # All of them at once and twice, the second time in another order: every two meet.
    for order in (pairs, pairs[::-1]):
        ended = at_once(*[lambda work=work, store=store: work(store) for work, store in order])
        raised = [one for one in ended if isinstance(one, Exception)]
        assert [error for error in raised if not isinstance(error, RolecallError)] == []
        if full_store.database.is_duckdb:
            assert raised == []
    assert full_store.check_store() == {}


@pytest.mark.parametrize("kind", ["stats", "reasons", "sql", "persona", "export"])
def test_queries_at_once_are_answered_whatever_else_is_read_or_written(
    full_store: Store, archive: Path, tmp_path: Path, kind: str
) -> None:
    work = works(archive, tmp_path)[kind]
    for _ in range(5):
        ended = at_once(*[lambda: query(full_store)] * 3, lambda: work(full_store))
        assert [one for one in ended if isinstance(one, Exception)] == []
        assert len(set(ended[:3])) == 1


def test_queries_of_several_threads_are_confined_and_in_utc_all_of_them(duckdb_store: Store) -> None:
    asked = (
        "select current_setting('TimeZone') as zone, current_setting('enable_external_access') as is_open,"
        " current_setting('lock_configuration') as is_locked"
    )
    with run_query(duckdb_store.database, asked) as first, run_query(duckdb_store.database, asked) as second:
        expected = {"zone": "UTC", "is_open": False, "is_locked": True}
        assert list(first.rows()) == list(second.rows()) == [expected]
    assert duckdb_store.migrate() is False


def test_threads_that_make_one_new_store_or_several_all_find_it_whole(tmp_path: Path) -> None:
    one, other = (str(tmp_path / name) for name in ("one.duckdb", "other.duckdb"))
    ended = at_once(*[lambda path=path: rolecall.open(path).migrate() for path in (one, other, one, one)])
    assert set(map(type, ended)) == {bool}
    assert rolecall.open(one).status().message_count == 0
    assert rolecall.open(other).check_store() == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.duckdb", "other.duckdb"]


def test_imports_in_two_threads_give_what_one_gives(tmp_path: Path, archive: Path) -> None:
    store, whole = (rolecall.open(str(tmp_path / name)) for name in ("store.duckdb", "whole.duckdb"))
    ended = at_once(*[lambda: store.import_archives([archive], me=[OWNER])] * 2)
    assert [one for one in ended if isinstance(one, Exception)] == []
    whole.import_archives([archive], me=[OWNER])
    assert snapshot(store) == snapshot(whole)


@pytest.mark.python_only
def test_a_job_is_started_and_watched_by_several_threads_and_paid_once(bench: Bench) -> None:
    # Whoever finds the job being made waits until that has settled.
    waits = bench.waits(real=True, settle_seconds=3.0)
    begun = at_once(*[lambda: bench.start(waits=waits)] * 3, bench.store.status)
    assert [one for one in begun if isinstance(one, Exception)] == []
    assert len(bench.rows("select * from jobs")) == 1
    created = [
        path for method, path in bench.provider.requests if (method, path) == ("POST", "/fine_tuning/jobs")
    ]
    assert len(created) == 1
    watched = at_once(*[bench.watch] * 3, lambda: query(bench.store))
    assert [one for one in watched if isinstance(one, Exception)] == []
    assert bench.row("state") == {"state": "succeeded"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "PATIENCE_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
def test_a_thread_that_waits_too_long_is_told_so(duckdb_store: Store) -> None:
    with duckdb_store.sql("select 1"):
        (ended,) = at_once(lambda: duckdb_store.add_persona("me", ["Bo Lund"]))
        assert isinstance(ended, StoreBusy)
        assert "open in another thread of this program" in str(ended)
        # Its own thread need not wait, since nobody could end the query meanwhile.
        with pytest.raises(StoreBusy, match="leave its `with` first"):
            duckdb_store.set_me("Bo Lund")
        assert duckdb_store.status().message_count == 0


@pytest.mark.usefixtures("impatient")
def test_a_writer_is_let_in_although_readers_come_and_go(
    duckdb_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "PATIENCE_SECONDS", 5.0)
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            query(duckdb_store)

    def write() -> bool:
        try:
            with duckdb_store.database.writing():
                return True
        finally:
            is_over.set()

    assert at_once(read, read, read, write)[-1] is True


def test_a_second_thread_takes_no_lock_away_from_the_first(duckdb_store: Store) -> None:
    """Closing a file drops the locks that its process holds on it, whichever of its threads has them."""
    import subprocess
    import sys

    program = "import rolecall, sys; rolecall.open(sys.argv[1]).set_me('Bo Lund')"
    address = str(duckdb_store.database.path)
    with duckdb_store.sql("select 1"):
        assert at_once(duckdb_store.status)
        done = subprocess.run(
            [sys.executable, "-c", program, address], capture_output=True, text=True, check=False
        )
    assert "StoreBusy" in done.stderr
