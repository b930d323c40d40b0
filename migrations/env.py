"""Run the migrations on the connection that `rolecall.store.database` passes in, inside its transaction.

For developers: `alembic revision` and `alembic history` work from a checkout too; upgrading is `rolecall db
upgrade`.
"""

from alembic import context
from alembic.ddl.impl import DefaultImpl


class DuckDBImpl(DefaultImpl):
    """What alembic must know of DuckDB: a failed migration rolls back whole."""

    __dialect__ = "duckdb"
    transactional_ddl = True


connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
