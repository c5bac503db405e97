"""What every kind of source has in common: what a check of it brings, a page of its listing, its line in the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data.models import NewPost, Source
from sources.errors import SourceError
from sources.http import Client


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What one check of one source brought.

    `changes` are columns of the source to update (validators, title, cursor). `wait` is how long the
    server asked not to be asked again, in seconds. `unchanged` is True for a 304 or an identical body.
    `error` is what stopped a check after it had brought some posts; they are kept. `more` says that older
    posts are still to be read, so the next check comes soon. `removed` are ids of posts that are no longer there.
    `left_out` counts what the service lists and shows nothing of: hidden posts, notices of its own.
    """

    posts: tuple[NewPost, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    wait: float = 0.0
    unchanged: bool = False
    moved_to: str = ""  # where a permanent redirect leads
    error: SourceError | None = None
    more: bool = False
    removed: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, newest first. `next` leads to the page of older posts; empty at the end.

    In a listing of threads, `next` leads on within the thread, and `beyond` past it, to the next one or to the next
    page of threads; `later` is when the newest of what lies there was last active (None: it is to be read in any
    case). `closed` are threads that are listed but shown to members only. `wait` is how many seconds the service
    wants to be left alone before the next request: a wait, no failure.
    """

    posts: tuple[NewPost, ...] = ()
    next: str = ""
    title: str = ""  # of the place, where the answer names it
    removed: tuple[str, ...] = ()
    newest: str = ""  # where reading forward starts, for kinds that can
    beyond: str = ""
    later: datetime | None = None
    closed: tuple[str, ...] = ()
    left_out: int = 0
    wait: float = 0.0


FetchSource = Callable[[Client, Source, datetime], Awaitable[FetchResult]]
ReadPage = Callable[[Client, Source, datetime, str], Awaitable[Page]]
Recount = Callable[[Client, Source, datetime, Sequence[str]], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One line of the table of kinds in `sources.collect`.

    `recount` reads known posts again by their ids (at most 100), for counters, edits and removals.
    `service` names the credentials it uses; `metered` says that it counts what it uses of a quota in the record.
    `reach` is how far back it can go: feed (what the feed holds), thousand (posts), week, or all.
    """

    kind: str
    fetch: FetchSource
    interval: float  # seconds between checks when nothing else is known
    recount: Recount | None = None
    service: str = ""
    reach: str = "feed"
    metered: bool = False
