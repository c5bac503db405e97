"""Reddit through PRAW (read-only): a subreddit's posts or comments, a search, a thread, a user.

Addresses: `r/NAME/new`, `r/NAME/top`, `r/NAME/comments`, `r/NAME/search:WORDS`, `search:WORDS`,
`comments/ID`, `user/NAME`; NAME may be several, as `a+b`. Without credentials the same places are read from their
feeds, at most one request a minute and without scores: the source is then marked "limited". Reddit refuses more and
more of these requests; that is said with what can be done instead.
API: https://www.reddit.com/dev/api/ and https://praw.readthedocs.io/
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from data.models import Engagement, NewPost, Source
from data.usage import minute_of
from sources.answers import number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError, NetworkError, RefusedError, SourceError
from sources.http import Client
from sources.kinds.feeds import fetch_feed
from sources.paging import newest_first
from sources.plain_text import plain_text
from sources.refusals import rate_pause

SITE = "https://www.reddit.com"
API = "https://oauth.reddit.com"
PAGE_SIZE = 100
MORE_COMMENTS = 30  # requests a check for the comments that a long thread folds away
PLACES = r"\w{1,32}(?:\+\w{1,32}){0,99}"  # a subreddit, or several at once
_GONE = {"[deleted]", "[removed]", "[ Removed by Reddit ]", "[deleted by user]", "[removed by moderator]"}
# How Reddit says no to those without keys: a status, or a page in place of the feed.
_REFUSALS = frozenset({"forbidden", "too_many_requests", "captcha", "not_a_feed", "login_needed", "refused"})
_local = threading.local()
# When Reddit allows an account's next request (monotonic seconds), from what its last answer said: in any thread.
_free_at: dict[tuple[str, ...], float] = {}
_TRIED_AGAIN = frozenset({408, 500, 502, 503, 504, 520, 522})  # which prawcore would send anew


def parse_submission(item: Any) -> NewPost | None:
    """The post of a `praw.models.Submission`; None when it was deleted or removed.

    Read from its dictionary: asking PRAW for a field that is missing would send another request.
    """
    fields = vars(item)
    said = {words(fields["selftext"]).strip(), words(fields["title"]).strip()}
    if said & _GONE or fields.get("removed_by_category"):
        return None
    return NewPost(
        source_kind="reddit",
        native_id=f"t3_{fields['id']}",
        text=words(fields["selftext"]),
        plain=words(fields["selftext"]).strip(),
        title=words(fields["title"]),
        url=SITE + fields["permalink"],
        author=_name(fields),
        published_at=datetime.fromtimestamp(fields["created_utc"], UTC),
        root_id=f"t3_{fields['id']}",
        community=f"r/{fields['subreddit'].display_name}",
        engagement=Engagement(
            score=number(fields.get("score")),
            comments=number(fields.get("num_comments")),
            ratio=fields["upvote_ratio"] if isinstance(fields.get("upvote_ratio"), float) else None,
        ),
    )


def parse_comment(item: Any) -> NewPost | None:
    """The post of a `praw.models.Comment`; None when it was deleted or removed."""
    fields = vars(item)
    if words(fields["body"]).strip() in _GONE:
        return None
    return NewPost(
        source_kind="reddit",
        native_id=f"t1_{fields['id']}",
        text=words(fields["body"]),
        plain=words(fields["body"]).strip(),
        url=SITE + fields["permalink"] if fields.get("permalink") else "",
        author=_name(fields),
        published_at=datetime.fromtimestamp(fields["created_utc"], UTC),
        root_id=words(fields["link_id"]),
        parent_id=words(fields["parent_id"]),
        community=f"r/{fields['subreddit'].display_name}",
        engagement=Engagement(score=number(fields.get("score"))),
    )


def _name(fields: Mapping[str, Any]) -> str:
    author = fields.get("author")
    name = str(author.name) if author is not None else ""
    return "" if name in _GONE else name


def _parse(things: Sequence[Any]) -> tuple[list[NewPost], list[str]]:
    """(posts, fullnames of the removed). Items that lack what every post has are passed over."""
    posts: list[NewPost] = []
    removed: list[str] = []
    for item in things:
        try:
            is_submission = item.fullname.startswith("t3_")
            post = parse_submission(item) if is_submission else parse_comment(item)
        except (LookupError, AttributeError, TypeError, ValueError, OverflowError, OSError):
            continue
        if post is None:
            removed.append(item.fullname)
        else:
            posts.append(post)
    return posts, removed


def instance(client: Client, keys: Mapping[str, str], *, writes: bool = False) -> Any:
    """One PRAW instance for each thread and set of keys, as its authors ask; it keeps its token as long as it lasts.

    One that `writes` never sends a request again by itself: the first may have arrived.
    """
    import praw
    import requests

    key = (*keys.values(), client.base_url("reddit", API))
    _local.key = key
    held: dict[tuple[str, ...], Any] = vars(_local).setdefault("held", {})
    if key in held:
        return held[key]
    limit, seconds = client.settings.max_feed_bytes, float(client.settings.fetch_timeout)

    class Bounded(requests.Session):
        """A session that stops at a size and at a time, as everything else that Vigie reads."""

        def request(self, *args: Any, **named: Any) -> requests.Response:
            started = time.monotonic()
            parts, size = [], 0
            try:  # our own errors, which prawcore does not try again: the next check will
                response = super().request(*args, **{**named, "stream": True, "timeout": seconds})
                for part in response.iter_content(65_536):
                    parts.append(part)
                    size += len(part)
                    if size > limit:
                        raise ContentError("too_large", "reddit", f"limit {limit // 1_000_000} MB")
                    if time.monotonic() - started > seconds:
                        raise NetworkError("timeout", "reddit", f"{seconds:.0f} s")
            except requests.Timeout:
                raise NetworkError("timeout", "reddit", f"{seconds:.0f} s") from None
            except requests.RequestException as error:
                raise NetworkError("unreachable", "reddit", type(error).__name__) from None
            if writes and response.status_code in _TRIED_AGAIN:
                raise RefusedError("server_error", "reddit", f"HTTP {response.status_code}")
            if response.status_code == 200 and not size:
                raise ContentError("bad_answer", "reddit", "the answer is empty")
            response._content = b"".join(parts)
            if wait := rate_pause({k.lower(): v for k, v in response.headers.items()}, datetime.now(UTC)):
                _free_at[key] = time.monotonic() + wait
            return response

    session = Bounded()
    session.trust_env = False
    held[key] = praw.Reddit(
        **keys,
        user_agent=client.settings.user_agent,
        reddit_url=client.base_url("reddit_login", SITE),
        oauth_url=key[-1],
        timeout=int(seconds),
        ratelimit_seconds=0 if writes else 5,
        check_for_updates=False,
        requestor_kwargs={"session": session, "timeout": seconds},
    )
    return held[key]


def reader(client: Client) -> Any:
    """PRAW with the credentials for reading."""
    names = ("client_id", "client_secret")
    return instance(client, {name: client.credentials.get("reddit", name).reveal() for name in names})


def _listing(reddit: Any, address: str, token: str) -> tuple[Any, str]:
    """(PRAW listing, title) of an address. Raises AddressError for a form that is none of ours."""
    asked = {"limit": PAGE_SIZE, "params": {"after": token} if token else {}}
    if match := re.fullmatch(rf"r/({PLACES})/(new|top|comments)", address):
        subreddit = reddit.subreddit(match[1])
        if match[2] == "top":
            return subreddit.top(time_filter="week", **asked), f"r/{match[1]} (top)"
        return (subreddit.new if match[2] == "new" else subreddit.comments)(**asked), f"r/{match[1]}"
    if match := re.fullmatch(rf"(?:r/({PLACES})/)?search:(.+)", address):
        place = match[1] or "all"
        return reddit.subreddit(place).search(match[2], sort="new", **asked), f"r/{place}: {match[2]}"
    if match := re.fullmatch(r"user/([\w-]{2,32})", address):
        return reddit.redditor(match[1]).new(**asked), f"u/{match[1]}"
    raise AddressError("bad_address", address)


def _read_thread(client: Client, source: Source, thread_id: str) -> tuple[Page, int]:
    """(a thread with its comments, how many of them stay folded away), in a thread: PRAW is not asynchronous."""
    reddit = reader(client)
    stop_when_exhausted(source.address)
    thread = reddit.submission(thread_id)
    folded = thread.comments.replace_more(limit=0 if client.preview else MORE_COMMENTS)
    posts, removed = _parse([thread, *thread.comments.list()])
    left = sum(max(1, number(vars(more).get("count")) or 0) for more in folded)
    return Page(tuple(posts), "", words(thread.title), tuple(removed)), 0 if client.preview else left


def _read(client: Client, source: Source, token: str) -> Page:
    """One page, in a thread: PRAW is not asynchronous."""
    reddit = reader(client)
    stop_when_exhausted(source.address)
    listing, title = _listing(reddit, source.address, token)
    posts, removed = _parse(list(listing))
    after = words(listing.params.get("after"))
    return Page(tuple(posts), after if after != token else "", title, tuple(removed))


def explained(error: Exception, address: str) -> SourceError:
    """What PRAW's exceptions mean. Their texts are not repeated: they may hold a request with its token."""
    import prawcore.exceptions as failures

    if isinstance(error, failures.RequestException):
        original = error.original_exception
        return original if isinstance(original, SourceError) else NetworkError("unreachable", address)
    if isinstance(error, (failures.OAuthException, failures.InvalidToken)):
        return RefusedError("bad_credentials", address)
    status = getattr(getattr(error, "response", None), "status_code", 0)
    if isinstance(error, failures.TooManyRequests):
        wait = getattr(error, "retry_after", None)
        return RefusedError("too_many_requests", address, "", float(wait) if wait else None)
    if isinstance(error, (failures.BadJSON, failures.TooLarge)):
        return ContentError("bad_answer", address)
    if isinstance(error, failures.Redirect):  # Reddit sends names it does not know to its search
        return RefusedError("not_found", address)
    code = {401: "bad_credentials", 403: "forbidden", 404: "not_found", 410: "gone", 451: "forbidden"}.get(status)
    return RefusedError(code or ("server_error" if status >= 500 else "refused"), address, f"HTTP {status}")


