"""Stack Exchange: questions with a tag or found by a search, on any of its sites, with their answers.

Addresses: `SITE:tag:NAME` (several tags: a;b), `SITE:search:WORDS`. Questions come in the order of their last
activity, so that new answers to old ones are read too. `backoff` is a wait and no failure, the quota that each
answer tells is kept (300 a day without a key), HTML entities are resolved.
API: https://api.stackexchange.com/docs
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from data.models import Engagement, NewPost, Source, from_epoch
from data.usage import day_of
from sources.answers import get_json, items, link, mapping, moment, number, unescaped, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError
from sources.http import Client
from sources.paging import newest_first, patiently
from sources.plain_text import plain_text

BASE_URL = "https://api.stackexchange.com/2.3"
FILTER = "withbody"
PACE = (30, 1.0)
LAST_PAGE = 25  # without a key no page beyond is given: what is older is then asked for by its time


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


async def _ask(
    client: Client, source: Source, now: datetime, path: str, site: str, **query: str
) -> tuple[Mapping[str, Any], float]:
    """(answer, seconds that the service wants to be left alone)."""
    key = client.credentials.get("stackexchange", "key")
    asked = {"site": site, "filter": FILTER, "pagesize": "100", **query, **({"key": key.reveal()} if key else {})}
    base = client.base_url("stackexchange", BASE_URL)
    url = f"{base}/{path}?{urlencode(asked)}"
    value, _ = await get_json(client, url, now, subject=source.address, explain=_explain, pace=PACE)
    answer = mapping(value)
    left, most, backoff = (number(answer.get(k)) for k in ("quota_remaining", "quota_max", "backoff"))
    if left is not None and most is not None:
        client.meter.told("stackexchange", day_of(now), most - left, most)
    wait = float(backoff) if backoff and backoff > 0 else 3_600.0 if left == 0 else 0.0
    if wait:
        client.pause(url, now, wait)
    if not isinstance(answer.get("items"), list):
        raise ContentError("bad_answer", source.address, "no items")
    return answer, wait


@dataclass(frozen=True, slots=True)
class _Window:
    """A page of a list: its number, and the time before which its items are; 0 for now."""

    page: int = 1
    before: int = 0

    def asked(self) -> dict[str, str]:
        return {"page": str(self.page), **({"max": str(self.before)} if self.before else {})}

    def following(self, oldest: int) -> _Window:
        """The next page of a list whose last item is of the time `oldest`."""
        return _Window(1, oldest) if self.page >= LAST_PAGE and oldest else _Window(self.page + 1, self.before)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reading goes on: answers of some questions, then the list of questions (None at its end).

    `floor` is when the last question of the page before was active: none of the next page is younger.
    """

    answers: str = ""  # ids of the questions
    of: _Window = _Window()
    questions: _Window | None = None
    floor: int = 0

    def token(self) -> str:
        if not self.answers and self.questions is None:
            return ""
        q = self.questions or _Window(0)
        values = [self.answers, self.of.page, self.of.before, q.page, q.before, self.floor]
        return json.dumps(values, separators=(",", ":"))

    @staticmethod
    def read(token: str) -> _Place:
        """A token that cannot be read is the beginning."""
        try:
            ids, page, before, q_page, q_before, floor = json.loads(token)
            questions = _Window(int(q_page), int(q_before)) if q_page else None
            return _Place(str(ids), _Window(int(page), int(before)), questions, int(floor))
        except (ValueError, TypeError):
            return _Place(questions=_Window())

    def later(self) -> datetime | None:
        return from_epoch(self.floor) if self.floor > 0 else None


def _times(found: Sequence[Mapping[str, Any]], *names: str) -> list[int]:
    """The time of each item, by the first of `names` that it has."""
    times = (next((t for t in (number(item.get(name)) for name in names) if t), 0) for item in found)
    return [time for time in times if 0 < time < 4_000_000_000]


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    """One request: a page of questions, or a page of the answers of those."""
    site, kind, what = [*source.address.split(":", 2), "", ""][:3]
    if not site.replace(".", "").replace("-", "").isalnum() or kind not in {"tag", "search"} or not what.strip():
        raise AddressError("bad_address", source.address)
    place = _Place.read(token)
    if place.answers:
        return await _answers(client, source, now, site, place)
    window = place.questions or _Window()
    path, query = ("questions", {"tagged": what}) if kind == "tag" else ("search/advanced", {"q": what})
    answer, wait = await _ask(client, source, now, path, site, **window.asked(), order="desc", sort="activity", **query)
    found = list(items(answer["items"], source.address))
    active = _times(found, "last_activity_date", "creation_date")
    floor = min(active, default=0)
    ids = [words(q.get("question_id")) for q in found if number(q.get("answer_count"))]
    onward = window.following(floor) if answer.get("has_more") is True and found else None
    after = _Place(";".join(ids[:100]), questions=onward, floor=floor)
    newest = max(active, default=0) if ids else floor
    is_first = not token and not source.cursor  # looked at in full, however old it is
    return Page(
        tuple(post for post in (parse_question(item, site) for item in found) if post is not None),
        title=f"{site}: {what}",
        beyond=after.token(),
        later=None if not newest or (is_first and ids) else from_epoch(newest),
        wait=wait,
    )


async def _answers(client: Client, source: Source, now: datetime, site: str, place: _Place) -> Page:
    path = f"questions/{place.answers}/answers"
    answer, wait = await _ask(client, source, now, path, site, **place.of.asked(), order="desc", sort="creation")
    found = list(items(answer["items"], source.address))
    more = ""
    if answer.get("has_more") is True and found:
        oldest = min(_times(found, "creation_date"), default=0)
        more = replace(place, of=place.of.following(oldest)).token()
    return Page(
        tuple(post for post in (parse_answer(item, site) for item in found) if post is not None),
        more,
        beyond=_Place(questions=place.questions, floor=place.floor).token(),
        later=place.later(),
        wait=wait,
    )


_listing = newest_first(read_page, pages=10, through=True)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """A source waits where an answer to another one said `backoff`."""
    host = urlsplit(client.base_url("stackexchange", BASE_URL)).netloc
    return await patiently(_listing, host)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Questions again, all in one request, for scores, views and whether an answer was accepted."""
    site = source.address.partition(":")[0]
    ids = [i.rpartition("/")[2] for i in native_ids if i.startswith(f"{site}/q/")][:100]
    if not ids:
        return Page()
    answer, _wait = await _ask(client, source, now, f"questions/{';'.join(ids)}", site)
    posts = [p for p in (parse_question(i, site) for i in items(answer["items"], source.address)) if p is not None]
    here: set[Any] = {post.native_id for post in posts}
    return Page(tuple(posts), removed=tuple(f"{site}/q/{i}" for i in ids if f"{site}/q/{i}" not in here))
