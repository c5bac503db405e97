"""A person is told by one mail of what others assigned to them: from a real mail server, over failures and a kill."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from selectolax.lexbor import LexborHTMLParser

from dashboard.sending.notices import send_notices
from data.acting import acts
from data.acting.policy import Policy, save_policy
from data.actor import Actor, acting
from data.alerts.destinations import Destination, save_destination
from data.credentials import keep_channel_secret
from data.house import accounts
from data.house.accounts import describe_self, put_account
from data.house.store import House
from data.inbox import notices, triage
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

WORDS = "Bonjour — où est ma commande <123> ? J’attends depuis lundi."
LATER = NOW + notices.GATHER


class Mailbox:
    """What a mail server took, with whom it was for. `hold`: it takes the letter and never answers until told to."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], Any]] = []
        self.answer, self.refuses = "250 OK", False
        self.hold, self.arrived = False, threading.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.refuses:
            return "450 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.letters.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content)))
        self.arrived.set()
        if self.hold:
            import asyncio

            await asyncio.sleep(30)
        return self.answer


class Team:
    """Ana and Ben, a mail server, and three posts that wait."""

    def __init__(self, folder: Path, box: Mailbox, port: int) -> None:
        self.settings = Settings(
            data_dir=str(folder), demo=False, allow_private_network=True, public_url="https://vigie.example"
        )
        self.store, self.box, self.house = Store(self.settings.store_url), box, House(self.settings.house_url)
        with self.house.write() as connection:
            self.ana, self.ben = (
                put_account(connection, name, name, "administrator", NOW, email=f"{name.lower()}@team.example")
                for name in ("Ana", "Ben")
            )
        secret = keep_channel_secret(
            self.settings, f"mailto://127.0.0.1:{port}?from=vigie@example.org&to=alerts@example.org&mode=insecure"
        )
        self.channel = save_destination(self.store, Destination(0, "Mail", secret, lang="fr", notices=True), NOW)
        with self.store.write() as connection:
            made, _ = add_source(connection, "feed", "http://127.0.0.1/feed", NOW)
            new = [NewPost("feed", str(n), f"{WORDS} {n}", f"{WORDS} {n}", published_at=NOW) for n in range(3)]
            add_posts(connection, made.id, new, NOW)
            self.posts = [int(i) for i in connection.exec_driver_sql("SELECT id FROM post ORDER BY id").scalars()]

    def assign(self, number: int, name: str, by: str = "Ana", at: datetime = NOW) -> None:
        with acting(Actor({"Ana": self.ana, "Ben": self.ben}[by], by, "member")):
            triage.change(self.store, [self.posts[number]], "assigned", name, at)

    def send(self, at: datetime = LATER) -> tuple[int, int]:
        return send_notices(self.store, self.settings, at)

    def why_failed(self) -> list[str]:
        with self.store.read() as connection:
            return [one.error for one in notices.failed_notices(connection)]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield Team(tmp_path, box, port)
    server.stop()


def parts_of(letter: Any) -> tuple[str, str]:
    """(text, HTML)."""
    plain, html = (part.get_payload(decode=True).decode() for part in letter.walk() if not part.is_multipart())
    return plain, html


def test_one_mail_tells_what_was_assigned_within_some_minutes(team: Team) -> None:
    team.assign(0, "Ben")
    team.assign(1, "Ben", at=NOW + timedelta(minutes=1))
    team.assign(2, "Ana")  # her own
    assert team.send(NOW) == (0, 0)
    assert team.send() == (1, 0)
    assert team.send() == team.send(LATER + timedelta(days=1)) == (0, 0)
    ((to, letter),) = team.box.letters
    assert to == ["ben@team.example"]  # not who the channel is for
    assert letter["To"] == "ben@team.example"
    assert str(make_header(decode_header(letter["Subject"]))) == "Vigie: 2 messages vous sont attribués"
    plain, html = parts_of(letter)
    tree = LexborHTMLParser(html)
    assert [node.text(deep=True) for node in tree.css("blockquote")] == [f"{WORDS} 0", f"{WORDS} 1"]
    links = [f"https://vigie.example/mentions?lang=fr&post={i}" for i in team.posts[:2]]
    assert [node.attributes["href"] for node in tree.css("a.link")] == links
    for number, link in enumerate(links):
        assert f"{WORDS} {number}" in plain
        assert f"→ {link}" in plain
    assert plain.count("Ana vous a attribué ce message.") == html.count("Ana vous a attribué ce message.") == 2


def test_in_ones_own_language_and_not_where_it_is_switched_off(team: Team) -> None:
    with acting(Actor(team.ben, "Ben", "member")):
        describe_self(team.house, team.ben, "Ben", "b@team.example", NOW, lang="en")
    team.assign(0, "Ben")
    assert team.send() == (1, 0)
    to, letter = team.box.letters[0]
    assert (to, letter["Subject"]) == (["b@team.example"], "Vigie: Ana assigned a post to you")
    with acting(Actor(team.ben, "Ben", "member")):
        describe_self(team.house, team.ben, "Ben", "b@team.example", NOW, notices=False, lang="en")
    team.assign(1, "Ben")
    assert team.send() == (0, 0)
    with acting(Actor(team.ben, "Ben", "member")):
        describe_self(team.house, team.ben, "Ben", "b@team.example", NOW, lang="en")
    assert team.send() == (0, 0)  # nothing is told afterwards
    team.assign(2, "Nobody")
    assert team.send() == (0, 0)
    assert len(team.box.letters) == 1


