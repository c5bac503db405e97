"""What moved it: the move since the period before as a sum of what groups add."""

from __future__ import annotations

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import reputation as reputation_reads
from dashboard.state import picked_mark
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.views.posts import card, cards
from dashboard.views.reputation.all import against_before, mix_warning
from dashboard.views.reputation.groups import behind, choose_by, unique
from dashboard.views.reputation.scope import posts_of
from dashboard.words.labels import escape
from dashboard.words.language import _, language_name, n_, percent
from dashboard.words.posts import earlier_words
from dashboard.words.reputation import signed
from dashboard.words.topics import called
from data.scope import Scope
from insights.reputation.estimates import Part, steps_of

STEPS = 8  # groups in a waterfall, the rest in one


def what_moved_it(scope: Scope) -> None:
    """The move since the days before as a waterfall of topics or sources, with the posts behind each step."""
    seen = reputation_reads.seen(scope)
    if not seen.posts or not seen.posts_before:
        st.info(
            _("Nothing to compare: this period or the one that it is compared with has no post."),
            icon=":material/search_off:",
        )
        return
    against_before(seen, scope)
    mix_warning(seen.cause, seen.change)
    by = choose_by()
    cause, known = reputation_reads.moves(scope, by)
    if by == "lang":
        known = {p.group: language_name(str(p.group)) or _("unknown") for p in cause.parts}
    names = {part.group: called(known.get(part.group, str(part.group))) for part in cause.parts}
    held = steps_of(seen.change, cause, STEPS)
    steps = held.groups
    labels = unique([names[p.group] for p in steps])
    moves = [p.total for p in steps]
    if held.number_of_others:
        labels.append(n_("{n} other", "{n} others", held.number_of_others))
        moves.append(held.others)
    labels.append(_("Not shared out"))
    moves.append(held.rest)
    event = show_chart(
        reputation_charts.waterfall_chart(
            held.level,
            held.end,
            labels,
            [*(p.group for p in steps), *[""] * (len(moves) - len(steps))],
            moves,
            before=_("Before"),
            after=_("Now"),
            move=_("Adds"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="key",
        key=f"waterfall-{by}",
        alt=_("What moved it"),
    )
    st.caption(_how_it_adds_up(scope, by))
    key = picked_mark(event, "key")
    totals = (sum(p.posts_before for p in cause.parts), sum(p.posts_after for p in cause.parts))
    for part in steps[:4] if not key else [p for p in steps if str(p.group) == key]:
        _driver(part, names[part.group], totals, behind(scope, by, str(part.group)))
    if key:
        st.header(_("Posts behind your click"), anchor=False)
        cards(behind(scope, by, key), "drivers")


def _how_it_adds_up(scope: Scope, by: str) -> str:
    """What the steps are, and what is not among them."""
    words = _("Net sentiment, from {earlier} to this period, as the sum of what each group adds by its labels.")
    rest = (
        _("Not shared out: the correction of the program's mistakes, and posts without a topic.")
        if by == "topic"
        else _("Not shared out: the correction of the program's mistakes.")
    )
    return f"{words.format(earlier=earlier_words(scope))} {rest} {_('Click a step to read its posts.')}"


def _driver(part: Part, name: str, totals: tuple[int, int], scope: Scope) -> None:
    """One step of the waterfall in words, with the posts that drew most in its direction."""
    # A group moves the figure by its own change, or by weighing more or less as it is.
    up = part.total > 0 if abs(part.rate) >= abs(part.mix) else part.net_after > 0
    with st.container(border=True, key=f"driver-{part.group}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(name)}**", width="content")
            st.badge(signed(part.total), color="green" if part.total > 0 else "red")
        st.caption(
            _(
                "Its tone went from {a} to {b}, which adds {rate}; its share of the posts from {n} to {m}, which adds "
                "{mix}."
            ).format(
                a=signed(part.net_before),
                b=signed(part.net_after),
                rate=signed(part.rate),
                n=percent(part.posts_before / max(1, totals[0])),
                m=percent(part.posts_after / max(1, totals[1])),
                mix=signed(part.mix),
            )
        )
        for post in reputation_reads.loudest(scope, "positive" if up else "negative")[:2]:
            card(post, f"driver-{part.group}")
        if st.button(
            _("Read the posts"), key=f"open-driver-{part.group}", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_page("mentions", **posts_of(scope))
