"""One new tool: what people say it is, where it came from and went, what it is compared with, what to do with it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.charts.tools import tool_days
from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import tools as tool_reads
from dashboard.state import now, picked_day
from dashboard.views.allowed import may, only, plain_callback, why_not
from dashboard.views.charts import show_chart
from dashboard.views.meanwhile import Opened, clicked, opened, saved, tell
from dashboard.views.mentions.triage import me
from dashboard.views.page import Colour, back, box_done, box_key, open_mentions
from dashboard.views.passages import quoted_words
from dashboard.views.posts import SENTIMENT_COLOURS, cards
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import _, count, date_format, day, moment, n_, percent
from dashboard.words.tools import cue_names, decision_names, momentum_words, reach_words, stage_help, stage_names
from data.models import SENTIMENTS, date_to_day, day_to_date, web_link
from data.scope import Scope
from data.tools.listing import NOTE_LIMIT, Tool, change_tool
from insights.reputation.estimates import wilson

BADGE_OF_STAGE: dict[str, Colour] = {
    "sighted": "gray",
    "picked": "blue",
    "discussed": "violet",
    "adopted": "green",
    "contested": "red",
}
PLACES = 8  # places that are named


def show(tool_id: int, scope: Scope) -> None:
    """The whole page."""
    back(_("All new tools"), "tool", "page_tool", key="all-tools")
    item = tool_reads.one_tool(tool_id, scope.until)
    if item is None or item.state != "shown":
        st.info(_("This tool is not among the new ones any more."), icon=":material/search_off:")
        return
    _heading(item)
    _decide(item)
    left, right = st.columns([3, 2])
    with left:
        _definition(item)
        _over_time(item, scope)
    with right:
        _tone(item)
        _beside(item)
        _spread(item)
    st.header(_("Posts that name it"), anchor=False)
    whole = Scope(item.first_at.date() - timedelta(days=1), max(scope.until, item.last_at.date()), tool=item.id)
    cards(whole, "tool", folded=False)


def _heading(item: Tool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(escape(item.name), anchor=False, width="content")
        st.badge(stage_names()[item.stage], color=BADGE_OF_STAGE[item.stage], help=stage_help()[item.stage])
        names = cue_names()
        told = ", ".join(names[cue] for cue in sorted(item.story.cues) if cue in names and cue != "named")
        st.badge(
            _("{share} sure it is a tool").format(share=percent(min(0.99, item.evidence))),
            color="gray",
            help=_("What tells: {cues}.").format(cues=told or "…"),
        )
        if item.decision:
            st.badge(decision_names()[item.decision], color="violet")
        if item.to_test:
            st.badge(_("To test"), color="orange")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    first = _("First seen on {moment}").format(moment=moment(item.first_at))
    st.caption(escape(" · ".join((first, reach_words(item), momentum_words(item)))))
    promoter = item.story.promoter
    if promoter is not None:
        st.warning(
            _("Promotion: {name} wrote {n} of the {total} posts that name it.").format(
                name=escape(promoter.author), n=count(promoter.posts), total=count(item.posts)
            ),
            icon=":material/campaign:",
        )


@plain_callback
def _change(tool_id: int, field: str, value: str, seen: str) -> None:
    """Meant for `on_click`: what was seen is what the page that was clicked showed."""
    clicked(change_tool, cache.store(), tool_id, field, value, seen)


def _decide(item: Tool) -> None:
    """Follow, ignore, known already, to test, assign, note."""
    tell()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _decisions(item)
        test = st.toggle(_("To test"), item.to_test, key=f"test-{item.id}-{item.to_test}", **only(change_tool))
        if test != item.to_test:
            _change(item.id, "to_test", "yes" if test else "", "yes" if item.to_test else "")
            st.rerun()
        assigning, noting = f"assign-{item.id}", f"note-{item.id}"
        words = escape(item.assigned) or _("Assign")
        with st.popover(words, icon=":material/person_add:", key=box_key(assigning)):
            _assign(item, assigning)
        with st.popover(_("Note"), icon=":material/edit_note:", key=box_key(noting)):
            _note(item, noting)
    if item.note:
        st.text(item.note)


def _decisions(item: Tool) -> None:
    buttons = {
        "follow": (_("Follow"), ":material/bookmark_add:", _("It stays in view in every period.")),
        "ignore": (_("Ignore"), ":material/visibility_off:", _("It leaves the radar.")),
        "known": (_("Known already"), ":material/history:", _("It is not new to you: it leaves the radar.")),
    }
    for value, (words, icon, told) in buttons.items():
        chosen = item.decision == value
        st.button(
            decision_names()[value] if chosen else words,
            key=f"decide-{value}",
            icon=icon,
            help=why_not(change_tool) or told,
            type="primary" if chosen else "secondary",
            on_click=_change,
            args=(item.id, "decision", "" if chosen else value, item.decision),
            disabled=not may(change_tool),
        )


def _note(item: Tool, box: str) -> None:
    form = opened(f"tool-note-{item.id}", item.note)
    with st.form(form.key(box), border=False):
        note = st.text_area(_("Note"), form.shown, max_chars=NOTE_LIMIT, key=form.key(f"note-words-{item.id}"))
        kept = st.form_submit_button(_("Save"), key="save-note", **only(change_tool))
    if kept and saved(form, lambda seen: change_tool(cache.store(), item.id, "note", note, seen)):
        box_done(box, _("Saved."))


def _assign(item: Tool, box: str) -> None:
    opens = opened(f"tool-assigned-{item.id}", item.assigned)
    with st.form(opens.key(box), border=False):
        name = _person(opens)
        kept = st.form_submit_button(_("Save"), key="save-assigned", **only(change_tool))
    if kept and saved(opens, lambda seen: change_tool(cache.store(), item.id, "assigned", name, seen)):
        box_done(box, _("Saved."))


def _person(form: Opened[str]) -> str:
    name = st.selectbox(
        _("To whom"),
        list(dict.fromkeys([form.shown, me(), *inbox_reads.people()])),
        accept_new_options=True,
        key=form.key(form.name),
        format_func=lambda n: n or _("Nobody"),
    )
    return str(name or "")


def _definition(item: Tool) -> None:
    st.header(_("What it is, in their words"), anchor=False)
    definition = tool_reads.definitions([item]).get(item.id)
    if definition is None:
        st.caption(_("Nobody has said what it is yet."))
    else:
        quoted_words(definition.words, definition.post)


def _over_time(item: Tool, scope: Scope) -> None:
    counted = dict(tool_reads.posts_a_day(item.id))
    first, last = min(counted, default=0), max([*counted, date_to_day(scope.until)])
    step = 1 if last - first <= 62 else 7
    rows = [
        (day_to_date(start), sum(counted.get(start + n, 0) for n in range(step)))
        for start in range(first, last + 1, step)
    ]
    st.header(_("Posts a day") if step == 1 else _("Posts a week"), anchor=False)
    event = show_chart(
        tool_days(rows, posts=_("Posts"), date_format=date_format(last - first)),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="tool-days",
        alt=_("Posts over time"),
    )
    start = picked_day(event, "day")
    if start is not None:
        open_mentions(start, start + timedelta(days=step - 1), tool=str(item.id))


def _tone(item: Tool) -> None:
    st.header(_("Tone"), anchor=False)
    total = max(1, item.negative + item.neutral + item.positive + item.unsure)
    with st.container(horizontal=True, gap="small"):
        for name in SENTIMENTS:
            number = getattr(item, name)
            if number:
                st.badge(f"{sentiment_names()[name]} {count(number)}", color=SENTIMENT_COLOURS[name])
    value = wilson(item.negative, total)
    st.caption(
        _("Of the sentences that name it, {share} are negative, between {low} and {high}.").format(
            share=percent(value.value), low=percent(value.low), high=percent(value.high)
        )
    )


def _beside(item: Tool) -> None:
    st.header(_("Named beside it"), anchor=False)
    if not item.story.alternatives:
        st.caption(_("No alternative was named yet."))
    for other in item.story.alternatives:
        if st.button(
            f"{escape(other.name)} · {n_('{n} post', '{n} posts', other.posts)}",
            key=f"beside-{other.name}",
            type="tertiary",
            icon=":material/compare_arrows:",
        ):
            until = max(now().date(), item.last_at.date())
            open_mentions(item.first_at.date(), until, tool=str(item.id), q=f'"{other.name}"')
    for link in item.story.links:
        if web_link(link.address):
            st.link_button(escape(link.address[:80]), link.address, type="tertiary", icon=":material/link:")


def _spread(item: Tool) -> None:
    st.header(_("How it spread"), anchor=False)
    st.caption(n_("{n} person says that they use it", "{n} people say that they use it", item.story.users))
    for arrival in item.story.arrivals[:PLACES]:
        words = n_("{n} day later", "{n} days later", arrival.days) if arrival.days else _("first")
        st.markdown(f"- {escape(arrival.place)} · {words}")
    st.caption(_("Last named on {day}.").format(day=day(item.last_at.date())))
