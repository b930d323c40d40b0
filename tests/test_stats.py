"""Figures about the chats, as plots and as rows."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from command_line import Keyboard
from sample import BO, INES, add_thread
from servers import url_of

from rolecall.api import Store
from rolecall.errors import UsageError


@pytest.fixture
def keyboard(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """The command line about the sample store."""
    return Keyboard(tmp_path, url_of(sample_store.database), monkeypatch)


def test_the_figures_count_every_message_once(sample_store: Store) -> None:
    found = sample_store.stats()
    assert found["months"] == [{"month": "2021-03", "message_count": 16, "text_count": 16}]
    for name in ("hours", "people", "threads"):
        assert sum(int(str(row["message_count"])) for row in found[name]) == 16
    own = {row["display_name"]: row["message_count"] for row in found["people"]}
    assert own == {"Ines Quill": 7, "Bo Lund": 5, "Mira Sand": 4}
    assert [row["title"] for row in found["threads"]][:2] == ["Bo Lund", "Rowing club"]
    assert [row["message_count"] for row in sample_store.stats(limit=1)["people"]] == [7]
    with pytest.raises(UsageError, match="the limit is 0"):
        sample_store.stats(limit=0)


def test_times_to_answer_are_between_turns_of_two_people(sample_store: Store) -> None:
    replies = {row["display_name"]: row for row in sample_store.stats()["replies"]}
    # Ines answers Bo three times and, in the group, Mira twice; what comes after a day is no answer.
    assert (replies["Ines Quill"]["reply_count"], replies["Ines Quill"]["median_reply_ms"]) == (5, 60_000)
    assert replies["Bo Lund"]["reply_count"] == 1


def test_long_histories_are_drawn_by_year(keyboard: Keyboard, sample_store: Store) -> None:
    month = 31 * 24 * 60
    with sample_store.database.transaction() as connection:
        lines = [(BO if number % 2 else INES, number * month, "again") for number in range(60)]
        add_thread(connection, 2001, "direct", "long", lines)
    shown = keyboard.type("stats").out
    assert "messages by year (UTC)\n2021" in shown
    assert "2021-03" not in shown
    assert len(json.loads(keyboard.type("stats", "--json").out)["months"]) > 48


def test_times_in_which_nobody_wrote_are_drawn_empty(keyboard: Keyboard, sample_store: Store) -> None:
    with sample_store.database.transaction() as connection:
        add_thread(connection, 2001, "direct", "later", [(BO, 0, "a"), (INES, 60 * 24 * 70, "b")])
    shown = [line.rstrip() for line in keyboard.type("stats").out.split("\n")]
    assert any(line.startswith("2021-04 ") and line.endswith(" 0") for line in shown)
    hours = shown[shown.index("messages by hour of the day (UTC)") + 1 :][:24]
    assert [line[:2] for line in hours] == [f"{hour:02}" for hour in range(24)]


def test_bars_fit_a_narrow_terminal(keyboard: Keyboard) -> None:
    shown = keyboard.type_on_terminal("stats", columns=50).out
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in shown.split("\n")]
    assert "\N{FULL BLOCK}" * 10 in shown
    assert max(len(line.rstrip()) for line in lines) <= 50


def test_stats_draws_bars_with_names_and_numbers(keyboard: Keyboard) -> None:
    shown = keyboard.type("stats", "--limit", "2")
    assert shown.code == 0
    assert "messages by month (UTC)\n2021-03  " + "\N{FULL BLOCK}" * 40 + "  16" in shown.out
    for heading in ("hour of the day (UTC)", "messages by person", "answers came", "messages by chat"):
        assert heading in shown.out
    assert "Mira Sand" not in shown.out.split("messages by person")[1].split("minutes until")[0]
    assert set(json.loads(keyboard.type("stats", "--json").out)) == {
        "months",
        "hours",
        "people",
        "replies",
        "threads",
    }


def test_an_empty_store_says_what_to_do(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard(tmp_path, url_of(store.database), monkeypatch)
    assert "rolecall import PATH" in keyboard.type("stats").out


def test_times_that_no_calendar_has_do_not_stop_the_figures(sample_store: Store) -> None:
    with sample_store.database.transaction() as connection:
        connection.execute(sa.text("update messages set sent_at = null where thread_id = 1003"))
    found = sample_store.stats()
    assert sum(int(str(row["message_count"])) for row in found["months"]) == 14
    assert sum(int(str(row["message_count"])) for row in found["threads"]) == 16
