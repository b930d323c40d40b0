"""Who may run a query of their own on a PostgreSQL server: a role without rights that a query could use.

A transaction that only reads keeps no role from the files that the server may read, and whatever role a
connection takes, a query takes it back: `select set_config('role', 'postgres', true)`. So a connection that
could read more than the tables of its database is refused, and the user is told how to make one that cannot.
"""

import sqlalchemy as sa

from rolecall.errors import QueryError
from rolecall.store.statements import select

# What makes a role that reads a store: today's tables, and those that a newer release makes.
_ROLE = (
    "create role reader login password '...'; grant select on all tables in schema public to reader;"
    " alter default privileges in schema public grant select on tables to reader"
)


def check_confined(connection: sa.Connection) -> None:
    """Return if a query of this connection can read the tables of its database and no more of the server.

    Raises:
        QueryError: It could, by a right of its role or of one that it may take; the message says which.
    """
    rights = select(connection, "queries/server_rights")
    if not rights:
        return
    url = connection.engine.url.set(username="reader", password=None).render_as_string(hide_password=False)
    raise QueryError(
        f"a query here could reach beyond this database, as {rights[0]['right_name']}; ask as a role without"
        f" such rights: --store {url}, made in psql with: {_ROLE}"
    )
