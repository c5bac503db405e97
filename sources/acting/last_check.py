"""The last look before something is published: the item is as it was approved, nothing is on fire, its links answer."""

from __future__ import annotations

import re
from datetime import datetime

from data.acting.kept import KeptAct
from data.alerts.alerts import open_crises
from data.content.calendar import one_item
from data.store import Store
from sources.errors import ContentError, SourceError
from sources.http import Client

LINKS = 10  # of a text that are looked at
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]»]")


def links_in(text: str) -> list[str]:
    """The addresses in a text, each once, at most `LINKS`."""
    return list(dict.fromkeys(_LINK.findall(text)))[:LINKS]


def why_not_now(store: Store, kept: KeptAct, now: datetime) -> str:
    """Why a publication waits, or is not what was approved any more: item_changed, crisis; "" where all is well."""
    with store.read() as connection:
        item = one_item(connection, kept.item) if kept.item else None
        if kept.item and (item is None or item.status != "ready" or kept.text not in item.drafts.values()):
            return "item_changed"
        return "crisis" if open_crises(connection, now) else ""


async def dead_link(client: Client, text: str, now: datetime) -> str:
    """A link of a text that leads nowhere now, "" where all answer. A page that is large, or that wants a person to
    sign in, is there."""
    for url in links_in(text):
        try:
            await client.get(url, now, max_bytes=2_000_000, accept=(401, 403, 405, 406, 429))
        except ContentError:
            continue
        except SourceError:
            return url
    return ""
