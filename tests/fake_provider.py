"""A provider on loopback that speaks OpenAI's protocol: a real HTTP server with a memory, and faults."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from fake_provider_forms import error_body
from fake_provider_memory import FakeProvider, Fault

__all__ = ["FakeProvider", "Fault", "fake_provider"]


class Handler(BaseHTTPRequestHandler):
    """Reads one request, lets a fault or the provider answer it."""

    protocol_version = "HTTP/1.1"
    provider: FakeProvider

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _handle(self, method: str) -> None:
        provider = self.provider
        url = urlsplit(self.path)
        path = unquote(url.path).removeprefix("/v1")
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        provider.requests.append((method, path))
        provider.keys.append(self.headers.get("authorization", "").removeprefix("Bearer "))
        provider.before_answer(method, path)
        fault = provider.fault_for(method, path)
        kind = self.headers.get("content-type", "")
        if fault and fault.status:
            if fault.has_effect:
                provider.answer(method, path, parse_qs(url.query), body, kind)
            self._send(fault.status, error_body(fault.message, fault.code), fault.headers)
            return
        if fault and fault.raw:
            if fault.has_effect:
                provider.answer(method, path, parse_qs(url.query), body, kind)
            self.close_connection = True
            for part in fault.raw():
                self.wfile.write(part)
            return
        if fault and fault.body is not None:
            self._send(200, fault.body)
            return
        if fault and fault.late_effect_seconds:
            threading.Timer(
                fault.late_effect_seconds, provider.answer, (method, path, parse_qs(url.query), body, kind)
            ).start()
            self._hang_up()
            return
        if not (fault and fault.is_dropped and not fault.has_effect):
            status, answer = provider.answer(method, path, parse_qs(url.query), body, kind)
        if fault and fault.late_seconds:
            time.sleep(fault.late_seconds)
        if fault and fault.is_dropped:
            self._hang_up()
            return
        self._send(status, provider.alter(method, path, answer))

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, answer: object, headers: dict[str, str] | None = None) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        more = {"x-request-id": f"req-{len(self.provider.requests)}", **(headers or {})}
        for name, value in {
            "content-type": "text/event-stream" if data.startswith(b"data: ") else "application/json",
            "content-length": str(len(data)),
            **more,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """A server whose clients may hang up."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about a client that did not wait for its answer."""


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    """Run a provider on a free port of loopback."""
    provider = FakeProvider()
    handler = type("ProvidersHandler", (Handler,), {"provider": provider})
    server = Server(("127.0.0.1", 0), handler)
    provider.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
