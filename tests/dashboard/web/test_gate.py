"""The gate before a running app: what is open without a session, and how people come in and go."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import requests
import streamlit
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dashboard.web.gate import Doors, Gate, _own_headers, wanted_next
from dashboard.web.seat import HEADER, Seat, sealed, unsealed
from data.house import accounts, invitations
from data.house.sessions import digest_of
from data.house.store import House
from data.settings import ROOT, Settings
from data.sharing import tokens
from data.store import Store
from tests.conftest import RunningApp

PASSWORD = "a long enough one"
READER = {"Accept": "text/html,*/*", "Accept-Language": "en"}
OURS = {"Sec-Fetch-Site": "same-origin"}
PAGES = re.findall(r'(?:page|hidden)\("(\w+)"', (ROOT / "dashboard/views/menu.py").read_text())
# What answers without a session: it asks for a token of its own, or shows nothing.
OPEN = {
    "/_stcore/health",
    "/api/v1/{name}",
    "/auth/login",
    "/calendar-feed/{token}.ics",
    "/feed/{token}.{kind}",
    "/join/{token}",
    "/livez",
    "/metrics",
    "/oauth2callback",
    "/openid",
    "/readyz",
    "/readyz/worker",
    "/share/{token}",
    "/share/{token}/file.{kind}",
    "/share/{token}/slides",
    "/share/{token}/answer",
    "/signin",
    "/signout",
}
ROUTES = """
import json, server
built = server.app._build_starlette_app()
print(json.dumps([(getattr(r, "path", None) or "/", sorted(getattr(r, "methods", None) or [])) for r in built.routes]))
"""


def make_team(folder: Path, database: str = "") -> House:
    """A house with two people: ana looks after it, bob is an editor. It is in the folder, or at a `database`."""
    house, now = House(Settings(data_dir=str(folder), database_url=database).house_url), datetime.now(UTC)
    invitations.accept(house, invitations.first_link(house, now), "Ana", "ana", PASSWORD, now)
    invitations.accept(house, invitations.invite(house, "Bob", "editor", now), "Bob", "bob", PASSWORD, now)
    return house


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("team")


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[RunningApp]:
    make_team(folder)
    running = RunningApp(folder, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield running
    running.close()


def sign_in(app: RunningApp, login: str = "ana", password: str = PASSWORD, path: str = "/") -> requests.Session:
    browser = requests.Session()
    browser.headers.update(READER | OURS)
    browser.post(f"{app.url}/signin?next={quote(path, safe='')}", {"login": login, "password": password}, timeout=30)
    return browser


def socket_of(app: RunningApp, cookie: str = "", path: str = "/_stcore/stream", **more: str) -> str:
    """ "open" where a socket to the app opens, else the status of its refusal."""
    headers = {"Cookie": cookie} if cookie else {}
    try:
        with connect(
            app.url.replace("http", "ws") + path,
            additional_headers=headers | more,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            origin=app.url,  # type: ignore[arg-type]
        ):
            return "open"
    except InvalidStatus as error:
        return str(error.response.status_code)


def cookie_of(browser: requests.Session) -> str:
    return f"vigie_session={browser.cookies['vigie_session']}"


def routes_of_the_app() -> list[tuple[str, list[str]]]:
    """Path and methods of all that the server answers."""
    out = subprocess.run([sys.executable, "-c", ROUTES], cwd=ROOT, capture_output=True, text=True, check=True)
    return [(path, methods) for path, methods in json.loads(out.stdout.splitlines()[-1])]


def test_every_route_is_closed_without_a_session(app: RunningApp) -> None:
    routes = routes_of_the_app()
    paths = {path for path, _methods in routes}
    assert paths >= OPEN | {"/_stcore/upload_file/{session_id}/{file_id}", "/media/{file_id:path}", "/_stcore/stream"}
    for path, methods in routes:
        asked = re.sub(r"\{[^}]*\}", "x", path)
        for method in methods or ["GET"]:
            answer = requests.request(method, app.url + asked, allow_redirects=False, timeout=30)
            if path in OPEN and method != "OPTIONS":
                assert answer.text != "Sign in first.", path
                assert "static/js" not in answer.text, path  # never the app itself
            elif path not in OPEN and answer.status_code == 404:
                assert re.match("/_stcore/(metrics|agent)", path), path  # closed to everybody
            elif path not in OPEN:
                assert (answer.status_code, method == "HEAD" or answer.text == "Sign in first.") == (401, True), path
    for odd in (
        "/static/index.html",
        "/index.html",
        "//",
        "/share",
        "/share/../topics",
        "/signin/x",
        "/SIGNIN",
        "/x/y",
    ):
        answer = requests.get(app.url + odd, allow_redirects=False, timeout=30)
        assert "static/js" not in answer.text, odd
        assert answer.status_code in {401, 404}, odd


def test_a_cold_deep_link_to_each_page_leads_to_the_door_and_back(app: RunningApp) -> None:
    assert set(PAGES) == {path.stem for path in (ROOT / "dashboard/pages").glob("[!_]*.py")}
    for page in ["", *PAGES]:
        asked = f"/{page}?since=2026-01-01&q=a%20b"
        answer = requests.get(app.url + asked, headers=READER, allow_redirects=False, timeout=30)
        assert answer.status_code == 303
        assert unquote(answer.headers["location"]).removeprefix("/signin?next=") == asked
        form = requests.get(app.url + answer.headers["location"], headers=READER, timeout=30)
        action = re.search(r'action="([^"]+)"', form.text)
        assert action is not None
        if page == "topics":
            signed = requests.post(
                app.url + action[1].replace("&amp;", "&"),
                {"login": "ana", "password": PASSWORD},
                headers=READER | OURS,
                allow_redirects=False,
                timeout=30,
            )
            assert (signed.status_code, signed.headers["location"]) == (303, asked)
    assert sign_in(app).get(f"{app.url}/topics", timeout=30).text.count("static/js") > 0


def test_the_socket_needs_a_session(app: RunningApp) -> None:
    forged = sealed(Seat("proxy", "1")).rpartition(" ")[0] + " " + "0" * 64
    assert socket_of(app) == "403"
    assert socket_of(app, "vigie_session=" + "x" * 43) == "403"
    assert socket_of(app, **{HEADER: forged}) == "403"
    assert socket_of(app, **{HEADER: sealed(Seat("open"))}) == "403"  # sealed by another process
    assert socket_of(app, "vigie_session=" + digest_of("x")) == "403"
    assert socket_of(app, cookie_of(sign_in(app))) == "open"
    for path in {re.sub(r"\{[^}]*\}", "x", path) for path, _methods in routes_of_the_app()} | {
        *(
            "/topics/_stcore/stream",
            "//_stcore/stream",
            "/_stcore/stream/",
            "/_STCORE/stream",
            "/share/x/../../_stcore/stream",
        ),
    }:
        assert socket_of(app, path=path) in {"403", "404"}, path


@contextmanager
def files_of(app: RunningApp, cookie: str) -> Iterator[tuple[str, str]]:
    """The addresses that the app gives a tab, open within, for a picture of its page and for a file that it sends."""
    asked = BackMsg()
    asked.rerun_script.query_string = "lang=en"
    picture = session = ""
    with connect(
        f"{app.url.replace('http', 'ws')}/_stcore/stream",
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=app.url,  # type: ignore[arg-type]
        max_size=None,
    ) as opened:
        opened.send(asked.SerializeToString())
        while True:
            got = ForwardMsg.FromString(bytes(opened.recv(timeout=60, decode=False)))
            kind = got.WhichOneof("type")
            if kind == "logo":
                picture = got.logo.image
            elif kind == "new_session":
                session = got.new_session.initialize.session_id
            elif kind == "script_finished":
                request = BackMsg()
                request.file_urls_request.request_id = "one"
                request.file_urls_request.session_id = session
                request.file_urls_request.file_names.append("posts.csv")
                opened.send(request.SerializeToString())
            elif kind == "file_urls_response":
                yield picture, got.file_urls_response.file_urls[0].upload_url
                return


def test_pictures_and_files_of_a_session_need_one(app: RunningApp) -> None:
    browser = sign_in(app)
    browser.get(f"{app.url}/_stcore/health", timeout=30)  # gives the token that goes with a file
    sent = {"file": ("posts.csv", b"text\nhello\n", "text/csv")}
    tokens = {"X-Xsrftoken": str(browser.cookies["_streamlit_xsrf"])}
    with files_of(app, cookie_of(browser)) as (picture, upload):
        assert picture.startswith("/media/")
        assert upload.startswith("/_stcore/upload_file/")
        for cookie in ("", "vigie_session=" + "x" * 43):
            held = f"{cookie}; _streamlit_xsrf={tokens['X-Xsrftoken']}"
            for accept, status in (("*/*", 401), ("text/html", 303)):
                asked = {"Cookie": held, "Accept": accept}
                answer = requests.get(app.url + picture, headers=asked, allow_redirects=False, timeout=30)
                assert answer.status_code == status
                assert b"PNG" not in answer.content
            stranger = {"Cookie": held, "Origin": app.url} | tokens
            assert requests.put(app.url + upload, files=sent, headers=stranger, timeout=30).status_code == 401
            assert requests.delete(app.url + upload, headers=stranger, timeout=30).status_code == 401
        assert b"PNG" in browser.get(app.url + picture, timeout=30).content
        assert browser.put(app.url + upload, files=sent, headers=tokens, timeout=30).status_code == 204


def raw(app: RunningApp, method: str, path: str) -> tuple[int, str]:
    """(status, body) of a request for exactly this path, as no library mends it."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
    connection.putrequest(method, path)
    connection.putheader("Accept", "text/html")
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, body


