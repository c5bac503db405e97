"""How the workspace presents itself: name, logo, colour of reports, language, zone."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import available_timezones

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _
from data.actor import actor
from data.house.workspaces import WorkspaceError, rename_workspace
from data.identity import FIELDS, LOGO_BYTES, Identity, IdentityError, clean_logo, logo_of, readable, save_identity

USUAL = "#0b6d84"
TOLD = "settings-told"


def identity() -> None:
    """What is shown to whoever may only look, a form to administrators."""
    held = workspace_reads.identity()
    st.header(_("This workspace"), anchor=False)
    if not actor().may("administrator"):
        st.caption(_("Administrators change these settings."))
        if held.name:
            st.write(escape(held.name))
        return
    if remembered(TOLD):
        st.success(_("Kept."), icon=":material/check:")
        remember(TOLD, False)
    if held.logo:
        st.image(logo_of(held.logo), width=220)
    form = opened("identity", held, FIELDS)
    held = form.shown
    with st.form(form.key("workspace-identity")):
        name = st.text_input(
            _("Name"), held.name, max_chars=80, help=_("It stands in the sidebar, on reports and on shared pages.")
        )
        logo = st.file_uploader(_("Logo"), type=["png", "jpg", "jpeg", "webp"])
        without = bool(held.logo) and st.checkbox(_("Remove the logo"))
        own_colour = st.checkbox(_("Reports in our own colour"), bool(held.colour))
        colour = st.color_picker(_("Colour of reports"), held.colour or USUAL)
        languages = {"": _("As it is set up"), "auto": _("The browser's"), **LANGUAGES}
        language = st.selectbox(
            _("Language"), list(languages), list(languages).index(held.language), format_func=lambda c: languages[c]
        )
        zones = ["", *sorted(available_timezones())]
        zone = st.selectbox(
            _("Time zone"),
            zones,
            zones.index(held.zone) if held.zone in zones else 0,
            format_func=lambda z: z or _("As it is set up"),
        )
        if st.form_submit_button(_("Keep"), type="primary", **only(save_identity)):
            wanted = Identity(name, colour if own_colour else "", "" if without else held.logo, language, zone)
            _keep(form, wanted, logo)
    if held.colour and not readable(held.colour):
        st.warning(
            _("This colour is too pale to read on white: reports keep the usual one."), icon=":material/contrast:"
        )


def _keep(form: Opened[Identity], wanted: Identity, logo: UploadedFile | None) -> None:
    try:
        if logo is not None:
            body = logo.getvalue() if logo.size <= LOGO_BYTES else b" " * (LOGO_BYTES + 1)
            wanted = replace(wanted, logo=clean_logo(body))
        if not saved(form, lambda seen: save_identity(cache.store(), wanted, seen)):
            return
        name = workspace_reads.identity().name
        if name.strip():
            rename_workspace(cache.settings(), cache.settings().key, name, now())
    except (IdentityError, WorkspaceError) as error:
        st.error(_problem(error.code), icon=":material/error:")
        return
    remember(TOLD, True)
    st.rerun()


def _problem(code: str) -> str:
    return {
        "logo": _("This file is no picture that can be read: take a PNG, JPEG or WebP."),
        "large": _("This picture is too large: take one of at most 2 MB and 20 million pixels."),
        "name": _("Write a name of 1 to 80 characters."),
    }.get(code, _("This cannot be kept."))
