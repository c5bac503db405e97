"""What pages share: the safe card of a post, key figures, filters, empty states.

Text of posts reaches the page through `st.text` alone, which draws it exactly and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import streamlit as st
from babel.dates import get_day_names

from dashboard import queries
from dashboard.language import LANGUAGE_NAMES, _, ago, count, current, day, moment, n_, percent
from dashboard.state import PERIODS, now, page_number, parameter, put_scope, scope_from_url, set_parameter
from data.models import Post, Scope, web_link
from data.posts import PAGE, Voices
from data.quotes import passage
from data.settings import Settings
from data.source_list import SourceHealth
from sources.base import mask_secrets

CARD_CHARACTERS = 900
NEEDS_A_PERSON = {"no_credentials", "bad_credentials", "expired_token", "needs_account", "spend_cap"}


def sentiment_names() -> dict[str, str]:
    return {
        "negative": _("Negative"),
        "neutral": _("Neutral"),
        "positive": _("Positive"),
        "unsure": _("Unsure"),
    }


def intent_names() -> dict[str, str]:
    return {
        "question": _("Question"),
        "complaint": _("Complaint"),
        "praise": _("Praise"),
        "idea": _("Idea"),
        "bug": _("Bug report"),
        "other": _("Other"),
        "unsure": _("Unsure"),
    }


def trend_names() -> dict[str, str]:
    return {
        "new": _("New"),
        "rising": _("Rising"),
        "steady": _("Steady"),
        "fading": _("Fading"),
        "resolved": _("Resolved"),
        "seasonal": _("Seasonal"),
    }


TREND_COLOURS = {
    "new": "violet",
    "rising": "green",
    "steady": "gray",
    "fading": "orange",
    "resolved": "gray",
    "seasonal": "blue",
}
SENTIMENT_COLOURS = {"negative": "red", "neutral": "gray", "positive": "green", "unsure": "yellow"}


def escape(text: str) -> str:
    """A text of unknown origin, safe inside a label that reads Markdown: nothing in it is markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~&\"'^=@/" else c for c in " ".join(text.split()))


def trend_sentence(facts: dict[str, Any]) -> str:
    """Why a topic has its trend, in a sentence."""
    if not facts:
        return ""
    authors, places = facts.get("authors", 0), facts.get("places", 0)
    words = _("{n} in the last {days} days, against {before} a week before").format(
        n=n_("{n} post", "{n} posts", facts.get("recent", 0)),
        days=facts.get("recent_days", 7),
        before=count(facts.get("baseline_a_week", 0.0), 1),
    )
    if authors and facts.get("recent"):
        words += ", " + _("from {authors} in {places}").format(
            authors=n_("{n} author", "{n} authors", authors), places=n_("{n} place", "{n} places", places)
        )
    if facts.get("weekdays"):
        names = get_day_names("wide", locale=current())
        words += ". " + _("{share} of it comes on {days}, week after week").format(
            share=percent(facts["share"]), days=_(" and ").join(names[d] for d in facts["weekdays"])
        )
    if facts.get("year_ago"):
        words += ". " + n_(
            "The same days of last year had {n} post", "The same days of last year had {n} posts", facts["year_ago"]
        )
    return words + "."


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
                    for other in queries.copies(post.group_id, key_url(), queries.revision()):
                        st.caption(
                            f"{escape(other.community or other.source_title)} · {escape(moment(other.published_at))}"
                        )
            if actions is not None:
                actions(post, key)


def key_url() -> str:
    return queries.settings().store_url


def open_page(name: str, /, **parameters: str) -> None:
    """Go to another page with these URL parameters, keeping the language."""
    kept = {"lang": parameter("lang")} if parameter("lang") else {}
    st.switch_page(f"dashboard/pages/{name}.py", query_params={**kept, **parameters})


def back(label: str, *left: str, key: str, **to: str) -> None:
    """The way back from a detail: leaves these parameters of the URL out and sets those."""
    if st.button(label, key=key, type="tertiary", icon=":material/arrow_back:"):
        for name in left:
            set_parameter(name, "")
        for name, value in to.items():
            set_parameter(name, value)
        st.rerun()


def cards(
    scope: Scope,
    key: str,
    *,
    folded: bool = True,
    order: str = "newest",
    draw: Callable[[Sequence[Post]], None] | None = None,
) -> None:
    """A page of the scope's posts with its pager; says how many posts the cards stand for. `draw` draws the page."""
    url, revision = key_url(), queries.revision()
    total, shown = queries.counted(scope, url, revision)
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
    page = queries.page(scope, current, folded, order, url, revision)
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


