"""One box to add any source: what a person pastes, starter packs, suggestions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import sources as source_reads
from dashboard.state import forget, now, remember, remembered
from dashboard.views.posts import card
from dashboard.views.sources.followed import say, try_now
from dashboard.words import language
from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_
from dashboard.words.sources import (
    error_sentence,
    kind_name,
    kind_of_list,
    note_sentence,
)
from data.credentials import CredentialsError, load_credentials
from data.source_list import SourceHealth, add_source, mark_own
from data.suggestions import dismiss
from data.usage import Meter
from sources.discovery import Found, follow, look
from sources.errors import SourceError, mask_secrets
from sources.http import Client
from sources.identify import SHORT_FORMS, NotUnderstood
from sources.packs import add_pack, starter_packs


async def _ask(pasted: str) -> Found:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store()), preview=True) as client:
        return await look(client, pasted, now())


def look_at(pasted: str) -> None:
    """Ask what a pasted thing is and remember the answer, or the sentence that says why not."""
    forget("found", "not-found")
    try:
        with st.spinner(_("Looking…")):
            remember("found", asyncio.run(_ask(pasted)))
    except CredentialsError as error:
        remember("not-found", ("bad_credentials", str(error), ""))
    except SourceError as error:
        nearest = error.nearest if isinstance(error, NotUnderstood) else ""
        remember("not-found", (error.code, error.subject, nearest))


def one_box() -> None:
    """The box, what came of the last thing that was put in it, and the way to follow that."""
    pasted = _pasted()
    if pasted:
        look_at(pasted)
    problem = remembered("not-found")
    if problem is not None:
        _not_found(*problem)
    found = remembered("found")
    if found is not None:
        _what_was_found(found)


def _pasted() -> str:
    """What a person asks to look at: an address or handle, or words for one of the places that have a short form."""
    with st.form("add-source", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        pasted = st.text_input(
            _("Address, handle, hashtag, r/name…"), placeholder="r/CommunityManager", max_chars=2_000
        )
        asked = st.form_submit_button(_("Look"), type="primary")
    with st.popover(_("More places"), type="tertiary", icon=":material/apps:"):
        names = {
            "": _("Choose a place"),
            **{key: form[0] for key, form in SHORT_FORMS.items()},
            "hn": _("Hacker News: words"),
            "reddit": _("Reddit: words"),
            "youtube": _("YouTube: words"),
            "bluesky": _("Bluesky: words"),
            "github": _("GitHub: words"),
            "x": _("X: words"),
        }
        place = st.selectbox(_("Place"), list(names), format_func=lambda k: names[k], key="short-place")
        example = SHORT_FORMS[place][2] if place in SHORT_FORMS else ""
        value = st.text_input(_("Name, words or address"), placeholder=example, max_chars=500, key="short-value")
        if st.button(_("Look"), key="short-look", disabled=not (place and value.strip())):
            return f"{place}: {value.strip()}"
    return pasted.strip() if asked else ""


def _not_found(code: str, subject: str, nearest: str) -> None:
    with st.container(border=True):
        st.error(error_sentence(code), title=_("Nothing was added"))
        st.text(subject)
        if nearest and st.button(_("Try {thing}").format(thing=escape(nearest)), key="try-nearest"):
            look_at(nearest)
            st.rerun()


def _what_was_found(found: Found) -> None:
    """A source with its newest posts, before it is followed."""
    with st.container(border=True, key="found"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(escape(found.title or found.address), anchor=False, width="content")
            st.badge(kind_of_list(found.kind, found.address), color="blue")
        st.text(mask_secrets(found.address))
        if found.note:
            st.caption(":material/info: " + note_sentence(found.note))
        for post in found.newest:
            published = day(post.published_at.date()) + " · " if post.published_at else ""
            words = post.title or " ".join((post.plain or post.text).split())[:160]
            st.text("· " + published + (f"{post.author}: " if post.author else "") + words)
        if not found.newest:
            st.caption(_("It answers, but holds no post yet."))
        ours = st.toggle(
            _("This is ours"),
            key="found-own",
            help=_("Our posts count as what we did; our replies count as answers to questions."),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _follow(found, ours)


def _follow(found: Found, ours: bool) -> None:
    """Follow what was found, or another list of the same place."""
    if st.button(_("Follow"), type="primary", key="follow"):
        made, is_new = follow(cache.store(), cache.settings(), found, now())
        if ours:
            mark_own(cache.store(), made.id, True)
        forget("found")
        try_now(made.id)
        say(_("Added.") if is_new else _("It is followed already."))
    if found.others:
        st.caption(_("Also there:"))
    for other in found.others:
        if st.button(kind_of_list(other.kind, other.address), key=f"other-{other.address}"):
            with cache.store().write() as connection:
                made, is_new = add_source(connection, other.kind, other.address, now())
            try_now(made.id)
            say(_("Added.") if is_new else _("It is followed already."))


def packs(rows: Sequence[SourceHealth]) -> None:
    """Lists of sources by theme, with those that are followed among `rows`."""
    st.caption(_("Lists of public sources by theme. Those that no longer answer are shown below, not hidden."))
    followed = {(row.source.kind, row.source.address): row for row in rows}
    grid = st.columns(3)
    for index, pack in enumerate(starter_packs()):
        there = [followed[(k, a)] for k, a, _title in pack.entries if (k, a) in followed]
        with grid[index % 3], st.container(border=True):
            st.markdown(f"**{escape(pack.titles[language.current()])}**")
            st.caption(", ".join(escape(title) for _kind, _address, title in pack.entries))
            failing = sum(bool(row.source.error_code) for row in there)
            if failing:
                st.caption(":material/error: " + n_("{n} does not answer now", "{n} do not answer now", failing))
            missing = len(pack.entries) - len(there)
            if not missing:
                st.caption(":material/check: " + _("All followed"))
            elif st.button(
                n_("Follow {n} source", "Follow {n} sources", missing), key=f"pack-{pack.key}", width="stretch"
            ):
                new = add_pack(cache.store(), pack, now())
                try_now(*new)
                say(
                    n_(
                        "{n} source added; its posts arrive in a moment.",
                        "{n} sources added; their posts arrive in a moment.",
                        len(new),
                    )
                )


def suggested() -> None:
    """Places that the collected posts mention."""
    suggestions = source_reads.suggested()
    if not suggestions:
        st.info(
            _("Nothing yet. Once a day Vigie looks which places your posts mention that you do not follow."),
            icon=":material/explore:",
        )
    for one in suggestions:
        with st.container(border=True, key=f"suggested-{one.kind}-{one.address}"):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{escape(one.title)}**", width="content")
                st.badge(kind_name(one.kind), color="blue")
            said = n_("{n} post", "{n} posts", one.posts) + ", " + n_("{n} author", "{n} authors", one.authors)
            st.caption(_("Mentioned in {posts} of the last 30 days").format(posts=said))
            with st.container(horizontal=True):
                if st.button(_("Look"), key=f"look-{one.kind}-{one.address}"):
                    look_at(_pasteable(one.kind, one.address))
                    st.rerun()
                if st.button(_("Not for us"), key=f"dismiss-{one.kind}-{one.address}", type="tertiary"):
                    with cache.store().write() as connection:
                        dismiss(connection, one.kind, one.address)
                    st.rerun()
                with st.popover(_("Read the posts"), type="tertiary"):
                    for post in post_reads.by_id(one.examples):
                        card(post, f"suggested-{one.address}")


def _pasteable(kind: str, address: str) -> str:
    """An address as one would paste it, from the form in which it is stored."""
    if kind == "reddit" and address.startswith("r/"):
        return "/".join(address.split("/")[:2])
    prefix, _colon, rest = address.partition(":")
    forms = {"user": "u/", "author": "@", "playlist": "https://www.youtube.com/playlist?list="}
    if kind == "youtube" and prefix == "channel":
        return "https://www.youtube.com/" + (rest if rest.startswith("@") else f"channel/{rest}")
    if kind == "github":
        return f"https://github.com/{rest}"
    if kind == "stackexchange":
        site, _sep, tag = address.partition(":tag:")
        host = f"{site}.com" if site in {"stackoverflow", "superuser", "serverfault"} else f"{site}.stackexchange.com"
        return f"https://{host}/questions/tagged/{tag}"
    return forms.get(prefix, "") + rest if prefix in forms else address
