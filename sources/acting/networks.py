"""The networks that can be written to, by the kind of source whose posts are answered and moderated there."""

from __future__ import annotations

from collections.abc import Mapping

from sources.acting import discourse, github_server
from sources.acting.base import Deed, Network
from sources.acting.bluesky import REPORTS, Bluesky
from sources.acting.discourse import Discourse
from sources.acting.facebook import Facebook, Instagram
from sources.acting.github import GitHub
from sources.acting.lemmy import Lemmy
from sources.acting.mastodon import Mastodon
from sources.acting.reddit import Reddit
from sources.acting.youtube import YouTube

NETWORKS: Mapping[str, Network] = {
    "mastodon": Mastodon(),
    "bluesky": Bluesky(),
    "reddit": Reddit(),
    "discourse": Discourse(),
    "lemmy": Lemmy(),
    "github": GitHub(),
    "youtube": YouTube(),
    "facebook": Facebook(),
    "instagram": Instagram(),
}
# What a place takes as `Act.reason` where it has a list of its own; elsewhere a reason is words.
REASONS: Mapping[tuple[str, Deed], tuple[str, ...]] = {
    ("bluesky", Deed.REPORT): REPORTS,
    ("discourse", Deed.REPORT): tuple(discourse.FLAGS),
    ("discourse", Deed.HIDE): tuple(discourse.FLAGS),
    ("github", Deed.HIDE): github_server.HIDING,
    ("github", Deed.LOCK): github_server.LOCKING,
}
