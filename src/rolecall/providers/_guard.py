"""The HTTP client of every wire: it follows no redirect, and bounds the bytes and seconds of an answer."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import cast

import httpx2

ANSWER_BYTES = 16 * 1024 * 1024


class Redirected(Exception):
    """An answer that names another address; nothing was sent there."""

    def __init__(self, response: httpx2.Response) -> None:
        """Keep what was asked, and where it would go on."""
        super().__init__(response.status_code)
        self.method = response.request.method
        self.url = response.request.url
        self.http_status = response.status_code
        self.location = response.headers.get("location", "")
        self.request_id = response.headers.get("x-request-id")


class AnswerTooLong(Exception):
    """An answer with more bytes, or that took more time, than any has."""


class Guard:
    """What an answer to one client may take; of its calls, one is made at a time."""

    def __init__(self, seconds: float) -> None:
        """Allow so many seconds from the last byte sent to the last byte read."""
        self.is_late = False
        """Whether the call under way, or the last one, was given up for its time."""
        self.seconds = seconds
        self.byte_limit = ANSWER_BYTES
        self._stream: object = None
        self._timer: threading.Timer | None = None

    def client(self) -> httpx2.Client:
        """Return a client whose every call is guarded.

        No connection is kept for a second call, which could find it closed by the other side: of a creation
        that would leave the outcome unknown.
        """
        return httpx2.Client(
            follow_redirects=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [self._trace_call], "response": [self._check]},
        )

    @contextmanager
    def allowing(self, *, seconds: float | None = None, byte_limit: int | None = None) -> Iterator[None]:
        """Let the answers to the calls inside take more."""
        before = self.seconds, self.byte_limit
        self.seconds, self.byte_limit = seconds or self.seconds, byte_limit or self.byte_limit
        try:
            yield
        finally:
            self.rest()
            self.seconds, self.byte_limit = before

    def expect(self, seconds: float) -> None:
        """Give the call under way so many seconds from now, then hang up."""
        self.rest()
        # A time-out of the client is one for each read, so a byte a minute would keep it waiting for ever.
        self._timer = threading.Timer(seconds, self._hang_up, [self._stream])
        self._timer.daemon = True
        self._timer.start()

    def rest(self) -> None:
        """Let time pass uncounted."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self, stream: object) -> None:
        self.is_late = True
        with suppress(OSError, AttributeError):  # closed meanwhile
            connection = stream.get_extra_info("socket")  # type: ignore[attr-defined]
            # Whoever reads wakes up. (The method of an SSL socket would take its state away from the reader.)
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _trace_call(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._follow}

    def _follow(self, event: str, info: Mapping[str, object]) -> None:
        """Note what happens in the connection (httpx2's extension `trace`)."""
        step = event.partition(".")[2]
        if step in ("connect_tcp.complete", "start_tls.complete"):
            self._stream = info["return_value"]
        elif step == "send_request_headers.started":
            self.rest()
            self.is_late = False
        elif step == "receive_response_headers.started":
            self.expect(self.seconds)
        elif step == "response_closed.started":
            self.rest()

    def _check(self, response: httpx2.Response) -> None:
        """Refuse a redirect, and bound the body before anything of it is read."""
        if 300 <= response.status_code < 400:
            raise Redirected(response)
        stream = cast("httpx2.SyncByteStream", response.stream)
        # Unpacked here, so that what is counted is what a small zipped body becomes.
        packed = httpx2.Response(response.status_code, headers=response.headers, stream=stream)
        response.stream = _Body(packed, self)
        response.headers.pop("content-encoding", None)
        # JSON has no other; a server may name one that Python does not decode texts with.
        response.encoding = "utf-8"


class _Body(httpx2.SyncByteStream):
    """The bytes of an answer, unpacked, as many as are allowed."""

    def __init__(self, packed: httpx2.Response, guard: Guard) -> None:
        self._packed = packed
        self._guard = guard

    def __iter__(self) -> Iterator[bytes]:
        byte_count, limit = 0, self._guard.byte_limit
        for piece in self._packed.iter_bytes():
            byte_count += len(piece)
            if byte_count > limit:
                raise AnswerTooLong(f"an answer of more than {limit:,} bytes")
            yield piece
        if self._guard.is_late:  # of a body without a length, hanging up looks like its end
            raise AnswerTooLong("an answer that took too long")

    def close(self) -> None:
        self._packed.close()
