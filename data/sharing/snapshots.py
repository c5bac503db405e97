"""Frozen documents that a link opens: made, opened by their token, revoked, and cleaned when posts are erased.

A token has 256 bits and only its digest is kept, so the record does not open its own links.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import actor, needs
from data.changes import note_change
from data.dialect import is_among
from data.models import from_epoch, moment_or_none, to_epoch
from data.posts.quotes import CUT
from data.schema import guest_answer, snapshot, snapshot_post
from data.sharing.document import WHO, Document, packed, posts_of, unpacked, without
from data.store import Store

LONGEST_TOKEN = 200
MOST_BYTES = 2_000_000  # of a packed document
ASKS = ("", "comments", "approval")  # what a link asks of its guests
LONGEST_QUESTION = 300
ACT = "act"  # the page of a snapshot that is one act, to be approved
GUESTS = "guests"  # in meta: "off" where no link of the record takes answers
SCRYPT = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen document without its body. Times are None for "never"; `is_open` while its link opens it."""

    id: int
    title: str
    note: str
    page: str
    parameters: dict[str, str]
    report: int
    made_at: datetime
    who: str
    expires_at: datetime | None
    has_password: bool
    names: str
    download: bool
    presenting: bool
    revoked_at: datetime | None
    views: int
    viewed_at: datetime | None
    asks: str = ""
    question: str = ""
    mutual: bool = False

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def digest_of(token: str) -> str:
    return hashlib.sha256(token[:LONGEST_TOKEN].encode("utf-8", "surrogatepass")).hexdigest()


def _sealed(password: str) -> str:
    if not password:
        return ""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **SCRYPT).hex()}"


def _unseals(password: str, secret: str) -> bool:
    salt, _, kept = secret.partition("$")
    given = hashlib.scrypt(password[:LONGEST_TOKEN].encode("utf-8", "replace"), salt=bytes.fromhex(salt), **SCRYPT)
    return hmac.compare_digest(given.hex(), kept)


@needs("editor")
def freeze(
    store: Store,
    document: Document,
    now: datetime,
    *,
    names: str = "pseudonyms",
    page: str = "",
    parameters: dict[str, str] | None = None,
    report: int = 0,
    expires_at: datetime | None = None,
    password: str = "",
    download: bool = True,
    presenting: bool = False,
    asks: str = "",
    question: str = "",
    mutual: bool = False,
) -> tuple[int, str]:
    """Keep a document; gives (its id, the token that opens it, told once).

    `asks` and `question` are what its guests are asked, `mutual` whether they see one another's comments; who presents
    asks nothing. Raises ValueError for an unknown `names` or `asks`, no title, or a document over MOST_BYTES once
    packed.
    """
    if names not in WHO or not document.title.strip():
        raise ValueError("names or title")
    if asks not in ASKS or (asks and presenting):
        raise ValueError("asks")
    kept = document if presenting else document.without_notes()
    body = packed(kept)
    if len(body) > MOST_BYTES:
        raise ValueError("too large")
    token = secrets.token_urlsafe(32)
    values = {
        "digest": digest_of(token),
        "title": document.title[:200],
        "note": document.note,
        "page": page,
        "parameters": json.dumps(parameters or {}, ensure_ascii=False),
        "report_id": report,
        "made_at": to_epoch(now),
        "who": actor().name[:80],
        "expires_at": to_epoch(expires_at) if expires_at else 0,
        "secret": _sealed(password),
        "names": names,
        "download": download,
        "presenting": presenting,
        "body": body,
        "asks": asks,
        "question": question[:LONGEST_QUESTION],
        "mutual": mutual,
    }
    with store.write() as connection:
        made = int(connection.execute(insert(snapshot).values(**values).returning(snapshot.c.id)).scalar_one())
        note_change(connection, "share.made", f"share {made}: {document.title}", after=page or "a link")
        quoted = [{"snapshot_id": made, "post_id": post} for post in sorted(posts_of(kept))]
        if quoted:
            connection.execute(insert(snapshot_post), quoted)
    return made, token


def _read(row: Any) -> Snapshot:
    return Snapshot(
        row.id,
        row.title,
        row.note,
        row.page,
        dict(json.loads(row.parameters)),
        row.report_id,
        from_epoch(row.made_at),
        row.who,
        moment_or_none(row.expires_at),
        bool(row.secret),
        row.names,
        bool(row.download),
        bool(row.presenting),
        moment_or_none(row.revoked_at),
        row.views,
        moment_or_none(row.viewed_at),
        row.asks,
        row.question,
        bool(row.mutual),
    )


_COLUMNS = [column for column in snapshot.c if column.name != "body"]


def snapshots(connection: Connection, limit: int = 200) -> list[Snapshot]:
    """All shares, the latest first; what was made to present from is left out."""
    query = select(*_COLUMNS).where(~snapshot.c.presenting).order_by(snapshot.c.id.desc()).limit(limit)
    return [_read(row) for row in connection.execute(query)]


def one_snapshot(connection: Connection, snapshot_id: int) -> Snapshot | None:
    row = connection.execute(select(*_COLUMNS).where(snapshot.c.id == snapshot_id)).first()
    return _read(row) if row is not None else None


def find(connection: Connection, token: str, now: datetime) -> Snapshot | None:
    """The snapshot that a token opens now; None alike for one that is wrong, malformed, expired or revoked."""
    row = connection.execute(select(*_COLUMNS).where(snapshot.c.digest == digest_of(token))).first()
    held = _read(row) if row is not None else None
    return held if held is not None and held.is_open(now) else None


