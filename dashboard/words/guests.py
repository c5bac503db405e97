"""How what guests write is told: whose it is, what it is, why it was not kept."""

from __future__ import annotations

from dashboard.words.language import _, colon, count, day, n_
from data.sharing.guests import LONGEST_NAME, LONGEST_TEXT, MOST, Answer, Answers


def signature(name: str) -> str:
    """Whose words they are. A guest is called one whatever the name, so that none passes for an account."""
    return _("guest: {name}").format(name=name) if name else _("guest")


def asks_names() -> dict[str, str]:
    return {"": _("Nothing"), "comments": _("Comments"), "approval": _("An approval")}


def kind_names() -> dict[str, str]:
    return {"comment": _("Comment"), "approved": _("Approved"), "changes": _("Changes asked for")}


def whole_document() -> str:
    return _("The whole document")


def refusal(code: str) -> str:
    """Why an answer was not kept, for who wrote it."""
    return {
        "empty": _("Write something first."),
        "long": _("Your words are longer than {n} characters. Shorten them: nothing was sent.").format(
            n=count(LONGEST_TEXT)
        ),
        "name": _("Your name is longer than {n} characters. Shorten it: nothing was sent.").format(
            n=count(LONGEST_NAME)
        ),
        "section": _("Choose a part of this document: nothing was sent."),
        "kind": _("This is not asked here: nothing was sent."),
        "full": _("This link holds {n} answers already, and takes no more. Tell the person who sent it.").format(
            n=count(MOST)
        ),
        "busy": _("Your words could not be kept just now. They are still below: send them again in a minute."),
    }.get(code, _("No answers are taken here any more: nothing was sent."))


def told(found: Answers) -> str:
    """How many answers there are, and what they decide."""
    parts = [n_("{n} answer of guests", "{n} answers of guests", found.all)]
    if found.approved:
        parts.append(n_("{n} approval", "{n} approvals", found.approved))
    if found.changes:
        parts.append(n_("{n} asks for changes", "{n} ask for changes", found.changes))
    return ", ".join(parts)


def as_note(answer: Answer) -> str:
    """An answer in a line or more of plain text, as it stands in a note."""
    told = f"{signature(answer.name)}, {day(answer.at.date())}{colon()}{kind_names()[answer.kind]}"
    return f"{told}. {answer.text}".strip() if answer.text else f"{told}."
