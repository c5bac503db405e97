"""The course of an event: its beginning, how it spread, who carried it, what was asked of us, what we answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from dashboard import alert_views, queries, reputation_charts
from dashboard.components import back, card, escape, key_url, open_page
from dashboard.language import _, count, current, lasting, moment, n_, zone
from dashboard.state import now, parameter, set_parameter
from data.alerts import Alert
from data.models import Scope
from data.quotes import passage
from insights.crisis import Course, EventPost, Step, course_of

STEPS = 40  # shown in a timeline
QUOTED = 600  # characters of a post in the timeline


def step_names() -> dict[str, str]:
    return {
        "origin": _("It begins"),
        "crossing": _("It reaches another place"),
        "relay": _("It is copied"),
        "loud": _("A loud post"),
        "asked": _("First thing asked of us"),
        "answer": _("We speak"),
    }


ICONS = {
    "origin": ":material/flag:", "crossing": ":material/call_split:", "relay": ":material/repeat:",
    "loud": ":material/volume_up:", "asked": ":material/help:", "answer": ":material/reply:",
}  # fmt: skip


def show(alert_id: int) -> None:
    """An alert's event, up to the moment that the slider names."""
    url, revision = key_url(), queries.revision()
    back(_("All alerts"), "alert", "until", key="all-alerts")
    found = queries.one_alert(alert_id, url, revision)
    if found is None:
        st.info(_("This alert does not exist any more."), icon=":material/search_off:")
        return
    alert_views.heading(found)
    posts = queries.event_posts(alert_id, url, revision)
    if not posts:
        with st.container(horizontal=True):
            alert_views.buttons(found)
        st.caption(_("Its posts are no longer here."))
        return
    until = _replay(posts)
    course = course_of(posts, until)
    names = parameter("names") == "yes"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        alert_views.buttons(found)
        wanted = st.toggle(_("With authors' names"), names, help=_("Otherwise each author has a stable pseudonym."))
        st.download_button(
            _("Export as a page"), as_page(found, course, names=names), f"vigie-event-{alert_id}.html",
            "text/html", icon=":material/download:", type="tertiary", key="export-event",
        )  # fmt: skip
    if wanted != names:
        set_parameter("names", "yes" if wanted else "")
        st.rerun()
    _figures(course)
    answers = [
        p.at.astimezone(zone()).replace(tzinfo=None) for p in posts if p.by_us and (until is None or p.at <= until)
    ]
    hours = [(h.astimezone(zone()).replace(tzinfo=None), a, b, c) for h, a, b, c in course.hours]
    st.altair_chart(
        reputation_charts.course_chart(
            hours, until, answers, posts=_("Posts"), negative=_("Negative"), others=_("Others"), answer=_("We speak"),
            moment_format="%d/%m %H:%M" if current() == "fr" else "%b %d, %H:%M",
        ),
        width="stretch", key="course", alt=_("Posts an hour"),
    )  # fmt: skip
    if answers:
        st.caption(_("A blue line is a post of ours."))
    left, right = st.columns([3, 2])
    with left:
        _timeline(course, names, url, revision)
    with right:
        _carriers(course, names)
        _asked(course, names, url, revision)


def _replay(posts: list[EventPost]) -> datetime | None:
    """The moment up to which the event is shown, None for all of it."""
    first, last = posts[0].at, posts[-1].at
    total = max(1, int((last - first).total_seconds() // 3_600) + 1)
    if total < 2:
        return None
    hour = st.slider(
        _("Replay: hours since it began"), 1, total, total, key="replay",
        help=_("Shows the event as it stood then."),
    )  # fmt: skip
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


def _author(post: EventPost, names: bool) -> str:
    if not post.author:
        return _("no name given")
    return post.author if names or post.by_us else queries.pseudonym_of(post.author)


def step_words(step: Step, names: bool) -> str:
    """A step of the timeline without its post."""
    words = step_names()[step.kind]
    if step.kind == "crossing":
        words = _("It reaches {place}").format(place=step.post.place)
    elif step.kind == "relay":
        words = _("Copied in {place}, from {other}").format(place=step.post.place, other=step.other)
    named = step.kind in {"crossing", "relay"}  # the place is told already
    parts = [words, _author(step.post, names), *([] if named else [step.post.place]), moment(step.post.at)]
    return " · ".join(parts)


def _timeline(course: Course, names: bool, url: str, revision: int) -> None:
    st.subheader(_("How it went"), anchor=False)
    shown = course.steps[:STEPS]
    held = {p.id: p for p in queries.by_id(tuple(s.post.id for s in shown), url, revision)}
    for place, step in enumerate(shown):
        st.markdown(f"{ICONS[step.kind]} {escape(step_words(step, names))}")
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
    st.subheader(_("Who carried it"), anchor=False)
    if not course.carriers:
        st.caption(_("No author is named."))
        return
    rows = [(c.author if names else queries.pseudonym_of(c.author), c) for c in course.carriers]
    st.dataframe(
        {
            _("Author"): [name for name, _c in rows],
            _("Posts"): [c.posts for _n, c in rows],
            _("Drew"): [c.drawn for _n, c in rows],
            _("Places"): [c.places for _n, c in rows],
        },
        hide_index=True, width="stretch",
        column_config={
            _("Drew"): st.column_config.NumberColumn(help=_("Reactions, replies and shares of these posts."))
        },
    )  # fmt: skip


def _asked(course: Course, names: bool, url: str, revision: int) -> None:
    st.subheader(_("What was asked of us"), anchor=False)
    if not course.asked:
        st.caption(_("Nothing was asked of us."))
        return
    st.caption(n_("{n} question or complaint", "{n} questions and complaints", len(course.asked)))
    for post in queries.by_id(course.asked[:3], url, revision):
        card(post if names else replace(post, author=queries.pseudonym_of(post.author)), "asked-of-us")


def as_page(alert: Alert, course: Course, *, names: bool) -> str:
    """The event as one page of HTML without scripts, for those who were not there."""
    from dashboard import freeze, sections
    from dashboard.document_html import as_html

    at = now()
    scope = Scope(alert.began_at.date(), max(alert.began_at, alert.last_at).date())
    frame = sections.Frame(scope, sections.own_brand(), "names" if names else "pseudonyms", at)
    section = freeze.event_section(frame, alert, course)
    return as_html(freeze.assembled(frame, section.title, [section]))
