"""What guests of a shared link send: taken from its own page only, counted before anything is read, and bounded.

The token in the address is the permission, so no cookie is needed; whoever may not see the page may not answer.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.files.guest_form import Given
from dashboard.files.html import message_page, text
from dashboard.reads.cache import settings
from dashboard.web import share
from dashboard.web.gate import COOKIE
from dashboard.web.guard import PRIVATE, Throttle, client_of, lang_of, private_page
from dashboard.words.guests import refusal
from dashboard.words.language import _, n_, speaking
from data.acting import by_link
from data.house.sessions import account_in, digest_of
from data.house.workspaces import house_of
from data.models import whole
from data.sharing import guests
from data.sharing.guests import LONGEST_NAME, LONGEST_TEXT, AnswerError
from data.sharing.snapshots import ACT, Snapshot
from data.store import Store, StoreError

WINDOW = 600.0  # seconds over which answers are counted
OF_ADDRESS, OF_LINK = 10, 40  # answers tried in that time, before one is told to wait
LONGEST_BODY = 12 * (LONGEST_TEXT + LONGEST_NAME) + 5_000  # bytes: a sign takes twelve at most
SLOWEST_BODY = 20.0  # seconds
_addresses, _links = Throttle(OF_ADDRESS, WINDOW), Throttle(OF_LINK, WINDOW)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a guest sent, as it came."""

    kind: str
    words: str
    name: str
    section: int


def from_its_page(request: Request) -> bool:
    """Whether a browser says that a form was sent from a page of this site. Browsers say so in one of two ways."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin in {request.headers.get("host"), urlsplit(settings().public_url).netloc}


def _wait(request: Request, store: Store, held: Snapshot) -> int:
    """Count an answer that is tried; gives the seconds to wait, 0 for none."""
    client, now = client_of(request), time.monotonic()
    link = f"{store.name} {held.id}"
    keys = ((_addresses, f"{link} {client}"), (_links, link))
    seconds = max(throttle.wait(key, now) for throttle, key in keys)
    if not seconds:
        for throttle, key in keys:
            throttle.failed(key, now)
    return seconds


def _asked_for_it(request: Request, store: Store, held: Snapshot) -> bool:
    """Whether who is signed in here asked for the act of this link: nobody approves their own."""
    house = house_of(settings())
    if held.page != ACT or house is None or not request.cookies.get(COOKIE):
        return False
    number = account_in(house, digest_of(request.cookies[COOKIE][:200]), datetime.now(UTC))
    with store.read() as connection:
        kept = by_link.act_behind(connection, held)
    return bool(number) and kept is not None and kept.asked_account == number


async def _body(request: Request) -> bytes | None:
    """The whole body; None for one that is too long or too slow."""
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BODY:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return body


def sent(body: bytes) -> Sent | None:
    """What a form says; None for what is no form of ours."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return None
    first = {name: values[0] for name, values in fields.items()}
    section = whole(first.get("section", "0"))
    return Sent(first.get("kind", ""), first.get("text", ""), first.get("name", ""), -1 if section is None else section)


def _refused(request: Request, token: str, status: int, words: str, **headers: str) -> Response:
    """A page that says why, with the way back to the document."""
    back = f'<p><a href="/share/{text(token)}">{text(_("Back to the document"))}</a></p>'
    return private_page(message_page(lang_of(request), _("Nothing was sent"), words, back), status, **headers)


def _kept(store: Store, held: Snapshot, given: Sent) -> str:
    """Keep an answer; gives "" once it is, else why it is not."""
    try:
        guests.leave(
            store,
            held.id,
            datetime.now(UTC),
            kind=given.kind,
            text=given.words,
            name=given.name,
            section=given.section,
        )
    except AnswerError as error:
        return error.code
    except StoreError:
        return "busy"
    return ""


async def answer(request: Request) -> Response:
    """Keep what a guest sends and lead back to the page; what is not kept is shown again, with the reason."""
    opens = await share.found(request)
    if isinstance(opens, Response):
        return opens
    store, held, token = opens
    if request.method != "POST" or not share.is_unlocked(request, held, token):
        return RedirectResponse(f"/share/{token}", 303, PRIVATE)
    with speaking(lang_of(request)):
        return await _taken(request, store, held, token)


async def _taken(request: Request, store: Store, held: Snapshot, token: str) -> Response:
    if not from_its_page(request):
        words = _("An answer is taken from the page of its link only. Open the link again and answer there.")
        return _refused(request, token, 403, words)
    if await run_in_threadpool(_asked_for_it, request, store, held):
        words = _("You asked for this act yourself, so that somebody else must approve it.")
        return _refused(request, token, 403, words)
    seconds = _wait(request, store, held)
    if seconds:
        minutes = n_("Wait {n} minute", "Wait {n} minutes", math.ceil(seconds / 60))
        words = _("{wait}, then go back and send your answer again.").format(wait=minutes)
        return _refused(request, token, 429, words, **{"retry-after": str(seconds)})
    body = await _body(request)
    if body is None:
        return _refused(request, token, 413, refusal("long"))
    given = sent(body)
    if given is None:
        return _refused(request, token, 400, _("This is no answer to what is asked here."))
    code = await run_in_threadpool(_kept, store, held, given)
    if not code and held.page == ACT:  # the link is used up: what it opened is not shown again
        words = _("Your answer has been passed on. This link has done its work and opens nothing any more.")
        return private_page(message_page(lang_of(request), _("Thank you"), words))
    if not code:
        return RedirectResponse(f"/share/{token}?thanks=1#answer", 303, PRIVATE)
    if code == "closed":
        return _refused(request, token, 409, refusal(code))
    return await _again(store, held, token, given, code)


async def _again(store: Store, held: Snapshot, token: str, given: Sent, code: str) -> Response:
    """The page with what a guest sent still in its form."""

    def made() -> str:
        shown = Given(code, guests.plain(given.words), guests.plain(given.name, lines=False), given.section)
        return share.page_of(store, held, token, shown)

    page = await run_in_threadpool(made)
    status = {"busy": 503, "full": 409}.get(code, 422)
    return private_page(page, status, **{"referrer-policy": share.referrer_of(held)})


ROUTES = [Route("/share/{token}/answer", answer, methods=["GET", "POST"])]
