"""Vigie in the browser: the table of pages, the sidebar they share, and what to show when all fails."""

from contextlib import suppress

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.reads.inbox import Waiting
from dashboard.state import choose_language, now, remember, remembered, set_parameter
from dashboard.views import keys, menu
from dashboard.views.allowed import plainly
from dashboard.views.meanwhile import let_go
from dashboard.views.mentions import saved
from dashboard.views.reading import being_read
from dashboard.views.reports import sharing as share_views
from dashboard.views.search import all as search_views
from dashboard.views.team import account as account_views
from dashboard.words import language
from dashboard.words.labels import escape
from dashboard.workspace import demo_or_own, enter, identity, opening, prepare, switch
from data.actor import actor
from data.house.workspaces import has_record
from data.jobs import note_visit
from data.settings import SettingsError, load_settings
from data.store import StoreError

_ = language._

st.set_page_config(page_title="Vigie", page_icon="dashboard/icon.png", layout="wide")
st.logo("dashboard/logo.png", size="large", icon_image="dashboard/icon.png")

try:
    first = load_settings()
    choose_language(first.language, first.timezone)
    account_views.required()
    is_open = enter()
    settings = cache.settings()
    with suppress(StoreError):  # a record that cannot be read says so below
        if has_record(settings):
            choose_language(workspace_reads.language(), workspace_reads.zone())
except SettingsError as error:
    st.error(escape(str(error)), title="Vigie cannot start", icon=":material/settings_alert:")
    st.stop()
except StoreError as error:
    st.error(escape(str(error)), title=_("Nothing to show here"), icon=":material/lock:")
    st.stop()

me = actor()
waits = menu.waiting(settings, me) if is_open else Waiting()
page = st.navigation(menu.pages(me, waits), expanded=True)

if not is_open:
    opening()
    st.stop()

with st.sidebar, plainly():
    views_place = st.container()  # known once the record is ready
    account_views.role_changed(me)
    account_views.menu(me)
    with suppress(StoreError):
        if has_record(settings):
            identity()
    switch(settings)
    demo_or_own(settings)
    chosen = st.segmented_control(
        _("Language"),
        list(language.LANGUAGES),
        default=language.current(),
        format_func=lambda code: language.LANGUAGES[code],
        label_visibility="collapsed",
        key="language-choice",
    )
    if chosen and chosen != language.current():
        set_parameter("lang", chosen)
        remember("lang", chosen)
        remember("lang_chosen", True)
        st.rerun()

try:
    ready = prepare(settings)
    if ready:
        if remembered("visit_store") != cache.store().url:
            remember("visit_store", cache.store().url)
            remember("last_visit", note_visit(cache.store(), me.viewer, now()))
        with views_place:
            search_views.button()
            keys.button(page.url_path or "overview")
            menu.mine(waits)
            saved.menu()
        with st.sidebar:
            share_views.button(page.url_path or "overview")
        being_read()
        with cache.one_record(), plainly():
            page.run()
        let_go()
except StoreError as error:
    titles = {
        "missing": _("There is no database yet"),
        "corrupt": _("The database is damaged"),
        "locked": _("The database is busy"),
        "full": _("The disk is full"),
        "newer": _("The database was made by a newer Vigie"),
        "readonly": _("The database can only be read"),
        "unreadable": _("The database cannot be opened"),
        "closed": _("Nothing to show here"),
    }
    advice = {
        "corrupt": _("Run “python -m data restore” to go back to the last backup. Your posts up to then are safe."),
        "locked": _("Another program is writing to it. Wait a minute, then reload the page."),
        "full": _("Free some space, then reload the page. Nothing was lost."),
        "newer": _("Update Vigie, then reload the page."),
        "readonly": _("Nothing was changed. To change anything, copy the database to a folder that can be written."),
    }.get(error.code, _("Check that the file exists and that you may read and write it."))
    st.error(advice, title=titles[error.code], icon=":material/database_off:")
    st.text(str(error))
    cache.open_store.cache_clear()
    if st.button(_("Try again"), key="retry-store"):
        st.rerun()
