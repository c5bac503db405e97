"""A proxy that says who has signed in: believed from its own address, and from no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from data.house import accounts
from data.house.store import House
from data.settings import Settings, SettingsError, load_settings
from tests.conftest import RunningApp
from tests.dashboard.web.test_gate import make_team, socket_of

PROXY, OTHER = "127.0.0.2", "127.0.0.1"  # two addresses of this machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[RunningApp]:
    house = make_team(folder)
    accounts.expect(house, "Eve", "eve@brimelo.example", "reader", "proxy", datetime.now(UTC))
    environ = {"VIGIE_PROXY_HEADER": "X-Forwarded-User", "VIGIE_PROXY_ADDRESSES": f"{PROXY},::1"}
    running = RunningApp(folder, VIGIE_DEMO="false", VIGIE_WORKER="false", **environ)
    yield running
    running.close()


def asked(app: RunningApp, source: str, **headers: str) -> int:
    """The status of the first page, asked for from that address."""
    connection = HTTPConnection("127.0.0.1", app.port, timeout=30, source_address=(source, 0))
    try:
        sent = {name.replace("__", "-"): value for name, value in headers.items()}
        connection.request("GET", "/", headers={"Accept": "text/html", **sent})
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_proxy_is_believed(app: RunningApp) -> None:
    assert asked(app, PROXY) == 303
    assert asked(app, PROXY, X__Forwarded__User="eve@brimelo.example") == 200
    assert asked(app, PROXY, X__Forwarded__User="Eve@Brimelo.example", X__Forwarded__For="192.0.2.9") == 200
    assert asked(app, PROXY, X__Forwarded__User="nobody") == 303
    assert asked(app, PROXY, X__Forwarded__User="ana") == 303  # she has a password, and it was not given


def test_nobody_else_is(app: RunningApp) -> None:
    for spelled in ("X__Forwarded__User", "x__forwarded__user", "X_Forwarded_User", "X__Forwarded_User"):
        assert asked(app, OTHER, **{spelled: "eve@brimelo.example"}) == 303
    # Neither by naming the proxy as the address that it came from, nor as the last of many.
    for chain in (
        PROXY,
        f"{PROXY}:5000",
        f"192.0.2.1, {PROXY}:5000 ",
        f"{PROXY}, 192.0.2.1",
        f"192.0.2.1, {PROXY}",
        "::1",
    ):
        assert asked(app, OTHER, X__Forwarded__User="eve@brimelo.example", X__Forwarded__For=chain) == 303
    assert socket_of(app, **{"X-Forwarded-User": "eve@brimelo.example"}) == "403"


def test_who_is_closed_is_not_let_in_by_the_proxy(app: RunningApp, folder: Path) -> None:
    house, now = House(Settings(data_dir=str(folder)).house_url), datetime.now(UTC)
    with house.read() as connection:
        eve = accounts.find(connection, "eve@brimelo.example")
    assert eve is not None
    accounts.close(house, eve.id, now)
    assert asked(app, PROXY, X__Forwarded__User="eve@brimelo.example") == 303
    accounts.reopen(house, eve.id, now)
    assert asked(app, PROXY, X__Forwarded__User="eve@brimelo.example") == 200


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VIGIE_PROXY_HEADER", "X Forwarded"),
        ("VIGIE_PROXY_ADDRESSES", "localhost"),
        ("VIGIE_NEWCOMER_ROLE", "owner"),
        ("VIGIE_OPENID_CLIENT_ID", "alone"),
    ],
)
def test_what_cannot_be_kept_is_an_error(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable.removeprefix("VIGIE_").lower()):
        load_settings({variable: value})
