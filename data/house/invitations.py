"""Links that let in once: for the first administrator, for who is invited, for a new password.

Only the digest of a link is kept: it is shown once, to whoever makes it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import ROLES, Actor, actor, needs
from data.house.accounts import (
    OWN,
    account_of,
    any_account,
    must_administer,
    must_look_after,
    name_of,
    put_account,
    put_password,
)
from data.house.changes import note_house_change
from data.house.passwords import HouseError, check_wish, secret_of
from data.house.schema import account, invitation
from data.house.sessions import digest_of
from data.house.store import House
from data.models import from_epoch, to_epoch

LASTS = {"first": timedelta(days=1), "invite": timedelta(days=7), "reset": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that has not been used. `account` is whose password a reset changes, 0 for others."""

    digest: str
    kind: str
    account: int
    name: str
    role: str
    workspace: str
    made_by: str
    expires_at: datetime


def _put(
    connection: Connection, kind: str, now: datetime, *, number: int = 0, name: str = "", role: str = "", key: str = ""
) -> str:
    """A new link of a kind; gives its token. Links that have expired are forgotten on the way."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(invitation).where(invitation.c.expires_at <= to_epoch(now)))
    connection.execute(
        insert(invitation).values(
            digest=digest_of(token),
            kind=kind,
            account_id=number,
            name=name,
            role=role,
            workspace=key,
            made_at=to_epoch(now),
            made_by=actor().name[:80],
            expires_at=to_epoch(now + LASTS[kind]),
        )
    )
    return token


def first_link(house: House, now: datetime) -> str:
    """The token by which the first administrator comes in; earlier ones open nothing from now on.

    Raises HouseError where there are accounts already.
    """
    with house.write(counts=False) as connection:
        if any_account(connection):
            raise HouseError("accounts_exist")
        connection.execute(delete(invitation).where(invitation.c.kind == "first"))
        return _put(connection, "first", now, role=ROLES[-1], key=OWN)


@needs("administrator")
def invite(house: House, name: str, role: str, now: datetime, key: str = OWN) -> str:
    """The token by which somebody makes their account, with this role in this workspace."""
    if role not in ROLES:
        raise HouseError("role")
    name = name_of(name)
    with house.write() as connection:
        must_administer(connection, key)
        note_house_change(connection, "invited", name, now, after=role)
        return _put(connection, "invite", now, name=name, role=role, key=key)


@needs("administrator")
def withdraw(house: House, digest: str, now: datetime) -> None:
    """Close a link that has not been used."""
    with house.write() as connection:
        row = connection.execute(select(invitation).where(invitation.c.digest == digest)).first()
        if row is not None:
            must_administer(connection, row.workspace or OWN)
            connection.execute(delete(invitation).where(invitation.c.digest == digest))
            note_house_change(connection, "invitation.withdrawn", row.name, now)


@needs("administrator")
def reset_link(house: House, number: int, now: datetime) -> str:
    """The token by which an account gets a new password; earlier ones of it open nothing from now on."""
    with house.write() as connection:
        held = account_of(connection, number)
        if held is None or held.kind != "local":
            raise HouseError("unknown")
        must_look_after(connection, number)
        connection.execute(delete(invitation).where(invitation.c.kind == "reset", invitation.c.account_id == number))
        note_house_change(connection, "reset.asked", held.login, now)
        return _put(connection, "reset", now, number=number, name=held.name)


def _invitation(row: object) -> Invitation:
    return Invitation(
        row.digest,  # type: ignore[attr-defined]
        row.kind,  # type: ignore[attr-defined]
        row.account_id,  # type: ignore[attr-defined]
        row.name,  # type: ignore[attr-defined]
        row.role,  # type: ignore[attr-defined]
        row.workspace,  # type: ignore[attr-defined]
        row.made_by,  # type: ignore[attr-defined]
        from_epoch(row.expires_at),  # type: ignore[attr-defined]
    )


def look(connection: Connection, token: str, now: datetime) -> Invitation | None:
    """What a token opens; None where it was used, withdrawn, has expired or never was."""
    row = connection.execute(
        select(invitation).where(
            invitation.c.digest == digest_of(token), invitation.c.used_at == 0, invitation.c.expires_at > to_epoch(now)
        )
    ).first()
    if row is None or (row.kind == "first" and any_account(connection)):
        return None
    return _invitation(row)


def waiting(connection: Connection, now: datetime, key: str = OWN) -> list[Invitation]:
    """Invitations to a workspace that nobody has taken yet, the newest first."""
    rows = connection.execute(
        select(invitation)
        .where(invitation.c.kind == "invite", invitation.c.used_at == 0, invitation.c.workspace == key)
        .where(invitation.c.expires_at > to_epoch(now))
        .order_by(invitation.c.made_at.desc())
    )
    return [_invitation(row) for row in rows]


def accept(house: House, token: str, name: str, login: str, password: str, now: datetime) -> int:
    """Use a link, once: make the account, or keep the new password. Gives the account.

    Raises HouseError where the link opens nothing (`link`), or name, login or password will not do.
    """
    with house.read() as connection:
        held = look(connection, token, now)
        of = account_of(connection, held.account) if held is not None and held.kind == "reset" else None
    if held is None or (held.kind == "reset" and of is None):
        raise HouseError("link")
    check_wish(password, name if of is None else of.name, login if of is None else of.login)
    secret = secret_of(password)  # before the transaction: others would wait for it
    with house.write() as connection:
        if look(connection, token, now) is None:
            raise HouseError("link")  # another used it meanwhile
        if of is not None:
            number = of.id
            put_password(connection, number, secret, now)
        else:
            number = put_account(connection, name, login, held.role, now, secret=secret, key=held.workspace or OWN)
        used = update(invitation).where(invitation.c.digest == held.digest)
        connection.execute(used.values(used_at=to_epoch(now), account_id=number))
        row = connection.execute(select(account.c.name, account.c.login).where(account.c.id == number)).one()
        note_house_change(
            connection, "link.used", row.login, now, after=held.kind, who=Actor(number, row.name, "reader")
        )
        return number