def test_no_spelling_and_no_method_goes_round_the_gate(app: RunningApp) -> None:
    for page in ["", *PAGES]:
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            assert raw(app, method, f"/{page}")[0] == 401, (method, page)
    for path in (
        *("/static/js/../../topics", "/static/js/%2e%2e/%2e%2e/topics", "/static/js/..%2f..%2findex.html"),
        *("/signin/../topics", "/join/x/../../topics", "/join/%2e%2e%2ftopics", "/_stcore/health/../../topics"),
        *("/share/../topics", "/share/%2e%2e/topics", "/api/v1/..%2f..%2ftopics", "/feed/x%2f..%2f..%2ftopics"),
        *(
            "/%74opics",
            "//topics",
            "/./topics",
            "/topics/",
            "/topics;x=/signin",
            "/topics?/signin",
            "/topics%00/signin",
        ),
        *("/media/../media/x.png", "/static/index.html", "/static/", "/static/js/", "/component/x/index.html"),
        *("/signins", "/signin/topics", "/join/x/topics", "/openid/topics", "/oauth2callback/topics", "/auth/login/x"),
        *("/_stcore/health/topics", "/api/v1/posts/topics", "/calendar-feed/x.ics/topics", "/static/js/x/topics"),
    ):
        status, body = raw(app, "GET", path)
        assert status in {303, 400, 401, 403, 404}, (path, status)
        assert "static/js" not in body, path