def test_nobody_is_told_where_no_channel_is_marked(team: Team) -> None:
    save_destination(team.store, Destination(team.channel, "Mail", "none", lang="fr"), NOW)
    team.assign(0, "Ben")
    assert team.send() == (0, 0)
    with team.store.read() as connection:
        assert not notices.any_notice_due(connection, LATER)  # the worker does not come back to it


def test_of_two_of_one_name_nobody_is_told(team: Team) -> None:
    with team.house.write() as connection:
        put_account(connection, "Ben", "ben2", "member", NOW, email="other@team.example")
    team.assign(0, "Ben")
    assert team.send() == (0, 0)
    assert not team.box.letters


def test_a_closed_account_is_not_told(team: Team) -> None:
    team.assign(0, "Ben")
    with acting(Actor(team.ana, "Ana", "administrator")):
        accounts.close(team.house, team.ben, NOW)
    assert team.send() == (0, 0)
    assert not team.box.letters


@pytest.mark.parametrize("fault", ["receiver", "letter"])
def test_what_the_server_refuses_is_tried_again_and_sent_once(team: Team, fault: str) -> None:
    team.assign(0, "Ben")
    team.box.refuses, team.box.answer = fault == "receiver", "250 OK" if fault == "receiver" else "451 not now"
    assert team.send() == (0, 1)
    assert team.send() == (0, 0)  # not yet
    assert team.send(LATER + timedelta(seconds=61)) == (0, 1)
    team.box.refuses, team.box.answer = False, "250 OK"
    assert team.send(LATER + timedelta(minutes=10)) == (1, 0)
    assert team.send(LATER + timedelta(days=1)) == (0, 0)
    assert len(team.box.letters) == 1


def test_what_was_handled_between_two_tries_is_not_sent(team: Team) -> None:
    team.assign(0, "Ben")
    team.box.refuses = True
    assert team.send() == (0, 1)
    team.box.refuses = False
    with acting(Actor(team.ben, "Ben", "member")):
        triage.change(team.store, [team.posts[0]], "handled", "Ben", LATER)
    assert team.send(LATER + timedelta(hours=1)) == (0, 0)
    assert not team.box.letters


def started(team: Team, folder: Path) -> subprocess.Popen[bytes]:
    """`deliver` as the worker starts it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    environment |= {"VIGIE_DATA_DIR": str(folder), "VIGIE_DEMO": "false", "PYTHONPATH": str(ROOT)}
    environment |= {"VIGIE_ALLOW_PRIVATE_NETWORK": "true"}
    return subprocess.Popen([sys.executable, "-m", "dashboard", "deliver"], env=environment, cwd=folder)


def test_a_kill_while_the_server_takes_it_sends_nothing_twice(team: Team, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    team.assign(0, "Ben", at=now - timedelta(hours=1))
    team.box.hold = True
    victim = started(team, tmp_path)
    assert team.box.arrived.wait(30)  # the server has the letter, its answer has not gone
    victim.kill()
    victim.wait()
    team.box.hold = False
    assert len(team.box.letters) == 1
    assert started(team, tmp_path).wait() == 0
    assert team.send(now + notices.CLAIM * 2) == (0, 0)
    assert len(team.box.letters) == 1
    assert team.why_failed() == ["cut_off"]


def test_an_answer_that_never_comes_is_no_reason_to_send_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sending.alerts.SECONDS", 1)
    team.assign(0, "Ben")
    team.box.hold = True
    assert team.send() == (0, 1)
    team.box.hold = False
    assert team.send(LATER + timedelta(hours=1)) == (0, 0)
    assert len(team.box.letters) == 1
    assert team.why_failed() == ["unknown"]


def test_who_may_approve_an_act_is_told_of_it_once_and_who_asked_is_not(team: Team) -> None:
    with team.house.write() as connection:
        put_account(connection, "Mia", "mia", "member", NOW, email="mia@team.example")
    save_policy(team.store, Policy(on=True, second=True))
    with acting(Actor(team.ana, "Ana", "administrator")):
        wish = acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hold it for ten seconds.")
        first = acts.ask(team.store, wish, NOW)
        taken = acts.ask(team.store, replace(wish, key="n" * 20, target="2"), NOW)
        acts.cancel(team.store, taken.id, NOW)
    assert team.send(NOW) == (0, 0)
    assert team.send() == (1, 0)
    assert team.send() == team.send(LATER + timedelta(days=1)) == (0, 0)
    ((to, letter),) = team.box.letters
    assert to == ["ben@team.example"]
    assert str(make_header(decode_header(letter["Subject"]))) == "Vigie: 1 action attend votre validation"
    plain, html = parts_of(letter)
    assert "« Hold it for ten seconds. »" in plain.replace("\xa0", " ").replace("\u202f", " ")
    assert f"https://vigie.example/mentions?lang=fr&view=acts&act={first.id}" in plain
    assert "Hold it for ten seconds." in html


def test_an_approval_that_was_given_meanwhile_is_not_told(team: Team) -> None:
    save_policy(team.store, Policy(on=True, second=True))
    with acting(Actor(team.ana, "Ana", "administrator")):
        made = acts.ask(team.store, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hold it."), NOW)
    with acting(Actor(team.ben, "Ben", "administrator")):
        acts.approve(team.store, made.id, NOW)
    assert team.send() == (0, 0)
    assert team.box.letters == []
