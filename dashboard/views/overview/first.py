"""Overview before there is any topic: what is being fetched, then the newest posts, who speaks, from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import start as start_reads
from dashboard.state import now, parameter
from dashboard.views.overview.start import first_steps
from dashboard.views.page import blind_spots, empty_state, open_mentions, open_page, page_title
from dashboard.views.posts import cards
from dashboard.words.help.steps import so_far, what_comes
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_
from dashboard.words.sources import first_look_sentence
from data.models import Post
from data.scope import PERIOD, Scope
from data.source_list import SourceHealth
from sources.collect import SOURCES
from sources.errors import mask_secrets

NEWEST = 200  # posts that are looked at for who speaks
NAMED = 6


def before_topics() -> bool:
    """Draw the page as it is while there is no topic, unless the address asks for days. Gives whether it was drawn."""
    posts = post_reads.content().posts
    if posts and (start_reads.recorded().has_topics or any(parameter(name) for name in PERIOD)):
        return False
    page_title(_("Overview"), "overview")
    leads = first_steps()
    whole = post_reads.all_days()
    if whole is not None:
        blind_spots(whole)
        _newest(whole, posts)
        return True
    rows = [row for row in source_reads.sources(now().replace(second=0, microsecond=0)) if row.source.kind in SOURCES]
    if rows:
        _being_looked_at(rows)
    elif not leads:
        empty_state()
    return True


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
        cards(whole, "overview")
    with right:
        _voices(shown, whole)
        st.header(_("What comes next"), anchor=False)
        st.write(escape(what_comes(posts)))


def _voices(shown: Sequence[Post], whole: Scope) -> None:
    """Who wrote the newest posts, and which sources brought them; a click opens their posts."""
    authors = Counter(post.author for post in shown if post.author)
    places = Counter((post.source_id, post.source_title) for post in shown)
    st.header(_("Who speaks"), anchor=False)
    told = so_far(len(shown), len(authors), len(places))
    st.caption(_("Of the newest posts: {told}").format(told=told) if len(shown) == NEWEST else told)
    for author, number in authors.most_common(NAMED):
        if st.button(f"{escape(author)} · {count(number)}", key=f"first-author-{author}", type="tertiary"):
            open_mentions(whole.since, whole.until, author=author)
    st.header(_("From where"), anchor=False)
    for (source, title), number in places.most_common(NAMED):
        if st.button(f"{escape(title)} · {count(number)}", key=f"first-place-{source}", type="tertiary"):
            open_mentions(whole.since, whole.until, sources=str(source))
