"""Stores as earlier releases left them: made by their own migrations, with rows in every table."""

from datetime import datetime, timedelta
from zlib import crc32

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.statements import folder

ROWS = 3
# What migrate() itself keeps there; filled by hand below.
OWN = ("alembic_version", "settings", "store_views")
OLD_VIEW = "create view text_messages as select thread_id, message_id, body from messages"
USERS_VIEW = "create view mine as select count(*) as messages from messages"

Table = list[dict[str, object]]


def revisions() -> list[str]:
    """Return every revision there is, the first first."""
    return sorted(path.stem.split("_")[0] for path in (folder("migrations") / "versions").glob("[0-9]*.py"))


def make_store(database: Database, revision: str) -> None:
    """Make a store at some revision in an empty database, as the release of that time left one."""
    with database.transaction() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder("migrations")))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for table in tables_of(connection):
            for number in range(ROWS):
                insert(connection, table, _row(connection, table, number))
        for name, value in (("release", "0.1.0"), ("sql_hash", "of then"), ("bucket_count", "32")):
            insert(connection, "settings", {"name": name, "value": value})
        connection.exec_driver_sql(OLD_VIEW)
        connection.exec_driver_sql(USERS_VIEW)
        insert(connection, "store_views", {"view_no": 1, "view_name": "text_messages"})


def tables_of(connection: sa.Connection) -> list[str]:
    """Return the tables that hold what users put in."""
    return sorted(set(sa.inspect(connection).get_table_names()) - set(OWN))


def content(connection: sa.Connection, tables: dict[str, list[str]]) -> dict[str, Table]:
    """Return the rows of some columns of some tables, in an order that columns to come do not change."""
    found: dict[str, Table] = {}
    for table, columns in tables.items():
        query = f"select {', '.join(columns)} from {table}"
        rows = [dict(row) for row in connection.execute(sa.text(query)).mappings()]
        found[table] = sorted(rows, key=repr)
    return found


def columns_of(connection: sa.Connection) -> dict[str, list[str]]:
    """Return the columns of each of these tables."""
    return {table: list(_types(connection, table)) for table in tables_of(connection)}


def _types(connection: sa.Connection, table: str) -> dict[str, str]:
    """Return the columns of a table in their order, each with its type."""
    query = sa.text(
        "select column_name, data_type from information_schema.columns"
        " where table_name = :name and table_schema in ('main', 'public') order by ordinal_position"
    )
    return {name: str(kind).lower() for name, kind in connection.execute(query, {"name": table})}


def _row(connection: sa.Connection, table: str, number: int) -> dict[str, object]:
    """Return a row in which every column has a value; columns of one name agree, so that tables join."""
    found: dict[str, object] = {}
    for column, kind in _types(connection, table).items():
        place = crc32(column.encode()) % 1000
        if "int" in kind:
            found[column] = 1_000 * (place + 1) + number
        elif "bool" in kind:
            found[column] = (place + number) % 2 == 0
        elif "timestamp" in kind:
            found[column] = datetime(2021, 3, 1) + timedelta(days=place, seconds=number)
        elif "double" in kind:
            found[column] = place + number / 4
        else:
            found[column] = f"{column} {number}: žluť \U0001f6a3"
    return found
