"""Fetching a zip from an address, tried against a server on loopback."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import gettempdir

import pytest
from archive_builder import archive_files, dialogue, write_zip
from snapshots import bodies, row_counts

from rolecall.api import Store
from rolecall.downloads.fetching import direct_url, downloaded
from rolecall.errors import ArchiveError

pytestmark = pytest.mark.python_only


@pytest.fixture(scope="module")
def zip_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    files = archive_files([dialogue("dorian_6100000000000001", 4)])
    return write_zip(files, tmp_path_factory.mktemp("served") / "facebook.zip").read_bytes()


@pytest.fixture
def address(zip_bytes: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that has one zip, and several ways not to give it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved":
                self._answer(302, b"", {"Location": "/facebook.zip"})
            elif self.path == "/away":
                self._answer(302, b"", {"Location": "ftp://example.invalid/facebook.zip"})
            elif self.path == "/page":
                self._answer(200, b"<html>sign in</html>", {"Content-Type": "text/html; charset=utf-8"})
            elif self.path == "/cut":
                self._answer(200, zip_bytes[:-50], {"Content-Length": str(len(zip_bytes))})
            elif self.path == "/not-a-zip":
                self._answer(200, b"hello", {"Content-Type": "application/zip"})
            elif self.path.startswith("/facebook.zip"):
                self._answer(200, zip_bytes, {"Content-Type": "application/zip"})
            else:
                self._answer(404, b"", {})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/facebook.zip", "/facebook.zip?token=1", "/moved"])
def test_a_zip_is_imported_from_its_address(path: str, address: str, store: Store) -> None:
    assert store.import_archives([address + path]).added_count == 4
    assert bodies(store) == [f"message {number}" for number in range(4)]


def test_what_is_fetched_is_for_its_user_alone(address: str) -> None:
    before = os.umask(0o022)
    try:
        with downloaded(f"{address}/facebook.zip") as path:
            assert path.stat().st_mode & 0o077 == 0
            assert path.parent.stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)


def test_fetching_the_same_zip_twice_adds_nothing(address: str, store: Store) -> None:
    store.import_archives([f"{address}/facebook.zip"])
    assert store.import_archives([f"{address}/facebook.zip"]).added_count == 0


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "404"),
        ("/page", "page"),
        ("/cut", "ended after"),
        ("/not-a-zip", "zip"),
        ("/away", "no web address"),
    ],
)
def test_a_bad_answer_is_one_line_and_changes_nothing(
    path: str, words: str, address: str, store: Store
) -> None:
    before = row_counts(store)
    with pytest.raises(ArchiveError, match=words) as caught:
        store.import_archives([address + path])
    assert "\n" not in str(caught.value)
    assert address in str(caught.value)
    assert row_counts(store) == before


def test_an_address_where_nobody_listens_is_one_line(address: str, store: Store) -> None:
    closed = address.rsplit(":", 1)[0] + ":9"
    with pytest.raises(ArchiveError, match="cannot be fetched"):
        store.import_archives([closed + "/facebook.zip"])


@pytest.mark.parametrize("url", ["ftp://example.invalid/a.zip", "file:///etc/hostname"])
def test_only_web_addresses_are_fetched(url: str, store: Store) -> None:
    with pytest.raises(ArchiveError, match="http"):
        store.import_archives([url])


def test_the_download_is_limited_and_leaves_nothing_behind(address: str) -> None:
    before = set(Path(gettempdir()).glob("rolecall-*"))
    with (
        pytest.raises(ArchiveError, match="more than 100 bytes"),
        downloaded(f"{address}/facebook.zip", max_bytes=100),
    ):
        pass
    assert set(Path(gettempdir()).glob("rolecall-*")) <= before


def test_the_download_tells_its_progress(address: str, zip_bytes: bytes) -> None:
    steps: list[tuple[int, int]] = []
    with downloaded(
        f"{address}/facebook.zip", progress=lambda done, total: steps.append((done, total))
    ) as path:
        assert path.read_bytes() == zip_bytes
    assert steps[-1] == (len(zip_bytes), len(zip_bytes))
    assert not path.exists()


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/file/d/1rh1s1o2i7B/view?usp=sharing",
        "https://drive.google.com/open?id=1rh1s1o2i7B",
        "https://drive.google.com/uc?export=download&id=1rh1s1o2i7B",
    ],
)
def test_share_links_of_google_drive_become_the_address_of_the_file(link: str) -> None:
    assert (
        direct_url(link)
        == "https://drive.usercontent.google.com/download?id=1rh1s1o2i7B&export=download&confirm=t"
    )


def test_other_addresses_stay_as_they_are() -> None:
    assert direct_url("https://example.org/a.zip?id=1") == "https://example.org/a.zip?id=1"
