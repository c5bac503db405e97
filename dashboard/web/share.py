"""What a shared link opens: a frozen document, its slides, its files. Nothing else can be reached with its token.

A token that is wrong, malformed, expired or revoked gives one and the same answer, and whoever tries many is slowed.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qs

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.files.guest_form import Given, answer_part, asked_first
from dashboard.files.html import POLICY, as_html, as_slides, message_page, text
from dashboard.files.pdf import OutputError
from dashboard.files.table import FILES, file_of
from dashboard.web.guard import (
    PRIVATE,
    client_of,
    holder,
    lang_of,
    passwords,
    private_page,
    start_of_body,
    too_many,
    wrong_token,
)
from dashboard.words.language import _, speaking
from data.settings import SettingsError
from data.sharing import guests, snapshots
from data.sharing.document import Document
from data.sharing.snapshots import Snapshot
from data.store import Store, StoreError

UNLOCKED = 12 * 3_600  # seconds that a password holds for a browser
# Addresses that can be a share; every other one is closed like a wrong token.
PATH = re.compile(r"/share/[\w-]{20,200}(?:/slides|/answer|/file\.[a-z]{2,5})?", re.ASCII)
_SECRET = secrets.token_bytes(32)  # signs cookies of unlocked snapshots; a new one with each start


def find(token: str, now: datetime) -> tuple[Store, Snapshot] | None:
    """The record that a token opens and what it holds there, None for one that opens nothing."""

    def held(store: Store) -> Snapshot | None:
        with store.read() as connection:
            return snapshots.find(connection, token, now)

    return holder(held)


def closed(request: Request) -> Response:
    """The one answer to a link that opens nothing, whatever the reason."""
    with speaking(lang_of(request)):
        title = _("This link opens nothing")
        words = _("It may have expired, been withdrawn, or lost a letter on its way. Ask the person who sent it.")
        return private_page(message_page(lang_of(request), title, words), 404)


def _cookie(held: Snapshot, token: str) -> str:
    """What a browser holds once a password was right: good for this link only."""
    hours = int(time.time()) // UNLOCKED
    return hmac.new(_SECRET, f"{held.id}:{token}:{hours}".encode("utf-8", "replace"), sha256).hexdigest()


async def found(request: Request) -> tuple[Store, Snapshot, str] | Response:
    """The snapshot that the token of a request opens, with its token; or the answer to give in its place."""
    token = str(request.path_params["token"])[: snapshots.LONGEST_TOKEN]
    try:
        opens = await run_in_threadpool(find, token, datetime.now(UTC))
    except (StoreError, SettingsError, OSError, ValueError):
        opens = None
    if opens is None:
        seconds = wrong_token(request)
        return too_many(request, seconds) if seconds else closed(request)
    return *opens, token


def is_unlocked(request: Request, held: Snapshot, token: str) -> bool:
    """Whether a browser may see a snapshot: it has no password, or the browser gave it."""
    given = str(request.cookies.get("vigie_share", ""))
    return not held.has_password or hmac.compare_digest(given, _cookie(held, token))


async def _opened(request: Request) -> tuple[Store, Snapshot, str] | Response:
    """The snapshot that a request may see, or the answer to give in its place."""
    opens = await found(request)
    if isinstance(opens, Response) or is_unlocked(request, opens[1], opens[2]):
        return opens
    return await _locked(request, *opens)


def _asks_password(request: Request, token: str, wrong: bool) -> Response:
    lang = lang_of(request)
    with speaking(lang):
        form = (
            f'<form method="post" action="/share/{text(token)}"><label for="p">{text(_("Password"))}</label>'
            f'<input id="p" name="password" type="password" autocomplete="off" required autofocus>'
            f"<button>{text(_('Open'))}</button></form>"
        )
        words = _("That is not the password.") if wrong else _("Who shared this protected it with a password.")
        page = message_page(lang, _("A password, please"), words, form)
    # A page that tells nobody where it is sends its form without an origin; this one tells itself.
    return private_page(page, 403 if wrong else 200, **{"referrer-policy": "same-origin"})


async def _locked(request: Request, store: Store, held: Snapshot, token: str) -> Response:
    """Ask for the password, or check the one that was given."""
    if request.method != "POST":
        return _asks_password(request, token, wrong=False)
    address, link = client_of(request), f"{store.url} {held.id}"
    seconds = passwords.enter(address, link, time.monotonic())
    if seconds:
        return too_many(request, seconds)
    body = await start_of_body(request, 2_000)
    given = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]

    def is_right() -> bool:
        with store.read() as connection:
            return snapshots.unlocks(connection, held.id, given)

    if not await passwords.check(address, link, is_right):
        return _asks_password(request, token, wrong=True)
    answer = RedirectResponse(f"/share/{token}", 303, PRIVATE)
    answer.set_cookie(
        "vigie_share",
        _cookie(held, token),
        max_age=UNLOCKED,
        path=f"/share/{token}",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def _viewed(store: Store, held: Snapshot) -> BackgroundTask:
    """Counts the view once the page is sent: nobody waits for it, nor does a busy record keep the page away."""

    def count() -> None:
        with suppress(StoreError):
            snapshots.note_view(store, held.id, datetime.now(UTC))

    return BackgroundTask(count)


async def _shown(
    request: Request,
    store: Store,
    held: Snapshot,
    made: Callable[[], str],
    policy: str = POLICY,
    *,
    counts: bool = True,
    **headers: str,
) -> Response:
    """A page of a snapshot; one that is damaged is closed."""
    try:
        answer = private_page(await run_in_threadpool(made), 200, policy, **headers)
    except (ValueError, KeyError, StoreError):
        return closed(request)
    if counts:
        answer.background = _viewed(store, held)
    return answer


def _document(store: Store, held: Snapshot) -> Document:
    with store.read() as connection:
        return snapshots.document_of(connection, held.id)


async def page(request: Request) -> Response:
    """The frozen document as a page."""
    opened = await _opened(request)
    if isinstance(opened, Response):
        return opened
    store, held, token = opened
    if held.presenting:
        return RedirectResponse(f"/share/{token}/slides", 303, PRIVATE)

    thanked = "thanks" in request.query_params
    made = partial(page_of, store, held, token, thanked=thanked)
    return await _shown(request, store, held, made, counts=not thanked, **{"referrer-policy": referrer_of(held)})


def referrer_of(held: Snapshot) -> str:
    """What a page says of where its reader comes from: nothing, but to Vigie itself where it has a form."""
    return "same-origin" if held.asks else "no-referrer"


def page_of(store: Store, held: Snapshot, token: str, given: Given | None = None, *, thanked: bool = False) -> str:
    """The page of a snapshot, with what it asks of its guests; `given` is an answer that was not kept. Raises
    ValueError for a damaged one."""
    with store.read() as connection:
        document = snapshots.document_of(connection, held.id)
        takes = guests.takes_answers(connection, held, datetime.now(UTC))
        others = guests.answers(connection, held.id, hidden=False) if takes and held.mutual else []
    with speaking(document.lang, document.zone):
        links = [f'<a href="/share/{text(token)}/slides">{text(_("As slides"))}</a>']
        if held.download:
            links += [
                f'<a href="/share/{text(token)}/file.{kind}" download>{text(file.label)}</a>'
                for kind, file in FILES.items()
            ]
        extra = f'<p class="tools">{"".join(links)}</p>'
        first = asked_first(held) if takes else ""
        if takes:
            extra += answer_part(held, token, document.sections, others, given, thanked=thanked)
    return as_html(document, extra, referrer=referrer_of(held), first=first)


async def slides(request: Request) -> Response:
    """The frozen document as slides; the notes only where it was made to present from."""
    opened = await _opened(request)
    if isinstance(opened, Response):
        return opened
    store, held, _token = opened
    nonce = secrets.token_urlsafe(16)
    presenter = held.presenting and request.query_params.get("notes") == "1"

    def made() -> str:
        return as_slides(_document(store, held), nonce, presenter=presenter)

    policy = f"{POLICY}; script-src 'nonce-{nonce}'"
    return await _shown(request, store, held, made, policy, counts=not presenter)


async def download(request: Request) -> Response:
    """The frozen document as a file, where that is allowed."""
    opened = await _opened(request)
    if isinstance(opened, Response):
        return opened
    store, held, _token = opened
    kind = str(request.path_params["kind"])
    if not held.download or kind not in FILES:
        return closed(request)
    try:
        made = await run_in_threadpool(lambda: file_of(_document(store, held).without_notes(), kind))
    except (OutputError, ValueError, KeyError, StoreError):
        return closed(request)
    name = f"vigie-{held.made_at.date().isoformat()}.{kind}"
    return Response(
        made,
        headers={
            **PRIVATE,
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": "default-src 'none'; sandbox",
        },
        media_type=FILES[kind].mime,
    )


ROUTES = [
    Route("/share/{token}", page, methods=["GET", "POST"]),
    Route("/share/{token}/slides", slides),
    Route("/share/{token}/file.{kind}", download),
]
