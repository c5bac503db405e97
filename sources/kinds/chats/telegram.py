"""Public channels of Telegram, from the page that each shows to everyone: t.me/s/NAME, twenty messages at a time.

Address: the channel's name. robots.txt is read first and obeyed. Groups, private channels and people show no such page.
A message is known by the number of its channel and its own, as in an export of Telegram Desktop; what a first check
took for the channel's number stays, so that none is read twice. Telegram rounds reactions and views (1.2K).
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from data.models import Engagement, NewPost, Source
from sources.answers import mapping, moment, number, total
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.kinds.chats.again import Stretch, read_again
from sources.kinds.webpage import ROBOT, robots_of
from sources.paging import newest_first, patiently, state_of
from sources.plain_text import page_of, plain_text
from sources.refusals import looks_like_challenge

BASE_URL = "https://t.me"
PACE = (30, 60.0)
AGAIN = 10  # requests for messages that are read again
LONGEST_PAGE = 5_000_000  # bytes
_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
_COUNT = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([KMB]?)\s*$")
_TIMES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a channel: its messages by number, the oldest first; None for one without words or for a notice."""

    channel: str  # its number; "" where the page does not tell
    title: str
    messages: dict[int, NewPost | None]
    older: str  # the number before which the next page ends; "" at the beginning of the channel


def parse_page(html: bytes, name: str, channel: str = "") -> Shown:
    """The messages of a page. `channel` is what its posts are known by; else its number as the page tells it.

    Raises RefusedError captcha or channel_closed, ContentError bad_answer for what is no page of Telegram's.
    """
    page = page_of(html[:LONGEST_PAGE])
    if page.css_first(".tgme_channel_history, .tgme_channel_info") is None:
        if looks_like_challenge(html):
            raise RefusedError("captcha", name)
        if page.css_first('[class^="tgme_"], meta[property="al:android:app_name"][content="Telegram"]') is not None:
            raise RefusedError("channel_closed", name)
        raise ContentError("bad_answer", name, "no page of a channel")
    nodes = page.css(".tgme_widget_message[data-post]")
    told = next(filter(None, map(_channel_of, nodes)), "")
    title = _words(page.css_first(".tgme_channel_info_header_title"))
    known, messages = channel or told or name.lower(), dict[int, NewPost | None]()
    for node in nodes:
        where, _, place = (node.attributes.get("data-post") or "").partition("/")
        if (n := number(place)) is not None and where.lower() == name.lower():
            messages[n] = _post(node, n, name, known, title)
    more = page.css_first("a.tme_messages_more[data-before]")
    before = number((more.attributes.get("data-before") or "") if more is not None else "")
    return Shown(told, title, messages, str(before) if before else "")


def _channel_of(node: LexborNode) -> str:
    """The number of the channel, which stands among what a message carries to be counted as seen."""
    packed = (node.attributes.get("data-view") or "")[:2_000]
    try:
        carried = mapping(json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    except (ValueError, RecursionError):
        return ""
    found = number(carried.get("c"))
    return str(abs(found)) if found else ""


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text(deep=True).split()) if node is not None else ""


def _count(node: LexborNode | None) -> int | None:
    found = _COUNT.search(_words(node))
    return int(Decimal(found[1]) * _TIMES[found[2]]) if found else None


def _post(node: LexborNode, n: int, name: str, channel: str, title: str) -> NewPost | None:
    """A message that says something: its own text, the lines of its poll. An album has one text."""
    if "service_message" in (node.attributes.get("class") or ""):
        return None
    text = node.css_first(".js-message_text")
    received = (text.inner_html or "") if text is not None else ""
    poll = node.css(".tgme_widget_message_poll_question, .tgme_widget_message_poll_option_text")
    lines = [plain_text(received), *map(_words, poll)]
    if not any(lines):
        return None
    answered = node.css_first("a.tgme_widget_message_reply[href]")
    parent = _number_in((answered.attributes.get("href") or "") if answered is not None else "", name)
    forwarded = _words(node.css_first(".tgme_widget_message_forwarded_from_name"))
    signed = _words(node.css_first(".tgme_widget_message_from_author"))
    written = node.css_first(".tgme_widget_message_date time[datetime]")
    native_id = f"{channel}/{n}"
    return NewPost(
        source_kind="telegram",
        native_id=native_id,
        text=received or "\n".join(map(_words, poll)),
        plain="\n".join(line for line in lines if line),
        url=f"{BASE_URL}/{name}/{n}",
        author=forwarded or signed or _words(node.css_first(".tgme_widget_message_owner_name")) or title,
        published_at=moment(written.attributes.get("datetime")) if written is not None else None,
        root_id="" if parent else native_id,
        parent_id=f"{channel}/{parent}" if parent else "",
        community=title,
        engagement=Engagement(
            score=total(*(_count(one) for one in node.css(".tgme_reaction"))),
            views=_count(node.css_first(".tgme_widget_message_views")),
        ),
        ours=False if node.css_first(".tgme_widget_message_forwarded_from") is not None else None,
    )


def _number_in(link: str, name: str) -> str:
    """The message of this channel that an address leads to; "" for any other."""
    found = re.fullmatch(rf"https?://t\.me/{re.escape(name)}/(\d{{1,12}})(?:\?.*)?", link, re.IGNORECASE)
    return found[1] if found else ""


def _name_of(source: Source) -> str:
    if not _NAME.fullmatch(source.address):
        raise AddressError("bad_address", source.address)
    return source.address


async def _read(client: Client, source: Source, now: datetime, before: str, channel: str = "") -> Shown:
    name = _name_of(source)
    url = f"{client.base_url('telegram', BASE_URL)}/s/{name}" + (f"?before={before}" if before else "")
    answer = await client.get(url, now, max_bytes=LONGEST_PAGE, pace=PACE)
    return parse_page(answer.body, name, channel)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    base, name = client.base_url("telegram", BASE_URL), _name_of(source)
    known = str(state_of(source.cursor).get("channel") or "")

    async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
        nonlocal known
        shown = await _read(client, source, now, token, known)
        known = known or shown.channel or name.lower()
        posts = [post for _n, post in sorted(shown.messages.items(), reverse=True) if post is not None]
        return Page(tuple(posts), shown.older, shown.title, left_out=len(shown.messages) - len(posts))

    async def allowed(client: Client, source: Source, now: datetime) -> FetchResult:
        if not (await robots_of(client, f"{base}/s/{name}", now)).can_fetch(f"{base}/s/{name}", ROBOT):
            raise RefusedError("robots", name)
        return await newest_first(read_page, first_pages=5)(client, source, now)

    result = await patiently(allowed, urlsplit(base).netloc)(client, source, now)
    if "cursor" not in result.changes:
        return result
    state = {**state_of(str(result.changes["cursor"])), "channel": known}
    return replace(result, changes={**result.changes, "cursor": json.dumps(state)})


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Messages as the channel shows them now; one that its neighbours stand without was deleted."""
    known = {n: native_id for native_id in native_ids if (n := number(native_id.rpartition("/")[2])) is not None}
    channel = next((native_id.rpartition("/")[0] for native_id in known.values()), "")

    async def up_to(n: int) -> Stretch:
        return Stretch((await _read(client, source, now, str(n + 1), channel)).messages)

    posts, gone = await read_again(up_to, known, AGAIN)
    return Page(tuple(posts), removed=tuple(known[n] for n in gone))
