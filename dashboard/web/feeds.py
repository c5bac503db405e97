"""Alerts and the brief as an Atom feed, alerts as an iCalendar: addresses with a token, and nothing else behind."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from lxml import etree
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from dashboard.addresses import page_link
from dashboard.reads import cache
from dashboard.reads.cache import open_store
from dashboard.web.guard import PRIVATE, wrong_token
from data.settings import SettingsError, load_settings
from data.sharing import tokens as access
from data.sharing.tokens import Access
from data.store import StoreError

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
KINDS = {"atom": "application/atom+xml", "ics": "text/calendar"}


def _clean(text: str) -> str:
    """XML holds no control signs."""
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "", text)


def as_atom(entries: list[tuple[str, str, str, datetime, str]], title: str, lang: str, now: datetime) -> bytes:
    """An Atom feed (RFC 4287) of (id, title, text, when, address)."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", lang)

    def add(parent: Any, name: str, text: str, **attributes: str) -> None:
        node = etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes)
        node.text = _clean(text)

    add(feed, "id", "urn:vigie:feed")
    add(feed, "title", title)
    add(feed, "updated", max((entry[3] for entry in entries), default=now).isoformat())
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    add(author, "name", "Vigie")
    for key, name, text, when, link in entries:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        add(entry, "id", f"urn:vigie:{key}")
        add(entry, "title", name)
        add(entry, "updated", when.isoformat())
        add(entry, "content", text, type="text")
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=link)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8"))


def _feed(held: Access, kind: str, base: str, now: datetime) -> bytes:
    from dashboard.documents import alerts as alert_sections
    from dashboard.documents import frame as frames
    from dashboard.documents.frame import Frame
    from dashboard.documents.morning import brief_of
    from dashboard.files.text import brief_text
    from dashboard.reads import cache
    from dashboard.words.alerts import how_unusual, since_when
    from dashboard.words.alerts import title_of as title_of_alert
    from dashboard.words.language import _, day, in_quotes, speaking
    from data.models import Scope

    lang = held.lang or "en"
    with speaking(lang, cache.settings().timezone):
        frame = Frame(Scope((now - timedelta(days=1)).date(), now.date()), frames.own_brand(), held.names, now)
        found = alert_sections.all_alerts(frame)[:ENTRIES]
        links = [page_link(base, "alerts", {"alert": str(item.id)}, lang) for item in found]
        if kind == "ics":
            return _ics(found, links, title_of_alert, now)
        entries = []
        for item, link in zip(found, links, strict=True):
            quotes = frame.quoted(item.posts[:3])
            words = [how_unusual(item.rule.kind, item.facts), since_when(item)]
            words += [f"{in_quotes(q.shown)} {q.author} · {q.place} {q.url}" for q in quotes]
            entries.append((f"alert:{item.id}", title_of_alert(item), "\n\n".join(words), item.noticed_at, link))
        brief = brief_of(frame, now - timedelta(days=1), 3)
        at = now.replace(hour=0, minute=0, second=0, microsecond=0)
        title = _("Vigie: your brief of {day}").format(day=day(now.date()))
        text = brief_text(brief, cache.settings().demo, base)
        entries.insert(0, (f"brief:{now.date()}", title, text, at, page_link(base, "overview", {}, lang)))
        return as_atom(entries, "Vigie", lang, now)


def _ics(found: list[Any], links: list[str], title: Any, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Vigie//Alerts//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Vigie")
    for item, link in zip(found, links, strict=True):
        event = Event()
        event.add("uid", f"alert-{item.id}@vigie")
        event.add("dtstamp", now)
        event.add("summary", title(item))
        event.add("url", link)
        event.add("dtstart", item.began_at)
        event.add("dtend", max(item.last_at, item.began_at + timedelta(hours=1)))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def opened(token: str, kind: str, base: str, now: datetime) -> bytes | None:
    store = open_store(load_settings().store_url)
    with store.read() as connection:
        held = access.find(connection, "feed", token, now)
    if held is None:
        return None
    access.note_use(store, held.id, now)
    with cache.one_record(store.url):
        return _feed(held, kind, base, now)


def base_of(request: Any) -> str:
    """The address that links lead to: as it is set, else the one that the feed was asked for at."""
    return load_settings().public_url or f"{request.url.scheme}://{request.url.netloc}"


async def answer(request: Any) -> Response:
    kind, token, found = str(request.path_params["kind"]), str(request.path_params["token"])[:200], None
    if kind in KINDS:
        with suppress(StoreError, SettingsError, OSError):
            found = await run_in_threadpool(opened, token, kind, base_of(request), datetime.now(UTC))
    if found is None:
        seconds = wrong_token(request)
        if seconds:
            return Response("Too many attempts", 429, {**PRIVATE, "retry-after": str(seconds)}, media_type="text/plain")
        return Response("Not found", 404, PRIVATE, media_type="text/plain")
    return Response(found, headers=PRIVATE, media_type=f"{KINDS[kind]}; charset=utf-8")


ROUTES = [Route("/feed/{token}.{kind}", answer)]