def period_filter(scope: Scope) -> Scope:
    """The period: 7, 30, 90 days or two dates."""
    today = now().date()
    labels = {n: n_("{n} day", "{n} days", n) for n in PERIODS}
    options = [*PERIODS, 0]
    active = scope.days if scope.until == today and scope.days in PERIODS else 0
    chosen = st.segmented_control(
        _("Period"),
        options,
        default=active,
        format_func=lambda n: labels.get(n, _("Dates")),
        label_visibility="collapsed",
        key=f"period-{scope.since}-{scope.until}",
    )
    if chosen == 0:
        dates = st.date_input(
            _("From and to"), (scope.since, scope.until), max_value=today + timedelta(days=1), key="dates",
            label_visibility="collapsed",
        )  # fmt: skip
        if isinstance(dates, tuple) and len(dates) == 2 and dates != (scope.since, scope.until):
            put_scope(replace(scope, since=dates[0], until=dates[1]), today)
            st.rerun()
    elif chosen and chosen != active:
        put_scope(replace(scope, since=today - timedelta(days=chosen - 1), until=today), today)
        st.rerun()
    return scope


def page_start(title: str) -> Scope:
    """Title, period and the line on blind spots: how every page of findings begins."""
    scope = scope_from_url(now().date())
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title(title, anchor=False, width="content")
        with st.container(width="content"):
            period_filter(scope)
    if scope.days > 0:
        st.caption(f"{day(scope.since)} – {day(scope.until)}")
    blind_spots(scope)
    return scope


def choose_view(views: dict[str, str], *forgotten: str, name: str = "view") -> str:
    """The view of a page, by the parameter `name` of the URL; the first one is what shows without it. `forgotten` are
    parameters that belong to one view alone."""
    first = next(iter(views))
    active = parameter(name) if parameter(name) in views else first
    chosen = st.segmented_control(
        _("View"), list(views), default=active, format_func=lambda view: views[view], label_visibility="collapsed",
        key=f"{name}-{active}",
    )  # fmt: skip
    if chosen and chosen != active:
        set_parameter(name, "" if chosen == first else chosen)
        for other in forgotten:
            set_parameter(other, "")
        st.rerun()
    return active


def blind_spots(scope: Scope) -> None:
    """Name the sources of a scope that brought nothing for a part of its period because they failed."""
    hour = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    down = queries.blind_spots(scope, key_url(), queries.revision(), hour)
    names = list(dict.fromkeys(spot.source.title or mask_secrets(spot.source.address) for spot in down))
    if names:
        told = ", ".join(escape(name) for name in names[:3]) + ("…" if len(names) > 3 else "")
        since = day(min(spot.began for spot in down).date())
        st.caption(
            ":material/visibility_off: "
            + n_(
                "Blind spot: {n} source could not be read for part of this period, from {day}: {names}",
                "Blind spots: {n} sources could not be read for part of this period, from {day}: {names}",
                len(names),
            )
            .replace("{day}", escape(since))
            .replace("{names}", told)
        )


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


def key_figure(
    label: str,
    value: str,
    now_value: float,
    before: float,
    series: Sequence[float],
    *,
    good: str,
    key: str,
    **target: str,
) -> None:
    """A figure against the previous equal period, with its sparkline and the way to its posts."""
    change = None
    if before:
        change = f"{percent((now_value - before) / abs(before))}"
        change = change if change.startswith(("-", "−")) or now_value <= before else f"+{change}"
    st.metric(
        label,
        value,
        change.replace("−", "-") if change else None,
        delta_color={"up": "normal", "down": "inverse", "none": "off"}[good],
        chart_data=list(series) if len(series) > 1 else None,
        chart_type="area",
        border=True,
        help=_("Compared with the {n} days before. Click below to read the posts.").format(n=len(series)),
    )
    if st.button(_("Read the posts"), key=f"open-{key}", type="tertiary", icon=":material/arrow_forward:"):
        open_page("mentions", **target)


def empty_state(settings: Settings) -> None:
    """What a store without posts shows: the next step."""
    with st.container(border=True):
        st.subheader(_("Nothing here yet"), anchor=False)
        st.write(_("Add a site, import a list of feeds or a file of posts, and the page fills as posts arrive."))
        if st.button(_("Add a source"), type="primary", icon=":material/add:"):
            open_page("sources")


def source_state(row: SourceHealth) -> tuple[str, str]:
    """(words, colour) of a source's health."""
    source = row.source
    if source.kind == "demo":
        return _("Demo"), "violet"
    if source.state == "removed":
        return _("Not followed any more"), "gray"
    if source.kind == "import":
        return _("Imported file"), "blue"
    if source.state == "paused":
        return _("Paused"), "gray"
    if source.state == "gone":
        return _("Gone for good"), "red"
    if source.error_code:
        return (_("Needs you"), "orange") if source.error_code in NEEDS_A_PERSON else (_("Failing"), "red")
    if source.last_success is None:
        return _("Waiting for its first check"), "blue"
    if row.is_quiet:
        return _("Quieter than usual"), "orange"
    return _("Working"), "green"


def when(value: Any) -> str:
    return ago(value, now())
