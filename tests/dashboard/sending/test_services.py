"""The forms of mail, Slack, Teams, Discord, ntfy and webhooks: what each makes reaches a server that behaves as the
service does, and each refusal is told in plain words. Two things stand in: the name server, which leads the names of
the services to this computer, where they are answered over TLS; and this computer, which is the public internet."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import data.network
from dashboard.sending.alerts import is_known, send, try_address
from dashboard.sending.services import SERVICES, AddressError, Written, address_of, service_of
from dashboard.words.alerts import address_problem, service_names, where_to_find, why_not_sent
from data.settings import Settings
from tests.conftest import Loopback

SLACK = "https://hooks.slack.com/services/T12345678/B12345678/abcdefghijKLMNOPQRST1234"
DISCORD = "https://discord.com/api/webhooks/123456789012345678/abc-DEF_ghi"
TEAMS = (
    "https://prod-01.westeurope.logic.azure.com:443/workflows/0123abcd/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=kept_SIG-1"
)
NEW_TEAMS = (
    "https://default12.3a.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0123abcd"
    "/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=kept_SIG-1"
)
NAMES = ["hooks.slack.com", "discord.com", "*.westeurope.logic.azure.com", "*.3a.environment.api.powerplatform.com"]


class Services:
    """The services, each as its documents say it answers: to what it knows, and to what it does not."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.status = 0  # of every answer, where a service has trouble

    async def answer(self, request: web.Request) -> web.Response:
        if self.status:
            return web.Response(status=self.status)
        host, body = request.host.split(":")[0], await request.json()
        answered = {"hooks.slack.com": self._slack, "discord.com": self._discord}.get(host, self._teams)
        told = answered(request, body)
        if told.status < 300:
            self.got.append((host, body))
        return told

    def _slack(self, request: web.Request, body: Any) -> web.Response:
        if request.path != SLACK.removeprefix("https://hooks.slack.com"):
            return web.Response(status=404, text="no_service")
        held = body.get("text") or body.get("attachments") or body.get("blocks")
        return web.Response(text="ok") if held else web.Response(status=400, text="no_text")

    def _discord(self, request: web.Request, body: Any) -> web.Response:
        if request.path != DISCORD.removeprefix("https://discord.com"):
            return web.json_response({"message": "Unknown Webhook", "code": 10015}, status=404)
        return web.Response(status=204 if body.get("content") or body.get("embeds") else 400)

    def _teams(self, request: web.Request, body: Any) -> web.Response:
        if request.query.get("sig") != "kept_SIG-1":
            return web.json_response({"error": {"code": "DirectApiAuthorizationRequired"}}, status=401)
        return web.Response(status=202 if body["type"] == "message" else 400)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """(a certificate that is trusted in these tests, what a server shows with it)."""
    folder = tmp_path_factory.mktemp("authority")
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in (*NAMES, "smtp.example.org")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context


