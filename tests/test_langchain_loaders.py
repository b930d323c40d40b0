"""`rolecall.langchain` is what langchain-community was, and reads what that could not."""

import inspect
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import langchain_community.adapters.openai as community_adapter
import langchain_community.chat_loaders.facebook_messenger as community_loaders
import langchain_community.chat_loaders.utils as community_utils
import pytest
from archive_builder import (
    FRIEND,
    MESSAGES_FOLDERS,
    OWNER,
    archive_files,
    damaged,
    dialogue,
    entry,
    one_chat,
    write_folder,
    write_zip,
)
from archive_strategies import RandomArchive, clean_archives
from hypothesis import HealthCheck, given, settings
from langchain_core.chat_loaders import BaseChatLoader
from langchain_core.chat_sessions import ChatSession
from langchain_core.messages import AIMessage, HumanMessage
from servers import url_of

import rolecall
from rolecall import langchain
from rolecall.api import Store
from rolecall.archives import blocks
from rolecall.errors import NotAnArchive, NotFound


def texts(session: ChatSession) -> list[tuple[str, object]]:
    """Return who says what in a chat."""
    return [(message.additional_kwargs["sender"], message.content) for message in session["messages"]]


def counted(sessions: Iterable[object]) -> Counter[str]:
    """Return chats without their order, which is the file system's in langchain-community."""
    return Counter(repr(session) for session in sessions)


