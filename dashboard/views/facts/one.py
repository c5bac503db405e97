"""One fact: written, changed, renewed, removed."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, close, opened, saved
from dashboard.views.mentions.triage import me
from dashboard.views.posts import card
from dashboard.words.facts.told import asked_sentence, kind_names, problem_words, validity_words
from dashboard.words.language import LANGUAGES, _, current, language_name
from data.facts import facts
from data.facts.facts import FIELDS, KINDS, TEXT, Fact, FactError, state_of
from data.models import Post, whole
from data.settings import ROOT

YEAR = timedelta(days=365)


def one_fact(name: str) -> None:
    """The form of a fact, of a new one for "new": for what a post asks where the address names one."""
    held = inbox_reads.fact(whole(name) or 0) if name != "new" else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(_("A fact"), anchor=False, width="content")
        if st.button(_("Back to the list"), key="fact-back", type="tertiary", icon=":material/arrow_back:"):
            _leave(held.id if held is not None else 0)
    if name != "new" and held is None:
        st.info(_("This fact is not there any more."), icon=":material/search_off:")
        return
    post = _asking() if held is None else None
    form = opened(f"fact-{held.id if held is not None else 0}", held or _new(post), FIELDS)
    left, right = st.columns([3, 2])
    with left:
        wanted = _form(form)
        _acts(form, wanted)
    with right:
        if post is not None:
            st.markdown("**" + _("What is asked") + "**")
            card(post, "fact-asked")
        elif held is not None and state_of(held, now().date()) == "expired":
            st.warning(
                _("It {expired}: no draft uses it. Check it, then renew it.").format(
                    expired=validity_words(held, now().date())
                ),
                icon=":material/event_busy:",
            )


def _asking() -> Post | None:
    number = whole_parameter("asked")
    return next(iter(post_reads.by_id((number,))), None) if number is not None else None


def _new(post: Post | None) -> Fact:
    lang = post.lang if post is not None and post.lang in LANGUAGES else current()
    return Fact(0, "", (asked_sentence(post),) if post is not None else (), lang=lang, owner=me())


def _form(form: Opened[Fact]) -> Fact:
    one, kinds = form.shown, kind_names()
    questions = st.text_area(
        _("Questions that it answers"),
        "\n".join(one.questions),
        key=form.key(f"fact-questions-{one.id}"),
        height=100,
        max_chars=facts.QUESTIONS,
        help=_(
            "As people ask it, one a line, in French or English. Drafts find a fact by these; without any, you find it "
            "by searching."
        ),
    )
    text = st.text_area(
        _("What we know"),
        one.text,
        key=form.key(f"fact-text-{one.id}"),
        height=180,
        max_chars=TEXT,
        help=_("Drafts quote it word for word."),
    )
    with st.container(horizontal=True):
        kind = st.selectbox(
            _("Kind"),
            KINDS,
            KINDS.index(one.kind),
            format_func=lambda name: kinds[name],
            key=form.key(f"fact-kind-{one.id}"),
        )
        langs = [*LANGUAGES, *([one.lang] if one.lang and one.lang not in LANGUAGES else [])]
        lang = st.selectbox(
            _("Language"),
            langs,
            langs.index(one.lang) if one.lang in langs else 0,
            format_func=language_name,
            key=form.key(f"fact-lang-{one.id}"),
        )
    since, until = _dates(form)
    source = st.text_input(
        _("Source"),
        one.source,
        key=form.key(f"fact-source-{one.id}"),
        max_chars=facts.SOURCE,
        help=_("Its address, which drafts give as the link; or a file and the place in it."),
    )
    owner = st.text_input(_("Who keeps it right"), one.owner, key=form.key(f"fact-owner-{one.id}"), max_chars=80)
    return replace(
        one,
        text=text,
        questions=tuple(line for line in questions.split("\n") if line.strip()),
        kind=kind,
        lang=lang,
        valid_from=since,
        valid_until=until,
        source=source,
        owner=owner,
    )


def _dates(form: Opened[Fact]) -> tuple[date | None, date | None]:
    one = form.shown
    with st.container(horizontal=True):
        since = st.date_input(_("Valid from"), one.valid_from, key=form.key(f"fact-from-{one.id}"))
        until = st.date_input(
            _("Valid until"),
            one.valid_until,
            key=form.key(f"fact-until-{one.id}"),
            help=_("The last day on which a draft may use it. Empty: it has no end."),
        )
    return since, until


def _acts(form: Opened[Fact], wanted: Fact) -> None:
    with st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", key="fact-keep", **only(facts.save_fact)):
            _keep(form, wanted)
        if wanted.valid_until is not None and wanted.id:
            again = max(now().date(), wanted.valid_until) + YEAR
            if st.button(
                _("It still holds: one year more"), key="fact-renew", icon=":material/update:", **only(facts.save_fact)
            ):
                _keep(form, replace(wanted, valid_until=again))
        if (
            wanted.id
            and st.button(
                _("Remove"), key="fact-remove", type="tertiary", icon=":material/delete:", **only(facts.remove_fact)
            )
            and saved(form, lambda seen: facts.remove_fact(cache.store(), wanted.id, seen))
        ):
            look_again()
            _leave(wanted.id)


def _keep(form: Opened[Fact], wanted: Fact) -> None:
    try:
        written = saved(form, lambda seen: facts.save_fact(cache.store(), wanted, now(), seen if wanted.id else None))
    except FactError as error:
        st.error(problem_words(error.code), icon=":material/error:")
        return
    if written:
        look_again()
        st.toast(_("Kept. What is asked is compared with it now."))
        _leave(wanted.id)


def look_again() -> None:
    """Have what is asked compared with what we know by now, in a process of its own: it loads the model."""
    command = cache.command("insights", "facts")
    subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _leave(fact_id: int) -> None:
    close(f"fact-{fact_id}")
    set_parameter("fact", "")
    set_parameter("asked", "")
    st.rerun()
