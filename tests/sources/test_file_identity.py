"""Which post a row of a file is, and whose: within a file, across files, and beside what was collected."""

# ruff: noqa: E501 - lines of files, as they are

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, text

from data.models import NewPost
from data.posts.ingest import add_posts
from data.schema import post
from data.settings import Settings
from data.source_list import add_source, mark_own
from data.store import Store
from sources.files.imports import Imported, import_file
from sources.files.meaning.identity import is_rounded, of_link
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.kinds.mastodon import parse_statuses

Bring = Callable[..., Imported]


@pytest.fixture
def bring(store: Store, settings: Settings, now: datetime) -> Bring:
    def brought(name: str, body: str, ours: bool | None = None) -> Imported:
        stream = io.BytesIO(body.encode())
        guess = preview(stream, name, now=now).guess
        if ours is not None:
            from dataclasses import replace

            guess = replace(guess, ours=ours)
        return import_file(store, settings, stream, name, guess, now=lambda: now)

    return brought


def ours_in(store: Store) -> dict[str, bool]:
    with store.read() as connection:
        rows = connection.execute(text("SELECT t.plain, p.by_us FROM post p JOIN post_text t ON t.post_id = p.id"))
        return {plain: bool(by_us) for plain, by_us in rows}


POLL = "id,date,author,comment\n"


@pytest.mark.parametrize(
    ("first", "second", "new"),
    [
        (
            POLL + "1,2026-05-01,A,warm pots\n2,2026-05-02,B,cold pots\n",
            POLL + "1,2026-06-01,A,big pots\n2,2026-06-02,C,old pots\n",
            2,
        ),
        ("id,answer\n1,ok\n2,fine so far\n", "id,answer\n1,ok\n2,never again\n", 2),  # so short that anybody says it
        (
            "answer,day\nyes indeed,2026-05-01\nyes indeed,2026-05-01\n",
            "answer,day\nyes indeed,2026-05-01\nyes indeed,2026-05-01\nno,2026-05-02\n",
            1,
        ),
        (
            POLL + "1,2026-05-01,A,warm pots\n",
            POLL + "1,2026-05-01,A,warm pots\n2,2026-06-02,C,old pots\n",
            1,
        ),  # overlap
    ],
)
def test_numbers_of_a_file_mean_nothing_in_another(
    bring: Bring, store: Store, first: str, second: str, new: int
) -> None:
    one = bring("first.csv", first)
    assert one.new == first.count("\n") - 1
    assert bring("renamed.csv", first).new == 0
    assert bring("first.csv", second).new == new


def test_what_is_there_twice_with_a_name_and_an_hour_is_one(bring: Bring) -> None:
    row = "2026-05-01 10:00,Ana,I said it once\n"
    done = bring("a.csv", "date,author,text\n" + row + row)
    assert (done.new, done.reasons) == (1, {"duplicate": 1})


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("1.78E+18", True),
        ("1,78E+18", True),
        ("1780000000000000000", True),
        ("1780000000000000001", False),
        ("17", False),
        ("1000000", False),
    ],
)
def test_ids_that_a_spreadsheet_rounded(value: str, rounded: bool) -> None:
    assert is_rounded(value) is rounded


def test_rounded_ids_of_a_network_identify_nothing(bring: Bring) -> None:
    head = "Post id,Date,Post text,Post Link,Likes\n"
    rows = "1.9E+18,2026-03-01,First pot,,1\n1.9E+18,2026-03-02,Second pot,,1\n"
    assert bring("x.csv", head + rows).new == 2
    assert bring("y.csv", head + rows).new == 0


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://twitter.com/ana/status/1800000000000000001?s=20", ("x", "1800000000000000001")),
        ("https://www.reddit.com/r/pots/comments/ab1/my_title/cd2/?context=3", ("reddit", "t1_cd2")),
        ("https://old.reddit.com/r/pots/comments/ab1/my_title/", ("reddit", "t3_ab1")),
        ("https://www.youtube.com/watch?v=v1&lc=Ug1", ("youtube", "Ug1")),
        ("https://www.youtube.com/watch?v=v1", None),
        ("https://www.facebook.com/55/posts/66", ("facebook", "55_66")),
        ("https://www.facebook.com/55/posts/66?comment_id=7", None),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A42/", ("linkedin", "urn:li:activity:42")),
        ("https://www.tiktok.com/@ana/video/731?lang=fr", ("tiktok", "731")),
        ("https://bsky.app/profile/did:plc:a/post/3k", ("bluesky", "at://did:plc:a/app.bsky.feed.post/3k")),
        ("https://x.com/ana", None),
        ("http://[", None),
        ("pots", None),
    ],
)
def test_a_posts_own_address_says_who_it_is(link: str, found: tuple[str, str] | None) -> None:
    assert of_link(link) == found


