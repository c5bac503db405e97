"""The working inbox: what waits for an answer, what is to be moderated, a thread as a tree."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import midnight, now, parameter, remember, remembered, set_parameter
from dashboard.views.mentions.triage import act, decision_names, me, note_change, triage_row
from dashboard.views.page import back
from dashboard.views.posts import card, highlighted
from dashboard.words.labels import escape, intent_names
from dashboard.words.language import _, count, lasting, moment, n_, percent
from data.inbox import replies
from data.inbox.moderation import Case, HotThread
from data.inbox.waiting import Asked
from data.models import Post, Scope, Triage, web_link
from data.posts.quotes import passage
from data.scope import page_number

SHOWN = 10  # groups, cases and threads on a page
TIPS = 0.4  # heat from which a thread is named


def _pager(name: str, number: int, last: int) -> None:
    if last < 2:
        return
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        if st.button(_("Previous"), key=f"back-{name}", disabled=number == 1):
            set_parameter(name, str(number - 1) if number > 2 else "")
            st.rerun()
        st.caption(_("Page {page} of {pages}").format(page=count(number), pages=count(last)))
        if st.button(_("Next"), key=f"on-{name}", disabled=number == last):
            set_parameter(name, str(number + 1))
            st.rerun()


def _focus(number: int, keys: str) -> int:
    """Which item has the keyboard; J and K move it, `keys` says what others do."""
    place = min(max(0, int(remembered("focus", 0))), max(0, number - 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(_("Next one"), key="focus-next", type="tertiary", shortcut="j", disabled=place >= number - 1):
            remember("focus", place + 1)
            st.rerun()
        if st.button(_("Previous one"), key="focus-back", type="tertiary", shortcut="k", disabled=place == 0):
            remember("focus", place - 1)
            st.rerun()
        st.caption(keys)
    return place


def to_answer(scope: Scope) -> None:
    """Questions and complaints to us that nobody of us answered."""
    names = {"": _("All"), "question": _("Questions"), "complaint": _("Complaints")}
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = (
            st.segmented_control(
                _("Kind"),
                list(names),
                default=parameter("kind") if parameter("kind") in names else "",
                format_func=lambda k: names[k],
                label_visibility="collapsed",
            )
            or ""
        )
        mine = st.toggle(_("Only mine"), parameter("mine") == "yes", disabled=not me())
    if kind != parameter("kind") or mine != (parameter("mine") == "yes"):
        set_parameter("kind", kind)
        set_parameter("mine", "yes" if mine else "")
        set_parameter("page_answer", "")
        remember("focus", 0)
        st.rerun()
    hour = now().replace(minute=0, second=0, microsecond=0)
    found, older = inbox_reads.to_answer(hour, scope.since, me() if mine else "", kind)
    done = inbox_reads.done_since(midnight())
    posts = sum(len(item.posts) for item in found)
    st.caption(
        n_("{n} post waits for an answer", "{n} posts wait for an answer", posts)
        + " · "
        + n_("{n} thing asked", "{n} things asked", len(found))
        + " · "
        + n_("{n} done today", "{n} done today", done)
        + (" · " + n_("{n} older one", "{n} older ones", older) if older else "")
    )
    if not found:
        st.success(_("Nothing of this period waits for an answer."), icon=":material/done_all:")
        if not inbox_reads.own_accounts():
            st.info(
                _(
                    "Vigie knows none of your accounts yet. Mark your sources as yours on the Sources page, or an "
                    "author as one of you under “More” on a post: then it sees what you answered and what is said to "
                    "you."
                ),
                icon=":material/badge:",
            )
        return
    if not inbox_reads.own_accounts():
        st.caption(
            ":material/badge: "
            + _("Vigie knows none of your accounts, so it can't see what you answered: mark an author under “More”.")
        )
    pages = -(-len(found) // SHOWN)
    number = page_number(parameter("page_answer"), pages)
    shown = found[(number - 1) * SHOWN : number * SHOWN]
    firsts = post_reads.by_id(tuple(item.posts[0] for item in shown))
    by_id = {post.id: post for post in firsts}
    states = inbox_reads.triage_states(tuple(by_id))
    place = _focus(len(shown), _("Keys act on the marked one: E handled, S star, D draft."))
    for index, item in enumerate(shown):
        post = by_id.get(item.posts[0])
        if post is not None:
            _asked(item, post, states[post.id], index == place)
    _pager("page_answer", number, pages)


def _asked(item: Asked, post: Post, state: Triage, focused: bool) -> None:
    with st.container(border=True, key=f"asked-{post.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if focused:
                st.badge(_("Here"), icon=":material/arrow_right:", color="primary")
            st.badge(intent_names()[item.kind], color="blue" if item.kind == "question" else "red")
            words = [_("waiting for {time}").format(time=lasting((now() - item.since).total_seconds()))]
            if item.people > 1:
                words = [
                    n_("{n} person", "{n} people", item.people),
                    *words,
                    n_("{n} place", "{n} places", item.places),
                ]
            st.markdown("**" + escape(" · ".join(words)) + "**")
        held = inbox_reads.in_basket(post.id)
        card(post, "asked", actions=triage_row(state, shortcuts=focused, in_basket=held))
        if len(item.posts) > 1:
            with st.expander(_("Everyone who asks"), icon=":material/group:"):
                st.caption(_("Near in words or in meaning. The oldest ten are shown."))
                for other in post_reads.by_id(item.posts[1:SHOWN]):
                    card(other, "alike")
        answers = inbox_reads.past_answers(post.id)
        if answers:
            with st.expander(_("What we answered before"), icon=":material/history_edu:"):
                for answer, near in answers:
                    st.caption(_("{share} near").format(share=percent(near)))
                    card(answer, f"answer-{post.id}")
        with st.container(horizontal=True):
            if st.button(
                _("Draft a reply"),
                key=f"draft-{post.id}",
                icon=":material/edit_note:",
                type="primary" if focused else "secondary",
                shortcut="d" if focused else None,
            ):
                # Made here, not where it is written: its title is in the language of this session.
                st.dialog(_("Draft a reply"), width="large")(draft)(post, item.kind, [a for a, _near in answers])
            label = n_("All {n} are handled", "All {n} are handled", len(item.posts)) if len(item.posts) > 1 else ""
            if label:
                st.button(
                    label,
                    key=f"all-{post.id}",
                    icon=":material/done_all:",
                    on_click=note_change,
                    args=(item.posts, "handled", "yes"),
                )


def draft(post: Post, kind: str, answers: Sequence[Post]) -> None:
    """A reply to start from, in the post's language; Vigie sends nothing."""
    with cache.store().read() as connection:
        found = replies.templates(connection)
    tones = {"warm": _("Warm"), "plain": _("Short")}
    kinds = {**{name: intent_names()[name] for name in replies.KINDS[1:]}}
    with st.container(horizontal=True):
        tone = st.segmented_control(_("Style"), list(tones), default="warm", format_func=lambda t: tones[t]) or "warm"
        chosen = st.selectbox(
            _("Reply to a"), list(kinds), index=list(kinds).index(kind), format_func=lambda k: kinds[k]
        )
    options: list[Post | None] = [*answers, None]
    basis = (
        st.radio(
            _("Built on"),
            range(len(options)),
            format_func=lambda i: (
                _("No earlier answer: say that we are on it")
                if options[i] is None
                else _("Our answer of {day}: {start}").format(
                    day=moment(answers[i].published_at), start=escape(answers[i].plain[:80])
                )
            ),
        )
        if answers
        else len(options) - 1
    )
    answer = options[basis]
    text = replies.draft(post, chosen, tone, found, answer)
    edited = st.text_area(_("Your reply"), text, height=160, key=f"reply-{post.id}-{tone}-{chosen}-{basis}")
    st.caption(n_("{n} character", "{n} characters", len(edited)) + " · " + _("Copy it with the button on the right:"))
    st.code(edited, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if web_link(post.url):
            st.link_button(_("Open the post to reply"), post.url, icon=":material/open_in_new:", type="primary")
        if st.button(_("It is handled"), key="reply-done", icon=":material/check:"):
            act([post.id], "handled", "yes")
    with st.expander(_("Change this template"), icon=":material/edit:"):
        key = ("answer" if answer is not None else chosen, tone, post.lang if post.lang in replies.LANGS else "en")
        with st.form("template", border=False):
            wanted = st.text_area(
                _("Template"),
                found[key],
                height=140,
                help=_("{name}, {quote} and {link} are filled in. Leave it empty to go back to ours."),
            )
            if st.form_submit_button(_("Save")):
                replies.set_template(cache.store(), *key, wanted)
                st.rerun()


def to_moderate(scope: Scope) -> None:
    """Posts that somebody should look at, and threads that start to tip."""
    today = now().replace(minute=0, second=0, microsecond=0)
    _barometer(inbox_reads.hot_threads(scope.since, TIPS))
    watched = st.segmented_control(
        _("Show"),
        [False, True],
        default=parameter("watched") == "yes",
        format_func=lambda w: _("Under watch") if w else _("To judge"),
        label_visibility="collapsed",
    )
    if bool(watched) != (parameter("watched") == "yes"):
        set_parameter("watched", "yes" if watched else "")
        set_parameter("page_moderate", "")
        st.rerun()
    number = page_number(parameter("page_moderate"), 10_000)
    cases, total = inbox_reads.to_moderate(today, scope.since, bool(watched), number, SHOWN)
    figures = inbox_reads.toxicity_figures()
    st.caption(
        n_("{n} post in this period", "{n} posts in this period", total)
        + " · "
        + n_("{n} done today", "{n} done today", inbox_reads.done_since(midnight()))
        + ". "
        + _(
            "The order is an estimate and decides nothing: on labelled posts, a line that finds {recall} of the "
            "attacks shows {precision} attacks, the rest is fine. Vigie never acts on a network by itself."
        ).format(recall=percent(figures["recall"]), precision=percent(figures["precision"]))
    )
    judged, attacks = inbox_reads.judged()
    if judged >= 20:
        st.caption(
            _("Of {n} that you judged here, {share} were not fine.").format(n=judged, share=percent(attacks / judged))
        )
    if not cases:
        st.success(_("Nothing to judge."), icon=":material/done_all:")
        return
    posts = {post.id: post for post in post_reads.by_id(tuple(case.post for case in cases))}
    states = inbox_reads.triage_states(tuple(posts))
    place = _focus(len(cases), _("Keys act on the marked one: 1 to 5 decide, E handled, S star."))
    for index, case in enumerate(cases):
        if case.post in posts:
            _case(case, posts[case.post], states[case.post], index == place)
    _pager("page_moderate", number, -(-total // SHOWN))


def _barometer(threads: Sequence[HotThread]) -> None:
    """Threads that heat up, with what makes them hot."""
    if not threads:
        return
    st.subheader(_("Conflict barometer"), anchor=False)
    for thread in threads:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            rising = thread.heat > thread.before + 0.02
            st.badge(
                _("Tipping") if rising else _("Heated"),
                color="red" if rising else "orange",
                icon=":material/thermostat:",
                help=heat_words(thread),
            )
            first = post_reads.by_id((thread.last_post,))
            if first:
                st.caption(
                    " · ".join(
                        [
                            escape(first[0].community or first[0].source_title),
                            escape(moment(first[0].published_at)),
                            n_("{n} post", "{n} posts", thread.posts),
                            escape(heat_words(thread)),
                        ]
                    )
                )
                if st.button(
                    _("Read the thread"), key=f"hot-{thread.last_post}", type="tertiary", icon=":material/forum:"
                ):
                    set_parameter("post", str(thread.last_post))
                    st.rerun()


def heat_words(thread: HotThread) -> str:
    """The parts of a thread's heat, the strongest first."""
    names = {
        "tone": _("negative and worsening"),
        "address": _("personal"),
        "turns": _("two people by turns"),
        "pace": _("fast"),
        "attack": _("attacks"),
    }
    parts = sorted(thread.parts.items(), key=lambda part: -part[1])
    told = [f"{names[name]} {percent(value)}" for name, value in parts if value >= 0.1 and name in names]
    return _("heat {share}").format(share=percent(thread.heat)) + (f" ({', '.join(told)})" if told else "")


def _case(case: Case, post: Post, state: Triage, focused: bool) -> None:
    with st.container(border=True, key=f"case-{post.id}"):
        around = inbox_reads.thread(post.id)
        place = around.index(post.id) if post.id in around else 0
        for before in post_reads.by_id(tuple(around[max(0, place - 2) : place])):
            st.caption(escape(f"{before.author or _('no name given')}: "))
            st.text(passage(before.plain, stop=400))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if focused:
                st.badge(_("Here"), icon=":material/arrow_right:", color="primary")
            st.badge(_("{share} likely an attack").format(share=percent(post.toxicity)), color="orange")
            if case.heat >= 0.1:
                st.badge(_("thread heat {share}").format(share=percent(case.heat)), color="gray")
        held = inbox_reads.in_basket(post.id)
        card(
            post,
            "case",
            actions=triage_row(state, shortcuts=focused, in_basket=held),
            body=lambda: highlighted(post.plain, case.reasons),
        )
        if case.reasons:
            st.caption(
                _("Marked: the words that look most like an attack when read alone. They may be harmless together.")
            )
        after = around[place + 1 : place + 3]
        if after:
            with st.expander(_("What followed"), icon=":material/forum:"):
                for later in post_reads.by_id(tuple(after)):
                    st.caption(escape(f"{later.author or _('no name given')}: "))
                    st.text(later.plain[:400])
        with st.container(horizontal=True):
            for index, (name, label) in enumerate(decision_names().items(), start=1):
                st.button(
                    label,
                    key=f"decide-{name}-{post.id}",
                    type="primary" if state.decision == name else "secondary",
                    shortcut=str(index) if focused else None,
                    on_click=note_change,
                    args=([post.id], "decision", name, {post.id: state.decision}),
                )


def thread_page(post_id: int) -> None:
    """A conversation as a tree: our replies marked, removed posts shown as removed."""
    back(_("Back"), "post", key="leave-thread")
    ids = inbox_reads.thread(post_id)
    posts = post_reads.by_id(tuple(ids))
    if not posts:
        st.info(_("This post is not in the record any more."), icon=":material/search_off:")
        return
    st.header(_("Thread"), anchor=False)
    people = len({post.author for post in posts if post.author})
    st.caption(
        n_("{n} post", "{n} posts", len(posts))
        + " · "
        + n_("{n} person", "{n} people", people)
        + (" · " + _("only those nearest to the post are shown") if len(posts) == 200 else "")
    )
    heat = inbox_reads.heat_of_thread(posts[0].source_kind, posts[0].root_id or posts[0].native_id)
    if heat is not None and heat.heat >= 0.1:
        st.caption(":material/thermostat: " + escape(heat_words(heat)))
    states = inbox_reads.triage_states(tuple(ids))
    for post, depth, missing in tree(posts):
        with st.container(horizontal=True, gap="small"):
            if depth:
                st.space(12 * min(depth, 8))
            with st.container(width="stretch"):
                if missing:
                    st.caption(":material/block: " + _("The post that it replies to is not in the record."))
                if post.removed_at is not None:
                    st.caption(":material/delete: " + _("Removed from its network, shown as it was read:"))
                card(post, "thread", actions=triage_row(states[post.id]), here=post.id == post_id)


def tree(posts: Sequence[Post]) -> list[tuple[Post, int, bool]]:
    """(post, depth, its parent is missing) in reading order: each reply under what it replies to."""
    by_native = {post.native_id: post for post in posts}
    children: dict[str, list[Post]] = {}
    roots: list[tuple[Post, bool]] = []
    for post in posts:
        if post.parent_id in by_native and post.parent_id != post.native_id:
            children.setdefault(post.parent_id, []).append(post)
        else:
            roots.append((post, bool(post.parent_id) and post.parent_id not in by_native))
    found: list[tuple[Post, int, bool]] = []
    placed: set[int] = set()
    stack = [(post, 0, missing) for post, missing in reversed(roots)]
    while stack:
        post, depth, missing = stack.pop()
        if post.id in placed:
            continue
        placed.add(post.id)
        found.append((post, depth, missing))
        stack += [(child, depth + 1, False) for child in reversed(children.get(post.native_id, []))]
    # Posts that reply to each other in a ring hang under no root.
    return found + [(post, 0, True) for post in posts if post.id not in placed]
