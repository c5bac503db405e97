"""The key figures of a period: posts, people, those that name us, the negative ones."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads.posts import Summary
from dashboard.state import now
from dashboard.views.page import key_figure, open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, count, percent
from dashboard.words.posts import earlier_words, not_read
from dashboard.words.reputation import signed
from data.figures import Day
from data.models import Brand
from data.scope import Scope, scope_to_parameters


def key_figures(scope: Scope, summary: Summary, own: Brand | None) -> None:
    """Four figures against those of the days before, then net sentiment in a sentence."""
    link, earlier = scope_to_parameters(scope, now().date()), earlier_words(scope)
    posts, before = posts_in(summary.days), posts_in(summary.before)
    read, read_before = (sum(d.read for d in days) for days in (summary.days, summary.before))
    columns = st.columns(4)
    with columns[0]:
        series = [d.posts for d in summary.days]
        key_figure(_("Posts"), count(posts), posts, before, series, earlier=earlier, good="none", key="posts", **link)
    with columns[1]:
        authors, authors_before = summary.authors, summary.authors_before
        series = summary.authors_a_day
        key_figure(
            _("People"),
            count(authors),
            authors,
            authors_before,
            series,
            earlier=earlier,
            good="up",
            key="people",
            **link,
        )
    with columns[2]:
        _about_us(summary, own, earlier, link)
    with columns[3]:
        negative, negative_before = (sum(d.negative for d in days) for days in (summary.days, summary.before))
        read, read_before = (sum(d.read for d in days) for days in (summary.days, summary.before))
        share = negative / max(1, read)
        key_figure(
            _("Negative posts"),
            percent(share) if read else "–",
            share,
            negative_before / max(1, read_before),
            [d.negative for d in summary.days],
            earlier=earlier,
            good="down",
            key="negative",
            **{**link, "sentiments": "negative"},
        )
    if not read:
        return
    unsure = percent(sum(d.unsure for d in summary.days) / read)
    if any(d.read > d.unsure for d in summary.days):
        words = _(
            "Net sentiment {net}. The program is unsure about {share} of the posts, and says so rather than guess."
        )
        st.caption(words.format(net=signed(net_of(summary.days)), share=unsure))
    else:
        st.caption(_("No post of this period has a clear tone: the program is unsure about all of them."))
    if summary.other_languages:
        st.caption(not_read(summary.other_languages))


def _about_us(summary: Summary, own: Brand | None, earlier: str, link: dict[str, str]) -> None:
    if own is None:
        st.metric(_("Posts that name us"), "–", border=True, help=_("Name your brand, and its posts are counted here."))
        if st.button(_("Name your brand"), key="name-brand", type="tertiary", icon=":material/arrow_forward:"):
            open_page("reputation", view="brands")
        return
    posts = posts_in(summary.brand_days)
    key_figure(
        _("Naming {brand}").format(brand=escape(own.name)),  # as short as the room beside three others
        count(posts),
        posts,
        posts_in(summary.brand_before),
        [d.posts for d in summary.brand_days],
        earlier=earlier,
        good="none",
        key="brand",
        **{**link, "brand": str(own.id)},
    )


def posts_in(days: Sequence[Day]) -> int:
    return sum(d.posts for d in days)


def net_of(days: Sequence[Day]) -> float:
    """Positive minus negative, as a share of the posts with a clear tone."""
    up, down = sum(d.positive for d in days), sum(d.negative for d in days)
    clear = up + down + sum(d.neutral for d in days)
    return (up - down) / clear if clear else 0.0
