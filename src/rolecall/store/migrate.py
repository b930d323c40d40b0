"""Bringing a store to the tables and views of this release.

Migrations own tables, `sql/views/` owns views. Alembic is imported only when there is something to do.
"""

import hashlib
import os
import re
import threading
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from rolecall.errors import NewerStore, NotAStore, StoreError, StoreFull
from rolecall.files.leftovers import temporary_folder
from rolecall.files.private import FILE_MODE
from rolecall.store.connections import driver_of
from rolecall.store.engine import Engine
from rolecall.store.engine_errors import translate
from rolecall.store.statements import folder, header, paths, text_of
from rolecall.store.template import copy_template, keep_template

BUCKET_COUNT = 64
# Alembic keeps what it is at in variables of its module.
_upgrading = threading.Lock()


def migrate(database: Engine) -> bool:
    """Bring the store to this release, making it when there is none; return whether anything was done.

    Safe to repeat, and one transaction: after an error the store is as before.

    Raises:
        NewerStore: A newer release made the store.
        NotAStore: The database holds tables that rolecall did not make.
    """
    if database.exists():
        if database.is_migrated:
            return False
        with database.connect(is_read_only=database.is_duckdb) as connection:
            if is_current(connection, database):
                return False
    elif database.is_duckdb:
        _make(database)
        return True
    with database.transaction("migrate") as connection:
        if _is_current(connection, database):  # another process was faster
            return False
        _bring(connection)
    database.is_migrated = True
    return True


def _make(database: Engine) -> None:
    """Make a DuckDB store, whole or not at all: half of one is a file that nobody can open."""
    database.check_file(is_read_only=False)
    path = database.path
    try:
        with temporary_folder(path.absolute().parent) as folder:
            made = folder / "copied.duckdb"
            if not _copy(made):
                made = folder / "new.duckdb"
                _make_anew(made)
                keep_template(made)
            # DuckDB makes no file for one user alone; nobody else could reach this one yet.
            made.chmod(FILE_MODE)
            try:
                os.link(made, path)  # which replaces nothing, should another process have been faster
            except OSError:
                if not database.exists():
                    made.replace(path)
    except (OSError, StoreFull) as error:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        known = translate(cause, str(database))  # with the address that the user knows
        raise known or StoreError(f"{path} cannot be made: {error}; choose another --store") from error


def _copy(path: Path) -> bool:
    """Make a store from the template; return whether that could be done, and it is one of this release."""
    made = Engine(str(path))
    with made.connect() as connection:
        is_copied = False
        with suppress(StoreError):
            is_copied = copy_template(driver_of(connection)) and is_current(connection, made)
        # From its log into the file itself, which alone is moved.
        driver_of(connection).execute("checkpoint")
    return is_copied


def _make_anew(path: Path) -> None:
    with Engine(str(path)).connect() as connection:
        with connection.begin():
            _bring(connection)
        driver_of(connection).execute("checkpoint")


def _bring(connection: sa.Connection) -> None:
    """Bring the tables and views of a store to this release, in the running transaction."""
    _drop_views(connection)
    _upgrade_tables(connection)
    _create_views(connection)
    _remember(connection)


def current(connection: sa.Connection) -> dict[str, str]:
    """Return what the store says of itself: revision, release, bucket_count, sql_hash; empty when new."""
    if not sa.inspect(connection).has_table("settings"):
        return {}
    settings = connection.execute(sa.text("select name, value from settings")).all()
    revision = connection.execute(sa.text("select version_num from alembic_version")).scalar_one()
    return {**{str(name): str(value) for name, value in settings}, "revision": str(revision)}


@cache
def head() -> str:
    """Return the newest revision that this release knows: the number that a migration's file begins with."""
    return max(path.stem.split("_")[0] for path in (folder("migrations") / "versions").glob("[0-9]*.py"))


@cache
def view_files() -> dict[str, str]:
    """Return the text of each view by name, in the order of creation."""
    return {re.sub(r"^views/\d+_", "", path): text_of(path) for path in paths("views")}


@cache
def sql_hash() -> str:
    """Return the hash of all views, in order: 64 hex digits."""
    return hashlib.sha256(repr(view_files()).encode()).hexdigest()


def _release() -> tuple[int, ...]:
    return _parts(version("rolecall"))


def _parts(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])


def is_current(connection: sa.Connection, database: Engine) -> bool:
    """Return whether a store is of this release, and keep a yes in `database.is_migrated`.

    The transaction in which it was asked is over then.

    Raises:
        NewerStore, NotAStore: See `migrate`.
    """
    database.is_migrated = _is_current(connection, database)
    connection.rollback()
    return database.is_migrated


def _is_current(connection: sa.Connection, database: Engine) -> bool:
    about = current(connection)
    if not about:
        tables = sa.inspect(connection).get_table_names()
        if tables:
            raise NotAStore(
                f"{database} holds tables that rolecall did not make ({tables[0]}); choose another --store"
            )
        return False
    if about["revision"] > head() or _parts(about["release"]) > _release():
        raise NewerStore(
            f"{database} was made by rolecall {about['release']}, this is {version('rolecall')};"
            " upgrade with: pip install -U rolecall"
        )
    return about["revision"] == head() and about["sql_hash"] == sql_hash()


def _drop_views(connection: sa.Connection) -> None:
    if not current(connection):
        return
    names = connection.execute(sa.text("select view_name from store_views order by view_no desc"))
    for name in names.scalars().all():
        try:
            connection.exec_driver_sql(f"drop view if exists {name}")
        except sa.exc.DBAPIError as error:
            raise _translate_dependents(error, name) from error
    connection.execute(sa.text("delete from store_views"))


def _translate_dependents(error: sa.exc.DBAPIError, name: str) -> Exception:
    """Return the intended error when a user's own view stands on ours, which PostgreSQL then keeps."""
    detail = str(getattr(getattr(error.orig, "diag", None), "message_detail", ""))
    own = re.findall(r"view (\S+) depends on view", detail)
    if not own:
        return error
    commands = "; ".join(f"drop view {view}" for view in own)
    return StoreError(
        f"your view {own[0]} stands on {name}, which this release replaces; drop yours first: {commands}"
    )


def _upgrade_tables(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _upgrading:
        command.upgrade(config, "head")


def _create_views(connection: sa.Connection) -> None:
    for view_no, (name, statement) in enumerate(view_files().items(), start=1):
        connection.exec_driver_sql(statement)
        comment = header(statement).replace("'", "''")
        connection.exec_driver_sql(f"comment on view {name} is '{comment}'")
        connection.execute(
            sa.text("insert into store_views (view_no, view_name) values (:view_no, :view_name)"),
            {"view_no": view_no, "view_name": name},
        )


def _remember(connection: sa.Connection) -> None:
    settings = {"release": version("rolecall"), "sql_hash": sql_hash()}
    if not connection.execute(sa.text("select 1 from settings where name = 'bucket_count'")).first():
        settings["bucket_count"] = str(BUCKET_COUNT)
    for name, value in settings.items():
        connection.execute(sa.text("delete from settings where name = :name"), {"name": name})
        connection.execute(
            sa.text("insert into settings (name, value) values (:name, :value)"),
            {"name": name, "value": value},
        )