def test_an_export_meets_what_was_collected(bring: Bring, store: Store, now: datetime) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "x", "search:pots", now)
        known = NewPost("x", "1900000000000000001", "New kiln", "New kiln", author="shop", published_at=now)
        add_posts(connection, source.id, [known], now)
    body = "Post id,Date,Post text,Post Link,Likes\n1900000000000000001,2026-03-01,New kiln,https://x.com/shop/status/1900000000000000001,5\n"
    done = bring("mine.csv", body)
    assert (done.new, done.known) == (0, 1)
    assert ours_in(store) == {"New kiln": True}  # said of the export, it counts for what a search had brought


def test_a_file_may_be_said_to_be_ours_or_not(bring: Bring, store: Store, now: datetime) -> None:
    bring("a.csv", "author,text,date\nAna,What a pot it is,2026-03-01\n", ours=True)
    bring("a.csv", "author,text,date\nBo,It has a hole in it,2026-03-01\n")  # the same name, other people
    assert ours_in(store) == {"What a pot it is": True, "It has a hole in it": False}
    with store.read() as connection:
        assert dict(connection.execute(text("SELECT address, is_own FROM source")).all()) == {
            "a.csv": True,
            "a.csv (others)": False,
        }


def test_marking_a_source_has_its_posts_read_again(bring: Bring, store: Store) -> None:
    done = bring("a.csv", "author,text,date\nAna,What a pot it is,2026-03-01\n")
    with store.write() as connection:
        connection.execute(post.update().values(pending=False))
    mark_own(store, done.source_id, True)
    with store.read() as connection:
        assert connection.execute(select(post.c.pending)).scalar_one()


def test_boosted_words_are_never_ours(store: Store, now: datetime) -> None:
    def status(number: str, who: str, **more: object) -> dict[str, object]:
        account = {"id": who, "acct": who, "url": f"https://m.example/@{who}"}
        return {"id": number, "uri": f"https://m.example/{number}", "content": number, "account": account, **more}

    boost = status("3", "us", reblog=status("2", "ana"))
    again = status("5", "us", reblog=status("4", "us"))
    posts = parse_statuses([status("1", "us"), boost, again], "https://m.example/@us")
    with store.write() as connection:
        source, _ = add_source(connection, "mastodon", "https://m.example/@us", now)
        connection.execute(text("UPDATE source SET is_own = :yes"), {"yes": True})
        add_posts(connection, source.id, posts, now)
    assert ours_in(store) == {"1": True, "2": False, "4": True}


def test_replies_find_what_they_answer_by_the_files_own_numbers() -> None:
    body = b"id,parent,author,date,text\n1,,Ana,2026-03-01,Who has clay?\n2,1,Bo,2026-03-01,I have some\n3,9,Cy,2026-03-02,Me too\n"
    items = [item for _, item in posts_of(io.BytesIO(body), "t.csv", preview(io.BytesIO(body), "t.csv").guess)]
    posts = [item for item in items if not isinstance(item, BadRow)]
    assert [p.parent_id for p in posts] == ["", posts[0].native_id, "9"]


def test_a_number_that_several_rows_have_is_nobodys_parent() -> None:
    body = b"id,thread_id,chat,author_name,body,reply_to,views,forwards,unix_timestamp\n5,a,a,Ana,Who has clay?,,1,0,1769940000\n6,a,a,Bo,I have,5,1,0,1769940060\n7,a,a,Cy,And glaze?,6,1,0,1769940070\n5,b,b,Di,Good morning,,1,0,1769940080\n"
    items = [item for _, item in posts_of(io.BytesIO(body), "t.csv", preview(io.BytesIO(body), "t.csv").guess)]
    posts = [item for item in items if not isinstance(item, BadRow)]
    assert [p.parent_id for p in posts] == ["", "", posts[1].native_id, ""]


@pytest.mark.parametrize("column", ["reply", "response", "Antwort", "réponse"])
def test_an_answer_is_ours_only_where_its_column_says_so(column: str) -> None:
    body = f"date,author,text,{column}\n2026-05-01 10:00,Ana,Where is my pot?,I wonder too\n2026-05-01 11:00,Bo,Mine came today,\n".encode()
    items = [item for _, item in posts_of(io.BytesIO(body), "t.csv", preview(io.BytesIO(body), "t.csv").guess)]
    posts = [item for item in items if not isinstance(item, BadRow)]
    assert [(p.text, p.ours) for p in posts] == [("Where is my pot?", None), ("Mine came today", None)]
