"""The views of all topics: table and themes, map, over time, two periods, watched subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads.topics import TopicRow
from dashboard.state import now, parameter, set_parameter
from dashboard.views.page import TREND_COLOURS, back
from dashboard.views.posts import card, cards
from dashboard.words.labels import escape, trend_names
from dashboard.words.language import _, count, current, day, n_, percent
from dashboard.words.topics import change_sentence, edit_problem
from data.models import Scope, date_to_day
from data.scope import scope_to_parameters
from data.topics import edits as topic_edits
from data.topics import fits as topic_list_fits
from data.topics import watches
from insights.topics.trends import compare_periods

SHOWN_SERIES = 12


def views() -> dict[str, str]:
    return {
        "list": _("Topics"),
        "themes": _("Themes"),
        "map": _("Map"),
        "time": _("Over time"),
        "compare": _("Two periods"),
        "watched": _("Watched"),
    }


def open_topic(topic_id: int) -> None:
    set_parameter("topic", str(topic_id))
    set_parameter("page_topic", "")
    st.rerun()


def theme_names(rows: Sequence[TopicRow]) -> dict[int, str]:
    """Theme -> its name: those of its two largest topics."""
    members: dict[int, list[TopicRow]] = {}
    for row in rows:
        members.setdefault(row.topic.theme, []).append(row)
    return {theme: " · ".join(row.topic.label for row in found[:2]) for theme, found in members.items()}


def _growth(now_posts: int, before: int) -> int | None:
    return None if not before else round(100 * (now_posts - before) / before)


def _series_columns() -> dict[str, object]:
    return {
        "posts": st.column_config.NumberColumn(_("Posts"), width="small"),
        "growth": st.column_config.NumberColumn(
            _("Growth"), format="%+d %%", width="small", help=_("Against the equal period before.")
        ),
        "series": st.column_config.AreaChartColumn(_("Posts a day"), width="medium", y_min=0),
    }


def table(rows: Sequence[TopicRow]) -> None:
    """Topics, most posts first; a click opens one."""
    frame = pd.DataFrame(
        {
            "topic": [row.topic.label for row in rows],
            "trend": [trend_names()[row.topic.trend] for row in rows],
            "posts": [row.posts for row in rows],
            "growth": [_growth(row.posts, row.before) for row in rows],
            "series": [row.series for row in rows],
            "negative": [100 * row.negative / max(1, row.posts) for row in rows],
            "positive": [100 * row.positive / max(1, row.posts) for row in rows],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=min(760, 38 + 35 * max(1, len(frame))),
        column_config={
            "topic": st.column_config.TextColumn(_("Topic"), width="medium"),
            "trend": st.column_config.TextColumn(_("Trend"), width="small"),
            **_series_columns(),
            "negative": st.column_config.ProgressColumn(_("Negative"), format="%d %%", min_value=0, max_value=100),
            "positive": st.column_config.ProgressColumn(_("Positive"), format="%d %%", min_value=0, max_value=100),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"topic-table-{cache.revision()}-{parameter('theme')}",
        alt=_("Topics"),
    )
    st.caption(_("Click a row to open the topic. Names are made from the words typical of it; you can change them."))
    if event.selection.rows:
        open_topic(rows[event.selection.rows[0]].topic.id)


def themes(rows: Sequence[TopicRow]) -> None:
    """Topics joined to themes; a click shows the topics of one."""
    members: dict[int, list[TopicRow]] = {}
    for row in rows:
        members.setdefault(row.topic.theme, []).append(row)
    names = theme_names(rows)
    order = sorted(members, key=lambda theme: -sum(row.posts for row in members[theme]))
    frame = pd.DataFrame(
        {
            "theme": [names[theme] for theme in order],
            "topics": [len(members[theme]) for theme in order],
            "posts": [sum(row.posts for row in members[theme]) for theme in order],
            "growth": [
                _growth(sum(row.posts for row in members[theme]), sum(row.before for row in members[theme]))
                for theme in order
            ],
            "series": [[sum(v) for v in zip(*(row.series for row in members[t]), strict=True)] for t in order],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "theme": st.column_config.TextColumn(_("Theme"), width="large"),
            "topics": st.column_config.NumberColumn(_("Topics"), width="small"),
            **_series_columns(),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"theme-table-{cache.revision()}",
        alt=_("Themes"),
    )
    st.caption(_("A theme joins topics that are near in meaning, and is named after its two largest. Click to open."))
    if event.selection.rows:
        set_parameter("theme", str(order[event.selection.rows[0]]))
        set_parameter("view", "")
        st.rerun()


def topic_map(scope: Scope) -> None:
    """Posts in two dimensions; a box around some, or a click on one, opens them."""
    found = topic_reads.topic_map(scope.since, scope.until)
    if not found.marks:
        st.info(_("No post of this period has a place on the map yet."), icon=":material/map:")
        return
    event = st.altair_chart(
        charts.topic_map(found.marks, found.cells, topic=_("Topic"), others=_("Other topics"), posts=_("Posts")),
        width="stretch",
        on_select="rerun",
        selection_mode=["area", "mark"],
        key=f"map-{scope.since}-{scope.until}",
        alt=_("Map of posts by topic"),
    )
    words = n_("{n} post with a topic", "{n} posts with a topic", found.posts)
    if found.posts > len(found.marks):
        words += ", " + n_("of which {n} is drawn", "of which {n} are drawn", len(found.marks))
        words += _("; the grey ground shows all of them")
    st.caption(
        words
        + ". "
        + _("Posts that lie together speak of the same thing; the axes have no meaning of their own.")
        + " "
        + _("Drag a box around posts, or click one, to read them.")
    )
    selection = event.selection or {}
    box, marks = selection.get("area") or {}, selection.get("mark") or []
    if box.get("x") and box.get("y"):
        (left, right), (low, high) = sorted(box["x"]), sorted(box["y"])
        st.subheader(_("Posts in the box"), anchor=False)
        cards(replace(scope, area=(float(left), float(right), float(low), float(high))), "map")
    elif marks:
        st.subheader(_("The post that you clicked"), anchor=False)
        for post in post_reads.by_id((int(marks[0]["post"]),)):
            card(post, "mark")


def over_time(rows: Sequence[TopicRow], scope: Scope) -> None:
    """The largest topics side by side, on one scale."""
    step = 1 if scope.days <= 60 else 7
    shown = [row for row in rows if row.posts][:SHOWN_SERIES]
    first = date_to_day(scope.since)
    series = [[sum(row.series[i : i + step]) for i in range(0, len(row.series), step)] for row in shown]
    top = max((max(values) for values in series), default=1)
    st.caption(
        (_("Posts a day") if step == 1 else _("Posts a week"))
        + ". "
        + _("All charts have the same scale, so that they can be compared.")
    )
    for start in range(0, len(shown), 3):
        for column, row, values in zip(
            st.columns(3), shown[start : start + 3], series[start : start + 3], strict=False
        ):
            with column, st.container(border=True):
                if st.button(escape(row.topic.label), key=f"series-{row.topic.id}", type="tertiary"):
                    open_topic(row.topic.id)
                st.badge(trend_names()[row.topic.trend], color=TREND_COLOURS[row.topic.trend])
                st.altair_chart(
                    charts.small_chart(
                        [first + i * step for i in range(len(values))],
                        values,
                        top=max(1, top),
                        title=_("Posts"),
                        date_format="%d/%m" if current() == "fr" else "%b %d",
                    ),
                    width="stretch",
                    key=f"small-{row.topic.id}",
                    alt=row.topic.label,
                )


def compare(scope: Scope) -> None:
    """Which topics are new, gone, grew or shrank between an earlier period and the one that is shown."""
    before = scope.previous()
    chosen = st.date_input(
        _("Compare with"),
        (before.since, before.until),
        max_value=now().date(),
        key=f"compare-{scope.since}-{scope.until}",
        help=_("The period before, unless you choose other dates."),
    )
    if isinstance(chosen, tuple) and len(chosen) == 2:
        before = replace(scope, since=chosen[0], until=chosen[1])
    earlier = {r.topic.id: r for r in topic_reads.topic_rows(before.since, before.until, False)}
    later = {r.topic.id: r for r in topic_reads.topic_rows(scope.since, scope.until, False)}
    posts = {
        key: (earlier[key].posts if key in earlier else 0, later[key].posts if key in later else 0)
        for key in earlier.keys() | later.keys()
    }
    posts = {key: pair for key, pair in posts.items() if any(pair)}
    totals = (sum(a for a, _b in posts.values()), sum(b for _a, b in posts.values()))
    found = compare_periods(posts, totals, (before.days, scope.days))
    names = {
        "new": _("New"),
        "grew": _("Grew"),
        "same": _("As before"),
        "shrank": _("Shrank"),
        "gone": _("Gone"),
    }
    st.caption(
        _("{before} against {now}").format(
            before=f"{day(before.since)} – {day(before.until)}", now=f"{day(scope.since)} – {day(scope.until)}"
        )
        + " · "
        + " · ".join(f"{name}: {count(list(found.values()).count(key))}" for key, name in names.items())
    )
    order = sorted(posts, key=lambda key: (list(names).index(found[key]), -posts[key][1], -posts[key][0], key))
    rows = [later.get(key) or earlier[key] for key in order]
    frame = pd.DataFrame(
        {
            "change": [names[found[key]] for key in order],
            "topic": [row.topic.label for row in rows],
            "before": [posts[key][0] for key in order],
            "after": [posts[key][1] for key in order],
            "week_before": [round(posts[key][0] / before.days * 7, 1) for key in order],
            "week_after": [round(posts[key][1] / scope.days * 7, 1) for key in order],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=min(760, 38 + 35 * max(1, len(frame))),
        column_config={
            "change": st.column_config.TextColumn(_("Change"), width="small"),
            "topic": st.column_config.TextColumn(_("Topic"), width="large"),
            "before": st.column_config.NumberColumn(_("Posts then"), width="small"),
            "after": st.column_config.NumberColumn(_("Posts now"), width="small"),
            "week_before": st.column_config.NumberColumn(_("A week, then"), width="small", format="%.1f"),
            "week_after": st.column_config.NumberColumn(_("A week, now"), width="small", format="%.1f"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"compare-table-{cache.revision()}-{before.since}-{before.until}",
        alt=_("Two periods"),
    )
    st.caption(_("Grew and shrank: the topic's share of all posts and its pace both changed by half, beyond chance."))
    if event.selection.rows:
        key = order[event.selection.rows[0]]
        if key not in later:  # gone: open it where its posts are
            for name, value in scope_to_parameters(replace(before, topic=key), now().date()).items():
                set_parameter(name, value)
        open_topic(key)


def watched(scope: Scope) -> None:
    """Subjects in people's own words, and a form to add one."""
    with st.form("watch", border=True, clear_on_submit=True):
        words = st.text_input(
            _("Watch a subject"),
            max_chars=300,
            placeholder=_("accessibility of our app"),
            help=_("In your own words. Vigie finds posts near it in meaning, back in time and from now on."),
        )
        if st.form_submit_button(_("Watch"), icon=":material/visibility:") and words.strip():
            set_parameter("watch", str(watches.add_watch(cache.store(), words, now())))
            st.rerun()
    found = topic_reads.watched()
    if not found:
        st.caption(_("Nothing is watched yet."))
    for item in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            if st.button(escape(item.words), key=f"watch-{item.id}", type="tertiary", icon=":material/visibility:"):
                set_parameter("watch", str(item.id))
                st.rerun()
            if item.ready:
                here, _cards = post_reads.counted(replace(scope, watch=item.id))
                st.caption(n_("{n} post in this period", "{n} posts in this period", here))
            else:
                st.caption(_("Looking for its posts…"))