@pytest.fixture
def public_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer counts as the public internet."""
    told = data.network.is_public
    monkeypatch.setattr(data.network, "is_public", lambda address: address == "127.0.0.1" or told(address))


@pytest.fixture
def led_here(monkeypatch: pytest.MonkeyPatch, authority: tuple[Path, ssl.SSLContext]) -> Callable[[int], None]:
    """Lead every name to a port of this computer, whose certificate is trusted."""

    def lead(port: int) -> None:
        def told(host: Any, _port: Any, *_: Any, **__: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", told)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority[0]))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))

    return lead


@pytest.fixture
def services(authority: tuple[Path, ssl.SSLContext], led_here: Callable[[int], None]) -> Iterator[Services]:
    held = Services()
    server = Loopback(held.answer, tls=authority[1])
    led_here(server.port)
    yield held
    server.close()


@pytest.mark.usefixtures("public_here")
@pytest.mark.parametrize(
    ("service", "link", "host", "wrong", "why"),
    [
        ("slack", SLACK, "hooks.slack.com", SLACK.replace("T123", "T999"), "gone"),
        ("discord", DISCORD, "discord.com", DISCORD + "x", "gone"),
        ("teams", TEAMS, "prod-01.westeurope.logic.azure.com", TEAMS.replace("kept", "lost"), "sign_in"),
        ("teams", NEW_TEAMS, "default12.3a.environment.api.powerplatform.com", "", ""),
    ],
)
def test_a_test_message_arrives_or_says_why(
    service: str, link: str, host: str, wrong: str, why: str, services: Services
) -> None:
    address = address_of(service, Written(link=link))
    assert is_known(address)
    assert service_of(address) == service
    assert try_address(address, Settings()) == ""
    ((where, body),) = services.got
    assert where == host
    assert "This address works: what is meant for it will arrive here." in str(body).replace("\\", "")
    assert not wrong or send(address_of(service, Written(link=wrong)), "t", "b") == why
    for status, reason in ((429, "busy"), (503, "trouble")):
        services.status = status
        assert send(address, "t", "b") == reason
    services.status = 0
    assert len(services.got) == 1


@pytest.mark.usefixtures("public_here")
def test_a_server_that_is_not_trusted_is_told(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert send(address_of("slack", Written(link=SLACK)), "t", "b") == "certificate"


@pytest.mark.usefixtures("public_here")
def test_ntfy_gets_its_topic_and_token(serve: Callable[..., Loopback]) -> None:
    got: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer tk_good":
            return web.json_response({"code": 40301, "error": "forbidden"}, status=403)
        got.append(await request.json())
        return web.json_response({"id": "1"})

    url = serve(answer).url
    address = address_of("ntfy", Written(server=url, topic="acme-alerts", password="tk_good"))
    assert service_of(address) == "ntfy"
    assert send(address, "Title", "Body") == ""
    assert (got[0]["topic"], got[0]["title"], got[0]["message"]) == ("acme-alerts", "Title", "Body")
    wrong = address_of("ntfy", Written(server=url, topic="acme-alerts", password="tk_bad"))
    assert send(wrong, "t", "b") == "sign_in"
    assert address_of("ntfy", Written(topic="acme")) == "ntfys://ntfy.sh/acme?mode=private"


@pytest.mark.usefixtures("public_here")
def test_a_webhook_gets_json_with_its_query(serve: Callable[..., Loopback]) -> None:
    got: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        got.append((request.path_qs, await request.json()))
        return web.Response()

    server = serve(answer)
    address = address_of("webhook", Written(link=f"{server.url}/hooks/in?key=a%20b&x="))
    assert service_of(address) == "webhook"
    assert send(address, "Title", "Body") == ""
    ((path, body),) = got
    assert path in {"/hooks/in?key=a+b&x=", "/hooks/in?key=a%20b&x="}
    assert (body["title"], body["message"]) == ("Title", "Body")
    server.close()
    assert send(address, "t", "b") == "unreachable"


class Mailbox:
    """What a mail server received; it knows one person, and takes nothing for one receiver."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        self.letters.append((session.ssl is not None, envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"ana@example.org", b"p@ss/w:rd #1")
    return AuthResult(success=right, handled=False)


