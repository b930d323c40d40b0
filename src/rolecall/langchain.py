"""The chat loaders of LangChain's Messenger notebook, on langchain-core alone.

langchain-community, which had them, is sunset. The names and signatures are its own, so that a notebook
changes one import line; underneath are rolecall's sources, so that names and emoji come out as they were
typed, the parts of a long thread are one chat, and a damaged file costs no more than itself.

Source: langchain-community 0.4.2, whose results on clean archives a test compares message for message.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from langchain_core.chat_loaders import BaseChatLoader
from langchain_core.chat_sessions import ChatSession
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_openai_messages

from rolecall.api import Store
from rolecall.archives.archive import Archive
from rolecall.archives.messages import Message
from rolecall.archives.records import Thread
from rolecall.downloads.download import Download
from rolecall.downloads.reading import read_files
from rolecall.errors import NotAnArchive
from rolecall.store.names import find
from rolecall.store.statements import select

__all__ = [
    "FolderFacebookMessengerChatLoader", "SingleFileFacebookMessengerChatLoader", "StoreChatLoader",
    "convert_messages_for_finetuning", "map_ai_messages", "map_ai_messages_in_session", "merge_chat_runs",
    "merge_chat_runs_in_session",
]  # fmt: skip

logger = logging.getLogger(__name__)

SENDER = "sender"
"""The key of `additional_kwargs` under which a message names who wrote it."""


class SingleFileFacebookMessengerChatLoader(BaseChatLoader):
    """Loads one file of a Messenger or Instagram download."""

    def __init__(self, path: Path | str) -> None:
        """Take the path of a file; nothing is read yet."""
        super().__init__()
        self.file_path = Path(path)

    def lazy_load(self) -> Iterator[ChatSession]:
        """Yield the file's chat, oldest message first.

        Raises:
            ArchiveError: It is no chat, or damaged.
        """
        with Archive([self.file_path]) as archive:
            (file, *problems) = read_files(Download.of(archive), {})
        if not file.threads:
            raise NotAnArchive(f"{self.file_path} {file.reason}")
        for problem in problems:
            logger.warning("%s: %s", problem.path, problem.reason)
        # A large file gives its chat in several pieces, one after the other; another may hold several chats.
        first = file.threads[0]
        pieces = (thread for thread in file.threads if thread.keys[0] == first.keys[0])
        yield _session([message for piece in pieces for message in piece.messages])


class FolderFacebookMessengerChatLoader(BaseChatLoader):
    """Loads every chat below a folder, at whatever level of a download it lies; a zip will do as well."""

    def __init__(self, path: str | Path) -> None:
        """Take the path of a folder; nothing is read yet."""
        super().__init__()
        self.directory_path = Path(path)

    def lazy_load(self) -> Iterator[ChatSession]:
        """Yield each chat whole, oldest message first; files that cannot be read are logged as warnings.

        Raises:
            ArchiveError: There is nothing to read.
        """
        with Archive([self.directory_path]) as archive:
            for _, parts in groupby(_parts(archive), key=lambda part: part.keys[0]):
                yield _session(_joined(parts))


class StoreChatLoader(BaseChatLoader):
    """Loads the chats of a store, as its imports have merged them."""

    def __init__(self, store: Store | str | Path = "rolecall.duckdb", threads: Iterable[str] = ()) -> None:
        """Take a store, its URL or its path, and names or ids of threads; without any it is all of them."""
        super().__init__()
        self.store = store if isinstance(store, Store) else Store(str(store))
        self.threads = tuple(threads)

    def lazy_load(self) -> Iterator[ChatSession]:
        """Yield each thread's typed messages, oldest first; the store is open only while one is read."""
        with self.store.database.reading() as connection:
            named = [find(connection, "threads", name).id for name in self.threads]
            thread_ids = named or [row["thread_id"] for row in select(connection, "queries/list_threads")]
        for thread_id in thread_ids:
            with self.store.database.reading() as connection:
                texts = select(connection, "queries/thread_texts", thread_id=thread_id)
            yield ChatSession(messages=[_human(row["display_name"], row["body"]) for row in texts])


