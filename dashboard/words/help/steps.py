"""The first steps of a workspace, and what comes when it holds more posts, in words."""

from __future__ import annotations

from dashboard.words.language import LANGUAGES, _, current, n_

COMPARED = 50  # posts from which topics are looked for


def to_do_sentence(key: str, zone: str) -> str:
    """What a step asks for. `zone` is the time zone of the reader."""
    return {
        "brand": _("Name your brand: posts that name it are counted and answered as yours to answer."),
        "sources": _("Follow a first source: a site, a feed, a community. Its posts are here within a minute."),
        "ours": _("Say which accounts and sources are yours: what they write counts as your answers and actions."),
        "language": _("Language of the workspace: {language}, with the hours of {zone}, as in your browser.").format(
            language=LANGUAGES[current()], zone=zone
        ),
        "alerts": _("Say where alerts and briefs go: mail, Slack, Teams, Discord, ntfy, a webhook."),
        "team": _("Invite your colleagues, each with a role."),
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


def step_button(key: str) -> str:
    """What leads to the page where a step is done."""
    return {
        "brand": _("Name the brand"),
        "sources": _("Add a source"),
        "ours": _("Mark what is yours"),
        "language": _("Choose another"),
        "alerts": _("Add a channel"),
        "team": _("Invite"),
    }[key]


def what_comes(posts: int) -> str:
    """Why there are no topics yet, and what brings them."""
    if posts < COMPARED:
        return _("Topics, trends and debates come by themselves from {n} posts on: {posts} so far.").format(
            n=COMPARED, posts=posts
        )
    return _(
        "No topic yet: too few of these posts say the same thing. Topics come by themselves as posts arrive, faster "
        "with more sources."
    )


def so_far(posts: int, authors: int, places: int) -> str:
    """How much there is."""
    return _("{posts} from {authors} in {places}.").format(
        posts=n_("{n} post", "{n} posts", posts),
        authors=n_("{n} author", "{n} authors", authors),
        places=n_("{n} source", "{n} sources", places),
    )
