"""The list of ideas, and what stands at the top of each: what, why now, its evidence, what one can do with it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.state import parameter, set_parameter, shows
from dashboard.views.allowed import only
from dashboard.views.ideas.subject import subject_of
from dashboard.views.meanwhile import clicked, tell
from dashboard.views.page import open_mentions, open_page
from dashboard.views.tickets.new import pass_on
from dashboard.words.ideas import (
    audience_words,
    effort_words,
    evidence_words,
    format_names,
    interest_words,
    kind_names,
    part_names,
    reason_names,
    risk_words,
    title_of,
    why_now,
)
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_
from data.content import ideas as ideas_store
from data.content.ideas import Idea
from data.models import day_to_date
from data.schema import IDS_PER_DAY

TO_BUILD = frozenset({"wish", "respond", "guide"})  # kinds of ideas that may be for those who build
SHOWN = 12


def listed(view: str) -> None:
    """Ideas best first; those kept, those dismissed."""
    states = {"kept": ("kept",), "dismissed": ("dismissed",)}.get(view, ("", "kept"))
    ideas = idea_reads.ideas(states)
    if view == "found":
        ideas = [item for item in ideas if item.place]
        st.caption(_("Each comes from what people say, and opens it. The order learns from what you keep and dismiss."))
    kind = _kind(ideas)
    shown = [item for item in ideas if kind is None or item.kind == kind]
    if not shown:
        words = {
            "kept": _("You have kept none yet."),
            "dismissed": _("You have dismissed none."),
        }.get(view, _("No idea yet: they come with the posts of a few days."))
        st.info(words, icon=":material/lightbulb:")
        if view == "found":
            _not_shown()
        return
    whole = parameter("all") == "yes" or len(shown) <= SHOWN
    for item in shown if whole else shown[:SHOWN]:
        _card(item)
    if not whole and st.button(n_("Show {n} more", "Show {n} more", len(shown) - SHOWN), key="all-ideas"):
        set_parameter("all", "yes")
        st.rerun()
    if view == "found":
        _not_shown()


def _not_shown() -> None:
    """What people speak of and is no idea: too far from us, or a theme to stay out of."""
    left = idea_reads.left_out()
    if left:
        words = n_(
            "{n} subject is left out: it is far from your brand, your places and the themes you speak of.",
            "{n} subjects are left out: they are far from your brand, your places and the themes you speak of.",
            left,
        )
        st.caption(words + " " + _("Say what you speak of under “Themes”."))
    silent = idea_reads.silent_subjects()
    if not silent:
        return
    title = n_("In the news, stay silent: {n} subject", "In the news, stay silent: {n} subjects", len(silent))
    with st.expander(title, icon=":material/volume_off:"):
        st.caption(_("Risk: high. A brand that speaks here is rarely forgiven; listed so that nobody is surprised."))
        for item in silent:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{escape(title_of(item))}**", width="stretch")
                read_posts(item, f"silent-{item.id}")
            st.caption(escape(why_now(item)))


def _kind(ideas: list[Idea]) -> str | None:
    """The kind of ideas that is asked for, None for all of them."""
    kinds = Counter(item.kind for item in ideas)
    names = kind_names()
    asked = parameter("kind") if parameter("kind") in kinds else None
    if len(kinds) > 1:
        chosen = st.pills(
            _("Kind"),
            list(kinds),
            label_visibility="collapsed",
            format_func=lambda kind: f"{escape(names.get(kind) or str(kind))} {count(kinds[kind])}",
            **shows("idea-kind", asked),
        )
        if chosen != asked:
            set_parameter("kind", chosen or "")
            st.rerun()
    return asked


def _card(item: Idea) -> None:
    with st.container(border=True, key=f"idea-{item.id}"):
        heading(item)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if st.button(_("Draft it"), key=f"draft-{item.id}", type="primary", icon=":material/edit:"):
                set_parameter("idea", str(item.id))
                st.rerun()
            read_posts(item, f"posts-{item.id}")
            if item.kind in TO_BUILD and item.posts:
                pass_on(lambda: item.posts, len(item.posts), f"idea-{item.id}", title_of(item))
            decide(item)


def heading(item: Idea, *, alone: bool = False) -> None:
    """What, why now, for whom, on what evidence."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escape(kind_names().get(item.kind, item.kind)), color="blue")
        st.badge(_("Score {score}").format(score=count(100 * item.score)), color="violet", help=_score_help(item))
        if item.risk >= 0.3:
            st.badge(_("Heated") if item.risk >= 0.6 else _("Some heat"), color="orange", icon=":material/warning:")
        if item.state == "kept":
            st.badge(_("Kept"), color="green")
        if item.state == "dismissed":
            st.badge(_("Dismissed: {reason}").format(reason=reason_names().get(item.reason, "")), color="gray")
        if not item.place:
            st.badge(_("Its evidence has gone"), color="gray")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    words = escape(title_of(item))
    st.title(words, anchor=False) if alone else st.header(words, anchor=False)
    st.write(escape(why_now(item)))
    st.caption(evidence_words(item) + " · " + interest_words(item))
    told = [
        _("For whom: {words}").format(words=audience_words(item)),
        _("Effort: {words}").format(words=effort_words(item.effort)),
        _("Risk: {words}").format(words=risk_words(item.risk)),
        _("As: {words}").format(words=", ".join(format_names()[f] for f in item.formats if f in format_names())),
    ]
    st.caption(escape(" · ".join(told)))


