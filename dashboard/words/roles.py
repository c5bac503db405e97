"""Roles in words: what each is called, and what to tell who may not do something."""

from __future__ import annotations

from dashboard.words.language import _
from data.actor import RefusedError


def role_names() -> dict[str, str]:
    return {
        "reader": _("Reader"),
        "member": _("Member"),
        "editor": _("Editor"),
        "administrator": _("Administrator"),
    }


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
