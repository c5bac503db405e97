"""Where the invented community writes, and the name of its team."""

from __future__ import annotations

from dataclasses import dataclass

TEAM = {"en": "Brimelo team", "fr": "Équipe Brimelo"}


@dataclass(frozen=True, slots=True)
class DemoSource:
    """An invented place. `kind` is the network it stands for; weight says how much is written there."""

    kind: str
    name: str
    lang: str
    weight: float


SOURCES = (
    DemoSource("forum", "Brimelo Forum", "en", 6),
    DemoSource("forum", "Forum Brimelo francophone", "fr", 6),
    DemoSource("reddit", "r/smallclubs", "en", 5),
    DemoSource("reddit", "r/associations_fr", "fr", 4),
    DemoSource("mastodon", "Mastodon #nonprofit", "en", 3),
    DemoSource("mastodon", "Mastodon #associations", "fr", 3),
    DemoSource("bluesky", "Bluesky: Brimelo", "en", 3),
    DemoSource("bluesky", "Bluesky : bénévolat", "fr", 2),
    DemoSource("feed", "Ops & Tea (blog)", "en", 1.5),
    DemoSource("feed", "L'Atelier des assos (blog)", "fr", 1.5),
    DemoSource("youtube", "YouTube: club tutorials", "en", 1.5),
    DemoSource("reviews", "App store reviews", "en", 2),
    DemoSource("reviews", "Avis des magasins d'applications", "fr", 2),
)
THREADED = {"forum", "reddit", "mastodon", "bluesky", "youtube"}
