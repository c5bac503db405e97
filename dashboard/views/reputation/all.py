"""The views of reputation: net sentiment with its error, comparisons, drivers, aspects, the error measured here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.charts.topics import volume_chart
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.reads.reputation import Group
from dashboard.state import now, parameter, picked_day, picked_mark, put_scope, set_parameter
from dashboard.views.page import choose_view, open_page
from dashboard.views.posts import card, cards
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import LANGUAGE_NAMES, _, count, date_format, moment, n_, percent
from dashboard.words.reputation import aspect_names, between, mix_words, signed, verdict
from data.figures import Day
from data.models import Scope, date_to_day
from data.posts.quotes import passage
from data.scope import scope_to_parameters
from insights.reputation.estimates import FEW, Change, Decomposition, Estimate, Interval, Part, share_of_voice, standing

SHOWN = 12  # groups in a chart
STEPS = 8  # groups in a waterfall, the rest in one


def about(scope: Scope) -> Scope:
    """Which brand, sources and languages the view is about; the choice is kept in the URL."""
    brands = {0: _("All posts"), **{brand.id: brand.name for brand in reputation_reads.brands()}}
    own = next((brand.id for brand in reputation_reads.brands() if brand.is_own), 0)
    active = scope.brand if scope.brand in brands else (own if not parameter("brand") else 0)
    minute = now().replace(second=0, microsecond=0)
    sources = {r.source.id: r.source.title or r.source.address for r in source_reads.sources(minute)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Brand or watch"),
            list(brands),
            index=list(brands).index(active),
            format_func=lambda b: brands[b],
            label_visibility="collapsed",
            width=220,
        )
        with st.popover(_("Filter"), icon=":material/filter_alt:"):
            places = st.multiselect(
                _("Sources"),
                list(sources),
                [s for s in scope.sources if s in sources],
                format_func=lambda s: escape(sources[s]),
            )
            langs = st.multiselect(
                _("Languages"),
                list(LANGUAGE_NAMES),
                [code for code in scope.langs if code in LANGUAGE_NAMES],
                format_func=lambda code: LANGUAGE_NAMES[code],
            )
    if chosen != active or tuple(places) != scope.sources or tuple(langs) != scope.langs:
        put_scope(replace(scope, brand=chosen or None, sources=tuple(places), langs=tuple(langs)), now().date())
        set_parameter("brand", str(chosen))
        st.rerun()
    if not own:
        st.info(_("Say under “Brands” what your name is, and this page is about you."), icon=":material/badge:")
    return Scope(scope.since, scope.until, sources=tuple(places), langs=tuple(langs), brand=active or None)


def posts_of(scope: Scope, **more: str) -> dict[str, str]:
    """URL parameters of the posts behind a figure."""
    return {**scope_to_parameters(scope, now().date()), **more}


def _figure(label: str, found: Estimate, key: str, scope: Scope, note: str, help_: str) -> None:
    """A figure with its interval and the way to its posts."""
    with st.container(border=True, key=f"figure-{key}", height="stretch"):
        st.metric(label, signed(found.net.value) if found.posts else "–", help=help_)
        st.caption(note)
        if st.button(_("Read the posts"), key=f"open-{key}", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope))


def how_we_are_seen(scope: Scope) -> None:
    """Net sentiment, volume and share of voice, each against before."""
    shown = reputation_reads.seen(scope)
    now_ = shown.change.after
    if not shown.posts:
        st.info(_("No post in this period. Widen it or choose another brand."), icon=":material/search_off:")
        return
    columns = st.columns(4)
    error = _("The interval holds the number of posts and how often the program mistakes a tone (right in {share}).")
    with columns[0]:
        _figure(
            _("Net sentiment"),
            now_,
            "net",
            scope,
            _("Between {range}, nine times in ten").format(range=between(now_.net)),
            error.format(share=percent(shown.errors.agreement))
            + " "
            + _("Counted by labels alone it would be {net}.").format(net=signed(now_.labelled)),
        )
    with columns[1]:
        _count_card(_("Posts"), shown.posts, shown.posts_before, shown.posts_last_year, scope)
    with columns[2]:
        _share_card(_("Negative"), now_.negative, shown.change.before.negative, "negative", scope)
    with columns[3]:
        _share_card(_("Positive"), now_.positive, shown.change.before.positive, "positive", scope)
    earlier = n_("the {n} day before", "the {n} days before", scope.days)
    st.markdown(f"**{escape(verdict(shown.change, earlier))}**")
    if shown.last_year is not None:
        st.markdown(escape(verdict(shown.last_year, _("the same days last year"))))
    else:
        st.caption(_("The record does not reach back to the same days last year."))
    mix_warning(shown.cause, shown.change)
    st.subheader(_("Net sentiment over time"), anchor=False)
    step = 1 if scope.days <= 14 else 7 if scope.days <= 180 else 28
    found = reputation_reads.net_series(scope, step)
    days = [scope.since + timedelta(days=step * place) for place in range(len(found))]
    event = st.altair_chart(
        reputation_charts.net_chart(
            days,
            found,
            net=_("Net sentiment"),
            range_=_("Between"),
            posts=_("Posts with a tone"),
            date_format=date_format(),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="net",
        alt=_("Net sentiment over time"),
    )
    st.caption(
        (_("One point for each day.") if step == 1 else n_("One point for {n} day.", "One point for {n} days.", step))
        + " "
        + _("The band holds the true figure nine times in ten. Click a point to read its posts.")
    )
    first = picked_day(event, "day")
    left, right = st.columns([3, 2])
    with left:
        st.subheader(_("Posts a day"), anchor=False)
        first_day = date_to_day(scope.since)
        brand_days = [Day(first_day + place, sum(tones), *tones) for place, tones in enumerate(shown.days)]
        volume = st.altair_chart(
            volume_chart(
                brand_days, [], posts=_("Posts"), title=_("Threshold"), expected=_("Usual"), date_format=date_format()
            ),
            width="stretch",
            on_select="rerun",
            selection_mode="day",
            key="brand-volume",
            alt=_("Posts a day"),
        )
        day = picked_day(volume, "day")
    with right:
        rival = _share_of_voice(scope)
    st.subheader(_("By topic, source and language"), anchor=False)
    by, key = _by_group(scope, shown.change.after.net.value)
    target = _behind(scope, by, key)
    if first is not None:
        last = min(first + timedelta(days=step - 1), scope.until)
        target = replace(target, since=max(first, scope.since), until=last)
    elif day is not None:
        target = replace(target, since=day, until=day)
    if rival is not None:
        target = replace(target, brand=rival)
    st.subheader(_("Latest posts") if target == scope else _("Posts behind your click"), anchor=False)
    cards(target, "reputation")


def _count_card(label: str, posts: int, before: int, last_year: int | None, scope: Scope) -> None:
    with st.container(border=True, key="figure-posts", height="stretch"):
        st.metric(label, count(posts))
        words = n_("{n} in the days before", "{n} in the days before", before)
        words += f" ({signed(100 * (posts - before) / before, 0)} %)" if before else ""
        if last_year is not None:
            words += " · " + n_("{n} last year", "{n} last year", last_year)
        st.caption(words)
        if st.button(_("Read the posts"), key="open-posts", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope))


def _share_card(label: str, share: Interval, before: Interval, tone: str, scope: Scope) -> None:
    with st.container(border=True, key=f"figure-{tone}", height="stretch"):
        st.metric(label, percent(share.value), help=_("Of the posts with a tone, corrected for the measured error."))
        st.caption(
            _("{low} to {high}; before: {before}").format(
                low=percent(share.low), high=percent(share.high), before=percent(before.value)
            )
        )
        if st.button(_("Read the posts"), key=f"open-{tone}", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope, sentiments=tone))


def mix_warning(cause: Decomposition, found: Change) -> None:
    words = mix_words(cause, found)
    if words:
        (st.warning if cause.verdict == "mix" else st.info)(words, icon=":material/balance:")


def _share_of_voice(scope: Scope) -> int | None:
    """Ours and competitors' shares of the posts that name any of them; gives the brand that was clicked."""
    st.subheader(_("Share of voice"), anchor=False)
    brands = [b for b in reputation_reads.brands() if b.kind in {"own", "competitor"}]
    voices = reputation_reads.voice(scope.since, scope.until)
    before = reputation_reads.voice(scope.previous().since, scope.previous().until)
    posts = [voices.get(b.id, 0) for b in brands]
    if len(brands) < 2 or not sum(posts):
        st.info(_("Add competitors under “Brands” to compare yourself with them."), icon=":material/compare:")
        return None
    shares, earlier = share_of_voice(posts), share_of_voice([before.get(b.id, 0) for b in brands])
    event = st.altair_chart(
        reputation_charts.voice_chart(
            [b.name for b in brands],
            [b.id for b in brands],
            shares,
            posts,
            [b.is_own for b in brands],
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
    lines = []
    year = reputation_reads.voice_last_year(replace(scope, sources=(), langs=(), brand=None))
    past = share_of_voice([year.get(b.id, 0) for b in brands]) if year is not None and sum(year.values()) else None
    for place, (brand, share, old) in enumerate(zip(brands, shares, earlier, strict=True)):
        clear = share.low > old.high or share.high < old.low
        if sum(before.values()):
            words = (
                _("{brand}: {share}, before {old}") if clear else _("{brand}: {share}, no clear change (before {old})")
            )
            told = words.format(brand=escape(brand.name), share=percent(share.value), old=percent(old.value))
            told += ", " + _("last year {share}").format(share=percent(past[place].value)) if past is not None else ""
            lines.append(told)
    st.caption(" · ".join(lines))
    found = picked_mark(event, "brand")
    return int(found) if found is not None else None


def _group_names(by: str) -> Callable[[Group], str]:
    if by == "lang":
        return lambda group: LANGUAGE_NAMES.get(group.key, str(group.key) or _("unknown"))
    if by == "aspect":
        names = aspect_names()
        return lambda group: names.get(group.key, str(group.key))
    return lambda group: group.name


def _choose_by() -> str:
    return choose_view({"topic": _("Topics"), "source": _("Sources"), "lang": _("Languages")}, name="by")


def _unique(names: Sequence[str]) -> list[str]:
    """Names made different where two are alike: a chart would draw them as one."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _by_group(scope: Scope, whole: float) -> tuple[str, str | None]:
    by = _choose_by()
    found = reputation_reads.groups(scope, by)
    found = [g for g in found if g.estimate.posts >= FEW][:SHOWN]
    if not found:
        st.info(_("No group has enough posts with a tone yet."), icon=":material/hourglass:")
        return by, None
    name = _group_names(by)
    event = st.altair_chart(
        reputation_charts.whisker_chart(
            _unique([name(g) for g in found]),
            [g.key for g in found],
            [g.estimate for g in found],
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
    compared = st.toggle(_("Against before"), parameter("compare") == "yes", key="compare-groups")
    set_parameter("compare", "yes" if compared else "")
    if compared:
        _against_before(found, [name(g) for g in found], scope, by)
    return by, picked_mark(event, "key")


def _against_before(found: Sequence[Group], names: Sequence[str], scope: Scope, by: str) -> None:
    """Each group against the period before and last year, with whether the move is more than the error."""
    moved = reputation_reads.group_changes(scope, by, tuple(g.key for g in found))
    words = {"up": _("better"), "down": _("worse"), "unclear": _("no clear change"), "few": _("too few posts")}

    def told(one: Change | None) -> str:
        if one is None:
            return "–"
        return words[one.verdict] + ("" if one.verdict == "few" else f" ({signed(one.move.value)})")

    st.dataframe(
        {
            _("Group"): list(names),
            _("Posts"): [g.estimate.posts for g in found],
            _("Net sentiment"): [signed(g.estimate.net.value) for g in found],
            _("Posts before"): [before.before.posts for before, _year in moved],
            _("Net before"): [
                signed(before.before.net.value) if before.before.posts else "–" for before, _year in moved
            ],
            _("Change"): [told(before) for before, _year in moved],
            _("Against last year"): [told(year) for _before, year in moved],
        },
        hide_index=True,
        width="stretch",
    )


def _behind(scope: Scope, by: str, key: str | None) -> Scope:
    """The posts of a group."""
    if not key:
        return scope
    if by == "lang":
        return replace(scope, langs=(key,))
    return replace(scope, topic=int(key)) if by == "topic" else replace(scope, sources=(int(key),))


def what_moved_it(scope: Scope) -> None:
    """The move since the period before as a waterfall of topics or sources, with the posts behind each step."""
    shown = reputation_reads.seen(scope)
    if not shown.posts or not shown.posts_before:
        st.info(_("Nothing to compare: this period or the one before has no post."), icon=":material/search_off:")
        return
    earlier = n_("the {n} day before", "the {n} days before", scope.days)
    st.markdown(f"**{escape(verdict(shown.change, earlier))}**")
    mix_warning(shown.cause, shown.change)
    by = _choose_by()
    cause, known = reputation_reads.moves(scope, by)
    if by == "lang":
        known = {**LANGUAGE_NAMES, "": _("unknown")}
    names = {part.group: str(known.get(part.group, part.group)) for part in cause.parts}
    parts = sorted(cause.parts, key=lambda part: -abs(part.total))
    steps, rest = parts[:STEPS], parts[STEPS:]
    level = sum(p.net_before * p.posts_before for p in parts) / max(1, sum(p.posts_before for p in parts))
    end = sum(p.net_after * p.posts_after for p in parts) / max(1, sum(p.posts_after for p in parts))
    labels = _unique([names[p.group] for p in steps])
    moves = [p.total for p in steps]
    if rest:
        labels.append(n_("{n} other", "{n} others", len(rest)))
        moves.append(sum(p.total for p in rest))
    event = st.altair_chart(
        reputation_charts.waterfall_chart(
            level,
            end,
            labels,
            [*(p.group for p in steps), *([""] if rest else [])],
            moves,
            before=_("Before"),
            after=_("Now"),
            move=_("Adds"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="key",
        key=f"waterfall-{by}",
        alt=_("What moved it"),
    )
    st.caption(
        _("Net sentiment of labels, from the period before to this one, as the sum of what each group adds.")
        + " "
        + (_("Posts without a topic are left out.") + " " if by == "topic" else "")
        + _("Click a step to read its posts.")
    )
    key = picked_mark(event, "key")
    target = _behind(scope, by, key)
    for part in steps[:4] if not key else [p for p in steps if str(p.group) == key]:
        totals = (sum(p.posts_before for p in parts), sum(p.posts_after for p in parts))
        _driver(part, names[part.group], totals, _behind(scope, by, str(part.group)))
    if key:
        st.subheader(_("Posts behind your click"), anchor=False)
        cards(target, "drivers")


def _driver(part: Part, name: str, totals: tuple[int, int], scope: Scope) -> None:
    """One step of the waterfall in words, with the posts that drew most in its direction."""
    # A group moves the figure by its own change, or by weighing more or less as it is.
    up = part.total > 0 if abs(part.rate) >= abs(part.mix) else part.net_after > 0
    tones = ("positive", "negative") if up else ("negative", "positive")
    with st.container(border=True, key=f"driver-{part.group}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(name)}**", width="content")
            st.badge(signed(part.total), color="green" if part.total > 0 else "red")
        st.caption(
            _(
                "Its tone went from {a} to {b}, which adds {rate}; its share of the posts from {n} to {m}, which adds "
                "{mix}."
            ).format(
                a=signed(part.net_before),
                b=signed(part.net_after),
                rate=signed(part.rate),
                n=percent(part.posts_before / max(1, totals[0])),
                m=percent(part.posts_after / max(1, totals[1])),
                mix=signed(part.mix),
            )
        )
        posts = reputation_reads.loudest(scope, tones[0]) or reputation_reads.loudest(scope, tones[1])
        for post in posts[:2]:
            card(post, f"driver-{part.group}")
        if st.button(
            _("Read the posts"), key=f"open-driver-{part.group}", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_page("mentions", **posts_of(scope))


def strengths_and_weaknesses(scope: Scope) -> None:
    """Aspects by what is said of them, with the sentences themselves."""
    if scope.brand is None:
        st.info(_("Choose a brand: aspects are counted in the posts that name it."), icon=":material/badge:")
        return
    whole = reputation_reads.seen(scope).change.after
    found = reputation_reads.groups(scope, "aspect")
    names = aspect_names()
    found = [g for g in found if g.key in names]
    known = [g for g in found if g.estimate.enough]
    if not known:
        st.info(_("Too few posts speak of an aspect in this period."), icon=":material/hourglass:")
        return
    st.altair_chart(
        reputation_charts.whisker_chart(
            [names[g.key] for g in known],
            [g.key for g in known],
            [g.estimate for g in known],
            net=_("Net sentiment"),
            range_=_("Between"),
            posts=_("Sentences"),
            whole=whole.net.value,
        ),
        width="stretch",
        key="aspects",
        alt=_("Strengths and weaknesses"),
    )
    st.caption(
        _(
            "The tone is that of the sentence that speaks of the aspect. A strength lies clearly above what is said in "
            "all (the dashed line), a weakness clearly below; the rest is even."
        )
    )
    groups = {"strength": _("Strengths"), "weakness": _("Weaknesses"), "even": _("Neither")}
    by: dict[str, list[Group]] = {}
    for group in known:
        by.setdefault(standing(group.estimate, whole), []).append(group)
    topics = reputation_reads.groups(scope, "topic")
    for key, title in groups.items():
        here = by.get(key, [])
        of_data = [t for t in topics if standing(t.estimate, whole) == key][:6] if key != "even" else []
        if not here and not of_data:
            continue
        st.subheader(title, anchor=False)
        for group in here:
            _aspect(group, names[group.key], "positive" if key == "strength" else "negative", scope)
        if of_data:
            st.caption(_("Topics of your data that stand out the same way:"))
            with st.container(horizontal=True, gap="medium"):
                for topic in of_data:
                    words = f"{escape(topic.name)} · {signed(topic.estimate.net.value)}"
                    if st.button(words, key=f"{key}-topic-{topic.key}", type="tertiary", icon=":material/sell:"):
                        open_page("mentions", **posts_of(replace(scope, topic=int(topic.key))))
    few = [names[g.key] for g in found if not g.estimate.enough]
    if few:
        st.caption(_("Too few sentences to say: {names}.").format(names=", ".join(few)))


def _aspect(group: Group, name: str, tone: str, scope: Scope) -> None:
    with st.container(border=True, key=f"aspect-{group.key}"):
        st.markdown(
            f"**{name}** · {escape(signed(group.estimate.net.value))} ({escape(between(group.estimate.net))}) · "
            + n_("{n} sentence", "{n} sentences", group.estimate.posts)
        )
        other = "negative" if tone == "positive" else "positive"
        for wanted in (tone, other):
            for post, start, stop in reputation_reads.aspect_quotes(scope, group.key, wanted)[
                : 3 if wanted == tone else 1
            ]:
                _sentence(post, start, stop, wanted, group.key)


def _sentence(post: Any, start: int, stop: int, tone: str, key: str) -> None:
    """A sentence exactly as it stands in its post, with where and when, and the way to the post."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(sentiment_names()[tone], color="green" if tone == "positive" else "red")
        with st.container(width="stretch"):
            st.text(passage(post.plain, start, stop))
            parts = [post.author or _("no name given"), post.community or post.source_title, moment(post.published_at)]
            st.caption(escape(" · ".join(parts)) + (f" · {_('Demo')}" if post.is_demo else ""))
        if st.button(_("Its thread"), key=f"sentence-{key}-{post.id}-{start}", type="tertiary"):
            open_page("mentions", post=str(post.id))
