"""What an event is: written anew, or changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered, set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, close, opened, saved
from dashboard.words.events.texts import rules_of
from dashboard.words.events.told import error_words, kind_names
from dashboard.words.language import _, current, language_name, speaking, typed_days, zone
from data.events import events
from data.events.events import ANSWERS, FIELDS, KINDS, LANGS, MOST_EACH, MOST_PRIZES, RULES, Event, EventError


def event_form(held: Event | None) -> None:
    """The form of an event, of a new one for None."""
    form = opened(f"event-{held.id if held is not None else 0}", held or _new(), FIELDS)
    wanted, address = _fields(form)
    if not st.button(_("Keep"), type="primary", key="event-keep", **only(events.save_event)):
        return
    try:
        if address:
            with cache.store().read() as connection:
                wanted = replace(wanted, thread=events.post_at(connection, address, wanted.starts, wanted.ends))
        numbers: list[int] = []

        def write(seen: Event) -> None:
            numbers.append(events.save_event(cache.store(), wanted, now(), seen if wanted.id else None))

        if saved(form, write):
            leave(numbers[0])
    except EventError as error:
        st.error(error_words(error.code), icon=":material/error:")


def leave(number: int) -> None:
    """To the event as it is kept; to the list for 0."""
    close(f"event-{number}")
    close("event-0")
    set_parameter("event", str(number) if number else "")
    set_parameter("edit", "")
    set_parameter("thread", "")
    st.rerun()


def _new() -> Event:
    """From tomorrow on, for a week."""
    start = datetime.combine(now().astimezone(zone()).date() + timedelta(days=1), time(0), zone())
    lang = current() if current() in LANGS else "en"
    return Event(0, "", start, start + timedelta(days=7), lang=lang, thread=whole_parameter("thread") or 0)


def _fields(form: Opened[Event]) -> tuple[Event, str]:
    """The event as the form says it, and the address of the post under which people enter, "" for no other."""
    one, kinds = form.shown, kind_names()

    def key(name: str) -> str:
        return form.key(f"event-{name}-{one.id}")

    kind = (
        st.segmented_control(
            _("Kind"), KINDS, default=one.kind, format_func=lambda name: kinds[name], key=key("kind"), required=True
        )
        or one.kind
    )
    title = st.text_input(_("Title"), one.title, max_chars=200, key=key("title"))
    starts = _moment(_("Begins"), one.starts, key("starts"), last=False)
    ends = _moment(_("Ends"), one.ends, key("ends"), last=True)
    left, right = st.columns(2)
    hashtag = left.text_input(
        _("Hashtag"),
        one.hashtag,
        max_chars=101,
        key=key("hashtag"),
        help=_("Posts with it, within these days, are entries."),
    )
    address = right.text_input(
        _("Post under which people answer"),
        "",
        max_chars=2_000,
        key=key("thread"),
        placeholder=_("One is chosen; enter another to change it") if one.thread else "https://",
        help=_("The address of the post, or of its page in Mentions. Replies in its thread are entries."),
    )
    threaded = not one.thread or not st.checkbox(_("No longer under that post"), key=key("no-thread"))
    most, prizes = _numbers(one, kind, key("most"), key("prizes"))
    answers = _answers(one, key("answers")) if kind == "quiz" else one.answers
    lang = st.selectbox(
        _("Language"),
        LANGS,
        LANGS.index(one.lang) if one.lang in LANGS else 0,
        format_func=language_name,
        key=key("lang"),
        help=_("Of its rules, and of what is announced."),
    )
    wanted = replace(
        one, kind=kind, title=title, starts=starts, ends=ends, hashtag=hashtag.strip().lstrip("#＃"), most=most,
        prizes=prizes, answers=answers, lang=lang,
        thread=one.thread if threaded else 0,
    )  # fmt: skip
    return replace(wanted, rules=_rules(one, wanted, key("rules"))), address.strip()


def _numbers(one: Event, kind: str, most_key: str, prizes_key: str) -> tuple[int, int]:
    left, right = st.columns(2)
    most = left.number_input(
        _("Entries a person"), 0, MOST_EACH, one.most, key=most_key, help=_("The first ones count. 0: any number.")
    )
    drawn = one.prizes if one.id or kind in {"contest", "quiz"} else 0
    prizes = right.number_input(
        _("Winners to draw"), 0, MOST_PRIZES, drawn, key=f"{prizes_key}-{kind}", help=_("0: there is no draw.")
    )
    return int(most), int(prizes)


def _answers(one: Event, key: str) -> tuple[str, ...]:
    written = st.text_area(
        _("Right answers"),
        "\n".join(one.answers),
        max_chars=ANSWERS,
        height=100,
        key=key,
        help=_(
            "One a line, in any wording: an entry that holds one of them, word for word, is right. Capitals and "
            "accents do not matter, and you can mark any entry yourself."
        ),
    )
    return tuple(line for line in written.split("\n") if line.strip())


def _rules(one: Event, wanted: Event, key: str) -> str:
    if remembered(key) is None:
        remember(key, one.rules)
    written = bool(str(remembered(key)).strip())
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            _("Begin with the template"),
            key=f"{key}-template",
            icon=":material/description:",
            disabled=written,
            help=_("Empty the rules first.") if written else None,
        ):
            with speaking(wanted.lang or current(), str(zone())):
                remember(key, rules_of(wanted))
        st.caption(_("Ours, and no legal advice: have it read by somebody who knows the law of your country."))
    return st.text_area(
        _("Rules of the event"),
        key=key,
        max_chars=RULES,
        height=240,
        help=_("As people read them. For us alone: Vigie publishes nothing."),
    )


def _moment(label: str, value: datetime, key: str, *, last: bool) -> datetime:
    """A day and an hour of the reader's zone; `last`: the end of a day is its hour 24."""
    local = value.astimezone(zone())
    at_midnight = last and local.hour == 0 and local.minute == 0
    shown = local.date() - timedelta(days=1) if at_midnight else local.date()
    minutes = local.minute
    left, right = st.columns(2)
    on = left.date_input(label, shown, format=typed_days(), key=f"{key}-day")
    hours = list(range(25 if last else 24))
    hour = right.selectbox(
        _("Hour"),
        hours,
        24 if at_midnight else local.hour,
        format_func=lambda one: f"{one:02d}:{minutes if one < 24 else 0:02d}",
        key=f"{key}-hour",
    )
    day = on if isinstance(on, date) else shown
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(0), zone())
    return datetime.combine(day, time(int(hour), minutes), zone())
