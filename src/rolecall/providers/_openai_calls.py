"""One call in OpenAI's protocol: made once, its answer bounded, its failure said without the key."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import repeat

import httpx2
from openai import APIStatusError, OpenAI, OpenAIError, Timeout

from rolecall.errors import CallFailed
from rolecall.providers import Profile
from rolecall.providers import _openai_answers as answers
from rolecall.providers._guard import AnswerTooLong, Guard, Redirected
from rolecall.providers._openai_answers import Answer, Response
from rolecall.providers._secrets import KeyHider

CONNECT_SECONDS = 5.0
# Without progress of what is sent.
SENDING_SECONDS = 600.0
LONGEST_MESSAGE = 2000
# Of a list: a hundred thousand items.
MOST_PAGES = 1000
# The answers that say: not here, and nothing was done.
UNDONE_REDIRECTS = (301, 307, 308)
# Nothing was sent: the connection never stood.
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
CREATION = ("POST", "/fine_tuning/jobs")


class Calls:
    """Calls to one address with one key."""

    def __init__(self, profile: Profile, base_url: str, api_key: str, timeout_seconds: float) -> None:
        """Keep the key in the client alone, and in what hides it from answers."""
        self._label = profile.label
        self._base_url = base_url
        self.hider = KeyHider(api_key)
        self.guard = Guard(timeout_seconds)
        self.client = OpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=self.timeout(timeout_seconds),
            http_client=self.guard.client(),
        )

    @staticmethod
    def timeout(read_seconds: float) -> Timeout:
        """Return the time-outs of a call whose answer may keep silent so long."""
        return Timeout(read_seconds, connect=CONNECT_SECONDS, write=SENDING_SECONDS)

    def answer(self, call: Callable[[], Response]) -> tuple[Answer, str | None]:
        """Make one call; return its answer, an object with an id, and the provider's id of the call."""
        found, response = self._object(call)
        if not answers.id_of(found):
            raise self._unreadable("no object with an id", response)
        return found, self._request_id(response)

    def text(self, call: Callable[[], Response]) -> str:
        """Make one call; return its answer as text."""
        with self.failures():
            return self.hider.text(call().text)

    def items(self, listing: Callable[[str | None], Response]) -> Iterator[Answer]:
        """Yield the items of a list, each an object with an id; a page is asked for when it is wanted."""
        after: str | None = None
        for _ in repeat(None, MOST_PAGES):
            found, response = self._object(partial(listing, after))
            # Some servers write null for a list without items; anything else than a list is no answer.
            items = [] if found.get("data", "") is None else found.get("data")
            if not isinstance(items, list):
                raise self._unreadable("no list", response)
            for item in items:
                if not isinstance(item, dict) or not answers.id_of(item):
                    raise self._unreadable("an item without an id", response)
                yield item
            last = answers.id_of(items[-1]) if items else None
            if not found.get("has_more") or last in (None, after):
                return
            after = last
        raise self._unreadable(f"a list of more than {MOST_PAGES:,} pages", response)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Make the errors of the SDK and of the guard ours; their cause holds the request, and so the key."""
        try:
            yield
        except Redirected as redirect:
            raise self._redirected(redirect) from None
        except AnswerTooLong as error:
            raise (self._unreached(error) if self.guard.is_late else self.unreadable(str(error))) from None
        except APIStatusError as error:
            raise self._refusal(error) from None
        except (OpenAIError, httpx2.HTTPError) as error:
            raise self._unreached(error) from None

    def unreadable(
        self, reason: str, http_status: int | None = None, request_id: str | None = None
    ) -> CallFailed:
        """Return the failure of a call whose answer is not the protocol's; it may have had its effect."""
        return CallFailed(
            f"{self._base_url} does not speak {self._label}'s protocol: {reason}; is the address right?",
            "unreadable_answer",
            outcome="unknown",
            http_status=http_status,
            request_id=request_id,
        )

    def _object(self, call: Callable[[], Response]) -> tuple[Answer, Response]:
        with self.failures():
            response = call()
        found = answers.read(response.text, self.hider)
        if not isinstance(found, dict):
            raise self._unreadable("no JSON object", response)
        return found, response

    def _unreadable(self, reason: str, response: Response) -> CallFailed:
        asked = f"{response.http_request.method} {response.http_request.url.path}"
        return self.unreadable(
            f"{reason} in the answer to {asked}", response.status_code, self._request_id(response)
        )

    def _request_id(self, response: Response) -> str | None:
        return self.hider.text(response.request_id) if response.request_id else None

    def _refusal(self, error: APIStatusError) -> CallFailed:
        body = answers.cleaned(error.body, self.hider)
        known = body if isinstance(body, dict) else {}
        message = known.get("message") or known.get("detail") or body or f"HTTP {error.status_code}"
        status = error.status_code
        # 408 and 409 too: the SDK repeats them, so a call before this one may have had its effect.
        is_unknown = status in (408, 409) or not 400 <= status < 500
        return CallFailed(
            " ".join(str(message).split())[:LONGEST_MESSAGE],
            answers.text(known.get("code")),
            outcome="unknown" if is_unknown else "refused",
            http_status=status,
            param=answers.text(known.get("param")),
            request_id=self.hider.text(error.request_id) if error.request_id else None,
            wait_seconds=answers.wait_seconds(error.response.headers),
        )

    def _unreached(self, error: Exception) -> CallFailed:
        cause = error.__cause__ or error
        reason = self.hider.text(" ".join(str(cause).split())[:LONGEST_MESSAGE]) or type(cause).__name__
        if isinstance(cause, UNSENT):
            message = f"{self._base_url} cannot be reached: {reason}"
            return CallFailed(message, "unreachable", outcome="refused")
        if self.guard.is_late:
            reason = "it took too long"
        return CallFailed(f"no answer from {self._base_url}: {reason}", "no_answer", outcome="unknown")

    def _redirected(self, redirect: Redirected) -> CallFailed:
        """Return what a redirect means: nothing was done, unless one may stand for a job that was made."""
        path = redirect.url.path.removeprefix(httpx2.URL(self._base_url).path.rstrip("/"))
        is_unknown = (redirect.method, path) == CREATION and redirect.http_status not in UNDONE_REDIRECTS
        asked = redirect.url.netloc.decode()
        try:
            target = redirect.url.join(redirect.location) if redirect.location else None
        except httpx2.InvalidURL:
            target = None
        where = self.hider.text(_netloc(target)) if target else "an address that it does not name"
        message = (
            f"{asked} answered {redirect.method} {path} with a redirect to {where} (HTTP"
            f" {redirect.http_status}), and nothing was sent there: what is sent goes to {asked} alone"
        )
        address = _address_instead(self._base_url, path, redirect.url, target) if target else None
        if address == self._base_url:
            message += "; it wants a slash at the end of each path, which this protocol has not"
        elif address:
            message += f"; its address seems to be {self.hider.text(address)}"
        return CallFailed(
            message,
            "redirected",
            outcome="unknown" if is_unknown else "refused",
            http_status=redirect.http_status,
            request_id=self.hider.text(redirect.request_id) if redirect.request_id else None,
        )


def _netloc(url: httpx2.URL) -> str:
    """Return the host and port of an address, without a name or password."""
    return url.netloc.decode().rpartition("@")[2]


def _address_instead(base_url: str, path: str, asked: httpx2.URL, target: httpx2.URL) -> str | None:
    """Return the base of the address that a call was sent on to, if it is the same server's.

    That is where only http became https, or a slash came or went; nobody is talked into another host.
    """
    is_same_port = target.scheme == asked.scheme and target.port == asked.port
    is_safer = (asked.scheme, target.scheme) == ("http", "https")
    base = re.sub("/+", "/", target.path).rstrip("/").removesuffix(path)
    if target.host != asked.host or not (is_same_port or is_safer):
        return None
    if base != re.sub("/+", "/", httpx2.URL(base_url).path).rstrip("/"):
        return None
    return f"{target.scheme}://{_netloc(target)}{base}"