PAIRS: list[tuple[Callable[..., object], Callable[..., object]]] = [
    (langchain.merge_chat_runs, community_utils.merge_chat_runs),
    (langchain.merge_chat_runs_in_session, community_utils.merge_chat_runs_in_session),
    (langchain.map_ai_messages, community_utils.map_ai_messages),
    (langchain.map_ai_messages_in_session, community_utils.map_ai_messages_in_session),
    (langchain.convert_messages_for_finetuning, community_adapter.convert_messages_for_finetuning),
    (
        langchain.SingleFileFacebookMessengerChatLoader,
        community_loaders.SingleFileFacebookMessengerChatLoader,
    ),
    (langchain.FolderFacebookMessengerChatLoader, community_loaders.FolderFacebookMessengerChatLoader),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_names_and_parameters_are_those_of_langchain_community(
    ours: Callable[..., object], theirs: Callable[..., object]
) -> None:
    assert ours.__name__ == theirs.__name__
    mine, others = (inspect.signature(one).parameters for one in (ours, theirs))
    assert [(one.name, one.kind, one.default) for one in mine.values()] == [
        (one.name, one.kind, one.default) for one in others.values()
    ]


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(clean_archives())
def test_clean_archives_give_what_langchain_community_gives_message_for_message(
    archive: RandomArchive,
) -> None:
    with TemporaryDirectory() as name:
        root = write_folder(archive.files(), Path(name) / "archive") / MESSAGES_FOLDERS[archive.layout]
        theirs = community_loaders.FolderFacebookMessengerChatLoader(root).load()
        ours = langchain.FolderFacebookMessengerChatLoader(root).load()
        assert counted(ours) == counted(theirs)
        their_files = [
            community_loaders.SingleFileFacebookMessengerChatLoader(path).load()
            for path in sorted(root.glob("inbox/*/*.json"))
        ]
        our_files = [
            langchain.SingleFileFacebookMessengerChatLoader(path).load()
            for path in sorted(root.glob("inbox/*/*.json"))
        ]
        assert our_files == their_files
    sessions = sorted(theirs, key=repr)
    merged = list(langchain.merge_chat_runs(sessions))
    assert merged == list(community_utils.merge_chat_runs(sessions))
    voiced = list(langchain.map_ai_messages(merged, archive.owner))
    assert voiced == list(community_utils.map_ai_messages(merged, sender=archive.owner))
    assert langchain.convert_messages_for_finetuning(
        voiced
    ) == community_adapter.convert_messages_for_finetuning(voiced)


def test_merging_leaves_the_chats_that_it_was_given_as_they_were() -> None:
    message = HumanMessage(content="one", additional_kwargs={"sender": "Ann", "events": [1]})
    other = HumanMessage(content="two", additional_kwargs={"sender": "Ann", "events": [2]})
    given_session = ChatSession(messages=[message, other])
    (merged,) = langchain.merge_chat_runs([given_session])
    assert texts(merged) == [("Ann", "one\n\ntwo")]
    assert merged["messages"][0].additional_kwargs["events"] == [1, 2]
    assert (message.content, message.additional_kwargs["events"]) == ("one", [1])


def test_content_in_parts_is_merged_as_text() -> None:
    parts: list[str | dict[str, object]] = ["a", {"type": "text", "text": "b"}, {"type": "image_url"}]
    message = HumanMessage(content=parts, additional_kwargs={"sender": "Ann"})
    assert texts(langchain.merge_chat_runs_in_session(ChatSession(messages=[message]))) == [("Ann", "ab")]


def test_names_and_emoji_come_out_as_they_were_typed(tmp_path: Path) -> None:
    files = archive_files(
        one_chat(entry(FRIEND, 1_700_000_000_000, "Ahoj \U0001f6a3 žluťoučká"), people=(FRIEND, OWNER))
    )
    root = write_folder(files, tmp_path / "download")
    for path in (root, root / "your_facebook_activity" / "messages"):
        (session,) = langchain.FolderFacebookMessengerChatLoader(path).load()
        assert texts(session) == [(FRIEND, "Ahoj \U0001f6a3 žluťoučká")]
    (file,) = root.rglob("message_1.json")
    (session,) = langchain.SingleFileFacebookMessengerChatLoader(str(file)).load()
    assert texts(session) == [(FRIEND, "Ahoj \U0001f6a3 žluťoučká")]


def test_the_parts_of_a_thread_are_one_chat_in_order(tmp_path: Path) -> None:
    files = archive_files([dialogue("boat_6100000000000001", 30, part_count=3)])
    assert len(files) == 3
    for archive in (write_folder(files, tmp_path / "folder"), write_zip(files, tmp_path / "download.zip")):
        (session,) = langchain.FolderFacebookMessengerChatLoader(archive).load()
        assert [message.content for message in session["messages"]] == [f"message {n}" for n in range(30)]


def test_what_nobody_typed_is_left_out(tmp_path: Path) -> None:
    chat = one_chat(
        entry(FRIEND, 1_700_000_000_000, f"{FRIEND} sent an attachment."),
        entry(OWNER, 1_700_000_001_000, "typed"),
        entry(OWNER, 1_700_000_002_000, photos=[{"uri": "a.jpg"}]),
    )
    write_folder(archive_files(chat), tmp_path / "download")
    (session,) = langchain.FolderFacebookMessengerChatLoader(tmp_path / "download").load()
    assert texts(session) == [(OWNER, "typed")]


def test_a_damaged_file_is_logged_and_the_others_are_loaded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = archive_files([dialogue("good_6100000000000001", 4)])
    bad = {path: damaged(data) for path, data in archive_files([dialogue("bad_6100000000000002", 4)]).items()}
    root = write_folder({**good, **bad}, tmp_path / "download")
    with caplog.at_level(logging.WARNING, logger="rolecall.langchain"):
        sessions = langchain.FolderFacebookMessengerChatLoader(root).load()
    assert [len(session["messages"]) for session in sessions] == [4]
    assert "bad_6100000000000002" in caplog.text
    (path,) = (root / name for name in bad)
    with pytest.raises(NotAnArchive, match="not readable as JSON"):
        langchain.SingleFileFacebookMessengerChatLoader(path).load()


def test_a_store_is_loaded_thread_by_thread(sample_store: Store) -> None:
    sessions = langchain.StoreChatLoader(sample_store).load()
    threads = sample_store.threads()
    assert len(sessions) == len(threads)
    with sample_store.sql("select count(*) as total from text_messages") as result:
        (counts,) = result.rows()
    assert sum(len(session["messages"]) for session in sessions) == counts["total"]
    (one,) = langchain.StoreChatLoader(url_of(sample_store.database), [str(threads[0].thread_id)]).load()
    assert one in sessions
    with pytest.raises(NotFound):
        langchain.StoreChatLoader(sample_store, ["nobody's"]).load()


def test_a_store_gives_the_chats_of_its_archive(tmp_path: Path, store: Store) -> None:
    root = write_folder(archive_files([dialogue("boat_6100000000000001", 30, part_count=2)]), tmp_path / "a")
    store.import_archives([root], me=[OWNER])
    assert langchain.StoreChatLoader(store).load() == langchain.FolderFacebookMessengerChatLoader(root).load()


def test_loaders_are_langchains_own_kind() -> None:
    for loader in (
        langchain.SingleFileFacebookMessengerChatLoader("x.json"),
        langchain.FolderFacebookMessengerChatLoader("x"),
        langchain.StoreChatLoader(rolecall.open("x.duckdb")),
    ):
        assert isinstance(loader, BaseChatLoader)


def test_only_chats_in_which_the_ai_speaks_are_converted() -> None:
    silent = ChatSession(messages=[HumanMessage(content="hm", additional_kwargs={"sender": "Ann"})])
    spoken = ChatSession(messages=[HumanMessage(content="hm"), AIMessage(content="yes")])
    assert langchain.convert_messages_for_finetuning([silent, spoken]) == [
        [{"role": "user", "content": "hm"}, {"role": "assistant", "content": "yes"}]
    ]


def test_a_file_of_several_chats_gives_the_first_and_a_large_one_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"sender": "bo", "created_at": "2019-01-01T00:00:00+00:00"}
    chats = [
        {"participants": ["bo", "me"], "conversation": [{**said, "text": "first"}]},
        {"participants": ["cy", "me"], "conversation": [{**said, "text": "second"}]},
    ]
    several = tmp_path / "messages.json"
    several.write_text(json.dumps(chats))
    (session,) = langchain.SingleFileFacebookMessengerChatLoader(several).load()
    assert [message.content for message in session["messages"]] == ["first"]
    entries = [
        {"sender_name": "Bo", "timestamp_ms": 9000 - number, "content": str(number)} for number in range(50)
    ]
    document = {"participants": [{"name": "Bo"}, {"name": "Me"}], "messages": entries, "title": "Bo"}
    large = tmp_path / "message_1.json"
    large.write_text(json.dumps(document, indent=2))
    monkeypatch.setattr(blocks, "LARGE_BYTES", 1)
    monkeypatch.setattr(blocks, "_BLOCK_BYTES", 900)
    (session,) = langchain.SingleFileFacebookMessengerChatLoader(large).load()
    contents = [message.content for message in session["messages"]]
    assert contents == [str(number) for number in range(49, -1, -1)]
