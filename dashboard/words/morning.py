"""Names of the kinds of lines in the morning brief."""

from __future__ import annotations

from dashboard.words.language import _


def line_names() -> dict[str, str]:
    return {
        "alert": _("Alert"),
        "volume": _("Out of the ordinary"),
        "new": _("New"),
        "rising": _("Growing"),
        "fading": _("Fading"),
        "resolved": _("Resolved"),
        "answered": _("Answered"),
        "asked": _("Waiting for you"),
        "debate": _("Debate"),
        "tool": _("New tool"),
        "guest": _("Guests"),
    }