def _score_help(item: Idea) -> str:
    names = part_names()
    kept, dismissed = idea_reads.history().get(item.kind, (0, 0))
    parts = [
        f"{names[name]} {'+' if value >= 0 else '-'}{count(abs(100 * value), 1)}" for name, value in item.why.items()
    ]
    learned = _("Of this kind you kept {kept} and dismissed {dismissed}.").format(
        kept=count(kept), dismissed=count(dismissed)
    )
    return _("From 0 to 100: {parts}.").format(parts=", ".join(parts)) + " " + learned


def read_posts(item: Idea, key: str) -> None:
    """The way to the posts behind an idea, and to what it is about."""
    if item.posts and st.button(
        n_("Read {n} post", "Read {n} posts", item.total), key=key, type="tertiary", icon=":material/forum:"
    ):
        days = [post // IDS_PER_DAY for post in item.posts]
        open_mentions(day_to_date(min(days)), day_to_date(max(days)), idea=str(item.id))
    about = subject_of(item.facts.about)
    if about is not None:
        words = {"topics": _("The topic"), "debates": _("The debate"), "tools": _("The tool")}[about.page]
        if st.button(words, key=f"{key}-about", type="tertiary", icon=":material/arrow_forward:"):
            open_page(about.page, **about.parameters)


def decide(item: Idea) -> None:
    """Keep, dismiss for a reason, more like this."""
    store = cache.store()
    tell()
    if item.state == "dismissed":
        if st.button(
            _("Bring it back"),
            key=f"undismiss-{item.id}",
            type="tertiary",
            icon=":material/undo:",
            **only(ideas_store.decide),
        ):
            clicked(ideas_store.decide, store, item.id, "", "", item.state)
            st.rerun()
        return
    if item.state == "kept":
        if st.button(
            _("No longer keep"),
            key=f"unkeep-{item.id}",
            type="tertiary",
            icon=":material/bookmark_remove:",
            **only(ideas_store.decide),
        ):
            clicked(ideas_store.decide, store, item.id, "", "", item.state)
            st.rerun()
    elif st.button(
        _("Keep"), key=f"keep-{item.id}", type="tertiary", icon=":material/bookmark_add:", **only(ideas_store.decide)
    ):
        clicked(ideas_store.decide, store, item.id, "kept", "", item.state)
        st.rerun()
    if st.button(
        _("More like this"),
        key=f"more-{item.id}",
        type="tertiary",
        icon=":material/thumb_up:",
        **only(ideas_store.more_like),
    ):
        clicked(ideas_store.more_like, store, item.id)
        st.toast(_("Ideas of this kind will stand higher."))
        st.rerun()
    with st.popover(_("Dismiss"), type="tertiary", icon=":material/close:"):
        for reason, words in reason_names().items():
            if st.button(words, key=f"dismiss-{item.id}-{reason}", width="stretch", **only(ideas_store.decide)):
                clicked(ideas_store.decide, store, item.id, "dismissed", reason, item.state)
                st.rerun()
        st.caption(_("It comes back only if its evidence doubles."))
