"""The draw of an event: the list closed, its digest published, the seed, who won, how anybody checks it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.files.draw import as_file, name_of
from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.posts import card
from dashboard.words.events import told
from dashboard.words.events.texts import closed_words, drawn_words
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current, moment, n_, speaking, zone
from data.events import draws
from data.events.draws import SEED, WORDS, Draw, Drawn
from data.events.events import Event, EventError, state_of


def the_draw(one: Event) -> None:
    """Where the draw stands, and the next step."""
    st.header(_("Draw"), anchor=False)
    made = idea_reads.draws_of(one.id)
    enter = idea_reads.entries_of(one).may_win(one)
    if not made:
        if state_of(one, now()) != "over":
            st.caption(
                escape(
                    _("Once the event is over, on {when}, the list of entries can be closed.").format(
                        when=moment(one.ends)
                    )
                )
            )
        elif not enter:
            st.caption(told.error_words("none"))
        else:
            _close(one, len(enter), again=False)
        return
    latest = made[-1]
    entries = idea_reads.drawn_entries(latest)
    if latest.seed:
        _drawn(one, latest, entries)
    else:
        _to_draw(one, latest, entries)
    late = idea_reads.came_late(latest, tuple(entry.post for entry in enter))
    if late:
        st.warning(
            n_(
                "{n} entry may win now and is not in that list: it came or was judged after it was closed.",
                "{n} entries may win now and are not in that list: they came or were judged after it was closed.",
                len(late),
            ),
            icon=":material/schedule:",
        )
        with st.expander(n_("Read {n} post", "Read {n} posts", len(late))):
            for post in post_reads.by_id(tuple(late[:25])):
                card(post, "event-late")
    for earlier in reversed(made[:-1]):
        _earlier(one, earlier, made[earlier.number])
    if enter:
        with st.expander(_("Close another list and draw again"), icon=":material/restart_alt:"):
            st.caption(_("The first one stays here for all to see, and your reason stands beside the next one."))
            _close(one, len(enter), again=True)


def _close(one: Event, entered: int, *, again: bool) -> None:
    with st.form("event-close", border=not again):
        if not again:
            st.write(
                _(
                    "First close the list and publish its digest: nobody can change it any more without that being "
                    "seen. Then comes the seed, which nobody knew before; the two together give the winners."
                )
            )
        source = st.text_input(
            _("Where the seed will come from"),
            max_chars=WORDS,
            placeholder=_("The numbers of the lottery of July 5, in order, with hyphens"),
            help=_(
                "A public draw that is still to come, and how it is written. Empty: this machine makes the seed, and "
                "others must believe that it did so once."
            ),
        )
        reason = st.text_input(_("Why it is drawn again"), max_chars=WORDS) if again else ""
        if not st.form_submit_button(
            n_("Close the list of {n} entry", "Close the list of {n} entries", entered),
            type="primary",
            **only(draws.close_list),
        ):
            return
        try:
            draws.close_list(cache.store(), one.id, now(), source, reason)
        except EventError as error:
            st.error(told.error_words(error.code), icon=":material/error:")
            return
    st.rerun()


def _announce(one: Event, words: str, draw: Draw, entries: Sequence[Drawn]) -> None:
    """What to publish, and the file beside it."""
    st.code(words, language=None, wrap_lines=True)
    st.download_button(
        _("File of the list"),
        as_file(one, draw, entries),
        name_of(draw),
        "text/plain",
        key=f"draw-file-{draw.id}",
        icon=":material/download:",
        on_click="ignore",
        help=_("Codes and numbers in place of names, and how to check it. Publish it beside these words."),
    )


def _to_draw(one: Event, draw: Draw, entries: Sequence[Drawn]) -> None:
    st.write(_("The list is closed. Publish this before the seed is known:"))
    with speaking(one.lang or current(), str(zone())):
        words = closed_words(one, draw)
    _announce(one, words, draw, entries)
    with st.form("event-draw"):
        seed = ""
        if draw.seed_from:
            label = _("The seed: {source}").format(source=draw.seed_from)
            seed = st.text_input(escape(label), max_chars=SEED, key=f"draw-seed-{draw.id}")
        if not st.form_submit_button(
            n_("Draw {n} winner", "Draw {n} winners", draw.prizes), type="primary", **only(draws.draw_winners)
        ):
            return
        try:
            draws.draw_winners(cache.store(), draw.id, now(), seed)
        except EventError as error:
            st.error(told.error_words(error.code), icon=":material/error:")
            return
    st.rerun()


def _drawn(one: Event, draw: Draw, entries: Sequence[Drawn]) -> None:
    won = draws.winners(entries, draw)
    st.write(
        escape(
            _("Drawn on {when} among {listed}. Seed: {seed} ({source}).").format(
                when=moment(draw.drawn_at) if draw.drawn_at else "",
                listed=n_("{n} entry", "{n} entries", draw.total),
                seed=draw.seed,
                source=told.seed_words(draw),
            )
        )
    )
    if draw.reason:
        st.caption(escape(_("Drawn again, because: {reason}").format(reason=draw.reason)))
    posts = {post.id: post for post in post_reads.by_id(tuple(entry.post for entry in won if entry.post))}
    for number, entry in enumerate(won, 1):
        with st.container(gap="xsmall", key=f"winner-{draw.id}-{number}"):
            _person(entry, _("Winner {number}: {name}").format(number=count(number), name=told.name_of(entry)))
            if entry.post in posts:
                card(posts[entry.post], "event-winner")
    if len(won) < draw.prizes:
        st.caption(_("There were fewer people than prizes."))
    following = draws.next_in_order(entries, draw)
    if following:
        with st.expander(
            _("Next in the order, where a winner does not answer"), icon=":material/format_list_numbered:"
        ):
            known = {post.id: post for post in post_reads.by_id(tuple(entry.post for entry in following))}
            for entry in following:
                _person(entry, told.name_of(entry))
                if entry.post in known:
                    card(known[entry.post], "event-next")
    with st.expander(_("Publish it, and let anybody check it"), icon=":material/verified:"):
        with speaking(one.lang or current(), str(zone())):
            words = drawn_words(one, draw, [entry.code for entry in won])
        _announce(one, words, draw, entries)
        st.caption(
            _(
                "Who took part can ask you for the code of their entry, and find it in the file. Name a winner only "
                "with their consent."
            )
        )


def _person(entry: Drawn, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escape(name)}**", width="content")
        st.caption(escape(_("code {code}").format(code=entry.code)), width="content")
    if told.became_of(entry):
        st.warning(escape(told.became_of(entry)), icon=":material/person_off:")


def _earlier(one: Event, draw: Draw, following: Draw) -> None:
    """A list that no longer counts, whole."""
    name = _("List {number}, which no longer counts: {reason}").format(
        number=count(draw.number), reason=following.reason
    )
    with st.expander(escape(name), icon=":material/history:"):
        entries = idea_reads.drawn_entries(draw)
        with speaking(one.lang or current(), str(zone())):
            codes = [entry.code for entry in draws.winners(entries, draw)]
            words = drawn_words(one, draw, codes) if draw.seed else closed_words(one, draw)
        _announce(one, words, draw, entries)
