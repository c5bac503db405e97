"""Alerts, the morning brief and the posts of a saved view for feed readers (Atom), alerts for calendar programs
(iCalendar): addresses with a token, and nothing else behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.addresses import page_link
from dashboard.documents import alerts as alert_sections
from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.documents.morning import brief_of
from dashboard.files.text import brief_text
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import views as view_reads
from dashboard.reads import workspace as workspace_reads
from dashboard.web.guard import PRIVATE, granted, wrong_token
from dashboard.words.alerts import how_unusual, since_when, title_of
from dashboard.words.language import _, current, day, in_quotes, speaking
from data.alerts.alerts import Alert
from data.models import Post
from data.scope import Scope
from data.settings import SettingsError, load_settings
from data.sharing import tokens
from data.store import StoreError

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
KINDS = {"atom": "application/atom+xml", "ics": "text/calendar"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed reader shows as one item: `link` is its address in Vigie."""

    key: str
    title: str
    text: str
    at: datetime
    link: str


def _clean(text: str) -> str:
    """XML holds no control signs."""
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "", text)


def as_atom(entries: Sequence[Entry], title: str, lang: str, now: datetime) -> bytes:
    """An Atom feed (RFC 4287)."""
    from lxml import etree  # the app starts without it

    def add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        node = etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes)
        node.text = _clean(text)

    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    add(feed, "id", "urn:vigie:feed")
    add(feed, "title", title)
    add(feed, "updated", max((entry.at for entry in entries), default=now).isoformat())
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    add(author, "name", "Vigie")
    for held in entries:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        add(entry, "id", f"urn:vigie:{held.key}")
        add(entry, "title", held.title)
        add(entry, "updated", held.at.isoformat())
        add(entry, "content", held.text, type="text")
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=held.link)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8"))


def as_ics(alerts: Sequence[Alert], base: str, now: datetime) -> bytes:
    """Alerts as events of a calendar, from when each began to when it was last seen."""
    from icalendar import Calendar, Event  # slow to import

    calendar = Calendar()
    calendar.add("prodid", "-//Vigie//Alerts//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Vigie")
    for alert in alerts:
        event = Event()
        event.add("uid", f"alert-{alert.id}@vigie")
        event.add("dtstamp", now)
        event.add("summary", title_of(alert))
        event.add("url", _link(base, alert))
        event.add("dtstart", alert.began_at)
        event.add("dtend", max(alert.last_at, alert.began_at + timedelta(hours=1)))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _link(base: str, alert: Alert) -> str:
    return page_link(base, "alerts", {"alert": str(alert.id)}, current())


def _alert_entry(frame: Frame, alert: Alert, base: str) -> Entry:
    said = [f"{in_quotes(q.shown)} {q.author} · {q.place} {q.url}" for q in frame.quoted(alert.posts[:3])]
    words = [how_unusual(alert.rule.kind, alert.facts), since_when(alert), *said]
    return Entry(f"alert:{alert.id}", title_of(alert), "\n\n".join(words), alert.noticed_at, _link(base, alert))


def _brief_entry(frame: Frame, base: str) -> Entry:
    """The brief of the last day, dated at midnight so that a day has one."""
    now = frame.now
    text = brief_text(brief_of(frame, now - timedelta(days=1), 3), cache.settings().demo, base)
    title = _("Vigie: your brief of {day}").format(day=day(now.date()))
    at = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Entry(f"brief:{now.date()}", title, text, at, page_link(base, "overview", {}, current()))


def _new_posts(frame: Frame, held: tokens.Token, base: str) -> list[Entry]:
    """The latest posts of a saved view, word for word; none once it was removed."""
    view = next((one for one in view_reads.saved_views() if one.id == held.view), None)
    if view is None:
        return []
    scope = view_reads.scope_of_view(view, frame.today)
    posts = post_reads.page(scope, 1, True, "newest")[:ENTRIES]
    return [_post_entry(frame, post, base) for post in posts]


def _post_entry(frame: Frame, post: Post, base: str) -> Entry:
    quote = frame.quote(post)
    title = " · ".join(part for part in (quote.author, quote.place, quote.shown[:80]) if part)
    link = page_link(base, "mentions", {"post": str(post.id)}, current())
    words = [quote.shown, quote.url, _("These are demo posts.") if quote.is_demo else ""]
    return Entry(f"post:{post.id}", title, "\n\n".join(part for part in words if part), post.published_at, link)


def _made(held: tokens.Token, kind: str, base: str, now: datetime) -> bytes:
    lang = held.lang or "en"
    with speaking(lang, workspace_reads.zone()):
        frame = Frame(Scope((now - timedelta(days=1)).date(), now.date()), frames.own_brand(), held.names, now)
        if held.view:
            return as_atom(_new_posts(frame, held, base), held.name, lang, now)
        alerts = alert_sections.all_alerts(frame)[:ENTRIES]
        if kind == "ics":
            return as_ics(alerts, base, now)
        entries = [_brief_entry(frame, base), *(_alert_entry(frame, alert, base) for alert in alerts)]
        return as_atom(entries, "Vigie", lang, now)


def opened(token: str, kind: str, base: str, now: datetime) -> bytes | None:
    """What a token opens, None for one that opens nothing; `kind` is one of KINDS, `base` where links lead."""
    opens = granted("feed", token, now)
    if opens is None:
        return None
    store, held = opens
    if held.view and kind == "ics":  # posts are no appointments
        return None
    tokens.note_use(store, held.id, now)
    with cache.one_record(store.url):
        return _made(held, kind, base, now)


def base_of(request: Request) -> str:
    """The address that links lead to: as it is set, else the one that was asked at."""
    return load_settings().public_url or f"{request.url.scheme}://{request.url.netloc}"


async def answer(request: Request) -> Response:
    kind, token, body = str(request.path_params["kind"]), str(request.path_params["token"])[:200], None
    if kind in KINDS:
        with suppress(StoreError, SettingsError, OSError):
            body = await run_in_threadpool(opened, token, kind, base_of(request), datetime.now(UTC))
    if body is None:
        seconds = wrong_token(request)
        if seconds:
            return Response("Too many attempts", 429, {**PRIVATE, "retry-after": str(seconds)}, media_type="text/plain")
        return Response("Not found", 404, PRIVATE, media_type="text/plain")
    return Response(body, headers=PRIVATE, media_type=f"{KINDS[kind]}; charset=utf-8")


ROUTES = [Route("/feed/{token}.{kind}", answer)]
