"""What is said of a new tool in words, and the weekly note to share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from dashboard.reads.tools import Noted
from dashboard.words.labels import escape
from dashboard.words.language import _, count, day, n_
from data.tools.listing import Tool


def stage_names() -> dict[str, str]:
    return {
        "sighted": _("First sight"),
        "picked": _("Picked up"),
        "discussed": _("Discussed"),
        "adopted": _("Adopted"),
        "contested": _("Contested"),
    }


def stage_help() -> dict[str, str]:
    return {
        "sighted": _("One or two people named it, in one place."),
        "picked": _("At least three people, or two places, name it."),
        "discussed": _("At least eight posts by five people."),
        "adopted": _("At least three people say that they use it, among six who name it."),
        "contested": _("Much of what is said of it is negative, from at least four people."),
    }


def cue_names() -> dict[str, str]:
    """What told that a name is a new tool."""
    return {
        "launch": _("said to be launched or released"),
        "show": _("shown by its makers (“Show HN”)"),
        "repo": _("a link to its code or its page"),
        "install": _("a command that installs it"),
        "found": _("somebody has found it"),
        "named": _("named"),
        "tried": _("tried, or asked about"),
        "used": _("said to be used"),
        "switched": _("switched to"),
        "versus": _("compared with a known tool"),
        "defined": _("said to be a tool"),
        "does": _("said what it does"),
        "judged": _("judged"),
        "version": _("a version number"),
        "link": _("an address with its name"),
        "store": _("a shop of applications"),
        "shape": _("written as names of tools are"),
        "coined": _("a word that nobody knew"),
        "title": _("in the title of the post"),
        "aside": _("said what it is, right after its name"),
        "afterwards": _("available, said right after it"),
    }


def decision_names() -> dict[str, str]:
    return {"follow": _("Being followed"), "ignore": _("Ignored"), "known": _("Known already")}


def reach_words(item: Tool) -> str:
    """Who names it and where."""
    return _("{posts} by {people} in {places}").format(
        posts=n_("{n} post", "{n} posts", item.posts),
        people=n_("{n} person", "{n} people", item.story.authors),
        places=n_("{n} place", "{n} places", item.story.places),
    )


def momentum_words(item: Tool) -> str:
    """Its last seven days against the seven before, and whether that says anything."""
    words = _("{recent} in the last seven days, {before} in the seven before").format(
        recent=n_("{n} post", "{n} posts", item.recent), before=count(item.before)
    )
    if item.recent + item.before < 6:
        return words + " · " + _("too few to tell a trend")
    return words


def weekly_note(items: Sequence[Noted], since: str, until: str, *, demo: bool, shown: bool = False) -> str:
    """The weekly note in Markdown: to be pasted anywhere, or as it is `shown` on a page, where a name that looks like
    an address or an icon is neither."""
    safe = escape if shown else _plain
    title = _("New tools, {since} – {until}").format(since=since, until=until)
    lines = [f"## {title}", ""]
    if demo:
        lines += [_("Demo: these tools and posts are invented."), ""]
    if not items:
        lines.append(_("Nothing new this week."))
    for noted in items:
        item = noted.tool
        lines.append(f"### {safe(item.name)}")
        if noted.definition:
            lines += [f"> {safe(line)}" for line in noted.definition.splitlines()]
            lines += [">", f"> — {safe(noted.author) or _('no name given')}"]
        lines.append("")
        first = _("first seen on {day}").format(day=day(item.first_at.date()))
        lines.append(f"- {stage_names()[item.stage]} · {first} · {reach_words(item)}")
        named = [alternative.name for alternative in item.story.alternatives[:3]]
        if named:
            lines.append("- " + _("Compared with: {names}").format(names=safe(", ".join(named))))
        if noted.link:
            lines.append(f"- [{escape(noted.link)}](<{_inside(noted.link)}>)" if shown else f"- {noted.link}")
        lines.append("")
    return "\n".join(lines)


def _inside(address: str) -> str:
    """An address without what ends one in Markdown."""
    return re.sub(r"[\s<>\\]", lambda found: quote(found[0]), address)


def _plain(text: str) -> str:
    """A text of unknown origin that Markdown takes for no markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)
