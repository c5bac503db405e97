"""Tokens that end by themselves, renewed while they still hold: those of Threads, which live for sixty days.

A token must be a day old to be renewed. Only one that stands in the credentials file can be: what the environment holds
is not ours to write. The old token holds until its own end, so a renewal that was cut short is made again.
API: https://developers.facebook.com/docs/threads/get-started/long-lived-tokens
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from data.credentials import Credentials, enter_credentials, in_file, load_credentials
from data.models import from_epoch, to_epoch, whole
from data.settings import Settings
from data.store import Store
from sources.answers import get_json, mapping, words
from sources.errors import ContentError, SourceError
from sources.http import Client
from sources.kinds import facebook, threads

FIRST, AGAIN, AFTER_FAILURE = timedelta(hours=25), timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Renewal:
    """What became of one account's token; no `error` means that a new one is kept."""

    service: str
    account: str
    error: SourceError | None = None


async def _renewed(client: Client, token: str, now: datetime) -> str:
    """A token that holds for sixty days from now. The service takes the old one in the address only."""
    base = client.base_url("threads", threads.BASE_URL).removesuffix("/v1.0")
    query = urlencode({"grant_type": "th_refresh_token", "access_token": token})
    url = f"{base}/refresh_access_token?{query}"
    answer, _ = await get_json(client, url, now, subject="threads", explain=facebook.explain)
    new = words(mapping(answer).get("access_token"))
    if not new or not new.isprintable():
        raise ContentError("bad_answer", "threads", "no token in it")
    return new


async def renewed_credentials(
    store: Store, settings: Settings, now: datetime, base_urls: Mapping[str, str] | None
) -> Credentials:
    """All that is configured, with the tokens renewed whose time has come."""
    if in_file(settings).accounts("threads"):
        async with Client(settings, base_urls=base_urls) as client:
            await renew_tokens(store, settings, client, now)
    return load_credentials(settings)


async def renew_tokens(store: Store, settings: Settings, client: Client, now: datetime) -> list[Renewal]:
    """Renew each token whose time has come: a day after it was first seen, then every week. Nothing else is asked."""
    made: list[Renewal] = []
    for account in in_file(settings).accounts("threads"):
        key, held = f"renewal:threads:{account}", in_file(settings).get("threads", "token", account).reveal()
        due = whole(store.get_meta(key))
        if due is None:
            store.set_meta(key, str(to_epoch(now + FIRST)))
        if due is None or now < from_epoch(due):
            continue
        try:
            token = await _renewed(client, held, now)
        except SourceError as error:
            made.append(Renewal("threads", account, error))
            store.set_meta(key, str(to_epoch(now + AFTER_FAILURE)))
            continue
        if in_file(settings).get("threads", "token", account).reveal() == held:  # else a person entered another
            enter_credentials(store, settings, "threads", account, {"token": token})
        store.set_meta(key, str(to_epoch(now + AGAIN)))
        made.append(Renewal("threads", account))
    return made
