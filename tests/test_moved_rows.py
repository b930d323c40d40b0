"""People and threads that prove to be one: no table that names the one is forgotten."""

import re

import pytest
import sqlalchemy as sa

from rolecall.api import Store
from rolecall.people.moving import FOLLOW, PERSON, PERSON_IN_THREAD, THREAD
from rolecall.store.statements import text_of

_GIVEN_BACK = "given back to each account before anybody is moved, and remembered anew afterwards"
EXCEPTIONS = {
    "merged_messages": _GIVEN_BACK,
    "merged_names": _GIVEN_BACK,
    "merged_reactions": _GIVEN_BACK,
    "merged_threads": _GIVEN_BACK,
    "dataset_duplicates": "filled anew before each export",
}


def tables_of(paths: tuple[str, ...]) -> set[str]:
    """Return the tables whose rows some statements change."""
    changes = r"^(?:update|delete from|insert into) (\w+)"
    return {table for path in paths for table in re.findall(changes, text_of(path), re.MULTILINE)}


def tables_with(store: Store, column: str) -> set[str]:
    """Return the tables, not views, with a column whose name ends so."""
    query = (
        "select tables.table_name from information_schema.tables"
        " join information_schema.columns on columns.table_name = tables.table_name"
        " and columns.table_schema = tables.table_schema"
        " where tables.table_type = 'BASE TABLE' and tables.table_schema in ('main', 'public')"
        " and column_name like :ending"
    )
    with store.database.connect(is_read_only=True) as connection:
        return set(connection.execute(sa.text(query), {"ending": f"%{column}"}).scalars())


@pytest.mark.parametrize(
    ("column", "paths"),
    [("participant_id", (*PERSON, *FOLLOW)), ("thread_id", THREAD)],
    ids=("people", "threads"),
)
def test_every_table_that_names_a_person_or_thread_follows_when_it_proves_to_be_another(
    column: str, paths: tuple[str, ...], store: Store
) -> None:
    naming = tables_with(store, column)
    assert len(naming) > 8
    assert naming - set(EXCEPTIONS) == tables_of(paths)


def test_every_table_of_what_a_person_does_in_a_thread_follows_in_that_thread_alone(store: Store) -> None:
    in_thread = tables_with(store, "participant_id") & tables_with(store, "thread_id") - set(EXCEPTIONS)
    assert in_thread == tables_of(PERSON_IN_THREAD) == {"messages", "reactions", "thread_participants"}
