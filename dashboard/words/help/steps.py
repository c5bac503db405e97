"""The first steps of a workspace, and what comes when it holds more posts, in words."""

from __future__ import annotations

from dashboard.words.language import LANGUAGES, _, current

COMPARED = 50  # posts from which topics are looked for


def to_do_sentence(key: str, zone: str) -> str:
    """What a step asks for. `zone` is the time zone of the reader."""
    return {
        "brand": _("Name your brand: who speaks of it?"),
        "sources": _("Follow a first source"),
        "ours": _("Say which accounts and sources are yours"),
        "language": _("Language: {language}, {zone}").format(language=LANGUAGES[current()], zone=zone),
        "alerts": _("Say where alerts and briefs go"),
        "team": _("Invite your colleagues"),
    }[key]


def done_sentence(key: str) -> str:
    """That a step is done."""
    return {
        "brand": _("Your brand is named."),
        "sources": _("A source brings posts."),
        "ours": _("What is yours is marked."),
        "language": _("The language is chosen."),
        "alerts": _("Alerts or briefs have somewhere to go."),
        "team": _("You are not alone here: somebody is invited."),
    }[key]


def what_comes(posts: int, has_topics: bool, is_grouped: bool) -> str:
    """Why the page shows the newest posts alone, and what brings the rest. `is_grouped`: topics were looked for."""
    if has_topics:
        return _("No post is of the last thirty days. Figures and topics are shown for the days that have posts.")
    if posts < COMPARED:
        return _("Topics, trends and debates come by themselves from {n} posts on: {posts} so far.").format(
            n=COMPARED, posts=posts
        )
    if not is_grouped:
        return _("Topics, trends and debates come by themselves once these posts are read.")
    return _(
        "No topic yet: too few of these posts say the same thing. Topics come by themselves as posts arrive, faster "
        "with more sources."
    )
