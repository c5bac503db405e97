"""What guests of a shared link send, over real HTTP: kept as text, from its own page only, bounded, counted first."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from selectolax.lexbor import LexborHTMLParser as Html
from sqlalchemy import update
from starlette.applications import Starlette

from dashboard.documents.acts.one import document_of
from dashboard.web import guests as routes
from dashboard.web import share
from dashboard.web.gate import COOKIE
from dashboard.web.guard import Throttle
from data.acting import acts, by_link
from data.acting.kept import listed
from data.acting.policy import Policy, save_policy
from data.actor import Actor, acting
from data.house.accounts import put_account
from data.house.sessions import open_session
from data.house.store import House
from data.schema import snapshot
from data.settings import load_settings
from data.sharing import guests, snapshots
from data.sharing.document import Document, Section, Words
from data.sharing.guests import Answer
from data.store import Store

HERE = {"Sec-Fetch-Site": "same-origin"}
SECTIONS = (Section("a", "First", (Words("One"),)), Section("b", "Second <b>", (Words("Two"),)))
DOCUMENT = Document("Launch", "June", "en", "made", SECTIONS)


class Site:
    """The routes of shared links behind a real server on loopback, and the record that they read."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        app = Starlette(routes=[*share.ROUTES, *routes.ROUTES])
        self.server = uvicorn.Server(uvicorn.Config(app, port=self.port, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def close(self) -> None:
        self.server.should_exit = True
        self._thread.join(10)

    def share(self, asks: str = "comments", **more: Any) -> str:
        return snapshots.freeze(self.store, DOCUMENT, datetime.now(UTC), asks=asks, question="Is it so?", **more)[1]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def page(self, token: str, tail: str = "") -> Html:
        status, body, headers = self.ask("GET", f"/share/{token}{tail}")
        assert status == 200
        assert "set-cookie" not in headers
        return Html(body)

    def send(
        self, token: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        body = urlencode({"kind": "comment", "text": "Hello"} | (fields or {}), errors="surrogatepass")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", f"/share/{token}/answer", body, **form, **(HERE if headers is None else headers))

    def kept(self) -> list[Answer]:
        with self.store.read() as connection:
            ids = [s.id for s in snapshots.snapshots(connection)]
            return [answer for number in sorted(ids) for answer in guests.answers(connection, number)]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'vigie.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").make(template="template")
        monkeypatch.setenv("VIGIE_DATABASE_URL", url)
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    monkeypatch.setattr(routes, "_addresses", Throttle(routes.OF_ADDRESS, routes.WINDOW))
    monkeypatch.setattr(routes, "_links", Throttle(routes.OF_LINK, routes.WINDOW))
    running = Site(Store(url))
    yield running
    running.close()


def test_a_guest_answers_and_is_thanked(site: Site) -> None:
    token = site.share()
    page = site.page(token)
    form = page.css_first("#answer form")
    assert form is not None
    assert form.attributes["action"] == f"/share/{token}/answer#answer"
    assert [option.text() for option in page.css("option")] == ["The whole document", "First", "Second <b>"]
    assert "Is it so?" in page.css_first("#answer").text()
    assert page.css_first(".asked a").attributes["href"] == "#answer"
    assert page.css_first("script") is None
    status, _body, headers = site.send(token, {"text": "Too long", "name": "Ana", "section": "2"})
    assert (status, headers["location"]) == (303, f"/share/{token}?thanks=1#answer")
    assert "set-cookie" not in headers
    thanks = site.page(token, "?thanks=1")
    assert thanks.css_first("[role=status]").text() == "Thank you. Your answer has been passed on."
    assert "Too long" not in thanks.css_first("main").text()  # others see nothing of it
    assert [(a.kind, a.text, a.name, a.section) for a in site.kept()] == [("comment", "Too long", "Ana", 2)]
    time.sleep(0.2)  # the view is counted behind the answer
    with site.store.read() as connection:
        assert snapshots.snapshots(connection)[0].views == 1  # thanking is none
    assert site.ask("GET", f"/share/{token}/answer")[0] == 303  # going back to it leads to the page


def test_an_approval_needs_no_words_and_a_wish_for_changes_does(site: Site) -> None:
    token = site.share("approval")
    buttons = site.page(token).css("#answer button")
    assert [b.attributes.get("value") for b in buttons] == [None, "approved", "changes"]
    assert "disabled" in buttons[0].attributes  # the one that Enter in a field would press
    assert site.send(token, {"kind": "approved", "text": ""})[0] == 303
    status, body, _headers = site.send(token, {"kind": "changes", "text": " ", "name": 'A "quoted" name'})
    assert status == 422
    page = Html(body)
    assert page.css_first("[role=alert]").text() == "Write something first."
    assert page.css_first("input[name=name]").attributes["value"] == 'A "quoted" name'
    assert site.send(token, {"kind": "changes", "text": "The title"})[0] == 303
    assert [a.kind for a in site.kept()] == ["approved", "changes"]
    assert site.send(site.share("comments"), {"kind": "approved"})[0] == 422


HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea></form><img src=x onerror=alert(1)>",
    '"><iframe src=http://evil.example>',
    "javascript:alert(1) http://evil.example [x](http://evil.example) ![](http://evil.example/x.png) **b** :smile:",
    "{{7*7}} {name} %s %(x)s",
    "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "\nfirst line is empty",
    "é 👩\u200d👩\u200d👧 العربية",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_text(site: Site, words: str) -> None:
    token = site.share(mutual=True)
    status, _body, headers = site.send(token, {"text": words, "name": words[:60]})
    assert (status, headers.get_all("set-cookie")) == (303, None)
    page = site.page(token)
    expected = guests.plain(words)
    shown = page.css_first(".guests .words").text()
    assert shown == expected == site.kept()[0].text
    assert page.css_first(".guests strong").text() == f"guest: {guests.plain(words[:60], lines=False)}"
    assert page.css("script, iframe, img, object, embed") == []
    assert {a.attributes["href"][:7] for a in page.css("a")} <= {"/share/", "#answer"}
    status, body, _headers = site.send(token, {"text": words, "name": "x" * 81})  # not kept: shown again
    assert status == 422
    again = Html(body)
    assert again.css_first("textarea").text() == expected
    assert again.css("script, iframe, img, object, embed") == []


def test_signs_that_cannot_be_seen_are_taken_out(site: Site) -> None:
    token = site.share(mutual=True)
    site.send(token, {"text": "a\0b\u202ec\x1b[31m\u2066", "name": "Ana\u202e\0\nadministrator"})
    kept = site.kept()[0]
    assert (kept.text, kept.name) == ("abc[31m", "Ana administrator")
    assert "guest: Ana administrator" in site.page(token).css_first(".guests").text()
    site.ask("POST", f"/share/{token}/answer", b"kind=comment&text=%ff%fe%C3", **HERE)
    assert "\ufffd" in site.kept()[1].text


def test_only_the_page_of_the_link_sends(site: Site) -> None:
    token = site.share()
    mine = f"http://127.0.0.1:{site.port}"
    for headers in (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": mine},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": f"http://evil.example#{mine}"},
        {"Origin": mine + ".evil.example"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": f"http://127.0.0.1:{site.port + 1}"},
    ):
        status, body, _headers = site.send(token, headers=headers)
        assert (status, "Nothing was sent" in body) == (403, True), headers
    assert site.kept() == []
    assert site.send(token, headers={"Origin": mine})[0] == 303
    # so that a browser says where it sends from: not to others
    assert site.ask("GET", f"/share/{token}")[2]["referrer-policy"] == "same-origin"
    assert site.ask("GET", f"/share/{site.share('')}")[2]["referrer-policy"] == "no-referrer"


def test_what_is_too_much_is_refused_whole(site: Site) -> None:
    token = site.share()
    status, body, _headers = site.send(token, {"text": "x" * 2_001, "name": "Ana"})
    assert status == 422
    assert "longer than 2,000 characters" in body
    assert Html(body).css_first("textarea").text().count("x") == 2_001  # theirs is not lost
    assert site.send(token, {"text": "\U0001f469" * 2_000})[0] == 303  # four bytes each, twelve as they are sent
    for size in (100_000, 5_000_000):
        try:
            status = site.send(token, {"text": "x" * size})[0]
        except (BrokenPipeError, ConnectionResetError):  # it hung up on us
            status = 413
        assert status == 413
    chunks = (b"kind=comment&text=" + b"x" * 10_000 for _ in range(20))
    assert site.ask("POST", f"/share/{token}/answer", chunks, **HERE)[0] == 413  # no length said
    assert site.ask("POST", f"/share/{token}/answer", "&".join(f"f{n}=1" for n in range(50)), **HERE)[0] == 400
    other = site.share()
    for wrong in ("3", "-1", "9" * 40, "x", ""):
        assert site.send(other, {"section": wrong})[0] == 422
    assert len(site.kept()) == 1


def test_who_sends_many_waits(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    token = site.share()
    answers = [site.send(token) for _ in range(routes.OF_ADDRESS + 2)]
    assert [status for status, _body, _headers in answers] == [303] * routes.OF_ADDRESS + [429] * 2
    assert 0 < int(answers[-1][2]["retry-after"]) <= 600
    assert "Wait 10 minutes, then go back" in answers[-1][1]
    assert len(site.kept()) == routes.OF_ADDRESS
    assert site.send(site.share())[0] == 303  # another link is not slowed
    monkeypatch.setattr(routes, "_addresses", Throttle(1_000, routes.WINDOW))  # many addresses on one link
    many = site.share()
    found = [site.send(many)[0] for _ in range(routes.OF_LINK + 1)]
    assert found == [303] * routes.OF_LINK + [429]


def test_a_full_link_says_so(site: Site) -> None:
    token = site.share()
    with site.store.write() as connection:
        row = "INSERT INTO guest_answer (snapshot_id, kind, text, at) VALUES (1, 'comment', 'x', 0)"
        for _ in range(guests.MOST):
            connection.exec_driver_sql(row)
    status, body, _headers = site.send(token, {"text": "One more"})
    assert status == 409
    assert "takes no more" in body
    assert "One more" in Html(body).css_first("textarea").text()


def test_a_busy_record_gives_the_words_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    token = site.share()
    monkeypatch.setattr("data.sqlite.BUSY_MS", 300)
    monkeypatch.setattr("data.postgresql.WAIT", "300ms")
    with site.store.write():
        status, body, _headers = site.send(token, {"text": "Kept for later"})
    assert (status, "Kept for later" in body) == (503, True)
    assert site.send(token, {"text": "Kept for later"})[0] == 303


def test_links_that_take_nothing(site: Site) -> None:
    now = datetime.now(UTC)
    expired, revoked, wrong = site.share(expires_at=now - timedelta(seconds=1)), site.share(), "A" * 43
    snapshots.revoke(site.store, 2, now)
    answers = [site.send(token) for token in (expired, revoked, wrong)]
    assert {status for status, _body, _headers in answers} == {404}
    assert len({body for _status, body, _headers in answers}) == 1
    silent, off = site.share(""), site.share()
    presenting = snapshots.freeze(site.store, DOCUMENT, now, presenting=True)[1]
    guests.ask(site.store, 4, "")
    for token in (silent, off):
        assert site.page(token).css_first("#answer") is None
    for token in (silent, off, presenting):
        assert site.send(token)[0] == 409
    guests.ask(site.store, 4, "comments")
    assert site.send(off)[0] == 303
    guests.allow(site.store, False)
    assert site.page(off).css_first("#answer") is None
    assert site.send(off)[0] == 409
    guests.allow(site.store, True)
    with site.store.write() as connection:
        connection.execute(update(snapshot).where(snapshot.c.id == 4).values(body=b"x"))
    assert site.send(off)[0] == 409  # damaged
    assert len(site.kept()) == 1


def test_a_password_is_needed_to_answer_too(site: Site) -> None:
    token = site.share(password="sésame")
    status, _body, headers = site.send(token)
    assert (status, headers["location"]) == (303, f"/share/{token}")
    assert site.kept() == []
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    _status, _body, headers = site.ask("POST", f"/share/{token}", urlencode({"password": "sésame"}), **form)
    cookie = headers["set-cookie"].split(";")[0]
    assert site.send(token, headers=HERE | {"Cookie": cookie})[0] == 303
    assert len(site.kept()) == 1


def test_guests_see_one_another_only_where_that_is_wanted(site: Site) -> None:
    token = site.share()
    site.send(token, {"text": "Mine alone"})
    assert "Mine alone" not in site.page(token).html
    guests.ask(site.store, 1, "comments", mutual=True)
    assert "Mine alone" in site.page(token).html
    guests.hide(site.store, site.kept()[0].id)
    assert "Mine alone" not in site.page(token).html


def test_french_is_spoken_where_the_document_is_french(site: Site) -> None:
    french = Document("Lancement", "juin", "fr", "fait", SECTIONS)
    _number, token = snapshots.freeze(site.store, french, datetime.now(UTC), asks="approval", mutual=True)
    site.send(token, {"kind": "approved", "name": "Ana"})
    words = site.page(token).css_first("#answer").text()
    assert "invité : Ana" in re.sub(r"\s", " ", words)
    assert "Valider" in words


def asked_of(site: Site, account: int) -> str:
    """The token of a link to an act that an account asked for, made by another."""
    now = datetime.now(UTC)
    save_policy(site.store, Policy(on=True, second=True, by_link=True))
    with acting(Actor(account, "Ana", "editor")):
        kept = acts.ask(site.store, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hold <b>it</b>."), now)
    with acting(Actor(account + 1, "Ben", "editor")):
        return by_link.make_link(site.store, kept, document_of(kept, None), 3, now)


def test_a_link_to_an_act_shows_it_word_for_word_and_is_used_up(site: Site) -> None:
    token = asked_of(site, 7)
    page = site.page(token)
    assert page.css_first(".comment").text(strip=True) == "Hold <b>it</b>."
    assert [link.attributes["href"] for link in page.css(".tools a")] == [f"/share/{token}/slides"]  # and no files
    status, body, _headers = site.send(token, {"kind": "approved", "name": "Zoé"})
    assert status == 200
    assert "This link has done its work" in body
    with site.store.read() as connection:
        assert [one.state for one in listed(connection, ["ready"])] == ["ready"]
    assert site.send(token, {"kind": "changes", "text": "Wait"})[0] == site.ask("GET", f"/share/{token}")[0] == 404


def test_whoever_asked_for_an_act_does_not_approve_it_in_a_browser_of_theirs(site: Site) -> None:
    now = datetime.now(UTC)
    house = House(load_settings().house_url)
    with house.write() as connection:
        ana = put_account(connection, "Ana", "ana", "editor", now)
    token, session = asked_of(site, ana), open_session(house, ana, "a browser", now)
    status, body, _headers = site.send(token, {"kind": "approved"}, HERE | {"Cookie": f"{COOKIE}={session}"})
    assert (status, "somebody else must approve it" in body, site.kept()) == (403, True, [])
    assert site.send(token, {"kind": "approved"})[0] == 200
