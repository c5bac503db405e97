"""What an act is, how far it is, why it waits, and which keys a network asks for, as a person would say it."""

from __future__ import annotations

from dashboard.words.language import _, moment
from dashboard.words.sources import error_sentence, kind_name
from data.acting.kept import KeptAct, Try


def deed_names() -> dict[str, str]:
    return {
        "answer": _("Answer"),
        "publish": _("Publication"),
        "hide": _("Hide"),
        "remove": _("Remove"),
        "lock": _("Lock the thread"),
        "approve": _("Approve the post"),
        "report": _("Report to the moderators"),
        "warn": _("Write to the author"),
    }


def state_words(kept: KeptAct) -> str:
    """How far an act is."""
    if kept.aim == "undo" and kept.state != "done":
        return _("Being taken back")
    if kept.aim == "stop":
        return _("Given up: Vigie looks whether it had arrived")
    return {
        "draft": _("Sent back to be reworded"),
        "asked": _("Waits for approval"),
        "ready": _("On its way"),
        "trying": _("On its way"),
        "waits": _("Waits to be tried again"),
        "done": _("Done"),
        "rehearsed": _("Rehearsed: nothing was sent"),
        "refused": _("Waits for you"),
        "cancelled": _("Given up"),
        "undone": _("Taken back"),
    }[kept.state]


# A table of sentences, one a reason.
def reason_sentence(code: str) -> str:
    """Why an act was not done, and what to do."""
    return {
        "target_gone": _("The post is not there any more: nothing was sent."),
        "target_edited": _("The post was edited since this was written: nothing was sent. Read it again."),
        "target_locked": _("The thread is closed to new answers: nothing was sent."),
        "not_offered": _("This place does not offer this."),
        "no_write_credentials": _("There is no key to write with. Enter one in Settings, then try again."),
        "may_not_write": _("The account or its key may not do this here."),
        "locked": _("The thread is closed to new answers."),
        "blocked": _("The author does not let this account answer."),
        "too_long": _("The text is longer than this place allows. Shorten it."),
        "too_short": _("The text is shorter than this place asks for."),
        "duplicate": _("The place says that it has these words already."),
        "bad_picture": _("The place does not take a picture of it: too large, too many, or of another kind."),
        "place_unknown": _("There is no such place to publish in."),
        "words_refused": _("The place refuses these words. Say it otherwise."),
        "cannot_tell": _("Nobody can say whether it arrived. Look there: trying again sends it once more."),
        "timeout": _("The place did not answer in time. Vigie looks whether it arrived before it tries again."),
        "unreachable": _("The connection broke. Vigie looks whether it arrived before it tries again."),
        "server_error": _("The place had a fault of its own. Vigie looks whether it arrived before it tries again."),
        "too_many_requests": _("The place asks to slow down. It is tried again later."),
        "restored": _("The record was restored: it may have been done before. Vigie looks there first."),
        "rehearsing": _("Acts are only rehearsed at the moment: nothing was taken back."),
        "fault": _("Something went wrong here. Vigie looks whether it arrived before it tries again."),
        "item_changed": _("The item of the calendar is not as it was approved any more. Ask for it again there."),
        "link_dead": _("A link in it does not answer. It goes out once all links do."),
        "crisis": _("An alert is open. It goes out once somebody closed it."),
    }.get(code) or error_sentence(code)


def problem_sentence(code: str) -> str:
    """Why something cannot be asked for, for the code of an ActError."""
    return {
        "off": _("Acting at networks is off. An administrator turns it on in Settings."),
        "words": _("Write some words first, at most 20,000 characters."),
        "rule": _("Name the rule that this is about."),
        "answered": _("This post has an answer already, or one on its way."),
        "edited": _("This post was edited since you opened it. Read it again, then post."),
        "own": _("Another editor than the one who asked must approve it."),
        "link": _("Approval by a link is off. An administrator turns it on in Settings."),
        "state": _("It may have arrived already: try again first, so that Vigie looks."),
        "gone": _("It is not there any more."),
    }.get(code, _("This cannot be asked for."))


def picture_problem(code: str) -> str:
    """Why a picture cannot be kept, for the code of a PictureError."""
    return {
        "kind": _("Take a picture: PNG, JPEG, GIF or WebP, of at most 8 MB."),
        "large": _("Take a picture: PNG, JPEG, GIF or WebP, of at most 8 MB."),
        "many": _("An item has at most four pictures."),
        "alt": _("Write what it shows, for who cannot see it."),
    }[code]


def heading(kept: KeptAct) -> str:
    """What an act is, where, and who asked for it."""
    parts = [deed_names().get(kept.deed, kept.deed), kind_name(kept.network)]
    if kept.account:
        parts.append(kept.account)
    parts.append(_("asked for by {name}").format(name=kept.asked_by) if kept.asked_by else _("asked for here"))
    parts.append(moment(kept.asked_at))
    if kept.approved_by.startswith("share "):
        link = kept.approved_by.removeprefix("share ")
        parts.append(_("approved by a guest, by link {number}").format(number=link))
    elif kept.approved_by and kept.approved_by != kept.asked_by:
        parts.append(_("approved by {name}").format(name=kept.approved_by))
    return " · ".join(parts)


def try_words(one: Try) -> str:
    """One step of a try."""
    steps = {
        "look": _("Looked at the post"),
        "find": _("Looked whether it was there"),
        "do": _("Sent"),
        "undo": _("Took it back"),
    }
    ends = {"ok": _("it went well"), "none": _("it was not there"), "": _("nobody knows how it ended")}
    end = ends.get(one.outcome) or reason_sentence(one.outcome)
    return f"{moment(one.at)} · {steps.get(one.step, one.step)} · {end}"
