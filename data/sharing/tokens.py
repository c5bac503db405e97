"""Tokens for other programs: the read-only interface, what feed readers and calendars follow, figures for who watches
over Vigie. Only their digests are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import needs, require
from data.changes import note_change
from data.models import from_epoch, moment_or_none, to_epoch
from data.schema import token as held_tokens
from data.sharing.document import WHO
from data.sharing.snapshots import digest_of
from data.store import Store

KINDS = ("api", "feed", "metrics")
OF_ADMINISTRATORS = ("metrics",)


@dataclass(frozen=True, slots=True)
class Token:
    """Who may read what: `kind` api, feed or metrics, `names` how authors appear, `lang` of a feed's words. `view`
    is the saved view whose posts a feed brings, 0 for alerts."""

    id: int
    kind: str
    name: str
    names: str
    lang: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    uses: int
    used_at: datetime | None
    view: int = 0

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def _read(row: Any) -> Token:
    return Token(
        row.id,
        row.kind,
        row.name,
        row.names,
        row.lang,
        from_epoch(row.made_at),
        moment_or_none(row.expires_at),
        moment_or_none(row.revoked_at),
        row.uses,
        moment_or_none(row.used_at),
        row.view_id,
    )


@needs("editor")
def grant(
    store: Store,
    kind: str,
    name: str,
    now: datetime,
    *,
    names: str = "pseudonyms",
    lang: str = "en",
    expires_at: datetime | None = None,
    view: int = 0,
) -> str:
    """A new token, told once. Raises ValueError for an unknown kind or way of naming authors, or no name; RefusedError
    where only an administrator may make one of that kind."""
    name = " ".join(name.split())[:80]
    if kind not in KINDS or names not in WHO or not name:
        raise ValueError(kind)
    if kind in OF_ADMINISTRATORS:
        require("administrator", "token.granted")
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        made = connection.execute(
            insert(held_tokens)
            .values(
                kind=kind,
                name=name,
                digest=digest_of(token),
                names=names,
                lang=lang,
                made_at=to_epoch(now),
                expires_at=to_epoch(expires_at) if expires_at else 0,
                view_id=view,
            )
            .returning(held_tokens.c.id)
        )
        note_change(connection, "token.granted", f"token {made.scalar_one()}: {name}", after=kind)
    return token


def grants(connection: Connection) -> list[Token]:
    return [_read(row) for row in connection.execute(select(held_tokens).order_by(held_tokens.c.id.desc()))]


def find(connection: Connection, kind: str, token: str, now: datetime) -> Token | None:
    """What a token opens now; None alike for one that is wrong, malformed, expired, revoked, or of another kind."""
    row = connection.execute(
        select(held_tokens).where(held_tokens.c.digest == digest_of(token), held_tokens.c.kind == kind)
    ).first()
    held = _read(row) if row is not None else None
    return held if held is not None and held.is_open(now) else None


def note_use(store: Store, token_id: int, now: datetime) -> None:
    if store.is_read_only:
        return
    with store.write(counts=False) as connection:
        connection.execute(
            update(held_tokens)
            .where(held_tokens.c.id == token_id)
            .values(uses=held_tokens.c.uses + 1, used_at=to_epoch(now))
        )


@needs("editor")
def revoke(store: Store, token_id: int, now: datetime) -> None:
    with store.write() as connection:
        _note(connection, "token.revoked", token_id, "revoked")
        connection.execute(update(held_tokens).where(held_tokens.c.id == token_id).values(revoked_at=to_epoch(now)))


@needs("editor")
def remove(store: Store, token_id: int) -> None:
    with store.write() as connection:
        _note(connection, "token.removed", token_id, "")
        connection.execute(delete(held_tokens).where(held_tokens.c.id == token_id))


def _note(connection: Connection, action: str, token_id: int, after: str) -> None:
    """Note what becomes of a token, with what it was; nothing of one that is not there."""
    row = connection.execute(select(held_tokens).where(held_tokens.c.id == token_id)).first()
    if row is not None:
        was = f"{row.kind}, revoked" if row.revoked_at else row.kind
        note_change(connection, action, f"token {token_id}: {row.name}", was, f"{row.kind}, {after}" if after else "")
