"""Places that show nothing to programs of others, and which of their exports Vigie reads."""

from __future__ import annotations

import re

from sources.addresses.candidates import NotUnderstood
from sources.addresses.link import Link

# Name, which hosts and paths, what to do instead. Blogs and help pages of these networks are pages like any.
CLOSED = (
    ("LinkedIn", r"linkedin\.com(?:/.*)?", "export the page's analytics or your data there and import the file"),
    (
        "TikTok",
        r"(?:v[mt]\.)?tiktok\.com(?:/.*)?",
        "export from TikTok Studio or your data, or capture with Zeeschuimer, and import the file",
    ),
    (
        "Threads",
        r"threads\.(?:net|com)(?:/.*)?",
        "its API gives an account's own posts to apps that Meta has reviewed, which Vigie is not; "
        "capture the posts with Zeeschuimer and import the file",
    ),
    ("Snapchat", r"(?:story\.)?snapchat\.com(?:/.*)?", "no file of it can be imported either"),
    (
        "Discord",
        r"(?:(?:ptb\.|canary\.)?discord(?:app)?\.com/(?:channels|invite|servers|events)(?:/.*)?|discord\.(?:gg|com)(?:/[\w-]*)?)",
        "export the channel with DiscordChatExporter and import the file",
    ),
    (
        "WhatsApp",
        r"(?:(?:chat|web|api)\.)?whatsapp\.com(?:/.*)?|wa\.me(?:/.*)?",
        "export the chat in the app, without media, and import the text",
    ),
    (
        "Slack",
        r"app\.slack\.com(?:/.*)?|[\w-]+\.slack\.com(?:/(?:archives|messages|team|client)/.*)?",
        "export the workspace and import the zip",
    ),
    (
        "Google Play",
        r"play\.google\.com/store/apps(?:/.*)?",
        "download the reviews in the Play Console and import the file",
    ),
)
INSTEAD = {
    **{name: instead for name, _where, instead in CLOSED},
    "Telegram": "public channels can be followed; export others from Telegram Desktop as JSON and import the file",
    "Facebook groups": "Meta has closed them to programs; no file of them can be imported either",
}


def closed(name: str) -> NotUnderstood:
    """What is to be told of a closed network."""
    return NotUnderstood("closed_network", name, detail=INSTEAD[name])


def refuse_closed(link: Link) -> None:
    """Raises NotUnderstood closed_network, with what can be done, for an address inside one of these networks."""
    where = link.host + link.path
    for name, pattern, _instead in CLOSED:
        if re.fullmatch(pattern, where):
            raise closed(name)
