"""Coming in by the doors in a real browser: a password, a provider of OpenID Connect."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from data.house import accounts
from data.house.store import House
from data.settings import ROOT, Settings
from tests.browser.conftest import SHOWN, settle
from tests.conftest import RunningApp, lacking
from tests.dashboard.web.test_gate import PASSWORD, make_team, socket_of

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Unverified HTTPS")]


@pytest.fixture(scope="module")
def provider() -> Iterator[Any]:
    from oidc_provider_mock import User, run_server_in_thread

    def user(sub: str, *, verified: bool = True) -> User:
        name = sub.partition("@")[0].title()
        return User(sub=sub, claims={"email": sub, "email_verified": verified, "name": name})

    known = [user("eve@brimelo.example"), user("new@brimelo.example"), user("x@evil.example")]
    unsure = user("sly@brimelo.example", verified=False)
    with run_server_in_thread(user_claims=[*known, unsure]) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="module")
def app(provider: Any, folder: Path) -> Iterator[RunningApp]:
    house, now = make_team(folder), datetime.now(UTC)
    accounts.expect(house, "Eve", "eve@brimelo.example", "editor", "openid", now)
    accounts.expect(house, "Cléo", "cleo", "member", "proxy", now)
    running = RunningApp(
        folder,
        VIGIE_DEMO="false",
        VIGIE_WORKER="false",
        VIGIE_OPENID_METADATA_URL=f"http://localhost:{provider.server_port}/.well-known/openid-configuration",
        VIGIE_OPENID_CLIENT_ID="vigie",
        VIGIE_OPENID_CLIENT_SECRET="kept in no file",
        VIGIE_OPENID_DOMAINS="brimelo.example",
        VIGIE_NEWCOMER_ROLE="reader",
        VIGIE_PROXY_HEADER="X-Forwarded-User",
    )
    running.url = running.url.replace("127.0.0.1", "localhost")  # the one that the provider leads back to
    yield running
    running.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page in a browser of one's own, whatever it answers."""
    contexts = []

    def visited(url: str, **options: Any) -> Any:
        contexts.append(
            browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)
        page.goto(url)
        return page

    yield visited
    for context in contexts:
        context.close()


def by_provider(page: Any, sub: str) -> None:
    page.click("text=Sign in with your organisation")
    page.get_by_role("button", name=sub).click()


def in_app(page: Any) -> None:
    page.wait_for_selector(SHOWN)
    settle(page)


def test_a_password_leads_to_the_page_that_was_wanted_and_out_again(app: RunningApp, visit: Callable[..., Any]) -> None:
    page = visit(
        f"{app.url}/activity?lang=fr", locale="fr-FR", color_scheme="dark", viewport={"width": 390, "height": 800}
    )
    assert page.title() == "Se connecter"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.get_attribute("#password", "autocomplete") == "current-password"
    page.get_by_label("Adresse ou identifiant").fill("bob")
    page.get_by_label("Mot de passe").fill("not that one")
    page.keyboard.press("Enter")
    assert "identifiant" in page.get_by_role("alert").inner_text()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    in_app(page)
    assert page.url == f"{app.url}/activity?lang=fr"
    held = {one["name"]: one for one in page.context.cookies()}
    assert held["vigie_session"]["httpOnly"]
    assert held["vigie_session"]["sameSite"] == "Lax"
    assert "vigie_session" not in page.evaluate("document.cookie")


def test_who_signs_out_sees_nothing_more(app: RunningApp, visit: Callable[..., Any]) -> None:
    page = sign_in(visit(app.url), "bob")
    assert page.get_by_test_id("stSidebarNavLink").filter(has_text="Team").count() == 0
    held = next(one["value"] for one in page.context.cookies() if one["name"] == "vigie_session")
    assert socket_of(app, f"vigie_session={held}") == "open"
    page.get_by_test_id("stSidebar").get_by_test_id("stPopover").get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("text=You are signed out")
    assert socket_of(app, f"vigie_session={held}") == "403"
    page.goto(f"{app.url}/topics")
    assert page.title() == "Sign in"
    assert not any(one["name"] == "vigie_session" for one in page.context.cookies())


def sign_in(page: Any, login: str) -> Any:
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    in_app(page)
    return page


