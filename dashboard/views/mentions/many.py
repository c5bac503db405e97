"""One thing done to many posts: those that are ticked, or all that a list holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, remember, remembered, set_parameter, ticked, untick
from dashboard.views.allowed import may, why_not
from dashboard.views.mentions import live
from dashboard.views.mentions.triage import me
from dashboard.views.mentions.undo import act, changed, undo
from dashboard.views.tickets.new import pass_on
from dashboard.words.inbox import decision_names
from dashboard.words.labels import intent_names, sentiment_names
from dashboard.words.language import _, colon, language_name, n_
from dashboard.words.topics import by_name
from data.inbox.triage import ROLE_OF
from data.models import INTENTS, SENTIMENTS

MOST_AT_ONCE = 5_000
Actions = dict[str, tuple[str, str, str]]  # what is done -> its words, the field, the value


def select_toggle() -> bool:
    """Whether posts are to be ticked."""
    selecting = st.toggle(_("Select"), parameter("select") == "yes", key="select")
    set_parameter("select", "yes" if selecting else "")
    return selecting


def ticking(post_id: int, selecting: bool, draw: Callable[[], None]) -> None:
    """A post, with the box that ticks it in front where posts are `selecting`."""
    if not selecting:
        draw()
        return
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.checkbox(_("Select"), key=f"pick-{post_id}", label_visibility="collapsed", width="content")
        with st.container(width="stretch"):
            draw()


def everything() -> Actions:
    """What can be done to posts of any list."""
    tones, kinds = sentiment_names(), intent_names()
    return {
        **follow_up(),
        **{f"sentiment-{name}": (f"{_('Tone')}{colon()}{tones[name]}", "sentiment", name) for name in SENTIMENTS[:3]},
        **{f"intents-{name}": (f"{_('Kind')}{colon()}{kinds[name]}", "intents", name) for name in INTENTS[:6]},
        **{f"lang-{c}": (f"{_('Language')}{colon()}{language_name(c)}", "lang", c) for c in post_reads.languages()},
        "topic": (_("Move to a topic"), "topic", ""),
        **decisions(),
    }


def follow_up() -> Actions:
    """What can be done to posts of a queue."""
    return {
        "handled": (_("Mark as handled"), "handled", "yes"),
        "seen": (_("Mark as seen"), "seen", "yes"),
        "starred": (_("Star"), "starred", "yes"),
        "snoozed": (_("Snooze for a week"), "snoozed", (now().date() + timedelta(days=7)).isoformat()),
        "assigned": (_("Assign to me"), "assigned", me()),
        "about": (_("Not about us"), "about", "no"),
    }


def decisions() -> Actions:
    return {
        f"decision-{name}": (f"{_('Decision')}{colon()}{words}", "decision", name)
        for name, words in decision_names().items()
    }


def many(
    actions: Actions,
    total: int,
    all_words: str,
    found: Callable[[], Sequence[int]],
    of: Callable[[Sequence[int]], list[int]] = list,
) -> None:
    """The bar that acts on many. `total` posts are `found` by the list, which `all_words` says; `of` gives the posts
    that stand behind those that are ticked."""
    chosen = of(ticked("pick-"))
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", key="many"):
        which = st.radio(
            _("Which posts"),
            ["ticked", "all"],
            horizontal=True,
            format_func=lambda w: n_("{n} ticked", "{n} ticked", len(chosen)) if w == "ticked" else all_words,
        )
        action = st.selectbox(_("Do"), list(actions), format_func=lambda a: actions[a][0], width=260)
        number = len(chosen) if which == "ticked" else min(total, MOST_AT_ONCE)
        _label, field, value = actions[action]
        if field == "topic":
            names = by_name(topic_reads.topic_names())
            value = str(st.selectbox(_("Topic"), list(names), format_func=lambda i: names[i], width=260) or "")
        if st.button(
            n_("Apply to {n} post", "Apply to {n} posts", number),
            type="primary",
            disabled=not number or not value or not may(ROLE_OF[field]),
            help=why_not(ROLE_OF[field]),
        ):
            ids = chosen if which == "ticked" else found()
            untick("pick-")
            act(ids, field, value, since=remembered("many_known"), many=True)
        pass_on(lambda: chosen if which == "ticked" else found(), number, "many")
        if changed() and changed()[-1].many:
            undo(changed()[-1], "many")
        remember("many_known", live.seen())  # what this page shows: the next click is of it
