"""All that is held about one person: to show them before they are erased, and to hand it to them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from data.actor import needs
from data.changes import note_change
from data.erasing.columns import WALKED
from data.erasing.people import names_of
from data.erasing.traces import Traces, clean_value, others_that_name, spared_names
from data.models import from_epoch
from data.schema import (
    act,
    assignment_notice,
    author_day,
    author_week,
    brand,
    engagement_day,
    event_entry,
    event_exclusion,
    event_mark,
    member_week,
    metadata,
    post,
    post_intent,
    post_label,
    post_text,
    snapshot,
    source,
    ticket_post,
    triage,
    triage_event,
    verbatim,
)
from data.sharing.document import without
from data.sharing.snapshots import document_of
from data.store import Store

Row = dict[str, Any]
# Sections of the export, as a reader without the program would call them.
TITLES = {
    "posts": "Posts written by this person",
    "engagement": "How their posts were received, by day",
    "intents": "What the program took their posts for",
    "labels": "What people corrected about their posts",
    "triage": "What people did with their posts",
    "history": "Changes that people made to their posts",
    "told": "Who was to be told that their posts were assigned",
    "acts": "What was answered to them, or done with their posts, at networks",
    "quotes": "Quotes of their posts put aside",
    "tickets": "What their posts asked for, passed on to those who build",
    "entries": "Their entries in draws of events",
    "answers": "Their answers in quizzes, as judged",
    "excluded": "Events that they were left out of",
    "weeks": "Activity by week and place",
    "named": "Posts of others that name them",
    "texts": "Other texts that name or quote them",
    "copies": "Frozen copies that name or quote them",
}


@dataclass(frozen=True, slots=True)
class About:
    """What is held about `author`: rows by section (the keys of TITLES). `kept` are brands and such that the team
    named after the person, which erasing leaves; `sources` those that are the person's own account."""

    author: str
    sections: Mapping[str, tuple[Row, ...]]
    kept: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def count(self, section: str) -> int:
        return len(self.sections[section])

    @property
    def is_empty(self) -> bool:
        return not any(self.sections.values())


def about(connection: Connection, author: str) -> About:
    """All that a record holds about one author. Raises ValueError for no name."""
    author = author.strip()
    if not author:
        raise ValueError("Name the author.")
    names = names_of(connection, author)
    mine = select(post.c.id).where(post.c.author.in_(names))
    written = select(post, *[c for c in post_text.c if c.name != "post_id"]).join(post_text)
    posts = _rows(connection, written.where(post.c.author.in_(names)).order_by(post.c.id))
    traces = Traces(names, spared_names(connection), frozenset(row["id"] for row in posts))
    for row in posts:
        traces.learn(row["title"], row["plain"])
    sections = {"posts": posts}
    for key, table in (
        ("engagement", engagement_day),
        ("intents", post_intent),
        ("labels", post_label),
        ("triage", triage),
        ("history", triage_event),
        ("told", assignment_notice),
        ("acts", act),
        ("quotes", verbatim),
        ("tickets", ticket_post),
        ("entries", event_entry),
        ("answers", event_mark),
    ):
        sections[key] = _rows(connection, select(table).where(table.c.post_id.in_(mine)))
    sections["excluded"] = _rows(connection, select(event_exclusion).where(event_exclusion.c.author.in_(names)))
    for key, table in (("weeks", member_week), ("weeks_of_all", author_week), ("days", author_day)):
        sections[key] = _rows(connection, select(table).where(table.c.author.in_(names)))
    others = [row for row in others_that_name(connection, traces) if row.post_id not in traces.ids]
    sections["named"] = tuple(
        {"post": row.post_id, "title": row.title, "text": row.plain}
        for row in others
        if any(traces.named(words) for words in (row.title, row.received, row.plain, row.url))
    )
    sections["texts"] = _texts(connection, traces)
    sections["copies"] = _copies(connection, traces)
    return About(author, sections, *_kept(connection, traces))


def _rows(connection: Connection, query: Select[Any]) -> tuple[Row, ...]:
    return tuple(_readable(dict(row._mapping)) for row in connection.execute(query))


