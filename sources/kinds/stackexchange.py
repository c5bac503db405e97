"""Stack Exchange: questions with a tag or found by a search, on any of its sites, with their answers.

Addresses: `SITE:tag:NAME` (several tags: a;b), `SITE:search:WORDS`. `backoff` is obeyed, the quota that each
answer tells is kept (300 a day without a key), HTML entities are resolved.
API: https://api.stackexchange.com/docs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source
from data.usage import day_of
from sources.answers import get_json, items, link, mapping, moment, number, unescaped, words
from sources.base import Page
from sources.errors import AddressError, ContentError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

BASE_URL = "https://api.stackexchange.com/2.3"
FILTER = "withbody"
PACE = (30, 1.0)


def parse_question(item: Mapping[str, Any], site: str) -> NewPost | None:
    native, received = words(item.get("question_id")), words(item.get("body"))
    if not native:
        return None
    return NewPost(
        source_kind="stackexchange",
        native_id=f"{site}/q/{native}",
        text=received,
        plain=plain_text(received),
        title=unescaped(item.get("title")),
        url=link(item.get("link")),
        author=unescaped(mapping(item.get("owner")).get("display_name")),
        published_at=moment(item.get("creation_date")),
        root_id=f"{site}/q/{native}",
        community=site,
        accepted=bool(item.get("accepted_answer_id")),
        engagement=Engagement(
            score=number(item.get("score")),
            comments=number(item.get("answer_count")),
            views=number(item.get("view_count")),
        ),
    )


def parse_answer(item: Mapping[str, Any], site: str) -> NewPost | None:
    native, question, received = (words(item.get(k)) for k in ("answer_id", "question_id", "body"))
    if not native or not question:
        return None
    return NewPost(
        source_kind="stackexchange",
        native_id=f"{site}/a/{native}",
        text=received,
        plain=plain_text(received),
        url=link(item.get("link")) or f"https://{_host(site)}/a/{native}",
        author=unescaped(mapping(item.get("owner")).get("display_name")),
        published_at=moment(item.get("creation_date")),
        root_id=f"{site}/q/{question}",
        parent_id=f"{site}/q/{question}",
        community=site,
        accepted=item.get("is_accepted") is True,
        engagement=Engagement(score=number(item.get("score")), comments=number(item.get("comment_count"))),
    )


def _host(site: str) -> str:
    own_domain = {"stackoverflow", "superuser", "serverfault", "askubuntu"}
    return f"{site}.com" if site in own_domain else f"{site}.stackexchange.com"


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error = number(answer.get("error_id"))
    if error == 502 or "throttle" in words(answer.get("error_name")):
        return "quota" if "more requests available in" in words(answer.get("error_message")) else "too_many_requests"
    if error in {400, 404} and "site" in words(answer.get("error_message")):
        return "not_found"
    return {401: "bad_credentials", 402: "bad_credentials", 403: "bad_credentials"}.get(error or 0, "")


async def _ask(client: Client, source: Source, now: datetime, path: str, site: str, **query: str) -> Mapping[str, Any]:
    key = client.credentials.get("stackexchange", "key")
    asked = {"site": site, "filter": FILTER, "pagesize": "100", **query, **({"key": key.reveal()} if key else {})}
    base = client.base_url("stackexchange", BASE_URL)
    url = f"{base}/{path}?{urlencode(asked)}"
    value, _ = await get_json(client, url, now, subject=source.address, explain=_explain, pace=PACE)
    answer = mapping(value)
    left, most, wait = (number(answer.get(k)) for k in ("quota_remaining", "quota_max", "backoff"))
    if left is not None and most is not None:
        client.meter.told("stackexchange", day_of(now), most - left, most)
    if wait or left == 0:
        client.pause(url, now, float(wait) if wait else 3_600.0)
    if not isinstance(answer.get("items"), list):
        raise ContentError("bad_answer", source.address, "no items")
    return answer


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    site, kind, what = [*source.address.split(":", 2), "", ""][:3]
    page = token or "1"
    if not site.replace(".", "").replace("-", "").isalnum() or kind not in {"tag", "search"} or not what.strip():
        raise AddressError("bad_address", source.address)
    if kind == "tag":
        query = {"tagged": what}
        path = "questions"
    else:
        query = {"q": what}
        path = "search/advanced"
    answer = await _ask(client, source, now, path, site, page=page, order="desc", sort="creation", **query)
    questions = list(items(answer["items"], source.address))
    posts = [post for post in (parse_question(item, site) for item in questions) if post is not None]
    answered = [words(q.get("question_id")) for q in questions if number(q.get("answer_count"))]
    if answered and not client.preview and not answer.get("backoff"):
        ids = ";".join(answered[:100])
        replies = await _ask(client, source, now, f"questions/{ids}/answers", site, order="desc", sort="creation")
        posts += [p for p in (parse_answer(i, site) for i in items(replies["items"], source.address)) if p is not None]
    more = str(int(page) + 1) if answer.get("has_more") is True and page.isdecimal() else ""
    return Page(tuple(posts), more, f"{site}: {what}")


fetch = newest_first(read_page, first_pages=1, pages=5)  # each page is two of at most 300 requests a day


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Questions again, all in one request, for scores, views and whether an answer was accepted."""
    site = source.address.partition(":")[0]
    ids = [i.rpartition("/")[2] for i in native_ids if i.startswith(f"{site}/q/")][:100]
    if not ids:
        return Page()
    answer = await _ask(client, source, now, f"questions/{';'.join(ids)}", site)
    posts = [p for p in (parse_question(i, site) for i in items(answer["items"], source.address)) if p is not None]
    here: set[Any] = {post.native_id for post in posts}
    return Page(tuple(posts), removed=tuple(f"{site}/q/{i}" for i in ids if f"{site}/q/{i}" not in here))
