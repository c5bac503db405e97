"""Who came to an event, and what they wrote: every number opens its posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from dashboard.charts.tools import tool_days
from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, parameter, picked_day, remember, remembered, set_parameter, shows
from dashboard.views.allowed import only
from dashboard.views.charts import show_chart
from dashboard.views.meanwhile import clicked, written
from dashboard.views.page import box_done, box_key, pager
from dashboard.views.posts import card
from dashboard.words.events.told import back_words, came, error_words, few_words, new_words, out_names
from dashboard.words.labels import escape
from dashboard.words.language import _, count, date_format, day, zone
from data.events import events
from data.events.attendance import Attendance
from data.events.entries import MOST, OUT, Entries, Entry
from data.events.events import Event, EventError
from data.models import Post
from data.scope import page_number

SIZE = 10
ALWAYS = {"in", "right", "answered", "waiting"}  # lists that are named when they are empty, too


def the_entries(one: Event) -> None:
    """Figures, each with its posts, and the posts of the one that is chosen."""
    entries = idea_reads.entries_of(one)
    st.header(_("Who came"), anchor=False)
    if not entries.all:
        st.info(_("Nothing entered yet, as far as the record goes."), icon=":material/hourglass_empty:")
        return
    if entries.more:
        st.warning(error_words("many") + " " + _("The first {number} are shown.").format(number=count(MOST)))
    hour = now().replace(minute=0, second=0, microsecond=0)
    came_here = idea_reads.attendance(one, entries.present, hour, zone())
    _told(one, entries, came_here)
    on = _by_day(one, came_here) if len(came_here.days) > 1 else None
    lists = _lists(one, entries, came_here)
    chosen = _choose(lists)
    days = {entry.post: entry.at.astimezone(zone()).date() for entry in entries.all}
    ids = [number for number in lists[chosen][1] if on is None or days.get(number, on) == on]
    _posts(one, entries, ids, chosen)


def _told(one: Event, entries: Entries, came_here: Attendance) -> None:
    if not came_here.people:
        return
    st.write(escape(came(came_here, len(entries.counted))))
    lines = [new_words(came_here, one), back_words(came_here, now())]
    if came_here.is_few:
        lines.append(few_words(came_here))
    for line in lines:
        st.caption(escape(line))


def _by_day(one: Event, came_here: Attendance) -> date | None:
    """Entries by day; the one that was clicked."""
    days, turn = came_here.days, f"event-days-{one.id}"
    picked = picked_day(
        show_chart(
            tool_days(days, posts=_("Posts"), date_format=date_format((days[-1][0] - days[0][0]).days)),
            width="stretch",
            on_select="rerun",
            selection_mode="day",
            key=f"event-by-day-{one.id}-{remembered(turn, 0)}",
            alt=_("Entries by day"),
        ),
        "day",
    )
    if picked is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escape(_("Of {day} alone.").format(day=day(picked))), width="content")
            if st.button(_("All days"), key="event-all-days", type="tertiary", icon=":material/close:"):
                remember(turn, int(remembered(turn, 0)) + 1)  # a chart anew, where no day is clicked
                st.rerun()
    return picked


def _lists(one: Event, entries: Entries, came_here: Attendance) -> dict[str, tuple[str, list[int]]]:
    """Name -> what a list of posts is called, and the posts."""
    lists = {"in": (_("Entries"), [entry.post for entry in entries.counted])}
    if one.judged:
        lists["right"] = (_("Right"), [entry.post for entry in entries.counted if entry.right])
        lists["wrong"] = (_("Not right"), [entry.post for entry in entries.counted if not entry.right])
    if one.kind == "qa":
        questions = tuple(entry for entry in entries.counted if entry.asks)
        answered = idea_reads.answers_to(questions)
        lists["answered"] = (_("Answered by us"), [entry.post for entry in questions if entry.post in answered])
        lists["waiting"] = (_("Not answered"), [entry.post for entry in questions if entry.post not in answered])
    lists["new"] = (_("Never seen before"), list(came_here.new))
    if came_here.back is not None:
        lists["back"] = (_("Came back"), list(came_here.back))
    for reason in OUT:
        lists[reason] = (out_names()[reason], [entry.post for entry in entries.left_out(reason)])
    return {name: held for name, held in lists.items() if held[1] or name in ALWAYS}


def _choose(lists: dict[str, tuple[str, list[int]]]) -> str:
    asked = parameter("shown") if parameter("shown") in lists else "in"
    chosen = st.pills(
        _("Posts"),
        list(lists),
        label_visibility="collapsed",
        format_func=lambda name: f"{escape(lists[name][0])} {count(len(lists[name][1]))}",
        required=True,
        **shows("event-shown", asked),
    )
    if chosen != asked:
        set_parameter("shown", chosen if chosen != "in" else "")
        set_parameter("page_entries", "")
        st.rerun()
    return asked


def _posts(one: Event, entries: Entries, ids: list[int], chosen: str) -> None:
    pages = max(1, -(-len(ids) // SIZE))
    number = page_number(parameter("page_entries"), pages)
    held = {entry.post: entry for entry in entries.all}
    reasons = {(out.kind, out.author): out.reason for out in idea_reads.exclusions(one.id)}
    answered = (
        idea_reads.answers_to(tuple(entry for entry in entries.counted if entry.asks)) if one.kind == "qa" else {}
    )
    shown = ids[(number - 1) * SIZE : number * SIZE]
    answers = {post.id: post for post in post_reads.by_id(tuple(answered[i] for i in shown if i in answered))}
    for post in post_reads.by_id(tuple(shown)):
        entry = held.get(post.id)
        if entry is not None and entry.out == "excluded":
            st.caption(escape(_("Left out: {reason}").format(reason=reasons.get(entry.person, ""))))
        card(post, f"event-{chosen}", actions=_actions(one, entry))
        answer = answers.get(answered.get(post.id, 0))
        if answer is not None:
            with st.expander(_("Our answer"), icon=":material/reply:"):
                card(answer, f"event-answer-{post.id}")
    pager("page_entries", number, pages)


def _actions(one: Event, entry: Entry | None) -> Callable[[Post, str], None] | None:
    if entry is None or entry.out in {"ours", "removed", "nameless"}:
        return None

    def draw(post: Post, key: str) -> None:
        if entry.out == "excluded":
            st.button(
                _("Let in again"),
                key=f"{key}-in-{post.id}",
                type="tertiary",
                icon=":material/undo:",
                on_click=clicked,
                args=(events.readmit, cache.store(), one.id, entry.kind, entry.author),
                **only(events.readmit),
            )
            return
        if one.judged:
            words, value, icon = (
                (_("This is wrong"), "wrong", ":material/close:")
                if entry.right
                else (_("This is right"), "right", ":material/check:")
            )
            st.button(
                words,
                key=f"{key}-mark-{post.id}",
                type="tertiary",
                icon=icon,
                on_click=clicked,
                args=(events.mark, cache.store(), one.id, [post.id], value),
                **only(events.mark),
            )
        _leave_out(one, entry, key)

    return draw


def _leave_out(one: Event, entry: Entry, key: str) -> None:
    name = f"{key}-out-{entry.post}"
    with (
        st.popover(_("Leave out"), type="tertiary", icon=":material/person_off:", key=box_key(name)),
        st.form(name, border=False),
    ):
        st.caption(escape(_("All that {name} entered here. The reason is kept.").format(name=entry.author)))
        reason = st.text_input(_("Why"), max_chars=500)
        if not st.form_submit_button(_("Leave out"), **only(events.exclude)):
            return
        try:
            done = written(events.exclude, cache.store(), one.id, entry.kind, entry.author, reason, now())
        except EventError as error:
            st.warning(error_words(error.code))
            return
        if done:
            box_done(name, _("Left out, with the reason."))
