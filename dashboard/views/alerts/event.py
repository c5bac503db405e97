"""The course of an event: its beginning, how it spread, who carried it, what was asked of us, what we answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.documents.alerts import event_section
from dashboard.documents.frame import Frame, own_brand
from dashboard.documents.of_page import assembled
from dashboard.files.html import as_html
from dashboard.reads import alerts as alert_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.alerts import all as alert_views
from dashboard.views.charts import show_chart
from dashboard.views.page import back, open_page
from dashboard.views.posts import card
from dashboard.words.alerts import step_words
from dashboard.words.labels import escape
from dashboard.words.language import _, count, date_format, lasting, n_, zone
from data.alerts.alerts import Alert
from data.posts.quotes import passage
from data.scope import Scope
from insights.alerts.course import Course, EventPost, course_of

STEPS = 40  # shown in a timeline
QUOTED = 600  # characters of a post in the timeline
ICONS = {
    "origin": ":material/flag:",
    "crossing": ":material/call_split:",
    "relay": ":material/repeat:",
    "loud": ":material/volume_up:",
    "asked": ":material/help:",
    "answer": ":material/reply:",
}


def show(alert_id: int) -> None:
    """An alert's event, up to the moment that the slider names."""
    back(_("All alerts"), "alert", "until", key="all-alerts")
    alert = alert_reads.one_alert(alert_id)
    if alert is None:
        st.info(_("This alert does not exist any more."), icon=":material/search_off:")
        return
    alert_views.heading(alert)
    posts = alert_reads.event_posts(alert_id)
    if not posts:
        with st.container(horizontal=True):
            alert_views.buttons(alert)
        st.caption(_("Its posts are no longer here."))
        return
    until = _replay(posts)
    course = course_of(posts, until)
    names = parameter("names") == "yes"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        alert_views.buttons(alert)
        wanted = st.toggle(_("With authors' names"), names, help=_("Otherwise each author has a stable pseudonym."))
        st.download_button(
            _("Export as a page"),
            _as_page(alert, course, names=names),
            f"vigie-event-{alert_id}.html",
            "text/html",
            icon=":material/download:",
            type="tertiary",
            key="export-event",
        )
    if wanted != names:
        set_parameter("names", "yes" if wanted else "")
        st.rerun()
    _figures(course)
    _chart(course, [p.at for p in posts if p.by_us and (until is None or p.at <= until)], until)
    left, right = st.columns([3, 2])
    with left:
        _timeline(course, names)
    with right:
        _carriers(course, names)
        _asked(course, names)


def _replay(posts: list[EventPost]) -> datetime | None:
    """The moment up to which the event is shown, None for all of it."""
    first, last = posts[0].at, posts[-1].at
    total = max(1, int((last - first).total_seconds() // 3_600) + 1)
    if total < 2:
        return None
    hour = st.slider(
        _("Replay: hours since it began"),
        1,
        total,
        total,
        key="replay",
        help=_("Shows the event as it stood then."),
    )
    if hour == total:
        return None
    return first + timedelta(hours=hour)


def _figures(course: Course) -> None:
    columns = st.columns(4)
    told = (
        (_("Posts"), count(course.posts)),
        (_("People"), count(course.authors)),
        (_("Places"), count(course.places)),
        (
            _("Our first answer"),
            lasting(course.first_answer.total_seconds()) if course.first_answer is not None else _("none yet"),
        ),
    )
    for column, (label, value) in zip(columns, told, strict=True):
        with column:
            st.metric(label, value, border=True)


def _chart(course: Course, answers: list[datetime], until: datetime | None) -> None:
    """Posts an hour, as clocks here show them; a line for each post of ours."""

    def here(at: datetime) -> datetime:
        return at.astimezone(zone()).replace(tzinfo=None)

    show_chart(
        reputation_charts.course_chart(
            [(here(hour), posts, negative, ours) for hour, posts, negative, ours in course.hours],
            until,
            [here(at) for at in answers],
            posts=_("Posts"),
            negative=_("Negative"),
            others=_("Others"),
            answer=_("We speak"),
            moment_format=f"{date_format()} %H:%M",
        ),
        width="stretch",
        key="course",
        alt=_("Posts an hour"),
    )
    if answers:
        st.caption(_("A blue line is a post of ours."))


def _named(author: str, names: bool) -> str:
    return author if names or not author else post_reads.pseudonym_of(author)


def _timeline(course: Course, names: bool) -> None:
    st.header(_("How it went"), anchor=False)
    shown = course.steps[:STEPS]
    held = {p.id: p for p in post_reads.by_id(tuple(s.post.id for s in shown))}
    for place, step in enumerate(shown):
        author = _named(step.post.author, names or step.post.by_us)
        st.markdown(f"{ICONS[step.kind]} {escape(step_words(step, author))}")
        post = held.get(step.post.id)
        if post is None:
            continue
        if step.kind in {"origin", "answer"}:
            with st.container(border=True, key=f"step-{place}"):
                st.text(passage(post.plain, stop=QUOTED))
                if post.is_demo:
                    st.badge(_("Demo"), color="violet")
                if st.button(_("Its thread"), key=f"step-thread-{place}", type="tertiary"):
                    open_page("mentions", post=str(post.id))
        else:
            with st.expander(_("Read it")):
                st.text(passage(post.plain, stop=QUOTED))
    if len(course.steps) > STEPS:
        st.caption(n_("{n} later step", "{n} later steps", len(course.steps) - STEPS))


def _carriers(course: Course, names: bool) -> None:
    st.header(_("Who carried it"), anchor=False)
    if not course.carriers:
        st.caption(_("No author is named."))
        return
    rows = [(_named(c.author, names), c) for c in course.carriers]
    st.dataframe(
        {
            _("Author"): [name for name, _c in rows],
            _("Posts"): [c.posts for _n, c in rows],
            _("Drew"): [c.drawn for _n, c in rows],
            _("Places"): [c.places for _n, c in rows],
        },
        hide_index=True,
        width="stretch",
        column_config={
            _("Drew"): st.column_config.NumberColumn(help=_("Reactions, replies and shares of these posts."))
        },
    )


def _asked(course: Course, names: bool) -> None:
    st.header(_("What was asked of us"), anchor=False)
    if not course.asked:
        st.caption(_("Nothing was asked of us."))
        return
    st.caption(n_("{n} question or complaint", "{n} questions and complaints", len(course.asked)))
    for post in post_reads.by_id(course.asked[:3]):
        card(post if names else replace(post, author=post_reads.pseudonym_of(post.author)), "asked-of-us")


def _as_page(alert: Alert, course: Course, *, names: bool) -> str:
    """The event as one page of HTML without scripts, for those who were not there."""
    at = now()
    scope = Scope(alert.began_at.date(), max(alert.began_at, alert.last_at).date())
    frame = Frame(scope, own_brand(), "names" if names else "pseudonyms", at)
    section = event_section(frame, alert, course)
    return as_html(assembled(frame, section.title, [section]))