@st.fragment(run_every=2.0)
def _wait_for(watch_id: int) -> None:
    with cache.store().read() as connection:
        found = next((item for item in watches.watches(connection) if item.id == watch_id), None)
    if found is None or found.ready:
        st.rerun(scope="app")
    st.info(
        _("Looking for its posts. This takes half a minute; if nothing happens, run “python -m insights refresh”."),
        icon=":material/hourglass:",
    )


def one_watched(scope: Scope) -> None:
    """One subject: where the line is drawn, with what falls on each side, and its posts."""
    assert scope.watch is not None
    found = next((item for item in topic_reads.watched() if item.id == scope.watch), None)
    back(_("Watched"), "watch", key="back-watched", view="watched")
    if found is None:
        st.info(_("This subject is not watched any more."), icon=":material/search_off:")
        return
    st.header(escape(found.words), anchor=False)
    if not found.ready:
        _wait_for(found.id)
        return
    values = topic_reads.watch_similarities(found.id)
    with st.expander(_("How near must a post be?"), icon=":material/tune:"):
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        chosen = st.slider(
            _("Nearness"),
            round(max(0.0, low), 2),
            round(max(high, low + 0.02), 2),
            min(max(found.threshold, low), high),
            0.01,
            key=f"near-{found.id}-{cache.revision()}",
            help=_("Higher: fewer posts, closer to your words."),
        )
        inside = sum(value >= chosen for value in values)
        st.write(n_("{n} post falls in, over all time.", "{n} posts fall in, over all time.", inside))
        kept, left = topic_reads.around_threshold(found.id, chosen)
        first, second = st.columns(2)
        with first:
            st.caption(_("The last that fall in"))
            for post in kept:
                card(post, "in")
        with second:
            st.caption(_("The first that do not"))
            for post in left:
                card(post, "out")
        if st.button(_("Draw the line here"), key="draw-line", type="primary", disabled=chosen == found.threshold):
            watches.set_threshold(cache.store(), found.id, chosen)
            st.rerun()
        if st.button(_("Stop watching"), key="unwatch", icon=":material/visibility_off:"):
            watches.remove_watch(cache.store(), found.id)
            set_parameter("watch", "")
            set_parameter("view", "watched")
            st.rerun()
    summary = post_reads.summary(scope, None)
    posts, before = sum(d.posts for d in summary.days), sum(d.posts for d in summary.before)
    st.write(
        _("{now} in this period, {before} in the one before.").format(
            now=n_("{n} post", "{n} posts", posts), before=n_("{n} post", "{n} posts", before)
        )
    )
    st.altair_chart(
        charts.volume_chart(
            summary.days,
            [],
            posts=_("Posts"),
            title=_("Threshold"),
            expected=_("Usual"),
            date_format="%d/%m" if current() == "fr" else "%b %d",
        ),
        width="stretch",
        key=f"watch-volume-{found.id}",
        alt=_("Posts a day"),
    )
    cards(scope, "watch")


