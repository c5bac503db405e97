"""Mastodon and what speaks its API: a hashtag, an account, a list, a search, the public timelines.

Addresses are those of the web: https://instance/tags/NAME, /@NAME, /lists/ID, /search?q=WORDS, /public/local.
Read forward with `min_id`, which skips no gap; at most 300 requests in 5 minutes. Pleroma, Akkoma, GoToSocial, Pixelfed
and Friendica answer the same; where their fields differ, both forms are read.
API: https://docs.joinmastodon.org/methods/timelines/ and https://docs.joinmastodon.org/entities/Status/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from sources.answers import Explain, get_json, items, link, listed, mapping, moment, number, words
from sources.base import Page
from sources.errors import AddressError, RefusedError, SourceError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

PACE = (300, 300.0)
PAGE_SIZE = 40
# What a server puts before a post that quotes another, for readers that show no quotes: no words of its author.
_QUOTED = re.compile(
    r"<(p|span)\s[^<>]*\bclass=[\"'][^\"'<>]*\bquote-inline\b[^\"'<>]*[\"'][^<>]*>[\s\S]{0,2000}?</\1>", re.IGNORECASE
)
_NEXT = re.compile(r'<[^>]*[?&]max_id=([^&>]+)[^>]*>;\s*rel="next"')


def parse_statuses(value: Any, subject: str) -> list[NewPost]:
    """Posts of a list of statuses. A boost gives the post that was boosted, whose words are not the booster's."""
    given = [(status, mapping(status.get("reblog"))) for status in items(value, subject)]
    # A reply names its parent by this instance's own id: in one answer it can be told which post that is.
    uris = {words((boosted or status).get("id")): words((boosted or status).get("uri")) for status, boosted in given}
    instance = urlsplit(subject).netloc
    posts = []
    for status, boosted in given:
        said = boosted or status
        uri, parent = words(said.get("uri")), words(said.get("in_reply_to_id"))
        if uri:
            is_others = bool(boosted) and _account(boosted) != _account(status)
            known = uris.get(parent) or (f"{instance}/{parent}" if parent else "")
            posts.append(_post(said, uri, known, False if is_others else None))
    return posts


def _account(status: Mapping[str, Any]) -> str:
    account = mapping(status.get("account"))
    return words(account.get("id")) or words(account.get("acct"))


def _post(status: Mapping[str, Any], uri: str, parent: str, ours: bool | None) -> NewPost:
    received = words(status.get("content"))
    account = mapping(status.get("account"))
    host = urlsplit(link(account.get("url")) or uri).netloc
    handle = words(account.get("acct"))
    if handle and "@" not in handle:
        handle = f"{handle}@{host}"  # the local form says nothing on another instance
    return NewPost(
        source_kind="mastodon",
        native_id=uri,
        text=received,
        plain=_said(status, received),
        title=" ".join(plain_text(words(status.get("spoiler_text"))).split()),  # the warning before its words
        url=link(status.get("url")) or link(uri),
        author=handle,
        published_at=moment(status.get("created_at")),
        lang=words(status.get("language"))[:2],
        root_id="" if parent else uri,
        parent_id=parent,
        community=host,
        engagement=Engagement(
            score=number(status.get("favourites_count")),
            comments=number(status.get("replies_count")),
            shares=number(status.get("reblogs_count")),
        ),
        ours=ours,
    )


def _said(status: Mapping[str, Any], received: str) -> str:
    """The words of a status: its text, the answers of its poll, or, of pictures without a word, what describes them.

    All of it was written by the author, each on a line of its own, so that quotes are exact.
    """
    poll = mapping(status.get("poll"))
    lines = [plain_text(_QUOTED.sub("", received) if "quote-inline" in received else received)]
    lines += [plain_text(words(mapping(option).get("title"))) for option in listed(poll.get("options"))]
    if not any(lines):
        pictures = listed(status.get("media_attachments"))
        lines = [words(mapping(picture).get("description")).strip() for picture in pictures]
    return "\n".join(line for line in lines if line)


def _explain(has_token: bool) -> Explain:
    def explain(status: int, answer: Mapping[str, Any]) -> str:
        message = (words(answer.get("error")) + " " + words(answer.get("error_description"))).lower()
        if status == 401 and (has_token or ("token" in message and "not supplied" not in message)):
            return "bad_credentials"
        asks_who = status in {401, 422} or (status == 403 and re.search(r"authenticat|credential|log ?in", message))
        if asks_who and not (has_token and status == 403):
            return "needs_account"  # the instance shows its timelines only to its members
        return ""

    return explain


