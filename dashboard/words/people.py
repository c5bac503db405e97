"""States and roles of people in words."""

from __future__ import annotations

from dashboard.words.language import _


def state_names() -> dict[str, str]:
    return {
        "new": _("New"),
        "returning": _("Back again"),
        "loyal": _("Loyal"),
        "regular": _("Now and then"),
        "drifting": _("Drifting away"),
    }


def state_help() -> dict[str, str]:
    return {
        "new": _("Wrote for the first time in this period."),
        "returning": _("Wrote again after at least eight weeks of silence."),
        "loyal": _("Active in half of the weeks, in this period and in the twelve weeks before."),
        "regular": _("All others who wrote."),
        "drifting": _("Was active in four of the twelve weeks before, and has been silent for three weeks."),
    }


def role_names() -> dict[str, str]:
    return {"ambassador": _("Ambassador"), "critic": _("Recurrent critic"), "organiser": _("Organiser")}


def role_help() -> dict[str, str]:
    return {
        "ambassador": _("At least three kind posts about us, three times the harsh ones."),
        "critic": _("At least three harsh posts about us, in two weeks or more, twice the kind ones."),
        "organiser": _("Invited people at least twice."),
    }
