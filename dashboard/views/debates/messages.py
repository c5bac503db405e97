"""Messages that start a debate in a channel, or calm it: drafts in the language of the debate."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.mentions.triage import me
from dashboard.words.debates import LIMITS, calming, channel_names, opening_of, side_names
from dashboard.words.language import _, count, current, speaking
from data.content.calendar import Item, save_item
from data.debates.listing import Debate


def show(item: Debate) -> None:
    lang = item.lang if item.lang in {"en", "fr"} else current()
    left, right = st.columns(2)
    with left:
        _start(item, lang)
    with right:
        _calm(item, lang)


def _start(item: Debate, lang: str) -> None:
    st.header(_("Start the debate"), anchor=False)
    channels = channel_names()
    channel = st.selectbox(_("Channel"), list(LIMITS), format_func=lambda c: channels[c], key="channel")
    with speaking(lang):
        opening = opening_of(item.question, debate_reads.first_arguments(item), channel)
    message = st.text_area(_("A neutral opening"), opening.message, height=240, key=f"opening-{channel}")
    most = LIMITS[channel][0]
    st.caption(
        _("{n} of {most} characters").format(n=count(len(message)), most=count(most))
        + (" · " + _("too long for this channel") if len(message) > most else "")
    )
    poll = ""
    if opening.poll:
        poll = st.text_area(
            _("A poll with balanced options"),
            "\n".join((opening.poll, *opening.options)),
            height=160,
            key=f"poll-{channel}",
            help=_("The question, then one option a line."),
        )
    else:
        st.caption(_("This channel has no polls."))
    if st.button(_("Put it in the calendar"), key="plan-debate", icon=":material/calendar_month:", **only(save_item)):
        planned = Item(
            0,
            item.question or _("Debate"),
            format="poll",
            channel=channel,
            lang=lang,
            owner=me(),
            status="draft",
            subject=f"debate:{item.id}",
            drafts={channel: "\n\n".join(part for part in (message, poll) if part)},
        )
        made_id = save_item(cache.store(), planned, now())
        st.switch_page("dashboard/pages/calendar.py", query_params={"item": str(made_id)})


def _calm(item: Debate, lang: str) -> None:
    st.header(_("Calm it"), anchor=False)
    with speaking(lang):
        names = side_names(item)
        grants = [(names[side], words) for side, words in debate_reads.first_grants(item).items()]
        words = calming(item, grants, item.facts.common)
    st.text_area(_("A moderator's message"), words, height=320, key="calm")
    st.caption(_("Both are written in the language of the debate. Read them over: they are drafts."))
