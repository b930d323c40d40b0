"""`rolecall chat`: the tuned model answers as it goes, in the voice that it was trained on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Keyboard
from fake_provider import Fault
from job_bench import KEY, Bench, running_bench
from servers import url_of

from rolecall.api import Store
from rolecall.errors import CallFailed, UsageError
from rolecall.jobs import ChatPlan, chat, plan_chat

pytestmark = pytest.mark.python_only

PROMPT = "You are Ines of the boats, on Tuesday."


@pytest.fixture
def bench(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with running_bench(store, tmp_path, monkeypatch) as running:
        running.start()
        running.watch()
        yield running


@pytest.fixture
def keyboard(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(tmp_path, url_of(bench.database), monkeypatch)


def sent_messages(bench: Bench, number: int = -1) -> object:
    return bench.provider.chat.requests[number]["messages"]


def test_a_conversation_is_streamed_with_the_datasets_prompt_and_remembered(bench: Bench) -> None:
    plan = plan_chat(bench.database, "1", title="Tuesday")
    assert (plan.persona, plan.system_prompt) == ("Ines of the boats", PROMPT)
    with chat(bench.database, plan, waits=bench.waits()) as talk:
        pieces = list(talk.say("ahoy there"))
        assert "".join(pieces) == "you said ahoy there \U0001f6a3"
        assert len(pieces) > 3, "it comes piece by piece"
        list(talk.say("and now?"))
    assert bench.provider.chat.requests[0]["stream"] is True
    assert sent_messages(bench) == [
        {"role": "system", "content": PROMPT},
        {"role": "user", "content": "ahoy there"},
        {"role": "assistant", "content": "you said ahoy there \U0001f6a3"},
        {"role": "user", "content": "and now?"},
    ]


def test_a_new_model_that_is_still_loading_is_waited_for(bench: Bench) -> None:
    bench.provider.chat.loading_count = 4
    bench.pauses.clear()
    with chat(
        bench.database, plan_chat(bench.database, "1"), note=bench.notes.append, waits=bench.waits()
    ) as talk:
        assert "".join(talk.say("hm")).startswith("you said")
    assert len(bench.pauses) == 4
    assert any("minutes to load" in note for note in bench.notes)


def test_a_model_that_never_comes_is_given_up_after_ten_minutes(bench: Bench) -> None:
    bench.pauses.clear()
    plan = ChatPlan("ft:gone", "openai", bench.provider.base_url, None, None)
    with (
        chat(bench.database, plan, waits=bench.waits()) as talk,
        pytest.raises(CallFailed, match="does not exist"),
    ):
        list(talk.say("hm"))
    assert 550 < sum(bench.pauses) < 650


def test_a_refusal_is_told_and_nothing_is_remembered(bench: Bench) -> None:
    bench.provider.faults = [Fault("POST", "/chat", status=401, message=f"Wrong key {KEY}")]
    with chat(bench.database, plan_chat(bench.database, "1"), waits=bench.waits()) as talk:
        with pytest.raises(CallFailed, match=r"Wrong key \[key\]"):
            list(talk.say("hm"))
        assert talk.said == []
        assert list(talk.say("again"))


def test_a_busy_model_is_asked_again(bench: Bench) -> None:
    bench.provider.faults = [
        Fault("POST", "/chat", status=429, headers={"retry-after": "7"}),
        Fault("POST", "/chat", is_dropped=True),
    ]
    bench.pauses.clear()
    with chat(bench.database, plan_chat(bench.database, "1"), waits=bench.waits()) as talk:
        assert "".join(talk.say("hm"))
    assert bench.pauses[0] == 7.0


def test_a_job_without_a_model_cannot_be_talked_to(bench: Bench) -> None:
    bench.start(again=1)
    with pytest.raises(UsageError, match="job 2 has trained no model"):
        plan_chat(bench.database, "2")


def test_lines_that_are_piped_in_are_answered_one_by_one(bench: Bench, keyboard: Keyboard) -> None:
    typed = keyboard.type("chat", "1", "--title", "Tuesday", standard_input="ahoy\n\nand now?\n")
    assert typed.code == 0
    assert typed.lines == ["you said ahoy \U0001f6a3", "you said and now? \U0001f6a3"]
    assert f"system prompt: {PROMPT}" in typed.notes
    assert bench.provider.base_url in typed.notes


def test_any_model_can_be_talked_to(bench: Bench, keyboard: Keyboard) -> None:
    bench.provider.chat.extra_models = {"some-model"}
    words = ["chat", "some-model", "--base-url", bench.provider.base_url, "--system-prompt", "Be brief."]
    typed = keyboard.type(*words, standard_input="hm\n")
    assert typed.lines == ["you said hm \U0001f6a3"]
    assert sent_messages(bench) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hm"},
    ]


def test_a_dry_run_says_with_whom_and_sends_nothing(bench: Bench, keyboard: Keyboard) -> None:
    asked = len(bench.provider.requests)
    out = keyboard.type("chat", "1", "--dry-run").out
    assert "ft:" in out
    assert bench.provider.base_url in out
    plan = json.loads(keyboard.type("chat", "1", "--dry-run", "--json").out)
    assert plan["persona"] == "Ines of the boats"
    assert len(bench.provider.requests) == asked


def test_on_a_terminal_the_persona_answers(bench: Bench, keyboard: Keyboard) -> None:
    typed = keyboard.type_on_terminal("chat", "1", answer="ahoy\n\x04")
    assert typed.code == 0
    assert "you: " in typed.out
    assert "Ines of the boats: you said ahoy" in typed.out
