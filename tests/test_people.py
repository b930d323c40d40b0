"""People: who the owner is, and what somebody is called."""

import pytest
import sqlalchemy as sa
from sample import BO, INES, MIRA, add_person

from rolecall.api import Store
from rolecall.errors import Ambiguous, NameTaken, NotFound, UsageError
from rolecall.store.bulk import insert


def selves(store: Store) -> list[object]:
    return [person.participant_id for person in store.people() if person.is_self]


def test_everybody_is_listed_with_counts_the_owner_first(sample_store: Store) -> None:
    people = sample_store.people()
    assert [person.participant_id for person in people] == [INES, BO, MIRA]
    assert [person.message_count for person in people] == [7, 5, 4]
    assert people[0].thread_count == 4


def test_one_person_at_a_time_is_the_owner(sample_store: Store) -> None:
    assert selves(sample_store) == [INES]
    person = sample_store.set_me("Bo Lund")
    assert (person.display_name, person.is_self) == ("Bo Lund", True)
    assert selves(sample_store) == [BO]
    with sample_store.database.connect(is_read_only=True) as connection:
        row = connection.execute(sa.text("select self_participant_id, self_evidence from owners")).one()
    assert tuple(row) == (BO, "told")


def test_an_id_names_a_person_too(sample_store: Store) -> None:
    assert sample_store.set_me(str(MIRA)).display_name == "Mira Sand"


def test_an_unknown_name_is_answered_with_the_nearest_ones(sample_store: Store) -> None:
    with pytest.raises(NotFound, match="no participant named 'Mira'; did you mean: Mira Sand"):
        sample_store.set_me("Mira")


def test_a_name_of_several_people_is_answered_with_their_ids(sample_store: Store) -> None:
    with sample_store.database.transaction() as connection:
        add_person(connection, 104, "Bo Lund")
    with pytest.raises(Ambiguous, match=r"id 102.*id 104"):
        sample_store.rename_person("Bo Lund", "Bo")


def test_a_renamed_person_is_found_by_both_names(sample_store: Store) -> None:
    sample_store.rename_person("Bo Lund", "Bo Berg")
    for name in ("Bo Lund", "Bo Berg"):
        assert sample_store.set_me(name).participant_id == BO
    listed = {person.participant_id: person for person in sample_store.people()}
    assert (listed[BO].display_name, listed[BO].other_names) == ("Bo Berg", "Bo Lund")


def test_renaming_back_and_forth_leaves_each_name_once(sample_store: Store) -> None:
    for name in ("Bo Berg", "Bo Lund", "Bo Berg", "Bo Berg"):
        sample_store.rename_person(str(BO), name)
    with sample_store.database.connect(is_read_only=True) as connection:
        names = connection.execute(
            sa.text("select name from participant_names where participant_id = 102 order by name")
        ).scalars()
        assert list(names) == ["Bo Berg", "Bo Lund"]


def test_a_new_name_is_counted_anew(sample_store: Store) -> None:
    counts = {"participant_id": BO, "tokenizer": "o200k", "token_count": 2}
    with sample_store.database.transaction() as connection:
        insert(connection, "participant_tokens", counts)
    sample_store.rename_person("Bo Lund", "Bartholomew of the Northern Fjord")
    with sample_store.database.connect(is_read_only=True) as connection:
        assert connection.execute(sa.text("select count(*) from participant_tokens")).scalar_one() == 0


def test_a_name_that_somebody_else_has_is_refused(sample_store: Store) -> None:
    with pytest.raises(NameTaken, match=r"Mira Sand \(id 103\)"):
        sample_store.rename_person("Bo Lund", "Mira Sand")


@pytest.mark.parametrize("name", ["", "  ", " Bo", "Bo\nLund", "Bo\x07", "7", "x" * 101])
def test_what_cannot_be_a_name_is_refused(sample_store: Store, name: str) -> None:
    with pytest.raises(UsageError):
        sample_store.rename_person("Bo Lund", name)
    assert "Bo Lund" in [person.display_name for person in sample_store.people()]


def test_in_an_empty_store_a_name_is_answered_with_the_command_that_makes_the_first(store: Store) -> None:
    with pytest.raises(NotFound, match=r"there is no participant yet; make one with: rolecall import PATH"):
        store.add_persona("ines", ["Ines Quill"])
    with pytest.raises(NotFound, match=r"there is no persona yet; make one with: rolecall persona add NAME"):
        store.create_dataset("boats", persona="ines")
    with pytest.raises(NotFound, match=r"no dataset yet; make one with: rolecall dataset create NAME"):
        store.export("boats")
