"""Posts on a page: the safe card of one, cards page by page, how balanced the voices of a figure are.

Text of posts reaches the page through `st.text` alone, which draws it exactly and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads.posts import Counted
from dashboard.state import parameter, remember, remembered
from dashboard.views.page import Colour, open_page, pager
from dashboard.words.labels import escape, intent_names, sentiment_names, unread_name, unseen
from dashboard.words.language import _, language_name, moment, n_, percent
from dashboard.words.posts import byline, engagement_words, imbalances, not_read, sureness, voices_sentence
from dashboard.words.topics import called
from data.models import OTHER_LANGUAGE, UNREAD, Post, web_link
from data.posts.quotes import passage
from data.posts.reads import PAGE
from data.posts.voices import Voices
from data.scope import Scope, page_number

FARTHEST = 1_000_000  # pages that an address may ask for
CARD_CHARACTERS, BRIEF_CHARACTERS, LINE_CHARACTERS = 900, 300, 240
SENTIMENT_COLOURS: dict[str, Colour] = {
    "negative": "red",
    "neutral": "gray",
    "positive": "green",
    "unsure": "yellow",
    OTHER_LANGUAGE: "gray",
}
INTENT_COLOURS: dict[str, Colour] = {
    "question": "blue",
    "complaint": "red",
    "praise": "green",
    "idea": "violet",
    "bug": "orange",
}


def highlighted(text: str, words: Sequence[str], longest: int = CARD_CHARACTERS) -> None:
    """A text of unknown origin with some of its words marked; nothing in it is markup."""
    marked = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)")
    lines = []
    for line in text[:longest].splitlines():
        parts, at = [], 0
        for match in marked.finditer(line):
            parts += [_literal(line[at : match.start()]), f":orange-background[{_literal(match[0])}]"]
            at = match.end()
        lines.append("".join([*parts, _literal(line[at:])]))
    st.markdown("  \n".join(lines) + (" \\[…\\]" if len(text) > longest else ""))


def _literal(text: str) -> str:
    """As `escape`, with the spaces around the text kept."""
    body = escape(text)
    return f"{' ' if text[:1].isspace() else ''}{body}{' ' if body and text[-1:].isspace() else ''}"


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
            _understood(post)
            if here:
                st.badge(_("Here"), icon=":material/arrow_right:", color="blue")
            _marks(post)
            st.caption(byline(post))
        _text(post, body, CARD_CHARACTERS)
        if len(post.plain) > CARD_CHARACTERS:
            with st.expander(_("Read all")):
                st.text(post.plain)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _topic(post, key)
            _ways(post, key, _("Open"))
            if actions is not None:
                actions(post, key)


def brief_card(
    post: Post,
    key: str,
    *,
    head: Callable[[], None],
    actions: Callable[[Post, str], None],
    body: Callable[[], None] | None = None,
) -> None:
    """A post of a queue, in three rows: what `head` says of it with what was understood, its first words (or `body`),
    who wrote it and what can be done. All of its words are a click away."""
    with st.container(border=True, key=f"card-brief-{key}-{post.id}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            head()
            _understood(post)
            _marks(post)
            _topic(post, key)
        _text(post, body, BRIEF_CHARACTERS)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(byline(post))
            if len(post.plain) > (BRIEF_CHARACTERS if body is None else CARD_CHARACTERS):
                with st.popover(_("Read all"), type="tertiary", key=f"all-of-{key}-{post.id}"):
                    st.text(post.plain)
            _ways(post, key, unseen(_("Open")))
            actions(post, key)


def _text(post: Post, body: Callable[[], None] | None, longest: int) -> None:
    if post.dropped_at is not None:
        st.caption(_("Its text and its author are no longer kept."))
    if post.title and not post.plain.startswith(post.title):
        st.text(post.title)
    if body is not None:
        body()
    elif post.plain:
        st.text(passage(post.plain, stop=longest))


def line(
    post: Post,
    key: str,
    words: tuple[str, str],
    shown: Collection[str],
    *,
    actions: Callable[[Post, str], None],
    body: Callable[[], None] | None = None,
    head: Callable[[], None] | None = None,
) -> None:
    """One post in two lines: its first words, with who wrote it and when, and the buttons of its card.

    `words` are who and when, and what else is said of it, both safe inside a label; `shown` holds "tone" and "kind"
    where their badges are wanted. `head` and `body` as on a card.
    """
    with st.container(border=True, key=f"card-line-{key}-{post.id}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if head is not None:
                head()
            if "tone" in shown:
                _tone(post)
            if "kind" in shown:
                _kinds(post)
            said, more = words
            st.caption(said, width="content")
            if more:
                st.caption(more, width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch", key=f"words-{key}-{post.id}"):
                if body is not None:
                    body()
                else:
                    st.text(passage(first_words(post), stop=LINE_CHARACTERS))
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                actions(post, key)


def first_words(post: Post) -> str:
    """The title where it is no part of the text, and the text."""
    said = post.plain if not post.title or post.plain.startswith(post.title) else f"{post.title}\n{post.plain}"
    return said or _("Its text and its author are no longer kept.")


def _understood(post: Post) -> None:
    """Badges of what was understood of a post."""
    _tone(post)
    _kinds(post)


def _tone(post: Post) -> None:
    """The tone and how sure it is; or that the post is being read."""
    if post.sentiment == UNREAD:
        st.badge(unread_name(), icon=":material/hourglass_top:", color="gray", help=_("Its tone is not known yet."))
        return
    st.badge(
        sentiment_names()[post.sentiment],
        color=SENTIMENT_COLOURS[post.sentiment],
        help=sureness(post.sentiment_confidence) if post.sentiment != OTHER_LANGUAGE else not_read(1),
    )


def _kinds(post: Post) -> None:
    """The kinds, each with how sure it is."""
    for name, sure in post.intents:
        if name in INTENT_COLOURS and post.sentiment != UNREAD:
            st.badge(intent_names()[name], color=INTENT_COLOURS[name], help=sureness(sure))


def _marks(post: Post) -> None:
    """Badges of what is known of a post beside its text."""
    if post.is_demo:
        st.badge(_("Demo"), color="violet")
    if post.by_us:
        st.badge(_("Ours"), color="blue", help=_("Written by one of your accounts."))
    if post.accepted:
        st.badge(_("Solved") if not post.parent_id else _("Accepted answer"), color="green")
    if post.removed_at is not None:
        removed = _("Its network had removed it on {day}. It is shown as it was read.")
        st.badge(_("No longer online"), color="orange", help=removed.format(day=moment(post.removed_at)))
    if post.group_size > 1:
        st.badge(n_("{n} copy", "{n} copies", post.group_size - 1), color="blue")


def _topic(post: Post, key: str) -> None:
    """The way to its topic."""
    if post.topic_id is not None and st.button(
        escape(called(post.topic_name)),
        key=f"topic-{key}-{post.id}",
        type="tertiary",
        icon=":material/sell:",
    ):
        open_page("topics", topic=str(post.topic_id))


def _ways(post: Post, key: str, name: str) -> None:
    """How much it was reacted to, the way to the post itself, under a name, and to its copies."""
    reactions = engagement_words(post.engagement)
    if reactions:
        st.caption(reactions)
    else:
        st.space("stretch")  # buttons stand at the right of every card
    if web_link(post.url):
        st.link_button(name, post.url, type="tertiary", icon=":material/open_in_new:")
    if post.group_size > 1:
        with st.popover(_("Where else"), type="tertiary"):
            for other in post_reads.copies(post.group_id):
                st.caption(f"{escape(other.community or other.source_title)} · {escape(moment(other.published_at))}")


def cards(
    scope: Scope,
    key: str,
    *,
    folded: bool = True,
    order: str = "newest",
    draw: Callable[[Sequence[Post]], None] | None = None,
) -> None:
    """A page of the scope's posts with its pager; says how many posts the cards stand for. `draw` draws the page."""
    known = _counted(scope, key, folded)
    pages = _pages(known, folded)
    current = page_number(parameter(f"page_{key}"), pages)
    if known.more:
        _or_more(known, scope, key)
    else:
        words = n_("{n} post", "{n} posts", known.posts)
        if folded and known.cards != known.posts:
            words += " · " + n_("{n} card, copies folded", "{n} cards, copies folded", known.cards)
        st.caption(words)
    if not known.posts:
        st.info(_("No post matches. Widen the period or remove a filter."), icon=":material/search_off:")
        return
    page = post_reads.page(scope, current, folded, order)
    if draw is not None:
        draw(page)
    else:
        for post in page:
            card(post, key)
    pager(f"page_{key}", current, pages, more=known.more)


