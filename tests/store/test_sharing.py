"""Snapshots, reports, recipients, tokens: kept, opened, closed, and cleaned when an author is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.erasing.people import erase_author
from data.models import NewPost, to_epoch
from data.posts.ingest import add_posts
from data.posts.pseudonyms import author_salt, pseudonym
from data.posts.quotes import quote_of
from data.posts.reads import page_of_posts
from data.sharing import reports, snapshots, subscriptions, tokens
from data.sharing.document import (
    Document,
    Figure,
    Figures,
    Quotes,
    Said,
    Section,
    Table,
    Words,
    packed,
    posts_of,
    unpacked,
)
from data.sharing.reports import Report, period_of
from data.sharing.subscriptions import Subscription, edition_due
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

TEXTS = ["Ana says this, exactly  so.\n  <b>é</b> 👩‍👩‍👧", "Ben answers.", "Ana again."]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "https://x.example", NOW, title="Place")
        names = ["Ana", "Ben", "Ana"]
        items = [
            NewPost(
                "feed",
                str(i),
                text,
                text,
                author=name,
                published_at=NOW - timedelta(hours=i),
                url=f"https://x.example/{i}",
            )
            for i, (text, name) in enumerate(zip(TEXTS, names, strict=True))
        ]
        add_posts(connection, source.id, items, NOW)
        author_salt(connection, make=True)
    return store


def document_of(store: Store) -> Document:
    from data.scope import Scope

    with store.read() as connection:
        posts = page_of_posts(connection, Scope(date(2026, 6, 1), date(2026, 6, 30)), 1, folded=False)
        salt = author_salt(connection)
    posts = sorted(posts, key=lambda p: TEXTS.index(p.plain))
    quotes = tuple(quote_of(p, author=pseudonym(p.author, salt)) for p in posts)
    table = Table(
        "People", (("Author", "text"), ("Posts", "number")), ((pseudonym("Ana", salt), 2), (pseudonym("Ben", salt), 1))
    )
    figures = Figures((Figure("Posts", "3", "", 3, link={"page": "mentions"}),))
    section = Section(
        "s",
        "Section",
        (Words("One", "item", Said(posts[0].plain, posts[0].id)), figures, table, Quotes("Said", quotes)),
        "my notes",
    )
    return Document("Title", "June", "en", "made", (section,), demo=True, coverage=("c",), method=("m",))


def test_a_document_is_the_same_after_keeping(filled: Store) -> None:
    document = document_of(filled)
    assert unpacked(packed(document)) == document
    assert [q.text for q in document.quotes()] == TEXTS
    assert len(posts_of(document)) == 3
    for damaged in (b"", b"not zlib", packed(document)[:-9]):
        with pytest.raises(ValueError, match="not a document"):
            unpacked(damaged)


def test_a_token_opens_one_snapshot_until_it_does_not(filled: Store) -> None:
    document = document_of(filled)
    number, token = snapshots.freeze(filled, document, NOW, expires_at=NOW + timedelta(days=1), password="sésame")
    assert len(token) >= 43  # 256 bits in base64
    with filled.read() as connection:
        row = connection.exec_driver_sql("SELECT * FROM snapshot").one()
        assert token not in str(row)
        assert "sésame" not in str(row)
        found = snapshots.find(connection, token, NOW)
        assert found is not None
        assert found.id == number
        assert snapshots.document_of(connection, number) == document.without_notes()  # nobody else sees the notes
        assert snapshots.unlocks(connection, number, "sésame")
        assert not snapshots.unlocks(connection, number, "Sésame")
        assert not snapshots.unlocks(connection, number, "")
        for wrong in (token[:-1], token + "x", token.swapcase(), "", "\ud800", "x" * 5_000, "%00", "' OR 1=1 --"):
            assert snapshots.find(connection, wrong, NOW) is None
        assert snapshots.find(connection, token, NOW + timedelta(days=1)) is None  # expired
    snapshots.note_view(filled, number, NOW)
    snapshots.note_view(filled, number, NOW)
    fresh = snapshots.renew(filled, number)
    with filled.read() as connection:
        assert snapshots.find(connection, token, NOW) is None
        found = snapshots.find(connection, fresh, NOW)
        assert found is not None
        assert (found.views, found.has_password) == (2, True)
    snapshots.revoke(filled, number, NOW)
    with filled.read() as connection:
        assert snapshots.find(connection, fresh, NOW) is None
        assert [s.id for s in snapshots.snapshots(connection)] == [number]
    snapshots.remove(filled, number)
    with filled.read() as connection:
        assert snapshots.snapshots(connection) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshot_post").scalar() == 0


def test_what_cannot_be_frozen_is_refused(filled: Store) -> None:
    document = document_of(filled)
    with pytest.raises(ValueError, match="names"):
        snapshots.freeze(filled, document, NOW, names="everybody")
    with pytest.raises(ValueError, match="title"):
        snapshots.freeze(filled, replace(document, title="  "), NOW)
    import random

    noise = random.Random(1)
    large = Words("".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(1_500_000)))
    with pytest.raises(ValueError, match="large"):
        snapshots.freeze(filled, replace(document, sections=(Section("s", "S", (large,)),)), NOW)


def test_presentations_hold_notes_and_are_forgotten(filled: Store) -> None:
    document = document_of(filled)
    number, _token = snapshots.freeze(filled, document, NOW, presenting=True, expires_at=NOW + timedelta(hours=1))
    with filled.write() as connection:
        assert snapshots.document_of(connection, number).sections[0].notes == "my notes"
        assert snapshots.snapshots(connection) == []
    snapshots.forget_presentations(filled, NOW)
    with filled.read() as connection:
        assert snapshots.one_snapshot(connection, number) is not None
    snapshots.forget_presentations(filled, NOW + timedelta(hours=2))
    with filled.read() as connection:
        assert snapshots.one_snapshot(connection, number) is None


def test_erasing_an_author_erases_their_words_in_snapshots(filled: Store) -> None:
    document = document_of(filled)
    number, token = snapshots.freeze(filled, document, NOW)
    other, _ = snapshots.freeze(filled, replace(document, sections=(Section("x", "X", (Words("no quote"),)),)), NOW)
    with filled.read() as connection:
        salt = author_salt(connection)
        untouched = snapshots.document_of(connection, other)
    assert erase_author(filled, "Ana") == 2
    with filled.read() as connection:
        assert snapshots.find(connection, token, NOW) is not None  # it still opens, and says what is missing
        kept = snapshots.document_of(connection, number)
        assert snapshots.document_of(connection, other) == untouched
    assert [(q.text, q.erased) for q in kept.quotes()] == [("", True), ("Ben answers.", False), ("", True)]
    assert all(not q.author and not q.url for q in kept.quotes() if q.erased)
    words, _figures, table, _quotes = kept.sections[0].blocks
    assert isinstance(words, Words)
    assert words.said is not None
    assert words.said.text == ""
    assert isinstance(table, Table)
    assert table.rows == (("[…]", 2), (pseudonym("Ben", salt), 1))
    raw = str(kept)
    for text in (TEXTS[0], TEXTS[2], pseudonym("Ana", salt), "x.example/0"):
        assert text not in raw


def test_tokens_of_programs(store: Store) -> None:
    token = tokens.grant(store, "api", "  BI   tool ", NOW, expires_at=NOW + timedelta(days=1))
    with store.read() as connection:
        found = tokens.find(connection, "api", token, NOW)
        assert found is not None
        assert (found.name, found.names) == ("BI tool", "pseudonyms")
        assert tokens.find(connection, "feed", token, NOW) is None  # of another kind
        assert tokens.find(connection, "api", token + "x", NOW) is None
        assert tokens.find(connection, "api", token, NOW + timedelta(days=2)) is None
        assert token not in str(connection.exec_driver_sql("SELECT * FROM access").all())
    tokens.note_use(store, found.id, NOW)
    tokens.revoke(store, found.id, NOW)
    with store.read() as connection:
        assert tokens.find(connection, "api", token, NOW) is None
        assert tokens.grants(connection)[0].uses == 1
    for kind, name in (("all", "x"), ("api", "  ")):
        with pytest.raises(ValueError, match=kind):
            tokens.grant(store, kind, name, NOW)


def test_a_report_keeps_its_words(store: Store) -> None:
    made = reports.save_report(
        store,
        Report(
            0, " My  report ", 30, blocks=("summary", "topics", "summary"), comments={"topics": "Mine\né", "x": " "}
        ),
        NOW,
    )
    with store.read() as connection:
        (held,) = reports.reports(connection)
    assert (held.id, held.name, held.blocks) == (made, "My report", ("summary", "topics"))
    assert dict(held.comments) == {"topics": "Mine\né"}
    reports.save_report(store, replace(held, blocks=("summary", "snapshot:3")), NOW)
    with store.read() as connection:
        held = reports.one_report(connection, made) or held
    assert dict(held.comments) == {"topics": "Mine\né"}  # for when the block comes back
    for wrong in (
        replace(held, name=" "),
        replace(held, blocks=("rm -rf",)),
        replace(held, blocks=("snapshot:x",)),
        replace(held, names="all"),
        replace(held, days=0),
        replace(held, days=400),
    ):
        with pytest.raises(ValueError, match=r".*"):
            reports.save_report(store, wrong, NOW)
    item = subscriptions.save_subscription(store, Subscription(0, "Ana", "{0}", report=made), NOW)
    reports.remove_report(store, made)
    with store.read() as connection:
        assert reports.reports(connection) == []
        assert item not in [s.id for s in subscriptions.subscriptions(connection)]


@pytest.mark.parametrize(
    ("days", "today", "first", "last"),
    [
        (7, date(2026, 6, 15), date(2026, 6, 8), date(2026, 6, 14)),  # a Monday: the week that has just ended
        (7, date(2026, 6, 14), date(2026, 6, 1), date(2026, 6, 7)),  # a Sunday: this week is not over
        (30, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (30, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        (90, date(2026, 6, 15), date(2026, 3, 17), date(2026, 6, 14)),
    ],
)
def test_periods_of_reports(days: int, today: date, first: date, last: date) -> None:
    assert period_of(days, today) == (first, last)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("kind", "zone", "now", "edition"),
    [
        ("daily", "Europe/Paris", "2026-06-15T07:59+02:00", "2026-06-14"),  # yesterday's, still in time? no: too late
        ("daily", "Europe/Paris", "2026-06-15T08:00+02:00", "2026-06-15"),
        ("daily", "America/Montreal", "2026-06-15T12:00+00:00", "2026-06-15"),
        ("daily", "Europe/Paris", "2026-03-29T08:30+02:00", "2026-03-29"),  # the night that summer time begins
        ("weekly", "Europe/Paris", "2026-06-15T09:00+02:00", "2026-06-15"),
        ("weekly", "Europe/Paris", "2026-06-16T09:00+02:00", None),
        ("monthly", "UTC", "2026-07-01T08:00+00:00", "2026-07-01"),
        ("monthly", "UTC", "2026-07-02T08:00+00:00", None),
    ],
)
def test_when_an_edition_is_due(kind: str, zone: str, now: str, edition: str | None) -> None:
    found = edition_due(Subscription(1, "a", "", kind, zone=zone, hour=8), at(now))
    if edition == "2026-06-14":
        assert found is None  # 24 hours late: skipped rather than sent with today's
    else:
        assert (found[0].isoformat() if found else None) == edition


def test_each_edition_is_queued_once_and_tried_again(store: Store) -> None:
    made = subscriptions.save_subscription(store, Subscription(0, "Ana", "{0}", hour=12), NOW - timedelta(days=3))
    late = subscriptions.save_subscription(store, Subscription(0, "New", "{1}", hour=11), NOW)  # added after its hour
    assert subscriptions.queue_mailings(store, NOW) == 1
    assert subscriptions.queue_mailings(store, NOW + timedelta(minutes=5)) == 0
    moment = NOW
    for _ in range(6):
        with store.read() as connection:
            assert subscriptions.any_mailing_due(connection, moment)
            (item,) = subscriptions.due_mailings(connection, moment)
        assert item.subscription == made != late
        subscriptions.note_mailing(store, item, moment, "refused")
        with store.read() as connection:
            assert subscriptions.due_mailings(connection, moment) == []
            (item,) = subscriptions.recent_mailings(connection)
        moment = max(item.due_at, moment)
    assert (item.state, item.attempts, item.error) == ("failed", 6, "refused")
    subscriptions.send_again(store, item.id, moment)
    with store.read() as connection:
        (item,) = subscriptions.due_mailings(connection, moment)
    subscriptions.note_mailing(store, item, moment)
    with store.read() as connection:
        (item,) = subscriptions.recent_mailings(connection)
    assert (item.state, item.error, to_epoch(item.sent_at or NOW)) == ("sent", "", to_epoch(moment))
    for wrong in (
        Subscription(0, " ", ""),
        Subscription(0, "a", "", zone="Mars/Base"),
        Subscription(0, "a", "", "hourly"),
        Subscription(0, "a", "", hour=24),
    ):
        with pytest.raises(ValueError, match=r".*"):
            subscriptions.save_subscription(store, wrong, NOW)
