"""Names of tones, kinds and trends; text of unknown origin made safe for a label."""

from __future__ import annotations

from dashboard.words.language import _


def sentiment_names() -> dict[str, str]:
    return {
        "negative": _("Negative"),
        "neutral": _("Neutral"),
        "positive": _("Positive"),
        "unsure": _("Unsure"),
        "other_language": _("Not read"),
    }


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
        "ended": _("Ended"),
    }


def escape(text: str) -> str:
    """A text of unknown origin, safe inside a label that reads Markdown: nothing in it is markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~&\"'^=@/" else c for c in " ".join(text.split()))
