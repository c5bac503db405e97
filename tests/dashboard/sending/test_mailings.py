"""Briefs and reports reach a real mail server; what fails is tried again."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from aiosmtpd.controller import Controller
from selectolax.lexbor import LexborHTMLParser

from dashboard.sending import mailings as mailing
from dashboard.sending.letters import takes_html
from data.credentials import keep_channel_secret
from data.settings import Settings
from data.sharing import reports, subscriptions
from data.sharing.reports import Report
from data.sharing.subscriptions import Subscription
from data.store import Store
from tests.conftest import NOW


class Mailbox:
    """What an SMTP server received, or why it took nothing."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.letters: list[Any] = []
        self.answer = answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content))
        return self.answer


@pytest.fixture
def mail() -> Iterator[Callable[[Mailbox], str]]:
    servers: list[Controller] = []

    def start(box: Mailbox) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        servers.append(Controller(box, hostname="127.0.0.1", port=port))
        servers[-1].start()
        return f"mailto://127.0.0.1:{port}?from=vigie@example.org&to=them@example.org&mode=insecure"

    yield start
    for server in servers:
        server.stop()


def words_of(letter: Any) -> str:
    return "".join(
        part.get_payload(decode=True).decode()
        for part in letter.walk()
        if part.get_content_type() == "text/plain" and not part.get_filename()
    )


def test_briefs_and_reports_arrive(
    demo: Store, mail: Callable[[Mailbox], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PUBLIC_URL", "https://vigie.example")
    box = Mailbox()
    settings = Settings(data_dir=str(tmp_path), allow_private_network=True)
    address = keep_channel_secret(settings, mail(box))
    report = reports.save_report(demo, Report(0, "Le mois", 30, blocks=("summary", "verbatims")), NOW)
    early = NOW - timedelta(days=2)
    for item in (
        Subscription(0, "Ana", address, hour=14, zone="Europe/Paris", lang="fr"),  # 12:00 UTC, as NOW
        Subscription(0, "Ben", address, "weekly", report, "en", hour=11, weekday=0),
        Subscription(0, "Off", address, hour=12, is_on=False),
        Subscription(0, "Later", address, hour=13),
    ):
        subscriptions.save_subscription(demo, item, early)
    assert mailing.send_mailings(demo, settings, NOW) == (2, 0)
    assert mailing.send_mailings(demo, settings, NOW + timedelta(minutes=10)) == (0, 0)  # each edition once
    by_title = {str(make_header(decode_header(letter["Subject"]))): letter for letter in box.letters}
    brief = words_of(by_title["Vigie : votre point du 15 juin 2026"])
    assert "messages de démo" in brief
    assert re.search(r"\d+ nouveaux messages\.", brief)
    told = brief.count("\n- ")
    assert told
    assert len(re.findall(r"→ https://vigie\.example/\w+\?lang=fr&\w+=", brief)) == told  # each line opens its posts
    title = next(t for t in by_title if t.startswith("Vigie: Le mois, May 1 – 31, 2026"))
    told = words_of(by_title[title])
    assert "IN SHORT" in told
    files = [part for part in by_title[title].walk() if part.get_filename()]
    assert [part.get_filename() for part in files] == ["vigie-2026-06-15.pdf"]
    book = pypdfium2.PdfDocument(files[0].get_payload(decode=True))
    assert "Le mois" in book[0].get_textpage().get_text_range()
    book.close()


def test_a_brief_has_a_part_that_reads_well_on_a_phone(
    demo: Store, mail: Callable[[Mailbox], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PUBLIC_URL", "https://vigie.example")
    box = Mailbox()
    settings = Settings(data_dir=str(tmp_path), allow_private_network=True)
    address = keep_channel_secret(settings, mail(box))
    report = reports.save_report(demo, Report(0, "Acme & <Sons>", 30, blocks=("summary", "topics")), NOW)
    early = NOW - timedelta(days=1)
    subscriptions.save_subscription(demo, Subscription(0, "Ana", address, hour=12, lang="fr"), early)
    subscriptions.save_subscription(demo, Subscription(0, "Ben", address, report=report, hour=12, lang="en"), early)
    assert mailing.send_mailings(demo, settings, NOW) == (2, 0)
    brief, whole = sorted(box.letters, key=lambda letter: letter.get_content_type())
    assert [brief.get_content_type(), whole.get_content_type()] == ["multipart/alternative", "multipart/mixed"]
    assert [part.get_content_type() for part in whole.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    for letter in (brief, whole):
        assert letter["To"] == "them@example.org"
        assert letter["Subject"]
        (html,) = (p.get_payload(decode=True).decode() for p in letter.walk() if p.get_content_type() == "text/html")
        tree = LexborHTMLParser(html)
        assert tree.css_first("meta[name=color-scheme]").attributes["content"] == "light dark"
        assert not tree.css("img, script, link, iframe, form, [background]")  # nothing is loaded, nothing runs
        assert "url(" not in html
        told = words_of(letter)
        quotes = [node.text(deep=True) for node in tree.css("blockquote")]
        assert quotes
        assert all(quote in told for quote in quotes)  # the same words in both, exact
    assert "Acme &amp; &lt;Sons&gt;" in html
    links = [a.attributes["href"] for a in LexborHTMLParser(brief.get_payload()[1].get_payload(decode=True)).css("a")]
    opened = re.findall(r"→ (\S+)", words_of(brief))
    assert [link for link in links if link and link.startswith("https://vigie.example/")] == opened


def test_a_service_that_is_no_mail_takes_the_text_alone() -> None:
    import apprise

    kinds = ("mailto://127.0.0.1:9?from=a@example.org&to=b@example.org", "json://127.0.0.1/x", "ntfy://127.0.0.1/x")
    assert [takes_html(apprise.Apprise.instantiate(kind)) for kind in kinds] == [True, False, False]


def test_what_does_not_arrive_is_tried_again(demo: Store, mail: Callable[[Mailbox], str], tmp_path: Path) -> None:
    box, settings = Mailbox("554 mailbox full"), Settings(data_dir=str(tmp_path), allow_private_network=True)
    secret = mail(box)
    address = keep_channel_secret(settings, secret)
    report = reports.save_report(demo, Report(0, "R", 7, blocks=("summary",)), NOW)
    early = NOW - timedelta(days=1)
    subscriptions.save_subscription(demo, Subscription(0, "Full", address, hour=12), early)
    subscriptions.save_subscription(demo, Subscription(0, "Gone", address, report=report, hour=12), early)
    subscriptions.save_subscription(demo, Subscription(0, "No address", "{channel:value:nothing}", hour=12), early)
    assert subscriptions.queue_mailings(demo, NOW) == 3
    with demo.write() as connection:  # the report goes after its edition was queued
        connection.exec_driver_sql("DELETE FROM report")
    assert mailing.send_mailings(demo, settings, NOW) == (0, 3)
    with demo.read() as connection:
        held = {m.subscription: m for m in subscriptions.recent_mailings(connection)}
    assert [m.state for m in held.values()] == ["waiting"] * 3
    errors = sorted(m.error for m in held.values())
    assert any("removed" in e for e in errors)
    assert {"no_address", "not_taken"} < set(errors)
    assert all("127.0.0.1" not in e and "them@example.org" not in e for e in errors)
    assert mailing.send_mailings(demo, settings, NOW + timedelta(seconds=30)) == (0, 0)  # not yet
    box.answer = "250 OK"
    sent, _failed = mailing.send_mailings(demo, settings, NOW + timedelta(seconds=61))
    assert sent == 1
    assert len(box.letters) == 1
