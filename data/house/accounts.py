"""Accounts: who may come in, under which name and with which role in which workspace."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from data.actor import ROLES, Actor, RefusedError, actor, needs
from data.house.changes import note_house_change
from data.house.passwords import HouseError
from data.house.schema import account, membership, session, workspace
from data.house.store import House
from data.house.workspaces import put_member
from data.models import from_epoch, to_epoch
from data.settings import BUILT_IN

OWN = "own"  # the workspace of a house that has only one
LONGEST = 120  # characters of a name, a login, an address
EMAIL = re.compile(r"[^\s@<>\",;]{1,64}@[^\s@<>\",;]{1,255}")


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `kind` says who checks that it is them: local (a password), openid, proxy."""

    id: int
    name: str
    login: str
    kind: str
    email: str
    is_open: bool
    made_at: datetime
    seen_at: datetime | None
    notices: bool = True  # whether they are told by mail of what is assigned to them
    lang: str = ""  # and in which language, "" for that of the channel


def login_of(words: str) -> str:
    """A login as it is kept: small letters, one way of writing accents. Raises HouseError for none."""
    login = unicodedata.normalize("NFKC", words).strip().casefold()
    if not 1 <= len(login) <= LONGEST or any(not c.isprintable() or c.isspace() for c in login):
        raise HouseError("login")
    return login


