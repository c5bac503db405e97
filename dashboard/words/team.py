"""Roles, and why something about accounts cannot be done, in words."""

from __future__ import annotations

from dashboard.words.language import _, n_
from data.house.passwords import LONGEST, SHORTEST


def role_names() -> dict[str, str]:
    return {
        "reader": _("Reader"),
        "member": _("Member"),
        "editor": _("Editor"),
        "administrator": _("Administrator"),
    }


def role_help() -> str:
    return _(
        "Readers see and comment. Members also sort posts, write drafts and gather quotes. Editors also approve, "
        "publish, and look after brands, rules, reports and shares. Administrators also look after sources, access "
        "and people."
    )


def kind_names() -> dict[str, str]:
    """Who checks that it is them."""
    return {
        "local": _("Password"),
        "openid": _("Organisation (OpenID Connect)"),
        "proxy": _("Proxy"),
    }


def problem_words(code: str) -> str:
    """What is wrong and what to do, for the code of a HouseError."""
    return {
        "refused": _("That is not the name and password of an account."),
        "elsewhere": _("Your organisation did not let you in, or you turned back. Try again."),
        "login": _("Write an e-mail address or a user name, without spaces."),
        "login_taken": _("Somebody has that name already. Take another one."),
        "name": _("Write a name of at most 80 characters."),
        "email": _("That is not an e-mail address."),
        "password_short": n_(
            "The password needs {n} character.", "The password needs {n} characters or more.", SHORTEST
        ),
        "password_long": n_("At most {n} character.", "The password has more than {n} characters.", LONGEST),
        "password_easy": _("That password is easy to guess: take one that is not your name."),
        "password_wrong": _("That is not your present password."),
        "last_administrator": _("Somebody must look after the team: make another person administrator first."),
        "elsewhere_too": _("That person is in other workspaces too: an administrator of all of them can do this."),
        "unknown": _("That account is not there any more, or has no password here."),
        "link": _("That link opens nothing any more."),
    }.get(code, _("That cannot be done."))


def wait_words(seconds: int) -> str:
    return n_(
        "Too many tries. Wait {n} second, then try again.",
        "Too many tries. Wait {n} seconds, then try again.",
        seconds,
    )


def action_words(action: str) -> str:
    """What was done, for the name of a change of the house."""
    return {
        "signed.in": _("signed in"),
        "signed.out": _("signed out"),
        "session.ended": _("ended a session"),
        "sign.in.refused": _("a wrong name or password"),
        "account.made": _("account made"),
        "account.described": _("name or address changed"),
        "account.bound": _("known by the provider from now on"),
        "account.closed": _("account closed"),
        "account.reopened": _("account opened again"),
        "role.changed": _("role changed"),
        "invited": _("invited"),
        "invitation.withdrawn": _("invitation withdrawn"),
        "reset.asked": _("link for a new password made"),
        "password.changed": _("password changed"),
        "link.used": _("link used"),
    }.get(action, action)
