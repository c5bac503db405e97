"""Places that show nothing to programs of others, and which of their exports Vigie reads."""

from __future__ import annotations

import re

from sources.addresses.candidates import NotUnderstood
from sources.addresses.link import Link

# Name, code of what is told, which hosts and paths. Blogs and help pages of these networks are pages like any.
CLOSED = (
    ("LinkedIn", "closed_network", r"linkedin\.com(?:/.*)?"),
    ("TikTok", "closed_network", r"(?:v[mt]\.)?tiktok\.com(?:/.*)?"),
    ("Snapchat", "closed_for_good", r"(?:story\.)?snapchat\.com(?:/.*)?"),
    (
        "Discord",
        "closed_conversations",
        r"(?:ptb\.|canary\.)?discord(?:app)?\.com(?:/(?:channels|invite|servers|events)(?:/.*)?)?|discord\.gg(?:/.*)?",
    ),
    ("WhatsApp", "closed_conversations", r"(?:(?:chat|web|api)\.)?whatsapp\.com(?:/.*)?|wa\.me(?:/.*)?"),
    (
        "Slack",
        "closed_conversations",
        r"app\.slack\.com(?:/.*)?|[\w-]+\.slack\.com(?:/(?:archives|messages|team|client)/.*)?",
    ),
    ("Google Play", "owner_reviews", r"play\.google\.com/store/apps(?:/.*)?"),
)
TELEGRAM, FACEBOOK_GROUPS, THREADS = "Telegram", "Facebook groups", "Threads"
_CODES = {
    **{name: code for name, code, _where in CLOSED},
    TELEGRAM: "closed_conversations",
    FACEBOOK_GROUPS: "closed_for_good",
    THREADS: "own_posts_only",
}
# What can be exported there and is read as a file.
EXPORTS = {
    "LinkedIn": "the page's analytics, or your data",
    "TikTok": "TikTok Studio, or your data; or capture with Zeeschuimer",
    "Discord": "DiscordChatExporter, as JSON or CSV",
    "WhatsApp": "the chat in the app, without media",
    "Slack": "the workspace, as a zip",
    TELEGRAM: "the chat in Telegram Desktop, as JSON",
    "Google Play": "the reviews in the Play Console",
}


def closed(name: str) -> NotUnderstood:
    """What is to be told of a closed network."""
    return NotUnderstood(_CODES[name], name, detail=f"export: {EXPORTS[name]}" if name in EXPORTS else "")


def refuse_closed(link: Link) -> None:
    """Raises NotUnderstood closed_network, with what can be done, for an address inside one of these networks."""
    where = link.host + link.path
    for name, _code, pattern in CLOSED:
        if re.fullmatch(pattern, where):
            raise closed(name)
