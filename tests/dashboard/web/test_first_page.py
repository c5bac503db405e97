"""The first page of the app: ours in place of Streamlit's, at every page and nowhere else; the programs with it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.web.first_page import FirstPage, first_page
from dashboard.web.policy import app_policy
from dashboard.web.programs import BY_PAGE, FIELDS, Packed, Programs

STATIC = Path(streamlit.__file__).parent / "static"
PAGE = (STATIC / "index.html").read_bytes()
PROGRAMS = Programs(STATIC / "static")


def test_it_speaks_the_language_of_the_browser_and_leaves_other_answers_alone() -> None:
    async def page(_request: object) -> Response:
        return Response(PAGE, media_type="text/html")

    async def other(_request: object) -> Response:
        return HTMLResponse("<p>closed</p>", status_code=404)

    made = first_page(PAGE.decode(), PROGRAMS)
    app = Starlette(routes=[Route("/", page), Route("/mentions", page), Route("/share", other)])
    client = TestClient(FirstPage(app, PAGE, made, PROGRAMS))
    assert "Aller au contenu" in client.get("/mentions", headers={"accept-language": "fr-FR"}).text
    english = client.get("/", headers={"accept-language": "en-GB", "if-none-match": '"x"'})
    assert '<html lang="en">' in english.text
    assert int(english.headers["content-length"]) == len(english.content)
    assert english.text.count('rel="modulepreload"') > PAGE.decode().count('rel="modulepreload"')
    assert (client.get("/share").status_code, client.get("/share").text) == (404, "<p>closed</p>")
    assert app_policy(made["en"]) == app_policy(made["fr"]) != app_policy(PAGE.decode())


def test_a_page_that_is_built_in_another_way_is_refused() -> None:
    with pytest.raises(ValueError, match="no single <body>"):
        first_page(PAGE.decode().replace("<body>", "<body class=x>"), PROGRAMS)


def test_a_page_brings_the_programs_of_its_fields_and_no_others() -> None:
    held = {page: re.findall(r'data-held href="./static/js/(\w+)[.]', PROGRAMS.links(page)) for page in ("", "sources")}
    assert set(held["sources"]) == set(FIELDS)
    assert set(held[""]) == {*FIELDS, *BY_PAGE[""]}
    for name in re.findall(r'href="./static/(js/[^"]+)"', PROGRAMS.links("")):
        assert (STATIC / "static" / name).is_file(), name


def test_the_page_leads_to_the_programs_by_a_map_that_its_policy_knows() -> None:
    made = first_page(PAGE.decode(), PROGRAMS)["en"]
    assert made.index(PROGRAMS.map) < made.index('<script type="module"') < made.index("modulepreload")
    own = app_policy(f"<html>{PROGRAMS.map}</html>").split("script-src 'self' ")[1].split(";")[0]
    assert own.startswith("'sha256-")
    assert own in app_policy(made)


def test_programs_are_sent_compressed_and_for_good() -> None:
    async def plain(_request: object) -> Response:
        return Response("from the app")

    client = TestClient(Packed(Starlette(routes=[Route("/{path:path}", plain)]), PROGRAMS))
    [index] = (STATIC / "static" / "js").glob("index.D*.js")
    for name, body in ((index.name, index.read_bytes()), (PROGRAMS.name, PROGRAMS.body)):
        with client.stream("GET", f"/static/js/{name}", headers={"accept-encoding": "gzip"}) as answer:
            sent = b"".join(answer.iter_raw())
        assert gzip.decompress(sent) == body
        assert len(sent) < 0.6 * len(body)
        assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "accept-encoding")
        assert answer.headers["content-type"].startswith("text/javascript")
    none = {"accept-encoding": "identity"}
    assert client.get(f"/static/js/{PROGRAMS.name}", headers=none).content == PROGRAMS.body
    for path in (f"/static/js/{index.name}", "/static/js/none.js", "/static/js/..%2f..%2findex.html", "/mentions"):
        assert client.get(path, headers=none).text == "from the app"
    assert client.get("/static/js/none.js").text == "from the app"


def test_programs_without_the_one_that_gives_them_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no single preload-helper"):
        Programs(tmp_path)
