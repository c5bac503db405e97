"""Publishing an item from here at its moment: where, with which account and pictures, exactly as it will stand."""

from __future__ import annotations

import secrets
from datetime import datetime

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.state import now, remember, remembered
from dashboard.views.acts.asking import act_now, choose_account, way
from dashboard.views.allowed import only
from dashboard.words.acts.told import heading, picture_problem, problem_sentence, reason_sentence, state_words
from dashboard.words.labels import escape
from dashboard.words.language import _, moment
from dashboard.words.sources import kind_name
from data.acting import acts, pictures
from data.acting.acts import ActError, Wish
from data.acting.kept import KeptAct, of_item
from data.acting.pictures import PictureError, pictures_of
from data.acting.policy import policy_of
from data.content.calendar import Item, moment_of
from sources.acting.base import Deed
from sources.acting.networks import NETWORKS

PUBLISHED = ("mastodon", "bluesky", "reddit", "lemmy", "discourse", "github", "facebook")


def publishing(item: Item) -> None:
    """The pictures of an item, and the way out; nothing in the demo."""
    if cache.settings().demo:
        return
    with st.container(border=True):
        st.markdown("**" + _("Publish from here") + "**")
        with cache.store().read() as connection:
            policy, held = policy_of(connection), of_item(connection, item.id)
        for one in held:
            _told(one)
        if not policy.on:
            st.caption(problem_sentence("off"))
            return
        _pictures(item)
        if item.status != "ready":
            st.caption(_("It can be published from here once it is ready."))
            return
        if any(one.state not in {"cancelled", "undone", "rehearsed"} for one in held):
            return
        _offer(item, _way_out(item))


def _told(one: KeptAct) -> None:
    words = [heading(one), state_words(one)]
    if one.state == "ready" and one.due_at > now():
        words.append(moment(one.due_at))
    st.caption(escape(" · ".join(words)))
    if one.error:
        st.warning(reason_sentence(one.error), icon=":material/error:")


def _way_out(item: Item) -> datetime | None:
    """When it goes out, told; None where it has no day and hour yet."""
    zone = workspace_reads.identity().zone or cache.settings().timezone
    when = moment_of(item, zone)
    if when is None:
        st.caption(_("Give it a day and an hour first, and save it."))
    else:
        told = _("It goes out {moment}, at its hour in the zone {zone}.") if when > now() else _("It goes out at once.")
        st.caption(escape(told.format(moment=moment(when), zone=zone)))
    return when


def _offer(item: Item, when: datetime | None) -> None:
    names = [name for name in PUBLISHED if name in NETWORKS and Deed.PUBLISH in NETWORKS[name].deeds]
    network = st.selectbox(_("Network"), names, format_func=kind_name, key=f"publish-network-{item.id}")
    account = choose_account(NETWORKS[network].service, f"publish-{item.id}")
    place = ""
    if network not in {"mastodon", "bluesky", "facebook"}:
        place = st.text_input(_("Where there"), max_chars=acts.SHORT, key=f"publish-place-{item.id}")
    text = item.drafts.get(item.channel, "")
    if not text.strip():
        st.caption(_("Write its draft first, and save it."))
    if account is None or when is None or not text.strip():
        return
    with st.container(border=True, key=f"publish-preview-{item.id}"):
        st.caption(_("So it will stand:") + " " + escape(" · ".join((kind_name(network), account))))
        st.text(text)
    with cache.store().read() as connection:
        policy = policy_of(connection)
    name = f"act-key-publish-{item.id}"
    remember(name, remembered(name) or secrets.token_hex(16))
    wish = Wish(
        remembered(name),
        "publish",
        network,
        account,
        item=item.id,
        place=place,
        title=item.title,
        text=text,
        lang=item.lang,
        due_at=when,
    )
    label = way(policy, _("Publish at its moment"))
    if st.button(label, key=f"publish-{item.id}", type="primary", icon=":material/send:", **only(acts.ask)):
        try:
            kept = acts.ask(cache.store(), wish, now())
        except ActError as error:
            st.error(problem_sentence(error.code), icon=":material/error:")
            return
        remember(name, "")
        if kept.state == "ready":
            act_now()
        st.rerun()


def _pictures(item: Item) -> None:
    """Those that it has, and one more."""
    with cache.store().read() as connection:
        held = pictures_of(connection, item.id)
    for one in held:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.image(one.content, width=120, caption=escape(one.alt))
            if st.button(
                _("Remove"),
                key=f"picture-remove-{one.id}",
                type="tertiary",
                icon=":material/delete:",
                **only(pictures.remove_picture),
            ):
                pictures.remove_picture(cache.store(), item.id, one.id)
                st.rerun()
    if len(held) >= pictures.MOST:
        return
    with st.popover(_("Add a picture"), icon=":material/add_photo_alternate:"), st.form(f"picture-{item.id}", True):
        file = st.file_uploader(_("Picture"), type=["png", "jpg", "jpeg", "webp", "gif"])
        alt = st.text_input(_("What it shows, for who cannot see it"), max_chars=pictures.LONGEST_ALT)
        if not st.form_submit_button(_("Add"), **only(pictures.add_picture)):
            return
        try:
            content = file.getvalue() if file is not None and file.size <= pictures.LARGEST else b""
            pictures.add_picture(cache.store(), item.id, file.name if file is not None else "", content, alt)
        except PictureError as error:
            st.error(picture_problem(error.code), icon=":material/error:")
            return
        st.rerun()
