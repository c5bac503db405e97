"""Net sentiment by topic, source and language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import Group
from dashboard.state import parameter, picked_mark, set_parameter
from dashboard.views.charts import show_chart
from dashboard.views.page import choose_view
from dashboard.words.language import _, language_name
from dashboard.words.posts import earlier_words
from dashboard.words.reputation import aspect_names, signed
from dashboard.words.topics import called
from data.scope import Scope
from insights.reputation.estimates import FEW, Change

SHOWN = 12  # groups in a chart


def _group_names(by: str) -> Callable[[Group], str]:
    if by == "lang":
        return lambda group: language_name(str(group.key)) or _("unknown")
    if by == "aspect":
        names = aspect_names()
        return lambda group: names.get(group.key, str(group.key))
    return lambda group: called(group.name)


def choose_by() -> str:
    return choose_view({"topic": _("Topics"), "source": _("Sources"), "lang": _("Languages")}, name="by")


def unique(names: Sequence[str]) -> list[str]:
    """Names made different where two are alike: a chart would draw them as one."""
    seen: dict[str, int] = {}
    different = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return different


def by_group(scope: Scope, whole: float) -> tuple[str, str | None]:
    """Net sentiment of the largest groups beside that of all, `whole`; gives how they are grouped and the key of the
    one that was clicked."""
    by = choose_by()
    shown = [g for g in reputation_reads.groups(scope, by) if g.estimate.posts >= FEW][:SHOWN]
    if not shown:
        st.info(_("No group has enough posts with a tone yet."), icon=":material/hourglass:")
        return by, None
    name = _group_names(by)
    event = show_chart(
        reputation_charts.whisker_chart(
            unique([name(g) for g in shown]),
            [g.key for g in shown],
            [g.estimate for g in shown],
            net=_("Net sentiment"),
            range_=_("Between"),
            posts=_("Posts with a tone"),
            whole=whole,
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="key",
        key=f"groups-{by}",
        alt=_("Net sentiment by topic, source and language"),
    )
    st.caption(_("The dashed line is all posts together. Groups of fewer than {n} posts are left out.").format(n=FEW))
    compared = st.toggle(
        _("Compare with {earlier}").format(earlier=earlier_words(scope)),
        parameter("compare") == "yes",
        key="compare-groups",
    )
    set_parameter("compare", "yes" if compared else "")
    if compared:
        _against_before(shown, [name(g) for g in shown], scope, by)
    return by, picked_mark(event, "key")


def _against_before(shown: Sequence[Group], names: Sequence[str], scope: Scope, by: str) -> None:
    """Each group against the days that the period is compared with and last year, with whether the move is more than
    the error."""
    moved = reputation_reads.group_changes(scope, by, tuple(g.key for g in shown))
    words = {"up": _("better"), "down": _("worse"), "unclear": _("no clear change"), "few": _("too few posts")}

    def told(one: Change | None) -> str:
        if one is None:
            return "–"
        return words[one.verdict] + ("" if one.verdict == "few" else f" ({signed(one.move.value)})")

    years = {} if scope.against else {_("Against last year"): [told(year) for _before, year in moved]}
    st.dataframe(
        {
            _("Group"): list(names),
            _("Posts"): [g.estimate.posts for g in shown],
            _("Net sentiment"): [signed(g.estimate.net.value) for g in shown],
            _("Posts then"): [before.before.posts for before, _year in moved],
            _("Net then"): [signed(before.before.net.value) if before.before.posts else "–" for before, _year in moved],
            _("Change"): [told(before) for before, _year in moved],
            **years,
        },
        hide_index=True,
        width="stretch",
    )


def behind(scope: Scope, by: str, key: str | None) -> Scope:
    """The posts of a group."""
    if not key:
        return scope
    if by == "lang":
        return replace(scope, langs=(key,))
    return replace(scope, topic=int(key)) if by == "topic" else replace(scope, sources=(int(key),))
