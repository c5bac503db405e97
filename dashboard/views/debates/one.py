"""One debate: its arguments, how it went, who stands where, and messages that start or calm it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import streamlit as st

from dashboard.charts import debates as debate_charts
from dashboard.charts.debates import SIDE_COLOURS
from dashboard.reads import cache
from dashboard.reads import debates as debate_queries
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, picked_mark, set_parameter
from dashboard.views.debates import all as debate_views
from dashboard.views.debates.all import camp_title, first_day_of_week, open_posts, posts_of, quote
from dashboard.views.mentions.triage import me, note_change
from dashboard.views.page import back, choose_view
from dashboard.views.posts import card
from dashboard.words.debates import LIMITS, calming, channel_names, opening_of, side_names
from dashboard.words.inbox import stance_names
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current, day, n_, speaking, zone
from data.content.calendar import Item, save_item
from data.debates import Debate, Positioned
from data.models import date_to_day
from data.posts.quotes import passage
from data.posts.vectors import vectors_of
from data.scope import page_number
from insights.reputation.estimates import wilson

PAGE = 15  # cards of stances on a page
NEW_DAYS = 7


def show(debate_id: int) -> None:
    """The whole page."""
    back(_("All debates"), "debate", "part", "page_stance", "who", key="all-debates")
    found = debate_queries.one_debate(debate_id, debate_views.this_hour())
    if found is None or found.debate.state != "debate":
        st.title(_("Debates"), anchor=False)
        st.info(_("This debate does not exist any more, or is no longer one."), icon=":material/search_off:")
        return
    item = found.debate
    rows = debate_queries.positioned(debate_id)
    debate_views.heading(found, alone=True)
    debate_views.balance(item, "balance", legend=True)
    views = {
        "arguments": _("Arguments"),
        "time": _("How it went"),
        "stances": _("Who stands where"),
        "act": _("Start it or calm it"),
    }
    view = choose_view(views, "page_stance", "who", name="part")
    if view == "time":
        _over_time(item, rows)
    elif view == "stances":
        _stances(item, rows)
    elif view == "act":
        _act(item)
    else:
        _arguments(item, rows)
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Read the posts"), key="posts", type="tertiary", icon=":material/forum:"):
            open_posts(item)
        debate_views.set_aside(item)


def _arguments(item: Debate, rows: list[Positioned]) -> None:
    names = side_names(item)
    camps = item.facts["camps"]
    posts = posts_of([a["passage"] for camp in camps for a in camp["arguments"]])
    st.subheader(_("Map of arguments"), anchor=False)
    marks = []
    for camp in camps:
        for number, argument in enumerate(camp["arguments"]):
            places = [row.position for row in rows if row.side == camp["side"] and row.argument == number]
            post = posts.get(int(argument["passage"][0]))
            if places and post is not None:
                said = passage(post.plain, *argument["passage"][1:])
                marks.append(
                    (camp["side"], number, sum(places) / len(places), argument["people"], argument["posts"], said[:140])
                )
    event = st.altair_chart(
        debate_charts.argument_map(
            marks,
            {camp["side"]: names[camp["side"]] for camp in camps},
            people=_("People"),
            posts=_("Posts"),
            left=names[-1],
            right=names[1],
            said=_("In their words"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="key",
        key="argument-map",
        alt=_("Map of arguments"),
    )
    key = picked_mark(event, "key")
    if key is not None:
        side, number = str(key).split(":")
        open_posts(item, side=int(side), argument=int(number))
    st.caption(
        _(
            "Posts that say nearly the same are one argument: higher with more people, larger with more posts. "
            "Click one."
        )
    )
    columns = st.columns(len(camps))
    for camp, column in zip(camps, columns, strict=True):
        with column:
            camp_title(item, camp, "detail")
            for number, argument in enumerate(camp["arguments"][:4]):
                quote(argument["passage"], posts)
                people = n_("{n} person says so", "{n} people say so", argument["people"])
                if st.button(
                    people, key=f"argument-{camp['side']}-{number}", type="tertiary", icon=":material/groups:"
                ):
                    open_posts(item, side=camp["side"], argument=number)
    _common_ground(item)
    _bridges(item)


def _common_ground(item: Debate) -> None:
    names = side_names(item)
    st.subheader(_("Common ground"), anchor=False)
    camps = [camp for camp in item.facts["camps"] if camp["side"]]
    granting = [camp for camp in camps if camp["grants"]]
    posts = posts_of([part for camp in camps for part in camp["grants"]])
    if not granting:
        st.caption(_("Nobody has granted anything to the other side yet."))
    elif len(granting) == 1:
        st.caption(_("Only one side has granted something so far: {side}.").format(side=names[granting[0]["side"]]))
    for camp in granting:
        for part in camp["grants"][:2]:
            quote(part, posts, names[camp["side"]])
    if item.facts["common"]:
        words = ", ".join(item.facts["common"])
        st.caption(_("Both sides speak of: {words}").format(words=escape(words)))


def _bridges(item: Debate) -> None:
    found = item.facts["bridges"]
    if not found:
        return
    st.subheader(_("Who speaks with both sides"), anchor=False)
    posts = posts_of([[post, 0, 0] for _name, post, _signs in found])
    for name, post_id, signs in found:
        post = posts.get(int(post_id))
        words = n_("{n} sign of it", "{n} signs of it", signs)
        with st.expander(f"{escape(str(name))} · {words}"):
            st.caption(_("Grants a point, agrees with somebody of the other side, or has the agreement of both."))
            if post is not None:
                card(post, f"bridge-{post_id}")


def _over_time(item: Debate, rows: list[Positioned]) -> None:
    names = side_names(item)
    moments = [(row.at.astimezone(zone()).date(), row) for row in rows]
    long = bool(moments) and (moments[-1][0] - moments[0][0]).days > 45
    step = first_day_of_week if long else (lambda value: value)
    counted: Counter[tuple[date, int]] = Counter((step(when), row.side) for when, row in moments)
    st.subheader(_("Posts a week") if long else _("Posts a day"), anchor=False)
    date_format = "%d/%m" if current() == "fr" else "%b %d"
    event = st.altair_chart(
        debate_charts.weeks_chart(
            [(when, side, number) for (when, side), number in sorted(counted.items())],
            names,
            posts=_("Posts"),
            date_format=date_format,
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="side",
        key="debate-weeks",
        alt=_("Posts over time"),
    )
    side = picked_mark(event, "side")
    if side is not None:
        open_posts(item, side=int(side))
    st.subheader(_("How positions moved"), anchor=False)
    st.altair_chart(
        debate_charts.share_chart(
            _shares(moments),
            colour=SIDE_COLOURS[1],
            share=names[1],
            range_=_("Between"),
            people=_("People so far"),
            date_format=date_format,
        ),
        width="stretch",
        key="debate-share",
        alt=_("How positions moved"),
    )
    st.caption(
        _(
            "Share of “{side}” among the people with a side who had spoken by then, with the band that holds it nine "
            "times in ten."
        ).format(side=names[1])
    )
    moves = item.facts["moves"]
    if not moves:
        st.caption(_("Nobody changed sides in words."))
    for name, before, after in moves:
        posts = posts_of([[before, 0, 0], [after, 0, 0]])
        with st.expander(_("{name} took one side, then the other").format(name=escape(str(name)))):
            for post_id in (before, after):
                if post_id in posts:
                    card(posts[post_id], f"move-{post_id}")
    _newcomers(item, rows)


def _shares(moments: list[tuple[date, Positioned]]) -> list[tuple[date, float, float, float, int]]:
    """(day, share of the first camp among people so far, its interval, people so far)."""
    side_of: dict[str, int] = {}
    found: dict[date, tuple[date, float, float, float, int]] = {}
    for when, row in moments:
        if row.side:
            side_of[row.author or str(row.post)] = row.side
        if side_of:
            value = wilson(sum(side > 0 for side in side_of.values()), len(side_of))
            found[when] = (when, value.value, value.low, value.high, len(side_of))
    return list(found.values())


def _newcomers(item: Debate, rows: list[Positioned]) -> None:
    """People who joined it in its last week, those who had never written here before among them."""
    st.subheader(_("Newcomers"), anchor=False)
    joined: dict[str, Positioned] = {}
    for row in rows:
        if row.author:
            joined.setdefault(row.author, row)
    since = item.last_at - timedelta(days=NEW_DAYS)
    recent = [row for row in joined.values() if row.at >= since and item.began_at < since]
    if not recent:
        st.caption(_("Nobody new in its last seven days."))
        return
    firsts = debate_queries.first_days(item.id, item.where.source_kind)
    new = sum(firsts.get(row.author, 0) >= date_to_day(since.date()) for row in recent)
    st.write(
        n_("{n} person joined in its last seven days.", "{n} people joined in its last seven days.", len(recent))
        + " "
        + n_("{n} had never written here before.", "{n} had never written here before.", new)
    )
    names = side_names(item)
    for row in recent[:8]:
        if st.button(
            f"{escape(row.author)} · {names[row.side]} · {escape(day(row.at.date()))}",
            key=f"new-{row.post}",
            type="tertiary",
        ):
            open_posts(item, side=row.side)


def _stances(item: Debate, rows: list[Positioned]) -> None:
    """Every post with the side it was put on; a person's word wins and places the others anew."""
    names = side_names(item)
    sides = [side for side in (1, -1, 0) if any(row.side == side for row in rows)]
    asked = parameter("who")
    active = int(asked) if asked in {"1", "-1", "0"} and int(asked) in sides else None
    chosen = st.pills(
        _("Side"),
        sides,
        default=active,
        key=f"who-{active}",
        label_visibility="collapsed",
        format_func=lambda side: f"{names[side]} {count(sum(row.side == side for row in rows))}",
    )
    if chosen != active:
        set_parameter("who", "" if chosen is None else str(chosen))
        set_parameter("page_stance", "")
        st.rerun()
    shown = [row for row in rows if active is None or row.side == active]
    pages = max(1, -(-len(shown) // PAGE))
    number = page_number(parameter("page_stance"), pages)
    part = shown[(number - 1) * PAGE : number * PAGE]
    ids = tuple(row.post for row in part)
    posts = {post.id: post for post in post_reads.by_id(ids)}
    said = debate_queries.stances(ids)
    st.caption(_("A side you correct stays, and the others are placed anew with it."))
    for row in part:
        post = posts.get(row.post)
        if post is None:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                names[row.side],
                color={1: "blue", -1: "orange", 0: "gray"}[row.side],
                help=_("Set by a person.")
                if said.get(row.post)
                else _("Position {value}, from -100 (against) to 100 (for).").format(value=count(100 * row.position)),
            )
            _correct(item, row, said.get(row.post, ""))
        card(post, "stance")
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            if st.button(_("Previous"), key="stance-back", disabled=number == 1):
                set_parameter("page_stance", str(number - 1) if number > 2 else "")
                st.rerun()
            st.caption(_("Page {page} of {pages}").format(page=count(number), pages=count(pages)))
            if st.button(_("Next"), key="stance-on", disabled=number == pages):
                set_parameter("page_stance", str(number + 1))
                st.rerun()


def _correct(item: Debate, row: Positioned, said: str) -> None:
    names = stance_names()
    with st.popover(_("Wrong side?"), type="tertiary", icon=":material/edit:"):
        for value, words in names.items():
            if st.button(words, key=f"stance-{row.post}-{value}", disabled=said == value, width="stretch"):
                _set_stance(item, row.post, value, said)
        if said and st.button(_("Take it back"), key=f"stance-{row.post}-none-said", type="tertiary"):
            _set_stance(item, row.post, "", said)


def _set_stance(item: Debate, post_id: int, value: str, said: str) -> None:
    from insights.pipeline.debates import look_again  # only here: it brings the library of the models

    note_change([post_id], "stance", value, {post_id: said})
    store = cache.store()
    model = topic_reads.topic_model()
    look_again(store, item.where, vectors_of(store), model, item.last_post)
    st.rerun()


def _act(item: Debate) -> None:
    posts = posts_of([a["passage"] for camp in item.facts["camps"] for a in camp["arguments"][:1]])
    best = {
        camp["side"]: passage(posts[i].plain, *camp["arguments"][0]["passage"][1:])
        for camp in item.facts["camps"]
        if camp["arguments"] and (i := int(camp["arguments"][0]["passage"][0])) in posts
    }
    lang = item.lang if item.lang in {"en", "fr"} else current()
    left, right = st.columns(2)
    with left:
        st.subheader(_("Start the debate"), anchor=False)
        channels = channel_names()
        channel = st.selectbox(_("Channel"), list(LIMITS), format_func=lambda c: channels[c], key="channel")
        with speaking(lang):
            made = opening_of(item.question, best, channel)
        message = st.text_area(_("A neutral opening"), made.message, height=240, key=f"opening-{channel}")
        most = LIMITS[channel][0]
        st.caption(
            _("{n} of {most} characters").format(n=count(len(message)), most=count(most))
            + (" · " + _("too long for this channel") if len(message) > most else "")
        )
        poll = ""
        if made.poll:
            poll = st.text_area(
                _("A poll with balanced options"),
                "\n".join((made.poll, *made.options)),
                height=160,
                key=f"poll-{channel}",
                help=_("The question, then one option a line."),
            )
        else:
            st.caption(_("This channel has no polls."))
        if st.button(_("Put it in the calendar"), key="plan-debate", icon=":material/calendar_month:"):
            planned = Item(
                0,
                item.question or _("Debate"),
                format="poll",
                channel=channel,
                lang=lang,
                owner=me(),
                status="draft",
                subject=f"debate:{item.id}",
                drafts={channel: "\n\n".join(part for part in (message, poll) if part)},
            )
            made_id = save_item(cache.store(), planned, now())
            st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(made_id)})
    with right:
        st.subheader(_("Calm it"), anchor=False)
        grants = []
        held = posts_of([part for camp in item.facts["camps"] for part in camp["grants"]])
        for camp in item.facts["camps"]:
            for part in camp["grants"][:1]:
                if int(part[0]) in held:
                    with speaking(lang):
                        grants.append((side_names(item)[camp["side"]], passage(held[int(part[0])].plain, *part[1:])))
        with speaking(lang):
            words = calming(item, grants, item.facts["common"])
        st.text_area(_("A moderator's message"), words, height=320, key="calm")
        st.caption(_("Both are written in the language of the debate. Read them over: they are drafts."))
