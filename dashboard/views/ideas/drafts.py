"""An idea on its way to a channel: evidence, drafts side by side, counted as each network counts, best time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import streamlit as st
from babel.dates import get_day_names

from dashboard.reads import cache
from dashboard.reads import ideas as idea_queries
from dashboard.reads import people as people_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now
from dashboard.views.calendar import published
from dashboard.views.ideas import model_wording as model_views
from dashboard.views.ideas.all import decide, heading, read_posts
from dashboard.views.mentions.triage import me
from dashboard.views.page import back
from dashboard.views.posts import card
from dashboard.words.debates import alternatives_in
from dashboard.words.ideas import (
    content_channels,
    customs,
    filled,
    format_names,
    hook_of,
    points_of,
    problem_words,
    question_of,
    tags_of,
    title_of,
)
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGE_NAMES, _, count, current, day, n_, percent, speaking, zone
from data.content import calendar as calendar_store
from data.content import ideas as ideas_store
from data.content.calendar import Item
from data.content.ideas import Idea
from data.models import Post, Scope, web_link
from data.posts.quotes import passage
from insights.ideas.networks import CHANNELS, compose_address, fit, left, problems, split, tags_in
from insights.ideas.quiz import questions
from insights.reputation.best_time import best_hours

QUOTES = 3
QUOTED = 220  # characters of a quote in a draft
NETWORK_OF = {
    "x": "x",
    "mastodon": "mastodon",
    "bluesky": "bluesky",
    "facebook": "facebook",
    "instagram": "instagram",
    "reddit": "reddit",
    "forum": "forum",
    "youtube": "youtube",
}


def show(idea_id: int) -> None:
    """The whole page."""
    back(_("All ideas"), "idea", key="all-ideas")
    item = idea_queries.one_idea(idea_id)
    if item is None:
        st.title(_("Ideas"), anchor=False)
        st.info(_("This idea does not exist any more."), icon=":material/search_off:")
        return
    heading(item, alone=True)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        read_posts(item, "posts")
        decide(item)
    _planned(item)
    posts = post_reads.by_id(item.posts[:60])
    _evidence(item, posts)
    _drafts(item, posts)


def _planned(item: Idea) -> None:
    """Where it stands in the calendar already, and what it brought."""
    for planned in idea_queries.items_of_idea(item.id):
        words = planned.title if planned.day is None else f"{day(planned.day)} · {planned.title}"
        if st.button(escape(words), key=f"planned-{planned.id}", type="tertiary", icon=":material/calendar_month:"):
            st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(planned.id)})
        published.brought(planned)


def _evidence(item: Idea, posts: list[Post]) -> None:
    with st.expander(_("The evidence, in their words"), icon=":material/format_quote:"):
        for post in posts[:5]:
            card(post, "evidence")


def quotes_of(posts: list[Post], number: int = QUOTES) -> str:
    """Exact words of the evidence, one a line, by different people, under no name."""
    seen: set[str] = set()
    lines = []
    for post in posts:
        words = passage(post.plain, stop=min(len(post.plain), QUOTED)).strip()
        if post.author in seen or len(words) < 20 or "\n" in words:
            continue
        seen.add(post.author)
        lines.append(f"“{words}”")
        if len(lines) == number:
            break
    return "\n".join(lines)


def draft_values(item: Idea, posts: list[Post], link: str) -> dict[str, Any]:
    """What the slots of a template hold, in the language that is spoken."""
    seen = Counter(tag for post in posts for tag in tags_in(post.plain[:2_000]))
    brand = next((b.name for b in reputation_reads.brands() if b.is_own), "…")
    return {
        "hook": hook_of(item),
        "points": "\n".join(f"- {point}" for point in points_of(item)),
        "quotes": quotes_of(posts),
        "question": question_of(item),
        "link": link,
        "tags": tags_of(item, [tag for tag, _n in seen.most_common(3)]),
        "brand": brand,
    }


def quiz_of(posts: list[Post]) -> str:
    """Questions from facts that the posts state, each with its answer and the link to the post; "" for none."""
    links = {post.id: post.url for post in posts if web_link(post.url)}
    lines = []
    for number, asked in enumerate(questions([(post.id, post.plain) for post in posts]), start=1):
        options = "  ".join(f"({letter}) {words}" for letter, words in zip("abc", asked.options, strict=True))
        answer = _("Answer: {letter}").format(letter="abc"[asked.right])
        lines.append(f"{number}. {asked.text}\n{options}\n{answer} {links.get(asked.post, '')}".rstrip())
    return "\n".join(lines)


def draft_for(channel: str, values: dict[str, Any], template: str) -> str:
    """The draft of a channel: its template, then the customs and the limit of the network."""
    tags = values["tags"][: CHANNELS[channel].tags]
    link = values["link"] if CHANNELS[channel].links else ""
    whole = filled(template, {**values, "tags": " ".join(f"#{tag}" for tag in tags), "link": link})
    held = CHANNELS[channel]
    if not held.limit or held.threads or held.length(whole) <= held.limit:
        return whole
    return fit(channel, str(values["hook"]), str(values["question"]), link, list(tags))


def _drafts(item: Idea, posts: list[Post]) -> None:
    st.subheader(_("Drafts"), anchor=False)
    names, channels = format_names(), content_channels()
    first, second, third = st.columns((2, 1, 2))
    formats = [*item.formats, *(f for f in calendar_store.FORMATS if f not in item.formats)]
    chosen = first.selectbox(_("Format"), formats, format_func=lambda f: names[f], key="format")
    default = item.lang if item.lang in calendar_store.LANGS else current()
    lang = second.selectbox(
        _("Language"),
        list(calendar_store.LANGS),
        list(calendar_store.LANGS).index(default),
        format_func=lambda code: LANGUAGE_NAMES[code],
        key="draft-lang",
    )
    link = third.text_input(_("Link"), key="link", placeholder="https://", max_chars=500)
    picked = st.multiselect(
        _("Channels"),
        list(channels),
        default=["mastodon", "linkedin"],
        format_func=lambda c: channels[c],
        key="draft-channels",
        max_selections=6,
    )
    with speaking(lang):
        values = draft_values(item, posts, link.strip())
        title = title_of(item)
        if chosen == "quiz":
            values["quotes"] = quiz_of(posts) or values["quotes"]
    worded = model_views.ask("title", f"{item.id}-{lang}", posts[:20], lang, title, _("Have the model word the idea"))
    if worded is not None:
        model_views.show(worded, f"title-{item.id}")
    template = idea_queries.templates()[chosen, lang]
    pair = alternatives_in(str(item.facts.get("question", ""))) if item.kind == "poll" else None
    if pair is not None:  # "this or that?" is not answered by yes or no
        template = re.sub(r"- (?:Yes|Oui)\n- (?:No|Non)\n", lambda _found: f"- {pair[0]}\n- {pair[1]}\n", template)
    written = model_views.ask("draft", f"{item.id}-{lang}", posts[:20], lang, title, _("Have the model word it"))
    if written is not None:
        model_views.show(written, f"draft-{item.id}")
    made: dict[str, str] = {}
    columns = st.columns(min(2, max(1, len(picked))))
    for place, channel in enumerate(picked):
        with columns[place % len(columns)], st.container(border=True, key=f"channel-{channel}"):
            key = f"{item.id}-{chosen}-{lang}-{channel}-{hash(link)}"
            made[channel] = one_channel(channel, draft_for(channel, values, template), title, link, key)
    _plan(item, title, chosen, lang, made)


def one_channel(channel: str, text: str, title: str, link: str, key: str) -> str:
    """One draft with its count, what stands in its way, its preview as posts, the way to the network's composer."""
    st.markdown(f"**{content_channels()[channel]}**")
    words = st.text_area(_("Draft"), text, height=260, key=f"text-{key}", label_visibility="collapsed")
    room = left(channel, words)
    found = problems(channel, words, title)
    parts = split(channel, words) if CHANNELS[channel].threads else [words]
    if room is not None:
        if len(parts) > 1:
            st.caption(
                n_("A thread of {n} post", "A thread of {n} posts", len(parts))
                + " · "
                + ", ".join(
                    f"{count(CHANNELS[channel].length(part))}/{count(CHANNELS[channel].limit)}" for part in parts
                )
            )
            found = [name for name in found if name != "too_long"]
        else:
            st.caption(
                _("{n} of {most} characters").format(
                    n=count(CHANNELS[channel].limit - room), most=count(CHANNELS[channel].limit)
                )
            )
    for problem in problem_words(found):
        st.warning(problem, icon=":material/warning:")
    if len(parts) > 1:
        with st.expander(_("The posts of the thread")):
            for part in parts:
                with st.container(border=True):
                    st.text(part)
    for custom in customs(channel):
        st.caption(custom.format(size=CHANNELS[channel].picture))
    _best_time(channel)
    place = ""
    if channel in {"mastodon", "reddit"}:
        place = st.text_input(
            _("Your server") if channel == "mastodon" else _("Subreddit"),
            key=f"place-{key}",
            max_chars=80,
            placeholder="mastodon.social" if channel == "mastodon" else "r/...",
        )
    address = compose_address(channel, parts[0], title, link, place.strip())
    if address:
        st.link_button(
            _("Open in its own composer"),
            address,
            icon=":material/open_in_new:",
            help=_("Vigie publishes nothing: you press the button there."),
        )
    else:
        st.caption(_("It has no address for its composer: copy the text."))
    return words


