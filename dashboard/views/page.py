"""How every page begins, moves on and ends: title, period, views, empty states, key figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import sources as source_reads
from dashboard.state import (
    forget,
    now,
    parameter,
    put_scope,
    remember,
    remembered,
    scope_from_url,
    set_parameter,
    show,
)
from dashboard.views.allowed import plain_callback
from dashboard.views.period import choose_period, period_line
from dashboard.words.help.pages import how_to_read
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, count, day, n_, percent
from data.scope import Scope
from sources.errors import mask_secrets

Colour = Literal["red", "orange", "yellow", "green", "blue", "violet", "gray"]  # of a badge
Good = Literal["up", "down", "none"]  # which way a figure should go
BOX_TOLD = "box-told"  # what was done in a box that was closed
Label = Literal["visible", "hidden", "collapsed"]  # of a field
DELTA_COLOURS: dict[Good, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "none": "off"}
TREND_COLOURS: dict[str, Colour] = {
    "new": "violet",
    "rising": "green",
    "steady": "gray",
    "fading": "orange",
    "resolved": "gray",
    "seasonal": "blue",
    "unclear": "gray",
    "few": "gray",
    "ended": "gray",
}


def open_page(name: str, /, **parameters: str) -> None:
    """Go to another page with these URL parameters, keeping the language."""
    kept = {"lang": parameter("lang")} if parameter("lang") else {}
    st.switch_page(f"dashboard/pages/{name}.py", query_params={**kept, **parameters})


def open_mentions(since: date, until: date, **narrowed: str) -> None:
    """Posts of these days, narrowed by what the URL says."""
    open_page("mentions", since=since.isoformat(), until=until.isoformat(), **narrowed)


def back(label: str, *left: str, key: str, **to: str) -> None:
    """The way back from a detail: leaves these parameters of the URL out and sets those."""
    if st.button(label, key=key, type="tertiary", icon=":material/arrow_back:"):
        for name in left:
            set_parameter(name, "")
        for name, value in to.items():
            set_parameter(name, value)
        st.rerun()


def page_title(title: str, page: str) -> None:
    """The title of a page, and how to read it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.title(title, anchor=False, width="content")
        how = _("How to read this")
        with st.popover(unseen(how), icon=":material/help:", type="tertiary", key=f"how-{page}", help=how):
            st.markdown("\n".join(f"- {escape(line)}" for line in how_to_read()[page]))


def page_start(title: str, page: str, *, compares: bool = False) -> Scope:
    """Title, period and the line on blind spots: how every page of findings begins. `compares`: whether it shows
    figures against those of other days."""
    scope = scope_from_url(now().date())
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        page_title(title, page)
        choose_period(scope)
    st.caption(period_line(scope, compares))
    blind_spots(scope)
    _nothing_so_late(scope)
    return scope


def _nothing_so_late(scope: Scope) -> None:
    """Where the record ends before the period: the day, and the way to its last thirty days."""
    latest = post_reads.latest_day()
    if latest is None or latest >= scope.since:
        return
    with st.container(border=True, key="nothing-so-late"):
        st.write(_("No post is of these days: the latest is of {day}.").format(day=day(latest)))
        if st.button(_("Show the 30 days up to it"), icon=":material/history:"):
            put_scope(replace(scope, since=latest - timedelta(days=29), until=latest), now().date())
            st.rerun()


def nothing_in(scope: Scope) -> None:
    """End a page whose period holds no post, rather than show figures of nothing. Where the record ends before it, that
    is said above already."""
    latest = post_reads.latest_day()
    if latest is not None and latest >= scope.since:
        st.info(_("No post is of these days. Choose a longer period."), icon=":material/date_range:")
    st.stop()


def choose_view(views: dict[str, str], *forgotten: str, name: str = "view") -> str:
    """The view of a page, by the parameter `name` of the URL; the first one is what shows without it. `forgotten` are
    parameters that belong to one view alone."""
    first, key = next(iter(views)), f"choice-{name}"
    active = parameter(name) if parameter(name) in views else first

    @plain_callback
    def chosen() -> None:
        view = remembered(key, first)
        set_parameter(name, "" if view == first else view)
        for other in forgotten:
            set_parameter(other, "")

    show(key, active)
    st.segmented_control(
        _("View"),
        list(views),
        required=True,
        format_func=lambda view: views[view],
        label_visibility="collapsed",
        key=key,
        on_change=chosen,
    )
    return active


