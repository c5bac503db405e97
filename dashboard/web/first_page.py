"""The first page of the app: that of Streamlit, with a way past the menu, names for what is drawn, and its language."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.files.html import text
from dashboard.web.door_pages import language_of
from dashboard.web.programs import Programs
from dashboard.words.help.keys import CLICKS
from dashboard.words.help.streamlit import words_of_fields
from dashboard.words.language import LANGUAGES, _, speaking

PAGE = re.compile(rb"/[\w-]{0,60}")  # the app, at any of its pages
EARLY = "<!-- programs of fields -->"
PLAIN = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}  # left out: the answer is read here


def _words() -> dict[str, tuple[str, str, str, dict[str, str]]]:
    """By the name of a language: its code, the words of the way past the menu, of the menu, and of fields."""
    said = {}
    for code, name in LANGUAGES.items():
        with speaking(code):
            said[name] = (code, _("Go to the content"), _("Pages"), words_of_fields())
    return said


def first_page(page: str, programs: Programs) -> dict[str, str]:
    """Streamlit's page made ours, by language. It differs in words alone: one policy fits all. `EARLY` stands where the
    links to programs of a page come.

    Raises ValueError where the page is not built as it was.
    """
    words = _words()
    css, js = (files("dashboard.web").joinpath(f"first_page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    keys = f'data-keys="{text(json.dumps(CLICKS))}"'
    made = {}
    for code, link, *_others in words.values():
        ours = page
        skip = f'<a id="vigie-skip" href="#root" data-words="{text(json.dumps(words))}" {keys}>{text(link)}</a>'
        for place, put in (
            ('<html lang="en">', f'<html lang="{code}">'),
            ("<head>", f"<head>{programs.map}"),
            ("</head>", f"{EARLY}<style>{css}</style></head>"),
            ("<body>", f"<body>{skip}"),
            ("</body>", f"<script>{js}</script></body>"),
        ):
            if ours.count(place) != 1:
                raise ValueError(f"Streamlit's first page has no single {place}")
            ours = ours.replace(place, put)
        made[code] = ours
    return made


class FirstPage:
    """Answers with our first page wherever the app answers with its own, `page`; `made` holds ours by language."""

    def __init__(self, app: ASGIApp, page: bytes, made: dict[str, str], programs: Programs) -> None:
        self.app, self.page, self.made, self.programs = app, page, made, programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not PAGE.fullmatch(scope["path"].encode()):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        body, decided = b"", False

        async def hold(message: Message) -> None:
            """Hold an answer for as long as it can be the page."""
            nonlocal body, decided
            if decided:
                await send(message)
                return
            held.append(message)
            body += message.get("body", b"")
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            decided = ended or not self.page.startswith(body)
            if decided and body == self.page:
                early = self.programs.links(scope["path"].strip("/"))
                ours = self.made[language_of(Request(scope))].replace(EARLY, early)
                await HTMLResponse(ours, headers={"cache-control": "no-cache"})(scope, receive, send)
            elif decided:
                for one in held:
                    await send(one)

        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in PLAIN]
        await self.app({**scope, "headers": headers}, receive, hold)