async def _ask(client: Client, source: Source, now: datetime, path: str, **query: str) -> tuple[Any, Mapping[str, str]]:
    parts = urlsplit(source.address)
    base = f"{parts.scheme}://{parts.netloc}"
    token = client.credentials.get("mastodon", "token", parts.netloc.lower())
    headers = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
    url = f"{base}/api/{path}" + (f"?{urlencode(query)}" if query else "")
    return await get_json(
        client, url, now, subject=source.address, headers=headers, explain=_explain(bool(token)), pace=PACE
    )


async def _timeline(client: Client, source: Source, now: datetime) -> tuple[str, dict[str, str], str]:
    """(path below /api/, query, title) of the address. Raises AddressError for one that is none of ours."""
    parts = urlsplit(source.address)
    path = parts.path.strip("/")
    if match := re.fullmatch(r"tags/([^/]+)", path):
        return f"v1/timelines/tag/{match[1]}", {}, f"#{match[1]}"
    if match := re.fullmatch(r"lists/(\w+)", path):
        return f"v1/timelines/list/{match[1]}", {}, f"{parts.netloc} list {match[1]}"
    if path in {"public", "public/local"}:
        return "v1/timelines/public", ({"local": "true"} if path.endswith("local") else {}), parts.netloc
    if path == "search" and (asked := parse_qs(parts.query).get("q")):
        if match := re.fullmatch(r"#(\w+)", asked[0].strip()):
            return f"v1/timelines/tag/{quote(match[1])}", {}, f"#{match[1]}"  # whole, where a search may not be
        if not client.credentials.get("mastodon", "token", parts.netloc.lower()):
            raise RefusedError("search_needs_account", source.address)  # others get an empty list, as if none was found
        return "v2/search", {"q": asked[0], "type": "statuses"}, asked[0]
    if match := re.fullmatch(r"(?:web/)?@([\w.]+(?:@[\w.:-]+)?)", path):
        answer, _ = await _ask(client, source, now, "v1/accounts/lookup", acct=match[1])
        account = words(mapping(answer).get("id"))
        if account:
            return f"v1/accounts/{quote(account)}/statuses", {}, f"@{match[1]}"
    raise AddressError("bad_address", source.address)


async def _read(
    client: Client, source: Source, now: datetime, *, older: str = "", newer: str = ""
) -> tuple[list[NewPost], str, str, str]:
    """(posts, page of older posts, newest local id, title); `older` is a page that was given so, `newer` a local id."""
    path, query, title = await _timeline(client, source, now)
    is_search = path == "v2/search"
    where = {"min_id": newer, ("offset" if is_search else "max_id"): older}
    asked = {**query, "limit": str(PAGE_SIZE), **{key: value for key, value in where.items() if value}}
    answer, headers = await _ask(client, source, now, path, **asked)
    statuses = mapping(answer).get("statuses") if is_search else answer
    posts = parse_statuses(statuses, source.address)
    ids = [words(s.get("id")) for s in items(statuses, source.address) if words(s.get("id"))]
    newest = max(ids, key=_age, default="")
    if is_search:
        start = int(older) if older.isdecimal() else 0
        return posts, str(start + len(ids)) if ids else "", "", title
    if "link" not in headers and ids:  # some servers only say that there is more by giving it
        return posts, min(ids, key=_age), newest, title
    found = _NEXT.search(headers.get("link", ""))
    return posts, found[1] if found else "", newest, title


def _age(local_id: str) -> tuple[int, str]:
    return len(local_id), local_id  # numbers of growing length, or words of one length in the order of time


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    posts, older, newest, title = await _read(client, source, now, older=token)
    return Page(tuple(posts), older, title, newest=newest)


async def read_newer(client: Client, source: Source, now: datetime, token: str) -> Page:
    posts, _, newest, _ = await _read(client, source, now, newer=token)
    return Page(tuple(posts), newest)


fetch = newest_first(read_page, read_newer=read_newer)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Read statuses again that this instance holds itself; those of others have ids we do not know here."""
    host = urlsplit(source.address).netloc
    posts: list[NewPost] = []
    removed: list[str] = []
    for uri in native_ids[:20]:
        if urlsplit(uri).netloc != host or not (match := re.search(r"/(\d+|[0-9A-Z]{26})$", uri)):
            continue
        try:
            answer, _ = await _ask(client, source, now, f"v1/statuses/{match[1]}")
        except SourceError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            removed.append(uri)
            continue
        posts += [post for post in parse_statuses([answer], source.address) if post.native_id == uri]
    return Page(tuple(posts), removed=tuple(removed))
