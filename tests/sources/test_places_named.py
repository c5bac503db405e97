"""Which places to speak a text names, and which it does not."""

from __future__ import annotations

import pytest

from data.places.named import Named
from sources.places.named import place_of, place_of_source, places_named


@pytest.mark.parametrize(
    ("link", "kind", "address"),
    [
        ("https://old.reddit.com/r/SelfHosted/comments/abc/title/", "reddit", "https://www.reddit.com/r/selfhosted"),
        ("https://lemmy.world/c/opensource", "lemmy", "https://lemmy.world/c/opensource"),
        ("https://example.org/c/opensource@lemmy.ml", "lemmy", "https://lemmy.ml/c/opensource"),
        ("https://unix.stackexchange.com/questions/12/how", "stackexchange", "https://unix.stackexchange.com"),
        ("https://stackoverflow.com/a/12", "stackexchange", "https://stackoverflow.com"),
        ("https://github.com/Owner/Name/discussions/4", "github", "https://github.com/owner/name/discussions"),
        ("https://discord.com/invite/abcDEF", "discord", "https://discord.gg/abcDEF"),
        ("https://join.slack.com/t/kubernetes/shared_invite/x", "slack", "https://kubernetes.slack.com"),
        ("https://t.me/some_channel/55", "telegram", "https://t.me/some_channel"),
        ("https://matrix.to/#/#sway:fedoraproject.org", "matrix", "https://matrix.to/#/#sway:fedoraproject.org"),
        ("https://www.facebook.com/groups/foodinjars/posts/1", "group", "https://www.facebook.com/groups/foodinjars"),
        ("https://groups.google.com/forum/#!topic/golang-nuts/x", "list", "https://groups.google.com/g/golang-nuts"),
        (
            "https://lists.gnupg.org/pipermail/gnupg-users/2019-June/1.html",
            "list",
            "https://lists.gnupg.org/mailman/listinfo/gnupg-users",
        ),
        ("https://meta.example.org/t/how-do-i/1234/5", "discourse", "https://meta.example.org"),
        ("https://example.org/forum/c/help/7", "discourse", "https://example.org/forum"),
        ("https://forum.example.org/anything", "forum", "https://forum.example.org"),
        ("https://example.org/phpBB3/viewtopic.php?f=1&t=2", "forum", "https://example.org/phpBB3"),
        ("https://example.org/threads/hello.123/", "forum", "https://example.org"),
        ("https://www.example.org/smf/index.php?topic=12.0", "forum", "https://example.org/smf"),
        ("https://news.ycombinator.com/item?id=1", "site", "https://news.ycombinator.com"),
    ],
)
def test_where_a_link_leads_into(link: str, kind: str, address: str) -> None:
    found = place_of(link)
    assert found is not None
    assert (found.kind, found.address) == (kind, address)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.nytimes.com/2026/01/01/world/a-forum-of-nations.html",
        "https://en.wikipedia.org/wiki/Forum",
        "https://github.com/owner/name/issues/4",
        "https://i.redd.it/picture.jpg",
        "https://www.reddit.com/r/all/",
        "https://www.reddit.com/user/somebody",
        "https://stackoverflow.com/users/1/somebody",
        "https://forum.example.org/uploads/manual.pdf",
        "https://www.facebook.com/apage",
        "https://discord.com/channels/1/2",
        "https://example.org/c/opensource",  # a category of any site
        "https://example.org/tags/python",
        "https://slack.com/help",
        "https://[broken",
        "https://forum.local:8080/x",
        "",
    ],
)
def test_a_page_to_read_is_no_place_to_speak(link: str) -> None:
    assert place_of(link) is None


def test_how_places_are_written_in_words() -> None:
    said = "See r/CommunityManager, /r/smallclubs or !asklemmy@lemmy.world; not and/or r/all, not mail/r/x, not #tag."
    assert {one.address for one in places_named(said)} == {
        "https://www.reddit.com/r/communitymanager",
        "https://www.reddit.com/r/smallclubs",
        "https://lemmy.world/c/asklemmy",
    }


def test_hashtags_are_places_where_their_network_gathers_them() -> None:
    said = "Quels outils pour les #Associations ? Couleur &#233; #12"
    assert places_named(said) == set()
    (tag,) = places_named(said, tags_at="https://mastodon.social/tags/{}")
    assert (tag.address, tag.title) == ("https://mastodon.social/tags/associations", "#Associations")


def test_links_are_read_in_what_was_received() -> None:
    assert places_named("our forum", '<a href="https://forum.example.org/x">our forum</a>') == {
        Named("forum", "https://forum.example.org", "")
    }


def test_a_hostile_text_costs_little_and_names_nothing() -> None:
    for text in ("r/" * 50_000, "!a@" + "b." * 50_000, "https://forum." + "a." * 50_000, "#" * 100_000):
        places_named(text, text, "https://x.example/{}")


@pytest.mark.parametrize(
    ("kind", "address", "title", "place"),
    [
        ("reddit", "r/SmallClubs/new", "", "https://www.reddit.com/r/smallclubs"),
        ("reddit", "r/a1b+c2d/new", "", None),  # several at once are no place
        ("reddit", "search:clubs", "", None),
        ("lemmy", "https://lemmy.ml/c/opensource", "", "https://lemmy.ml/c/opensource"),
        ("lemmy", "https://programming.dev/c/rust", "", "https://programming.dev/c/rust"),
        ("mastodon", "https://mastodon.social/tags/Associations", "", "https://mastodon.social/tags/associations"),
        ("mastodon", "https://mastodon.social/@somebody", "", None),
        ("discourse", "https://meta.example.org/c/help/7", "", "https://meta.example.org"),
        ("stackexchange", "stackoverflow:tag:python", "", "https://stackoverflow.com"),
        ("github", "discussions:Owner/Name", "", "https://github.com/owner/name/discussions"),
        ("github", "releases:owner/name", "", None),
        ("feed", "https://forum.example.org/feed.php", "", "https://forum.example.org"),
        ("feed", "https://blog.example.org/feed", "", None),
        ("youtube", "channel:UC1", "", None),
    ],
)
def test_where_a_source_stands(kind: str, address: str, title: str, place: str | None) -> None:
    found = place_of_source(kind, address, "", title)
    assert (found.address if found is not None else None) == place