async def in_thread(client: Client, address: str, work: Any, *arguments: Any) -> Any:
    from praw.exceptions import PRAWException
    from prawcore.exceptions import PrawcoreException

    try:
        return await asyncio.to_thread(work, client, *arguments)
    except (PrawcoreException, PRAWException) as error:
        raise explained(error, address) from None
    except (LookupError, TypeError, AttributeError, ValueError, AssertionError) as error:
        raise ContentError("bad_answer", address, type(error).__name__) from None


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    page: Page = await in_thread(client, source.address, _read, source, token)
    return page


def stop_when_exhausted(address: str) -> None:
    """PRAW would sleep in its thread until Reddit lets us ask again; the next check is the better place to wait."""
    wait = _free_at.get(_local.key, 0.0) - time.monotonic()
    if wait > 0:
        raise RefusedError("too_many_requests", address, "", wait)


_newest = newest_first(read_page, pages=10)  # Reddit's listings end at 1,000
_whole = newest_first(read_page, pages=3, whole=True)


def feed_address(address: str) -> str:
    """The feed that Reddit gives of the same place. Raises AddressError where it gives none."""
    if match := re.fullmatch(rf"r/({PLACES})/(new|top|comments)", address):
        return f"/r/{match[1]}/{match[2]}/.rss?limit=100" + ("&t=week" if match[2] == "top" else "")
    if match := re.fullmatch(rf"r/({PLACES})/search:(.+)", address):
        return f"/r/{match[1]}/search.rss?q={quote(match[2])}&restrict_sr=1&sort=new&limit=100"
    if match := re.fullmatch(r"search:(.+)", address):
        return f"/search.rss?q={quote(match[1])}&sort=new&limit=100"
    if match := re.fullmatch(r"comments/(\w{2,12})", address):
        return f"/comments/{match[1]}/.rss?limit=500"
    if match := re.fullmatch(r"user/([\w-]{2,32})", address):
        return f"/user/{match[1]}/.rss?limit=100"
    raise AddressError("bad_address", address)


