"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sources.feed.fields import Head, Item


def items_of(text: str) -> tuple[Head, list[Item]]:
    """The feed and its items. Raises ValueError for what is no JSON Feed."""
    try:
        held = json.loads(text)
    except RecursionError:
        raise ValueError("no JSON Feed: it is nested too deep") from None
    if not isinstance(held, dict) or not isinstance(held.get("items"), list):
        raise ValueError("no JSON Feed: it has no list of items")
    head = Head(_word(held, "title"), _word(held, "home_page_url"), _lang(held), _author(held))
    return head, [_item(item) for item in held["items"] if isinstance(item, dict)]


def _item(held: Mapping[str, Any]) -> Item:
    html, words = _word(held, "content_html"), _word(held, "content_text")
    if words and "<" not in html and "&lt;" in html:
        html = ""  # escaped once too often, or words about tags: the text says which
    number = held.get("id")
    return Item(
        id=str(number).strip() if isinstance(number, (str, int, float)) else "",
        title=" ".join(_word(held, "title").split()),
        text=html or words or _word(held, "summary"),
        is_plain=not html,
        link=_word(held, "url") or _word(held, "external_url"),
        author=_author(held),
        published=tuple(filter(None, (_word(held, "date_published"), _word(held, "date_modified")))),
        lang=_lang(held),
    )


def _word(held: Mapping[str, Any], name: str) -> str:
    value = held.get(name)
    return value.strip() if isinstance(value, str) else ""


def _lang(held: Mapping[str, Any]) -> str:
    code = _word(held, "language")[:2].lower()
    return code if len(code) == 2 and code.isalpha() else ""


def _author(held: Mapping[str, Any]) -> str:
    """Its authors, or the one that version 1 has."""
    authors = held.get("authors")
    people = authors if isinstance(authors, list) else [held.get("author")]
    return ", ".join(name for one in people if isinstance(one, dict) and (name := _word(one, "name")))