def document_of(connection: Connection, snapshot_id: int) -> Document:
    """Its document. Raises KeyError where there is none, ValueError where it is damaged."""
    body = connection.execute(select(snapshot.c.body).where(snapshot.c.id == snapshot_id)).scalar()
    if body is None:
        raise KeyError(snapshot_id)
    return unpacked(bytes(body))


def unlocks(connection: Connection, snapshot_id: int, password: str) -> bool:
    """Whether a password opens a snapshot that has one."""
    secret = connection.execute(select(snapshot.c.secret).where(snapshot.c.id == snapshot_id)).scalar() or ""
    return not secret or _unseals(password, secret)


def note_view(store: Store, snapshot_id: int, now: datetime) -> None:
    if store.is_read_only:
        return
    with store.write(counts=False) as connection:
        connection.execute(
            update(snapshot)
            .where(snapshot.c.id == snapshot_id)
            .values(views=snapshot.c.views + 1, viewed_at=to_epoch(now))
        )


@needs("editor")
def revoke(store: Store, snapshot_id: int, now: datetime) -> None:
    """Its link opens nothing any more; it stays in the list."""
    with store.write() as connection:
        _note(connection, "share.revoked", snapshot_id, "revoked")
        connection.execute(update(snapshot).where(snapshot.c.id == snapshot_id).values(revoked_at=to_epoch(now)))


@needs("editor")
def renew(store: Store, snapshot_id: int) -> str:
    """A new link to the same snapshot; the one before opens nothing any more. Raises ValueError for an act's: who asked
    for it must not come by a link."""
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        held = one_snapshot(connection, snapshot_id)
        if held is not None and held.page == ACT:
            raise ValueError("act")
        _note(connection, "share.renewed", snapshot_id, "another link")
        connection.execute(update(snapshot).where(snapshot.c.id == snapshot_id).values(digest=digest_of(token)))
    return token


@needs("editor")
def remove(store: Store, snapshot_id: int) -> None:
    with store.write() as connection:
        _note(connection, "share.removed", snapshot_id, "")
        _forget(connection, [snapshot_id])


def _note(connection: Connection, action: str, snapshot_id: int, after: str) -> None:
    """Note what becomes of a link, with what it was; nothing of one that is not there."""
    row = connection.execute(
        select(snapshot.c.title, snapshot.c.revoked_at).where(snapshot.c.id == snapshot_id)
    ).first()
    if row is not None:
        was = "revoked" if row.revoked_at else "a link"
        note_change(connection, action, f"share {snapshot_id}: {row.title}", was, after)


def _forget(connection: Connection, ids: Sequence[int]) -> None:
    for table in (snapshot_post, guest_answer):
        connection.execute(delete(table).where(is_among(table.c.snapshot_id, ids)))
    connection.execute(delete(snapshot).where(is_among(snapshot.c.id, ids)))


def forget_presentations(store: Store, before: datetime) -> None:
    """Forget what was made to present from and has expired."""
    old = select(snapshot.c.id).where(snapshot.c.presenting, snapshot.c.expires_at < to_epoch(before))
    with store.write(counts=False) as connection:
        _forget(connection, list(connection.execute(old).scalars()))


def erase_from_snapshots(
    connection: Connection,
    posts: Collection[int],
    names: Collection[str] = (),
    clean: Callable[[str], str] = lambda text: text,
) -> int:
    """Take the words of erased posts, and these names, out of every snapshot and of what guests answered; gives
    how many snapshots changed.

    `clean` takes what else is left of a person out of a text; see `data.sharing.document.without`.
    """
    if names:  # a name may stand in a table without any post
        _erase_from_answers(connection, names)
        ids = list(connection.execute(select(snapshot.c.id)).scalars())
    else:
        rows = connection.execute(
            select(snapshot_post.c.snapshot_id).where(is_among(snapshot_post.c.post_id, posts)).distinct()
        )
        ids = list(rows.scalars())
    changed = 0
    for number in ids:
        before = document_of(connection, number)
        after = without(before, set(posts), set(names), clean)
        if after != before:
            changed += 1
            connection.execute(update(snapshot).where(snapshot.c.id == number).values(body=packed(after)))
    connection.execute(delete(snapshot_post).where(is_among(snapshot_post.c.post_id, posts)))
    return changed


def _erase_from_answers(connection: Connection, names: Collection[str]) -> None:
    """Take names out of what guests wrote, where they stand as words of their own."""
    whole = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)))
    for row in connection.execute(select(guest_answer.c.id, guest_answer.c.name, guest_answer.c.text)).all():
        after = {"name": whole.sub(CUT, row.name), "text": whole.sub(CUT, row.text)}
        if after != {"name": row.name, "text": row.text}:
            connection.execute(update(guest_answer).where(guest_answer.c.id == row.id).values(**after))


def carry_over(old: Store, new: Store) -> None:
    """Take snapshots along to a record that replaces another, with what guests wrote and whether they may: their links
    go on opening them."""
    allowed = old.get_meta(GUESTS)
    if allowed:
        new.set_meta(GUESTS, allowed)
    for table in (snapshot, snapshot_post, guest_answer):
        with old.read() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(table))]
        if rows:
            with new.write() as connection:
                connection.execute(insert(table), rows)