def test_what_is_open_to_everybody_opens_no_socket(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the gate itself before an app that takes everything, as the real one has no other socket today."""
    monkeypatch.setenv("VIGIE_DATA_DIR", str(folder))
    reached: list[str] = []

    async def takes_all(scope: Scope, _receive: Receive, _send: Send) -> None:
        reached.append(f"{scope['type']} {scope['path']}")

    async def ask(kind: str, path: str) -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        asked = {"type": kind, "path": path, "headers": [], "client": ("127.0.0.1", 1), "query_string": b""}
        await Gate(takes_all, Doors("127.0.0.1"))(asked, receive, send)
        return sent

    for path in ("/_stcore/health", "/signin", "/share/x", "/api/v1/posts", "/static/js/x", "/join/x", "/topics"):
        assert asyncio.run(ask("websocket", path)) == [{"type": "websocket.close", "code": 1008}]
        assert reached == []
    asyncio.run(ask("http", "/signin"))
    assert reached == ["http /signin"]


def test_program_files_hold_nothing_of_a_team(app: RunningApp) -> None:
    page = sign_in(app).get(app.url, timeout=30).text
    scripts = re.findall(r'(?:src|href)="\.?(/static/(?:js|css)/[^"]+)"', page)
    assert scripts
    for path in scripts:  # a page that was just signed out still loads some: the same files for everybody
        answer = requests.get(app.url + path, timeout=30)
        own = (Path(streamlit.__file__).parent / "static" / path.lstrip("/")).read_bytes()
        assert (answer.status_code, answer.content) == (200, own), path


def test_what_a_browser_holds(app: RunningApp, folder: Path) -> None:
    browser = sign_in(app)
    answer = browser.post(
        f"{app.url}/signin", {"login": "ana", "password": PASSWORD}, allow_redirects=False, timeout=30
    )
    words = answer.headers["set-cookie"]
    assert "HttpOnly" in words
    assert "SameSite=lax" in words
    assert "Secure" not in words
    assert "Path=/" in words
    old = cookie_of(sign_in(app, "bob"))
    assert socket_of(app, old) == "open"
    again = requests.post(
        f"{app.url}/signin",
        {"login": "ana", "password": PASSWORD},
        headers=READER | OURS | {"Cookie": old, "X-Forwarded-Proto": "https"},
        allow_redirects=False,
        timeout=30,
    )
    assert "Secure" in again.headers["set-cookie"]
    assert socket_of(app, old) == "403"  # rotated: what the browser held before lets in no more
    held = b"".join(path.read_bytes() for path in folder.glob("house.sqlite*"))
    assert browser.cookies["vigie_session"].encode() not in held
    assert PASSWORD.encode() not in held
    gone = browser.post(f"{app.url}/signout", allow_redirects=False, timeout=30)
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert socket_of(app, words.split(";")[0]) in {"open", "403"}
    assert browser.get(app.url, allow_redirects=False, timeout=30).status_code == 303


def test_other_sites_can_do_nothing(app: RunningApp) -> None:
    good = {"login": "ana", "password": PASSWORD}
    for sent in (
        {"Sec-Fetch-Site": "cross-site", "Origin": app.url},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ):
        answer = requests.post(f"{app.url}/signin", good, headers=READER | sent, allow_redirects=False, timeout=30)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    answer = requests.post(
        f"{app.url}/signin", good, headers=READER | {"Origin": app.url}, allow_redirects=False, timeout=30
    )
    assert answer.status_code == 303
    browser = sign_in(app)
    page = browser.get(f"{app.url}/signout", headers={"Sec-Fetch-Site": "cross-site"}, timeout=30)
    assert "<form" in page.text
    assert socket_of(app, cookie_of(browser)) == "open"
    assert "signed out" in browser.get(f"{app.url}/signout", timeout=30).text
    assert requests.post(f"{app.url}/signin", b"x" * 1_000_000, headers=READER | OURS, timeout=30).status_code == 403


def test_an_answer_says_nothing_of_who_has_an_account(app: RunningApp) -> None:
    said = []
    for login in ("ana", "nobody"):
        answer = requests.post(
            f"{app.url}/signin",
            {"login": login, "password": "wrong"},
            headers=READER | OURS | {"X-Forwarded-For": "192.0.2.77"},
            timeout=30,
        )
        said.append((answer.status_code, answer.text.replace(login, "")))
    assert said[0] == said[1]
    assert said[0][0] == 403
    for _ in range(8):
        answer = requests.post(
            f"{app.url}/signin",
            {"login": "ana", "password": "wrong"},
            headers=READER | OURS | {"X-Forwarded-For": "192.0.2.77"},
            timeout=30,
        )
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert sign_in(app).cookies  # from where she has signed in before


def test_who_is_closed_is_out_at_once(app: RunningApp, folder: Path) -> None:
    house, now = House(Settings(data_dir=str(folder)).house_url), datetime.now(UTC)
    browser = sign_in(app, "bob")
    with house.read() as connection:
        bob = accounts.find(connection, "bob")
    assert bob is not None
    with connect(
        f"{app.url.replace('http', 'ws')}/_stcore/stream",
        additional_headers={"Cookie": cookie_of(browser)},
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=app.url,  # type: ignore[arg-type]
    ) as opened:
        opened.send(b"")
        accounts.close(house, bob.id, now)
        with suppress(ConnectionClosed, TimeoutError):
            opened.send(b"")  # answered by the app, which says so: before the second, where it is quick
            opened.send(b"")
            while True:
                opened.recv(timeout=60)  # a busy machine answers late
        assert opened.close_code == 1008
    assert browser.get(app.url, allow_redirects=False, timeout=30).status_code == 303
    assert not sign_in(app, "bob").cookies
    accounts.reopen(house, bob.id, now)
    assert socket_of(app, cookie_of(browser)) == "403"  # its sessions stay ended
    assert sign_in(app, "bob").cookies


def test_links_that_let_in(app: RunningApp, folder: Path) -> None:
    house, now = House(Settings(data_dir=str(folder)).house_url), datetime.now(UTC)
    link = f"{app.url}/join/{invitations.invite(house, '<b>Cléo</b>', 'reader', now)}"
    page = requests.get(link, headers=READER | {"Accept-Language": "fr"}, timeout=30)
    assert "Bienvenue" in page.text
    assert "<b>Cléo" not in page.text
    assert "no-store" in page.headers["cache-control"]
    browser = requests.Session()
    fields = {"name": "Cléo", "login": "cleo", "password": "short"}
    assert requests.post(link, fields, headers=READER, timeout=30).status_code == 403  # from nowhere
    assert browser.post(link, fields, headers=READER | OURS, timeout=30).status_code == 400
    browser.post(link, fields | {"password": PASSWORD}, headers=READER | OURS, timeout=30)
    assert socket_of(app, cookie_of(browser)) == "open"
    assert requests.get(link, headers=READER, timeout=30).status_code == 404
    assert requests.get(f"{app.url}/join/{'x' * 43}", headers=READER, timeout=30).status_code == 404


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningApp]]:
    started: list[RunningApp] = []

    def run(address: str = "127.0.0.1", **environ: str) -> RunningApp:
        started.append(RunningApp(tmp_path, address, VIGIE_DEMO="false", VIGIE_WORKER="false", **environ))
        return started[-1]

    yield run
    for one in started:
        one.close()


def test_on_this_computer_alone_nothing_is_asked(start: Callable[..., RunningApp], tmp_path: Path) -> None:
    app = start()
    assert "static/js" in requests.get(f"{app.url}/topics", headers=READER, timeout=30).text
    assert socket_of(app) == "open"
    assert not (tmp_path / "house.sqlite").exists()
    make_team(tmp_path)  # somebody makes the first account: from now on everybody signs in
    assert socket_of(app) == "403"
    assert requests.get(app.url, headers=READER, timeout=30).url.endswith("/signin")


def test_others_see_nothing_before_the_first_administrator(start: Callable[..., RunningApp]) -> None:
    app = start("0.0.0.0")
    link = re.search(r"/join/[\w-]+", app.log.read_text())
    assert link is not None
    assert socket_of(app) == "403"
    for path in (
        "/",
        "/topics",
        "/signin",
        "/openid",
        "/share/" + "x" * 30,
        "/api/v1/posts",
        "/feed/x.atom",
        "/static/x",
    ):
        answer = requests.get(app.url + path, headers=READER, allow_redirects=False, timeout=30)
        assert answer.status_code == 403, path
        assert "not open yet" in answer.text
    assert requests.post(f"{app.url}/signin", {"login": "a"}, headers=OURS, timeout=30).status_code == 401
    browser = requests.Session()
    fields = {"name": "Ana", "login": "ana", "password": PASSWORD}
    browser.post(app.url + link[0], fields, headers=READER | OURS, timeout=30)
    assert socket_of(app, cookie_of(browser)) == "open"
    assert requests.post(app.url + link[0], fields, headers=READER | OURS, timeout=30).status_code == 404


def test_the_danger_must_be_said(start: Callable[..., RunningApp]) -> None:
    app = start("0.0.0.0", VIGIE_OPEN_TO_EVERYBODY="true")
    assert socket_of(app) == "open"
    assert "DANGER" in app.log.read_text()


def test_it_does_not_start_where_it_cannot_know_who_may_come(tmp_path: Path) -> None:
    (tmp_path / "house.sqlite").write_bytes(b"not a database" * 100)
    for environ in ({"VIGIE_DATA_DIR": str(tmp_path)}, {"VIGIE_DATA_DIR": str(tmp_path / "a"), "VIGIE_THREADS": "x"}):
        run = subprocess.run(
            [sys.executable, "-m", "streamlit", "run", "server.py", "--server.address", "0.0.0.0"],
            cwd=ROOT,
            env={"PATH": "", **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert run.returncode == 1
        assert "Vigie does not start" in run.stderr


def test_who_can_be_reached() -> None:
    settings = Settings()
    for address in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert not Doors(address).lead_outside(settings)
        assert Doors(address).lead_outside(Settings(public_url="https://vigie.example"))
        assert not Doors(address).lead_outside(Settings(public_url="http://localhost:8501"))
        assert Doors(address).lead_outside(Settings(proxy_header="X-Forwarded-User"))
    for other in (None, "0.0.0.0", "::", "192.0.2.1", "vigie.example", "127.0.0.1.example"):
        assert Doors(other).lead_outside(settings)


def test_only_our_pages_are_led_to() -> None:
    for good in ("/", "/topics?since=2026-01-01&q=a%20b", "/mentions"):
        assert wanted_next(good) == good
    for bad in (
        *("//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\nb", "/a b", "/\t/evil.example"),
        *("/signin", "/signout", "/join/x", "/auth/logout", "/" + "x" * 3_000, "/a\\b", "/\x7f"),
    ):
        assert wanted_next(bad) == "/"


def test_a_seat_is_only_what_this_process_wrote() -> None:
    assert unsealed(sealed(Seat("session", "abc"))) == Seat("session", "abc")
    good = sealed(Seat("proxy", "1"))
    for bad in ("", "open", "open  ", good.replace("1", "2", 1), good[:-1], "proxy 1 é", good + " x"):
        assert unsealed(bad) is None


def test_only_the_gate_writes_a_seat_and_only_a_proxy_a_name() -> None:
    forged = [(b"X-Vigie-Seat", b"proxy 1 x"), (b"x_vigie_seat", b"open"), (b"X-User", b"ana"), (b"accept", b"*/*")]
    scope, settings = {"type": "http", "headers": forged}, Settings(proxy_header="X-User")
    assert _own_headers(scope, settings, keep=False) == [(b"accept", b"*/*")]
    assert _own_headers(scope, settings, keep=True) == [(b"X-User", b"ana"), (b"accept", b"*/*")]


def test_figures_are_for_a_token_made_for_them(app: RunningApp, folder: Path) -> None:
    record, now = Store(Settings(data_dir=str(folder), demo=False).store_url), datetime.now(UTC)
    good, other = (tokens.grant(record, kind, "watcher", now) for kind in ("metrics", "api"))

    def status(token: str, session: str = "") -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{app.url}/metrics", headers=headers | {"Cookie": session}, timeout=30).status_code

    assert [status(good), status(other), status(""), status("x" * 43)] == [200, 401, 401, 401]
    assert status("", cookie_of(sign_in(app))) == 401  # a browser of an administrator shows them to no script
