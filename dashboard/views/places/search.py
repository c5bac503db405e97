"""Places by theme, asked of networks by a click, and places that a person names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.places import venues as venue_reads
from dashboard.state import forget, now, remember, remembered, set_parameter
from dashboard.views.allowed import only, plain_callback
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_
from dashboard.words.places.told import kind_names
from dashboard.words.sources import error_sentence, kind_name
from data.actor import needs
from data.credentials import CredentialsError, load_credentials
from data.models import web_link
from data.places.listing import add_venue
from data.places.named import Named
from data.usage import Meter
from sources.errors import AddressError
from sources.http import Client
from sources.places.named import place_of
from sources.places.search import MOST_SERVERS, WITH_SERVERS, Answered, Result, search_places, server_of

FOUND = "places-found"
SHOWN = 10  # of one server


async def _ask(theme: str, servers: Mapping[str, Sequence[str]]) -> list[Answered]:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store())) as client:
        return await search_places(client, theme, servers, now())


@needs("member")
def search_now(theme: str, servers: Mapping[str, Sequence[str]]) -> None:
    """Ask these servers for places on a theme, and remember the answers for this session."""
    forget(FOUND)
    with st.spinner(_("Asking…")):
        try:
            remember(FOUND, asyncio.run(_ask(theme, servers)))
        except CredentialsError as error:
            st.error(escape(str(error)))


def search_and_add() -> None:
    """The two boxes, and what the last search found."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(_("Search by theme"), icon=":material/travel_explore:", key="places-search"):
            _search()
        with st.popover(_("Add a place"), type="tertiary", icon=":material/add:", key="places-add"):
            _add()
    answers: Sequence[Answered] = remembered(FOUND, ())
    if answers:
        _answers(answers)


def _search() -> None:
    known = venue_reads.servers()
    options = ["reddit ", *(f"{network} {server}" for network in WITH_SERVERS for server in known.get(network, ()))]
    with st.form("places-theme", border=False):
        theme = st.text_input(_("Theme"), max_chars=100, placeholder=_("community management"))
        chosen = st.multiselect(
            _("Where to ask"),
            options,
            max_selections=MOST_SERVERS,
            format_func=_server_name,
            placeholder=_("Choose one or more"),
            help=_("Reddit is asked with your credentials. Nothing is asked before you click."),
        )
        network = st.selectbox(_("Another server of"), WITH_SERVERS, format_func=kind_name)
        typed = st.text_input(_("Its name"), max_chars=200, placeholder="lemmy.world")
        if not st.form_submit_button(_("Search"), type="primary", **only(search_now)):
            return
        servers: dict[str, list[str]] = {}
        for one in chosen:
            name, _space, server = one.partition(" ")
            servers.setdefault(name, []).append(server)
        try:
            if typed.strip():
                servers.setdefault(network, []).append(server_of(typed))
        except AddressError as error:
            st.warning(error_sentence(error.code))
            return
        if not theme.strip() or not servers:
            st.warning(_("Say a theme, and where to ask."))
            return
        search_now(theme, servers)
        st.rerun()


def _server_name(option: str) -> str:
    network, _space, server = option.partition(" ")
    return escape(f"{kind_name(network)} · {server.partition('://')[2]}" if server else kind_name(network))


def _answers(answers: Sequence[Answered]) -> None:
    with st.container(border=True, key="places-answers"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(_("Found by searching"), anchor=False, width="content")
            st.button(_("Put away"), key="places-away", type="tertiary", on_click=_put_away)
        for place, answer in enumerate(answers):
            name = _server_name(f"{answer.network} {answer.server}")
            if answer.problem is not None:
                st.warning(escape(f"{name}: {error_sentence(answer.problem.code)}"), icon=":material/sync_problem:")
                continue
            st.markdown(f"**{name}** · " + n_("{n} place", "{n} places", len(answer.results)))
            for number, result in enumerate(answer.results[:SHOWN]):
                _result(result, f"{place}-{number}")


@plain_callback
def _put_away() -> None:
    forget(FOUND)


def _result(result: Result, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if web_link(result.place.address):
            st.link_button(escape(result.place.title), result.place.address, type="tertiary")
        told = []
        if result.members is not None:
            told.append(n_("{n} member", "{n} members", result.members))
        if result.lately is not None:
            told.append(_("{n} lately").format(n=count(result.lately)))
        st.caption(escape(" · ".join([*told, result.about])))
        if st.button(_("Put on the list"), key=f"places-keep-{key}", icon=":material/playlist_add:", **only(add_venue)):
            number = add_venue(cache.store(), result.place, "search", now(), result.about)
            set_parameter("place", str(number))
            st.rerun()


def _add() -> None:
    with st.form("places-hand", border=False):
        address = st.text_input(_("Address"), max_chars=500, placeholder="https://forum.example.org")
        kind = st.selectbox(
            _("What it is"),
            list(kind_names()),
            index=list(kind_names()).index("forum"),
            format_func=lambda one: kind_names()[one],
            help=_("Of an address that Vigie does not know by itself."),
        )
        if not st.form_submit_button(_("Put on the list"), type="primary", **only(add_venue)):
            return
        typed = address.strip() if "://" in address else f"https://{address.strip()}"
        place = place_of(typed) or Named(kind, typed, typed.partition("://")[2].rstrip("/"))
        try:
            server_of(typed)
            number = add_venue(cache.store(), place, "hand", now())
        except (ValueError, AddressError):
            st.warning(_("This is not a web address. It should look like https://example.org."))
            return
    set_parameter("place", str(number))
    st.rerun()
