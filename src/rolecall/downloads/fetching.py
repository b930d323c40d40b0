"""Fetching a zip from an address into a temporary file, with a size limit, deleted afterwards."""

import re
import urllib.error
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.request import HTTPRedirectHandler, Request, build_opener

from rolecall.errors import ArchiveError
from rolecall.files.leftovers import temporary_folder
from rolecall.files.private import open_new

MAX_BYTES = 20 * 1024**3
_BLOCK_BYTES = 1024**2
_TIMEOUT_SECONDS = 60
# Answers with the file itself, also when it is too large to be scanned for viruses.
_DRIVE_URL = "https://drive.usercontent.google.com/download?id={}&export=download&confirm=t"


def is_url(path: str) -> bool:
    """Return whether this is an address and not the path of a file."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) is not None


def direct_url(url: str) -> str:
    """Return the address of the file itself: a share link of Google Drive names a page that shows it."""
    parts = urllib.parse.urlsplit(url)
    if parts.hostname != "drive.google.com":
        return url
    in_path = re.match(r"/file/d/([\w-]+)", parts.path)
    in_query = urllib.parse.parse_qs(parts.query).get("id")
    file_id = in_path[1] if in_path else in_query[0] if in_query else None
    return _DRIVE_URL.format(urllib.parse.quote(file_id)) if file_id else url


@contextmanager
def downloaded(
    url: str, *, max_bytes: int = MAX_BYTES, progress: Callable[[int, int], None] | None = None
) -> Iterator[Path]:
    """Fetch a zip and give its path; at the end of the block the file is deleted, whatever happens.

    Args:
        url: http or https; share links of Google Drive are understood.
        max_bytes: Give up when there is more.
        progress: Called with the bytes fetched and the bytes in all (0 when the server does not say).

    Raises:
        ArchiveError: It is no address, cannot be reached, refuses, or answers with a page instead of a zip.
    """
    try:
        scheme = urllib.parse.urlsplit(url).scheme
    except ValueError as error:
        raise ArchiveError(f"{url} is no address: {error}") from error
    if scheme not in ("http", "https"):
        raise ArchiveError(f"{url} is not an address that starts with http:// or https://")
    with temporary_folder() as folder:
        path = folder / "download.zip"
        try:
            _fetch(direct_url(url), path, max_bytes, progress)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 400:  # a redirect that urllib itself refuses to follow
                raise ArchiveError(f"{url} leads to what is no web address") from error
            advice = "open it in a browser to see why"
            raise ArchiveError(f"{url} answered {error.code} {error.reason}; {advice}") from error
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", None) or error
            raise ArchiveError(
                f"{url} cannot be fetched: {reason}; fetch it by hand and name the file"
            ) from error
        if not zipfile.is_zipfile(path):
            raise ArchiveError(f"{url} is not a zip; fetch it by hand and look at what it is")
        yield path


class _WebOnly(HTTPRedirectHandler):
    """Follows redirects to other web addresses only."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Refuse a redirect to another scheme, such as ftp."""
        if urllib.parse.urlsplit(newurl).scheme not in ("http", "https"):
            fp.close()
            raise ArchiveError(f"{req.full_url} leads to what is no web address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(url: str, path: Path, max_bytes: int, progress: Callable[[int, int], None] | None) -> None:
    request = Request(url, headers={"User-Agent": "rolecall"})
    with build_opener(_WebOnly).open(request, timeout=_TIMEOUT_SECONDS) as answer, open_new(path) as file:
        if "text/html" in answer.headers.get("Content-Type", ""):
            raise ArchiveError(
                f"{url} answers with a page, not a zip; is the link shared with everyone who has it?"
            )
        expected = int(answer.headers.get("Content-Length") or 0)
        fetched = 0
        while block := answer.read(_BLOCK_BYTES):
            fetched += len(block)
            if max(fetched, expected) > max_bytes:
                raise ArchiveError(
                    f"{url} has more than {max_bytes} bytes; fetch it by hand and name the file"
                )
            file.write(block)
            if progress:
                progress(fetched, expected)
        if fetched < expected:
            raise ArchiveError(f"{url} ended after {fetched} of {expected} bytes; repeat the command")
