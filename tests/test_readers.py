"""What an export reads side by side is of one moment, and leaves the engine as it was."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from itertools import islice
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from sample import BO, INES, add_thread, load_sample

from rolecall.api import Store
from rolecall.datasets.commands import create_dataset
from rolecall.datasets.personas import add_persona
from rolecall.downloads import ahead
from rolecall.downloads.ahead import read_ahead
from rolecall.errors import StoreBusy
from rolecall.exports.export import Export
from rolecall.exports.writing import export_dataset
from rolecall.store import sharing
from rolecall.store.buckets import Range
from rolecall.store.database import Database
from rolecall.store.readers import readers

FOUR = [(bucket, bucket, 0) for bucket in range(4)]
COUNT = "select count(*) from threads"
MEGABYTE = 1024**2


@pytest.fixture
def database(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.chdir(tmp_path)
    return sample_store.database


def add_chat(database: Database, thread_id: int) -> None:
    """Add a chat, as another thread of the program may try at any time; that of a file is told to wait."""

    def write() -> None:
        with (
            suppress(StoreBusy) if database.is_duckdb else nullcontext(),
            database.transaction() as connection,
        ):
            _add(connection, thread_id)

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()


def _add(connection: sa.Connection, thread_id: int) -> None:
    add_thread(connection, thread_id, "direct", "", [(BO, 0, "a new one?"), (INES, 1, "a new one")])


def test_what_is_committed_while_readers_read_is_not_seen_and_the_engine_stays_as_it_was(
    duckdb_store: Store,
) -> None:
    """Of a file alone: a server is read through one connection."""
    load_sample(duckdb_store.database)
    together = Barrier(2, timeout=30)

    def count_threads(connection: sa.Connection, _: Range) -> int:
        together.wait()  # so that both of them read
        return int(connection.exec_driver_sql(COUNT).scalar_one())

    with duckdb_store.database.connect() as connection, connection.begin():
        before = connection.exec_driver_sql("select current_setting('threads')").scalar_one()
        held = connection.exec_driver_sql(COUNT).scalar_one()
        with readers(connection) as pool:
            with connection.engine.begin() as other:
                _add(other, 9001)
            assert [found for _, found in pool.read(FOUR, count_threads)] == [held] * 4
        assert connection.exec_driver_sql("select current_setting('threads')").scalar_one() == before


def test_what_a_reader_raises_is_raised_and_the_others_end(database: Database) -> None:
    def fail(connection: sa.Connection, buckets: Range) -> int:
        if buckets[0] == 1:
            raise ArithmeticError("a bucket")
        return int(connection.exec_driver_sql("select 1").scalar_one())

    with database.connect() as connection, connection.begin():
        before = threading.active_count()
        with readers(connection) as pool:
            found = pool.read(FOUR, fail)
            assert next(found) == (FOUR[0], 1)
            with pytest.raises(ArithmeticError, match="a bucket"):
                next(found)
        assert threading.active_count() == before


def test_a_chat_that_comes_between_the_two_files_of_a_folder_is_in_neither(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_persona(database, "ines", ["Ines Quill"])
    create_dataset(database, "halves", persona="ines", context_exchanges=0, validation_permille=500)
    names = ("train.jsonl", "valid.jsonl")
    folders = [export_dataset(database, "halves", "before", format="mlx").path.parent]
    write_lines = Export.write_lines

    def interrupted(self: Export, *rest: object) -> object:
        try:
            return write_lines(self, *rest)  # type: ignore[arg-type]
        finally:
            add_chat(database, 9000 + next(numbers))

    monkeypatch.setattr(sharing, "PATIENCE_SECONDS", 0.05)
    numbers = iter(range(1, 9))
    monkeypatch.setattr(Export, "write_lines", interrupted)
    folders.append(export_dataset(database, "halves", "during", format="mlx").path.parent)
    before, during = ([(folder / name).read_bytes() for name in names] for folder in folders)
    assert before == during


def test_files_are_read_ahead_up_to_some_megabytes_and_then_when_few_are_left() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(40):
            made.append(number)
            yield number

    def settled() -> int:
        """Return how many are made once no more come."""
        last = -1
        while last != len(made):
            last = len(made)
            time.sleep(0.3)
        return last

    with read_ahead(items(), lambda _: 8 * MEGABYTE) as ready:
        most = ahead._MOST_BYTES // (8 * MEGABYTE)
        assert settled() == most + 1
        assert [next(ready) for _ in range(most - 1)] == list(range(most - 1))
        assert settled() == most + 1
        next(ready)
        assert settled() > most + 1
        assert list(ready) == list(range(most, 40))


def test_one_file_larger_than_the_bound_is_read_and_an_error_comes_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("gone")

    with read_ahead(items(), lambda _: ahead._MOST_BYTES * 2) as ready:
        assert list(islice(ready, 3)) == [0, 1, 2]
        with pytest.raises(OSError, match="gone"):
            next(ready)


def test_who_leaves_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with read_ahead(iter(range(sys.maxsize)), lambda _: MEGABYTE) as ready:
        assert next(ready) == 0
    assert threading.active_count() == before
