"""What a shared page asks of its guests, as HTML: a form without any script, and what others answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.files.html import text
from dashboard.words.guests import kind_names, refusal, signature, whole_document
from dashboard.words.language import _, moment
from data.sharing.document import Section
from data.sharing.guests import LONGEST_NAME, LONGEST_TEXT, Answer
from data.sharing.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Given:
    """What a guest sent: shown again where it was not kept, with the code of the reason."""

    refused: str = ""
    words: str = ""
    name: str = ""
    section: int = 0


def asked_first(held: Snapshot) -> str:
    """What is asked, at the head of the page, with the way down to the form."""
    question = f' <span dir="auto">{text(held.question)}</span>' if held.question else ""
    return f'<p class="asked"><a href="#answer">{text(_title(held))}</a>{question}</p>'


def _title(held: Snapshot) -> str:
    return _("Your approval, please") if held.asks == "approval" else _("Your comments, please")


def answer_part(
    held: Snapshot,
    token: str,
    sections: Sequence[Section],
    others: Sequence[Answer] = (),
    given: Given | None = None,
    *,
    thanked: bool = False,
) -> str:
    """The part of a shared page in which its guests answer, in the language that is spoken."""
    parts = [f'<section class="answer" id="answer"><h2>{text(_title(held))}</h2>']
    if held.question:
        parts.append(f'<p class="lead" dir="auto">{text(held.question)}</p>')
    if thanked:
        parts.append(f'<p class="told" role="status">{text(_("Thank you. Your answer has been passed on."))}</p>')
    given = given or Given()
    if given.refused:
        parts.append(f'<p class="told wrong" role="alert">{text(refusal(given.refused))}</p>')
    parts += [_form(held, token, sections, given), _answers(others, sections), "</section>"]
    return "".join(parts)


def _form(held: Snapshot, token: str, sections: Sequence[Section], given: Given) -> str:
    approves = held.asks == "approval"
    # Enter in the name would press the first button: one that cannot be pressed stands before "Approve".
    buttons = (
        f'<button disabled hidden></button><button name="kind" value="approved">{text(_("Approve"))}</button>'
        f'<button class="other" name="kind" value="changes">{text(_("Ask for changes"))}</button>'
        if approves
        else f'<button name="kind" value="comment">{text(_("Send"))}</button>'
    )
    label = _("Your words (needed where you ask for changes)") if approves else _("Your words")
    told = _(
        "Signed “guest”, with the name that you give. Nothing else about you is kept. Whoever sent you this link "
        "reads it."
    )
    return (
        f'<form method="post" action="/share/{text(token)}/answer#answer" accept-charset="utf-8">'
        f'<label>{text(label)}<textarea name="text" rows="5" maxlength="{LONGEST_TEXT}" dir="auto"'
        f"{'' if approves else ' required'}>\n{text(given.words)}</textarea></label>"
        f"{_choice(sections, given.section)}"
        f'<label>{text(_("Your name (you may leave it out)"))}<input name="name" maxlength="{LONGEST_NAME}" '
        f'autocomplete="name" dir="auto" value="{text(given.name)}"></label>'
        f'<p class="buttons">{buttons}</p><p class="from">{text(told)}</p></form>'
    )


def _choice(sections: Sequence[Section], chosen: int) -> str:
    """Which part the words are about, where there are several."""
    if len(sections) < 2:
        return ""
    names = [whole_document(), *(section.title for section in sections)]
    options = "".join(
        f'<option value="{place}"{" selected" if place == chosen else ""}>{text(name)}</option>'
        for place, name in enumerate(names)
    )
    return f'<label>{text(_("About"))}<select name="section">{options}</select></label>'


def _answers(others: Sequence[Answer], sections: Sequence[Section]) -> str:
    """What other guests wrote, each signed."""
    if not others:
        return ""
    told = []
    for one in others:
        about = sections[one.section - 1].title if 0 < one.section <= len(sections) else ""
        facts = [
            moment(one.at),
            *([kind_names()[one.kind]] if one.kind != "comment" else []),
            *([about] if about else []),
        ]
        words = f'<p class="words" dir="auto">{text(one.text)}</p>' if one.text else ""
        who = f"<strong><bdi>{text(signature(one.name))}</bdi></strong>"
        told.append(f'<li><p class="from">{who} · {text(" · ".join(facts))}</p>{words}</li>')
    return f'<h3>{text(_("What guests answered"))}</h3><ul class="guests">{"".join(told)}</ul>'
