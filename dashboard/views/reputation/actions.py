"""What we did and what it seems to have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
from dashboard.views.page import box_done, box_key, open_page
from dashboard.words.actions import effects_of, kind_names
from dashboard.words.labels import escape
from dashboard.words.language import _, days, moment, n_, typed_days
from data.models import day_to_date, web_link
from data.reputation import actions
from data.scope import Scope, scope_to_parameters


def what_we_did(scope: Scope) -> None:
    """The log of actions with their effects, and a report of the period."""
    logged = reputation_reads.actions(scope.since, scope.until)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover(_("Log an action"), icon=":material/add:", key=box_key("action-new")):
            _form(actions.Action(0, "post", "", now()), "new")
        _from_ours(scope)
        if logged:
            st.download_button(
                _("Report of the period"),
                report(logged, scope),
                "vigie-actions.md",
                "text/markdown",
                icon=":material/download:",
                type="tertiary",
                key="action-report",
            )
    st.caption(
        _(
            "What came after is compared with what would have come anyway, forecast from eight weeks before and from "
            "posts that the action should not touch. Two actions at once cannot be told apart."
        )
    )
    if not logged:
        st.info(_("Nothing logged in this period."), icon=":material/event_note:")
    for item in logged:
        with st.container(border=True, key=f"action-{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(kind_names()[item.kind], color="blue")
                st.markdown(f"**{escape(item.title)}**", width="content")
                st.caption(escape(moment(item.at)))
                if item.who:
                    st.caption(escape(item.who))
            if item.note:
                st.text(item.note)
            for line in effects_of(item):
                st.write(escape(line))
            with st.container(horizontal=True, gap="small"):
                if item.measured.effects and st.button(
                    _("Read the posts after it"),
                    key=f"action-posts-{item.id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                ):
                    own = reputation_reads.own_brand()
                    since, until = day_to_date(item.measured.since), day_to_date(item.measured.until)
                    after = Scope(since, until, brand=item.brand or (own.id if own is not None else None))
                    open_page("mentions", **scope_to_parameters(after, now().date()))
                if web_link(item.url):
                    st.link_button(_("Open"), item.url, type="tertiary", icon=":material/open_in_new:")
                with st.popover(_("Edit"), type="tertiary", key=box_key(f"action-{item.id}")):
                    _form(item, str(item.id))


def report(logged: list[actions.Action], scope: Scope) -> str:
    """Actions and results of a period, as Markdown."""
    title = _("Actions and results")
    lines = [f"# {title}", "", days(scope.since, scope.until), ""]
    for item in sorted(logged, key=lambda a: a.at):
        lines += [f"## {escape(item.title)}", "", f"{kind_names()[item.kind]}, {moment(item.at)}", ""]
        lines += [f"- {escape(line)}" for line in effects_of(item)]
        lines += ["", escape(item.note), ""] if item.note else [""]
    lines.append(
        _("Method: structural time series with comparable series; intervals hold the difference nine times in ten.")
    )
    return "\n".join(lines) + "\n"


def _form(item: actions.Action, key: str) -> None:
    names = kind_names()
    form = opened(f"action-{key}", item, actions.FIELDS if item.id else ("kind",))
    item = form.shown
    with st.form(form.key(f"action-form-{key}"), border=False):
        title = st.text_input(_("What was it?"), item.title, max_chars=200)
        kind = st.selectbox(_("Kind"), actions.KINDS, actions.KINDS.index(item.kind), format_func=lambda k: names[k])
        date_ = st.date_input(_("Day"), item.at.date(), max_value=now().date(), format=typed_days())
        link = st.text_input(_("Link"), item.url)
        note = st.text_area(_("Note"), item.note, height=80)
        kept = st.form_submit_button(_("Keep"), type="primary", **only(actions.save_action))
    if kept:
        at = item.at if item.at.date() == date_ else datetime.combine(date_, time(12), UTC)
        try:
            wanted = replace(item, title=title, kind=kind, at=at, url=link.strip(), note=note)
            written = saved(form, lambda seen: actions.save_action(cache.store(), wanted, now(), seen))
        except ValueError as error:
            st.error(_("Say in a few words what it was.") if "title" in str(error) else _("Write a link as https://…"))
        else:
            if written:
                box_done(f"action-{key}", _("Saved."))
    if (
        item.id
        and st.button(
            _("Remove"),
            key=f"action-drop-{key}",
            type="tertiary",
            icon=":material/delete:",
            **only(actions.remove_action),
        )
        and saved(form, lambda seen: actions.remove_action(cache.store(), item.id, seen))
    ):
        st.rerun()


def _from_ours(scope: Scope) -> None:
    """Posts of ours of the period that could be logged with one click."""
    ours = reputation_reads.own_posts_to_log(scope.since)
    if not ours:
        return
    with st.popover(n_("{n} post of ours", "{n} posts of ours", len(ours)), icon=":material/campaign:"):
        st.caption(_("Log one as an action:"))
        for post_id, at, title, link in ours:
            if st.button(
                f"{escape(title[:70])} · {escape(moment(at))}",
                key=f"log-{post_id}",
                type="tertiary",
                **only(actions.save_action),
            ):
                made = actions.Action(0, "post", title or "?", at, url=web_link(link), post=post_id)
                actions.save_action(cache.store(), made, now())
                st.rerun()
