"""Strengths and weaknesses: what is said of price, support and the like, with the sentences themselves."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import Group
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.views.reputation.scope import posts_of
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import _, moment, n_
from dashboard.words.reputation import aspect_names, between, signed
from dashboard.words.topics import called
from data.models import Post
from data.posts.quotes import passage
from data.scope import Scope
from insights.reputation.estimates import standing


def strengths_and_weaknesses(scope: Scope) -> None:
    """Aspects by what is said of them, with the sentences themselves."""
    if scope.brand is None:
        st.info(_("Choose a brand: aspects are counted in the posts that name it."), icon=":material/badge:")
        return
    whole = reputation_reads.seen(scope).change.after
    names = aspect_names()
    spoken_of = [g for g in reputation_reads.groups(scope, "aspect") if g.key in names]
    known = [g for g in spoken_of if g.estimate.enough]
    if not known:
        st.info(_("Too few posts speak of an aspect in this period."), icon=":material/hourglass:")
        return
    show_chart(
        reputation_charts.whisker_chart(
            [names[g.key] for g in known],
            [g.key for g in known],
            [g.estimate for g in known],
            net=_("Net sentiment"),
            range_=_("Between"),
            posts=_("Sentences"),
            whole=whole.net.value,
        ),
        width="stretch",
        key="aspects",
        alt=_("Strengths and weaknesses"),
    )
    st.caption(
        _(
            "The tone is that of the sentence that speaks of the aspect. A strength lies clearly above what is said in "
            "all (the dashed line), a weakness clearly below; the rest is even."
        )
    )
    groups = {"strength": _("Strengths"), "weakness": _("Weaknesses"), "even": _("Neither")}
    by: dict[str, list[Group]] = {}
    for group in known:
        by.setdefault(standing(group.estimate, whole), []).append(group)
    topics = reputation_reads.groups(scope, "topic")
    for key, title in groups.items():
        here = by.get(key, [])
        of_data = [t for t in topics if standing(t.estimate, whole) == key][:6] if key != "even" else []
        if not here and not of_data:
            continue
        st.header(title, anchor=False)
        for group in here:
            _aspect(group, names[group.key], "positive" if key == "strength" else "negative", scope)
        if of_data:
            st.caption(_("Topics of your data that stand out the same way:"))
            with st.container(horizontal=True, gap="medium"):
                for topic in of_data:
                    words = f"{escape(called(topic.name))} · {signed(topic.estimate.net.value)}"
                    if st.button(words, key=f"{key}-topic-{topic.key}", type="tertiary", icon=":material/sell:"):
                        open_page("mentions", **posts_of(replace(scope, topic=int(topic.key))))
    few = [names[g.key] for g in spoken_of if not g.estimate.enough]
    if few:
        st.caption(_("Too few sentences to say: {names}.").format(names=", ".join(few)))


def _aspect(group: Group, name: str, tone: str, scope: Scope) -> None:
    with st.container(border=True, key=f"aspect-{group.key}"):
        st.markdown(
            f"**{name}** · {escape(signed(group.estimate.net.value))} ({escape(between(group.estimate.net))}) · "
            + n_("{n} sentence", "{n} sentences", group.estimate.posts)
        )
        other = "negative" if tone == "positive" else "positive"
        for wanted in (tone, other):
            for post, start, stop in reputation_reads.aspect_quotes(scope, group.key, wanted)[
                : 3 if wanted == tone else 1
            ]:
                _sentence(post, start, stop, wanted, group.key)


def _sentence(post: Post, start: int, stop: int, tone: str, key: str) -> None:
    """A sentence exactly as it stands in its post, with where and when, and the way to the post."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(sentiment_names()[tone], color="green" if tone == "positive" else "red")
        with st.container(width="stretch"):
            st.text(passage(post.plain, start, stop))
            parts = [post.author or _("no name given"), post.community or post.source_title, moment(post.published_at)]
            st.caption(escape(" · ".join(parts)) + (f" · {_('Demo')}" if post.is_demo else ""))
        if st.button(_("Its thread"), key=f"sentence-{key}-{post.id}-{start}", type="tertiary"):
            open_page("mentions", post=str(post.id))
