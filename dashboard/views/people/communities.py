"""Communities: where we are talked about and where our themes are discussed without us; when to be there."""

from __future__ import annotations

from datetime import datetime

import streamlit as st
from babel.dates import get_day_names

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import people as people_reads
from dashboard.reads import sources as source_reads
from dashboard.state import PICK_A_ROW, now, picked_row
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current, n_, percent, zone
from dashboard.words.sources import kind_name
from data.reputation.members import Place
from data.scope import Scope, scope_to_parameters

SHOWN = 50
OVERLAPS = 12  # communities compared for members in common
PAIRS = 20
FEW = 30  # posts under which the best hours are not named


def communities(scope: Scope) -> None:
    """The table, the heat map, members in common."""
    places = people_reads.places(scope)
    if not places:
        st.info(_("No post in this period. Widen it."), icon=":material/search_off:")
        return
    with_us = [p for p in places if p.about_us]
    without = sorted((p for p in places if p.without_us > p.about_us), key=lambda p: -p.without_us)
    st.write(
        _("{n} communities; in {m} of them somebody names you.").format(n=count(len(places)), m=count(len(with_us)))
    )
    if without:
        names = ", ".join(escape(p.name) for p in without[:3])
        st.info(
            _("Your themes are discussed more without you than with you in: {names}.").format(names=names),
            icon=":material/travel_explore:",
        )
    event = st.dataframe(
        {
            _("Community"): [p.name for p in places[:SHOWN]],
            _("Network"): [kind_name(p.network) for p in places[:SHOWN]],
            _("Posts"): [p.posts for p in places[:SHOWN]],
            _("People"): [p.authors for p in places[:SHOWN]],
            _("Newcomers"): [percent(p.newcomers / p.authors) if p.authors else "–" for p in places[:SHOWN]],
            _("About us"): [p.about_us for p in places[:SHOWN]],
            _("Our themes without us"): [p.without_us for p in places[:SHOWN]],
            _("Negative"): [percent(p.negative / p.clear) if p.clear >= 10 else "–" for p in places[:SHOWN]],
        },
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        key="places-table",
        column_config={
            _("Our themes without us"): st.column_config.NumberColumn(
                help=_("Posts on topics in which you are named often, that do not name you.")
            ),
            _("Newcomers"): st.column_config.TextColumn(help=_("Share of people who wrote here for the first time.")),
        },
    )
    if len(places) > SHOWN:
        st.caption(_("The {n} largest are shown.").format(n=SHOWN))
    row = picked_row(event, len(places[:SHOWN]))
    one = None if row is None else places[row]
    if one is not None:
        _ways(one, scope)
    _when(one, scope)
    _in_common(places, scope)


def _ways(place: Place, scope: Scope) -> None:
    """From one community to its posts."""
    minute = now().replace(second=0, microsecond=0)
    sources = [r.source.id for r in source_reads.sources(minute) if r.source.title == place.name]
    with st.container(horizontal=True):
        st.markdown(f"**{escape(place.name)}**", width="content")
        target = {**scope_to_parameters(scope, now().date()), "kinds": place.network}
        if sources:
            target["sources"] = ",".join(map(str, sources))
        if st.button(_("Read the posts"), key="place-posts", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **target)
        topics = people_reads.our_topics(scope)
        if (
            place.without_us
            and topics
            and st.button(
                _("Read our themes here"), key="place-themes", type="tertiary", icon=":material/travel_explore:"
            )
        ):
            open_page("mentions", **{**target, "topic": str(topics[0])})


def local_slots(slots: list[int], now: datetime) -> list[int]:
    """Hours of the week moved from UTC to the viewer's clock."""
    offset = now.astimezone(zone()).utcoffset()
    hours = round(offset.total_seconds() / 3_600) if offset is not None else 0
    return [slots[(slot - hours) % 168] for slot in range(168)]


def _when(place: Place | None, scope: Scope) -> None:
    st.header(_("When to be there"), anchor=False)
    slots = people_reads.hours_of_week(scope, place.network if place else "", place.name if place else "")
    slots = local_slots(slots, now())
    total = sum(slots)
    title = escape(place.name) if place else _("All communities")
    days = [name.capitalize() for _number, name in sorted(get_day_names("abbreviated", locale=current()).items())]
    show_chart(
        reputation_charts.heat_chart(slots, days, posts=_("Posts"), hour=_("Hour"), day=_("Day")),
        width="stretch",
        key="heat",
        alt=_("Posts by day and hour"),
    )
    words = f"{title} · " + n_("{n} post", "{n} posts", total)
    if total >= FEW:
        # Three hours in a row carry more than one hour of chance.
        best = max(range(168), key=lambda s: slots[s] + slots[(s + 1) % 168] + slots[(s + 2) % 168])
        long = get_day_names("wide", locale=current())
        words += " · " + _("busiest: {day}, {a}:00 to {b}:00").format(
            day=escape(long[best // 24]), a=best % 24, b=(best + 3) % 24
        )
    else:
        words += " · " + _("too few posts to name the best hours")
    st.caption(words)


def _in_common(places: list[Place], scope: Scope) -> None:
    """Members that communities of one network share."""
    chosen = tuple((p.network, p.name) for p in places[:OVERLAPS])
    pairs = [pair for pair in people_reads.shared_members(scope, chosen) if pair.both][:PAIRS]
    st.header(_("Members in common"), anchor=False)
    if not pairs:
        st.caption(_("The largest communities of a network share nobody in this period."))
        return
    st.dataframe(
        {
            _("Network"): [kind_name(pair.network) for pair in pairs],
            _("One"): [pair.one for pair in pairs],
            _("Other"): [pair.other for pair in pairs],
            _("In both"): [pair.both for pair in pairs],
            _("Of the smaller"): [percent(pair.share) for pair in pairs],
        },
        hide_index=True,
        width="stretch",
    )
