"""Files people bring: wrong encodings, odd dates, bad rows among many good ones, lists of feeds."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from data.posts.reads import total_posts
from data.settings import Settings
from data.store import Store
from sources.errors import ContentError
from sources.files.dates import date_form, read_date
from sources.files.imports import import_file
from sources.files.meaning.columns import Mapped
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.opml import read_opml, write_opml


def csv(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_recognised(encoding: str) -> None:
    stream = csv("Date;Auteur;Message\n23/04/2026;Zoé;Déçu par le café « glacé »\n", encoding)
    seen = preview(stream, "export.csv")
    assert seen.guess.columns == {"date": "Date", "author": "Auteur", "text": "Message"}
    post = next(post for _, post in posts_of(stream, "export.csv", seen.guess))
    assert not isinstance(post, BadRow)
    assert (post.text, post.author) == ("Déçu par le café « glacé »", "Zoé")
    assert post.published_at == datetime(2026, 4, 23, tzinfo=UTC)


def test_columns_are_guessed_by_what_they_hold() -> None:
    rows = "".join(f"{i},2026-05-{i + 1:02d} 10:00,some longer words about our product number {i}\n" for i in range(9))
    guess = preview(csv("a,b,c\n" + rows), "x.csv").guess
    assert (guess.columns["date"], guess.columns["text"]) == ("b", "c")


def test_american_dates_are_noticed() -> None:
    stream = csv("date,text\n04/03/2026,hello\n04/23/2026,world\n")
    guess = preview(stream, "x.csv").guess
    assert (guess.order, guess.asks) == ("month", False)
    dates = [post.published_at for _, post in posts_of(stream, "x.csv", guess)]
    assert dates[0] == datetime(2026, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-31", 31),
        ("2026-03-31T10:00:00Z", 31),
        ("31/03/2026 10:00", 31),
        ("31 mars 2026 à 10h05", 31),
        ("Mar 31, 2026", 31),
        ("1774951200", 31),
        ("1774951200000", 31),
        ("Tue, 31 Mar 2026 10:00:00 +0000", 31),
        ("31 août 2026", 31),
        ("1er mars 2026", 1),
        ("", None),
        ("yesterday", None),
        ("99/99/2026", None),
    ],
)
def test_dates_as_exports_write_them(written: str, day: int | None) -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    form = date_form([written], now=now, named_date=True)
    found = read_date(written, form, zone=UTC, now=now) if form is not None else None
    assert (found.day if found else None) == day


def test_jsonl_and_xlsx(tmp_path: Path) -> None:
    stream = io.BytesIO(
        b'{"text": "one", "created_at": "2026-01-02"}\nnot json\n[1]\n\n'
        + json.dumps({"text": "two", "created_at": "2026-01-03"}).encode()
    )
    seen = preview(stream, "x.jsonl")
    found = list(posts_of(stream, "x.jsonl", seen.guess))
    assert [isinstance(post, BadRow) for _, post in found] == [False, True, True, False]
    book = openpyxl.Workbook()
    book.active.append(["Message", "Date", "Likes"])
    book.active.append(["bonjour", "2026-01-02 08:00", 1_234])
    stream = io.BytesIO()
    book.save(stream)
    seen = preview(stream, "x.xlsx")
    post = next(post for _, post in posts_of(stream, "x.xlsx", seen.guess))
    assert not isinstance(post, BadRow)
    assert (post.text, post.engagement.score) == ("bonjour", 1_234)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.xlsx", b"PK\x03\x04 broken"),
        ("x.csv", b""),
        ("x.pdf", b"%PDF"),
        ("x.jsonl", b"nothing\n"),
        ("x.csv", b"\n\n"),
    ],
)
def test_unreadable_files_say_so(name: str, body: bytes) -> None:
    with pytest.raises(ContentError) as raised:
        preview(io.BytesIO(body), name)
    assert raised.value.code in {"bad_file", "empty_file"}


def test_three_bad_rows_among_many(store: Store, settings: Settings, now: datetime) -> None:
    count = 20_000
    lines = [f"2026-05-{i % 28 + 1:02d},user{i % 50},This is post number {i} about something" for i in range(count)]
    lines[5], lines[777], lines[15_000] = "never,u,text", "2026-05-01,u,", "2026-05-01,u,   "
    stream = csv("date,author,text\n" + "\n".join(lines))
    seen = preview(stream, "big.csv")
    done = import_file(store, settings, stream, "big.csv", seen.guess, now=lambda: now)
    assert (done.new, done.bad_count, done.undated) == (count - 2, 2, 1)
    assert [(bad.row, bad.code) for bad in done.bad] == [(779, "no_text"), (15_002, "no_text")]
    again = import_file(store, settings, stream, "big.csv", seen.guess, now=lambda: now)
    assert (again.new, again.known) == (0, count - 2)
    with store.read() as connection:
        assert total_posts(connection) == count - 2
    assert done.oldest is not None
    assert done.reasons == {"no_text": 2}


def test_a_mapping_without_text_is_refused(store: Store, settings: Settings) -> None:
    with pytest.raises(ValueError, match="column that holds the text"):
        import_file(store, settings, csv("a,b\n1,2\n"), "x.csv", Mapped({"date": "a"}))


@pytest.mark.corpora
def test_real_lists_of_feeds(corpora: Path) -> None:
    for path in sorted((corpora / "opml").iterdir()):
        found = read_opml(path.read_bytes())
        assert found, path.name
        assert sum(bool(line.problem) for line in found) < len(found) / 2


def test_lists_with_nonsense() -> None:
    body = b"""<opml><body><outline xmlUrl="javascript:alert(1)"/><outline text="folder"><outline
      xmlUrl="https://a.example/feed" title="A &lt;b&gt;"/></outline><outline xmlUrl="https://a.example/feed"/></body></opml>"""
    found = read_opml(body)
    assert [(line.url, line.problem) for line in found] == [
        ("javascript:alert(1)", "bad_address"),
        ("https://a.example/feed", ""),
    ]
    for bad in (b"", b"<html></html>", b"<opml><body/></opml>", b"\xff\xfe"):
        with pytest.raises(ContentError):
            read_opml(bad)


def test_a_list_comes_back_the_same(store: Store, now: datetime) -> None:
    from data.source_list import add_source, all_sources

    with store.write() as connection:
        add_source(connection, "feed", "https://a.example/feed?x=1&y=2", now, title='A "quoted" <title>')
        written = write_opml(all_sources(connection))
    assert [(line.url, line.title) for line in read_opml(written)] == [
        ("https://a.example/feed?x=1&y=2", 'A "quoted" <title>')
    ]
