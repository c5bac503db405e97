"""Sessions: a browser that is signed in. It holds a token; only the digest of that is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import Actor, actor, needs
from data.house.accounts import OWN, acting_as, check_own
from data.house.changes import note_house_change
from data.house.schema import account, session
from data.house.store import House
from data.models import from_epoch, to_epoch

LASTS = timedelta(days=14)
NOTED_EVERY = 300  # seconds between two notes that a session is in use
MOST = 50  # sessions of one account; the oldest end


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it. `digest` names it; nobody can come in with that."""

    digest: str
    browser: str
    made_at: datetime
    seen_at: datetime


def digest_of(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def put_session(connection: Connection, number: int, browser: str, now: datetime, how: str) -> str:
    """Let an account in, in a transaction; gives the token that its browser holds from now on."""
    token, moment = secrets.token_urlsafe(32), to_epoch(now)
    connection.execute(delete(session).where(session.c.expires_at <= moment))
    connection.execute(
        insert(session).values(
            digest=digest_of(token),
            account_id=number,
            made_at=moment,
            seen_at=moment,
            expires_at=to_epoch(now + LASTS),
            browser=browser[:200],
        )
    )
    mine = select(session.c.digest).where(session.c.account_id == number).order_by(session.c.made_at.desc())
    old = connection.execute(mine.offset(MOST)).scalars().all()
    connection.execute(delete(session).where(session.c.digest.in_(old)))
    connection.execute(update(account).where(account.c.id == number).values(seen_at=moment))
    row = connection.execute(select(account.c.name, account.c.login).where(account.c.id == number)).one()
    note_house_change(connection, "signed.in", row.login, now, after=how, who=Actor(number, row.name, "reader"))
    return token


def open_session(house: House, number: int, browser: str, now: datetime, how: str = "password") -> str:
    """Let an account in. Whoever calls this has made sure that it is them."""
    with house.write(counts=False) as connection:
        return put_session(connection, number, browser, now, how)


def account_behind(connection: Connection, digest: str, now: datetime) -> int:
    """The account whose session this is; 0 where it has ended or the account is closed."""
    found = connection.execute(
        select(session.c.account_id)
        .join(account, account.c.id == session.c.account_id)
        .where(session.c.digest == digest, session.c.expires_at > to_epoch(now), account.c.state == "active")
    ).scalar()
    return int(found or 0)


def account_in(house: House, digest: str, now: datetime) -> int:
    """`account_behind`, read anew only after something was written in the house."""

    def read(connection: Connection) -> tuple[int, int]:
        found = connection.execute(
            select(session.c.account_id, session.c.expires_at)
            .join(account, account.c.id == session.c.account_id)
            .where(session.c.digest == digest, account.c.state == "active")
        ).first()
        return (0, 0) if found is None else (int(found.account_id), int(found.expires_at))

    number, expires = house.kept(("session", digest), read)
    return number if expires > to_epoch(now) else 0


def actor_behind(connection: Connection, digest: str, now: datetime, key: str = OWN) -> Actor | None:
    """Who acts in a session, in a workspace; None where it has ended or gives no role there."""
    number = account_behind(connection, digest, now)
    return acting_as(connection, number, key) if number else None


def note_use(house: House, digest: str, now: datetime) -> None:
    """Note that a session is in use, at most every few minutes."""
    moment = to_epoch(now)
    with house.read() as connection:
        seen = connection.execute(select(session.c.seen_at).where(session.c.digest == digest)).scalar()
    if seen is not None and moment - int(seen) >= NOTED_EVERY:
        with house.write(counts=False) as connection:
            connection.execute(update(session).where(session.c.digest == digest).values(seen_at=moment))


def end_session(house: House, token: str, now: datetime) -> None:
    """Sign out: the token that a browser holds lets in no more."""
    with house.write(counts=False) as connection:
        found = connection.execute(
            select(account.c.id, account.c.name, account.c.login)
            .join(session, session.c.account_id == account.c.id)
            .where(session.c.digest == digest_of(token))
        ).first()
        if found is not None:
            connection.execute(delete(session).where(session.c.digest == digest_of(token)))
            who = Actor(found.id, found.name, "reader")
            note_house_change(connection, "signed.out", found.login, now, who=who)


def sessions_of(connection: Connection, number: int, now: datetime) -> list[Session]:
    """The sessions of an account, the one used last first."""
    rows = connection.execute(
        select(session)
        .where(session.c.account_id == number, session.c.expires_at > to_epoch(now))
        .order_by(session.c.seen_at.desc())
    )
    return [Session(row.digest, row.browser, from_epoch(row.made_at), from_epoch(row.seen_at)) for row in rows]


@needs("reader")
def end_own(house: House, number: int, digest: str, now: datetime) -> None:
    """End one of one's own sessions, as that of a browser one no longer has."""
    check_own(number)
    with house.write(counts=False) as connection:
        gone = connection.execute(delete(session).where(session.c.digest == digest, session.c.account_id == number))
        if gone.rowcount:
            note_house_change(connection, "session.ended", actor().name, now)
