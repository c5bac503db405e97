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
        "unknown": _("That account is not there any more, or has no password here."),
        "link": _("That link opens nothing any more."),
    }.get(code, _("That cannot be done."))