def _from_feed(post: NewPost) -> NewPost:
    """The same identity as by the API, so that credentials added later double nothing."""
    native_id = post.native_id.rpartition("#")[2]
    thread = re.search(r"/comments/(\w+)/", post.url)
    root = f"t3_{thread[1]}" if thread else native_id
    place = re.search(r"/(r/\w+)/", post.url)
    author = post.author.removeprefix("/u/")
    return replace(
        post,
        source_kind="reddit",
        native_id=native_id,
        author="" if author in _GONE else author,
        title=post.title if native_id.startswith("t3_") else "",
        root_id=root,
        parent_id="" if native_id == root else root,
        community=place[1] if place else "",
    )


async def _fetch_thread(client: Client, source: Source, now: datetime, thread_id: str) -> FetchResult:
    """A thread by the API. Note `folded N`: so many comments of it were not unfolded."""
    page, left = await in_thread(client, source.address, _read_thread, source, thread_id)
    title = {} if source.title else {"title": page.title}
    return FetchResult(page.posts, {**title, "note": f"folded {left}" if left else ""}, removed=page.removed)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """By the API where there are credentials, else from the feed, marked as limited."""
    if client.credentials.has("reddit"):
        if match := re.fullmatch(r"comments/(\w{2,12})", source.address):
            return await _fetch_thread(client, source, now, match[1])
        return await (_whole if source.address.endswith("/top") else _newest)(client, source, now)
    path = feed_address(source.address)
    if not client.meter.take("reddit feeds", minute_of(now), 1, 1):
        if client.preview:  # a person is waiting: say why nothing can be shown
            raise RefusedError("too_many_requests", source.address, "one request a minute", 60.0)
        return FetchResult(changes={"note": "limited"}, unchanged=True, more=True)  # its turn comes
    url = client.base_url("reddit_feed", SITE) + path
    try:
        result = await fetch_feed(client, replace(source, address=url), now)
    except SourceError as error:
        if error.code in _REFUSALS:
            raise RefusedError("needs_keys", source.address, error.detail, error.retry_after) from error
        raise
    given = [_from_feed(post) for post in result.posts if re.search(r"#t[13]_\w+$", post.native_id)]
    gone = {post.native_id for post in given if _is_gone(post)}
    title = source.title or result.changes.get("title", "")
    return replace(
        result,
        posts=tuple(post for post in given if post.native_id not in gone),
        changes={**result.changes, "title": title, "note": "limited"},
        moved_to="",
        removed=tuple(gone),
    )


def _is_gone(post: NewPost) -> bool:
    """Whether a feed only keeps the place of a post that was deleted or removed."""
    said = plain_text(post.text) if post.plain is None else post.plain
    return said.strip() in _GONE or post.title.strip() in _GONE


def _info(client: Client, native_ids: Sequence[str]) -> Page:
    reddit = reader(client)
    stop_when_exhausted("reddit")
    posts, removed = _parse(list(reddit.info(fullnames=list(native_ids))))
    return Page(tuple(posts), removed=tuple(removed))


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Up to 100 posts and comments again, in one request."""
    if not client.credentials.has("reddit"):
        return Page()
    page: Page = await in_thread(client, source.address, _info, [i for i in native_ids if re.match(r"t[13]_", i)])
    return page
