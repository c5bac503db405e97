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
from dashboard.share import PRIVATE, opened_store, wrong_token
from data import access
from data.access import Access
from data.settings import SettingsError, load_settings
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
    from dashboard import queries, sections
    from dashboard.document_text import brief_text
    from dashboard.language import _, day, in_quotes, speaking
    from dashboard.morning import brief_of
    from dashboard.sections import Frame
    from data.models import Scope

    lang = held.lang or "en"
    with speaking(lang, queries.settings().timezone):
        frame = Frame(Scope((now - timedelta(days=1)).date(), now.date()), sections.own_brand(), held.names, now)
        found = sections.all_alerts(frame)[:ENTRIES]
        links = [page_link(base, "alerts", {"alert": str(item.id)}, lang) for item in found]
        if kind == "ics":
            return _ics(found, links, sections.title_of_alert, now)
        entries = []
        for item, link in zip(found, links, strict=True):
            quotes = frame.quoted(item.posts[:3])
            words = [sections.how_unusual(item.rule.kind, item.facts), sections.since_when(item)]
            words += [f"{in_quotes(q.shown)} {q.author} · {q.place} {q.url}" for q in quotes]
            entries.append(
                (f"alert:{item.id}", sections.title_of_alert(item), "\n\n".join(words), item.noticed_at, link)
            )
        brief = brief_of(frame, now - timedelta(days=1), 3)
        at = now.replace(hour=0, minute=0, second=0, microsecond=0)
        title = _("Vigie: your brief of {day}").format(day=day(now.date()))
        text = brief_text(brief, queries.settings().demo, base)
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
    store = opened_store(load_settings().store_url)
    with store.read() as connection:
        held = access.find(connection, "feed", token, now)
    if held is None:
        return None
    access.note_use(store, held.id, now)
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
