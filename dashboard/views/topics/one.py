"""One topic: why it moves, who says it, its passport, its sub-topics, and what people can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads.topics import TopicRow
from dashboard.state import now, only_day, picked_day, set_parameter
from dashboard.views.allowed import may, only, plain_view, why_not
from dashboard.views.charts import show_chart
from dashboard.views.ideas import model_wording as model_views
from dashboard.views.meanwhile import opened, saved
from dashboard.views.page import TREND_COLOURS, back, blind_spots, box_done, box_key, open_page
from dashboard.views.posts import card, cards, voice_balance
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import _, current, date_format, day, moment, n_, percent
from dashboard.words.topics import called, change_sentence, edit_problem, trend_code, trend_sentence, trend_word
from data.models import Part, Topic, TopicChange, day_to_date
from data.scope import Scope, scope_to_parameters
from data.topics import edits as topic_edits
from insights.pipeline.trends import tell_trends

SPLIT_POSTS = 200


def open_topic(topic_id: int) -> None:
    set_parameter("topic", str(topic_id))
    set_parameter("page_topic", "")
    st.rerun()


def asked_topic(rows: Sequence[TopicRow], scope: Scope) -> bool:
    """The topic that the URL names, or the one that it became; False where it has no post in this period."""
    row = next((row for row in rows if row.topic.id == scope.topic), None)
    if row is not None:
        _one_topic(row, rows, scope)
        return True
    gone = topic_reads.one_topic(scope.topic or 0)
    onward = (gone.merged_into or gone.became) if gone is not None else None
    if onward is not None:
        set_parameter("topic", str(onward))
        st.rerun()
    st.info(_("This topic has no post in this period, or does not exist any more."), icon=":material/search_off:")
    return False


def _one_topic(row: TopicRow, rows: Sequence[TopicRow], scope: Scope) -> None:
    """The whole page of one topic."""
    topic = row.topic
    here = replace(scope, part=None)
    back(_("All topics"), "topic", "part", "page_topic", key="back")
    _head(row, here)
    voices = post_reads.voices(here)
    voice_balance(voices, **scope_to_parameters(replace(here, sources=()), now().date()))
    if not scope.sources:
        blind_spots(replace(here, topic=None, sources=tuple(source for source, _title, _number in voices.sources)))
    parts = topic_reads.parts(topic.id, scope.since, scope.until)
    _edit(topic, rows, parts, here)
    _by_a_model(topic, here)
    _merged(topic)
    if topic.terms:
        st.subheader(_("Its words"), anchor=False)
        for terms in topic.name.words_in(current()) or (topic.terms,):
            with st.container(horizontal=True, gap="small"):
                for term in terms:
                    st.badge(escape(term), color="gray")
    _passport(topic, rows)
    _its_posts(topic, replace(here, part=_sub_topics(parts, scope)))


def _head(row: TopicRow, scope: Scope) -> None:
    """Its name, why it has its trend, and its figures."""
    topic, names = row.topic, sentiment_names()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape(called(topic.name)), anchor=False, width="content")
        st.badge(trend_word(topic.trend, row.facts), color=TREND_COLOURS[trend_code(topic.trend, row.facts)])
        if topic.hidden:
            st.badge(_("Hidden"), color="gray")
        if topic.noise:
            st.badge(_("Noise"), color="gray")
    _trend(row, scope)
    figures = [
        n_("{n} post in this period", "{n} posts in this period", row.posts),
        f"{names['negative']} {percent(row.negative / max(1, row.posts))}",
        f"{names['positive']} {percent(row.positive / max(1, row.posts))}",
    ]
    st.caption(" · ".join(escape(figure) for figure in figures))


def _its_posts(topic: Topic, scope: Scope) -> None:
    """Posts a day, typical posts, and all of them, or those of the day that was clicked."""
    st.subheader(_("Posts a day"), anchor=False)
    chart = show_chart(
        charts.volume_chart(
            post_reads.summary(scope, None).days,
            [],
            posts=_("Posts"),
            title=_("Threshold"),
            expected=_("Usual"),
            date_format=date_format(scope.days),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key=f"topic-volume-{topic.id}-{scope.part}",
        alt=_("Posts a day"),
    )
    picked = picked_day(chart, "day")
    central = topic_reads.typical(topic, scope.since, scope.until, 3) if picked is None and scope.part is None else []
    if central:
        st.subheader(_("Typical posts"), anchor=False)
        st.caption(_("The posts closest to the centre of the topic, word for word."))
        for post in post_reads.by_id(tuple(central)):
            card(post, "typical")
    st.subheader(_("All its posts") if picked is None else _("Posts of {day}").format(day=day(picked)), anchor=False)
    cards(only_day(scope, picked), "topic")


def _trend(row: TopicRow, scope: Scope) -> None:
    """Why it has its trend, and the posts which that sentence counts."""
    facts = row.facts
    if facts is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(escape(trend_sentence(facts)))
        today = now().date()
        last = day_to_date(facts.until) if facts.until else today
        recent = replace(scope, since=last - timedelta(days=facts.recent_days - 1), until=last)
        if facts.recent and st.button(
            _("Read them"), key="read-recent", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_page("mentions", **scope_to_parameters(recent, today))


def _sub_topics(parts: Sequence[Part], scope: Scope) -> int | None:
    """Buttons that narrow the posts below to one sub-topic."""
    if len(parts) < 2:
        return None
    st.subheader(_("Within it"), anchor=False)
    labels = {part.number: f"{part.label} ({part.posts})" for part in parts}
    chosen = st.pills(
        _("Within it"),
        list(labels),
        default=scope.part if scope.part in labels else None,
        format_func=lambda number: escape(labels[number]),
        label_visibility="collapsed",
        key=f"parts-{scope.topic}-{scope.part}",
    )
    if chosen != scope.part:
        set_parameter("part", "" if chosen is None else str(chosen))
        set_parameter("page_topic", "")
        st.rerun()
    return int(chosen) if chosen is not None else None


def _passport(topic: Topic, rows: Sequence[TopicRow]) -> None:
    """Where the topic comes from and what became of it."""
    with st.expander(_("Passport"), icon=":material/badge:"):
        _origin(topic)
        months = topic_reads.topic_months(topic.id)
        if len(months) > 1:
            show_chart(charts.months_chart(months, posts=_("Posts")), width="stretch", alt=_("Posts a month"))
        labels = {row.topic.id: called(row.topic.name) for row in rows}
        for change in topic_reads.changes(topic.id):
            _change(change, topic, labels)


def _origin(topic: Topic) -> None:
    """When and how it came to be, and how its words changed since."""
    facts = []
    if topic.first_seen:
        facts.append(_("First post on {day}").format(day=day(topic.first_seen.date())))
    facts.append(_("Named by a person") if topic.named_by == "person" else _("Named from its words"))
    made = {"theme": _("Found as it began"), "person": _("Made by a person")}
    facts.append(made.get(topic.made_by, _("Found when all posts were grouped")))
    facts.append(_("Number {id}, for life").format(id=topic.id))
    st.caption(" · ".join(escape(fact) for fact in facts))
    gone = [word for word in topic.first_terms if word not in topic.terms]
    come = [word for word in topic.terms if word not in topic.first_terms]
    if topic.first_terms and gone:
        st.caption(_("Its words at first: {words}").format(words=escape(", ".join(topic.first_terms))))
        st.caption(_("Words that came since: {words}").format(words=escape(", ".join(come))))


def _change(change: TopicChange, topic: Topic, labels: dict[int, str]) -> None:
    """A line of the passport, with the way to the other topic of the change."""
    mine = change.topic == topic.id
    other = change.other if mine else change.topic
    kin = topic_reads.one_topic(other) if other else None
    name = labels.get(other) or (called(kin.name) if kin else "")
    if mine:
        told = change_sentence(change, name)
    else:
        words = _("“{name}” came out of it") if change.kind == "split" else _("“{name}” went into it")
        told = words.format(name=name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{escape(moment(change.at))} · {escape(told)}")
        if change.undone:
            st.badge(_("Undone"), color="gray")
        elif kin is not None and st.button(
            _("Open"), key=f"kin-{change.id}", type="tertiary", icon=":material/arrow_forward:"
        ):
            set_parameter("topic", str(other))
            st.rerun()


def _by_a_model(topic: Topic, scope: Scope) -> None:
    """A summary, and a name to take over by hand, by the language model where one is set."""
    posts = post_reads.some_posts(scope, 20)
    lang = max(("en", "fr"), key=lambda code: sum(post.lang == code for post in posts))
    for task, words in (("summary", _("Sum up with the model")), ("topic", _("Suggest a name with the model"))):
        written = model_views.ask(task, str(topic.id), posts, lang, called(topic.name), words)
        if written is not None:
            model_views.show(written, f"{task}-{topic.id}")


def _merged(topic: Topic) -> None:
    for part in topic_reads.merged(topic.id):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("Includes the merged topic {name}").format(name=escape(called(part.name))))
            if st.button(_("Take apart"), key=f"unmerge-{part.id}", type="tertiary", **only(topic_edits.unmerge_topic)):
                topic_edits.unmerge_topic(cache.store(), part.id, now())
                tell_trends(cache.store(), now())
                st.rerun()


def _edit(topic: Topic, rows: Sequence[TopicRow], parts: Sequence[Part], scope: Scope) -> None:
    """Name, merge, split, hide, noise: all survive later groupings and can be undone."""
    store = cache.store()
    with st.container(horizontal=True):
        rename, merge = f"rename-{topic.id}", f"merge-{topic.id}"
        form = opened(f"topic-{topic.id}", topic.name.label if topic.name.typed else "")
        with (
            st.popover(_("Rename"), icon=":material/edit:", key=box_key(rename)),
            st.form(form.key("rename"), border=False),
        ):
            name = st.text_input(
                _("Name"),
                form.shown or called(topic.name),
                max_chars=120,
                help=_("Leave empty to go back to the automatic name."),
            )
            if st.form_submit_button(_("Save"), **only(topic_edits.rename_topic)) and saved(
                form, lambda seen: topic_edits.rename_topic(store, topic.id, name, now(), seen)
            ):
                box_done(rename, _("Saved."))
        with st.popover(_("Merge"), icon=":material/merge:", key=box_key(merge)), st.form("merge", border=False):
            others = {row.topic.id: called(row.topic.name) for row in rows if row.topic.id != topic.id}
            target = st.selectbox(_("Count this topic with"), list(others), format_func=lambda i: others[i])
            if st.form_submit_button(_("Merge"), **only(topic_edits.merge_topics)) and target is not None:
                try:
                    topic_edits.merge_topics(store, topic.id, target, now())
                except topic_edits.EditError as error:
                    st.warning(edit_problem(error.code))
                else:
                    tell_trends(store, now())
                    set_parameter("topic", str(target))
                    box_done(merge, _("Merged into “{name}”.").format(name=others[target]))
        if st.button(_("Split"), key="split", icon=":material/call_split:", **only(topic_edits.split_topic)):
            # Made here, not where it is written: its title is in the language of this session.
            st.dialog(_("Split"), width="large")(_split)(topic, parts, scope)
        words = _("Show again") if topic.hidden else _("Hide")
        icon = ":material/visibility:" if topic.hidden else ":material/visibility_off:"
        if st.button(words, key="hide", icon=icon, **only(topic_edits.hide_topic)):
            topic_edits.hide_topic(store, topic.id, now(), not topic.hidden)
            st.rerun()
        words = _("Not noise") if topic.noise else _("Noise")
        if st.button(
            words,
            key="noise",
            icon=":material/volume_off:" if not topic.noise else ":material/volume_up:",
            help=why_not(topic_edits.mark_noise)
            or _("Spam or chatter: left out of topics, themes and the map, with the later posts that join it."),
            disabled=not may(topic_edits.mark_noise),
        ):
            topic_edits.mark_noise(store, topic.id, now(), not topic.noise)
            st.rerun()


@plain_view
def _split(topic: Topic, parts: Sequence[Part], scope: Scope) -> None:
    """Choose posts that are a topic of their own."""
    st.write(_("Choose the posts that are a topic of their own. New posts like them will join it."))
    labels: dict[int | None, str] = {None: _("All its posts"), **{part.number: part.label for part in parts}}
    part = st.selectbox(_("Among"), list(labels), format_func=lambda number: labels[number])
    query = st.text_input(_("With these words"), max_chars=200)
    posts = post_reads.some_posts(replace(scope, part=part, query=query.strip()), SPLIT_POSTS)
    frame = pd.DataFrame(
        {
            "day": [post.published_at.date() for post in posts],
            "author": [post.author for post in posts],
            "text": [post.plain[:300] for post in posts],
        },
        columns=["day", "author", "text"],
    )
    everything = st.checkbox(
        n_("Take {n} post shown", "Take all {n} posts shown", len(posts)), value=part is not None or bool(query.strip())
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=320,
        column_config={
            "day": st.column_config.DateColumn(_("Day"), width="small"),
            "author": st.column_config.TextColumn(_("Author"), width="small"),
            "text": st.column_config.TextColumn(_("Text"), width="large"),
        },
        on_select="rerun",
        selection_mode="multi-row",
        key=f"split-{topic.id}-{part}-{query}",
        alt=_("Split"),
    )
    rows = range(len(posts)) if everything else event.selection.rows
    name = st.text_input(_("Its name"), labels[part] if part is not None else "", max_chars=120)
    asked = st.button(
        n_("Split off {n} post", "Split off {n} posts", len(rows)),
        type="primary",
        disabled=not rows or not may(topic_edits.split_topic),
        help=why_not(topic_edits.split_topic),
        key="split-now",
    )
    if asked and not name.strip():
        st.warning(_("Give it a name."))
    elif asked:
        try:
            made = topic_edits.split_topic(cache.store(), topic.id, [posts[i].id for i in rows], name, now())
        except topic_edits.EditError as error:
            st.warning(edit_problem(error.code))
        else:
            tell_trends(cache.store(), now())
            set_parameter("topic", str(made))
            set_parameter("part", "")
            st.rerun()
