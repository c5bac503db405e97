"""Acts as the record keeps them: what was asked for, by whom, what was tried, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, true

from data.actor import Actor
from data.models import from_epoch, moment_or_none, to_epoch
from data.schema import act, act_try

STATES = ("draft", "asked", "ready", "trying", "waits", "done", "rehearsed", "refused", "cancelled", "undone")
OPEN = ("draft", "asked", "ready", "trying", "waits", "refused")  # something is still to happen


@dataclass(frozen=True, slots=True)
class KeptAct:
    """An act of the record. `post` and `item` are what it is about in the record (0: nothing), `target` the post's
    native id; `seen` its words as received when it was asked for. `maybe`: a try may have arrived. `aim` is do, undo,
    or stop: find out whether it arrived, and do it no more. `native_id` and `url` are what it left at its place,
    `reply` that same post collected again (0: not yet)."""

    id: int
    key: str
    deed: str
    network: str
    account: str
    source_kind: str
    post: int
    item: int
    target: str
    target_url: str
    place: str
    title: str
    text: str
    reason: str
    rule: str
    lang: str
    seen: str
    state: str
    aim: str
    asked_account: int
    asked_by: str
    asked_at: datetime
    approved_account: int
    approved_by: str
    approved_at: datetime | None
    due_at: datetime
    attempts: int
    maybe: bool
    first_try: datetime | None
    tried_at: datetime | None
    holder: str
    lease_until: datetime | None
    error: str
    detail: str
    native_id: str
    url: str
    done_at: datetime | None
    reply: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One step of a try: look, find, do or undo; `outcome` is ok, none, or the code of an error, "" where nobody could
    note how it ended."""

    at: datetime
    step: str
    outcome: str
    detail: str


def read_act(row: Any) -> KeptAct:
    """A row of the table."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in KeptAct.__dataclass_fields__ if name not in _MADE}
    return KeptAct(
        **plain,
        post=row.post_id,
        item=row.item_id,
        reply=row.reply_id,
        asked_at=from_epoch(row.asked_at),
        due_at=from_epoch(row.due_at),
        approved_at=moment_or_none(row.approved_at),
        first_try=moment_or_none(row.first_try),
        tried_at=moment_or_none(row.tried_at),
        lease_until=moment_or_none(row.lease_until),
        done_at=moment_or_none(row.done_at),
    )


_MADE = {"post", "item", "reply", "asked_at", "due_at"} | {
    "approved_at",
    "first_try",
    "tried_at",
    "lease_until",
    "done_at",
}


def one_act(connection: Connection, act_id: int) -> KeptAct | None:
    row = connection.execute(select(act).where(act.c.id == act_id)).one_or_none()
    return None if row is None else read_act(row)


def act_of_key(connection: Connection, key: str) -> KeptAct | None:
    row = connection.execute(select(act).where(act.c.key == key)).one_or_none()
    return None if row is None else read_act(row)


def listed(connection: Connection, states: Sequence[str], limit: int = 200) -> list[KeptAct]:
    """Acts in these states, the latest first."""
    rows = connection.execute(select(act).where(act.c.state.in_(states)).order_by(act.c.id.desc()).limit(limit))
    return [read_act(row) for row in rows]


def acts_of(connection: Connection, posts: Sequence[int]) -> dict[int, list[KeptAct]]:
    """Post -> what was asked for about it and not cancelled, the latest first."""
    mine = act.c.post_id.in_(list(posts)) & (act.c.state != "cancelled") & (act.c.post_id != 0)
    found: dict[int, list[KeptAct]] = {}
    for row in connection.execute(select(act).where(mine).order_by(act.c.id.desc())):
        found.setdefault(row.post_id, []).append(read_act(row))
    return found


def of_item(connection: Connection, item_id: int) -> list[KeptAct]:
    """What was asked for about an item of the calendar, the latest first."""
    rows = connection.execute(select(act).where(act.c.item_id == item_id).order_by(act.c.id.desc()))
    return [read_act(row) for row in rows]


def tries(connection: Connection, act_id: int) -> list[Try]:
    """What was tried, the latest first, at most 50 steps."""
    rows = connection.execute(select(act_try).where(act_try.c.act_id == act_id).order_by(act_try.c.id.desc()).limit(50))
    return [Try(from_epoch(row.at), row.step, row.outcome, row.detail) for row in rows]


def approvals_for(connection: Connection, who: Actor, second: bool) -> int:
    """How many acts wait for this person's approval. `second`: not those that they asked for themselves."""
    if not who.may("editor"):
        return 0
    mine = (act.c.state == "asked") & ((act.c.asked_account != who.account) if second else true())
    return int(connection.execute(select(func.count()).select_from(act).where(mine)).scalar_one())


def about(kept: KeptAct) -> str:
    """How the audit names it."""
    return f"act {kept.id}: {kept.deed}, {kept.network}"


def note_step(connection: Connection, act_id: int, step: str, outcome: str, detail: str, now: datetime) -> int:
    """A step of a try, as it begins or as it ended; gives its number."""
    values = {"act_id": act_id, "at": to_epoch(now), "step": step, "outcome": outcome, "detail": detail[:300]}
    return int(connection.execute(insert(act_try).values(**values).returning(act_try.c.id)).scalar_one())


def is_of_another(connection: Connection, kept: KeptAct, native_id: str) -> bool:
    """Whether what stands at a place is what another act left there."""
    same = (act.c.source_kind == kept.source_kind) & (act.c.native_id == native_id) & (act.c.id != kept.id)
    return connection.execute(select(act.c.id).where(same).limit(1)).first() is not None
