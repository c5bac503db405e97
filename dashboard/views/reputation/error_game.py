"""The five-minute game: say the tone of random posts, and see how often the program is wrong on your own."""

from __future__ import annotations

import random
from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only, plain_callback
from dashboard.views.mentions.triage import who_am_i
from dashboard.words.help.keys import KEYS
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import _, count, n_, percent
from data.models import SENTIMENTS
from data.posts.quotes import passage
from data.reputation import counts as reputation
from data.scope import Scope
from insights.reputation.estimates import LOCAL_ENOUGH, wilson

SHOWN = 1_500  # characters of a post


def how_wrong(scope: Scope) -> None:
    """The five-minute game: label random posts, and see how often the program is wrong on your own data."""
    st.write(
        _(
            "Read random posts and say their tone without seeing what the program said. From {n} on, figures are "
            "corrected with the errors on your own posts instead of those on the posts it learned from; a hundred take "
            "five minutes."
        ).format(n=LOCAL_ENOUGH)
    )
    who_am_i()
    checks = reputation_reads.checks()
    done = sum(checks.values())
    st.progress(min(1.0, done / 100), n_("{n} of 100 posts", "{n} of 100 posts", done))
    left, right = st.columns([3, 2])
    with left:
        _game(scope, done)
    with right:
        _measured(scope, checks, done)


def _game(scope: Scope, done: int) -> None:
    if remembered("check_seed") is None:
        remember("check_seed", random.SystemRandom().randrange(1 << 30))
    waiting = reputation_reads.to_check(scope, int(remembered("check_seed")))
    skipped = set(remembered("check_skipped", ()))
    waiting = [i for i in waiting if i not in skipped]
    if not waiting:
        st.success(_("Every post of this period was read."), icon=":material/done_all:")
        return
    post = next(iter(post_reads.by_id((waiting[0],))), None)
    if post is None:
        return
    with st.container(border=True, key="check-card"):
        st.caption(escape(post.community or post.source_title) + (f" · {_('Demo')}" if post.is_demo else ""))
        if post.title and not post.plain.startswith(post.title):
            st.text(post.title)
        st.text(passage(post.plain, stop=SHOWN))
        with st.container(horizontal=True, gap="small"):
            for tone in SENTIMENTS[:3]:
                st.button(
                    sentiment_names()[tone],
                    key=f"check-{tone}",
                    shortcut=KEYS[f"check-{tone}"],
                    on_click=_note_check,
                    args=(post.id, tone),
                    **only(reputation.check_tone),
                )
            st.button(
                _("Can't say"),
                key="check-skip",
                type="tertiary",
                shortcut=KEYS["check-skip"],
                on_click=_skip,
                args=(post.id,),
            )
    st.caption(_("Keys: 1 negative, 2 neutral, 3 positive, 4 can't say."))


@plain_callback
def _note_check(post_id: int, tone: str) -> None:
    reputation.check_tone(cache.store(), post_id, tone, now())


@plain_callback
def _skip(post_id: int) -> None:
    remember("check_skipped", (*remembered("check_skipped", ()), post_id))


def _measured(scope: Scope, checks: dict[tuple[int, int], int], done: int) -> None:
    """What was measured: agreement, what was taken for what, and the corrected shares."""
    shown = reputation_reads.seen(scope)
    if done:
        right = sum(number for (true, label), number in checks.items() if true == label)
        toned = sum(number for (_true, label), number in checks.items() if label < 3)
        share = wilson(right, max(1, toned))
        st.markdown(
            "**"
            + _("Right in {share} of your posts ({low} to {high}).").format(
                share=percent(share.value), low=percent(share.low), high=percent(share.high)
            )
            + "**"
        )
        names = sentiment_names()
        st.table(
            {
                _("You said"): [names[t] for t in SENTIMENTS[:3]],
                **{
                    names[label]: [checks.get((true, place), 0) for true in range(3)]
                    for place, label in enumerate(SENTIMENTS)
                },
            }
        )
        st.caption(_("Rows: what you said. Columns: what the program had said."))
    used = (
        _("Measured on {n} of your own posts.").format(n=count(shown.errors.labelled))
        if shown.errors.labelled
        else _("Measured on the posts that the program learned from; yours may differ.")
    )
    st.caption(
        f"{used} " + _("Right in {share}, each tone weighing the same.").format(share=percent(shown.errors.agreement))
    )
    now_ = shown.change.after
    rows = [
        (sentiment_names()[tone], getattr(now_, tone), labels)
        for tone, labels in zip(SENTIMENTS[:3], _label_shares(shown.days), strict=True)
    ]
    st.table(
        {
            _("Tone"): [name for name, _share, _labels in rows],
            _("By labels"): [percent(labels) for _name, _share, labels in rows],
            _("Corrected"): [percent(share.value) for _name, share, _labels in rows],
            _("Between"): [f"{percent(share.low)} – {percent(share.high)}" for _name, share, _labels in rows],
        }
    )
    st.caption(
        _(
            "Corrected shares: adjusted classify and count (Forman 2008), solved by expectation-maximisation; the "
            "interval draws labels and errors from their Dirichlet posteriors. See docs/methods.md."
        )
    )
    if done:
        _begin_anew()


def _begin_anew() -> None:
    if st.button(
        _("Begin anew"),
        key="forget-checks",
        type="tertiary",
        icon=":material/restart_alt:",
        **only(reputation.forget_checks),
    ):
        reputation.forget_checks(cache.store())
        st.rerun()


def _label_shares(days: Sequence[Sequence[int]]) -> list[float]:
    sums = [sum(day[place] for day in days) for place in range(3)]
    total = max(1, sum(sums))
    return [value / total for value in sums]
