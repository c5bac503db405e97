"""`python -m sources read`: what becomes of a file or an address, with nothing stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sources.__main__ import main

FEED = (
    '<rss version="2.0"><channel><title>T</title><item><title>R&D</title><link>/p/1</link><guid>1</guid>'
    "<description>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;</description>"
    "<pubDate>mer., 06 mai 2026 10:00:00 +0200</pubDate></item></channel></rss>"
)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """(exit code, posts, what stands on stderr) of a call, in a data folder that must stay empty."""
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path / "record"))
    monkeypatch.setenv("VIGIE_ALLOW_PRIVATE_NETWORK", "true")

    def called(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        code = main(["read", *arguments])
        told = capsys.readouterr()
        assert not list(tmp_path.glob("record/*.sqlite*"))
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return called


def test_a_feed_in_a_file(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED)
    code, (post,), told = read(str(tmp_path / "feed.xml"), "--base", "https://site.example.org/blog/feed")
    assert (code, told) == (0, "")
    assert post["title"] == "R&D"
    assert post["text"] == "<p>One <b>two</b></p>"
    assert post["plain"] == "One two"
    assert post["url"] == "https://site.example.org/p/1"
    assert post["published_at"] == "2026-05-06T08:00:00+00:00"


def test_a_table_says_which_rows_are_no_posts(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("text,date,author\nBonjour,2026-05-04,Léa\n,2026-05-05,Tom\nAdieu,soon,Zoé\n")
    code, posts, told = read(str(tmp_path / "posts.csv"))
    assert code == 0
    assert [(post["text"], post["author"]) for post in posts] == [("Bonjour", "Léa"), ("Adieu", "Zoé")]
    assert [post["published_at"] for post in posts] == ["2026-05-04T00:00:00+00:00", None]
    assert told.splitlines() == [
        "row 3: left out: it holds no text",
        "row 4: kept without a date, for it cannot be read",
    ]


def test_day_or_month_first_is_asked_and_never_guessed(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("text,date\nKiln is hot today,03/04/2026\nPots are dry now,09/02/2026\n")
    _, posts, told = read(str(tmp_path / "p.csv"))
    assert [post["published_at"] for post in posts] == [None, None]
    assert "--day-first" in told
    _, posts, told = read(str(tmp_path / "p.csv"), "--day-first")
    assert ([post["published_at"][:10] for post in posts], told) == (["2026-04-03", "2026-02-09"], "")
    _, posts, _ = read(str(tmp_path / "p.csv"), "--month-first")
    assert [post["published_at"][:10] for post in posts] == ["2026-03-04", "2026-09-02"]


def test_whose_words_a_file_holds_can_be_said(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "Review,Rating,Owner response\nThe lid does not fit,2,We send a new one\nLovely glaze,5,\n"
    )
    _, posts, _ = read(str(tmp_path / "p.csv"))
    assert [(post["text"], post["by_us"]) for post in posts] == [
        ("The lid does not fit", False),
        ("We send a new one", True),
        ("Lovely glaze", False),
    ]
    assert posts[1]["parent_id"] == posts[0]["native_id"]
    assert all(post["by_us"] for post in read(str(tmp_path / "p.csv"), "--ours")[1])


def test_a_list_of_feeds_says_what_it_holds(read: Callable[..., Any], tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "feeds.opml").write_text(
        '<opml><body><outline xmlUrl="https://a.example/feed" title="A"/></body></opml>'
    )
    assert main(["read", str(tmp_path / "feeds.opml")]) == 0
    assert capsys.readouterr().out.splitlines() == ["https://a.example/feed  A"]


def test_an_address_is_asked(read: Callable[..., Any], serve: Callable[..., Any]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=FEED, content_type="application/rss+xml")

    server = serve(answer)
    code, (post,), _told = read(f"{server.url}/feed")
    assert (code, post["title"], post["url"]) == (0, "R&D", f"{server.url}/p/1")


def test_what_holds_no_posts_is_named(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("nothing")
    code, posts, told = read(str(tmp_path / "note.txt"))
    assert (code, posts) == (1, [])
    assert "note.txt" in told
