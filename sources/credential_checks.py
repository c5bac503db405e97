"""Whether each service accepts the credentials that are configured, and what they let Vigie do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.credentials import NETWORKS, WRITING
from data.models import Source
from sources.acting import networks, told
from sources.acting.base import Act, Deed
from sources.answers import get_json
from sources.errors import RefusedError, SourceError
from sources.http import Client
from sources.kinds import bluesky, facebook, github_places, reddit, stackexchange, threads, x, youtube
from sources.kinds.chats import discord, slack


@dataclass(frozen=True, slots=True)
class CredentialCheck:
    """What a service said to one set of credentials, for `account`, an instance or page; no `error` means accepted."""

    service: str
    account: str
    configured: bool
    error: SourceError | None = None


def _code(status: int, answer: Mapping[str, Any]) -> str:
    return "bad_credentials" if status in {400, 401, 403} else ""


async def _ask(client: Client, now: datetime, url: str, bearer: str = "", key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {"X-Goog-Api-Key": key} if key else {}
    return (await get_json(client, url, now, subject=url, headers=headers, explain=_code))[0]


async def _check(client: Client, service: str, account: str, now: datetime) -> None:
    """The cheapest request that proves the credentials. Raises a SourceError when they are refused."""
    secret = client.credentials.get
    if service in WRITING:
        await _check_writing(client, service, account, now)
    elif service == "reddit":
        await reddit.read_page(client, Source(0, "reddit", "r/announcements/new"), now, "")
    elif service == "mastodon":
        token = secret(service, "token", account).reveal()
        await _ask(client, now, f"https://{account}/api/v1/accounts/verify_credentials", bearer=token)
    elif service == "bluesky":
        await bluesky.open_session(client, now, "bluesky")
    elif service == "youtube":
        base = client.base_url(service, youtube.BASE_URL)
        await _ask(client, now, f"{base}/i18nRegions?part=snippet", key=secret(service, "key").reveal())
    elif service == "x":
        await _ask(
            client,
            now,
            f"{client.base_url(service, x.BASE_URL)}/usage/tweets",
            bearer=secret(service, "bearer").reveal(),
        )
    elif service == "facebook":
        token = secret(service, "token", account).reveal()
        base = client.base_url(service, facebook.BASE_URL)
        answer, _ = await get_json(
            client,
            f"{base}/me?fields=id,name",
            now,
            subject="facebook",
            headers={"Authorization": f"Bearer {token}"},
            explain=facebook.explain,
        )
        if not answer:
            raise RefusedError("bad_credentials", "facebook")
    elif service == "github":
        await _ask(
            client,
            now,
            f"{client.base_url(service, github_places.BASE_URL)}/user",
            bearer=secret(service, "token").reveal(),
        )
    elif service == "discord":
        await discord.check(client, now)
    elif service == "slack":
        await slack.ask(client, now, "auth.test", account, "slack")
    elif service == "threads":
        await threads.ask(client, now, "me", account, "threads", fields="id,username")
    elif service == "stackexchange":
        await stackexchange.read_page(client, Source(0, service, "stackoverflow:tag:python"), now, "")


async def _check_writing(client: Client, service: str, account: str, now: datetime) -> None:
    """Sign in as the account that writes; nothing is written."""
    kind, network = next((kind, one) for kind, one in networks.NETWORKS.items() if one.service == service)
    told.forget_sessions()
    await network.look(client, Act(Deed.PUBLISH, kind, account, "check"), now)


async def check_all_credentials(client: Client, now: datetime) -> list[CredentialCheck]:
    """Every service, those without credentials included. One request for each set that is configured."""
    checks = []
    for service in NETWORKS:
        accounts = client.credentials.accounts(service)
        if not accounts:
            checks.append(CredentialCheck(service, "", False))
        for account in accounts:
            error: SourceError | None = None
            try:
                await _check(client, service, account, now)
            except SourceError as problem:
                error = problem
            checks.append(CredentialCheck(service, account, True, error))
    return checks
