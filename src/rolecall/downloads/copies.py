"""Copies of groups: a download may hold a group a second time, apart from its chats.

`groups/your_group_messages/<id>.json` has a name and a number of its own, so nothing in it names the chat
that it repeats. It repeats a chat when the same people are in both and the chat holds its messages. Some of
the messages are enough, since a part of the chat may be damaged.
Source: FORMATS.md section 1.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from rolecall.archives.members import Member, is_in_section
from rolecall.archives.messages import Messages
from rolecall.archives.records import Thread, ThreadKey

_FOLDER = "your_group_messages"
# So many messages with the same time, sender and text are no chance. Source: FORMATS.md section 4.2.
_PROOF = 3

_Chat = tuple[tuple[str, ...], tuple[ThreadKey, ...]]
"""Who is in a chat, sorted, and what names it."""
_Said = tuple[int, str, str | None]
"""When, who, what."""


class Copies:
    """The copies of one download, which are read after the chats."""

    def __init__(self, members: Iterable[Member], read: Callable[[Member], Sequence[Thread]]) -> None:
        """Take a download's files; `read` gives the chats in one."""
        self._members = [member for member in members if member.location[-2:-1] == (_FOLDER,)]
        self._read = read
        self._said: dict[_Chat, set[_Said]] = defaultdict(set)
        self._newest: dict[_Chat, Thread] = {}

    @cached_property
    def _times(self) -> set[int]:
        """The times of all messages in copies; of the chats only messages of these times are remembered."""
        threads = (thread for member in self._members for thread in self._read(member))
        return {sent_at_ms for thread in threads for sent_at_ms in thread.messages.sent_at_ms.to_pylist()}

    def joined(self, location: tuple[str, ...], threads: tuple[Thread, ...]) -> tuple[Thread, ...]:
        """Return the chats of a file; a copy gets the name of the chat that it repeats."""
        if not self._members or not threads:
            return threads
        if location[-2:-1] == (_FOLDER,):
            return tuple(self._named(thread) for thread in threads)
        if is_in_section(location):
            for thread in threads:
                chat = _people(thread), thread.keys
                self._said[chat] |= _said(thread, self._times)
                self._newest[chat] = replace(thread, messages=Messages.of(()))
        return threads

    def _named(self, copy: Thread) -> Thread:
        said = _said(copy, self._times)
        people = _people(copy)
        fitting = [
            chat
            for chat, said_there in self._said.items()
            if chat[0] == people and len(said & said_there) >= min(len(said), _PROOF)
        ]
        if not said or len(fitting) != 1:
            return copy
        keys = (*fitting[0][1], *copy.keys)
        return replace(self._newest[fitting[0]], keys=tuple(dict.fromkeys(keys)), messages=copy.messages)


def _people(thread: Thread) -> tuple[str, ...]:
    return tuple(sorted(thread.participants))


def _said(thread: Thread, times: set[int]) -> set[_Said]:
    messages = thread.messages
    near = pc.is_in(messages.sent_at_ms, value_set=pa.array(times, pa.int64()))
    columns = (messages.sent_at_ms, messages.senders, messages.bodies)
    return set(zip(*(column.filter(near).to_pylist() for column in columns), strict=True))
