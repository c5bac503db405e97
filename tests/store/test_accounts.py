"""Accounts, sessions, links and attempts, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import select

from dashboard.__main__ import main as command
from data.actor import Actor, RefusedError, acting
from data.house import accounts, attempts, invitations, sessions
from data.house.arrivals import Claims, Welcome, arrive_from_provider, arrive_from_proxy
from data.house.attempts import WaitError, place_of, sign_in
from data.house.changes import latest_changes
from data.house.passwords import HouseError
from data.house.schema import account, attempt, house_change, invitation, session
from data.house.store import House
from data.house.workspaces import make_workspace
from data.settings import Settings
from tests.conftest import NOW, Postgres

GOOD = "a long enough one"
NOBODY = Welcome()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Settings(data_dir=str(tmp_path)).house_url)


def person(house: House, login: str = "ana@brimelo.example", role: str = "administrator", name: str = "Ana") -> int:
    """An account with a password, made as people make it: by a link."""
    with house.read() as connection:
        first = not accounts.any_account(connection)
    token = invitations.first_link(house, NOW) if first else invitations.invite(house, name, role, NOW)
    return invitations.accept(house, token, name, login, GOOD, NOW)


def refused(code: str) -> Callable[..., None]:
    def check(call: Callable[[], object]) -> None:
        with pytest.raises(HouseError) as error:
            call()
        assert error.value.code == code

    return check


def came_in(house: House, login: str, password: str = GOOD, address: str = "192.0.2.1", after: float = 0) -> bool:
    try:
        return bool(sign_in(house, login, password, address, "a browser", NOW + timedelta(seconds=after)))
    except HouseError:
        return False


def _whole_life(house: House) -> None:
    """The first administrator, an invitation, a session, a reset and an end, as one team lives it."""
    first = invitations.first_link(house, NOW)
    newer = invitations.first_link(house, NOW)
    refused("link")(lambda: invitations.accept(house, first, "Ana", "ana", GOOD, NOW))
    ana = invitations.accept(house, newer, "Ana", " ANA@Brimelo.example ", GOOD, NOW)
    refused("link")(lambda: invitations.accept(house, newer, "Eve", "eve", GOOD, NOW))
    refused("accounts_exist")(lambda: invitations.first_link(house, NOW))
    with acting(Actor(ana, "Ana", "administrator")):
        invited = invitations.invite(house, "Bob", "editor", NOW)
        with house.read() as connection:
            assert [one.name for one in invitations.waiting(connection, NOW)] == ["Bob"]
        refused("link")(lambda: invitations.accept(house, invited, "Bob", "bob", GOOD, NOW + timedelta(days=8)))
        refused("login_taken")(lambda: invitations.accept(house, invited, "Bob", "ana@brimelo.example", GOOD, NOW))
        bob = invitations.accept(house, invited, "Bob", "bob", GOOD, NOW)
    with house.read() as connection:
        assert accounts.roles(connection) == {ana: "administrator", bob: "editor"}
        assert accounts.acting_as(connection, bob) == Actor(bob, "Bob", "editor")
        assert accounts.acting_as(connection, bob, "another") is None
    token = sign_in(house, "bob", GOOD, "192.0.2.1", "Firefox", NOW)
    digest = sessions.digest_of(token)
    with house.read() as connection:
        assert sessions.actor_behind(connection, digest, NOW) == Actor(bob, "Bob", "editor")
        assert sessions.actor_behind(connection, token, NOW) is None  # the digest alone is kept
        assert sessions.actor_behind(connection, digest, NOW + sessions.LASTS) is None
    link = invitations.reset_link(house, bob, NOW)
    invitations.accept(house, link, "", "", "quite another one", NOW)
    with house.read() as connection:
        assert sessions.actor_behind(connection, digest, NOW) is None
    assert not came_in(house, "bob")
    assert came_in(house, "bob", "quite another one")
    accounts.close(house, bob, NOW)
    assert not came_in(house, "bob", "quite another one")
    with house.read() as connection:
        assert sessions.sessions_of(connection, bob, NOW) == []
        kept = [row.secret for row in connection.execute(select(account.c.secret))]
        noted = [change.action for change in reversed(latest_changes(connection))]
        held = str([*connection.execute(select(session)), *connection.execute(select(invitation))])
    assert all(secret.startswith("$argon2id$") for secret in kept)
    assert not any(secret in held for secret in (token, newer, invited, link))
    assert noted == [
        *("account.made", "link.used", "invited", "account.made", "link.used", "signed.in"),
        *("reset.asked", "password.changed", "link.used", "sign.in.refused", "signed.in", "account.closed"),
        "sign.in.refused",
    ]


def test_a_team_comes_in_and_goes(house: House) -> None:
    _whole_life(house)


def test_a_team_comes_in_and_goes_on_a_server(postgres: Postgres) -> None:
    house = House(Settings(database_url=postgres.make(template="template")).house_url)
    _whole_life(house)
    house.close()


def test_what_a_password_must_be(house: House) -> None:
    token = invitations.first_link(house, NOW)
    for password, code in (
        ("short", "password_short"),
        ("x" * 201, "password_long"),
        ("aaaaaaaaaaaa", "password_easy"),
        ("ANA@brimelo.example", "password_easy"),
        ("Anabella Anders", "password_easy"),
    ):
        join = (house, token, "Anabella Anders", "ana@brimelo.example", password, NOW)
        refused(code)(lambda join=join: invitations.accept(*join))
    for name, login, code in (
        ("", "ana", "name"),
        ("Ana", "a b", "login"),
        ("Ana", "", "login"),
        ("A\x07", "a", "name"),
    ):
        join = (house, token, name, login, GOOD, NOW)
        refused(code)(lambda join=join: invitations.accept(*join))
    assert invitations.accept(house, token, "Ana", "ana", GOOD, NOW)  # the link was not used up by what failed


def test_a_link_lets_in_once_though_ten_use_it_at_once(house: House) -> None:
    token = invitations.first_link(house, NOW)

    def join(number: int) -> bool:
        try:
            return bool(invitations.accept(house, token, "Ana", f"ana{number}", GOOD, NOW))
        except HouseError:
            return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(join, range(10))) == 1


def test_somebody_always_looks_after_the_team(house: House) -> None:
    ana = person(house)
    refused("last_administrator")(lambda: accounts.close(house, ana, NOW))
    refused("last_administrator")(lambda: accounts.set_role(house, ana, "editor", NOW))
    bob = person(house, "bob", "administrator", "Bob")
    accounts.close(house, ana, NOW)
    refused("last_administrator")(lambda: accounts.set_role(house, bob, "reader", NOW))
    accounts.reopen(house, ana, NOW)
    accounts.set_role(house, bob, "reader", NOW)
    with house.read() as connection:
        assert accounts.acting_as(connection, bob) == Actor(bob, "Bob", "reader")


def test_only_administrators_look_after_the_team(house: House) -> None:
    ana, bob = person(house), person(house, "bob", "editor", "Bob")
    with acting(Actor(bob, "Bob", "editor")):
        for write in (
            lambda: accounts.close(house, ana, NOW),
            lambda: accounts.reopen(house, ana, NOW),
            lambda: accounts.set_role(house, bob, "administrator", NOW),
            lambda: accounts.expect(house, "Eve", "eve", "administrator", "proxy", NOW),
            lambda: invitations.invite(house, "Eve", "administrator", NOW),
            lambda: invitations.withdraw(house, "x", NOW),
            lambda: invitations.reset_link(house, ana, NOW),
        ):
            with pytest.raises(RefusedError):
                write()
        refused("not_yours")(lambda: attempts.change_password(house, ana, GOOD, "quite another one", NOW))
        refused("not_yours")(lambda: accounts.describe_self(house, ana, "Eve", "", NOW))
        refused("not_yours")(lambda: sessions.end_own(house, ana, "x", NOW))


def test_an_administrator_of_one_workspace_is_nobody_in_another(house: House, tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    ana, bob = person(house), person(house, "bob", "editor", "Bob")
    with acting(Actor(ana, "Ana", "administrator")):
        acme = make_workspace(settings, "Acme", NOW)
        accounts.set_role(house, bob, "administrator", NOW, acme)
        token = invitations.invite(house, "Max", "member", NOW, acme)
    both = invitations.accept(house, token, "Max", "max", GOOD, NOW)
    with house.read() as connection:
        assert accounts.roles(connection) == accounts.roles(connection, "demo") == {ana: "administrator", bob: "editor"}
        assert accounts.roles(connection, acme) == {ana: "administrator", bob: "administrator", both: "member"}
    with acting(Actor(bob, "Bob", "administrator")):  # of Acme, which he looks at
        invitations.reset_link(house, both, NOW)
        accounts.set_role(house, both, "editor", NOW, acme)
        for number in (ana, bob):
            refused("elsewhere_too")(lambda number=number: invitations.reset_link(house, number, NOW))
            refused("elsewhere_too")(lambda number=number: accounts.close(house, number, NOW))
        for write in (
            lambda: accounts.set_role(house, bob, "administrator", NOW),
            lambda: accounts.set_role(house, both, "reader", NOW),
            lambda: invitations.invite(house, "Eve", "reader", NOW),
            lambda: accounts.expect(house, "Eve", "eve", "reader", "proxy", NOW),
        ):
            with pytest.raises(RefusedError):
                write()


def test_ones_own_account(house: House) -> None:
    ana = person(house)
    here, there = (sessions.digest_of(sign_in(house, "ana@brimelo.example", GOOD, "::1", b, NOW)) for b in "ab")
    with acting(Actor(ana, "Ana", "administrator")):
        accounts.describe_self(house, ana, "Ana Anders", "ana@brimelo.example", NOW)
        refused("email")(lambda: accounts.describe_self(house, ana, "Ana", "a b@c", NOW))
        refused("password_wrong")(lambda: attempts.change_password(house, ana, "wrong", "quite another one", NOW, here))
        attempts.change_password(house, ana, GOOD, "quite another one", NOW, here)
    with house.read() as connection:
        assert sessions.actor_behind(connection, here, NOW) == Actor(ana, "Ana Anders", "administrator")
        assert sessions.actor_behind(connection, there, NOW) is None
    with acting(Actor(ana, "Ana", "administrator")):
        for _ in range(attempts.PAIR):
            change = (house, ana, "guessed", "another long one", NOW, here)
            refused("password_wrong")(lambda change=change: attempts.change_password(*change))
        with pytest.raises(WaitError):
            attempts.change_password(house, ana, "quite another one", "another long one", NOW, here)
        sessions.end_own(house, ana, here, NOW)
    with house.read() as connection:
        assert sessions.actor_behind(connection, here, NOW) is None


def tries(house: House, login: str, address: str, times: int, after: float = 0) -> int:
    """How many of so many wrong passwords were looked at."""
    looked = 0
    for _ in range(times):
        try:
            sign_in(house, login, "wrong", address, "", NOW + timedelta(seconds=after))
        except WaitError:
            continue
        except HouseError:
            looked += 1
    return looked


def test_guessing_is_slowed_and_the_owner_is_never_shut_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "ACCOUNT", 12)  # each try takes the time of an argon2
    monkeypatch.setattr(attempts, "ADDRESS", 10)
    person(house, "ana")
    person(house, "bob", "editor", "Bob")
    assert came_in(house, "ana", address="198.51.100.7")
    assert tries(house, "ana", "192.0.2.1", 20) == attempts.PAIR
    with pytest.raises(WaitError):
        sign_in(house, "ana", GOOD, "192.0.2.1", "", NOW)  # the right one is not looked at either
    assert came_in(house, "ana", address="203.0.113.9")
    # One try a minute at most from then on, however long it goes on.
    assert sum(tries(house, "ana", "192.0.2.1", 3, after) for after in range(0, 300, 10)) <= 5 + 4
    assert tries(house, "nobody", "192.0.2.1", 20, 300) < attempts.PAIR  # the address has had its share
    with pytest.raises(WaitError):
        sign_in(house, "bob", GOOD, "192.0.2.1", "", NOW + timedelta(seconds=300))
    for number in range(10):  # from many addresses
        tries(house, "ana", f"192.0.2.{number + 50}", 4, 301)
    with pytest.raises(WaitError):
        sign_in(house, "ana", GOOD, "192.0.2.99", "", NOW + timedelta(seconds=302))
    assert came_in(house, "ana", address="198.51.100.7", after=303)  # where she has signed in before
    assert came_in(house, "ana", address="192.0.2.99", after=303 + attempts.WINDOW)


def test_three_hundred_guesses_at_once_are_counted_before_they_are_looked_at(house: House) -> None:
    person(house, "ana")

    def guess(_number: int) -> int:
        try:
            attempts.count_try(house, "ana", "192.0.2.1", NOW)
        except WaitError:
            return 0
        return 1

    with ThreadPoolExecutor(30) as pool:
        assert sum(pool.map(guess, range(300))) == attempts.PAIR


def test_an_answer_takes_as_long_whether_the_account_exists(house: House) -> None:
    person(house, "ana")
    tries(house, "warm", "192.0.2.200", 1)

    def took(login: str, number: int) -> float:
        began = perf_counter()
        assert not came_in(house, login, "wrong", f"192.0.2.{number}")
        return perf_counter() - began

    both = [(took("ana", n), took("nobody", n + 100)) for n in range(9)]
    known, unknown = (median(times) for times in zip(*both, strict=True))
    assert 0.5 < known / unknown < 2


def test_what_was_tried_is_forgotten_and_holds_no_login(house: House) -> None:
    tries(house, "my secret typed in the wrong field", "192.0.2.1", 2)
    with house.read() as connection:
        assert "secret" not in str([*connection.execute(select(attempt)), *connection.execute(select(house_change))])
    tries(house, "x", "192.0.2.2", 1, attempts.WINDOW + 1)
    with house.read() as connection:
        assert len(connection.execute(select(attempt)).all()) == 3


def test_an_address_is_one_household() -> None:
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2::9") != place_of("2001:db8:1:3::9")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1")
    assert place_of("no address") == "?"


def test_who_a_provider_signs_in(house: House) -> None:
    person(house, "boss@brimelo.example")
    said = Claims("https://id.example|1", "Eve@Brimelo.example", True, "Eve")

    def arrive(claims: Claims, welcome: Welcome = NOBODY) -> int:
        token = arrive_from_provider(house, claims, welcome, "", NOW)
        with house.read() as connection:
            return sessions.account_behind(connection, sessions.digest_of(token), NOW)

    refused("not_invited")(lambda: arrive(said))
    eve = accounts.expect(house, "Eve", "eve@brimelo.example", "editor", "openid", NOW)
    refused("not_invited")(lambda: arrive(Claims("https://id.example|2", "eve@brimelo.example", False, "Mallory")))
    assert arrive(said) == eve
    # From now on the provider's own name for her counts, not an address that may go to another person.
    refused("not_invited")(lambda: arrive(Claims("https://id.example|3", "eve@brimelo.example", True, "Mallory")))
    assert arrive(Claims(said.subject, "eve@married.example", True, "Eve")) == eve
    # An account with a password is not taken over by who owns its address elsewhere.
    refused("not_invited")(lambda: arrive(Claims("https://id.example|4", "boss@brimelo.example", True, "Boss")))
    welcome = Welcome("reader", ("brimelo.example",))
    for email in ("x@evil.example", "x@brimelo.example.evil.example", "brimelo.example", ""):
        refused("not_invited")(lambda e=email: arrive(Claims(f"i|{e}", e, True, "X"), welcome))
    new = arrive(Claims("https://id.example|5", "new@brimelo.example", True, "New"), welcome)
    with house.read() as connection:
        assert accounts.acting_as(connection, new) == Actor(new, "New", "reader")
    accounts.close(house, eve, NOW)
    refused("not_invited")(lambda: arrive(said, welcome))


def test_who_a_proxy_signs_in(house: House) -> None:
    ana = person(house, "ana")
    refused("not_invited")(lambda: arrive_from_proxy(house, "eve", "", NOW))
    refused("not_invited")(lambda: arrive_from_proxy(house, "ana", "reader", NOW))  # she has a password
    eve = arrive_from_proxy(house, "Eve", "reader", NOW)
    assert eve != ana
    assert arrive_from_proxy(house, "eve", "", NOW) == eve
    accounts.close(house, eve, NOW)
    refused("not_invited")(lambda: arrive_from_proxy(house, "eve", "reader", NOW))


def test_the_owner_who_is_locked_out_gets_a_link(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_PUBLIC_URL", "https://vigie.example")

    def link(*login: str) -> str:
        assert command(["link", *login]) == 0
        return capsys.readouterr().out.strip().removeprefix("Good once: https://vigie.example/join/")

    ana = invitations.accept(house, link(), "Ana", "ana", GOOD, datetime.now(UTC))
    assert invitations.accept(house, link("ANA"), "", "", "quite another one", datetime.now(UTC)) == ana
    assert came_in(house, "ana", "quite another one")
    bob = invitations.accept(house, link(), "Bob", "bob", GOOD, datetime.now(UTC))
    with house.read() as connection:
        assert accounts.roles(connection) == {ana: "administrator", bob: "administrator"}
    assert command(["link", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err
