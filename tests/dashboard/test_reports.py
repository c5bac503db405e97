"""Pages and reports as documents, the morning brief, mailings, feeds and the interface, on the demo community."""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pypdfium2
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from dashboard.documents import frame as frames
from dashboard.documents import of_page as of_page_sections
from dashboard.documents.differences import differences
from dashboard.documents.frame import Frame, NotShareable
from dashboard.documents.morning import LEAST, brief_of, cut_to
from dashboard.documents.of_page import frozen
from dashboard.documents.of_report import report_blocks, report_document
from dashboard.files.table import file_of
from dashboard.files.text import Line, brief_text
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import topics as topic_reads
from dashboard.sending import mailings as mailing
from dashboard.web import api, share, syndication
from dashboard.web.guard import Throttle
from dashboard.web.lists import LISTS
from dashboard.web.openapi import openapi
from dashboard.web.syndication import Entry
from dashboard.words.language import percent, speaking
from data.credentials import keep_channel_secret
from data.inbox.ours import own_accounts
from data.models import NewPost, Scope
from data.models import whole as number_of
from data.posts.ingest import add_posts
from data.schema import post, post_text
from data.scope import page_number, scope_of
from data.settings import Settings
from data.sharing import reports, snapshots, subscriptions, tokens
from data.sharing.document import Comment, Document, Figure, Figures, Quotes, Section, Words, packed, unpacked
from data.sharing.reports import Report
from data.sharing.subscriptions import Subscription
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

BLOCKS = tuple(report_blocks())
MONTH = Scope(NOW.date() - timedelta(days=29), NOW.date())