def test_an_administrator_invites_and_closes(app: RunningApp, visit: Callable[..., Any]) -> None:
    boss = sign_in(visit(f"{app.url}/team"), "ana")
    boss.get_by_label("Their name").fill("Max <b>[x](https://evil.example)")
    boss.get_by_role("button", name="Invite", exact=True).click()
    boss.wait_for_selector("[data-testid=stCode]")
    link = boss.inner_text("[data-testid=stCode]").strip()
    assert link.startswith(f"{app.url}/join/")
    page = visit(link)
    assert page.input_value("#name") == "Max <b>[x](https://evil.example)"
    page.fill("#login", "max")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Go in").click()
    in_app(page)
    assert "Max <b>[x](https://evil.example)" in page.inner_text("[data-testid=stSidebar]")
    assert page.locator("a[href*='evil.example']").count() == 0
    boss.reload()
    in_app(boss)
    row = boss.locator("[class*=st-key-person-]", has_text="max")
    assert boss.locator("a[href*='evil.example']").count() == 0
    row.get_by_role("button", name="Close", exact=True).click()
    row.get_by_text("Account closed").wait_for()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Sources").click()
    page.wait_for_selector("text=You are signed out")
    own = boss.locator("[class*=st-key-person-]", has_text="ana")
    own.get_by_role("button", name="Close", exact=True).click()
    boss.wait_for_selector("text=make another person administrator first")
    boss.get_by_text("What was done").click()
    boss.wait_for_selector("[data-testid=stDataFrame]")


def test_team_is_for_administrators(app: RunningApp, visit: Callable[..., Any]) -> None:
    page = sign_in(visit(f"{app.url}/team"), "bob")
    assert "Link for a new password" not in page.inner_text("body")
    assert page.inner_text(SHOWN) != "Team"


def test_a_provider_lets_in_who_is_invited(app: RunningApp, visit: Callable[..., Any], folder: Path) -> None:
    page = visit(f"{app.url}/activity")
    by_provider(page, "eve@brimelo.example")
    in_app(page)
    assert page.url == f"{app.url}/activity"
    assert "Eve" in page.get_by_test_id("stSidebar").inner_text()
    names = {one["name"] for one in page.context.cookies()}
    assert "vigie_session" in names
    assert not any(name.startswith("_streamlit_user") for name in names)  # good for a month, whatever we close
    house = House(Settings(data_dir=str(folder)).house_url)
    with house.read() as connection:
        eve = accounts.find(connection, "eve@brimelo.example")
        assert eve is not None
        bound = accounts.find_subject(connection, next(iter(_subjects(connection))))
    assert bound == eve
    log = app.log.read_text()
    assert "kept in no file" not in log


def _subjects(connection: Any) -> list[str]:
    rows = connection.exec_driver_sql("SELECT subject FROM account WHERE subject != '' AND login LIKE 'eve@%'")
    return [str(row[0]) for row in rows]


def test_a_provider_lets_in_the_domain_and_nobody_else(app: RunningApp, visit: Callable[..., Any]) -> None:
    page = visit(app.url)
    by_provider(page, "new@brimelo.example")
    in_app(page)
    assert "New" in page.get_by_test_id("stSidebar").inner_text()
    for outside in ("x@evil.example", "sly@brimelo.example"):
        page = visit(app.url)
        by_provider(page, outside)
        assert "not on the team" in page.inner_text("h1")
        assert not any(one["name"].startswith(("vigie_session", "_streamlit_user")) for one in page.context.cookies())
    page = visit(app.url)
    page.click("text=Sign in with your organisation")
    page.get_by_role("button", name="Deny").click()
    assert "did not let you in" in page.get_by_role("alert").inner_text()


def test_a_callback_that_nobody_asked_for_lets_nobody_in(app: RunningApp, visit: Callable[..., Any]) -> None:
    page = visit(f"{app.url}/oauth2callback?code=x&state=y")
    assert re.fullmatch(rf"{app.url}/signin\?failed=1", page.url)
    assert not any(one["name"] == "vigie_session" for one in page.context.cookies())


