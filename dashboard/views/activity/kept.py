"""What is kept about people: the register, for how long, and one person: shown, handed over, erased."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.reads import cache
from dashboard.reads import kept as reads
from dashboard.state import midnight
from dashboard.views.allowed import only
from dashboard.words.kept import kept_lines, months_name, section_names, summary_lines
from dashboard.words.labels import escape
from dashboard.words.language import _, colon, count, moment, n_
from data.actor import actor
from data.erasing.backups import erase_within, holding
from data.erasing.people import erase_person
from data.erasing.person import About, file_about
from data.erasing.retention import keep_for

CHOICES = (0, 3, 6, 12, 18, 24, 36, 60)


def what_is_kept() -> None:
    """For administrators: the register, the choice of how long, and the two rights of a person."""
    if not actor().may("administrator"):
        st.info(_("Administrators see here what is kept about people."), icon=":material/lock:")
        return
    _register()
    _how_long()
    _person()
    _copies()


def _register() -> None:
    st.header(_("What is kept, why and how long"), anchor=False)
    held = reads.register()
    rows = kept_lines(held, reads.retention())
    names = (_("What"), _("How many"), _("Why"), _("How long"))
    table = pd.DataFrame([(row.what, row.number, row.why, row.how_long) for row in rows], columns=list(names))
    st.dataframe(table, hide_index=True, width="stretch")
    told = [_("All of it lies in one place: {place}").format(place=escape(cache.store().name))]
    if held.oldest is not None:
        told.append(_("the oldest words are of {day}").format(day=escape(moment(held.oldest))))
    st.caption(" · ".join(told))


def _how_long() -> None:
    st.header(_("How long words are kept"), anchor=False)
    now_kept = reads.retention()
    choices = sorted({*CHOICES, now_kept})
    chosen = st.selectbox(
        _("Keep text and authors for"), choices, index=choices.index(now_kept), format_func=months_name, key="kept-for"
    )
    st.caption(
        _(
            "After that a post loses its text, its author and its link, and goes on being counted. Quotes and notes "
            "about it go too. Frozen copies keep their quotes until they are removed."
        )
    )
    gone = reads.due_tomorrow(chosen, midnight()) if chosen else 0
    if gone:
        st.warning(
            n_("{n} post will lose its text within a day.", "{n} posts will lose their text within a day.", gone),
            icon=":material/auto_delete:",
        )
    if chosen != now_kept and st.button(_("Keep for this long"), key="keep-for", type="primary", **only(keep_for)):
        keep_for(cache.store(), chosen)
        st.rerun()


def _person() -> None:
    st.header(_("One person"), anchor=False)
    with st.form("kept-person", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        author = st.text_input(_("Name of the author, as on their posts"), max_chars=300, key="kept-author").strip()
        st.form_submit_button(_("Look"))
    if not author:
        return
    held = reads.about(author)
    if held.is_empty:
        st.info(_("Nothing is held about this person."), icon=":material/person_off:")
    for name, number in summary_lines(held):
        st.markdown(f"- {escape(name)}{colon()}{count(number)}")
    if st.button(_("Prepare the file of all this"), key="kept-file", icon=":material/folder_zip:", **only(file_about)):
        made = file_about(cache.store(), author, section_names())
        st.download_button(_("Save the file"), made, "about.zip", "application/zip", key="kept-save")
    _erase(held)


def _erase(held: About) -> None:
    """The way to erase a person: what goes and what stays is said before, and the name is typed again."""
    with st.expander(_("Erase this person"), icon=":material/person_remove:"):
        st.write(
            _(
                "Everything above goes, for good, and what this person writes is refused from now on. In posts of "
                "others and in your own texts the name is taken out where it can be nothing else."
            )
        )
        if held.sources:
            st.caption(_("No longer followed: {names}").format(names=escape(", ".join(held.sources))))
        if held.kept:
            st.caption(_("Stay, for you named them: {names}").format(names=escape(", ".join(held.kept))))
        with st.form("kept-erasing", border=False):
            again = st.text_input(_("Type the name again"), max_chars=300, key="kept-again").strip()
            asked = st.form_submit_button(_("Erase for good"), key="kept-erase", type="primary", **only(erase_person))
        if asked and again != held.author:
            st.error(_("This is not the same name: nothing was erased."), icon=":material/error:")
        elif asked:
            with st.spinner(_("Erasing; the files are written anew.")):
                done = erase_person(cache.store(), held.author)
            told = n_("{n} post erased.", "{n} posts erased.", done.posts)
            st.success(told, icon=":material/check:")
            if not done.clean:
                st.warning(_("The record is open elsewhere: its log is emptied once that is closed."))


def _copies() -> None:
    """Backups and records set aside that still hold who was erased; looked for when asked, for they may be large."""
    st.header(_("Backups"), anchor=False)
    if cache.store().is_server:
        st.caption(_("Backups of this server are its own: after restoring one, run “python -m data replay”."))
        return
    if not st.toggle(_("Look for erased people in the backups"), key="kept-look"):
        return
    found = holding(cache.store())
    if not found:
        st.success(_("No backup holds anybody who was erased."), icon=":material/check:")
    for copy in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            told = n_("{n} post of erased people", "{n} posts of erased people", max(0, copy.posts))
            st.text(f"{copy.path.name} · {told if copy.posts >= 0 else _('cannot be read')}")
            if copy.posts >= 0 and st.button(
                _("Erase there too"), key=f"kept-within-{copy.path.name}", **only(erase_within)
            ):
                erase_within(cache.store(), copy.path)
                st.rerun()