def language_note() -> None:
    """Say what the packaged English model cannot do, where there are French posts."""
    if topic_reads.topic_model() != "all-MiniLM-L6-v2":
        return
    today = now().date()
    french = post_reads.counted(Scope(date(today.year - 1, 1, 1), today, langs=("fr",)))[0]
    if french:
        st.caption(
            ":material/translate: "
            + _(
                "Posts are compared with a model made for English: French and English posts on the same thing stay in "
                "separate topics, and French ones are grouped less finely. docs/topics.md says how to add a model for "
                "both; until then, merge such topics by hand."
            )
        )


def recent_changes(rows: Sequence[TopicRow]) -> None:
    """What people changed last, each with the way back; and a new grouping on demand."""
    with st.expander(_("Changes and grouping"), icon=":material/history:"):
        labels = {row.topic.id: row.topic.label for row in rows}
        for change in topic_reads.changes(None):
            with st.container(horizontal=True, vertical_alignment="center"):
                name = labels.get(change.topic) or _("Topic {id}").format(id=change.topic)
                told = change_sentence(change, labels.get(change.other, str(change.other)))
                st.caption(f"{escape(day(change.at.date()))} · {escape(name)} · {escape(told)}")
                if change.undone:
                    st.badge(_("Undone"), color="gray")
                elif st.button(_("Undo"), key=f"undo-{change.id}", type="tertiary", icon=":material/undo:"):
                    try:
                        topic_edits.undo_change(cache.store(), change.id, now())
                    except topic_edits.EditError as error:
                        st.warning(edit_problem(error.code))
                    else:
                        st.rerun()
        placed = sum(row.posts for row in rows)
        st.caption(
            _(
                "New posts join the topics there are; all posts are grouped anew once a week. "
                "Names, links and changes stay."
            )
        )
        if placed and st.button(_("Group anew now"), key="refit", icon=":material/refresh:"):
            topic_list_fits.ask_refit(cache.store())
            st.toast(_("The next refresh groups all posts anew. Activity shows how far it is."))


def share_without_topic(rows: Sequence[TopicRow], scope: Scope) -> None:
    """Say how many posts of the period are in no topic."""
    total = sum(d.posts for d in post_reads.summary(scope, None).days)
    placed = sum(row.posts for row in rows)
    if total and placed < total:
        st.caption(
            _("{share} of the posts of this period are in no topic: they are like no others.").format(
                share=percent((total - placed) / total)
            )
        )