def name_of(words: str) -> str:
    """A person's name on one line. Raises HouseError for none."""
    name = " ".join(unicodedata.normalize("NFC", words).split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise HouseError("name")
    return name


def _account(row: object) -> Account:
    seen = row.seen_at  # type: ignore[attr-defined]
    return Account(
        row.id,  # type: ignore[attr-defined]
        row.name,  # type: ignore[attr-defined]
        row.login,  # type: ignore[attr-defined]
        row.kind,  # type: ignore[attr-defined]
        row.email,  # type: ignore[attr-defined]
        row.state == "active",  # type: ignore[attr-defined]
        from_epoch(row.made_at),  # type: ignore[attr-defined]
        from_epoch(seen) if seen else None,
        row.notices == "on",  # type: ignore[attr-defined]
        row.lang,  # type: ignore[attr-defined]
    )


def any_account(connection: Connection) -> bool:
    """Whether somebody has an account, so that everybody must sign in. One that is closed counts."""
    return connection.execute(select(account.c.id).limit(1)).first() is not None


def account_of(connection: Connection, number: int) -> Account | None:
    row = connection.execute(select(account).where(account.c.id == number)).first()
    return None if row is None else _account(row)


def account_at(house: House, number: int) -> Account | None:
    """`account_of`, read anew only after something was written in the house."""
    return house.kept(("account", number), lambda connection: account_of(connection, number))


def find(connection: Connection, login: str) -> Account | None:
    row = connection.execute(select(account).where(account.c.login == login)).first()
    return None if row is None else _account(row)


def find_subject(connection: Connection, subject: str) -> Account | None:
    """The account that a provider's name for it (issuer and subject) is bound to."""
    row = connection.execute(select(account).where(account.c.subject == subject, account.c.kind == "openid")).first()
    return None if row is None else _account(row)


def accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    return [_account(row) for row in connection.execute(select(account).order_by(func.lower(account.c.name)))]


def named_in(connection: Connection, name: str, key: str = OWN) -> list[Account]:
    """The open accounts of that name in a workspace: two people may bear one name."""
    rows = connection.execute(
        select(account)
        .join(membership, membership.c.account_id == account.c.id)
        .join(workspace, workspace.c.id == membership.c.workspace_id)
        .where(account.c.name == name, account.c.state == "active", workspace.c.key == key)
    )
    return [_account(row) for row in rows]


def roles(connection: Connection, key: str = OWN) -> dict[int, str]:
    """Account -> role, in one workspace."""
    rows = connection.execute(
        select(membership.c.account_id, membership.c.role)
        .join(workspace, workspace.c.id == membership.c.workspace_id)
        .where(workspace.c.key == key)
    )
    return {row.account_id: row.role for row in rows}


def acting_as(connection: Connection, number: int, key: str = OWN) -> Actor | None:
    """Who an account is in a workspace; None where it is closed or has no role there."""
    row = connection.execute(
        select(account.c.name, membership.c.role)
        .join(membership, membership.c.account_id == account.c.id)
        .join(workspace, workspace.c.id == membership.c.workspace_id)
        .where(account.c.id == number, account.c.state == "active", workspace.c.key == key)
    ).first()
    return None if row is None or row.role not in ROLES else Actor(number, row.name, row.role)


def _places(key: str) -> tuple[str, ...]:
    """The workspaces that one role is for: the demo and one's own are looked at by the same people."""
    return BUILT_IN if key in BUILT_IN else (key,)


def put_account(
    connection: Connection,
    name: str,
    login: str,
    role: str,
    now: datetime,
    *,
    kind: str = "local",
    secret: str = "",
    email: str = "",
    key: str = OWN,
) -> int:
    """Make an account with its role, in a transaction. Raises HouseError where the login is taken or no login."""
    name, login = name_of(name), login_of(login)
    if role not in ROLES:
        raise HouseError("role")
    if find(connection, login) is not None:
        raise HouseError("login_taken")
    made = insert(account).values(
        name=name, login=login, kind=kind, secret=secret, email=email, made_at=to_epoch(now), made_by=actor().name[:80]
    )
    number = int(connection.execute(made.returning(account.c.id)).scalar_one())
    for place in _places(key):
        put_member(connection, number, place, role, now)
    note_house_change(connection, "account.made", login, now, after=f"{name}, {role}, {kind}")
    return number


def must_administer(connection: Connection, key: str) -> None:
    """Raise RefusedError where who acts is no administrator of a workspace: that of another is nobody here."""
    if actor().account and roles(connection, key).get(actor().account) != ROLES[-1]:
        raise RefusedError("team", ROLES[-1])


def must_look_after(connection: Connection, number: int) -> None:
    """Raise HouseError where an account also has a role in a workspace that who acts does not administer: whoever
    could give it a new password could go there in its name."""
    places = select(membership.c.workspace_id).where(membership.c.account_id == number)
    mine = select(membership.c.workspace_id).where(
        membership.c.account_id == actor().account, membership.c.role == ROLES[-1]
    )
    if actor().account and not set(connection.execute(places).scalars()) <= set(connection.execute(mine).scalars()):
        raise HouseError("elsewhere_too")


@needs("administrator")
def expect(house: House, name: str, login: str, role: str, kind: str, now: datetime, key: str = OWN) -> int:
    """Make the account of somebody whom another signs in: `kind` is openid (login is their address) or proxy."""
    if kind not in {"openid", "proxy"}:
        raise HouseError("kind")
    with house.write() as connection:
        must_administer(connection, key)
        return put_account(connection, name, login, role, now, kind=kind, key=key)


def _known(connection: Connection, number: int) -> Account:
    held = account_of(connection, number)
    if held is None:
        raise HouseError("unknown")
    return held


def _keep_one_administrator(connection: Connection, number: int, key: str) -> None:
    """Raise HouseError where nobody could look after the team without this account."""
    active = connection.execute(
        select(membership.c.account_id)
        .join(account, account.c.id == membership.c.account_id)
        .join(workspace, workspace.c.id == membership.c.workspace_id)
        .where(membership.c.role == ROLES[-1], account.c.state == "active", workspace.c.key == key)
    ).scalars()
    if set(active) == {number}:
        raise HouseError("last_administrator")


@needs("administrator")
def set_role(house: House, number: int, role: str, now: datetime, key: str = OWN) -> None:
    """Give an account another role. Raises HouseError for the last administrator."""
    if role not in ROLES:
        raise HouseError("role")
    with house.write() as connection:
        must_administer(connection, key)
        held = _known(connection, number)
        before = roles(connection, key).get(number, "")
        if before == role:
            return
        if role != ROLES[-1]:
            _keep_one_administrator(connection, number, key)
        for place in _places(key):
            put_member(connection, number, place, role, now)
        note_house_change(connection, "role.changed", held.login, now, before, role)


@needs("administrator")
def close(house: House, number: int, now: datetime) -> None:
    """Keep an account out from now on, and end its sessions; what it did stays. Raises HouseError for the last
    administrator of any workspace."""
    with house.write() as connection:
        held = _known(connection, number)
        must_look_after(connection, number)
        for key in connection.execute(select(workspace.c.key)).scalars().all():
            _keep_one_administrator(connection, number, key)
        connection.execute(update(account).where(account.c.id == number).values(state="closed"))
        connection.execute(delete(session).where(session.c.account_id == number))
        note_house_change(connection, "account.closed", held.login, now, "open", "closed")


@needs("administrator")
def reopen(house: House, number: int, now: datetime) -> None:
    with house.write() as connection:
        held = _known(connection, number)
        must_look_after(connection, number)
        connection.execute(update(account).where(account.c.id == number).values(state="active"))
        note_house_change(connection, "account.reopened", held.login, now, "closed", "open")


def check_own(number: int) -> None:
    """Raise HouseError where somebody else acts than the owner of an account."""
    if actor().account != number:
        raise HouseError("not_yours")


@needs("reader")
def describe_self(
    house: House, number: int, name: str, email: str, now: datetime, *, notices: bool = True, lang: str = ""
) -> None:
    """Change one's own name, the address where one is told of things (empty for none), whether one is told at all, and
    in which language."""
    check_own(number)
    name, email = name_of(name), email.strip()
    if email and not EMAIL.fullmatch(email):
        raise HouseError("email")
    with house.write() as connection:
        held = _known(connection, number)
        told = {"notices": "on" if notices else "off", "lang": lang[:8]}
        connection.execute(update(account).where(account.c.id == number).values(name=name, email=email, **told))
        before, after = _described(held.name, held.email, held.notices), _described(name, email, notices)
        note_house_change(connection, "account.described", held.login, now, before, after)


def _described(name: str, email: str, notices: bool) -> str:
    return f"{name} {email}".strip() + ("" if notices else ", no notices")


def put_password(connection: Connection, number: int, secret: str, now: datetime, but: str = "") -> None:
    """Keep another password, in a transaction, and end every session of the account `but` that with this digest."""
    held = _known(connection, number)
    connection.execute(update(account).where(account.c.id == number).values(secret=secret))
    connection.execute(delete(session).where(session.c.account_id == number, session.c.digest != but))
    note_house_change(connection, "password.changed", held.login, now)
