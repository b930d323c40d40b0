"""Chats that go straight into the store, and the same ones compared with all that it holds: one store."""

import random
from pathlib import Path

import pyarrow as pa
import pytest
from archive_builder import archive_files, dialogue, write_folder
from histories import World
from servers import NewStore
from test_histories import COUNT, SEEDS

from rolecall.api import Store
from rolecall.imports import entry_columns, staging
from rolecall.imports.identity.identity import Identity
from rolecall.imports.message_ids import message_ids
from rolecall.imports.sequence import KNOWN_IN_SECONDS

_NOT_ROWS = ("alembic_version", "settings", "store_views")


def _tables(store: Store) -> dict[str, list[str]]:
    """Return all rows of all tables, each as text, without the times at which imports ran."""
    with store.database.connect() as connection:
        names = connection.exec_driver_sql(
            "select table_name from information_schema.tables where table_schema in ('main', 'public')"
            " and table_type = 'BASE TABLE'"
        ).scalars()
        return {
            name: sorted(
                str({key: value for key, value in row.items() if key not in ("started_at", "finished_at")})
                for row in connection.exec_driver_sql(f"select * from {name}").mappings()
            )
            for name in list(names)
            if name not in _NOT_ROWS
        }


# The part `histories` of proven.toml takes them all.
@pytest.mark.parametrize("seed", SEEDS[:6] if COUNT <= 20 else SEEDS)
@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_new_chat_that_is_compared_all_the_same_makes_the_same_store(
    seed: int, engine: str, new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(seed)
    downloads = [download for download in world.downloads if download.is_readable(world)]
    random.Random(seed).shuffle(downloads)
    folders = [
        write_folder(download.files(world), tmp_path / str(number))
        for number, download in enumerate(downloads)
    ]
    straight, compared = new_store(), new_store()
    for folder in folders:
        straight.import_archives([folder])
    monkeypatch.setattr(Identity, "fresh_thread_ids", lambda _self, _staged_ids: set())
    monkeypatch.setattr(staging, "KNOWN", KNOWN_IN_SECONDS)
    for folder in folders:
        compared.import_archives([folder])
    assert _tables(straight) == _tables(compared)


@pytest.mark.python_only
def test_new_messages_whose_ids_would_be_one_get_others(
    new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_folder(archive_files([dialogue("chat_6100000000000001", 30)]), tmp_path / "archive")
    plain, twins = new_store(), new_store()
    plain.import_archives([archive])

    def one_id(*parts: pa.Array) -> pa.Array:
        return pa.repeat(message_ids(*parts)[0], len(parts[1]))

    monkeypatch.setattr(entry_columns, "message_ids", one_id)
    twins.import_archives([archive])
    assert _tables(twins)["messages"] == _tables(plain)["messages"]