def _counted(scope: Scope, key: str, folded: bool) -> Counted:
    """How many posts there are: all, where that was asked for or a page is opened that lies beyond those counted."""
    known = post_reads.counted_so_far(scope)
    beyond = page_number(parameter(f"page_{key}"), FARTHEST) > _pages(known, folded)
    if known.more and (beyond or remembered(f"counted-{key}") == scope):
        return Counted(*post_reads.counted(scope))
    return known


def _pages(known: Counted, folded: bool) -> int:
    return max(1, -(-(known.cards if folded else known.posts) // PAGE))


def _or_more(known: Counted, scope: Scope, key: str) -> None:
    """Not all were counted; the way to have it done."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"more-{key}"):
        st.caption(n_("{n} post or more", "{n} posts or more", known.posts))
        why = _("So many posts have these words that counting stops here. To count them all can take some seconds.")
        if st.button(_("Count them all"), key=f"count-{key}", type="tertiary", help=why):
            remember(f"counted-{key}", scope)
            st.rerun()


def voice_balance(voices: Voices, **target: str) -> None:
    """How many people in how many places say it, what unbalances that, and the posts of each place."""
    if not voices.posts:
        return
    st.write(voices_sentence(voices))
    for warning in imbalances(voices):
        st.caption(":material/balance: " + warning)
    with st.expander(_("Who says it, and where"), icon=":material/groups:"):
        langs = [f"{language_name(code) or '?'} {percent(n / voices.posts)}" for code, n in voices.langs[:4]]
        st.caption(" · ".join(escape(part) for part in langs))
        with st.container(horizontal=True, gap="medium"):
            for source_id, title, number in voices.sources:
                words = f"{escape(title)} · {n_('{n} post', '{n} posts', number)}"
                if st.button(words, key=f"voice-{source_id}", type="tertiary", icon=":material/arrow_forward:"):
                    open_page("mentions", sources=str(source_id), **target)
