"""One box to add any source: what a person pastes, starter packs, suggestions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import sources as source_reads
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.page import open_page
from dashboard.views.posts import card
from dashboard.views.sources.followed import followed_now
from dashboard.words import language
from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_
from dashboard.words.sources import (
    error_sentence,
    export_sentence,
    kind_name,
    kind_of_list,
    note_sentence,
    place_name,
)
from data.credentials import CredentialsError, load_credentials
from data.source_list import SourceHealth, mark_own
from data.suggestions import dismiss
from data.usage import Meter
from sources.addresses.candidates import NotUnderstood
from sources.addresses.pasted import MOST_THINGS, things_in
from sources.discovery import Found, Looked, follow, follow_address, look_at_each
from sources.errors import mask_secrets
from sources.http import Client
from sources.identify import SHORT_FORMS
from sources.packs import add_pack, starter_packs


async def _ask(things: Sequence[str]) -> list[Looked]:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store()), preview=True) as client:
        return await look_at_each(client, things, now())


def look_at(pasted: str) -> None:
    """Ask what each pasted thing is and remember the answers, or the sentences that say why not."""
    forget("found", "not-found", "found-many")
    several = things_in(pasted)
    things = several.things or (pasted,)
    try:
        with st.spinner(_("Looking…")):
            looked = asyncio.run(_ask(things))
    except CredentialsError as error:
        remember("not-found", ("bad_credentials", str(error), ""))
        return
    if len(looked) > 1:
        remember("found-many", (looked, several.left_out))
    elif looked[0].found is not None:
        remember("found", looked[0].found)
    elif looked[0].problem is not None:
        problem = looked[0].problem
        nearest = problem.nearest if isinstance(problem, NotUnderstood) else ""
        remember("not-found", (problem.code, problem.subject, nearest))


def one_box() -> None:
    """The box, what came of what was put in it last, and the way to follow that."""
    pasted = _pasted()
    if pasted:
        look_at(pasted)
    problem = remembered("not-found")
    if problem is not None:
        _not_found(*problem)
    found = remembered("found")
    if found is not None:
        _what_was_found(found)
    many = remembered("found-many")
    if many is not None:
        _many_found(*many)


def _pasted() -> str:
    """What a person asks to look at: an address or handle, or words for one of the places that have a short form."""
    with st.form("add-source", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        pasted = st.text_input(
            _("Address, handle, hashtag, r/name…"),
            placeholder=_("r/CommunityManager, or several things"),
            max_chars=20_000,
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
            "threads": _("Threads: words"),
        }
        place = st.selectbox(_("Place"), list(names), format_func=lambda k: names[k], key="short-place")
        example = SHORT_FORMS[place][2] if place in SHORT_FORMS else ""
        with st.form("short-form", border=False):
            value = st.text_input(_("Name, words or address"), placeholder=example, max_chars=500, key="short-value")
            short = st.form_submit_button(_("Look"), key="short-look", disabled=not place)
        if short and value.strip():
            return f"{place}: {value.strip()}"
    return pasted.strip() if asked else ""


def _not_found(code: str, subject: str, nearest: str) -> None:
    with st.container(border=True):
        st.error(error_sentence(code), title=_("Nothing was added"))
        st.text(subject)
        if how := export_sentence(subject):
            st.caption(escape(how))
        if nearest and st.button(_("Try {thing}").format(thing=escape(nearest)), key="try-nearest"):
            look_at(nearest)
            st.rerun()


def _what_was_found(found: Found) -> None:
    """A source with its newest posts, before it is followed."""
    with st.container(border=True, key="found"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(escape(found.title or found.address), anchor=False, width="content")
            st.badge(escape(kind_of_list(found.kind, found.address)), color="blue")
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


def _many_found(looked: Sequence[Looked], left_out: int) -> None:
    """Several things: what each is, with its newest post; those that are ticked are followed."""
    found = [(number, one.found) for number, one in enumerate(looked) if one.found is not None]
    faults = [(one.pasted, one.problem) for one in looked if one.problem is not None]
    with st.container(border=True, key="found-many"):
        if found:
            st.markdown("**" + n_("{n} thing was understood", "{n} things were understood", len(found)) + "**")
        chosen = [one for number, one in found if _line_of(number, one)]
        if faults:
            st.markdown("**" + n_("{n} cannot be followed", "{n} cannot be followed", len(faults)) + "**")
        for pasted, problem in faults:
            st.text(_("{what}: {why}").format(what=mask_secrets(pasted[:200]), why=error_sentence(problem.code)))
        if left_out:
            st.warning(
                n_(
                    "{n} more was left out: paste at most {most} at once.",
                    "{n} more were left out: paste at most {most} at once.",
                    left_out,
                ).replace("{most}", str(MOST_THINGS))
            )
        if chosen and st.button(
            n_("Follow {n} place", "Follow {n} places", len(chosen)), type="primary", key="follow-many", **only(follow)
        ):
            _follow_many(chosen)


def _line_of(number: int, found: Found) -> bool:
    """One of several places; whether it is ticked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        ticked = st.checkbox(escape(found.title or found.address), True, key=f"found-{number}")
        st.badge(escape(kind_of_list(found.kind, found.address)), color="blue")
    newest = next((post.title or " ".join((post.plain or post.text).split()) for post in found.newest), "")
    st.text(mask_secrets(found.address) + (f"\n· {newest[:160]}" if newest else ""))
    return ticked


