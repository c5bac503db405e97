"""An idea on its way to a channel: evidence, drafts side by side, counted as each network counts, best time."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st
from babel.dates import get_day_names

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.reads import people as people_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.calendar import published
from dashboard.views.ideas import model_wording as model_views
from dashboard.views.ideas.all import decide, heading, read_posts
from dashboard.views.mentions.triage import me
from dashboard.views.page import back, written_area
from dashboard.views.posts import card
from dashboard.words.drafts import asking, customs, draft_for, parts_of, problem_words
from dashboard.words.ideas import content_channels, format_names, title_of
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current, day, language_name, n_, percent, speaking, typed_days, zone
from data.content import calendar as calendar_store
from data.content import ideas as ideas_store
from data.content.calendar import Item
from data.content.ideas import Idea
from data.models import Post
from data.scope import Scope
from insights.ideas.networks import CHANNELS, compose_address, left, problems, split
from insights.ideas.quiz import questions
from insights.reputation.best_time import best_hours

# Channels that are also followed as a network, so that hours of its own posts are known.
FOLLOWED = {"x", "mastodon", "bluesky", "facebook", "instagram", "reddit", "forum", "youtube"}


def show(idea_id: int) -> None:
    """The whole page."""
    back(_("All ideas"), "idea", key="all-ideas")
    item = idea_reads.one_idea(idea_id)
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
    _evidence(posts)
    _drafts(item, posts)


def _planned(item: Idea) -> None:
    """Where it stands in the calendar already, and what it brought."""
    for planned in idea_reads.items_of_idea(item.id):
        words = planned.title if planned.day is None else f"{day(planned.day)} · {planned.title}"
        if st.button(escape(words), key=f"planned-{planned.id}", type="tertiary", icon=":material/calendar_month:"):
            st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(planned.id)})
        published.brought(planned)


def _evidence(posts: list[Post]) -> None:
    with st.expander(_("The evidence, in their words"), icon=":material/format_quote:"):
        for post in posts[:5]:
            card(post, "evidence")


def _own_brand() -> str:
    own = reputation_reads.own_brand()
    return own.name if own else "…"


def _drafts(item: Idea, posts: list[Post]) -> None:
    st.header(_("Drafts"), anchor=False)
    names, channels = format_names(), content_channels()
    first, second, third = st.columns((2, 1, 2))
    formats = [*item.formats, *(f for f in calendar_store.FORMATS if f not in item.formats)]
    if not questions([(post.id, post.plain) for post in posts]):
        formats.remove("quiz")  # no fact in the evidence is fit to ask
    chosen = first.selectbox(_("Format"), formats, format_func=lambda f: names[f], key="format")
    default = item.lang if item.lang in calendar_store.LANGS else current()
    lang = second.selectbox(
        _("Language"),
        list(calendar_store.LANGS),
        list(calendar_store.LANGS).index(default),
        format_func=language_name,
        key="draft-lang",
    )
    link = third.text_input(_("Link"), key="link", placeholder="https://", max_chars=500)
    picked = st.multiselect(
        _("Channels"),
        list(channels),
        default=["mastodon", "linkedin"],
        format_func=lambda c: channels[c],
        placeholder=_("No channel yet"),
        key="draft-channels",
        max_selections=6,
    )
    with speaking(lang):
        parts = parts_of(item, posts, link.strip(), _own_brand(), quiz=chosen == "quiz")
        title = title_of(item)
    worded = model_views.ask("title", f"{item.id}-{lang}", posts[:20], lang, title, _("Have the model word the idea"))
    if worded is not None:
        model_views.show(worded, f"title-{item.id}")
    template = asking(idea_reads.templates()[chosen, lang], item)
    written = model_views.ask("draft", f"{item.id}-{lang}", posts[:20], lang, title, _("Have the model word it"))
    if written is not None:
        model_views.show(written, f"draft-{item.id}")
    made: dict[str, str] = {}
    columns = st.columns(min(2, max(1, len(picked))))
    for place, channel in enumerate(picked):
        with columns[place % len(columns)], st.container(border=True, key=f"channel-{channel}"):
            key = f"{item.id}-{chosen}-{lang}-{channel}-{hash(link)}"
            made[channel] = one_channel(channel, draft_for(channel, parts, template), title, link, key)
    _plan(item, title, chosen, lang, made)


def one_channel(channel: str, text: str, title: str, link: str, key: str) -> str:
    """One draft with its count, what stands in its way, its preview as posts, the way to the network's composer."""
    st.markdown(f"**{content_channels()[channel]}**")
    words = written_area(_("Draft"), text, f"text-{key}", height=260, label_visibility="collapsed")
    room = left(channel, words)
    wrong = problems(channel, words, title)
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
            wrong = [name for name in wrong if name != "too_long"]
        else:
            st.caption(
                _("{n} of {most} characters").format(
                    n=count(CHANNELS[channel].limit - room), most=count(CHANNELS[channel].limit)
                )
            )
    for problem in problem_words(wrong):
        st.warning(problem, icon=":material/warning:")
    if len(parts) > 1:
        with st.expander(_("The posts of the thread")):
            for part in parts:
                with st.container(border=True):
                    st.text(part)
    for custom in customs(channel):
        st.caption(escape(custom.format(size=CHANNELS[channel].picture)))
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
    network = channel if channel in FOLLOWED else ""
    until = now().date()
    scope = Scope(until - timedelta(days=90), until)
    counts = people_reads.hours_of_week(scope, network, "") if network else []
    where = content_channels()[channel]
    if not counts or sum(counts) < 100:
        counts = people_reads.hours_of_week(scope, "", "")
        where = _("all places")
    slots = best_hours(counts)
    if not slots:
        st.caption(_("Best time: too few posts to tell."))
        return
    names = get_day_names("abbreviated", locale=current())
    offset = zone().utcoffset(now().replace(tzinfo=None))
    shift = int(offset.total_seconds() // 3_600) if offset is not None else 0
    told = []
    for best in slots[:2]:
        slot = (best.slot + shift) % 168
        told.append(f"{names[slot // 24]} {slot % 24:02d}:00 ({percent(best.share.value)})")
    st.caption(
        _("When people write most: {times}, from {posts} in {where}.").format(
            times=escape(", ".join(told)), posts=n_("{n} post", "{n} posts", sum(counts)), where=escape(where)
        )
    )


def _plan(item: Idea, title: str, chosen: str, lang: str, made: dict[str, str]) -> None:
    """Put the drafts in the calendar: an item for each channel."""
    with st.form("plan", border=True):
        st.markdown("**" + _("Put it in the calendar") + "**")
        first, second, third = st.columns(3)
        when: date | None = first.date_input(
            _("Day"), value=None, min_value=now().date() - timedelta(days=30), format=typed_days()
        )
        hours = [-1, *range(24)]
        hour = second.selectbox(_("Hour"), hours, format_func=lambda h: "…" if h < 0 else f"{h:02d}:00")
        owner = third.text_input(_("Who does it"), me(), max_chars=80)
        if st.form_submit_button(_("Add"), type="primary", **only(ideas_store.decide)):
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
                            subject=item.facts.about,
                            drafts={channel: made[channel]} if channel in made else {},
                        ),
                        now(),
                    )
                )
            if item.state != "kept":
                ideas_store.decide(cache.store(), item.id, "kept")
            st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(ids[0])})
