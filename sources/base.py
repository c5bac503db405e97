"""What every kind of source has in common: its request, its result, and the ways it can fail.

The error tree. Each error carries what it is about and a `code` that the app puts into words:

    SourceError
      AddressError      bad_address private_address unknown_host
      NetworkError      unreachable timeout tls_error too_many_redirects redirect_loop
      ContentError      too_large bad_compression not_a_feed broken_feed empty_body bad_answer
      RefusedError      gone not_found forbidden login_needed too_many_requests server_error refused
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from data.models import NewPost, Source

if TYPE_CHECKING:
    from sources.http import Client


class SourceError(Exception):
    """A source that could not be read. `retry_after` is seconds the server asked to wait, if it did."""

    def __init__(self, code: str, subject: str, detail: str = "", retry_after: float | None = None) -> None:
        self.code, self.subject, self.detail, self.retry_after = code, subject, detail[:300], retry_after
        super().__init__(f"{subject}: {MESSAGES.get(code, code)}" + (f" ({self.detail})" if detail else ""))


class AddressError(SourceError):
    """The address itself cannot be used."""


class NetworkError(SourceError):
    """The server could not be reached or did not finish."""


class ContentError(SourceError):
    """The server answered with something that cannot be read."""


class RefusedError(SourceError):
    """The server answered that it will not give the content."""


MESSAGES = {
    "bad_address": "this is not a web address that starts with http:// or https://",
    "private_address": "this address is inside a private network, which Vigie does not read unless allowed",
    "unknown_host": "no server answers to this name; check the spelling",
    "unreachable": "the server did not accept the connection; it may be down, the next check will try again",
    "timeout": "the server took too long to answer; the next check will try again",
    "tls_error": "the secure connection failed; the site's certificate may have expired",
    "too_many_redirects": "the site sends from one address to another without end",
    "redirect_loop": "the site sends back to an address already visited",
    "too_large": "the answer is larger than the limit; ask the site for a shorter feed",
    "bad_compression": "the answer is compressed in a way that is refused",
    "not_a_feed": "this is a page, not a feed, and no feed was found there",
    "broken_feed": "the feed is damaged beyond reading; tell the site's owner",
    "empty_body": "the answer is empty",
    "bad_answer": "the answer does not have the form that this service documents",
    "gone": "the site says that this feed is gone for good; it has been paused",
    "not_found": "nothing is at this address any more (404)",
    "forbidden": "the site refuses access (403)",
    "login_needed": "the site asks for a login (401)",
    "too_many_requests": "the site asks to slow down (429)",
    "server_error": "the site has a fault of its own; the next check will try again",
    "refused": "the site refused the request",
    "bad_file": "this file cannot be read",
}


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What one check of one source brought.

    `changes` are columns of the source to update (validators, title, cursor). `wait` is how long the
    server asked not to be asked again, in seconds. `unchanged` is True for a 304 or an identical body.
    """

    posts: tuple[NewPost, ...] = ()
    changes: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    unchanged: bool = False
    moved_to: str = ""  # where a permanent redirect leads
    gone: bool = False


FetchSource = Callable[["Client", Source, datetime], Awaitable[FetchResult]]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One line of the table of kinds in `sources.collect`."""

    kind: str
    fetch: FetchSource
    interval: float  # seconds between checks when nothing else is known
