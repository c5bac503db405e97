"""The first page of the app: ours in place of Streamlit's, at every page and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.web.first_page import FirstPage, first_page
from dashboard.web.policy import app_policy

STATIC = Path(streamlit.__file__).parent / "static"
PAGE = (STATIC / "index.html").read_bytes()


def test_it_speaks_the_language_of_the_browser_and_leaves_other_answers_alone() -> None:
    async def page(_request: object) -> Response:
        return Response(PAGE, media_type="text/html")

    async def other(_request: object) -> Response:
        return HTMLResponse("<p>closed</p>", status_code=404)

    made = first_page(PAGE.decode(), STATIC / "static")
    app = Starlette(routes=[Route("/", page), Route("/mentions", page), Route("/share", other)])
    client = TestClient(FirstPage(app, PAGE, made))
    assert "Aller au contenu" in client.get("/mentions", headers={"accept-language": "fr-FR"}).text
    english = client.get("/", headers={"accept-language": "en-GB", "if-none-match": '"x"'})
    assert '<html lang="en">' in english.text
    assert int(english.headers["content-length"]) == len(english.content)
    assert english.text.count('rel="modulepreload"') > PAGE.decode().count('rel="modulepreload"')
    assert (client.get("/share").status_code, client.get("/share").text) == (404, "<p>closed</p>")
    assert app_policy(made["en"]) == app_policy(made["fr"]) != app_policy(PAGE.decode())


def test_a_page_that_is_built_in_another_way_is_refused() -> None:
    with pytest.raises(ValueError, match="no single <body>"):
        first_page(PAGE.decode().replace("<body>", "<body class=x>"), STATIC / "static")
