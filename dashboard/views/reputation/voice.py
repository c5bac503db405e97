"""Share of voice: ours and competitors', against before."""

from __future__ import annotations

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import VoiceShares
from dashboard.state import picked_mark
from dashboard.views.charts import show_chart
from dashboard.words.labels import escape
from dashboard.words.language import _, percent
from dashboard.words.posts import earlier_words
from data.scope import Scope


def share_of_voice(scope: Scope) -> int | None:
    """Ours and competitors' shares of the posts that name any of them; gives the brand that was clicked."""
    st.header(_("Share of voice"), anchor=False)
    shares = reputation_reads.voice_shares(scope.since, scope.until)
    if not shares.comparable:
        st.info(_("Add competitors under “Brands” to compare yourself with them."), icon=":material/compare:")
        return None
    voices = shares.voices
    event = show_chart(
        reputation_charts.voice_chart(
            [voice.brand.name for voice in voices],
            [voice.brand.id for voice in voices],
            [voice.share for voice in voices],
            [voice.posts for voice in voices],
            [voice.brand.is_own for voice in voices],
            share=_("Share of voice"),
            range_=_("Between"),
            posts_title=_("Posts"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="brand",
        key="voice",
        alt=_("Share of voice"),
    )
    earlier = scope.earlier()
    before = reputation_reads.voice_shares(earlier.since, earlier.until)
    past = reputation_reads.voice_shares_last_year(scope.bare())
    st.caption(" · ".join(_against_before(shares, before, past, earlier_words(scope)) if before.named else ()))
    brand = picked_mark(event, "brand")
    return int(brand) if brand is not None else None


def _against_before(shares: VoiceShares, before: VoiceShares, past: VoiceShares | None, earlier: str) -> list[str]:
    """For each brand its share now, in the `earlier` days and last year, in words."""
    lines = []
    for place, (voice, then) in enumerate(zip(shares.voices, before.voices, strict=True)):
        share, old = voice.share, then.share
        clear = share.low > old.high or share.high < old.low
        words = (
            _("{brand}: {share}, {old} {earlier}")
            if clear
            else _("{brand}: {share}, no clear change ({old} {earlier})")
        )
        told = words.format(
            brand=escape(voice.brand.name), share=percent(share.value), old=percent(old.value), earlier=earlier
        )
        if past is not None:
            told += ", " + _("last year {share}").format(share=percent(past.voices[place].share.value))
        lines.append(told)
    return lines
