"""Alerts reach a real mail server and a real web server: up, slow, refusing and dead; what fails is tried again."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller

from dashboard.sending import alerts as deliver
from dashboard.words.alerts import why_not_sent
from dashboard.words.language import speaking, translations
from data.alerts import alerts
from data.alerts import destinations as destinations_store
from data.alerts import rules as alerts_rules
from data.alerts.alerts import AlertFacts, Finding
from data.alerts.destinations import Destination, save_destination
from data.alerts.rules import AlertRule
from data.credentials import credentials_path, keep_channel_secret, load_credentials
from data.models import Brand, NewPost, to_epoch
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW, Loopback

TEXT = "Acme is down <b>again</b> & nobody answers… 50 % *perdu* 😀"


class Mailbox:
    """What an SMTP server received."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


class Refusing(Mailbox):
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "554 mailbox full"


@pytest.fixture
def mail() -> Iterator[Callable[[Mailbox], int]]:
    servers: list[Controller] = []

    def start(box: Mailbox) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        servers.append(Controller(box, hostname="127.0.0.1", port=port))
        servers[-1].start()
        return port

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def alarmed(store: Store) -> Store:
    """A store with one alert of two posts."""
    brand = save_brand(store, Brand(0, "Acme", True))
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example", NOW, title="Place")
        posts = [
            NewPost(
                "feed",
                str(n),
                TEXT if n else "short",
                TEXT if n else "short",
                url=f"https://a.example/{n}",
                published_at=NOW - timedelta(hours=2 - n),
            )
            for n in range(2)
        ]
        add_posts(connection, made.id, posts, NOW)
        ids = [int(row[0]) for row in connection.exec_driver_sql("SELECT id FROM post ORDER BY published_at")]
    rule_id = alerts_rules.save_rule(store, AlertRule(0, "volume", brand=brand), NOW)
    moment = to_epoch(NOW)
    facts = AlertFacts(window=1, count=12, expected=0.4, chance=1e-12, words=("down",))
    with store.write() as connection:
        found = Finding("volume:1", moment - 7_200, moment, moment, tuple(ids), ids[0], facts)
        alerts.keep_finding(connection, AlertRule(rule_id, "volume", brand=brand), found)
    return store


def destination_to(store: Store, settings: Settings, address: str, **more: Any) -> Destination:
    """A destination at this address, with the alert on its way."""
    name = keep_channel_secret(settings, address)
    made = save_destination(store, replace(Destination(0, "Team", name), **more), NOW)
    with store.write() as connection:
        destinations_store.queue_deliveries(connection, [a.id for a in alerts.alerts(connection, NOW)], NOW)
        return next(c for c in destinations_store.destinations(connection) if c.id == made)


def states(store: Store) -> list[tuple[str, int, str]]:
    with store.read() as connection:
        return [(d.state, d.attempts, d.error) for d in destinations_store.recent_deliveries(connection)]


def test_mail_arrives_with_the_posts_word_for_word(
    alarmed: Store, settings: Settings, mail: Callable[[Mailbox], int]
) -> None:
    box = Mailbox()
    port = mail(box)
    destination_to(
        alarmed, settings, f"mailto://127.0.0.1:{port}/?from=vigie@example.org&to=boss@example.org", lang="fr"
    )
    settings = replace(settings, public_url="https://vigie.example")
    assert deliver.deliver(alarmed, settings, NOW) == (1, 0)
    (letter,) = box.letters
    assert "Plus de messages que d’habitude" in str(make_header(decode_header(letter["Subject"])))
    plain = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    body = plain.get_payload(decode=True).decode(plain.get_content_charset() or "utf-8")
    assert TEXT in body
    assert "https://a.example/1" in body
    assert "12 messages en 1 heure" in body
    assert "(le premier)" in body
    assert re.search(r"→ https://vigie\.example/alerts\?lang=fr&alert=\d+", body)
    assert states(alarmed) == [("sent", 1, "")]
    assert deliver.deliver(alarmed, settings, NOW) == (0, 0)


def test_a_webhook_arrives(alarmed: Store, settings: Settings, serve: Callable[..., Loopback]) -> None:
    got: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(text="ok")

    server = serve(answer)
    destination_to(alarmed, settings, f"json://127.0.0.1:{server.port}/hook")
    assert deliver.deliver(alarmed, settings, NOW) == (1, 0)
    assert got[0]["title"] == "Vigie: More posts than usual · Acme"
    assert TEXT in got[0]["message"]
    assert "By chance alone, so much practically never comes." in got[0]["message"]


