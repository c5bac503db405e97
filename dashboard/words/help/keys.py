"""The keys of the app: the one table that shortcuts are made from, and what each does on a page."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.words.inbox import decision_names
from dashboard.words.labels import sentiment_names
from dashboard.words.language import _, colon

KEYS: Mapping[str, str] = {
    "search": "ctrl+k",
    "slash": "/",
    "keys": "?",
    "next": "j",
    "back": "k",
    "handled": "e",
    "starred": "s",
    "draft": "d",
    "undo": "u",
    "fine": "1",
    "watch": "2",
    "hide": "3",
    "warn": "4",
    "escalate": "5",
    "check-negative": "1",
    "check-neutral": "2",
    "check-positive": "3",
    "check-skip": "4",
}
# The browser sees these two: they need no button on the page that shows them. Key -> what it clicks.
CLICKS = {KEYS["slash"]: ".st-key-search-all button", KEYS["keys"]: ".st-key-keys button"}
EVERYWHERE = ("slash", "search", "keys")
_QUEUE = ("next", "back", "handled", "starred")
_DECISIONS = ("fine", "watch", "hide", "warn", "escalate")
# Page and view -> what its keys do; "": the view that shows first.
OF_A_VIEW: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("mentions", ""): ("undo",),
    ("mentions", "answer"): (*_QUEUE, "draft", "undo"),
    ("mentions", "moderate"): (*_QUEUE, *_DECISIONS, "undo"),
    ("reputation", "check"): ("check-negative", "check-neutral", "check-positive", "check-skip"),
}


def written(name: str) -> str:
    """A key as a keyboard shows it."""
    return " + ".join(part.capitalize() for part in KEYS[name].split("+"))


def key_words() -> dict[str, str]:
    """What each key does."""
    decided, tones = decision_names(), sentiment_names()
    return {
        "search": _("Search everywhere"),
        "slash": _("Search everywhere"),
        "keys": _("This list of keys"),
        "next": _("Next one"),
        "back": _("Previous one"),
        "handled": _("Handled"),
        "starred": _("Star"),
        "draft": _("Draft a reply"),
        "undo": _("Undo what was just done"),
        **{name: f"{_('Decision')}{colon()}{decided[name]}" for name in _DECISIONS},
        **{f"check-{tone}": f"{_('Tone')}{colon()}{tones[tone]}" for tone in ("negative", "neutral", "positive")},
        "check-skip": _("Can't say"),
    }


def keys_of(page: str, view: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(keys of a page as it is shown, keys of every page): each as it is written, and what it does."""
    words = key_words()
    mine, all_pages = (
        [(written(name), words[name]) for name in names] for names in (OF_A_VIEW.get((page, view), ()), EVERYWHERE)
    )
    return mine, all_pages
