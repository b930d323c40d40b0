"""A store moved to another engine, or under another name, with nothing changed.

All rows are written in one transaction, into a file under another name or into a database without rows: a
copy that was killed leaves nothing that looks like a store with chats in it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from rolecall.errors import StoreError, StoreFull, UsageError
from rolecall.files.leftovers import temporary_folder
from rolecall.files.private import give_access
from rolecall.store.bulk import append, arrow_tables
from rolecall.store.connections import snapshot
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.migrate import migrate

Progress = Callable[[int, int], None]
# What the target says of itself, whatever the source does.
_OWN_TABLES = ("alembic_version", "settings", "store_views")
_OWN_SETTINGS = ("release", "sql_hash")


def copy_store(source: Database, to: str, *, progress: Progress | None = None) -> dict[str, int]:
    """Copy every row of a store into another one, which is made; return the rows of each table.

    Args:
        source: The store; read as it is at one moment.
        to: The URL of a file that is not there, a database without tables, or a store without rows.
        progress: Called with the rows copied and the rows in all.

    Raises:
        NoStore: There is no source.
        UsageError: The target is the source.
        StoreError: The target holds rows, or the copy is not complete; it is as before then.
        StoreFull: There is no room for it; nothing was copied.
    """
    target = Database(to)
    source.ready()
    if _is_same(source, target):
        raise UsageError(f"{target} is the store itself; name another one with --to")
    with (
        source.reading() as reading,
        snapshot(reading),
        _prepared(target) as prepared,
        prepared.transaction() as writing,
    ):
        take_people(writing)
        names = _tables(reading)
        _check_empty(writing, names, target)
        _copy_settings(reading, writing)
        return _copy_rows(reading, writing, names, progress)


def _is_same(source: Database, target: Database) -> bool:
    if source.is_duckdb and target.is_duckdb:
        return source.path.resolve() == target.path.resolve()
    return source.url == target.url


@contextmanager
def _prepared(target: Database) -> Iterator[Database]:
    """Give a migrated store to write into; a file gets its name when everything is in it."""
    if not target.is_duckdb:
        migrate(target)
        yield target
        return
    target.check_file(is_read_only=False)
    if target.exists():
        with target.connect(is_read_only=True) as connection:
            _check_empty(connection, _tables(connection), target)
    with temporary_folder(target.path.absolute().parent) as folder:
        beside = Database(str(folder / target.path.name))
        try:
            migrate(beside)
            yield beside
        except StoreFull as error:  # which names the one beside
            raise StoreFull(
                f"no room left on the disk for {target}; nothing was copied; free some and repeat"
            ) from error
        if target.exists():
            about = target.path.stat()
            give_access(beside.path, about.st_mode & 0o666, about.st_gid)
        beside.path.replace(target.path)


def _tables(connection: sa.Connection) -> list[str]:
    """Return the tables that hold what people brought, in the order of names."""
    return sorted(set(sa.inspect(connection).get_table_names()) - set(_OWN_TABLES))


def _check_empty(connection: sa.Connection, names: list[str], target: Database) -> None:
    for name in names:
        if connection.execute(sa.text(f"select 1 from {name} limit 1")).first():
            raise StoreError(f"{target} holds rows already ({name}); copy to a place where there is no store")


def _copy_settings(reading: sa.Connection, writing: sa.Connection) -> None:
    for name, value in reading.execute(sa.text("select name, value from settings")).all():
        if name not in _OWN_SETTINGS:
            writing.execute(sa.text("delete from settings where name = :name"), {"name": name})
            statement = sa.text("insert into settings (name, value) values (:name, :value)")
            writing.execute(statement, {"name": name, "value": value})


def _copy_rows(
    reading: sa.Connection, writing: sa.Connection, names: list[str], progress: Progress | None
) -> dict[str, int]:
    counts = {name: _count(reading, name) for name in names}
    done = 0
    for name in names:
        for table in arrow_tables(reading, f"select * from {name}"):
            append(writing, name, table)
            done += table.num_rows
            if progress:
                progress(done, sum(counts.values()))
        if (count := _count(writing, name)) != counts[name]:
            raise StoreError(f"{count} rows of {counts[name]} arrived in {name}; nothing was kept; repeat")
    return counts


def _count(connection: sa.Connection, name: str) -> int:
    return int(connection.execute(sa.text(f"select count(*) from {name}")).scalar_one())