@pytest.mark.usefixtures("public_here")
def test_mail_goes_through_a_server_that_asks_who_one_is(
    authority: tuple[Path, ssl.SSLContext], led_here: Callable[[int], None]
) -> None:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = Controller(
        box, hostname="127.0.0.1", port=port, tls_context=authority[1], authenticator=known, auth_required=True
    )
    server.start()
    try:
        led_here(port)
        form = {"server": "smtp.example.org", "port": port, "user": "ana@example.org"}
        good = address_of("mail", Written(**form, password="p@ss/w:rd #1", to="ben@example.org; eve@example.org"))
        assert service_of(good) == "mail"
        assert send(good, "Title", "Body") == ""
        assert [(tls, to) for tls, to, _letter in box.letters] == [
            (True, ["ben@example.org"]),
            (True, ["eve@example.org"]),
        ]
        assert "ana@example.org" in box.letters[0][2]["From"]
        bad = address_of("mail", Written(**form, password="wrong", to="ben@example.org"))
        assert send(bad, "t", "b") == "sign_in"
        lost = address_of("mail", Written(**form, password="p@ss/w:rd #1", to="nobody@example.org"))
        assert send(lost, "t", "b") == "mail_refused"
        plain = address_of("mail", Written(**form, password="p@ss/w:rd #1", to="ben@example.org", security="ssl"))
        assert send(plain, "t", "b") == "certificate"  # it speaks STARTTLS at this port
    finally:
        server.stop()
    assert send(good, "t", "b") == "unreachable"


@pytest.mark.parametrize("service", ["slack", "webhook", "ntfy", "mail"])
def test_the_policy_on_private_addresses_holds_for_each(service: str, services: Services) -> None:
    """Names that lead to this computer, which is private here; where that is allowed, no answer is told."""
    written = {
        "slack": Written(link=SLACK.replace("T123", "T999")),
        "webhook": Written(link=DISCORD + "x"),
        "ntfy": Written(topic="acme", server="https://discord.com"),
        "mail": Written(server="discord.com", sender="a@example.org", to="b@example.org", security="ssl"),
    }[service]
    address = address_of(service, written)
    assert send(address, "t", "b") == "private_address"
    assert send(address, "t", "b", allow_private=True) == "not_taken"


WRONG = [
    ("slack", Written(), "empty"),
    ("slack", Written(link="https://hooks.slack.com.evil.example/services/T1/B1/x"), "slack"),
    ("slack", Written(link="http://hooks.slack.com/services/T1/B1/x"), "slack"),
    ("discord", Written(link="https://discord.com/channels/1/2"), "discord"),
    ("teams", Written(link="https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4"), "old_teams"),
    ("teams", Written(link="https://teams.microsoft.com/l/channel/19"), "teams"),
    ("ntfy", Written(), "topic_missing"),
    ("ntfy", Written(topic="a b"), "topic"),
    ("ntfy", Written(topic="a", server="https://ntfy.sh/a"), "ntfy_server"),
    ("ntfy", Written(topic="a", server="ftp://ntfy.sh"), "link"),
    ("webhook", Written(link="file:///etc/passwd"), "link"),
    ("webhook", Written(link="https://a.example:99999/x"), "link"),
    ("webhook", Written(link="https://a.example/\n"), "link"),
    ("mail", Written(to="a@example.org"), "mail_missing"),
    ("mail", Written(server="smtp.example.org"), "mail_missing"),
    ("mail", Written(server="https://smtp.example.org", to="a@example.org"), "server"),
    ("mail", Written(server="smtp.example.org", to="a@example.org"), "sender"),
    ("mail", Written(server="smtp.example.org", sender="Ana", to="a@example.org"), "mail"),
    (
        "mail",
        Written(server="s.example", sender="a@b.example", to=" ".join(f"a{n}@b.example" for n in range(21))),
        "mail",
    ),
    ("mail", Written(server="smtp.example.org", user="a@example.org", to="a@example.org"), "password"),
    ("mail", Written(server="s.example", sender="a@b.example", to="a@b.example", port=70_000), "port"),
]


@pytest.mark.parametrize(("service", "written", "code"), WRONG)
def test_what_is_no_address_says_what_to_do(service: str, written: Written, code: str) -> None:
    with pytest.raises(AddressError) as raised:
        address_of(service, written)
    assert raised.value.code == code
    assert address_problem(code) != code


def test_every_service_and_reason_has_its_words() -> None:
    assert set(service_names()) == set(where_to_find()) == set(SERVICES)
    for code in ("sign_in", "mail_refused", "gone", "busy", "trouble", "unreachable", "certificate"):
        assert why_not_sent(code) != code
