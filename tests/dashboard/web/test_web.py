"""What a token opens: the interface for programs, feeds of alerts, shared links."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import icalendar
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from sqlalchemy import select

from dashboard.documents.of_page import frozen
from dashboard.web import api, share, syndication
from dashboard.web.guard import Throttle
from dashboard.web.lists import LISTS
from dashboard.web.openapi import openapi
from dashboard.web.syndication import Entry
from dashboard.words.language import speaking
from data.inbox.ours import own_accounts
from data.models import INTENTS, OTHER_LANGUAGE, SENTIMENTS
from data.posts.reads import posts_by_id
from data.schema import post
from data.scope import NAMED_PERIODS
from data.sharing import snapshots, tokens
from data.sharing.saved_views import remove_view, save_view
from data.store import Store
from sources.collect import KINDS
from tests.conftest import NOW


@pytest.fixture
def demo(demo_on_both: Store) -> Store:
    return demo_on_both


def test_a_feed_of_a_saved_view_brings_its_posts_word_for_word(demo: Store) -> None:
    view = save_view(demo, "French", {"langs": "fr", "days": "60"}, NOW)
    token = tokens.grant(demo, "feed", "French", NOW, lang="fr", view=view)
    parsed = feedparser.parse(syndication.opened(token, "atom", "https://vigie.example", NOW) or b"")
    assert (parsed.bozo, parsed.feed.title) == (False, "French")
    assert parsed.entries
    with demo.read() as connection:
        for entry in parsed.entries:
            number = int(re.fullmatch(r"https://vigie\.example/mentions\?lang=fr&post=(\d+)", entry.link)[1])  # type: ignore[index]
            (post,) = posts_by_id(connection, (number,))
            assert post.lang == "fr"
            assert entry.summary.startswith(post.plain[:40])
            assert "Ce sont des messages de démonstration." in entry.summary
            assert post.author not in entry.title  # pseudonyms unless somebody asks for names
    assert syndication.opened(token, "ics", "https://vigie.example", NOW) is None
    remove_view(demo, view)
    assert syndication.opened(token, "atom", "https://vigie.example", NOW) is None


def test_feeds_of_alerts(demo: Store) -> None:
    token = tokens.grant(demo, "feed", "reader", NOW, lang="en")
    now = datetime.now(UTC)
    atom = syndication.opened(token, "atom", "https://vigie.example", now)
    assert atom is not None
    parsed = feedparser.parse(atom)
    assert not parsed.bozo
    assert parsed.feed.title == "Vigie"
    assert len(parsed.entries) >= 2
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    assert parsed.entries[0].title.startswith("Vigie: your brief of")
    assert all(entry.summary or entry.content for entry in parsed.entries)
    assert parsed.entries[0].link == "https://vigie.example/?lang=en"
    links = [entry.link for entry in parsed.entries[1:]]
    assert all(re.fullmatch(r"https://vigie\.example/alerts\?lang=en&alert=\d+", link) for link in links)
    calendar = icalendar.Calendar.from_ical(syndication.opened(token, "ics", "https://vigie.example", now) or b"")
    events = calendar.walk("VEVENT")
    assert [str(event["URL"]) for event in events] == links
    assert all(event["DTSTART"].dt <= event["DTEND"].dt for event in events)
    assert syndication.opened(token + "x", "atom", "", now) is None
    with demo.read() as connection:
        assert tokens.grants(connection)[0].uses == 2
    hostile = syndication.as_atom(
        [Entry("a", "<b>\x01]]>&", "\x0b<script>", NOW, "https://x.example/?a=1&b='\"<")], "t", "en", NOW
    )
    assert not feedparser.parse(hostile).bozo


def test_the_interface_is_what_it_says(demo: Store) -> None:
    described = openapi()
    validate(described)
    token = tokens.grant(demo, "api", "bi", NOW)
    assert {path.removeprefix("/api/v1/") for path in described["paths"]} == set(LISTS)
    for name, endpoint in LISTS.items():
        known = {"until": NOW.date().isoformat(), "days": "60"} if "days" in endpoint.parameters else {}
        answer = api.read(name, token, known, NOW)
        assert answer.status == 200, name
        content = json.loads(json.dumps(answer.content))
        schema = described["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]
        Draft202012Validator(schema).validate(content)
        assert content["demo"] is True
        assert content["items"] or name == "verbatims", name
        for row in content["items"][:3]:
            assert set(row) == set(endpoint.items), name
    asked = {"until": NOW.date().isoformat(), "langs": "fr", "page": "2"}
    content = json.loads(json.dumps(api.read("posts", token, asked, NOW).content))
    assert content["page"] == 2
    assert len(content["items"]) == 25
    assert {row["language"] for row in content["items"]} == {"fr"}
    with demo.read() as connection:
        stored = dict(connection.exec_driver_sql("SELECT post_id, plain FROM post_text").tuples().all())
        ours = set(own_accounts(connection))
    assert all(row["text"] == stored[row["id"]] for row in content["items"])
    assert all(row["author"].startswith("user-") or row["author"] in ours | {""} for row in content["items"])
    named = tokens.grant(demo, "api", "named", NOW, names="names")
    content = json.loads(json.dumps(api.read("posts", named, {"until": NOW.date().isoformat()}, NOW).content))
    assert not all(row["author"].startswith("user-") for row in content["items"])


def test_the_interface_refuses(demo: Store) -> None:
    token = tokens.grant(demo, "api", "bi", NOW)
    feed = tokens.grant(demo, "feed", "reader", NOW)
    answers = {
        (api.read("posts", wrong, {}, NOW).status, json.dumps(api.read("posts", wrong, {}, NOW).content))
        for wrong in ("", "x", feed, token[:-1], "\ud800", "a" * 10_000)
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401
    assert api.read("secrets", token, {}, NOW).status == 404
    refused = api.read("posts", token, {"drop": "1"}, NOW)
    assert refused.status == 400
    assert "drop" in str(refused.content["error"])
    assert api.read("days", token, {"since": "yesterday"}, NOW).status == 400
    assert api.read("posts", token, {"page": "9" * 14, "q": "' OR 1=1 -- <b>", "brand": "7"}, NOW).status == 200
    seen = [api.read("sources", token, {}, NOW) for _ in range(130)]
    assert seen[-1].status == 429
    assert seen[-1].wait > 0


NONSENSE = [
    *(("langs", value) for value in ("zz", "fr,zz", "french", "FR", "fr,", ",", "fr;en", "en' OR 1=1")),
    *(("sentiments", value) for value in ("sad", "negative,sad", "NEGATIVE", "negative,,positive")),
    *(("intents", value) for value in ("rant", "question,rant")),
    *(("sources", value) for value in ("abc", "1,abc", "-1", "1.5", "1e3", "9" * 30)),
    *(("kinds", value) for value in ("newspaper", "feed,newspaper", "feed mastodon", "../feed")),
    *((name, value) for name in ("brand", "topic") for value in ("abc", "-1", "1,2", "0x1", "9" * 30, "None")),
    *(("days", value) for value in ("abc", "0", "-3", "1.5", "99999999", "٣٠٠٠٠")),
    *(("page", value) for value in ("abc", "0", "-1", "9" * 30)),
    *(
        (name, value)
        for name in ("since", "until")
        for value in ("yesterday", "2026-13-01", "2026-02-30", "0001-01-01")
    ),
    ("q", "a" * 501),
    ("period", "fortnight"),
    ("against", "month"),
]


def test_a_filter_that_makes_no_sense_is_refused_by_its_name(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "calls", Throttle(1_000, 60.0))
    token = tokens.grant(demo, "api", "bi", NOW)
    parameters = {"since", "until", "days", "page", "brand", "sources", "kinds", "langs", "sentiments", "intents"}
    parameters |= {"period", "against"}
    assert set(LISTS["posts"].parameters) == parameters | {"topic", "q"}
    for name, value in [*NONSENSE, *((name, empty) for name in (*parameters, "topic", "q") for empty in ("", " "))]:
        refused = api.read("posts", token, {name: value}, NOW)
        assert refused.status == 400, (name, value)
        assert str(refused.content["error"]).startswith(f"{name}: "), refused.content
        assert "items" not in refused.content
    for together in (
        {"days": "7", "since": "2026-06-01"},
        {"since": "2026-06-02", "until": "2026-06-01"},
        {"period": "week", "days": "7"},
    ):
        assert api.read("days", token, together, NOW).status == 400
    kinds = ",".join(("feed", "demo", "import"))
    sense = {"langs": "fr,en", "sentiments": "negative,unsure", "sources": "1,2", "kinds": kinds, "topic": "999999"}
    answer = api.read("posts", token, sense, NOW)
    assert answer.status == 200
    assert answer.content["items"] == []  # no such topic: nothing, not everything
    assert api.read("posts", token, {"q": '"!!!"', "days": "60"}, NOW).content["items"] == []


SENSE = [
    *(("kinds", kind) for kind in sorted(KINDS)),
    ("kinds", ",".join(sorted(KINDS))),
    *(("langs", value) for value in ("fr", "en", "de,es,pt")),
    *(("sentiments", value) for value in (*SENTIMENTS, OTHER_LANGUAGE)),
    *(("intents", value) for value in INTENTS),
    *(("period", value) for value in NAMED_PERIODS),
    ("against", "year"),
    *((name, value) for name in ("brand", "topic", "sources", "page", "days") for value in ("1", "7")),
    *((name, "2026-06-01") for name in ("since", "until")),
    ("q", "login"),
]


def test_every_filter_of_every_list_takes_all_that_makes_sense(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "calls", Throttle(10_000, 60.0))
    token = tokens.grant(demo, "api", "bi", NOW)
    told: set[str] = set()
    for name, asked in LISTS.items():
        told |= set(asked.parameters)
        for parameter, value in SENSE if name == "posts" else ():
            found = api.read(name, token, {parameter: value}, NOW)
            assert found.status == 200, (name, parameter, value, found.content)
        for parameter in asked.parameters:
            legal = next(value for known, value in SENSE if known == parameter)
            assert api.read(name, token, {parameter: legal}, NOW).status == 200, (name, parameter)
            wrong = next(value for known, value in NONSENSE if known == parameter)
            assert api.read(name, token, {parameter: wrong}, NOW).status == 400, (name, parameter)
    assert told == {parameter for parameter, _ in SENSE}
    assert {"import", "demo", "google_play", "threads"} <= KINDS
    with demo.read() as connection:
        kinds = {kind for (kind,) in connection.execute(select(post.c.source_kind).distinct())}
    assert kinds <= KINDS


def test_who_tries_many_is_told_to_wait() -> None:
    throttle = Throttle(3, 10.0)
    for moment in (0.0, 1.0, 2.0):
        assert throttle.wait("a", moment) == 0
        throttle.failed("a", moment)
    assert throttle.wait("a", 3.0) == 7
    assert throttle.wait("b", 3.0) == 0  # another one is not
    assert throttle.wait("a", 10.1) == 0
    for number in range(20_000):
        throttle.failed(str(number), 11.0)
    assert len(throttle._held) == 10_000  # bounded


def test_a_link_outlives_the_workspace_and_the_demo_that_it_was_made_in(
    demo: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking("en"):
        number, token = snapshots.freeze(demo, frozen("debates", {}, NOW), NOW)
    found = share.find(token, NOW)
    assert found is not None
    assert found[1].id == number
    monkeypatch.setenv("VIGIE_DEMO", "false")  # one's own posts are shown now
    found = share.find(token, NOW)
    assert found is not None
    assert found[1].id == number
    assert share.find(token + "x", NOW) is None
    tomorrow = Store(f"sqlite:///{tmp_path / 'tomorrow.sqlite'}")  # the demo is made anew each day
    snapshots.carry_over(demo, tomorrow)
    with demo.read() as old, tomorrow.read() as new:
        assert snapshots.find(new, token, NOW) == snapshots.find(old, token, NOW)
        assert snapshots.document_of(new, number) == snapshots.document_of(old, number)