@pytest.fixture
def demo(demo_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A copy of the demo record, as the one that the app and the worker use."""
    target = tmp_path / "demo.sqlite"
    demo_store.backup(target)
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "true")
    return Store(f"sqlite:///{target}")


@pytest.fixture
def frame(demo: Store) -> Frame:
    return Frame(MONTH, frames.own_brand(), "pseudonyms", NOW)


def whole(lang: str = "en", names: str = "pseudonyms") -> Document:
    with speaking(lang, "Europe/Paris"):
        return report_document(Report(1, "R", 30, lang=lang, names=names, blocks=BLOCKS), NOW)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_block_builds(frame: Frame, lang: str) -> None:
    with speaking(lang):
        for key, block in report_blocks().items():
            section = block.build(frame)
            assert section.title
            assert section.blocks, key
    document = whole(lang)
    assert unpacked(packed(document)) == document
    assert [s.key for s in document.sections] == [key for key in BLOCKS if key != "method"]
    assert document.coverage
    assert document.demo


def test_every_figure_opens_the_posts_it_counts(frame: Frame) -> None:
    checked = 0
    with speaking("en"):
        documents = [whole(), *(frozen(page, {"days": "30"}, NOW) for page in ("overview", "mentions", "reputation"))]
        for document in documents:
            for block in document.blocks():
                for figure in block.items if isinstance(block, Figures) else ():
                    assert figure.link, figure.label
                    if figure.label.startswith("Posts") and figure.number is not None:
                        scope = scope_of(lambda name, link=figure.link: link.get(name, ""), NOW.date())
                        total, _cards = post_reads.counted(scope)
                        assert total == figure.number, figure
                        checked += 1
    assert checked >= 6


def test_every_quote_is_a_part_of_its_post(demo: Store) -> None:
    with demo.read() as connection:
        stored = dict(connection.exec_driver_sql("SELECT post_id, plain FROM post_text").tuples().all())
        titles = dict(connection.exec_driver_sql("SELECT post_id, title FROM post_text").tuples().all())
    found = whole().quotes() + whole("fr").quotes()
    assert len(found) > 40
    for quote in found:
        assert quote.text in stored[quote.post] or quote.text in f"{titles[quote.post]}\n{stored[quote.post]}"
        assert quote.cut_after or stored[quote.post].rstrip().endswith(quote.text.rstrip())
        assert quote.is_demo


@pytest.mark.parametrize("names", ["pseudonyms", "names", "none"])
def test_who_appears(demo: Store, names: str) -> None:
    with demo.read() as connection:
        ours = set(own_accounts(connection))
        everybody = set(connection.execute(post.select().with_only_columns(post.c.author)).scalars()) - ours - {""}
        texts = " ".join(connection.execute(post_text.select().with_only_columns(post_text.c.plain)).scalars())
    document = whole(names=names)
    authors = {quote.author for quote in document.quotes()}
    raw = json.dumps(json.loads(json.dumps(str(document))))
    seen = {name for name in everybody if len(name) > 5 and name in raw and name not in texts}
    if names == "names":
        assert authors & everybody
    else:
        assert seen == set()
        assert not authors & everybody
        assert any(author.startswith("user-") for author in authors) == (names == "pseudonyms")
    if names == "none":
        assert authors - ours == {""} or authors == {""}


PAGES = [
    ("overview", {}),
    ("mentions", {}),
    ("mentions", {"view": "answer"}),
    ("mentions", {"view": "moderate"}),
    ("mentions", {"view": "quotes"}),
    ("mentions", {"q": "PDF", "langs": "fr"}),
    ("topics", {}),
    ("topics", {"view": "map"}),
    ("debates", {}),
    ("tools", {}),
    ("reputation", {}),
    ("reputation", {"view": "why"}),
    ("reputation", {"view": "why", "by": "source"}),
    ("reputation", {"view": "aspects"}),
    ("reputation", {"view": "actions"}),
    ("reputation", {"brand": "0"}),
    ("ideas", {}),
    ("calendar", {}),
    ("alerts", {}),
    ("people", {}),
    ("people", {"view": "places"}),
    ("sources", {}),
]
NAMES = ["-".join([page, *parameters.values()]) for page, parameters in PAGES]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("page", "parameters"), PAGES, ids=NAMES)
def test_every_page_freezes(demo: Store, page: str, parameters: dict[str, str], lang: str) -> None:
    with speaking(lang):
        document = frozen(page, parameters, NOW, note="Hello")
        assert document.sections
        assert document.note == "Hello"
        assert file_of(document, "html").decode().count("<h1>") == 1
        assert unpacked(packed(document)) == document


def test_one_of_each_kind_freezes(demo: Store) -> None:
    with speaking("en"):
        rows = topic_reads.topic_rows(MONTH.since, MONTH.until, False)
        wanted = [("topics", {"topic": str(rows[0].topic.id)})]
        with demo.read() as connection:
            first = {
                table: connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar()
                for table in ("debate", "tool", "idea", "alert", "post")
            }
            debate = connection.exec_driver_sql("SELECT id FROM debate WHERE state = 'debate'").scalar()
        wanted += [("debates", {"debate": str(debate)}), ("tools", {"tool": str(first["tool"]), "days": "90"})]
        wanted += [("ideas", {"idea": str(first["idea"])}), ("alerts", {"alert": str(first["alert"])})]
        wanted += [("mentions", {"post": str(first["post"])})]
        for page, parameters in wanted:
            document = frozen(page, parameters, NOW)
            assert document.quotes(), page
            assert document.title, page


@given(st.text(max_size=30) | st.sampled_from(["²", "٣", "-1", "9" * 5_000, "0001-01-01", "9999-12-31"]))
def test_numbers_of_an_address_are_read_or_left_out(text: str) -> None:
    assert 1 <= page_number(text, 7) <= 7
    scope = scope_of(lambda _name: text, NOW.date())
    assert scope.since <= scope.until
    assert scope.topic is None or scope.topic == number_of(text)


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("activity", {}),
        ("reputation", {"view": "brands"}),
        ("mentions", {"view": "words"}),
        ("alerts", {"view": "rules"}),
        ("topics", {"topic": "99999"}),
        ("debates", {"debate": "99999"}),
        ("alerts", {"alert": "99999"}),
        ("mentions", {"post": "99999"}),
        ("ideas", {"view": "templates"}),
        ("../etc", {}),
    ],
)
def test_what_holds_nothing_is_not_frozen(demo: Store, page: str, parameters: dict[str, str]) -> None:
    with speaking("en"), pytest.raises(NotShareable):
        frozen(page, parameters, NOW)


def test_what_changed_since(demo: Store) -> None:
    with speaking("en"):
        before = frozen("mentions", {"q": "PDF"}, NOW)
        assert differences(before, frozen("mentions", {"q": "PDF"}, NOW)).rows == ()
        with demo.write() as connection:
            source, _ = add_source(connection, "feed", "https://new.example", NOW)
            add_posts(connection, source.id, [NewPost("feed", "n", "PDF again", "PDF again", published_at=NOW)], NOW)
        after = frozen("mentions", {"q": "PDF"}, NOW)
        rows = differences(before, after).rows
    posts = next(row for row in rows if row[1] == "Posts")
    assert int(posts[3].replace(",", "")) == int(posts[2].replace(",", "")) + 1
    assert posts[4] == "+1.00" or posts[4] == "+1"


def test_shares_move_in_points() -> None:
    def of(share: float) -> Document:
        blocks = (
            Figures(
                (Figure("Negative", percent(share), number=share), Figure("Net", "0", number=share)),
            ),
        )
        return Document("T", "", "en", "", (Section("", "S", blocks),))

    with speaking("en"):
        assert differences(of(0.284), of(0.546)).rows == (("S", "Negative", "28%", "55%", "+27 points"),)
        assert differences(of(0.55), of(0.54)).rows == (("S", "Negative", "55%", "54%", "−1 point"),)


def test_a_report_holds_comments_and_shared_copies(demo: Store) -> None:
    with speaking("en"):
        shared = frozen("debates", {}, NOW, title="For the board")
        number, _token = snapshots.freeze(demo, shared, NOW)
        report = Report(
            0,
            "R",
            7,
            blocks=(f"snapshot:{number}", "topics", "snapshot:999"),
            comments={"topics": "<b>My</b>\nwords"},
            notes={"topics": "say this"},
        )
        document = report_document(report, NOW)
    assert document.sections[0].title == shared.title
    assert document.sections[0].blocks[1:] == shared.sections[0].blocks
    assert document.sections[1].blocks[0] == Comment("<b>My</b>\nwords")
    assert document.sections[1].notes == "say this"
    assert isinstance(document.sections[2].blocks[0], Words)
    assert "removed" in document.sections[2].blocks[0].text
    assert "say this" not in file_of(document, "html").decode()
    assert "Jun 8, 2026 – Jun 14, 2026" in document.subtitle  # the last whole week


def test_a_brief_is_cut_to_the_time_there_is(frame: Frame) -> None:
    with speaking("en"):
        since = NOW - timedelta(days=7)
        briefs = [brief_of(frame, since, minutes) for minutes in (1, 3, 10, 30)]
    sizes = [len(b.lines) for b in briefs]
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0] >= LEAST
    assert {b.posts for b in briefs} == {post_reads.counted(Scope(since.date(), NOW.date()))[0]}
    assert all(len(b.lines) + b.left == sizes[-1] + briefs[-1].left for b in briefs)
    assert {"new", "rising", "asked"} <= {line.kind for line in briefs[-1].lines}
    for line in briefs[-1].lines:
        assert line.page in of_page_sections.SHAREABLE
        assert line.link
    for minutes, brief in zip((1, 3), briefs, strict=False):
        words = sum(line.words for line in brief.lines)
        assert words <= 200 * minutes or len(brief.lines) == LEAST


def test_cutting_keeps_a_few_lines_whatever_the_time() -> None:
    lines = [Line("new", "word " * 500, "topics") for _ in range(6)]
    assert [len(cut_to(lines, minutes)[0]) for minutes in (1, 10, 30)] == [LEAST, 4, 6]
    assert cut_to([], 5) == ((), 0)


def test_an_empty_day_says_so(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("VIGIE_DEMO", "false")
    for lang, words in (("en", "Nothing unusual."), ("fr", "Rien d'inhabituel.")):
        with speaking(lang):
            brief = brief_of(Frame(MONTH, None, "pseudonyms", NOW), NOW - timedelta(days=1), 3)
            assert not brief.unusual
            assert brief.lines == ()
            assert words in brief_text(brief, demo=False)


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
    settings = Settings(data_dir=str(tmp_path))
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
    title = next(t for t in by_title if t.startswith("Vigie: Le mois, May 1, 2026 – May 31, 2026"))
    told = words_of(by_title[title])
    assert "IN SHORT" in told
    files = [part for part in by_title[title].walk() if part.get_filename()]
    assert [part.get_filename() for part in files] == ["vigie-2026-06-15.pdf"]
    book = pypdfium2.PdfDocument(files[0].get_payload(decode=True))
    assert "Le mois" in book[0].get_textpage().get_text_range()
    book.close()


def test_what_does_not_arrive_is_tried_again(demo: Store, mail: Callable[[Mailbox], str], tmp_path: Path) -> None:
    box, settings = Mailbox("554 mailbox full"), Settings(data_dir=str(tmp_path))
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
    assert any("credentials file" in e for e in errors)
    assert all("127.0.0.1" not in e and "them@example.org" not in e for e in errors)
    assert mailing.send_mailings(demo, settings, NOW + timedelta(seconds=30)) == (0, 0)  # not yet
    box.answer = "250 OK"
    sent, _failed = mailing.send_mailings(demo, settings, NOW + timedelta(seconds=61))
    assert sent == 1
    assert len(box.letters) == 1


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
    assert api.read("posts", token, {"page": "9" * 30, "q": "' OR 1=1 -- <b>", "brand": "x"}, NOW).status == 200
    seen = [api.read("sources", token, {}, NOW) for _ in range(130)]
    assert seen[-1].status == 429
    assert seen[-1].wait > 0


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


def test_periods_without_posts_make_documents_too(demo: Store) -> None:
    with speaking("fr"):
        document = report_document(Report(0, "R", 30, blocks=BLOCKS), NOW, (date(1999, 1, 1), date(1999, 1, 31)))
        for kind in ("html", "pdf", "pptx", "docx", "xlsx"):
            assert len(file_of(document, kind)) > 1_000, kind
    assert all(not isinstance(b, Quotes) or b.quotes for b in document.blocks())


def test_a_report_of_a_brand_watches_it(demo: Store) -> None:
    rival = next(b for b in reputation_reads.brands() if b.kind == "competitor")
    with speaking("en"):
        document = report_document(replace(Report(0, "R", 30, blocks=("reputation",)), brand=rival.id), NOW)
    assert rival.name in document.subtitle
    assert io.BytesIO(file_of(document, "pdf")).read(5) == b"%PDF-"


def test_an_older_edition_is_not_told_in_todays_trends(demo: Store) -> None:
    with speaking("en"):
        old = report_document(
            Report(0, "R", 30, blocks=("summary", "topics")), NOW, (date(2026, 5, 1), date(2026, 5, 31))
        )
        new = report_document(Report(0, "R", 30, blocks=("topics",)), NOW, (date(2026, 5, 17), date(2026, 6, 14)))
    told = [b.text for b in old.blocks() if isinstance(b, Words) and b.kind == "item"]
    assert any("in this period" in words for words in told)
    assert not any("in the last" in words for words in told)
    assert any("in the last" in b.text for b in new.blocks() if isinstance(b, Words))


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