def _readable(row: Row) -> Row:
    """A row with its moments written out."""
    moments = {"published_at", "collected_at", "removed_at", "at", "undone_at", "made_at"}
    return {k: from_epoch(v).isoformat() if k in moments and v else v for k, v in row.items()}


def _texts(connection: Connection, traces: Traces) -> tuple[Row, ...]:
    found: list[Row] = []
    for name, columns in WALKED.items():
        table = metadata.tables[name]
        keys = list(table.primary_key.columns)
        for column in columns:
            for row in connection.execute(select(*keys, table.c[column].label("held"))):
                if row.held and clean_value(row.held, traces.cleaned, traces.ids) != row.held:
                    found.append({"where": f"{name}.{column}", "key": list(row[:-1]), "text": row.held})
    return tuple(found)


def _copies(connection: Connection, traces: Traces) -> tuple[Row, ...]:
    found: list[Row] = []
    for row in connection.execute(select(snapshot.c.id, snapshot.c.title, snapshot.c.made_at)).all():
        document = document_of(connection, row.id)
        if without(document, traces.ids, traces.names, traces.cleaned) != document:
            quoted = [quote.text for quote in document.quotes() if quote.post in traces.ids]
            found.append({"id": row.id, "title": row.title, "made": from_epoch(row.made_at).isoformat(), "of": quoted})
    return tuple(found)


def _kept(connection: Connection, traces: Traces) -> tuple[tuple[str, ...], tuple[str, ...]]:
    folded = {name.casefold() for name in traces.names}
    brands = [
        row.name
        for row in connection.execute(select(brand.c.name, brand.c.aliases))
        if folded & {name.casefold() for name in (row.name, *json.loads(row.aliases))}
    ]
    live = or_(source.c.state != "removed", source.c.state.is_(None))
    sources = [s for s in connection.execute(select(source.c.address).where(live)).scalars() if traces.named(s)]
    return tuple(brands), tuple(sources)


@needs("administrator")
def file_about(store: Store, author: str, titles: Mapping[str, str] = TITLES) -> bytes:
    """One ZIP with all about one person: `about.json`, `about.html` to read, and `posts.csv`.

    `titles` are the headings of the sections. Raises ValueError for no name.
    """
    with store.write(counts=False) as connection:
        held = about(connection, author)
        note_change(connection, "person.exported", "")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        content = {"author": held.author, **held.sections, "kept": held.kept, "sources": held.sources}
        archive.writestr("about.json", json.dumps(content, ensure_ascii=False, indent=1, default=str))
        archive.writestr("about.html", _page(held, titles))
        archive.writestr("posts.csv", _table(held.sections["posts"]))
    return made.getvalue()


def write_about(store: Store, author: str, target: Path) -> int:
    """The same into a file, which replaces `target` only when whole; gives how many posts are in it."""
    part = target.with_suffix(target.suffix + ".part")
    try:
        part.write_bytes(file_about(store, author))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with store.read() as connection:
        return about(connection, author).count("posts")


def _table(rows: tuple[Row, ...]) -> str:
    """As a spreadsheet reads it; a cell that it would run as a formula begins with an apostrophe."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: f"'{v}" if str(v)[:1] in set("=+-@\t\r") else v for k, v in row.items()} for row in rows)
    return "\ufeff" + text.getvalue()


def _page(held: About, titles: Mapping[str, str]) -> str:
    parts = [
        '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src '
        "'none'; style-src 'unsafe-inline'\"><style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto}"
        f"dt{{color:#666}}dd{{white-space:pre-wrap}}</style><title>{escape(held.author)}</title>",
        f"<h1>{escape(held.author)}</h1>",
    ]
    for key, title in titles.items():
        rows = held.sections[key]
        parts.append(f"<h2>{escape(title)} ({len(rows)})</h2>")
        for row in rows:
            shown = "".join(
                f"<dt>{escape(str(k))}</dt><dd>{escape(str(v))}</dd>" for k, v in row.items() if v not in (None, "", 0)
            )
            parts.append(f"<dl>{shown}</dl><hr>")
    return "\n".join(parts)
