"""What was changed in this session, with the way back beside it for ten seconds; what others changed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only, plain_callback, plain_view
from dashboard.views.posts import card
from dashboard.words.help.keys import KEYS
from dashboard.words.inbox import change_words, conflict_sentence, event_words
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.inbox import triage
from data.models import TriageEvent

UNDO_FOR = timedelta(seconds=10)
OF_A_BUTTON = {"handled", "starred"}  # the buttons beside say what they did
KEPT = 10  # changes of a session that are known
TOLD_ONE_BY_ONE = 3  # conflicts; of more, how many there are
OPENED = 10  # posts that were left out, and can be read


@dataclass(frozen=True, slots=True)
class LastChange:
    """What was changed: `batch` undoes it. `many`: with the bar that acts on many, which has a way back of its own."""

    batch: int
    ids: tuple[int, ...]
    posts: int
    field: str
    value: str
    at: datetime
    many: bool = False

    def left(self, now: datetime) -> float:
        """Seconds for which it can still be undone beside its post."""
        return max(0.0, (self.at + UNDO_FOR - now).total_seconds())


def changed() -> tuple[LastChange, ...]:
    """The latest changes of this session, the last at the end."""
    held: tuple[LastChange, ...] = remembered("changes", ())
    return held


def note(done: triage.Changed, ids: Sequence[int], field: str, value: str, *, many: bool = False) -> None:
    """Keep what was written, to undo it."""
    if done.posts:
        change = LastChange(done.batch, tuple(ids), done.posts, field, value, now(), many)
        remember("changes", (*changed(), change)[-KEPT:])


@plain_callback
def note_change(
    ids: Sequence[int],
    field: str,
    value: str,
    seen: dict[int, str] | None = None,
    since: triage.Known | None = None,
    many: bool = False,
) -> None:
    """Change posts, remember how to undo it, and what others changed meanwhile.

    Meant for `on_click`: its arguments are those of the page that was clicked, not of the one that the click makes.
    """
    try:
        done = triage.change(cache.store(), ids, field, value, now(), seen, since)
    except triage.TriageError:
        st.toast(_("This value is not possible here."), icon=":material/error:")
        return
    note(done, ids, field, value, many=many)
    remember("conflicts", done.conflicts)
    if done.conflicts:  # said above the page too, which may be scrolled out of sight
        st.toast(conflict_sentence(done.conflicts[0]), icon=":material/group:", duration="long")


def act(
    ids: Sequence[int],
    field: str,
    value: str,
    seen: dict[int, str] | None = None,
    since: triage.Known | None = None,
    many: bool = False,
) -> None:
    """As `note_change`, from within a dialog: closes it."""
    note_change(ids, field, value, seen, since, many)
    st.rerun()


def undo_beside(post_id: int, key: str) -> None:
    """In the row of a post: what was just done with it, with the way back, until ten seconds have passed."""
    mine = [one for one in changed() if post_id in one.ids and not one.many and one.left(now())]
    if mine:
        place = f"{key}-{post_id}"
        with st.container(width="content", key=f"undo-{place}"):
            # It goes by itself, and the page stays as it is: a draft may be open over it.
            for_a_while = st.fragment(_for_a_while, run_every=max(1.0, mine[-1].left(now())))
            for_a_while(mine[-1], place)


@plain_view
def _for_a_while(change: LastChange, place: str) -> None:
    if change.left(now()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            undo(change, place)


def undo(change: LastChange, place: str) -> None:
    """What was done, and the way back."""
    told = escape(change_words(change.field, change.value))
    if change.posts > 1 or change.many:
        told = n_("{n} post changed: {what}", "{n} posts changed: {what}", change.posts).replace("{what}", told)
    if change.posts > 1 or change.many or change.field not in OF_A_BUTTON:
        st.caption(told, width="content")
    if st.button(
        _("Undo"),
        key=f"take-back-{change.batch}-{place}",
        type="tertiary",
        icon=":material/undo:",
        shortcut=KEYS["undo"] if change in changed()[-1:] else None,
        **only(triage.ROLE_OF[change.field]),
    ):
        done = triage.undo(cache.store(), change.batch, now())
        remember("changes", tuple(one for one in changed() if one != change))
        remember("conflicts", done.conflicts)
        st.rerun()


def left_out() -> None:
    """Posts that others changed meanwhile: what they made of them; of many, how many, with the posts themselves."""
    conflicts: Sequence[TriageEvent] = remembered("conflicts", ()) or ()
    for event in conflicts[:TOLD_ONE_BY_ONE]:
        st.warning(conflict_sentence(event), icon=":material/group:")
    if len(conflicts) <= TOLD_ONE_BY_ONE:
        return
    with st.expander(
        n_(
            "{n} post was changed by others meanwhile and left as they made it",
            "{n} posts were changed by others meanwhile and left as they made them",
            len(conflicts),
        ),
        icon=":material/group:",
    ):
        shown = {event.post: event for event in conflicts[:OPENED]}
        for post in post_reads.by_id(tuple(shown)):
            st.caption(escape(event_words(shown[post.id])))
            card(post, "left-out")
        if len(conflicts) > OPENED:
            st.caption(n_("{n} more", "{n} more", len(conflicts) - OPENED))
