"""Overview before there is any topic, or any post of late: what is being fetched, then the newest posts, who speaks,
from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import start as start_reads
from dashboard.state import now, parameter, put_scope, scope_from_url
from dashboard.views.overview.start import first_steps
from dashboard.views.page import blind_spots, empty_state, open_mentions, open_page, page_title
from dashboard.views.posts import cards
from dashboard.words.help.steps import what_comes
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_
from dashboard.words.sources import first_look_sentence
from data.models import Post
from data.scope import PERIOD, Scope
from data.source_list import SourceHealth
from sources.errors import mask_secrets

NEWEST = 200  # posts that are looked at for who speaks
NAMED = 6


def newest_first() -> bool:
    """Draw the page as it is while there is no topic, or no post of the usual period, unless the address asks for days.
    Gives whether it was drawn."""
    posts, whole = post_reads.content().posts, post_reads.all_days()
    if whole is not None and not _comes_before(whole):
        return False
    page_title(_("Overview"), "overview")
    leads = first_steps()
    if whole is not None:
        blind_spots(whole)
        _newest(whole, posts)
        return True
    from sources.collect import SOURCES  # all that fetches: only a page without posts asks

    rows = [row for row in source_reads.sources(now().replace(second=0, microsecond=0)) if row.source.kind in SOURCES]
    if rows:
        _being_looked_at(rows)
    elif not leads:
        empty_state()
    return True


def _comes_before(whole: Scope) -> bool:
    if any(parameter(name) for name in PERIOD):
        return False
    return not start_reads.recorded().has_topics or whole.until < scope_from_url(now().date()).since


def _being_looked_at(rows: Sequence[SourceHealth]) -> None:
    """What became of the first look at each source, while none has brought a post."""
    with st.container(border=True, key="first-look"):
        st.header(_("Your sources"), anchor=False)
        for row in rows[:NAMED]:
            name = escape(row.source.title or mask_secrets(row.source.address))
            st.markdown(f"**{name}** · {escape(first_look_sentence(row))}")
        if len(rows) > NAMED:
            st.caption(n_("and {n} more", "and {n} more", len(rows) - NAMED))
        if st.button(_("Open the sources"), key="first-sources", icon=":material/rss_feed:"):
            open_page("sources")


def _newest(whole: Scope, posts: int) -> None:
    """The newest posts of all days, with who speaks and from where beside them."""
    shown = post_reads.some_posts(whole, NEWEST)
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.header(_("Latest posts"), anchor=False)
        _what_comes(whole, posts)
        cards(whole, "overview")
    with right:
        _voices(shown, whole)


def _what_comes(whole: Scope, posts: int) -> None:
    """Why there is no more than the posts, and the way to more."""
    held = start_reads.recorded()
    st.write(escape(what_comes(posts, held.has_topics, held.is_grouped)))
    if held.has_topics and st.button(
        _("Show the last days that have posts"), key="first-period", icon=":material/history:"
    ):
        put_scope(Scope(whole.until - timedelta(days=29), whole.until), now().date())
        st.rerun()


def _voices(shown: Sequence[Post], whole: Scope) -> None:
    """Who wrote the newest posts, and which sources brought them; a click opens their posts."""
    authors = Counter(post.author for post in shown if post.author)
    places = Counter((post.source_id, post.source_title) for post in shown)
    if len(shown) == NEWEST:
        st.caption(_("Of the {n} newest posts").format(n=NEWEST))
    if authors:
        st.subheader(_("Who speaks"), anchor=False)
    for author, number in authors.most_common(NAMED):
        if st.button(f"{escape(author)} · {count(number)}", key=f"first-author-{author}", type="tertiary"):
            open_mentions(whole.since, whole.until, author=author)
    st.subheader(_("From where"), anchor=False)
    for (source, title), number in places.most_common(NAMED):
        if st.button(f"{escape(title)} · {count(number)}", key=f"first-place-{source}", type="tertiary"):
            open_mentions(whole.since, whole.until, sources=str(source))
