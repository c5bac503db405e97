"""One place: how it behaves, its rules, first words, what came of it, and the posts that lead there."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from dashboard.reads import cache, workspace
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.places import venues as venue_reads
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved, tell
from dashboard.views.page import back, box_done, box_key, open_page, pager, written_area
from dashboard.views.posts import card
from dashboard.views.sources.followed import followed_now
from dashboard.words.labels import escape
from dashboard.words.language import _, day, language_name, n_, typed_days
from dashboard.words.places.contact import House, first_contact, language_for
from dashboard.words.places.told import (
    kind_names,
    known_by,
    langs_words,
    pace_words,
    questions_words,
    state_names,
    tone_words,
    verdict_words,
    why,
)
from dashboard.words.sources import error_sentence
from data.credentials import CredentialsError, load_credentials
from data.models import web_link
from data.places import listing
from data.places.listing import STATES, Venue
from data.scope import Scope, page_number, scope_to_parameters
from data.settings import ROOT
from data.usage import Meter
from insights.places.promotion import promotion_in, verdict
from sources.discovery import Found, follow, look
from sources.errors import SourceError
from sources.http import Client
from sources.places.look import CLOSED, Look, look_at_place
from sources.places.rules import Rules, read_page

SHOWN = 20
READING = 120  # seconds that reading the tone of a look may take


async def _look(place: Venue) -> Look:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store()), preview=True) as client:
        return await look_at_place(client, place.kind, place.address, now())


async def _found(place: Venue) -> Found:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store()), preview=True) as client:
        return await look(client, place.address, now())


async def _rules(url: str) -> Rules:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store())) as client:
        return await read_page(client, url, now())


def one_place(place: Venue | None, scope: Scope) -> None:
    back(_("All places"), "place", "page_led", key="places-back")
    tell()
    if place is None:
        st.info(_("This place is on the list no more."), icon=":material/delete:")
        return
    st.header(escape(place.title), anchor=False)
    st.caption(escape(f"{kind_names()[place.kind]} · {state_names()[place.state]} · {why(place)}"))
    if place.about:
        st.write(escape(place.about))
    sources = venue_reads.followed().get(place.address, [])
    _ways(place, sources)
    if told := remembered(f"place-problems-{place.id}"):
        for problem in told:
            st.warning(escape(problem), icon=":material/sync_problem:")
    left, right = st.columns(2)
    with left:
        _behaviour(place, sources, scope)
        _rules_of(place)
    with right:
        _contact(place)
        _came_of_it(place)
    _leading(place, scope)


def _ways(place: Venue, sources: Sequence[int]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if web_link(place.address):
            st.link_button(_("Open the place"), place.address, icon=":material/open_in_new:")
        if st.button(
            _("Read its rules and pace"),
            key="place-look",
            icon=":material/visibility:",
            help=_("Asks the place once, now: its rules page and its newest posts."),
            **only(listing.note_looked),
        ):
            _look_now(place)
        if sources:
            st.badge(_("You follow it"), icon=":material/check:", color="green")
        elif place.kind not in CLOSED and st.button(
            _("Follow this"), key="place-follow", icon=":material/add:", **only(follow)
        ):
            _follow(place)


def _told(place: Venue, problems: Sequence[str]) -> None:
    if problems:
        remember(f"place-problems-{place.id}", tuple(dict.fromkeys(problems)))
    else:
        forget(f"place-problems-{place.id}")


def _look_now(place: Venue) -> None:
    """Look at a place, keep what it brought, and have the words of its posts read in a process of its own."""
    with st.spinner(_("Looking…")):
        try:
            seen = asyncio.run(_look(place))
        except CredentialsError as error:
            _told(place, [str(error)])
            st.rerun()
        rules = (seen.rules.text, seen.rules.url) if seen.rules is not None else None
        codes = [one.code for one in seen.problems]
        listing.note_looked(
            cache.store(), place.id, now(), there=seen.there, sample=seen.sample, rules=rules, error=" ".join(codes)
        )
        if seen.sample and seen.there is not None:
            subprocess.run(
                cache.command("insights", "places"), cwd=ROOT, capture_output=True, timeout=READING, check=False
            )
    _told(place, [_problem(one, seen.rules is None) for one in seen.problems])
    st.rerun()


def _problem(error: SourceError, of_rules: bool) -> str:
    if of_rules and error.code in {"not_found", "gone", "closed_network", "needs_keys"}:
        return _("Its rules could not be read by Vigie: open the place, and paste them below.")
    return error_sentence(error.code)


def _follow(place: Venue) -> None:
    with st.spinner(_("Looking…")):
        try:
            found = asyncio.run(_found(place))
        except (SourceError, CredentialsError) as error:
            code = error.code if isinstance(error, SourceError) else "bad_credentials"
            _told(place, [error_sentence(code)])
            st.rerun()
        made, is_new = follow(cache.store(), cache.settings(), found, now())
    _told(place, [])
    words = _("Added; its posts arrive in a moment.") if is_new else _("It is followed already.")
    followed_now([made.id], words)
    st.rerun()


def _behaviour(place: Venue, sources: Sequence[int], scope: Scope) -> None:
    st.subheader(_("How people behave there"), anchor=False)
    there = place.there
    if there is None:
        st.caption(_("Not known yet: follow it, or read its rules and pace."))
        return
    lines = {
        _("Pace"): pace_words(there),
        _("Languages"): langs_words(there),
        _("Tone"): tone_words(there),
        _("Questions"): questions_words(there),
    }
    for name, said in lines.items():
        st.write(f"**{escape(name)}** · {escape(said)}")
    st.caption(escape(known_by(there, place.looked_at.date() if place.looked_at else None)))
    with st.container(horizontal=True, gap="small"):
        if sources and st.button(
            _("Read the posts"), key="place-posts", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_page(
                "mentions",
                **{**scope_to_parameters(scope, now().date()), "sources": ",".join(map(str, sources))},
            )
        _some("question", place, _("Read the questions"))


def _some(role: str, place: Venue, label: str) -> None:
    """Posts of a place in one role, in a box."""
    ids = venue_reads.posts_there(place.id, role)
    if ids:
        with st.popover(f"{label} · {len(ids)}", type="tertiary", key=f"place-{role}"):
            for post in post_reads.by_id(tuple(ids[:SHOWN])):
                card(post, f"place-{role}")
            if len(ids) > SHOWN:
                st.caption(n_("{n} more post", "{n} more posts", len(ids) - SHOWN))


def _rules_of(place: Venue) -> None:
    st.subheader(_("Its rules"), anchor=False)
    if place.rules:
        said = promotion_in(place.rules)
        st.write(verdict_words(verdict(said)))
        for one in said:
            with st.container(border=True, gap="xsmall"):
                st.text(one.text)
        read = _("As they stood on {day}.").format(day=day(place.rules_at.date())) if place.rules_at else ""
        st.caption(escape(read))
        with st.expander(_("The rules, word for word")):
            st.text(place.rules)
            if web_link(place.rules_url):
                st.link_button(_("Where they stand"), place.rules_url, type="tertiary", icon=":material/open_in_new:")
    else:
        st.caption(_("Not read yet. Read them before you write anything."))
    with st.popover(_("Paste or point to them"), type="tertiary", key=box_key(f"rules-{place.id}")):
        _rules_form(place)


def _rules_form(place: Venue) -> None:
    form = opened(f"rules-{place.id}", place.rules)
    with st.form(form.key("rules"), border=False):
        url = st.text_input(_("Address of the rules page"), place.rules_url, max_chars=500)
        text = st.text_area(
            _("Their words"),
            form.shown,
            height=200,
            max_chars=listing.RULES_LENGTH,
            help=_("Leave them empty to have Vigie read the page."),
        )
        if not st.form_submit_button(_("Keep"), type="primary", **only(listing.save_rules)):
            return
        if not text.strip() and url.strip():
            try:
                read = asyncio.run(_rules(url.strip()))
            except (SourceError, CredentialsError) as error:
                st.warning(error_sentence(error.code if isinstance(error, SourceError) else "bad_credentials"))
                return
            text, url = read.text, read.url
        try:
            done = saved(form, lambda seen: listing.save_rules(cache.store(), place.id, text, url.strip(), now(), seen))
        except ValueError:
            st.warning(error_sentence("bad_address"))
            return
    if done:
        box_done(f"rules-{place.id}", _("Saved."))


def _contact(place: Venue) -> None:
    st.subheader(_("First words"), anchor=False)
    if place.state in {"member", "left", "refused"}:
        st.caption(_("Nothing is to be said first here any more."))
        return
    brand = reputation_reads.own_brand()
    name = workspace.identity().name
    if brand is None and not name:
        st.caption(_("Say under Reputation who you are, with your brand: a draft says so openly."))
        return
    house = House(name, brand.name if brand is not None else name, inbox_reads.house_tone())
    draft = first_contact(place, promotion_in(place.rules), house)
    told = {
        "moderators": _("To those who keep the place, before anything is posted."),
        "place": _("To stand there, under your name."),
    }[draft.to]
    lang = language_for(place)
    st.caption(escape(f"{told} {language_name(lang)}."))
    if place.there is not None and place.there.lang and place.there.lang != lang:
        st.caption(
            escape(
                _("People there write in {language}: have it translated by somebody who does.").format(
                    language=language_name(place.there.lang)
                )
            )
        )
    if draft.title:
        st.code(draft.title, language=None, wrap_lines=True)
    text = written_area(_("Draft"), draft.text, f"contact-{place.id}-{crc32(draft.text.encode())}", height=380)
    if draft.over > 0:
        st.warning(n_("{n} character too long", "{n} characters too long", draft.over))
    if draft.rule and draft.rule not in text:
        st.caption(_("The rule is quoted no more: keep it, so that they see that you read it."))
    with st.popover(_("Copy the text"), icon=":material/content_copy:", type="tertiary", key="place-copy"):
        st.code(text, language=None, wrap_lines=True)
    if draft.to == "moderators" and place.kind == "reddit":
        subreddit = place.address.rpartition("/")[2]
        st.link_button(
            _("Write to its moderators"),
            f"https://www.reddit.com/message/compose?to=/r/{subreddit}",
            type="tertiary",
            icon=":material/open_in_new:",
        )


def _came_of_it(place: Venue) -> None:
    st.subheader(_("What came of it"), anchor=False)
    with st.popover(_("Note what came of it"), key=box_key(f"came-{place.id}"), icon=":material/edit_note:"):
        _step_form(place)
    for step in venue_reads.steps(place.id):
        who = f" · {step.who}" if step.who else ""
        st.caption(escape(f"{day(step.day)} · {state_names()[step.state]}{who}"))
        if step.note:
            st.text(step.note)
    with st.container(horizontal=True, gap="small"):
        _some("ours", place, _("What we wrote there"))
        _some("answer", place, _("Answers to it"))


def _step_form(place: Venue) -> None:
    form = opened(f"came-{place.id}", place.state)
    with st.form(form.key("came"), border=False):
        state = st.selectbox(
            _("State"), STATES, index=STATES.index(form.shown), format_func=lambda one: state_names()[one]
        )
        on = st.date_input(_("Day"), now().date(), max_value=now().date(), format=typed_days())
        note = st.text_area(_("Note"), max_chars=listing.NOTE_LENGTH, height=80)
        if not st.form_submit_button(_("Keep"), type="primary", **only(listing.set_state)):
            return
        done = saved(form, lambda seen: listing.set_state(cache.store(), place.id, state, on, note, seen))
    if done:
        box_done(f"came-{place.id}", _("Saved."))


def _leading(place: Venue, scope: Scope) -> None:
    ids = venue_reads.leading(place.id, scope)
    if not ids:
        return
    st.header(n_("{n} post leads here", "{n} posts lead here", len(ids)), anchor=False)
    pages = -(-len(ids) // SHOWN)
    number = page_number(st.query_params.get("page_led", ""), pages)
    for post in post_reads.by_id(tuple(ids[(number - 1) * SHOWN : number * SHOWN])):
        card(post, "led")
    pager("page_led", number, pages)