class Proxy:
    """nginx or Caddy of Debian before the app on loopback, with TLS, as docs/team.md says."""

    def __init__(self, kind: str, app: RunningApp, folder: Path, *, signs_in: bool = False) -> None:
        program = shutil.which(kind) or f"/usr/sbin/{kind}"
        if not Path(program).exists():
            lacking(f"no {kind} on this machine")
        with socket.socket() as probe, socket.socket() as other:
            probe.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port, self.plain_port = probe.getsockname()[1], other.getsockname()[1]
        self.url = f"https://localhost:{self.port}"
        config = folder / "config"
        blocks = re.findall(rf"```{kind}\n(.*?)```", (ROOT / "docs" / "team.md").read_text(), re.DOTALL)
        words = blocks[0].replace("127.0.0.1:8501", f"127.0.0.1:{app.port}")
        if signs_in:
            words = re.sub(r".*X-Forwarded-User.*\n", blocks[1], words)
        config.write_text((self._nginx if kind == "nginx" else self._caddy)(words, folder))
        arguments = (
            ["-c", str(config)] if kind == "nginx" else ["run", "--adapter", "caddyfile", "--config", str(config)]
        )
        environ = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [program, *arguments], env=environ, stdout=self.log.open("wb"), stderr=subprocess.STDOUT
        )
        for _ in range(120):
            try:
                requests.get(f"{self.url}/_stcore/health", verify=False, timeout=2)
                return
            except requests.RequestException:
                time.sleep(0.25)
        raise RuntimeError(self.log.read_text())

    def _nginx(self, words: str, folder: Path) -> str:
        key, certificate, users = folder / "vigie.key", folder / "vigie.crt", folder / "users"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        users.write_text("".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in ("cleo", "ana")))
        for said, meant in (
            ("    listen [::]:443 ssl;\n", ""),
            ("    listen [::]:80;\n", ""),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("vigie.example.com", "localhost"),
            ("/etc/ssl/vigie.crt", str(certificate)),
            ("/etc/ssl/vigie.key", str(key)),
            ("/etc/nginx/vigie.users", str(users)),
        ):
            words = words.replace(said, meant)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
        user = "user root;" if os.getuid() == 0 else ""
        top = f"{user} daemon off; pid {folder / 'pid'}; error_log stderr; events {{}}"
        return f"{top} http {{ access_log off; {paths}\n{words}\n}}"

    def _caddy(self, words: str, folder: Path) -> str:
        site = words.replace("vigie.example.com {", f"{self.url} {{\n    tls internal")
        options = ("admin off", "auto_https disable_redirects", "skip_install_trust", f"storage file_system {folder}")
        return "{\n" + "\n".join(options) + "\n}\n" + site

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def before(app: RunningApp, tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    started: list[Proxy] = []

    def start(kind: str, **options: Any) -> Proxy:
        started.append(Proxy(kind, app, tmp_path, **options))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_a_team_behind_tls_as_the_guide_says(
    before: Callable[..., Proxy], visit: Callable[..., Any], kind: str, folder: Path
) -> None:
    proxy = before(kind)
    page = sign_in(visit(f"{proxy.url}/activity", ignore_https_errors=True), "bob")  # pages come over the socket
    assert page.url == f"{proxy.url}/activity"
    held = next(one for one in page.context.cookies() if one["name"] == "vigie_session")
    assert held["secure"]
    forged = {"X-Forwarded-User": "cleo", "X-Forwarded-For": "192.0.2.1", "Accept": "text/html"}
    answer = requests.get(proxy.url, headers=forged, verify=False, allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    large = requests.post(f"{proxy.url}/signin", b"x" * 3_000_000, verify=False, timeout=30)
    assert large.status_code != 413  # files of posts may pass; by itself nginx stops them at 1 MB
    if kind == "nginx":  # Caddy does this by itself, on port 80 alone
        plain = requests.get(f"http://localhost:{proxy.plain_port}/topics?q=a", allow_redirects=False, timeout=30)
        assert (plain.status_code, plain.headers["location"]) == (301, "https://localhost/topics?q=a")
    with House(Settings(data_dir=str(folder)).house_url).read() as connection:
        known = [str(row[0]) for row in connection.exec_driver_sql("SELECT address FROM known_address")]
    assert "192.0.2.1" not in known
    assert set(known) <= {"127.0.0.1", "::/64"}


def test_nginx_says_who_has_signed_in(before: Callable[..., Proxy], visit: Callable[..., Any]) -> None:
    proxy = before("nginx", signs_in=True)
    answer = requests.get(proxy.url, headers={"X-Forwarded-User": "cleo"}, verify=False, timeout=30)
    assert answer.status_code == 401
    asked = {"headers": {"X-Forwarded-User": "cleo", "Accept": "text/html"}, "verify": False, "timeout": 30}
    assert "Sign in" in requests.get(proxy.url, auth=("ana", PASSWORD), **asked).text  # type: ignore[arg-type]
    credentials = {"username": "cleo", "password": PASSWORD}
    page = visit(proxy.url, ignore_https_errors=True, http_credentials=credentials)
    in_app(page)
    menu = page.get_by_test_id("stSidebar").get_by_test_id("stPopover").get_by_role("button")
    assert "Cléo" in menu.inner_text()
