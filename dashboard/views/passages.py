"""Exact words of a post in a frame of their own."""

from __future__ import annotations

import streamlit as st

from dashboard.words.labels import escape
from dashboard.words.language import _, moment
from data.models import Post, web_link
from data.posts.passages import Passage
from data.posts.quotes import passage


def quote(part: Passage, posts: dict[int, Post], note: str = "") -> None:
    """Exact words of one of these posts, nothing where it is gone."""
    post = posts.get(part.post)
    if post is not None:
        quoted_words(passage(post.plain, part.start, part.stop), post, note)


def quoted_words(words: str, post: Post, note: str = "") -> None:
    """Words of a post with who said them, when, and where to read on."""
    with st.container(border=True):
        st.text(words)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            told = [escape(post.author) or _("no name given"), escape(moment(post.published_at)), note]
            st.caption(" · ".join(word for word in told if word))
            if web_link(post.url):
                st.link_button(_("Open"), post.url, type="tertiary", icon=":material/open_in_new:")
