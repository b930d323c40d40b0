"""On a server a query has the rights of its role; a role with rights beyond its database is refused."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from command_line import Keyboard
from servers import needs_server, run_on_server, superuser_url, url_of

import rolecall
from rolecall.api import Store
from rolecall.errors import QueryError

pytestmark = needs_server
# Reads a file of the server in two steps, on a superuser's connection that took a lesser role.
TAKE_BACK = (
    "select set_config('role', 'none', true) as role, query_to_xml("
    "'select pg_read_file(''/etc/hostname'')', true, true, '') as file"
)
NewRole = Callable[..., str]


@pytest.fixture
def new_role(postgres_store: Store) -> Iterator[NewRole]:
    """Makes roles that may read a store, and gives the store's URL for them."""
    own = superuser_url(url_of(postgres_store.database))

    def run(statement: str) -> None:
        with sa.create_engine(own, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql(statement)

    def make(*grants: str) -> str:
        name = f"rolecall_test_{uuid.uuid4().hex}"
        run_on_server(f"create role {name} login password 'reader'")
        stack.callback(run_on_server, f"drop role {name}")
        stack.callback(run, f"drop owned by {name}")
        run(f"grant select on all tables in schema public to {name}")
        for grant in grants:
            run(grant.format(name=name))
        return sa.make_url(own).set(username=name, password="reader").render_as_string(hide_password=False)

    with ExitStack() as stack:
        yield make


def refusal(url: str, query: str = "select 1 as one") -> str:
    with pytest.raises(QueryError) as caught, rolecall.open(url).sql(query):
        pass
    return str(caught.value)


@pytest.mark.parametrize("query", ["select 1", TAKE_BACK])
def test_a_superusers_query_is_refused_with_the_way_to_make_a_role_that_may_ask(
    postgres_store: Store, query: str
) -> None:
    said = refusal(superuser_url(url_of(postgres_store.database)), query)
    assert "superuser" in said
    assert "create role reader login" in said
    assert "reader@" in said
    assert "\n" not in said


def test_the_role_that_the_refusal_names_reads_the_store_and_no_file(
    postgres_store: Store, new_role: NewRole
) -> None:
    store = rolecall.open(new_role())
    with store.sql("select count(*) as n from messages") as result:
        assert list(result.rows()) == [{"n": 0}]
    with pytest.raises(QueryError, match="permission denied"), store.sql(TAKE_BACK) as result:
        list(result.rows())


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        ("grant pg_read_server_files to {name}", "pg_read_server_files"),
        ("grant pg_execute_server_program to {name}", "pg_execute_server_program"),
        ("grant pg_write_server_files to {name}", "pg_write_server_files"),
        ("grant pg_read_all_data to {name}", "pg_read_all_data"),
        ("grant pg_monitor to {name}", "pg_monitor"),
        ("alter role {name} replication", "role rolecall_test_"),
        ("grant execute on function pg_read_file(text) to {name}", "function pg_read_file"),
        ("grant execute on function lo_import(text) to {name}", "function lo_import"),
        ("grant select on pg_authid to {name}", "table pg_authid"),
        ("grant {server_user} to {name}", "superuser"),
        ("alter role {name} superuser", "superuser"),
    ],
)
def test_a_role_that_could_reach_beyond_its_database_is_refused(
    postgres_store: Store, new_role: NewRole, grant: str, named: str
) -> None:
    server_user = sa.make_url(superuser_url(url_of(postgres_store.database))).username
    assert named in refusal(new_role(grant.replace("{server_user}", str(server_user))))


def test_a_role_is_refused_for_what_a_role_of_its_role_may_do(new_role: NewRole) -> None:
    between = sa.make_url(new_role("grant pg_read_server_files to {name}")).username
    assert "pg_read_server_files" in refusal(new_role(f"grant {between} to {{name}}"))
    # Not even inherited: it would have to be taken, which a query can.
    assert "pg_read_server_files" in refusal(
        new_role("alter role {name} noinherit", f"grant {between} to {{name}}")
    )


def test_a_function_that_connects_elsewhere_is_refused(postgres_store: Store, new_role: NewRole) -> None:
    has = "select 1 from pg_available_extensions where name = 'dblink'"
    own = superuser_url(url_of(postgres_store.database))
    with sa.create_engine(own, poolclass=sa.NullPool).connect() as connection:
        if connection.exec_driver_sql(has).first() is None:
            pytest.skip("the server has no dblink to install")
    assert "function dblink" in refusal(new_role("create extension dblink"))


def test_the_command_refuses_a_superuser_with_one_line(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(tmp_path, superuser_url(url_of(postgres_store.database)), monkeypatch)
    for words in (["sql", TAKE_BACK], ["sql", "select 1", "-o", "one.csv"]):
        typed = keyboard.type(*words)
        assert (typed.code, typed.out) == (1, "")
        assert typed.notes.startswith("error: a query here could reach beyond this database, as superuser")
        assert typed.notes.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
    assert keyboard.type("status").code == 0
