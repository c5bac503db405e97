"""Names of tones, kinds and trends; text of unknown origin made safe for a label."""

from __future__ import annotations

import re

from dashboard.words.language import _


def sentiment_names() -> dict[str, str]:
    return {
        "negative": _("Negative"),
        "neutral": _("Neutral"),
        "positive": _("Positive"),
        "unsure": _("Unsure"),
        "other_language": _("Not read"),
    }


def unseen(name: str) -> str:
    """The label of a button that shows an icon alone: read aloud, and hidden by `dashboard/web/first_page.css`."""
    return f"`{name}`"


def unread_name() -> str:
    """What stands in the place of a tone where a post has none yet."""
    return _("Being read")


def intent_names() -> dict[str, str]:
    return {
        "question": _("Question"),
        "complaint": _("Complaint"),
        "praise": _("Praise"),
        "idea": _("Idea"),
        "bug": _("Bug report"),
        "other": _("Other"),
        "unsure": _("Unsure"),
    }


def trend_names() -> dict[str, str]:
    return {
        "new": _("New"),
        "rising": _("Rising"),
        "steady": _("Steady"),
        "fading": _("Fading"),
        "resolved": _("Resolved"),
        "seasonal": _("Seasonal"),
        "unclear": _("No clear change"),
        "few": _("Too few to say"),
        "ended": _("Ended"),
    }


# An element without content. After Markdown was read, Streamlit turns bare addresses, `:names:` and arrows into links,
# icons and other signs, backslashes or not, where they stand in one run of text: this ends the run. It shows nothing,
# and nothing of it is copied.
BREAK = ":color[]"
_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|:$~&\"'^=@/]")
_BLANK = re.compile(r"\s+")
_TURNED = re.compile(
    r"https?:(?=//)"
    r"|www(?=\.)"
    r"|(?<=[-.\w+])@(?=[-\w])"  # an address of mail
    r"|:(?=[\w+-]+:|(?!\d\d$)[\w+-]+$)"  # an icon or emoji by name; where it ends, the app may write a colon
    r"|[-<>~=](?=[-<>~=])",  # an arrow, a dash
    re.ASCII | re.IGNORECASE,
)


def _one_blank(found: re.Match[str]) -> str:
    """A space; one that no line breaks at stays what it is."""
    return found[0] if found[0] in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}" else " "


def escape(text: str) -> str:
    """A text of unknown origin, safe inside a label that reads Markdown: nothing in it is markup, an address, an icon
    or an arrow, and what is shown and copied of it is the text itself, its white space as single spaces."""
    runs, at = [], 0
    text = _BLANK.sub(_one_blank, text.strip())
    for found in _TURNED.finditer(text):
        runs.append(text[at : found.end()])
        at = found.end()
    return BREAK.join(_MARKUP.sub(r"\\\g<0>", run) for run in (*runs, text[at:]))
