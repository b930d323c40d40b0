"""Several people use one store on PostgreSQL at once: nothing is doubled or lost, nobody waits for ever."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from archive_builder import archive_files, dialogue, profile_files, write_folder
from sample import load_sample
from servers import needs_server, postgres_database, url_of
from snapshots import column, snapshot

import rolecall
from rolecall.api import Store
from rolecall.errors import StoreBusy
from rolecall.exports.records import ExportSummary
from rolecall.store.bulk import append
from rolecall.store.locks import PEOPLE, claim_id, hold

pytestmark = needs_server
OWNERS = ("me", "me", "me", "Ilka's sister", "Ilka's brother")
# Batches of a few threads, so that the importers meet often.
_SCRIPT = """
import sys, rolecall, rolecall.imports.importer as importer
importer._BATCH_MESSAGES = 60
importer._FIRST_BATCHES = 1
store = rolecall.open(sys.argv[1])
store.import_archives([sys.argv[2]], owner=sys.argv[3], progress=lambda done, total: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Downloads of one person that have most chats in common, each longer in another one."""
    made = []
    for number in range(len(OWNERS)):
        threads = [
            dialogue(
                f"chat{chat}_61000000000{chat:05}", 10 + chat + (30 if chat % len(OWNERS) == number else 0)
            )
            for chat in range(number, 24)
        ]
        files = archive_files(threads) | profile_files("Ilka Vrbenská")
        made.append(write_folder(files, tmp_path_factory.mktemp("download")))
    return made


def _importer(url: str, archive: Path, owner: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SCRIPT, url, str(archive), owner]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _finish(importers: Sequence[subprocess.Popen[bytes]]) -> None:
    for importer in importers:
        _, notes = importer.communicate(timeout=300)
        assert importer.returncode == 0, notes.decode()


def test_importers_at_once_make_the_store_that_they_make_one_after_the_other(
    downloads: list[Path], duckdb_store: Store
) -> None:
    """Three of one owner and two of others, on a database where not even the tables are there."""
    for archive, owner in zip(downloads, OWNERS, strict=True):
        duckdb_store.import_archives([archive], owner=owner)
    with postgres_database() as url:
        _finish([_importer(url, *one) for one in zip(downloads, OWNERS, strict=True)])
        store = rolecall.open(url)
        assert snapshot(store) == snapshot(duckdb_store)
        assert store.check_store() == {}
        assert column(store, "select import_id from imports order by 1") == [1, 2, 3, 4, 5]
        assert set(column(store, "select status from imports")) == {"finished"}


def test_an_importer_that_is_killed_blocks_nobody(
    downloads: list[Path], postgres_store: Store, duckdb_store: Store
) -> None:
    killed = _importer(url_of(postgres_store.database), downloads[0], "me")
    assert killed.stdout is not None
    for _ in range(8):
        killed.stdout.readline()
    waiting = _importer(url_of(postgres_store.database), downloads[1], "me")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    _finish([waiting, _importer(url_of(postgres_store.database), downloads[0], "me")])
    for archive in downloads[:2]:
        duckdb_store.import_archives([archive])
    assert snapshot(postgres_store) == snapshot(duckdb_store)
    assert sorted(map(str, column(postgres_store, "select status from imports"))) == [
        "finished",
        "finished",
        "interrupted",
    ]


def test_exporters_at_once_count_each_text_once_and_write_the_same_bytes(
    postgres_store: Store, tmp_path: Path
) -> None:
    load_sample(postgres_store.database)
    postgres_store.add_persona("ines", ["Ines Quill"])
    postgres_store.create_dataset("boats", persona="ines")

    def export(number: int) -> ExportSummary:
        return rolecall.open(url_of(postgres_store.database)).export("boats", tmp_path / f"{number}.jsonl")

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(export, range(4)))
    assert sorted(one.export_id for one in written) == [1, 2, 3, 4]
    assert len({one.sha256 for one in written}) == 1
    assert postgres_store.check_store() == {}


def test_people_are_not_merged_while_somebody_imports(postgres_store: Store) -> None:
    load_sample(postgres_store.database)
    with postgres_store.database.connect() as importing:
        hold(importing, PEOPLE, is_shared=True)
        importing.commit()
        with pytest.raises(StoreBusy, match="somebody is importing"):
            postgres_store.merge_people("Bo Lund", ["Mira Sand"])
    postgres_store.merge_people("Bo Lund", ["Mira Sand"])


def test_a_number_is_given_to_one_of_those_who_ask_at_once(postgres_store: Store) -> None:
    with postgres_store.database.connect() as one, postgres_store.database.connect() as other:
        numbers = [claim_id(connection, "exports", "export_id") for connection in (one, other, one)]
    assert numbers == [1, 2, 1]
    with postgres_store.database.connect() as third:
        assert claim_id(third, "exports", "export_id") == 1


HARD_TEXTS = [
    "",
    None,
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "back\\slash\\n",
    "tab\tand\rreturn\r\n",
    '"quoted", 100%',
    " leading and trailing ",
    "\u2028\u0085\u00a0\U0001f6a3",
]


def test_every_text_arrives_in_bulk_as_it_left(store: Store) -> None:
    count = len(HARD_TEXTS)
    data = pa.table(
        {
            "thread_id": pa.array(range(count), pa.int64()),
            "message_id": pa.array([-(2**63), 2**63 - 1, *range(count - 2)], pa.int64()),
            "body": pa.array(HARD_TEXTS, pa.string()),
            "replaced_import_id": pa.array([1] * count, pa.int64()),
        }
    )
    with store.database.transaction() as connection:
        append(connection, "message_edits", data)
    with store.database.connect() as connection:
        statement = sa.text(
            "select thread_id, message_id, body, replaced_import_id from message_edits order by 1"
        )
        found = [tuple(row) for row in connection.execute(statement)]
    assert found == list(zip(*(column.to_pylist() for column in data.columns), strict=True))