def merge_chat_runs_in_session(chat_session: ChatSession, delimiter: str = "\n\n") -> ChatSession:
    """Return a chat in which neighbouring messages of one sender are one message."""
    merged: list[BaseMessage] = []
    for message in chat_session["messages"]:
        text = _text(message)
        last = merged[-1] if merged else None
        if last is not None and _is_same_sender(last, message):
            last.content = f"{last.content}{delimiter}{text}".strip()
            last.additional_kwargs.get("events", []).extend(message.additional_kwargs.get("events") or [])
        else:
            # A copy down to its events, so that what is merged into it leaves the chat given as it was.
            merged.append(message.model_copy(update={"content": text}, deep=True))
    return ChatSession(messages=merged)


def merge_chat_runs(chat_sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
    """Yield each chat with neighbouring messages of one sender merged."""
    for chat_session in chat_sessions:
        yield merge_chat_runs_in_session(chat_session)


def map_ai_messages_in_session(chat_sessions: ChatSession, sender: str) -> ChatSession:
    """Return a chat in which the messages of `sender` are the AI's."""
    return ChatSession(messages=[_as_ai(message, sender) for message in chat_sessions["messages"]])


def map_ai_messages(chat_sessions: Iterable[ChatSession], sender: str) -> Iterator[ChatSession]:
    """Yield each chat with the messages of `sender` as the AI's."""
    for chat_session in chat_sessions:
        yield map_ai_messages_in_session(chat_session, sender)


def convert_messages_for_finetuning(sessions: Iterable[ChatSession]) -> list[list[dict[str, Any]]]:
    """Return the chats in which the AI speaks, as lists of messages in OpenAI's form."""
    return [
        [_converted(message) for message in session["messages"]]
        for session in sessions
        if any(isinstance(message, AIMessage) for message in session["messages"])
    ]


def _converted(message: BaseMessage) -> dict[str, Any]:
    converted = convert_to_openai_messages(message)
    assert isinstance(converted, dict)
    if "name" in message.additional_kwargs:
        converted["name"] = message.additional_kwargs["name"]
    return converted


def _as_ai(message: BaseMessage, sender: str) -> BaseMessage:
    if message.additional_kwargs.get(SENDER) != sender:
        return message
    # `example` has no meaning any more; langchain-community sets it, and so messages of both compare equal.
    example = getattr(message, "example", None)
    return AIMessage(
        content=message.content, additional_kwargs=message.additional_kwargs.copy(), example=example
    )


def _is_same_sender(last: BaseMessage, message: BaseMessage) -> bool:
    sender = last.additional_kwargs.get(SENDER)
    is_named = sender is not None and sender == message.additional_kwargs.get(SENDER)
    return is_named and isinstance(message, type(last))


def _text(message: BaseMessage) -> str:
    """Return a message's text; of a list of parts the texts in it."""
    if isinstance(message.content, str):
        return message.content
    parts = (part.get("text", "") or "" if isinstance(part, dict) else part for part in message.content)
    return "".join(parts)


def _session(messages: Iterable[Message]) -> ChatSession:
    return ChatSession(
        messages=[
            _human(message.sender, message.body)
            for message in messages
            if message.kind == "text" and message.body
        ]
    )


def _human(sender: str, body: str) -> HumanMessage:
    return HumanMessage(content=body, additional_kwargs={SENDER: sender})


def _joined(parts: Iterable[Thread]) -> list[Message]:
    """Return the messages of one thread's parts, what two parts share only once."""
    joined: list[Message] = []
    seen: set[Message] = set()
    for part in parts:
        joined += [message for message in part.messages if message not in seen]
        seen.update(part.messages)
    return sorted(joined, key=lambda message: message.sent_at_ms)


def _parts(archive: Archive) -> Iterator[Thread]:
    """Yield the parts of threads, those of one thread next to each other, the oldest first."""
    for file in read_files(Download.of(archive), {}):
        if file.status == "failed":
            logger.warning("%s: %s", file.path, file.reason)
        yield from file.threads
