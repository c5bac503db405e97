"""Approval of an act by who holds a link to it, without an account: once, until it expires, of these words alone.

The link opens a frozen page like any other that is shared, and its guest answers there (`data.sharing.guests`). It is
of the act as it was asked for: once that is worded anew, approved or given up, the link decides nothing any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from data.acting.acts import ActError
from data.acting.kept import KeptAct, about, act_of_key
from data.acting.policy import policy_of
from data.actor import actor, needs
from data.changes import note_change
from data.models import to_epoch
from data.schema import act, snapshot
from data.sharing.document import Document
from data.sharing.snapshots import ACT, Snapshot, freeze
from data.store import Store

DAYS = (1, 3, 7)  # that a link may be open for


@needs("editor")
def make_link(store: Store, kept: KeptAct, document: Document, days: int, now: datetime) -> str:
    """The token of a link that shows `document`, an act as it will stand, and takes one answer; told once.

    Raises ActError: `link` where the workspace takes no approval by link, `own` for who asked for the act, `state`
    where it waits for approval no more or was worded anew since, ValueError for other `days`.
    """
    if days not in DAYS:
        raise ValueError("days")
    with store.read() as connection:
        if not policy_of(connection).by_link:
            raise ActError("link")
        held = act_of_key(connection, kept.key)
    if held is None or held.state != "asked" or held.text != kept.text:
        raise ActError("state")
    if held.asked_account == actor().account:
        raise ActError("own")
    _number, token = freeze(
        store,
        document,
        now,
        names="names",
        page=ACT,
        parameters={"view": "acts", "act": str(held.id), "key": held.key},
        expires_at=now + timedelta(days=days),
        download=False,
        asks="approval",
    )
    return token


def act_behind(connection: Connection, held: Snapshot) -> KeptAct | None:
    """The act that a link may decide on now; None where it decides nothing any more."""
    if held.page != ACT or not policy_of(connection).by_link:
        return None
    kept = act_of_key(connection, held.parameters.get("key", ""))
    return kept if kept is not None and kept.state == "asked" else None


def decide(connection: Connection, held: Snapshot, kind: str, words: str, answer: str, now: datetime) -> bool:
    """Approve the act of a link, or give it back with words, as its guest said, in this transaction; `answer` is how
    the audit names it. The link is used up. False where it decides nothing any more."""
    kept = act_behind(connection, held)
    if kept is None:
        return False
    stamp = to_epoch(now)
    if kind == "approved":
        due = max(stamp, to_epoch(kept.due_at))
        values = {"state": "ready", "approved_by": f"share {held.id}", "approved_at": stamp, "due_at": due}
    else:
        values = {"state": "draft", "detail": words}
    waits = (act.c.id == kept.id) & (act.c.key == kept.key) & (act.c.state == "asked")
    if connection.execute(update(act).where(waits).values(**values).returning(act.c.id)).first() is None:
        return False
    connection.execute(update(snapshot).where(snapshot.c.id == held.id).values(revoked_at=stamp))
    action = "act.approved" if kind == "approved" else "act.sent_back"
    note_change(connection, action, about(kept), kept.state, f"{values['state']} ({answer})")
    return True
