"""Contributors: by reach, activity and tone; loyal, new, back, drifting away; ambassadors, critics, organisers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import people as people_reads
from dashboard.reads import posts as post_reads
from dashboard.reads.people import PAGE
from dashboard.state import PICK_A_ROW, now, parameter, picked_row, remembered, set_parameter, shows
from dashboard.views.page import open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, count, day, n_, percent
from dashboard.words.people import role_help, role_names, state_help, state_names
from dashboard.words.posts import earlier_words
from dashboard.words.sources import kind_name
from data.figures import first_day_of_week
from data.models import day_to_date
from data.reputation.crowd import Crowd
from data.reputation.members import ROLES, STATES, Member
from data.scope import Scope, scope_to_parameters

ORDER = "people-order"


def shown_name(member: Member, names: bool) -> str:
    return member.author if names else post_reads.pseudonym_of(member.author)


def people(scope: Scope) -> None:
    """The table of contributors with its filters, and one of them."""
    asked, by = parameter("group"), str(remembered(ORDER, "posts"))
    everybody = people_reads.crowd(scope, asked, by)
    if not everybody.people:
        st.info(_("No post of this period names its author."), icon=":material/search_off:")
        return
    if asked not in everybody.groups:
        everybody = people_reads.crowd(scope, "", by)
    group = _choose_group(everybody)
    order, names = _choose_order()
    shown = everybody.groups[group] if group else everybody.people
    _how_many(shown, everybody.wrote, scope)
    first = everybody.first
    told = {(m.network, m.author): m for m in people_reads.members(scope, first)}
    before = people_reads.posts_of(scope.earlier(), first)
    picked = _table([told[one] for one in first if one in told], before, names)
    if shown > PAGE:
        st.caption(_("The first {n} are shown; the file holds all.").format(n=PAGE))
    pseudonym, read = post_reads.pseudonyms(), people_reads.everybody(scope)
    st.download_button(
        _("CSV with pseudonyms"),
        # Made when it is asked for, with nothing of the session at hand.
        lambda: as_csv(ordered(read(), group, order), pseudonym),
        "vigie-people.csv",
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        key="people-csv",
    )
    if picked is not None:
        _one(picked, scope, names)
    else:
        st.caption(_("Choose a row to see what somebody wrote."))


def ordered(members: Sequence[Member], group: str | None, order: str) -> list[Member]:
    """Everybody of a group, by a figure."""
    chosen = [m for m in members if _in_group(m, group)]
    return sorted(chosen, key=lambda m: (-getattr(m, order), -m.posts, m.network, m.author))


def _how_many(shown: int, wrote: int, scope: Scope) -> None:
    """How many are listed, and how many wrote, against the days that the period is compared with."""
    people, then = n_("{n} person", "{n} people", shown), people_reads.how_many_wrote(scope.earlier())
    st.caption(
        people
        + " · "
        + _("{n} wrote in this period, {before} {earlier}").format(
            n=count(wrote), before=count(then), earlier=earlier_words(scope)
        )
    )


def _in_group(member: Member, group: str | None) -> bool:
    return not group or group == member.state or group in member.roles


def _choose_group(everybody: Crowd) -> str | None:
    """A state or role to narrow the table to, kept in the URL; None for all."""
    numbers = everybody.groups
    options = [name for name in (*STATES, *ROLES) if name in numbers]
    labels = {**state_names(), **role_names()}
    asked = parameter("group") if parameter("group") in options else None
    chosen: str | None = st.pills(
        _("Groups"),
        options,
        format_func=lambda g: f"{labels[g]} · {count(numbers[g])}",
        label_visibility="collapsed",
        **shows("groups", asked),
    )
    if chosen != asked:
        set_parameter("group", chosen or "")
        set_parameter("page_people", "")
        st.rerun()
    if chosen:
        st.caption({**state_help(), **role_help()}[chosen])
    return chosen


def _choose_order() -> tuple[str, bool]:
    """The figure to sort by, and whether authors' names are shown, which is kept in the URL."""
    orders = {
        "posts": _("Activity"),
        "drawn": _("Reach"),
        "about_us": _("Posts about us"),
        "negative": _("Harshest"),
        "positive": _("Kindest"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox(_("Order"), list(orders), format_func=lambda o: orders[o], width=200, key=ORDER)
        names = st.toggle(
            _("Authors' names"),
            parameter("names") != "no",
            key="people-names",
            help=_("Off: each author has a stable pseudonym, for a screen that others see."),
        )
    set_parameter("names", "" if names else "no")
    return order, names


def _table(shown: Sequence[Member], before: Mapping[tuple[str, str], int], names: bool) -> Member | None:
    """One row each, with the posts `before` of each (network, author); gives who was picked."""
    states, roles = state_names(), role_names()
    event = st.dataframe(
        {
            _("Author"): [shown_name(m, names) for m in shown],
            _("Network"): [kind_name(m.network) for m in shown],
            _("Who"): [", ".join([states[m.state], *(roles[r] for r in m.roles)]) for m in shown],
            _("Posts"): [m.posts for m in shown],
            _("Posts then"): [before.get((m.network, m.author), 0) for m in shown],
            _("Reach"): [m.drawn for m in shown],
            _("About us"): [m.about_us for m in shown],
            _("Negative"): [_share(m.negative, m.clear) for m in shown],
            _("Places"): [m.places for m in shown],
            _("Since"): [day(day_to_date(first_day_of_week(m.first_week))) for m in shown],
        },
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        key="people-table",
        column_config={
            _("Reach"): st.column_config.NumberColumn(help=_("Reactions, replies and shares that the posts drew.")),
            _("Negative"): st.column_config.TextColumn(
                help=_("Of the posts with a tone; under three of them nothing is said.")
            ),
            _("Since"): st.column_config.TextColumn(help=_("First week in the record.")),
        },
    )
    row = picked_row(event, len(shown))
    return None if row is None else shown[row]


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole >= 3 else "–"


def _one(member: Member, scope: Scope, names: bool) -> None:
    """One person: figures and the way to the posts."""
    with st.container(border=True, key="one-person"):
        st.header(escape(shown_name(member, names)), anchor=False)
        st.write(
            escape(
                _("{posts} in {weeks}, {roots} of their own and {replies}; they drew {drawn}.").format(
                    posts=n_("{n} post", "{n} posts", member.posts),
                    weeks=n_("{n} active week", "{n} active weeks", member.weeks),
                    roots=count(member.roots),
                    replies=n_("{n} reply", "{n} replies", member.replies),
                    drawn=n_("{n} reaction", "{n} reactions", member.drawn),
                )
            )
        )
        reasons = [state_help()[member.state], *(role_help()[role] for role in member.roles)]
        st.caption(" ".join(reasons))
        if st.button(_("Read the posts"), key="person-posts", type="tertiary", icon=":material/arrow_forward:"):
            wide = Scope(scope.since - timedelta(days=84), scope.until, author=member.author, kinds=(member.network,))
            open_page("mentions", **scope_to_parameters(wide, now().date()))


def as_csv(members: Sequence[Member], pseudonym: Callable[[str], str]) -> str:
    """Everybody in the table, under pseudonyms."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["author", "network", "state", "roles", "posts", "reach", "about_us", "for_us", "against_us", "places", "weeks"]
    )
    for m in members:
        writer.writerow(
            [
                pseudonym(m.author),
                m.network,
                m.state,
                " ".join(m.roles),
                m.posts,
                m.drawn,
                m.about_us,
                m.for_us,
                m.against_us,
                m.places,
                m.weeks,
            ]
        )
    return out.getvalue()
