"""Roles, and why something about accounts cannot be done, in words."""

from __future__ import annotations

from dashboard.words.inbox import field_names
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


def subject_names() -> dict[str, str]:
    """What changes are about, by the keys of `data.audit.SUBJECTS`."""
    return {
        "posts": _("Posts"),
        "topics": _("Topics"),
        "debates": _("Debates"),
        "reputation": _("Reputation"),
        "facts": _("What we know"),
        "ideas": _("Ideas"),
        "calendar": _("Calendar"),
        "acts": _("Acts"),
        "alerts": _("Alerts"),
        "reports": _("Reports"),
        "sources": _("Sources"),
        "kept": _("What is kept"),
        "settings": _("Settings"),
        "team": _("Team"),
    }


def _things() -> dict[str, str]:
    """The first word of a change's name."""
    return {
        "act": _("Act at a network"),
        "action": _("Action"),
        "alert": _("Alert"),
        "brand": _("Brand"),
        "calendar": _("Calendar"),
        "channel": _("Channel"),
        "credentials": _("Credentials"),
        "day": _("Date"),
        "debate": _("Debate"),
        "event": _("Event"),
        "fact": _("Fact"),
        "format": _("Template"),
        "idea": _("Idea"),
        "own": _("Account of ours"),
        "person": _("Person"),
        "quote": _("Quote"),
        "record": _("Record"),
        "reply": _("Template"),
        "report": _("Report"),
        "retention": _("How long words are kept"),
        "rule": _("Rule"),
        "share": _("Shared link"),
        "finding": _("To mend"),
        "venue": _("Where to go"),
        "ticket": _("Ticket"),
        "source": _("Source"),
        "subscription": _("Recipient"),
        "suggestion": _("Suggestion"),
        "themes": _("Themes"),
        "tone": _("Tone"),
        "token": _("Token"),
        "tool": _("Tool"),
        "topic": _("Topic"),
        "triage": _("Posts"),
        "view": _("Saved view"),
        "watch": _("Subject to watch"),
        "word": _("Word"),
        "workspace": _("Workspace"),
    }


# A table of words, one a line.
def _deeds() -> dict[str, str]:
    """The last word of a change's name."""
    return {
        "account": _("setting"),
        "added": _("addition"),
        "again": _("another attempt"),
        "answer": _("answer of a guest"),
        "apart": _("taken apart"),
        "applied": _("application"),
        "approved": _("approval"),
        "asked": _("request"),
        "assigned": _("assignment"),
        "back": _("reading further back"),
        "changes": _("changes asked for"),
        "cancelled": _("cancelling"),
        "checked": _("check"),
        "checks_forgotten": _("checks forgotten"),
        "chosen": _("choice"),
        "closed": _("list of entries closed"),
        "decided": _("decision"),
        "decision": _("decision"),
        "dismissed": _("dismissal"),
        "done": _("carrying out"),
        "drawn": _("draw"),
        "entered": _("entry"),
        "erased": _("erasure"),
        "erased.again": _("erasure"),
        "excluded": _("left out"),
        "exported": _("export"),
        "feed": _("feed for calendar programs"),
        "first": _("what is shown first"),
        "file": _("file read in"),
        "granted": _("grant"),
        "guests": _("answers of guests"),
        "asks": _("what guests are asked"),
        "hidden": _("hiding"),
        "liked": _("more like it"),
        "list": _("list added"),
        "looked": _("look"),
        "made": _("creation"),
        "marked": _("right or wrong"),
        "merged": _("merging"),
        "moved": _("moving"),
        "noise": _("marked as noise"),
        "note": _("note"),
        "noted": _("note"),
        "own": _("ours or of others"),
        "pack": _("starter pack added"),
        "picture": _("change of a picture"),
        "policy": _("setting"),
        "readmitted": _("let in again"),
        "refit": _("grouping asked for anew"),
        "refused": _("refusal"),
        "rehearsed": _("rehearsal"),
        "rules": _("rules"),
        "removed": _("removal"),
        "renamed": _("renaming"),
        "renewed": _("renewal"),
        "restored": _("restoration"),
        "revised": _("rewording"),
        "revoked": _("revocation"),
        "rolled_back": _("going back"),
        "posts": _("which posts"),
        "saved": _("saving"),
        "sent": _("sending"),
        "sent_back": _("sending back"),
        "set": _("setting"),
        "setting": _("setting"),
        "shown": _("showing again"),
        "signal": _("no longer noise"),
        "split": _("splitting"),
        "state": _("state"),
        "stopped": _("stopping"),
        "tags": _("tags"),
        "template": _("change"),
        "threshold": _("nearness"),
        "to_test": _("to test"),
        "tone": _("tone"),
        "undo": _("request to take back"),
        "undone": _("taking back"),
    }


def done_words(action: str) -> str:
    """What was done, for the name of any change of the audit; a name that is not known stands for itself."""
    thing, _dot, deed = action.partition(".")
    if thing == "post":
        return field_names().get(deed, deed)
    if thing not in _things():
        return action_words(action)
    return f"{_things()[thing]} · {_deeds().get(deed, deed)}"
