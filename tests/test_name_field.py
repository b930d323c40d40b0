"""The field `name`: who speaks in a group, spelt as providers take it, and read back."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sample import BO, INES, MIRA, add_person, add_thread, one_value

from rolecall.api import Store
from rolecall.checking.file import check_file
from rolecall.errors import UsageError
from rolecall.formats import format_named
from rolecall.plugins import names
from rolecall.texts.slugs import free_slug, slug_of
from rolecall.texts.tokens import count

ROWING = 1002
NAMES = {
    "Bo Lund": "Bo_Lund",
    "Lam Vũ Mạch": "Lam_Vu_Mach",
    "Łukasz Ødegård-Weiß": "Lukasz_Odegard-Weiss",
    "Юлия Щукина": "Yuliya_Shchukina",
    "Ελένη Ψαρρά": "Eleni_Psarra",
    "O'Neill \U0001f6a3 Jr.": "O_Neill_Jr",
    "Bo 李": "Bo_Li",
    "李小龙": "LiXiaoLong",
    "たなか はなこ": "tanaka_hanako",
    "김민수": "GimMinSu",
    "สมชาย ใจดี": "smchay_aichdi",
    "अमित शर्मा": "amit_srma",
    "דוד לוי": "dvd_lvy",
    "سعيد علي": "syd_ly",
    "\u02bbOkina": "Okina",
    "e\u0301ric": "eric",
    "\U0001f6a3": "person_rowing_boat",
    "-": "person",
    "\u200b": "person",
    "": "Unknown",
    "a" * 100: "a" * 64,
}


@pytest.fixture
def club(sample_store: Store) -> Store:
    """The sample store with a dataset `club` of its group, in which lines have the field."""
    sample_store.add_persona("ines", ["Ines Quill"])
    sample_store.create_dataset("club", persona="ines", preset="group", has_name_field=True)
    return sample_store


def exported(store: Store, path: Path, **options: object) -> list[list[dict[str, object]]]:
    store.export("club", path, is_forced=True, **options)  # type: ignore[arg-type]
    return [json.loads(line)["messages"] for line in path.read_text("utf-8").split("\n")[:-1]]


def slugs(store: Store) -> dict[str, str]:
    """Return slug -> the present name of whom it means."""
    with store.database.connect(is_read_only=True) as connection:
        found = connection.execute(
            sa.text(
                "select slug, display_name from participant_slugs join participants using (participant_id)"
            )
        )
        return {str(slug): str(name) for slug, name in found}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_spelt_in_ascii_where_that_can_be(name: str) -> None:
    assert slug_of(name) == NAMES[name]


@given(st.lists(st.text(max_size=80), max_size=20))
def test_every_name_gets_a_slug_of_its_own_that_every_server_takes(listed: list[str]) -> None:
    taken: set[str] = set()
    made = [free_slug(name, taken) for name in listed]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", slug) for slug in made)
    assert len({slug.casefold() for slug in made}) == len(made)


def test_a_turn_of_one_speaker_is_named_and_one_of_several_has_prefixes(club: Store, tmp_path: Path) -> None:
    assert exported(club, tmp_path / "club.jsonl") == [
        [
            {"role": "user", "content": "Bo Lund: who brings the oars\nMira Sand: not me"},
            {"role": "assistant", "content": "I have two"},
            {"role": "user", "content": "perfect", "name": "Mira_Sand"},
            {"role": "assistant", "content": "see you at six"},
        ]
    ]
    assert '"content":"perfect","name":"Mira_Sand"}' in (tmp_path / "club.jsonl").read_text("utf-8")
    assert (
        one_value(club.database, "select count(*) from dataset_turns where speaker_slug = 'Mira_Sand'") == 1
    )
    assert (
        one_value(club.database, "select count(*) from dataset_turns where content like '%' || chr(1) || '%'")
        == 0
    )


def test_without_prefixes_only_the_field_names_anybody(club: Store, tmp_path: Path) -> None:
    club.edit_dataset("club", has_speaker_names=False)
    assert exported(club, tmp_path / "club.jsonl")[0][0::2] == [
        {"role": "user", "content": "who brings the oars\nnot me"},
        {"role": "user", "content": "perfect", "name": "Mira_Sand"},
    ]


def test_a_chat_of_two_has_no_names(club: Store, tmp_path: Path) -> None:
    club.edit_dataset("club", has_direct=True, has_group=False)
    lines = exported(club, tmp_path / "club.jsonl")
    assert lines
    assert all("name" not in message for line in lines for message in line)


def test_a_turn_that_is_shortened_to_one_speaker_is_named(club: Store, tmp_path: Path) -> None:
    with club.database.transaction() as connection:
        long = "word " * 200
        add_thread(connection, 2000, "group", "Regatta", [(BO, 0, long), (MIRA, 1, "go"), (INES, 2, "gone")])
    club.edit_dataset("club", max_tokens=60, include_threads=["Regatta"])
    assert exported(club, tmp_path / "club.jsonl")[0][0] == {
        "role": "user",
        "content": "go",
        "name": "Mira_Sand",
    }


def test_messages_of_one_speaker_are_joined_and_named_once(club: Store, tmp_path: Path) -> None:
    with club.database.transaction() as connection:
        add_thread(
            connection, 2000, "group", "Regatta", [(BO, 0, "on your"), (BO, 1, "marks"), (INES, 2, "go")]
        )
    club.edit_dataset("club", include_threads=["Regatta"])
    line = exported(club, tmp_path / "club.jsonl")[0]
    assert line[0] == {"role": "user", "content": "on your\nmarks", "name": "Bo_Lund"}
    # 4 frame a turn, 3 the line; 2 are spare for each of three messages, and 1 marks the name.
    said = sum(count(["on your", "marks", "go", "Bo_Lund"], "o200k"))
    prefix = count(["Bo Lund"], "o200k")[0] + 2
    spare = max(0, prefix - count(["Bo_Lund"], "o200k")[0] - 1)
    estimate = one_value(
        club.database,
        "select token_count from dataset_examples join datasets using (dataset_id) where version_no = 2",
    )
    assert estimate == said + 4 + 4 + 3 + 3 * 2 + 1 + spare


def test_our_own_file_with_names_passes_the_check(club: Store, tmp_path: Path) -> None:
    exported(club, tmp_path / "club.jsonl")
    report = check_file(tmp_path / "club.jsonl")
    assert set(report.counts) == {"too_few_examples"}
    with club.database.connect(is_read_only=True) as connection:
        counted = connection.exec_driver_sql("select token_count from exports").scalar_one()
        estimate = connection.exec_driver_sql("select token_count from dataset_examples").scalar_one()
    # Counted by both as a provider counts: the name, and one for its field.
    assert report.token_count == counted <= estimate


def test_people_of_one_name_have_slugs_apart_and_each_is_read_back(club: Store, tmp_path: Path) -> None:
    with club.database.transaction() as connection:
        add_person(connection, 201, "Bo-Lund")
        add_person(connection, 202, "bo lund")
    exported(club, tmp_path / "club.jsonl")
    assert slugs(club) == {
        "Ines_Quill": "Ines Quill",
        "Bo_Lund": "Bo Lund",
        "Mira_Sand": "Mira Sand",
        "Bo-Lund": "Bo-Lund",
        "bo_lund_2": "bo lund",
    }


def test_a_renamed_person_is_called_anew_and_old_files_can_still_be_read(club: Store, tmp_path: Path) -> None:
    exported(club, tmp_path / "club.jsonl")
    club.rename_person("Mira Sand", "Somebody Else")
    line = exported(club, tmp_path / "club.jsonl")[0]
    assert line[2] == {"role": "user", "content": "perfect", "name": "Somebody_Else"}
    found = slugs(club)
    assert found["Mira_Sand"] == found["Somebody_Else"] == "Somebody Else"


def test_a_merged_person_keeps_the_slugs_of_both_accounts(club: Store, tmp_path: Path) -> None:
    exported(club, tmp_path / "club.jsonl")
    club.merge_people("Bo Lund", ["Mira Sand"])
    line = exported(club, tmp_path / "club.jsonl")[0]
    assert line[0] == {"role": "user", "content": "who brings the oars\nnot me", "name": "Bo_Lund"}
    assert slugs(club)["Mira_Sand"] == "Bo Lund"
    club.split_person("Bo Lund")
    assert exported(club, tmp_path / "club.jsonl")[0][2]["name"] == "Mira_Sand_2"
    assert "slugs_of_nobody" not in club.check_store()


def test_exporting_again_gives_nobody_another_slug(club: Store, tmp_path: Path) -> None:
    first = exported(club, tmp_path / "club.jsonl")
    assert exported(club, tmp_path / "club.jsonl") == first
    assert one_value(club.database, "select count(*) from participant_slugs") == 3
    assert one_value(club.database, "select count(*) from slug_tokens") == 3


def test_a_slug_that_was_given_before_stays_however_names_are_spelt_today(
    club: Store, tmp_path: Path
) -> None:
    club.rename_person("Mira Sand", "李小龙")
    with club.database.transaction() as connection:
        connection.exec_driver_sql(
            "insert into participant_slugs (owner_id, slug, participant_id, made_from, is_current)"
            f" select owner_id, 'person', participant_id, display_name, true from participants"
            f" where participant_id = {MIRA}"
        )
    assert exported(club, tmp_path / "club.jsonl")[0][2]["name"] == "person"
    assert slugs(club)["person"] == "李小龙"
    assert "LiXiaoLong" not in slugs(club)


@pytest.mark.parametrize("name", [name for name in names("formats") if not format_named(name).has_names])
def test_a_format_whose_trainers_see_no_names_refuses_and_says_what_to_change(
    club: Store, tmp_path: Path, name: str
) -> None:
    club.edit_dataset("club", context_exchanges=0, max_turns=2)
    with pytest.raises(UsageError, match="--no-name-field"):
        club.export("club", tmp_path / "club.out", format=name)
    assert list(tmp_path.glob("club.out*")) == []
    club.edit_dataset("club", has_name_field=False)
    assert club.export("club", tmp_path / "club.out", format=name).example_count


def test_parquet_has_a_column_for_names(club: Store, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    club.export("club", tmp_path / "club.parquet", format="parquet")
    messages = pq.read_table(tmp_path / "club.parquet").column("messages").to_pylist()[0]
    assert [message["name"] for message in messages] == [None, None, "Mira_Sand", None]


def test_a_preview_and_the_words_show_the_field(club: Store) -> None:
    shown = club.preview_dataset("club")[0]
    assert [turn.name for turn in shown.turns] == [None, None, "Mira_Sand", None]
    words = " ".join(club.overview_dataset("club").words)
    assert "in the field `name`" in words
    assert "every message of a turn of several people begins with the sender's name" in words


def test_the_option_goes_along_with_like_and_edit_and_windows_have_none(club: Store) -> None:
    assert club.create_dataset("other", like="club").recipe.has_name_field
    assert not club.edit_dataset("club", reset=["has_name_field"]).recipe.has_name_field
    assert not club.edit_dataset("other", mode="sliding").recipe.has_name_field
    with pytest.raises(UsageError, match="mode sliding has no has_name_field"):
        club.create_dataset("third", persona="ines", mode="sliding", has_name_field=True)
