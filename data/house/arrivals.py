"""People whom another has signed in: a provider of OpenID Connect, or a proxy before Vigie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from data.house.accounts import EMAIL, find, find_subject, login_of, put_account
from data.house.changes import note_house_change
from data.house.passwords import HouseError
from data.house.schema import account
from data.house.sessions import put_session
from data.house.store import House


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody. `subject` is its issuer and its own name for them, which never changes."""

    subject: str
    email: str
    email_is_verified: bool
    name: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who may come in without having been invited: a role for newcomers ("" for nobody), and their domains."""

    role: str = ""
    domains: tuple[str, ...] = ()

    def takes(self, email: str) -> bool:
        wanted = {domain.casefold().lstrip("@") for domain in self.domains}
        return bool(self.role and EMAIL.fullmatch(email)) and email.rpartition("@")[2] in wanted


def arrive_from_provider(house: House, claims: Claims, welcome: Welcome, browser: str, now: datetime) -> str:
    """The token of a new session for somebody whom a provider has signed in.

    The account is the one bound to that subject; else the one that waits for that address, where the provider calls it
    verified; else a new one where the address is welcome. Raises HouseError("not_invited") for everybody else.
    """
    with house.write() as connection:
        held = find_subject(connection, claims.subject)
        if held is None:
            held_number = _bind(connection, claims, welcome, now)
        elif held.is_open:
            held_number = held.id
        else:
            raise HouseError("not_invited")
        return put_session(connection, held_number, browser, now, "openid")


def _bind(connection: Connection, claims: Claims, welcome: Welcome, now: datetime) -> int:
    """The account that a subject is bound to from now on."""
    if not claims.email_is_verified or not claims.email or not claims.subject:
        raise HouseError("not_invited")
    login = login_of(claims.email)
    waits = find(connection, login)
    if waits is not None:
        bound = connection.execute(select(account.c.subject).where(account.c.id == waits.id)).scalar_one()
        if waits.kind != "openid" or bound or not waits.is_open:
            raise HouseError("not_invited")
        number = waits.id
    elif welcome.takes(login):
        name = " ".join(claims.name.split())[:80] or login
        number = put_account(connection, name, login, welcome.role, now, kind="openid", email=login)
    else:
        raise HouseError("not_invited")
    connection.execute(update(account).where(account.c.id == number).values(subject=claims.subject[:500]))
    note_house_change(connection, "account.bound", login, now, after=claims.subject)
    return number


def arrive_from_proxy(house: House, words: str, role: str, now: datetime) -> int:
    """The account of the user whom the proxy names; made where newcomers have a role. Raises HouseError."""
    login = login_of(words)
    with house.read() as connection:
        held = find(connection, login)
    if held is not None:
        if held.kind != "proxy" or not held.is_open:
            raise HouseError("not_invited")
        return held.id
    if not role:
        raise HouseError("not_invited")
    with house.write() as connection:
        again = find(connection, login)  # two requests of one page arrive at once
        return again.id if again is not None else put_account(connection, login[:80], login, role, now, kind="proxy")