def _best_time(channel: str) -> None:
    network = NETWORK_OF.get(channel, "")
    until = now().date()
    scope = Scope(until - timedelta(days=90), until)
    counts = people_reads.hours_of_week(scope, network, "") if network else []
    where = content_channels()[channel]
    if not counts or sum(counts) < 100:
        counts = people_reads.hours_of_week(scope, "", "")
        where = _("all places")
    found = best_hours(counts)
    if not found:
        st.caption(_("Best time: too few posts to tell."))
        return
    names = get_day_names("abbreviated", locale=current())
    offset = zone().utcoffset(now().replace(tzinfo=None))
    shift = int(offset.total_seconds() // 3_600) if offset is not None else 0
    told = []
    for best in found[:2]:
        slot = (best.slot + shift) % 168
        told.append(f"{names[slot // 24]} {slot % 24:02d}:00 ({percent(best.share.value)})")
    st.caption(
        _("When people write most: {times}, from {posts} in {where}.").format(
            times=", ".join(told), posts=n_("{n} post", "{n} posts", sum(counts)), where=where
        )
    )


def _plan(item: Idea, title: str, chosen: str, lang: str, made: dict[str, str]) -> None:
    """Put the drafts in the calendar: an item for each channel."""
    with st.form("plan", border=True):
        st.markdown("**" + _("Put it in the calendar") + "**")
        first, second, third = st.columns(3)
        when: date | None = first.date_input(_("Day"), value=None, min_value=now().date() - timedelta(days=30))
        hours = [-1, *range(24)]
        hour = second.selectbox(_("Hour"), hours, format_func=lambda h: "…" if h < 0 else f"{h:02d}:00")
        owner = third.text_input(_("Who does it"), me(), max_chars=80)
        if st.form_submit_button(_("Add"), type="primary"):
            ids = []
            for channel in made or {"": ""}:
                ids.append(
                    calendar_store.save_item(
                        cache.store(),
                        Item(
                            0,
                            title,
                            item.id,
                            chosen,
                            channel,
                            lang,
                            owner,
                            "draft",
                            when,
                            int(hour),
                            subject=str(item.facts.get("about", "")),
                            drafts={channel: made[channel]} if channel in made else {},
                        ),
                        now(),
                    )
                )
            if item.state != "kept":
                ideas_store.decide(cache.store(), item.id, "kept", me())
            st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(ids[0])})
