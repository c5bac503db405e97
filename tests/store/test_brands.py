"""Brands as queries: sixty queries with the posts they must find, hostile ones, forms, back in time."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.alerts import alerts
from data.alerts import destinations as destinations_store
from data.alerts import rules as alerts_rules
from data.models import Brand, NewPost, to_day
from data.posts.full_text import condition
from data.posts.ingest import add_posts
from data.posts.query_language import QueryError, parse
from data.reputation.brands import (
    BrandError,
    brands_behind,
    find_mentions,
    get_brands,
    keep_settings_brands,
    named_in,
    preview,
    remove_brand,
    save_brand,
)
from data.schema import mention, post
from data.source_list import add_source
from data.store import Store

# key: (text, title, author, lang, community, source kind, link)
POSTS = {
    "a": ("Brimelo est en panne depuis ce matin", "", "ann", "fr", "r/assos", "reddit", "https://example.org/a"),
    "b": ("I love Brimelo, the planning is great", "", "bob", "en", "r/clubs", "reddit", "https://example.org/b"),
    "c": ("Le cœur de l'équipe Brim Elo répond", "", "Ann B", "fr", "Forum", "forum", "https://forum.test/c"),
    "d": ("#Brimelo festival in Leeds", "", "cat", "en", "", "mastodon", "https://social.test/d"),
    "e": ("Written in C++ and .NET by @brimelo", "", "dan", "en", "", "mastodon", "https://social.test/e"),
    "f": ("C is a language. Nothing else", "", "eve", "en", "", "feed", "https://blog.test/f"),
    "g": ("Orange is my favourite fruit; an orange a day", "", "eve", "en", "", "feed", "https://blog.test/g"),
    "h": ("Orange augmente ses prix, encore", "", "fay", "fr", "", "feed", "https://journal.test/h"),
    "i": ("la panne du planning de mardi", "", "gus", "fr", "r/assos", "reddit", "https://example.org/i"),
    "j": ("panne un deux trois quatre cinq six sept planning", "", "gus", "fr", "", "feed", "https://blog.test/j"),
    "k": ("planifier, planification et plannings", "", "hal", "fr", "", "feed", "https://blog.test/k"),
    "l": ("See https://brimelo.example/docs for more", "", "ivy", "en", "", "feed", "https://blog.test/l"),
    "m": ("nothing here", "Brimelo in the title", "jon", "en", "", "feed", "https://blog.test/m"),
    "n": ("Bri-melo, brimelos and 2024 plans: 3 releases", "", "kim", "en", "", "feed", "https://blog.test/n"),
    "o": ("ÉCOLE À ÇÀ, straße, Æther", "", "lou", "fr", "", "feed", "https://blog.test/o"),
    "p": ("Marks & Spencer sells tea", "", "max", "en", "", "feed", "https://blog.test/p"),
}
QUERIES = [
    ("brimelo", "abdelm"),
    ("BRIMELO", "abdelm"),
    ("brimélo", "abdelm"),
    ('"brim elo"', "c"),
    ("brim elo", "c"),
    ('brimelo OR "brim elo"', "abcdelm"),
    ("brimelo panne", "a"),
    ("brimelo AND panne", "a"),
    ("panne brimelo", "a"),
    ("brimelo ET panne", "a"),
    ("panne OU festival", "adij"),
    ("brimelo -panne", "bdelm"),
    ("brimelo NOT panne", "bdelm"),
    ("brimelo SAUF panne", "bdelm"),
    ("brimelo -panne -festival", "belm"),
    ("brimelo -(panne OR festival)", "belm"),
    ("NOT brimelo", "cfghijknop"),
    ("(panne OR festival) brimelo", "ad"),
    ("((brimelo))", "abdelm"),
    ("panne NEAR/1 planning", "i"),
    ("panne NEAR/7 planning", "ij"),
    ("planning NEAR/1 panne", "i"),
    ("planning NEAR panne", "i"),
    ('"panne planning"~1', "i"),
    ('"panne planning"~7', "ij"),
    ("panne NEAR/0 planning", ""),
    ('"est en" NEAR/1 depuis', "a"),
    ('depuis NEAR/1 "est en"', "a"),
    ("panne PROCHE/1 planning", "i"),
    ("plan*", "bijkn"),
    ("planning*", "bijk"),
    ("planif*", "k"),
    ("brimelo*", "abdelmn"),
    ("bri*", "abcdelmn"),
    ("coeur", "c"),
    ("cœur", "c"),
    ("équipe", "c"),
    ("equipe", "c"),
    ("l'équipe", "c"),
    ('"en panne depuis"', "a"),
    ("ecole", "o"),
    ("strasse", "o"),
    ("aether", "o"),
    ("C++", "e"),
    (".NET", "e"),
    ("#brimelo", "d"),
    ("@brimelo", "e"),
    ('"marks & spencer"', "p"),
    ("2024", "n"),
    ("bri-melo", "n"),
    ("lang:fr brimelo", "a"),
    ("langue:en orange", "g"),
    ('author:"Ann B"', "c"),
    ("auteur:ann", "a"),
    ("author:@cat", "d"),
    ("network:mastodon", "de"),
    ("place:assos", "ai"),
    ("source:journal", "h"),
    ("link:forum.test", "c"),
    ("link:brimelo.example", "l"),
    ("brimelo -network:reddit", "delm"),
    ("orange (prix OR tarif*)", "h"),
    ("title", "m"),
    ("brimelo title", "m"),
    ("zzzz", ""),
    ("brimelo lang:de", ""),
    ("« en panne »", "a"),
    ("“en panne”", "a"),
]


@pytest.fixture
def filled(store: Store, now: datetime) -> Store:
    with store.write() as connection:
        for key, (text, title, author, lang, community, kind, url) in POSTS.items():
            made, _ = add_source(connection, kind, url.rsplit("/", 1)[0], now, title=url.split("/")[2].split(".")[0])
            item = NewPost(
                kind,
                key,
                text,
                text,
                title=title,
                url=url,
                author=author,
                published_at=now,
                lang=lang,
                community=community,
            )
            add_posts(connection, made.id, [item], now)
        connection.execute(post.update().values(pending=False))
    return store


def keys(store: Store, query: str) -> str:
    with store.read() as connection:
        rows = connection.execute(select(post.c.native_id).where(condition(parse(query))))
        return "".join(sorted(rows.scalars()))


def mentioned(store: Store, brand_id: int) -> str:
    with store.read() as connection:
        rows = connection.execute(
            select(post.c.native_id).join(mention, mention.c.post_id == post.c.id).where(mention.c.brand_id == brand_id)
        )
        return "".join(sorted(rows.scalars()))


def test_sixty_queries_find_their_posts(filled: Store) -> None:
    assert len(QUERIES) >= 60
    wrong = [(query, wanted, keys(filled, query)) for query, wanted in QUERIES if keys(filled, query) != wanted]
    assert not wrong


@pytest.mark.parametrize(
    ("query", "code", "position"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("brimelo OR", "ending", 10),
        ("OR brimelo", "unexpected", 0),
        ("brimelo AND AND x", "unexpected", 12),
        ('brimelo "unclosed', "quote", 8),
        ("(brimelo", "parenthesis", 0),
        ("brimelo)", "closing", 7),
        ("()", "unexpected", 1),
        ("colour:red", "field", 0),
        ("https://example.org", "field", 0),
        ("*", "star", 0),
        ("*melo", "star", 0),
        ("bri*melo", "star", 0),
        ("b?imelo", "star", 0),
        ("b*", "stem", 0),
        ("...", "signs", 0),
        ('""', "signs", 0),
        ("brimelo NEAR/21 panne", "distance", 8),
        ("brimelo NEAR/5", "ending", 14),
        ("NEAR/5 brimelo", "unexpected", 0),
        ('"brimelo"~3', "distance", 0),
        ("x" * 4_001, "long", 4_000),
        ("(" * 21 + "x" + ")" * 21, "deep", 20),
        (" ".join(f"w{i}" for i in range(300)), "many", 890),
    ],
)
def test_a_query_that_cannot_be_read_says_where_and_why(query: str, code: str, position: int) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert (raised.value.code, raised.value.position) == (code, position)


HOSTILE = [
    "(" * 5_000,
    "a " * 5_000,
    "a OR " * 2_000 + "a",
    '"' * 9_999,
    "NOT " * 1_000 + "a",
    "-" * 10_000,
    "*" * 10_000,
    "a* " * 150,
    "é" * 10_000,
    "(a OR b) " * 60,
    "'; DROP TABLE post; --",
    'a" OR rowid NEAR(',
    "a:b:c:d",
    "\0\0\0",
    "{x TO y}",
    "a^5",
    "title:a",
    "&|!<->",
    "'a' & 'b'",
    "\\",
    "%_%",
    "link:%",
    "author:'",
    "ﬁ ﬀ",
    "🙂",
    "NEAR NEAR NEAR",
]


def test_hostile_queries_are_bounded_in_time(filled: Store) -> None:
    for query in HOSTILE:
        started = time.monotonic()
        with contextlib.suppress(QueryError):
            keys(filled, query)
        assert time.monotonic() - started < 5, query[:40]


@given(st.text(alphabet='ab"()*-:~/ ORNTEA5é#@', max_size=60))
@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_an_answer_or_a_said_error(filled: Store, query: str) -> None:
    try:
        keys(filled, query)
    except QueryError as error:
        if not 0 <= error.position <= len(query):
            pytest.fail(f"{query!r}: the error lies outside of it")


def test_a_form_is_a_query(filled: Store) -> None:
    made = save_brand(filled, Brand(0, "Brimelo", True, ("Brim Elo",), exclusions=("festival",)))
    with filled.read() as connection:
        (item,) = get_brands(connection)
    assert find_mentions(filled, item) == 6
    assert mentioned(filled, made) == "abcelm"


def test_a_common_word_can_be_told_apart(filled: Store) -> None:
    plain = Brand(0, "orange", False, kind="competitor")
    made = save_brand(filled, plain)

    def found(**changes: object) -> str:
        from dataclasses import replace

        save_brand(filled, replace(plain, id=made, **changes))
        with filled.read() as connection:
            behind = brands_behind(connection)
        assert [b.id for b in behind] == [made]
        find_mentions(filled, behind[0])
        return mentioned(filled, made)

    assert found() == "gh"
    assert found(context=("prix", "réseau")) == "h"
    assert found(name="orange", exact_case=True) == "g"
    assert found(name="Orange", exact_case=True, exclusions=("fruit",)) == "h"
    assert found(expert="orange lang:fr") == "h"
    with filled.read() as connection:
        assert not brands_behind(connection)


def test_new_posts_are_matched_like_old_ones(filled: Store) -> None:
    made = save_brand(filled, Brand(0, "Brimelo", True, hashtags=("brimelo",), accounts=("brimelo",)))
    with filled.read() as connection:
        ids = dict(connection.execute(select(post.c.native_id, post.c.id)).tuples().all())
        brands = get_brands(connection)
        named = named_in(connection, brands, [ids[k] for k in "abcg"])
    assert named == [[made], [made], [], []]


def test_a_brand_that_makes_no_sense_is_refused(filled: Store) -> None:
    save_brand(filled, Brand(0, "Brimelo", True))
    for item, code in (
        (Brand(0, " ", True), "name"),
        (Brand(0, "brimelo", False, kind="competitor"), "taken"),
        (Brand(0, "!!!", True), "words"),
        (Brand(0, "x y", True, kind="other"), "kind"),
    ):
        with pytest.raises(BrandError) as raised:
            save_brand(filled, item)
        assert raised.value.code == code
    with pytest.raises(QueryError):
        save_brand(filled, Brand(0, "Other", True, expert="(a"))


def test_settings_leave_what_people_changed(filled: Store) -> None:
    with filled.write() as connection:
        assert keep_settings_brands(connection, [("Brimelo", True, ()), ("Orange", False, ())])
        assert not keep_settings_brands(connection, [("Brimelo", True, ()), ("Orange", False, ())])
        brands = {b.name: b for b in get_brands(connection)}
    save_brand(filled, Brand(brands["Orange"].id, "Orange", False, ("Orange SA",), kind="competitor"))
    with filled.write() as connection:
        assert not keep_settings_brands(connection, [("Brimelo", True, ()), ("Orange", False, ("other",))])
        assert keep_settings_brands(connection, [])
        assert [b.name for b in get_brands(connection)] == ["Orange"]
    remove_brand(filled, brands["Orange"].id)
    with filled.read() as connection:
        assert get_brands(connection) == []


def test_a_preview_shows_matches_and_near_misses(filled: Store, now: datetime) -> None:
    day = to_day(now)
    with filled.read() as connection:
        shown = preview(connection, parse("brimelo -festival lang:en"), day - 1, day)
        names = {i: k for k, i in connection.execute(select(post.c.native_id, post.c.id)).tuples()}
        none = preview(connection, parse("brimelo"), day - 40, day - 30)
    assert shown.posts == 4
    assert {names[i] for i in shown.newest} == set("belm")
    assert {names[i] for i in shown.near_misses} == set("adn")
    assert (none.posts, none.missed) == (0, 0)


def test_a_brand_that_cannot_be_read_stops_nothing(filled: Store) -> None:
    save_brand(filled, Brand(0, "Brimelo", True))
    with filled.write() as connection:
        keep_settings_brands(connection, [("+++", False, ())])
        brands = get_brands(connection)
        first = connection.execute(select(post.c.id).where(post.c.native_id == "b")).scalar_one()
        assert named_in(connection, brands, [first]) == [[next(b.id for b in brands if b.name == "Brimelo")]]


def test_removing_a_brand_leaves_no_alert_and_no_delivery(filled: Store, now: datetime) -> None:
    made = save_brand(filled, Brand(0, "Brimelo", True))
    rule = alerts_rules.AlertRule(
        alerts_rules.save_rule(filled, alerts_rules.AlertRule(0, "volume", brand=made), now), "volume", brand=made
    )
    destinations_store.save_destination(filled, destinations_store.Destination(0, "Mail", "x"), now)
    with filled.write() as connection:
        alert = alerts.keep_finding(connection, rule, alerts.Finding("k", 1, 1, 1))
        assert destinations_store.queue_deliveries(connection, [alert], now) == 1
    remove_brand(filled, made)
    with filled.read() as connection:
        assert destinations_store.recent_deliveries(connection) == []
        assert alerts.get_alert(connection, alert) is None
        assert alerts_rules.alert_rules(connection) == []
