"""What people do with posts, and how hot threads are, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from dashboard.reads.inbox import QueueFigures
from dashboard.words.labels import escape, intent_names, sentiment_names
from dashboard.words.language import _, colon, language_name, moment, n_, percent
from dashboard.words.posts import engagement_words
from dashboard.words.topics import called
from data.actor import RefusedError
from data.inbox.moderation import HotThread
from data.models import Post, Triage, TriageEvent
from data.scope import Scope
from insights.reading import attacks

PARTICULARS = ("source", "topic", "tone", "kind", "reach", "language", "state", "assigned")  # of a post, on a line
TOLD = 0.1  # a part of a thread's heat from which it is named


def field_names() -> dict[str, str]:
    """What people can set or correct."""
    return {
        "seen": _("Seen"),
        "starred": _("Starred"),
        "handled": _("Handled"),
        "snoozed": _("Snoozed"),
        "assigned": _("Assigned"),
        "decision": _("Decision"),
        "note": _("Note"),
        "sentiment": _("Tone"),
        "intents": _("Kind"),
        "lang": _("Language"),
        "topic": _("Topic"),
        "about": _("About us"),
        "stance": _("Side in the debate"),
    }


def decision_names() -> dict[str, str]:
    """What can be decided of a post that is judged."""
    return {
        "fine": _("Fine"),
        "watch": _("Watch"),
        "hide": _("Ask to hide"),
        "warn": _("Warn"),
        "escalate": _("Escalate"),
    }


def stance_names() -> dict[str, str]:
    return {"for": _("For"), "against": _("Against"), "none": _("Neither")}


def followup_names(people: Iterable[str]) -> dict[str, str]:
    """States of follow-up that posts are filtered by: one for each of `people` among them."""
    names = {
        "": _("Any state"),
        "open": _("Not handled"),
        "starred": _("Starred"),
        "snoozed": _("Snoozed"),
        "handled": _("Handled"),
    }
    return names | {f"assigned:{name}": _("Assigned to {name}").format(name=name) for name in people}


def change_words(field: str, value: str) -> str:
    """A change as a person would say it."""
    names = field_names()
    if not value:
        return _("{field}: taken back").format(field=names[field])
    if field in {"seen", "starred", "handled"}:
        return names[field]
    words = {
        "decision": decision_names().get(value, value),
        "sentiment": sentiment_names().get(value, value),
        "intents": ", ".join(intent_names().get(name, name) for name in value.split(",")),
        "lang": language_name(value),
        "about": _("no"),
        "stance": stance_names().get(value, value),
    }.get(field, value)
    return f"{names[field]}{colon()}{words}"


def audited_value(action: str, value: str) -> str:
    """What a change of a post set or took away, in words; other values as they are."""
    origin, _dot, field = action.partition(".")
    if origin != "post" or not value or field in {"seen", "starred", "handled"} or field not in field_names():
        return value
    return change_words(field, value).partition(": ")[2] or value


def conflict_sentence(event: TriageEvent) -> str:
    """Somebody else was faster; safe inside a label."""
    return _("{who} changed this on {moment}: {what}. Your change was not written; look again.").format(
        who=escape(event.who or _("Somebody")),
        moment=escape(moment(event.at)),
        what=escape(change_words(event.field, event.after)),
    )


def event_words(event: TriageEvent) -> str:
    """A line of a post's history."""
    parts = [moment(event.at), event.who or _("no name given"), change_words(event.field, event.after)]
    return " · ".join([*parts, _("undone")] if event.undone else parts)


def followup_words(state: Triage) -> str:
    """What people did with a post, beyond its star and whether it is handled; "" for nothing."""
    parts = (
        _("assigned to {name}").format(name=state.assigned) if state.assigned else "",
        _("snoozed until {day}").format(day=state.snoozed) if state.snoozed else "",
        decision_names()[state.decision] if state.decision else "",
        state.note[:120],
    )
    return " · ".join(part for part in parts if part)


def order_names() -> dict[str, str]:
    """What lists of posts can be ordered by."""
    return {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "engagement": _("Most reached first"),
        "reached": _("Most reached first"),
        "waiting": _("Longest waiting first"),
        "risk": _("Riskiest first"),
    }


def order_words(order: str) -> str:
    """What an order goes by, where its name does not say it; "" for others."""
    return {
        "engagement": _(
            "By points, and twice the replies and shares, as their networks tell them. "
            "Posts whose network tells none come last: their reach is not known."
        ),
        "reached": _(
            "By how many people ask, and by the points, replies and shares that their networks tell. "
            "Where a network tells none, reach is not known and counts for nothing."
        ),
        "waiting": _(
            "First the questions and complaints to you without an answer of yours, the oldest of them on top."
        ),
    }.get(order, "")


def particular_names() -> dict[str, str]:
    """What a line of a post can show beside who wrote it and when."""
    return {
        "source": _("Source"),
        "topic": _("Topic"),
        "tone": _("Tone"),
        "kind": _("Kind"),
        "reach": _("Reach"),
        "language": _("Language"),
        "state": _("Follow up"),
        "assigned": _("Assigned"),
    }