def pager(name: str, number: int, last: int, *, more: bool = False) -> None:
    """The way to the page before and after `number` of `last`, or `more` than that, kept in the parameter `name` of the
    URL."""
    if last < 2:
        return
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        if st.button(_("Previous"), key=f"back-{name}", disabled=number == 1):
            set_parameter(name, str(number - 1) if number > 2 else "")
            st.rerun()
        words = _("Page {page} of {pages} or more") if more else _("Page {page} of {pages}")
        st.caption(words.format(page=count(number), pages=count(last)))
        if st.button(_("Next"), key=f"on-{name}", disabled=number == last):
            set_parameter(name, str(number + 1))
            st.rerun()


def blind_spots(scope: Scope) -> None:
    """Name the sources of a scope that brought nothing for a part of its period because they failed."""
    hour = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    down = source_reads.blind_spots(scope, hour)
    names = list(dict.fromkeys(spot.source.title or mask_secrets(spot.source.address) for spot in down))
    if names:
        told = ", ".join(escape(name) for name in names[:3]) + ("…" if len(names) > 3 else "")
        since = day(min(spot.began for spot in down).date())
        st.caption(
            ":material/visibility_off: "
            + n_(
                "Blind spot: {n} source could not be read for part of this period, from {day}: {names}",
                "Blind spots: {n} sources could not be read for part of this period, from {day}: {names}",
                len(names),
            )
            .replace("{day}", escape(since))
            .replace("{names}", told)
        )


def key_figure(
    label: str,
    value: str,
    now_value: float,
    before: float,
    series: Sequence[float],
    *,
    earlier: str,
    good: Good,
    key: str,
    **target: str,
) -> None:
    """A figure against that of `earlier` days, with its sparkline and the way to its posts."""
    change = None
    if before:
        change = f"{percent((now_value - before) / abs(before))}"
        change = change if change.startswith(("-", "−")) or now_value <= before else f"+{change}"
    st.metric(
        label,
        value,
        change.replace("−", "-") if change else None,
        delta_color=DELTA_COLOURS[good],
        chart_data=list(series) if len(series) > 1 else None,
        chart_type="area",
        border=True,
        help=_("Compared with {earlier}. Click below to read the posts.").format(earlier=earlier),
    )
    if st.button(_("Read the posts"), key=f"open-{key}", type="tertiary", icon=":material/arrow_forward:"):
        open_page("mentions", **target)


def written_area(label: str, text: str, key: str, *, height: int, label_visibility: Label = "visible") -> str:
    """A text to change. What one wrote is still there after another tab or page, as long as what it began from is."""
    held = f"written-{key}"

    @plain_callback
    def keep() -> None:
        remember(held, (text, str(remembered(key, ""))))

    began, written = remembered(held, ("", ""))
    start = written if began == text else text
    return st.text_area(label, start, key=key, height=height, on_change=keep, label_visibility=label_visibility) or ""


def box_key(name: str) -> str:
    """The key of a box that opens over the page: another one each time that `box_done` closed it. What was done then is
    said here, in the run after it: a word said just before a rerun can be lost."""
    told = remembered(BOX_TOLD)
    if told:
        forget(BOX_TOLD)
        st.toast(escape(told), icon=":material/check:")
    return f"box-{name}-{remembered(f'closed-{name}', 0)}"


def box_done(name: str, told: str) -> None:
    """Close the box of `box_key` once its act is done, and say what was done."""
    remember(f"closed-{name}", int(remembered(f"closed-{name}", 0)) + 1)
    remember(BOX_TOLD, told)
    st.rerun()


def empty_state() -> None:
    """What a store without posts shows: the next step."""
    with st.container(border=True):
        st.header(_("Nothing here yet"), anchor=False)
        st.write(_("Add a site, import a list of feeds or a file of posts, and the page fills as posts arrive."))
        if st.button(_("Add a source"), type="primary", icon=":material/add:"):
            open_page("sources")
