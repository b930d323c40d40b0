"""A large file is read some megabytes at a time, and gives what it gives when it is read whole."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_builder import FRIEND, OWNER, START_MS
from hypothesis import given, settings
from hypothesis import strategies as st

from rolecall.archives import blocks
from rolecall.archives.archive import Archive
from rolecall.archives.messages import Message, Messages
from rolecall.archives.records import Item, Thread
from rolecall.downloads.asking import Asked, Content
from rolecall.downloads.contents import content_of

pytestmark = pytest.mark.python_only

WORDS = (
    "hello",
    "Grüße, Bo",
    "☔ ok",
    f"{FRIEND} left the group.",
    "You left the call.",
    "",
    "a\x01b",
    "\\n    },\n    {",
)
NAMES = (OWNER, FRIEND, "Zoë Ümlaut-Nuñez", "")


def written(text: str) -> str:
    """As Facebook writes it: one character below U+0100 for each byte."""
    return text.encode().decode("latin-1")


STEPS = st.sampled_from((0, 0, 1, 60_000, -7))
MORE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        {},
        {},
        {"photos": [{"uri": "photos/1.jpg", "creation_timestamp": 1}]},
        {"share": {"link": "https://example.org/1", "share_text": "so"}},
        {"reactions": [{"reaction": written("❤"), "actor": written(NAMES[2])}]},
        {"call_duration": 7},
        {"is_unsent": True},
    )
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    (
        {"sender_name": FRIEND, "content": "no time"},
        {"timestamp_ms": "x"},
        7,
        {"sender_name": ["x"], "timestamp_ms": 1},
        None,
    )
)


@st.composite
def classic(draw: st.DrawFn) -> dict[str, Any]:
    """A thread in Facebook's layout, newest first unless a step goes astray; sometimes with an odd entry."""
    at_ms, entries = START_MS, []
    for step in draw(st.lists(STEPS, max_size=30)):
        at_ms -= step
        entries.append(
            {
                "sender_name": written(draw(st.sampled_from(NAMES))),
                "timestamp_ms": at_ms,
                "content": written(draw(st.sampled_from(WORDS))),
                **draw(MORE),
            }
        )
    odd = draw(st.lists(ODD, max_size=1) if draw(st.integers(0, 3)) == 0 else st.just([]))
    if draw(st.booleans()):
        entries.reverse()
    return {
        "participants": [{"name": written(FRIEND)}, {"name": written(OWNER)}],
        "messages": entries + odd,
        "title": written(FRIEND),
        "thread_type": draw(st.sampled_from(("Regular", "RegularGroup"))),
        "thread_path": "inbox/x_1234567890123456",
        "magic_words": [],
    }


@st.composite
def secure(draw: st.DrawFn) -> dict[str, Any]:
    """An encrypted chat, oldest first unless a step goes astray."""
    at_ms, entries = START_MS, []
    for step in draw(st.lists(STEPS, max_size=30)):
        at_ms += step
        kind = draw(st.sampled_from(("text", "text", "link", "placeholder", "media")))
        media = [{"uri": "photo.jpg"}] if kind == "media" else []
        text = draw(st.sampled_from((*WORDS, "https://example.org/a")))
        entries.append(
            {
                "isUnsent": draw(st.integers(0, 9)) == 0,
                "media": media,
                "reactions": draw(st.sampled_from(([], [], [{"actor": OWNER, "reaction": "❤"}]))),
                "senderName": draw(st.sampled_from(NAMES)),
                "text": text,
                "timestamp": at_ms,
                "type": kind,
            }
        )
    return {"participants": [OWNER, FRIEND], "threadName": f"{FRIEND}_7", "messages": entries}


def read(path: Path, *, block_bytes: int | None, monkeypatch: pytest.MonkeyPatch) -> Content:
    with monkeypatch.context() as patch, Archive([path]) as archive:
        if block_bytes:
            patch.setattr(blocks, "LARGE_BYTES", 1)
            patch.setattr(blocks, "_BLOCK_BYTES", block_bytes)
        (member,) = archive.json_members()
        return content_of(member, Asked("facebook", frozenset()))


def joined(items: tuple[Item, ...]) -> tuple[list[Message], list[Item]]:
    """All messages in order, and what else is told, once."""
    messages = [message for item in items if isinstance(item, Thread) for message in item.messages]
    empty = Messages.of(())
    rest = [replace(item, messages=empty) if isinstance(item, Thread) else item for item in items]
    return messages, [item for number, item in enumerate(rest) if item not in rest[:number]]


@pytest.mark.parametrize("block_bytes", [150, 700, 4000])
@settings(deadline=None)
@given(document=st.one_of(classic(), secure()), is_indented=st.sampled_from((True, True, True, False)))
def test_a_file_read_in_blocks_gives_what_it_gives_as_a_whole(
    document: dict[str, Any], is_indented: bool, block_bytes: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("file") / "message_1.json"
    path.write_text(json.dumps(document, indent=2 if is_indented else None, ensure_ascii=False))
    with pytest.MonkeyPatch.context() as monkeypatch:
        whole = read(path, block_bytes=None, monkeypatch=monkeypatch)
        pieces = read(path, block_bytes=block_bytes, monkeypatch=monkeypatch)
    assert (pieces.sha256, pieces.byte_count, pieces.source) == (whole.sha256, whole.byte_count, whole.source)
    assert joined(pieces.items or ()) == joined(whole.items or ())
    spans = [
        {message.sent_at_ms for message in item.messages}
        for item in pieces.items or ()
        if isinstance(item, Thread)
    ]
    assert sum(map(len, spans)) == len(set().union(*spans))


def test_a_large_file_is_really_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        {
            "sender_name": (OWNER, FRIEND)[number % 2],
            "timestamp_ms": START_MS - number * 1000,
            "content": f"m{number}",
        }
        for number in range(100)
    ]
    people = [{"name": FRIEND}, {"name": OWNER}]
    document = {"participants": people, "messages": entries, "title": FRIEND}
    path = tmp_path / "message_1.json"
    path.write_text(json.dumps(document, indent=2))
    content = read(path, block_bytes=2000, monkeypatch=monkeypatch)
    threads = [item for item in content.items or () if isinstance(item, Thread)]
    assert len(threads) > 3
    assert [message.body for thread in threads for message in thread.messages] == [
        f"m{number}" for number in reversed(range(100))
    ]


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_large_file_that_is_cut_is_named_and_skipped(
    cut: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        {"sender_name": OWNER, "timestamp_ms": START_MS - number, "content": "x"} for number in range(100)
    ]
    document = {"participants": [{"name": FRIEND}, {"name": OWNER}], "messages": entries, "title": FRIEND}
    path = tmp_path / "message_1.json"
    text = json.dumps(document, indent=2)
    path.write_text(text[: int(len(text) * cut)])
    (problem,) = read(path, block_bytes=1000, monkeypatch=monkeypatch).items or ()
    assert "not readable as JSON" in str(problem)