def line_words(post: Post, state: Triage, columns: Iterable[str]) -> tuple[str, str]:
    """(who wrote a post and when, what else was chosen of it that is no badge); both safe inside a label."""
    columns = set(columns)
    by = (
        post.author or _("no name given"),
        (post.community or post.source_title) if "source" in columns else "",
        moment(post.published_at),
    )
    reach = engagement_words(post.engagement) or _("reach not known")
    more = (
        called(post.topic_name) if "topic" in columns and post.topic_id is not None else "",
        reach if "reach" in columns else "",
        language_name(post.lang) if "language" in columns else "",
        *(_state_words(state) if "state" in columns else ()),
        _("assigned to {name}").format(name=state.assigned) if "assigned" in columns and state.assigned else "",
    )
    said, told = (" · ".join(escape(part) for part in parts if part) for parts in (by, more))
    return said, told


def _state_words(state: Triage) -> tuple[str, ...]:
    return (
        _("starred") if state.starred else "",
        _("handled") if state.handled else "",
        followup_words(replace(state, assigned="")),
    )


def heat_words(thread: HotThread) -> str:
    """The parts of a thread's heat, the strongest first."""
    names = {
        "tone": _("negative and worsening"),
        "address": _("personal"),
        "turns": _("two people by turns"),
        "pace": _("fast"),
        "attack": _("attacks"),
    }
    parts = sorted(asdict(thread.parts).items(), key=lambda part: -part[1])
    told = [f"{names[name]} {percent(value)}" for name, value in parts if value >= TOLD]
    return _("heat {share}").format(share=percent(thread.heat)) + (f" ({', '.join(told)})" if told else "")


def aim_words(aims: Sequence[attacks.Aim]) -> str:
    """What a post to judge seems to do, by its strongest words."""
    names = {
        attacks.THREAT: _("May be a threat"),
        attacks.SLUR: _("May hold a slur"),
        attacks.HATE: _("May be hatred of a people"),
        attacks.CODED: _("May be hatred in code"),
        attacks.HOSTILE: _("May be hostile to somebody"),
        attacks.INSULT: _("May insult somebody"),
        attacks.CHARGE: _("May accuse somebody"),
        attacks.CONTEMPT: _("May despise somebody"),
    }
    held = {aim.kind for aim in aims}
    return next((words for kind, words in names.items() if kind in held), _("Harsh, perhaps to somebody"))


def queue_words(figures: Sequence[QueueFigures]) -> str:
    """How far the queue can be trusted, and on what posts that was counted."""
    counted = {
        "en": _("in English {right} of the {shown} shown were attacks, of {attacks} there were"),
        "fr": _("in French {right} of the {shown} shown were attacks, of {attacks} there were"),
    }
    told = [counted[f.lang].format(right=f.right, shown=f.shown, attacks=f.attacks) for f in figures]
    return _(
        "This is an estimate and decides nothing. Counted on comments of Reddit and of French forums that were read "
        "one by one: {figures}. Elsewhere it may be better or worse. Vigie never acts on a network by itself."
    ).format(figures="; ".join(told))


def left_out_words(posts: int) -> str:
    """What is not judged at all; "" for nothing."""
    if not posts:
        return ""
    return n_(
        "{n} post of feeds in which nobody answers was not judged: nobody is spoken to there.",
        "{n} posts of feeds in which nobody answers were not judged: nobody is spoken to there.",
        posts,
    )


def narrowing_sentences(scope: Scope, watched: str) -> list[str]:
    """What narrows a scope and has no widget among the filters; `watched` are the words of its watched subject.
    Safe inside a label."""
    told = {
        _("Only posts by {author}").format(author=escape(scope.author)): bool(scope.author),
        _("Only posts near the watched subject “{name}”").format(name=escape(watched)): scope.watch is not None,
        _("Only a sub-topic"): scope.part is not None,
        _("Only posts of a debate"): scope.debate is not None and scope.side is None,
        _("Only posts of one side of a debate"): scope.debate is not None and scope.side is not None,
        _("Only posts that name a tool"): scope.tool is not None,
        _("Only the evidence of an idea"): scope.idea is not None,
        _("Only a part of the map"): scope.area is not None,
    }
    return [sentence for sentence, holds in told.items() if holds]


def only_sentence(role: str) -> str:
    """Why a button cannot be used."""
    return {
        "reader": _("Sign in to do this."),
        "member": _("Only a member of the team can do this. Ask an administrator to be made one."),
        "editor": _("Only an editor can do this. Ask one of them, or an administrator."),
        "administrator": _("Only an administrator can do this. Ask one of them."),
    }[role]


def refused_sentence(error: RefusedError) -> str:
    """A write was refused, and why."""
    return f"{only_sentence(error.needs)} {_('Nothing was changed.')}"