def _follow_many(chosen: Sequence[Found]) -> None:
    made = [follow(cache.store(), cache.settings(), one, now()) for one in chosen]
    new = [source.id for source, is_new in made if is_new]
    forget("found-many")
    told = [n_("{n} source added", "{n} sources added", len(new))]
    if len(new) < len(made):
        told.append(n_("{n} followed already", "{n} followed already", len(made) - len(new)))
    followed_now(new, ", ".join(told))


def _follow(found: Found, ours: bool) -> None:
    """Follow what was found, or another list of the same place."""
    if st.button(_("Follow"), type="primary", key="follow", **only(follow)):
        made, is_new = follow(cache.store(), cache.settings(), found, now())
        if ours:
            mark_own(cache.store(), made.id, True)
        forget("found")
        followed_now([made.id], _added(is_new))
    if found.others:
        st.caption(_("Also there:"))
    for other in found.others:
        if st.button(escape(place_name(other)), key=f"other-{other.address}", **only(follow_address)):
            made, is_new = follow_address(cache.store(), other.kind, other.address, now())
            followed_now([made.id], _added(is_new))


def _added(is_new: bool) -> str:
    return _("Added; its posts arrive in a moment.") if is_new else _("It is followed already.")


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
                n_("Follow {n} source", "Follow {n} sources", missing),
                key=f"pack-{pack.key}",
                width="stretch",
                **only(add_pack),
            ):
                new = add_pack(cache.store(), pack, now())
                followed_now(
                    new,
                    n_(
                        "{n} source added; its posts arrive in a moment.",
                        "{n} sources added; their posts arrive in a moment.",
                        len(new),
                    ),
                )


def suggested() -> None:
    """Places that the collected posts mention."""
    if st.button(_("Where to go"), key="suggested-go", type="tertiary", icon=":material/travel_explore:"):
        open_page("people", view="go")
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
                st.badge(escape(kind_name(one.kind)), color="blue")
            said = n_("{n} post", "{n} posts", one.posts) + ", " + n_("{n} author", "{n} authors", one.authors)
            st.caption(_("Mentioned in {posts} of the last 30 days").format(posts=said))
            with st.container(horizontal=True):
                if st.button(_("Look"), key=f"look-{one.kind}-{one.address}"):
                    look_at(_pasteable(one.kind, one.address))
                    st.rerun()
                if st.button(
                    _("Not for us"), key=f"dismiss-{one.kind}-{one.address}", type="tertiary", **only(dismiss)
                ):
                    dismiss(cache.store(), one.kind, one.address)
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
    if kind == "telegram":
        return f"https://t.me/{address}"
    if kind == "github":
        return f"https://github.com/{rest}"
    if kind == "stackexchange":
        site, _sep, tag = address.partition(":tag:")
        host = f"{site}.com" if site in {"stackoverflow", "superuser", "serverfault"} else f"{site}.stackexchange.com"
        return f"https://{host}/questions/tagged/{tag}"
    return forms.get(prefix, "") + rest if prefix in forms else address
