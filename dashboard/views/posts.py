"""What pages share: the safe card of a post, key figures, filters, empty states.

Text of posts reaches the page through `st.text` alone, which draws it exactly and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import parameter, set_parameter
from dashboard.views.page import open_page
from dashboard.words.labels import escape, intent_names, sentiment_names
from dashboard.words.language import LANGUAGE_NAMES, _, count, moment, n_, percent
from data.models import Post, Scope, web_link
from data.posts.quotes import passage
from data.posts.reads import PAGE, Voices
from data.scope import page_number

CARD_CHARACTERS = 900
SENTIMENT_COLOURS = {"negative": "red", "neutral": "gray", "positive": "green", "unsure": "yellow"}


def highlighted(text: str, words: Sequence[str]) -> None:
    """A text of unknown origin with some of its words marked; nothing in it is markup."""
    found = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)")
    lines = []
    for line in text[:CARD_CHARACTERS].splitlines():
        parts, at = [], 0
        for match in found.finditer(line):
            parts += [_literal(line[at : match.start()]), f":orange-background[{_literal(match[0])}]"]
            at = match.end()
        lines.append("".join([*parts, _literal(line[at:])]))
    st.markdown("  \n".join(lines) + (" \\[…\\]" if len(text) > CARD_CHARACTERS else ""))


def _literal(text: str) -> str:
    """As `escape`, with the spaces around the text kept."""
    body = escape(text)
    return f"{' ' if text[:1].isspace() else ''}{body}{' ' if body and text[-1:].isspace() else ''}"


INTENT_COLOURS = {"question": "blue", "complaint": "red", "praise": "green", "idea": "violet", "bug": "orange"}


def card(
    post: Post,
    key: str,
    *,
    actions: Callable[[Post, str], None] | None = None,
    body: Callable[[], None] | None = None,
    here: bool = False,
) -> None:
    """One post as its author wrote it, with where, who, when and what was understood of it.

    `actions` draws buttons under it, `body` its text in another way, `here` marks it among others.
    """
    with st.container(border=True, key=f"card-{key}-{post.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                sentiment_names()[post.sentiment],
                color=SENTIMENT_COLOURS[post.sentiment],
                help=_("Set by a person.")
                if post.sentiment_confidence == 1.0
                else _("Estimated by the program, {share} sure.").format(share=percent(post.sentiment_confidence)),
            )
            for name, sure in post.intents:
                if name in INTENT_COLOURS:
                    st.badge(
                        intent_names()[name],
                        color=INTENT_COLOURS[name],
                        help=_("Set by a person.")
                        if sure == 1.0
                        else _("Estimated by the program, {share} sure.").format(share=percent(sure)),
                    )
            if here:
                st.badge(_("Here"), icon=":material/arrow_right:", color="primary")
            if post.is_demo:
                st.badge(_("Demo"), color="violet")
            if post.by_us:
                st.badge(_("Ours"), color="primary", help=_("Written by one of your accounts."))
            if post.accepted:
                st.badge(_("Solved") if not post.parent_id else _("Accepted answer"), color="green")
            if post.removed_at is not None:
                st.badge(
                    _("No longer online"),
                    color="orange",
                    help=_("Its network had removed it on {day}. It is shown as it was read.").format(
                        day=moment(post.removed_at)
                    ),
                )
            if post.group_size > 1:
                st.badge(n_("{n} copy", "{n} copies", post.group_size - 1), color="blue")
            st.caption(
                " · ".join(
                    part
                    for part in (
                        escape(post.author) or _("no name given"),
                        escape(post.community or post.source_title),
                        escape(moment(post.published_at)),
                        LANGUAGE_NAMES.get(post.lang, ""),
                    )
                    if part
                )
            )
        text = post.plain
        if post.title and not text.startswith(post.title):
            st.text(post.title)
        if body is not None:
            body()
        elif text:
            st.text(passage(text, stop=CARD_CHARACTERS))
        if len(text) > CARD_CHARACTERS:
            with st.expander(_("Read all")):
                st.text(text)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if post.topic_id is not None and st.button(
                escape(post.topic_label), key=f"topic-{key}-{post.id}", type="tertiary", icon=":material/sell:"
            ):
                open_page("topics", topic=str(post.topic_id))
            numbers = post.engagement
            told = [
                n_("{n} point", "{n} points", numbers.score) if numbers.score else "",
                n_("{n} reply", "{n} replies", numbers.comments) if numbers.comments else "",
                n_("{n} share", "{n} shares", numbers.shares) if numbers.shares else "",
                n_("{n} view", "{n} views", numbers.views) if numbers.views else "",
                _("{share} upvoted").format(share=percent(numbers.ratio)) if numbers.ratio is not None else "",
            ]
            words = " · ".join(filter(None, told))
            if words:
                st.caption(words)
            if web_link(post.url):
                st.link_button(_("Open"), post.url, type="tertiary", icon=":material/open_in_new:")
            if post.group_size > 1:
                with st.popover(_("Where else"), type="tertiary"):
                    for other in post_reads.copies(post.group_id):
                        st.caption(
                            f"{escape(other.community or other.source_title)} · {escape(moment(other.published_at))}"
                        )
            if actions is not None:
                actions(post, key)


def cards(
    scope: Scope,
    key: str,
    *,
    folded: bool = True,
    order: str = "newest",
    draw: Callable[[Sequence[Post]], None] | None = None,
) -> None:
    """A page of the scope's posts with its pager; says how many posts the cards stand for. `draw` draws the page."""
    total, shown = post_reads.counted(scope)
    number = shown if folded else total
    pages = max(1, -(-number // PAGE))
    current = page_number(parameter(f"page_{key}"), pages)
    words = n_("{n} post", "{n} posts", total)
    if folded and shown != total:
        words += " · " + n_("{n} card, copies folded", "{n} cards, copies folded", shown)
    st.caption(words)
    if not total:
        st.info(_("No post matches. Widen the period or remove a filter."), icon=":material/search_off:")
        return
    page = post_reads.page(scope, current, folded, order)
    if draw is not None:
        draw(page)
    else:
        for post in page:
            card(post, key)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            if st.button(_("Previous"), key=f"previous-{key}", disabled=current == 1):
                set_parameter(f"page_{key}", str(current - 1) if current > 2 else "")
                st.rerun()
            st.caption(_("Page {page} of {pages}").format(page=count(current), pages=count(pages)))
            if st.button(_("Next"), key=f"next-{key}", disabled=current == pages):
                set_parameter(f"page_{key}", str(current + 1))
                st.rerun()


ONE_VOICE, COPIED, ENOUGH = 0.6, 0.5, 5  # shares that unbalance a figure, and the posts it takes to say so


def voice_balance(voices: Voices, **target: str) -> None:
    """How many people in how many places say it, what unbalances that, and the posts of each place."""
    if not voices.posts:
        return
    st.write(
        _("{posts} from {authors} in {places}.").format(
            posts=n_("{n} post", "{n} posts", voices.posts),
            authors=n_("{n} author", "{n} authors", voices.authors),
            places=n_("{n} place", "{n} places", len(voices.places)),
        )
    )
    warnings = []
    if voices.posts >= ENOUGH:
        if voices.loudest[1] >= ONE_VOICE * voices.posts:
            warnings.append(
                _("One author wrote {share} of it: {name}.").format(
                    share=percent(voices.loudest[1] / voices.posts), name=escape(voices.loudest[0])
                )
            )
        if voices.copies >= COPIED * voices.posts:
            warnings.append(
                _("{share} of it is copies: it may be a copy-paste wave.").format(
                    share=percent(voices.copies / voices.posts)
                )
            )
        if len(voices.places) == 1 and voices.places[0][0]:
            warnings.append(_("All of it comes from one place: {name}.").format(name=escape(voices.places[0][0])))
    for words in warnings:
        st.caption(":material/balance: " + words)
    with st.expander(_("Who says it, and where"), icon=":material/groups:"):
        langs = [f"{LANGUAGE_NAMES.get(code, code or '?')} {percent(n / voices.posts)}" for code, n in voices.langs[:4]]
        st.caption(" · ".join(escape(part) for part in langs))
        with st.container(horizontal=True, gap="medium"):
            for source_id, title, number in voices.sources:
                words = f"{escape(title)} · {n_('{n} post', '{n} posts', number)}"
                if st.button(words, key=f"voice-{source_id}", type="tertiary", icon=":material/arrow_forward:"):
                    open_page("mentions", sources=str(source_id), **target)
