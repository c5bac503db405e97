"""The ways in and out: signing in, links that let in, the way to the provider, signing out.

A form is taken from our own pages alone. A password is looked at one at a time, beside the loop that serves others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.reads.house import has_accounts, house
from dashboard.web import door_pages
from dashboard.web.door_words import problem_words
from dashboard.web.gate import COOKIE, NEXT_COOKIE, Provider, is_https, keep_session, wanted_next
from dashboard.web.guard import PRIVATE, wrong_token
from dashboard.words.language import speaking
from data.house import invitations
from data.house.accounts import login_of
from data.house.attempts import WaitError, sign_in
from data.house.passwords import HouseError
from data.house.sessions import account_behind, digest_of, end_session, open_session
from data.settings import load_settings

LARGEST = 8_000  # bytes of a form
WAITING = 20  # passwords that wait to be looked at; more are told to come back
_one = CapacityLimiter(1)  # each look takes 64 MB and a core


def _is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of ours: what the browser says of its origin, which no page can forge."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, public = request.headers.get("origin", ""), load_settings().public_url
    return urlsplit(origin).netloc in {request.headers.get("host", "?"), urlsplit(public).netloc or "?"}


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, the first of each name; nothing of one that is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}


def _address(request: Request) -> str:
    return str(request.client.host) if request.client else "?"


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")


async def enter(request: Request) -> Response:
    """Ask for name and password, or look at those that were given."""
    settings = load_settings()
    wanted = wanted_next(request.query_params.get("next", "/"))
    elsewhere = bool(settings.openid_metadata_url)
    if not await run_in_threadpool(has_accounts, settings):
        return RedirectResponse(wanted, 303, PRIVATE)
    if request.method != "POST":
        with speaking(door_pages.language_of(request)):
            problem = problem_words("elsewhere") if request.query_params.get("failed") else ""
        asked = door_pages.sign_in(request, wanted, problem=problem, elsewhere=elsewhere)
        if await run_in_threadpool(_is_signed_in, request.cookies.get(COOKIE, ""), datetime.now(UTC)):
            return RedirectResponse(wanted, 303, PRIVATE)
        asked.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return asked
    if not _is_ours(request):
        return door_pages.foreign(request)
    fields, now, here = await _form(request), datetime.now(UTC), house(settings)
    given = fields.get("login", "")
    if _one.statistics().tasks_waiting >= WAITING:
        return door_pages.wait(request, wanted, 5)
    try:
        login = login_of(given)
        password, address, browser = fields.get("password", ""), _address(request), _browser(request)
        token = await to_thread.run_sync(sign_in, here, login, password, address, browser, now, limiter=_one)
    except WaitError as error:
        return door_pages.wait(request, wanted, error.seconds)
    except HouseError:
        with speaking(door_pages.language_of(request)):
            words = problem_words("refused")
        return door_pages.sign_in(request, wanted, given[:120], words, elsewhere=elsewhere, status=403)
    old = request.cookies.get(COOKIE, "")
    if old:
        await run_in_threadpool(end_session, here, old, now)
    answer = RedirectResponse(wanted, 303, PRIVATE)
    keep_session(answer, token, secure=is_https(request, settings))
    return answer


async def join(request: Request) -> Response:
    """Open a link that lets in: the first administrator's, an invitation, a new password."""
    settings, now = load_settings(), datetime.now(UTC)
    token = str(request.path_params["token"])[:200]

    def look() -> invitations.Invitation | None:
        with house(settings).read() as connection:
            return invitations.look(connection, token, now)

    held = await run_in_threadpool(look)
    if held is None:
        seconds = wrong_token(request)
        return door_pages.wait(request, "/", seconds) if seconds else door_pages.closed_link(request)
    if request.method != "POST":
        return door_pages.join(request, held, "", "")
    if not _is_ours(request):
        return door_pages.foreign(request)
    fields = await _form(request)
    name, login = fields.get("name", ""), fields.get("login", "")
    accept = (house(settings), token, name, login, fields.get("password", ""), now)
    try:
        number = await to_thread.run_sync(invitations.accept, *accept, limiter=_one)
    except HouseError as error:
        if error.code == "link":
            return door_pages.closed_link(request)
        return door_pages.join(request, held, name[:80], login[:120], error.code)
    signed = await run_in_threadpool(open_session, house(settings), number, _browser(request), now, "link")
    answer = RedirectResponse("/", 303, PRIVATE)
    keep_session(answer, signed, secure=is_https(request, settings))
    return answer


async def leave(request: Request) -> Response:
    """Sign out: at once from a link on a page of ours, else after a click, so that no other site can do it."""
    own_click = request.headers.get("sec-fetch-site") == "same-origin"
    if request.method == "POST" and not _is_ours(request):
        return door_pages.foreign(request)
    token = request.cookies.get(COOKIE, "")
    settings, now = load_settings(), datetime.now(UTC)
    if request.method != "POST" and not own_click and await run_in_threadpool(_is_signed_in, token, now):
        return door_pages.sign_out(request)
    closes = await run_in_threadpool(has_accounts, settings)
    if token and closes:
        await run_in_threadpool(end_session, house(settings), token, now)
    answer = door_pages.signed_out(request)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _is_signed_in(token: str, now: datetime) -> bool:
    settings = load_settings()
    if not token or not has_accounts(settings):
        return False
    with house(settings).read() as connection:
        return bool(account_behind(connection, digest_of(token), now))


def routes(provider: Provider | None) -> list[Route]:
    """The doors; that of the provider where there is one."""

    async def elsewhere(request: Request) -> Response:
        if provider is None:
            return RedirectResponse("/signin", 303, PRIVATE)
        answer = RedirectResponse(provider.login_path(), 303, PRIVATE)
        wanted = wanted_next(request.query_params.get("next", "/"))
        secure = is_https(request, load_settings())
        answer.set_cookie(NEXT_COOKIE, wanted, max_age=600, path="/", httponly=True, samesite="lax", secure=secure)
        return answer

    return [
        Route("/signin", enter, methods=["GET", "POST"]),
        Route("/signout", leave, methods=["GET", "POST"]),
        Route("/join/{token}", join, methods=["GET", "POST"]),
        Route("/openid", elsewhere),
    ]
