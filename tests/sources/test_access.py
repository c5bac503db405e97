"""What keeps people out of a page: what is told, what is not, and that axe tells the same in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from dashboard.words.building.upkeep import ACCESS, developer_list, what
from dashboard.words.language import speaking
from data.settings import Settings
from data.upkeep.findings import Finding, KnownFinding, OwnPlace
from sources.http import Client
from sources.upkeep.access import access_findings
from sources.upkeep.look import look_at
from tests.conftest import NOW, Loopback

VIEW = '<title>T</title><meta name="viewport" content="{}">'
WORDS = "<p>" + "These are the words of a page that has something to say to who comes by. " * 3 + "</p>"
# A page's head and body -> the kinds that are told. axe's own rules tell the same of each.
PAGES = {
    "good": (
        '<img src="a.png" alt=""><img src="b.png" alt="A lamp"><label for="q">Search</label><input id="q">'
        '<label>Name <input></label><input type="hidden"><input type="submit"><a href="/x">There</a>'
        '<a href="/y"><img src="c.png" alt="Home"></a><button>Send</button><iframe title="Map"></iframe>',
        set(),
    ),
    "pictures": (
        '<img src="a.png"><img src="b.png" role="presentation"><a href="/"><img src="c.png"></a>',
        {"picture", "link"},
    ),
    "fields": ('<input name="q"><select><option>1</option></select><textarea></textarea>', {"field"}),
    "placeholder": ('<input placeholder="Search"><input aria-label="Name"><input title="Town">', set()),
    "links": ('<a href="/f" class="icon"></a><a href="/g" aria-label="Feed"></a><a name="top"></a>', {"link"}),
    "buttons": ('<button class="x"></button><button><svg><title>Close</title></svg></button>', {"button"}),
    "frames": ('<iframe src="about:blank"></iframe>', {"frame"}),
    "hidden": (
        '<div hidden><img src="a.png"></div><div style="display: none"><input></div>'
        '<a href="/h" aria-hidden="true" tabindex="-1"></a><noscript><img src="p.gif"></noscript>',
        set(),
    ),
}  # fmt: skip


def page(body: str, head: str = "<title>Ours</title>", html: str = '<html lang="en">') -> bytes:
    return f"<!doctype html>{html}<head><meta charset=utf-8>{head}</head><body>{WORDS}{body}</body></html>".encode()


def kinds(html: bytes) -> set[str]:
    return {one.code.removeprefix("access_") for one in access_findings(html, "https://ours.example/")}


@pytest.mark.parametrize("name", PAGES)
def test_what_is_told_of_a_page(name: str) -> None:
    body, wanted = PAGES[name]
    assert kinds(page(body)) == wanted


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (page("", html="<html>"), {"lang"}),
        (page("", html='<html lang=" ">'), {"lang"}),
        (page("", head="<title> </title>"), {"title"}),
        (page("", head=VIEW.format("width=device-width, user-scalable=no")), {"zoom"}),
        (page("", head=VIEW.format("maximum-scale=1.0")), {"zoom"}),
        (page("", head=VIEW.format("maximum-scale=5")), set()),
        # Drawn by a script: only what is surely so is told.
        (b"<html><body><div id=app></div><img src=x><script>" + b"var a = 1; " * 30 + b"</script>", {"lang", "title"}),
        (b"", {"lang", "title"}),
        (b"\xff\xfe\x00<<<>>>&&&&", {"lang", "title"}),
    ],
)  # fmt: skip
def test_what_is_told_of_a_head_and_of_odd_pages(html: bytes, told: set[str]) -> None:
    assert kinds(html) == told


def test_how_many_and_the_first_in_both_languages() -> None:
    (one,) = access_findings(page('<img src="a.png"><img src="b.png">'), "https://ours.example/")
    assert one == Finding("access_picture", "https://ours.example/", '2 <img src="a.png">')
    for lang, words in (("en", "2 pictures have no"), ("fr", "2\xa0images n’ont pas")):
        with speaking(lang):
            assert what(one).startswith(words.replace("\xa0", " ")) or what(one).startswith(words)
            known = KnownFinding(1, "https://ours.example/", one, NOW, NOW, None, "")
            assert "\\<img" in developer_list([("https://ours.example/", [known])], NOW.date())
            assert all(what(Finding(code, "u", "1")) for code in ACCESS)


def test_a_look_at_a_place_tells_it(serve: Callable[..., Loopback], settings: Settings) -> None:
    async def home(_request: web.Request) -> web.Response:
        return web.Response(body=page("<img src=/a.png>"), content_type="text/html")

    url = f"{serve(home).url}/"

    async def look() -> Any:
        async with Client(settings) as client:
            return await look_at(client, OwnPlace(url), None, (), NOW)

    found = asyncio.run(look())
    assert "access" in found.checked
    assert [one.code for one in found.findings] == ["access_picture"]


@pytest.mark.browser
def test_axe_tells_the_same(browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    rules = {
        "html-has-lang": "lang", "document-title": "title", "meta-viewport": "zoom", "image-alt": "picture",
        "label": "field", "select-name": "field", "link-name": "link", "button-name": "button",
        "input-image-alt": "button", "frame-title": "frame",
    }  # fmt: skip
    seen = browser.new_page()
    for name, (body, wanted) in PAGES.items():
        seen.set_content(page(body).decode())
        told = Axe().run(seen, options={"runOnly": list(rules)}).response["violations"]
        assert {rules[one["id"]] for one in told} == wanted, name
    seen.close()
