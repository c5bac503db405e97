"""A draft of a reply."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter, set_parameters
from dashboard.views.acts.asking import opening, post_answer
from dashboard.views.allowed import only, plain_view
from dashboard.views.ideas import model_wording as model_views
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.views.mentions.undo import act
from dashboard.views.page import written_area
from dashboard.views.posts import card
from dashboard.words.facts.told import as_of, asked_sentence, match_words, validity_words
from dashboard.words.labels import escape, intent_names
from dashboard.words.language import _, language_name, lasting, moment, n_, percent, speaking
from data.facts import facts
from data.facts.facts import Fact
from data.inbox import replies
from data.inbox.replies import Basis
from data.inbox.threads import in_reading_order
from data.inbox.triage import ROLE_OF
from data.models import Post, web_link
from insights.ideas.language_model import Source
from insights.ideas.networks import CHANNELS, REPLIES_ON, fit_reply, left, split

HEATED = 0.6  # of a thread's heat, from which calm words are proposed
AROUND = 3  # posts of a thread that are shown before and after the one that is answered


@plain_view
def draft(post: Post, kind: str, answers: Sequence[tuple[Post, float]]) -> None:
    """A reply to start from, in the post's language, beside what it answers; nothing is sent without a click.
    `answers`: what we said before, each with how near it is (0 to 1)."""
    left, right = st.columns(2)
    with left:
        _what_it_answers(post, answers)
    with right:
        _reply(post, kind, [answer for answer, _near in answers])


def _what_it_answers(post: Post, answers: Sequence[tuple[Post, float]]) -> None:
    """The post in its thread, then what we said before."""
    thread = in_reading_order(post_reads.by_id(tuple(inbox_reads.thread(post.id))))
    place = next((n for n, (other, _depth, _missing) in enumerate(thread) if other.id == post.id), None)
    st.markdown("**" + (_("The question in its thread") if len(thread) > 1 else _("What you answer")) + "**")
    if place is None:
        card(post, "draft-post")
    else:
        first = max(0, min(place - AROUND, len(thread) - 2 * AROUND - 1))
        shown = thread[first : first + 2 * AROUND + 1]
        for other, _depth, _missing in shown:
            card(other, "draft-thread", here=other.id == post.id and len(thread) > 1)
        if len(shown) < len(thread) and st.button(
            n_("Open the thread of {n} post", "Open the thread of {n} posts", len(thread)),
            key="draft-open-thread",
            type="tertiary",
            icon=":material/forum:",
        ):
            set_parameter("post", str(post.id))
            st.rerun()
    st.markdown("**" + _("What we answered before") + "**")
    if not answers:
        st.caption(_("Nothing we said before fits."))
    for answer, near in answers:
        st.caption(_said_before(answer, near))
        card(answer, "draft-answer")


def _said_before(answer: Post, near: float) -> str:
    age = lasting((now() - answer.published_at).total_seconds())
    return _("{share} near, said {age} ago").format(share=percent(near), age=age)


def _basis(post: Post, answers: Sequence[Post]) -> Basis | None:
    """What a reply is built on, None for blanks to fill in: a fact that surely answers it, else what we said before. A
    fact that only may answer has to be chosen."""
    found = inbox_reads.fact_matches(post.id, now().date())
    lang = replies.language_of(post)[:2]
    held = sorted((one for one in found if one.holds), key=lambda one: (not one.sure, one.fact.lang not in {lang, ""}))
    _expired([one.fact for one in found if one.sure and not one.holds])
    sure = any(one.sure for one in held)
    if not sure:
        st.info(
            _("Nothing we know answers this.") if not held else _("Nothing we know surely answers this."),
            icon=":material/lightbulb:",
        )
        if st.button(
            _("Write what we know"),
            key="draft-write-fact",
            type="tertiary",
            icon=":material/add:",
            **only(facts.save_fact),
        ):
            _open_fact("new", str(post.id))
    if not held and not answers:
        st.caption(_("Nothing we said before fits. Fill in what stands in brackets."))
        return None
    with speaking(lang):
        options: list[Basis | None] = [replies.basis_of_fact(one.fact, as_of(one.fact)) for one in held]
    options += [replies.basis_of_answer(post, answer) for answer in answers]
    options.append(None)

    def said(place: int) -> str:
        if place < len(held):
            return f"{match_words(held[place])} · {escape(held[place].fact.title)}"
        if place == len(options) - 1:
            return _("Blanks to fill in")
        answer = answers[place - len(held)]
        age = lasting((now() - answer.published_at).total_seconds())
        return _("Our answer of {day}, {age} ago: {start}").format(
            day=moment(answer.published_at), age=age, start=escape(answer.plain[:80])
        )

    first = 0 if sure or not held else len(held)
    chosen = st.radio(_("Built on"), range(len(options)), first, format_func=said)
    if chosen < len(held) and held[chosen].fact.lang not in {lang, ""}:
        st.caption(
            ":material/translate: "
            + _("It is written in {language}, and quoted so: put it into the language of the reply.").format(
                language=escape(language_name(held[chosen].fact.lang))
            )
        )
    return options[chosen]


def _expired(past: Sequence[Fact]) -> None:
    """Facts that answered this and are not used any more."""
    for one in past:
        st.warning(
            _("“{title}” would answer this, but it {expired}: it is not used before it is renewed.").format(
                title=escape(one.title), expired=validity_words(one, now().date())
            ),
            icon=":material/event_busy:",
        )
        if st.button(
            _("Renew"),
            key=f"draft-renew-{one.id}",
            type="tertiary",
            icon=":material/update:",
            **only(facts.save_fact),
        ):
            _open_fact(str(one.id))


def _open_fact(name: str, asked: str = "") -> None:
    set_parameters({"view": "facts", "fact": name, **({"asked": asked} if asked else {})})
    st.rerun()


def _style(post: Post) -> str:
    """The style that one chooses: calm at first where the thread is heated."""
    heat = inbox_reads.heat_of_thread(post.source_kind, post.root_id or post.native_id)
    heated = heat is not None and heat.heat >= HEATED
    if heated:
        st.caption(":material/local_fire_department: " + _("This thread is heated: the words are calm."))
    tones = {"warm": _("Warm"), "plain": _("Short"), "calm": _("Calm")}
    usual = "calm" if heated else "warm"
    return st.segmented_control(_("Style"), list(tones), default=usual, format_func=lambda t: tones[t]) or usual


def _reply(post: Post, kind: str, answers: Sequence[Post]) -> None:
    """The reply: how it is built, its words, what to do with them."""
    with cache.store().read() as connection:
        templates = replies.templates(connection)
    house = inbox_reads.house_tone()
    kinds = {name: intent_names()[name] for name in replies.KINDS if name not in replies.BUILT}
    with st.container(horizontal=True):
        tone = _style(post)
        chosen = st.selectbox(
            _("Reply to a"), list(kinds), index=list(kinds).index(kind), format_func=lambda k: kinds[k]
        )
    basis = _basis(post, answers)
    text = opening(post, replies.draft(post, chosen, tone, templates, basis, house))
    if basis is not None:
        _reworded(post, basis)
    channel = REPLIES_ON.get(post.source_kind, "")
    text = fit_reply(channel, text, basis.quote if basis else "", basis.link if basis else "")
    built = f"{basis.kind}-{crc32(basis.quote.encode())}" if basis is not None else "blank"
    edited = written_area(_("Your reply"), text, f"reply-{post.id}-{tone}-{chosen}-{built}", height=220)
    _length(channel, edited)
    with st.container(horizontal=True):
        if web_link(post.url):
            st.link_button(_("Open the post to reply"), post.url, icon=":material/open_in_new:", type="primary")
        with st.popover(_("Copy the text"), icon=":material/content_copy:"):
            st.code(edited, language=None, wrap_lines=True)
        if st.button(_("It is handled"), key="reply-done", icon=":material/check:", **only(ROLE_OF["handled"])):
            act([post.id], "handled", "yes")
    _template((replies.template_kind(chosen, basis), tone, replies.language_of(post, house)), templates)
    post_answer(post, edited)


def _reworded(post: Post, basis: Basis) -> None:
    """What a language model makes of what the reply is built on, where one is set: beside the draft, never in it."""
    key = f"{post.id}-{crc32(basis.quote.encode())}"
    lang = replies.language_of(post)[:2]
    words = _("Have the model word it")
    written = model_views.ask_over("reply", key, [Source(0, basis.quote)], lang, asked_sentence(post), words)
    if written is not None:
        model_views.show(written, f"reply-{key}")


def _length(channel: str, text: str) -> None:
    """How long a reply is, as its network counts; in how many parts it would go where it is too long for one."""
    if not channel or not CHANNELS[channel].limit:
        st.caption(n_("{n} character", "{n} characters", len(text)))
        return
    room = left(channel, text) or 0
    if room >= 0:
        st.caption(n_("{n} character left", "{n} characters left", room))
    elif CHANNELS[channel].threads:
        parts = split(channel, text)
        told = n_("Too long for one post: {n} part.", "Too long for one post: {n} parts.", len(parts))
        with st.popover(told, type="tertiary", icon=":material/format_line_spacing:"):
            for part in parts:
                st.code(part, language=None, wrap_lines=True)
    else:
        st.caption(n_("{n} character too long", "{n} characters too long", -room))


def _template(key: tuple[str, str, str], templates: dict[tuple[str, str, str], str]) -> None:
    with st.expander(_("Change this template"), icon=":material/edit:"):
        form = opened(f"reply-{'-'.join(key)}", templates[key])
        with st.form(form.key("template"), border=False):
            wanted = st.text_area(
                _("Template"),
                form.shown,
                height=140,
                help=_("{name}, {quote}, {link} and {date} are filled in. Leave it empty to go back to ours."),
            )
            if st.form_submit_button(_("Save"), **only(replies.set_template)):
                _keep_template(form, key, wanted)


def _keep_template(form: Opened[str], key: tuple[str, str, str], words: str) -> None:
    if saved(form, lambda seen: replies.set_template(cache.store(), *key, words, seen)):
        st.rerun()
