"""Personas, and datasets as recipes."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa
from sample import BO, INES, MIRA, add_person, one_value
from typer.testing import CliRunner

from rolecall.api import Store
from rolecall.cli import app
from rolecall.datasets.commands import create_dataset, drop_dataset, edit_dataset, list_datasets, show_dataset
from rolecall.datasets.options import OPTIONS, Option, Recipe
from rolecall.datasets.personas import add_persona, drop_persona, list_personas
from rolecall.datasets.recipes import PRESETS, make_recipe, system_prompt_tokens
from rolecall.errors import Ambiguous, NameTaken, NotFound, RolecallError, UsageError
from rolecall.exports.writing import export_dataset
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.texts.tokens import count


@pytest.fixture
def database(sample_store: Store) -> Database:
    """The sample store, with the persona `ines`."""
    add_persona(sample_store.database, "ines", ["Ines Quill"])
    return sample_store.database


def test_a_persona_may_be_several_accounts_named_or_numbered(database: Database) -> None:
    persona = add_persona(database, "crew", ["Mira Sand", str(BO), BO])
    assert [person.id for person in persona.participants] == [BO, MIRA]
    assert [found.name for found in list_personas(database)] == ["crew", "ines"]
    assert list_personas(database)[0] == persona


def test_an_unknown_person_is_answered_with_the_nearest_names(database: Database) -> None:
    with pytest.raises(
        NotFound, match="no participant named 'Ines Quil'; did you mean: Ines Quill"
    ) as caught:
        add_persona(database, "other", ["Ines Quil"])
    assert caught.value.candidates[0] == "Ines Quill"
    with pytest.raises(NotFound, match="Mira Sand"):
        add_persona(database, "other", ["mira"])


def test_a_name_of_two_people_lists_each_with_its_id(database: Database) -> None:
    with database.transaction() as connection:
        add_person(connection, 201, "Bo Lund")
    with pytest.raises(Ambiguous, match=r"Bo Lund \(id 103\)|Bo Lund \(id 102\); Bo Lund \(id 201\)"):
        add_persona(database, "bo", ["Bo Lund"])
    assert add_persona(database, "bo", ["201"]).participants[0].id == 201


def test_an_earlier_name_finds_the_person(database: Database) -> None:
    with database.transaction() as connection:
        earlier = {"participant_id": INES, "name": "Ines Born", "source": "facebook"}
        insert(connection, "participant_names", earlier)
    assert add_persona(database, "young", ["Ines Born"]).participants[0].id == INES


@pytest.mark.parametrize("name", ["", " a", "12", "a\nb", "a\x00", "a\ud800", "x" * 101])
def test_a_name_that_cannot_be_one_is_refused(database: Database, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        add_persona(database, name, ["Bo Lund"])
    with pytest.raises(UsageError, match="name"):
        create_dataset(database, name, persona="ines")


def test_a_persona_of_nobody_or_of_a_taken_name_is_refused(database: Database) -> None:
    with pytest.raises(UsageError, match="at least one participant"):
        add_persona(database, "nobody", [])
    with pytest.raises(NameTaken, match="'ines'"):
        add_persona(database, "ines", ["Bo Lund"])


def test_a_persona_in_use_is_not_dropped(database: Database) -> None:
    create_dataset(database, "boats", persona="ines")
    with pytest.raises(RolecallError, match="used by boats"):
        drop_persona(database, "ines")
    drop_dataset(database, "boats")
    assert drop_persona(database, "ines").name == "ines"
    assert list_personas(database) == []
    assert one_value(database, "select count(*) from persona_participants") == 0


def test_every_option_is_a_column_and_a_flag_of_create_and_edit_and_can_be_reset(database: Database) -> None:
    with database.connect(is_read_only=True) as connection:
        columns = set(connection.execute(sa.text("select * from datasets")).keys())
    beside = {"dataset_id", "name", "version_no", "persona_id", "system_prompt_tokens", "created_at"}
    assert columns - beside == set(OPTIONS) == {field.name for field in fields(Recipe)}
    for command in ("create", "edit"):
        shown = CliRunner().invoke(app, ["dataset", command, "--help"]).output
        flags = [flag for option in OPTIONS.values() for flag in option.flag.split("/")]
        assert set(flags) <= set(re.findall(r"--[a-z-]+", shown))
    create_dataset(database, "boats", persona="ines")
    for name in OPTIONS:
        with pytest.raises(UsageError, match="nothing of 'boats' changes"):
            edit_dataset(database, "boats", reset=[name])


@pytest.mark.parametrize("option", [option for option in OPTIONS.values() if option.range])
def test_an_option_has_a_smallest_and_a_largest_value(option: Option) -> None:
    lowest, highest = option.range or (0, 0)
    for value in (lowest - 1, highest + 1):
        with pytest.raises(UsageError, match=f"give a whole number from {lowest} to {highest}"):
            make_recipe({option.name: value})


def test_a_dataset_comes_back_as_it_was_made(database: Database) -> None:
    made = create_dataset(
        database,
        "boats",
        persona="ines",
        system_prompt="You are {persona} in {title}, {date}.",
        max_turns=4,
        since_ms=5,
        exclude_threads=["Rowing club"],
        include_people=["103", "Bo Lund"],
    )
    assert show_dataset(database, "boats") == made
    assert show_dataset(database, str(made.dataset_id)) == made
    assert list_datasets(database) == [made]
    assert made.version_no == 1
    assert made.recipe == Recipe(
        system_prompt="You are {persona} in {title}, {date}.", max_turns=4, since_ms=5
    )
    assert [found.name for found in made.threads.excluded] == ["Rowing club"]
    assert [found.id for found in made.people.included] == [BO, MIRA]
    assert made.system_prompt_tokens == count(["You are ines in , ."], "o200k")[0]


def test_a_dataset_can_start_from_another_one(database: Database) -> None:
    create_dataset(database, "boats", persona="ines", gap_minutes=5, exclude_threads=["1002"])
    copy = create_dataset(database, "more boats", like="boats", max_tokens=100)
    assert (copy.persona_name, copy.recipe.gap_minutes, copy.recipe.max_tokens) == ("ines", 5, 100)
    assert [found.id for found in copy.threads.excluded] == [1002]
    with pytest.raises(UsageError, match="both"):
        create_dataset(database, "clash", like="boats", include_threads=["1002"])


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_is_a_valid_recipe(preset: str) -> None:
    recipe = make_recipe({}, preset=preset)
    assert make_recipe({}, like=recipe) == recipe


def test_the_preset_langchain_says_what_the_tutorial_does() -> None:
    recipe = make_recipe({}, preset="langchain")
    assert (recipe.mode, recipe.chunk_size, recipe.chunk_overlap, recipe.joiner) == ("sliding", 8, 2, "\n\n")
    assert make_recipe({"mode": "exchange"}, like=recipe).joiner == "\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "sliding", "chunk_overlap": 8}, "not below chunk_size"),
        ({"mode": "sliding", "max_turns": 4}, "mode sliding has no max_turns"),
        ({"mode": "sliding", "joiner": " "}, "mode sliding has no joiner"),
        ({"mode": "slding"}, "no mode named 'slding'; choose from: exchange, sliding"),
        (
            {"since_ms": 1735689600000, "until_ms": 1704074400000},
            r"since \(2025-01-01\) is not before until \(2024-01-01 02:00 UTC\)",
        ),
        ({"since_ms": "monday"}, "milliseconds"),
        ({"system_prompt": "I am {name}"}, r"\{name\}, which means nothing; choose from: \{persona\}"),
        ({"system_prompt": "word " * 3000}, "no room for a message"),
        ({"system_prompt": " "}, "system prompt is empty"),
        ({"system_prompt": "{title}"}, "system prompt is empty"),
        ({"system_prompt": "a\x1b"}, "control character"),
        ({"max_turns": 3}, "must be even"),
        ({"max_turns": 0}, "from 2"),
        ({"context_exchanges": 3}, "context_exchanges is 3; give a whole number from 0 to 2"),
        ({"context_exchanges": -1}, "from 0 to 2"),
        ({"validation_permille": 1001}, "from 0 to 1000"),
        ({"max_tokens": 1.5}, "whole number"),
        ({"max_tokens": True}, "whole number"),
        ({"gap_minutes": -1}, "from 0"),
        ({"seed": 1 << 63}, "seed"),
        ({"tokenizer": "p50k"}, "choose from: o200k"),
        ({"joiner": " and then, much later, "}, "at most 2"),
        ({"has_direct": False, "has_group": False}, "leave at least one"),
        ({"has_direct": "no"}, "true or false"),
        ({"gap_minute": 5}, "did you mean gap_minutes"),
    ],
)
def test_what_cannot_be_meant_so_is_one_clear_line(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        system_prompt_tokens(make_recipe(options), "ines")
    assert "\n" not in str(caught.value)


def test_a_start_that_cannot_be_meant_so_is_refused() -> None:
    with pytest.raises(UsageError, match="choose from: chat, group, langchain"):
        make_recipe({}, preset="tutorial")
    with pytest.raises(UsageError, match="choose one"):
        make_recipe({}, preset="chat", like=Recipe())


def test_a_refused_dataset_leaves_no_trace(database: Database) -> None:
    with pytest.raises(UsageError, match="must be even"):
        create_dataset(database, "wrong", persona="ines", max_turns=3)
    with pytest.raises(UsageError, match="--persona P"):
        create_dataset(database, "wrong")
    with pytest.raises(NotFound):
        create_dataset(database, "wrong", persona="ines", exclude_threads=["1002", "nowhere"])
    assert list_datasets(database) == []
    assert one_value(database, "select count(*) from dataset_threads") == 0


def test_names_that_are_taken_or_unknown_are_refused(database: Database) -> None:
    create_dataset(database, "boats", persona="ines")
    with pytest.raises(NameTaken, match="'boats'"):
        create_dataset(database, "boats", persona="ines")
    with pytest.raises(NotFound, match="no persona named 'inez'; did you mean: ines"):
        create_dataset(database, "other", persona="inez")
    with pytest.raises(NotFound, match="no dataset named 'boat'; did you mean: boats"):
        show_dataset(database, "boat")
    with pytest.raises(NotFound, match="no thread named 'rowing'; did you mean: Rowing club"):
        create_dataset(database, "other", persona="ines", include_threads=["rowing"])


def test_dropping_a_dataset_leaves_nothing_of_it_but_its_exports(database: Database) -> None:
    made = create_dataset(database, "boats", persona="ines", exclude_threads=["1002"], exclude_people=["102"])
    with database.transaction() as connection:
        statement = sa.text(
            "insert into exports"
            " values (1, :dataset_id, 'openai', null, 'a.jsonl', '', 1, 1, 1, '', now(), 0)"
        )
        connection.execute(statement, {"dataset_id": made.dataset_id})
    assert drop_dataset(database, "boats") == [made]
    for table in ("datasets", "dataset_threads", "dataset_participants"):
        assert one_value(database, f"select count(*) from {table}") == 0
    assert one_value(database, "select count(*) from exports") == 1
    # The id of the dropped one stands for what was exported from it, so it is not given again.
    again = create_dataset(database, "boats", persona="ines")
    assert again.dataset_id != made.dataset_id
    assert again.version_no == 2


def test_an_edit_makes_the_next_version_and_old_exports_keep_theirs(
    database: Database, tmp_path: Path
) -> None:
    first = create_dataset(database, "boats", persona="ines", max_turns=2, exclude_threads=["1002"])
    export_dataset(database, "boats", tmp_path / "first.jsonl")
    second = edit_dataset(database, "boats", seed=5, reset=["max_turns"])
    assert (second.version_no, second.recipe.seed, second.recipe.max_turns) == (2, 5, None)
    assert second.threads == first.threads
    assert show_dataset(database, "boats") == second
    assert show_dataset(database, first.dataset_id) == first
    export_dataset(database, "boats", tmp_path / "second.jsonl")
    with database.connect(is_read_only=True) as connection:
        found = (
            connection.exec_driver_sql("select dataset_id from exports order by export_id").scalars().all()
        )
    assert found == [first.dataset_id, second.dataset_id]
    # An older version can be the start of the newest one.
    third = edit_dataset(database, first.dataset_id, reset=["threads"], exclude_people=["102"])
    assert (third.version_no, third.recipe.max_turns, third.threads.excluded) == (3, 2, ())
    assert len(list_datasets(database)) == 3


def test_an_edit_that_cannot_be_meant_so_is_refused(database: Database) -> None:
    create_dataset(database, "boats", persona="ines")
    with pytest.raises(UsageError, match="nothing of 'boats' changes"):
        edit_dataset(database, "boats")
    with pytest.raises(UsageError, match="nothing of 'boats' changes"):
        edit_dataset(database, "boats", max_tokens=2048)
    with pytest.raises(UsageError, match="no option named 'max_turn' to reset; choose from: mode"):
        edit_dataset(database, "boats", reset=["max_turn"])
    with pytest.raises(UsageError, match="must be even"):
        edit_dataset(database, "boats", max_turns=3)
    with pytest.raises(NotFound):
        edit_dataset(database, "boat", seed=1)
    assert len(list_datasets(database)) == 1


@pytest.mark.parametrize(
    "options", [{"min_words": 1}, {"language": "en"}, {"skip_links": True}, {"has_placeholders": True}]
)
def test_windows_leave_nothing_out(options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=f"mode sliding has no {next(iter(options))}"):
        make_recipe({"mode": "sliding", **options})