@pytest.mark.parametrize("kind", ["refusing", "dead", "slow", "full mailbox", "unknown"])
def test_what_fails_is_tried_again_and_shown(
    kind: str,
    alarmed: Store,
    settings: Settings,
    serve: Callable[..., Loopback],
    mail: Callable[[Mailbox], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboard.sending.alerts.SECONDS", 1)
    secret = "s3cret-token-abc"
    well = {"now": False}

    async def answer(_request: web.Request) -> web.Response:
        if not well["now"]:
            if kind == "slow":
                await asyncio.sleep(3)
            return web.Response(status=503)
        return web.Response(text="ok")

    if kind == "full mailbox":
        address = f"mailto://127.0.0.1:{mail(Refusing())}/?from=v@example.org&to=b@example.org"
    elif kind == "dead":
        address = f"json://user:{secret}@127.0.0.1:9/hook"
    elif kind == "unknown":
        address = f"nosuchservice://{secret}"
    else:
        address = f"json://user:{secret}@127.0.0.1:{serve(answer).port}/hook"
    destination_to(alarmed, settings, address)
    moment = NOW
    for attempt in range(1, destinations_store.ATTEMPTS + 1):
        assert deliver.deliver(alarmed, settings, moment) == (0, 1)
        ((state, attempts, error),) = states(alarmed)
        assert attempts == attempt
        assert error
        assert secret not in error
        assert state == ("failed" if attempt == destinations_store.ATTEMPTS else "waiting")
        assert deliver.deliver(alarmed, settings, moment + timedelta(seconds=30)) == (0, 0)  # not before its time
        moment += timedelta(hours=7)
        if attempt == 2 and kind not in {"refusing", "slow"}:
            break
    if kind in {"refusing", "slow"}:
        assert deliver.deliver(alarmed, settings, moment) == (0, 0)
        with alarmed.read() as connection:
            (failed,) = destinations_store.recent_deliveries(connection)
        well["now"] = True
        destinations_store.try_again(alarmed, failed.id, moment)
        assert deliver.deliver(alarmed, settings, moment) == (1, 0)
        assert states(alarmed)[0][0] == "sent"


def test_one_dead_destination_does_not_hold_up_another(
    alarmed: Store, settings: Settings, serve: Callable[..., Loopback]
) -> None:
    got: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        got.append(await request.text())
        return web.Response(text="ok")

    destination_to(alarmed, settings, "json://127.0.0.1:9/hook")
    destination_to(alarmed, settings, f"json://127.0.0.1:{serve(answer).port}/hook")
    assert deliver.deliver(alarmed, settings, NOW) == (1, 1)
    assert len(got) == 1
    assert sorted(state for state, _, _ in states(alarmed)) == ["sent", "waiting"]


def test_quiet_hours_hold_and_a_digest_gathers(
    alarmed: Store, settings: Settings, serve: Callable[..., Loopback]
) -> None:
    got: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(text="ok")

    address = f"json://127.0.0.1:{serve(answer).port}/hook"
    quiet = destination_to(alarmed, settings, address, quiet_from=10, quiet_to=20)
    assert deliver.deliver(alarmed, settings, NOW) == (0, 0)
    assert deliver.deliver(alarmed, settings, NOW.replace(hour=20)) == (1, 0)
    destinations_store.remove_destination(alarmed, settings, quiet.id)
    destination_to(alarmed, settings, address, digest_hour=8)
    assert deliver.deliver(alarmed, settings, NOW.replace(hour=13)) == (0, 0)  # today's word is past its hour
    tomorrow = NOW.replace(hour=8) + timedelta(days=1)
    assert deliver.deliver(alarmed, settings, tomorrow) == (1, 0)
    # A day without alerts says so, once.
    day_after = tomorrow + timedelta(days=1)
    assert deliver.deliver(alarmed, settings, day_after) == (1, 0)
    assert "Nothing unusual" in got[-1]["message"]
    assert deliver.deliver(alarmed, settings, day_after + timedelta(minutes=5)) == (0, 0)


def test_a_closed_alert_is_not_sent(alarmed: Store, settings: Settings, serve: Callable[..., Loopback]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    server = serve(answer)
    destination_to(alarmed, settings, f"json://127.0.0.1:{server.port}/hook")
    with alarmed.read() as connection:
        (found,) = alerts.alerts(connection, NOW)
    alerts.set_alert(alarmed, found.id, is_open=False)
    deliver.deliver(alarmed, settings, NOW)
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "syslog://",
        "SYSLOG://x",
        "dbus://",
        "kde://",
        "gnome://",
        "glib://",
        "windows://",
        "macosx://",
        "blink1://",
        "fcm://project@key/device/?keyfile={file}",
        "fcm://project@key/device/?KeyFile=file%3A%2F%2F{file}",
        "vapid://ana@example.org/?keyfile={file}&subfile={file}",
        "mailtos://ana:word@mail.example.org/?pgp=yes&pgppub={file}",
        "mailtos://ana:word@mail.example.org/?pgp=sign&pgpprv={file}",
        "slack://TokenA123456/TokenB123456/TokenC12345678901234567890/?template={file}",
        "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz/?template={file}",
        "workflows://host.example:443/workflow/signature/?template={file}",
    ],
)
def test_no_address_leads_to_the_computer_itself(tmp_path: Path, address: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text('{"text": "words of this computer"}')
    address = address.format(file=file)
    assert deliver.send(address, "title", "body") == "this_computer"
    assert deliver.service(address) is None
    assert not deliver.is_known(address)
    for lang in ("en", "fr"):
        with speaking(lang):
            assert why_not_sent("this_computer") != "this_computer"


def test_addresses_are_kept_apart_and_never_shown(store: Store, settings: Settings) -> None:
    address = "slack://TokenA123456/TokenB123456/TokenC12345678901234567890"
    name = keep_channel_secret(settings, address)
    assert keep_channel_secret(settings, address) == name
    assert credentials_path(settings).stat().st_mode & 0o077 == 0
    assert load_credentials(settings).get("channel", "value", name).reveal() == address
    save_destination(store, Destination(0, "Slack", name), NOW)
    assert b"TokenB123456" not in store.path.read_bytes()
    masked = deliver.masked("2026-01-01 10:00:00,000 - WARNING - failed for TokenB123456 at host", address)
    assert "TokenB123456" not in masked
    assert masked.startswith("failed for")
    assert deliver.is_known(address)
    assert not deliver.is_known("nosuchservice://x")
    assert not deliver.is_known("")
    for broken in (Destination(0, "x", name, zone="Mars/Olympus"), Destination(0, "x", name, quiet_from=25)):
        with pytest.raises(ValueError, match=r"zone|hours"):
            save_destination(store, broken, NOW)


def test_speaking_is_for_its_block_alone() -> None:
    with speaking("fr"):
        from dashboard.words.language import _

        assert _("Alerts") == translations("fr").gettext("Alerts") == "Alertes"
    assert _("Alerts") == "Alerts"
