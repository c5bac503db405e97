"""What is to be mended at our own places, as it is said to a community manager and to a developer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.words.language import _, day, fixed, n_
from data.upkeep.findings import Answered, Finding, KnownFinding


def state_names() -> dict[str, str]:
    return {"": _("To mend"), "handed": _("Handed on"), "ignored": _("Left as it is")}


def kind_names() -> dict[str, str]:
    return {
        "site": _("The site"),
        "certificate": _("Certificate"),
        "feed": _("Feed"),
        "link": _("Broken links"),
        "access": _("Accessibility"),
    }


def _reason(code: str) -> str:
    """Why an address gives nothing, in a few words that follow a colon."""
    return {
        "not_found": _("nothing is there (404)"),
        "gone": _("gone for good (410)"),
        "unknown_host": _("no server has this name"),
        "tls_error": _("its certificate is refused"),
        "timeout": _("it takes too long"),
        "unreachable": _("it accepts no connection"),
        "server_error": _("a fault of the server (5xx)"),
        "redirect_loop": _("it sends back to where one came from"),
        "too_many_redirects": _("it sends from address to address without end"),
        "not_a_feed": _("a page stands there, no feed"),
        "broken_feed": _("damaged beyond reading"),
        "empty_body": _("empty"),
        "forbidden": _("access refused (403)"),
        "login_needed": _("a login is asked for (401)"),
    }.get(code, code)


ACCESS = frozenset(
    f"access_{name}" for name in ("lang", "title", "zoom", "picture", "field", "link", "button", "frame")
)


def _access(code: str, n: int) -> str:
    """What keeps people out of a page, and whom."""
    return {
        "access_lang": _("The page does not say its language: it is read aloud with the wrong voice."),
        "access_title": _("The page has no title: its tab has no name."),
        "access_zoom": _("The page cannot be made larger on a phone: who sees little cannot read it."),
        "access_picture": n_(
            "{n} picture has no alternative text: who cannot see it does not know what it shows.",
            "{n} pictures have no alternative text: who cannot see them does not know what they show.",
            n,
        ),
        "access_field": n_(
            "{n} field has no label: read aloud, nobody knows what to write there.",
            "{n} fields have no label: read aloud, nobody knows what to write there.",
            n,
        ),
        "access_link": n_(
            "{n} link has no words: read aloud, it is its address.",
            "{n} links have no words: read aloud, they are their addresses.",
            n,
        ),
        "access_button": n_(
            "{n} button has no name: read aloud, it is “button”.",
            "{n} buttons have no name: read aloud, they are “button”.",
            n,
        ),
        "access_frame": n_("{n} frame has no title.", "{n} frames have no title.", n),
    }[code]


def what(finding: Finding) -> str:
    """What is wrong, in a sentence."""
    detail = finding.detail
    if finding.code == "site_slow":
        took, _sign, usual = detail.partition(" ")
        if usual:
            return _("The home page takes {seconds} s; {usual} s is usual.").format(
                seconds=fixed(float(took), 1), usual=fixed(float(usual), 1)
            )
        return _("The home page takes {seconds} s.").format(seconds=fixed(float(took), 1))
    if finding.code == "certificate_ends":
        return _("The certificate ends on {day}: after it, browsers warn visitors off.").format(
            day=day(date.fromisoformat(detail))
        )
    counted = {
        "feed_undated": lambda n: n_(
            "{n} entry has no date that can be read.", "{n} entries have no date that can be read.", n
        ),
        "feed_ahead": lambda n: n_("{n} entry is dated in the future.", "{n} entries are dated in the future.", n),
        "feed_same_ids": lambda n: n_(
            "{n} entry has the identifier of another: readers show one of them only.",
            "{n} entries have the identifier of another: readers show one of them only.",
            n,
        ),
        "feed_no_link": lambda n: n_("{n} entry leads nowhere.", "{n} entries lead nowhere.", n),
        "feed_no_words": lambda n: n_(
            "{n} entry has neither a title nor a text.", "{n} entries have neither a title nor a text.", n
        ),
    }
    if finding.code in ACCESS:
        number, _sign, first = detail.partition(" ")
        return _access(finding.code, int(number)) + (f" {_('For example:')} {first}" if first else "")
    if finding.code in counted:
        return counted[finding.code](int(detail))
    return {
        "site_down": _("The home page does not answer: {reason}."),
        "certificate_refused": _("Browsers refuse the certificate: {detail}."),
        "feed_down": _("The feed does not answer: {reason}."),
        "feed_unreadable": _("The feed cannot be read: {reason}."),
        "feed_form": _("The feed breaks the rules of its format, from line {detail}."),
        "feed_type": _("The feed is served as {detail}: some readers refuse it."),
        "feed_empty": _("The feed has no entry."),
        "link_broken": _("The link leads nowhere: {reason}."),
    }[finding.code].format(reason=_reason(detail), detail=detail)


def answered_words(one: Answered) -> str:
    """How a place answered when it was looked at last."""
    if one.seconds is None:
        return _("No answer on {day}").format(day=day(one.at.date()))
    took = _("Answers in {seconds} s").format(seconds=fixed(one.seconds, 1))
    usual = _("{seconds} s is usual").format(seconds=fixed(one.usual, 1)) if one.usual is not None else ""
    return ", ".join(part for part in (took, usual) if part)


def developer_list(places: Sequence[tuple[str, Sequence[KnownFinding]]], today: date) -> str:
    """What is to be mended, by place, as Markdown for the developer."""
    lines = [f"# {_('To mend on our sites')}, {day(today)}"]
    for place, found in places:
        lines += ["", f"## <{place}>", ""]
        for one in found:
            said = what(one.finding).replace("<", "\\<")  # what stands in a page is not read as one
            about = f" <{one.finding.subject}>" if one.finding.subject != place else ""
            stands = _(" (on <{page}>)").format(page=one.finding.stands_on) if one.finding.stands_on else ""
            since = _("since {day}").format(day=day(one.found.date()))
            lines.append(f"- [ ] {said}{about}{stands}, {since}")
    return "\n".join(lines) + "\n"
