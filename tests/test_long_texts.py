"""Memory that is bounded is enough: for long texts, and for many threads of the engine.

On DuckDB alone: a server has memory of its own.
"""

from itertools import cycle, islice
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_builder import FRIEND, OWNER, START_MS, ArchiveThread, archive_files, entry, write_folder

from rolecall.api import Store
from rolecall.store import buckets

WORDS = ("rain", "kettle", "ferry", "orchard", "since", "quiet", "marbles", "seven", "lantern", "soup")


def long_chat(number: int, count: int, chars: int) -> ArchiveThread:
    """A chat whose every message has about so many characters, no two alike."""
    entries = tuple(
        entry(
            (FRIEND, OWNER)[place % 2],
            START_MS + place * 60_000,
            f"{number} {place} " + " ".join(islice(cycle(WORDS[place % 7 :] + WORDS), chars // 6)),
        )
        for place in range(count)
    )
    return ArchiveThread(f"chat{number}_61000000000{number:05}", FRIEND, (FRIEND, OWNER), entries)


@pytest.mark.parametrize(("chats", "messages", "chars"), [(50, 400, 1500), (1, 1500, 5000)])
def test_long_texts_are_exported(
    chats: int, messages: int, chars: int, duckdb_store: Store, tmp_path: Path
) -> None:
    threads = [long_chat(number, messages, chars) for number in range(chats)]
    duckdb_store.import_archives([write_folder(archive_files(threads), tmp_path / "archive")], me=[OWNER])
    duckdb_store.add_persona("me", [OWNER])
    duckdb_store.create_dataset("windows", persona="me", preset="langchain")
    duckdb_store.create_dataset("chats", persona="me", max_tokens=16_000)
    for name in ("windows", "chats"):
        assert duckdb_store.export(name, tmp_path / f"{name}.jsonl").example_count > chats
    assert duckdb_store.overview_dataset("chats").totals["train"].example_count > chats


def test_each_thread_of_the_engine_has_room_of_its_own(duckdb_store: Store) -> None:
    def limit(threads: int) -> float:
        with duckdb_store.database.connect() as connection:
            connection.exec_driver_sql(f"set threads = {threads}")
            buckets.bucket_ranges(connection)
            shown = connection.execute(sa.text("select current_setting('memory_limit')")).scalar_one()
        number, unit = str(shown).split()
        assert unit == "MiB"
        return float(number)

    assert limit(32) - limit(2) > 200
