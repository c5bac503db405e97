"""Addresses: what each pasted thing is, and how several are taken apart."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.models import Source
from sources.addresses.candidates import NotUnderstood
from sources.addresses.pasted import MOST_THINGS, things_in, tidy
from sources.collect import SOURCES
from sources.errors import MESSAGES
from sources.identify import identify
from sources.opml import feed_of

UC = "UC" + "b" * 22
VIDEO = "dQ_-4567890"
TABLE = """
r/fig+olive                                                  reddit r/fig+olive/new
r/a+b                                                        reddit r/a+b/new
r/fig+fig                                                    reddit r/fig/new
r/fig/comments                                               reddit r/fig/comments
/r/fig+olive/top/                                            reddit r/fig+olive/top
R/Fig                                                        reddit r/Fig/new
user/tom                                                     reddit user/tom
https://www.reddit.com/r/fig+olive/                          reddit r/fig+olive/new
https://www.reddit.com/r/fig%2Bolive/comments/               reddit r/fig+olive/comments
https://www.reddit.com/r/fig+olive/search?q=soil             reddit r/fig+olive/search:soil
https://www.reddit.com/r/fig/.rss                            reddit r/fig/new
https://www.reddit.com/r/fig.json                            reddit r/fig/new
https://www.reddit.com/r/fig/new/.rss?limit=100              reddit r/fig/new
https://np.reddit.com/r/fig/                                 reddit r/fig/new
https://new.reddit.com/r/fig/hot                             reddit r/fig/new
https://fr.reddit.com/r/fig/wiki/index                       reddit r/fig/new
https://i.reddit.com/r/fig                                   reddit r/fig/new
https://pt-br.reddit.com/r/fig                               reddit r/fig/new
https://www.reddit.com/r/fig/comments/1abc2d/a_title/kx9/    reddit comments/1abc2d
https://www.reddit.com/comments/1abc2d                       reddit comments/1abc2d
https://www.reddit.com/gallery/1abc2d                        reddit comments/1abc2d
https://www.reddit.com/user/tom/comments/1abc2d/words/       reddit comments/1abc2d
https://redd.it/1abc2d                                       reddit comments/1abc2d
https://www.reddit.com/r/fig/s/AbCdEf123                     reddit share:r/fig/s/AbCdEf123
https://www.reddit.com/u/tom/s/AbCdEf123                     reddit share:u/tom/s/AbCdEf123
https://www.reddit.com/user/tom/m/trees                      reddit multi:tom/trees
https://www.reddit.com/user/tom/comments/                    reddit user/tom
https://www.reddit.com/u/tom                                 reddit user/tom
https://www.reddit.com/domain/example.org/                   reddit search:site:example.org
https://www.reddit.com/r/fig/?f=flair_name%3A%22Pruning%22   reddit r/fig/search:flair:"Pruning"
https://www.reddit.com/search.json?q=fig+tree                reddit search:fig tree
https://www.reddit.com/search?q=c%2B%2B                      reddit search:c++
https://www.reddit.com/.rss?feed=0123456789&user=tom         feed https://www.reddit.com/.rss?feed=0123456789&user=tom
https://business.reddit.com/blog                             feed https://business.reddit.com/blog
https://stackoverflow.com/questions/tagged/c%2b%2b           stackexchange stackoverflow:tag:c++
https://stackoverflow.com/questions/tagged/c++               stackexchange stackoverflow:tag:c++
https://stackoverflow.com/questions/tagged/c%2b%2b+memory    stackexchange stackoverflow:tag:c++;memory
https://stackoverflow.com/questions/tagged/c+++memory        stackexchange stackoverflow:tag:c++;memory
https://stackoverflow.com/questions/tagged/c                 stackexchange stackoverflow:tag:c
https://stackoverflow.com/questions/tagged/c%23              stackexchange stackoverflow:tag:c#
https://stackoverflow.com/questions/tagged/.net+node.js      stackexchange stackoverflow:tag:.net;node.js
https://stackoverflow.com/questions/tagged/c%2b%2b+or+d      stackexchange stackoverflow:tag:c++
https://stackoverflow.com/tags/c%2b%2b/info                  stackexchange stackoverflow:tag:c++
https://stackoverflow.com/feeds/tag?tagnames=c%2B%2B&sort=newest stackexchange stackoverflow:tag:c++
https://stackoverflow.com/feeds/tag/g%2b%2b                  stackexchange stackoverflow:tag:g++
https://stackoverflow.com/search?q=c++                       stackexchange stackoverflow:search:c++
https://es.stackoverflow.com/questions/tagged/java           stackexchange es.stackoverflow:tag:java
https://meta.stackexchange.com/questions/tagged/tags         stackexchange meta:tag:tags
https://askubuntu.com/questions/tagged/apt?tab=newest        stackexchange askubuntu:tag:apt
https://stackoverflow.com/questions/4567/a-title             feed https://stackoverflow.com/feeds/question/4567
https://github.com/orgs/acme/discussions                     github discussions:orgs/acme
https://github.com/orgs/acme/discussions/12                  github discussions:orgs/acme
https://github.com/acme/tool.git                             github releases:acme/tool
https://github.com/acme/tool/issues/12                       github issues:acme/tool
https://github.com/acme/tool/tags                            github releases:acme/tool
https://github.com/acme/tool/releases.atom                   github releases:acme/tool
https://github.com/acme/tool/commits/main.atom               feed https://github.com/acme/tool/commits/main.atom
https://github.com/acme                                      github search:user:acme
https://github.com/search?q=c%2B%2B+parser                   github search:c++ parser
https://github.com/topics/c++                                feed https://github.com/topics/c++
https://github.com/marketplace/actions                       feed https://github.com/marketplace/actions
https://docs.github.com/en/rest                              feed https://docs.github.com/en/rest
https://git.acme.example/team/tool/issues                    github issues:git.acme.example/team/tool
https://www.youtube.com/c/FigTree                            youtube channel:c/FigTree
https://www.youtube.com/user/figtree/videos                  youtube channel:user/figtree
https://www.youtube.com/FigTree                              youtube channel:c/FigTree
https://www.youtube.com/@fig.tree/streams                    youtube channel:@fig.tree
https://www.youtube.com/@%C3%A9cole                          youtube channel:@école
https://www.youtube.com/shorts/dQ_-4567890?feature=share     youtube comments:dQ_-4567890
https://www.youtube.com/live/dQ_-4567890                     youtube comments:dQ_-4567890
https://www.youtube.com/embed/dQ_-4567890                    youtube comments:dQ_-4567890
https://www.youtube-nocookie.com/embed/dQ_-4567890           youtube comments:dQ_-4567890
https://music.youtube.com/watch?v=dQ_-4567890&list=PL1234    youtube comments:dQ_-4567890
https://youtu.be/dQ_-4567890?si=xyz                          youtube comments:dQ_-4567890
https://www.youtube.com/feeds/videos.xml?channel_id=$UC      youtube channel:$UC
https://www.youtube.com/feeds/videos.xml?playlist_id=PL1234  youtube playlist:PL1234
https://www.youtube.com/channel/$UC/about                    youtube channel:$UC
https://www.youtube.com/hashtag/figs                         youtube search:#figs
https://www.youtube.com/results?search_query=c%2B%2B+tips    youtube search:c++ tips
mastodon: fig trees                                          mastodon https://mastodon.social/search?q=fig%20trees
https://piaille.example/search?q=fig+trees                   mastodon https://piaille.example/search?q=fig%20trees
https://piaille.example/@lea@garden.example                  mastodon https://piaille.example/@lea@garden.example
https://piaille.example/web/timelines/tag/figs               mastodon https://piaille.example/tags/figs
https://piaille.example/web/@lea                             mastodon https://piaille.example/@lea
https://piaille.example/@lea/11234567                        mastodon https://piaille.example/@lea
https://piaille.example/@lea.rss                             mastodon https://piaille.example/@lea
https://piaille.example/users/lea                            mastodon https://piaille.example/@lea
https://piaille.example/explore                              mastodon https://piaille.example/public/local
https://piaille.example/tags/figs.rss                        mastodon https://piaille.example/tags/figs
https://lemmy.example/c/figs@garden.example                  lemmy https://lemmy.example/c/figs@garden.example
https://lemmy.example/feeds/c/figs.xml?sort=New              lemmy https://lemmy.example/c/figs
https://forum.example/t/a-title/12/9                         discourse https://forum.example/t/a-title/12
https://forum.example/c/help/6.rss                           discourse https://forum.example/c/help/6
https://bsky.app/profile/did:plc:abc                         bluesky author:did:plc:abc
https://bsky.app/profile/lea.example/rss                     bluesky author:lea.example
https://bsky.app/hashtag/figs                                bluesky search:#figs
https://x.com/acme/with_replies                              x account:acme
https://x.com/i/web/status/99                                x search:conversation_id:99
https://news.ycombinator.com/from?site=example.org           hackernews search:"example.org"
https://news.ycombinator.com/user?id=tom                     feed https://news.ycombinator.com/user?id=tom
https://hn.algolia.com/?query=c%2B%2B                        hackernews search:c++
https://www.facebook.com/people/Fig-Tree/100064000000001/    facebook 100064000000001
https://www.facebook.com/Fig-Tree-100064000000001/           facebook 100064000000001
https://www.facebook.com/fig.tree/posts/123                  facebook fig.tree
https://www.facebook.com/profile.php?id=100064000000001      facebook 100064000000001
https://www.instagram.com/fig.tree/reels/                    instagram fig.tree
https://medium.com/@fig/a-title-0a1b2c                       feed https://medium.com/feed/@fig
https://fig.medium.com/a-title-0a1b2c                        feed https://fig.medium.com/feed
https://open.substack.com/pub/figs/p/a-title                 feed https://figs.substack.com/feed
https://www.producthunt.com/products/acme                    feed https://www.producthunt.com/products/acme
https://www.pinterest.com/figtree/                           feed https://www.pinterest.com/figtree/feed.rss
https://fr.pinterest.com/figtree/small-gardens/              feed https://www.pinterest.com/figtree/small-gardens.rss
https://t.me/figtree                                         telegram figtree
https://t.me/s/figtree/12                                    telegram figtree
https://discord.com/channels/112233445566/223344556677/99    discord 112233445566/223344556677
https://ptb.discord.com/channels/112233445566                discord 112233445566
https://acme.slack.com/archives/C0ATELIER/p1781517600000100  slack acme/C0ATELIER
https://acme.slack.com/                                      slack acme
https://app.slack.com/client/T0ACME/C0ATELIER                slack T0ACME/C0ATELIER
https://slack.com/blog/a                                     feed https://slack.com/blog/a
https://api.slack.com/methods                                feed https://api.slack.com/methods
https://www.threads.net/@fig.tree/post/AbC                   threads account:fig.tree
https://www.threads.com/search?q=fig%20tree                  threads search:fig tree
threads: fig tree                                            threads search:fig tree
https://myspace.com/figtree                                  feed https://myspace.com/figtree
https://forum.example/viewtopic.php?t=12&f=3                 feed https://forum.example/viewtopic.php?t=12&f=3
https://newsroom.tiktok.com/en/a                             feed https://newsroom.tiktok.com/en/a
https://discord.com/blog/a                                   feed https://discord.com/blog/a
feed://fig.example/rss                                       feed http://fig.example/rss
feed:https://fig.example/rss                                 feed https://fig.example/rss
rss://fig.example/rss                                        feed http://fig.example/rss
view-source:https://fig.example/                             feed https://fig.example/
https:/fig.example/a                                         feed https://fig.example/a
//fig.example/a                                              feed https://fig.example/a
www.fig.example                                              feed https://www.fig.example
figuier-été.example/flux                                     feed https://figuier-été.example/flux
fig.example:8080/rss                                         feed https://fig.example:8080/rss
<https://fig.example/a>                                      feed https://fig.example/a
«https://fig.example/a»,                                     feed https://fig.example/a
(https://fig.example/a_(b)).                                 feed https://fig.example/a_(b)
[a blog](https://fig.example/a_(b))                          feed https://fig.example/a_(b)
see https://fig.example/a, thanks!                           feed https://fig.example/a
https://www.google.com/url?q=https://fig.example/a&sa=D      feed https://fig.example/a
https://l.facebook.com/l.php?u=https%3A%2F%2Ffig.example%2Fa&h=x feed https://fig.example/a
"""
ROWS = [line.replace("$UC", UC) for line in TABLE.strip().splitlines()]


def _row(line: str) -> tuple[str, str, str]:
    for kind in (*SOURCES, "podcast"):
        pasted, mark, address = line.partition(f" {kind} ")
        if mark:
            return pasted.strip(), kind, address.strip()
    raise AssertionError(line)


@pytest.mark.parametrize("line", ROWS)
def test_each_is_what_its_network_means_by_it(line: str) -> None:
    pasted, kind, address = _row(line)
    first = identify(pasted)[0]
    assert (first.kind, first.address) == (kind, address)


def test_the_table_is_large() -> None:
    assert len(ROWS) >= 120


REFUSED = {
    "https://fr.linkedin.com/company/fig": "closed_network",
    "https://vm.tiktok.com/ZM1/": "closed_network",
    "https://www.threads.net/t/AbC": "own_posts_only",
    "https://www.snapchat.com/add/fig": "closed_for_good",
    "https://www.facebook.com/groups/figs": "closed_for_good",
    "https://discord.com/channels/@me/223344556677": "closed_conversations",
    "https://discord.gg/figs": "closed_conversations",
    "https://chat.whatsapp.com/AbC": "closed_conversations",
    "https://t.me/joinchat/AAA": "closed_conversations",
    "https://t.me/+AbC": "closed_conversations",
    "https://acme.slack.com/archives/D0ANYONE": "closed_conversations",
    "https://t.me/c/1141171940/12": "closed_conversations",
    "https://play.google.com/store/apps/details?id=org.fig": "owner_reviews",
    "https://www.reddit.com/me/m/mine": "own_reddit_list",
    "https://www.youtube.com/post/UgkAbC": "one_youtube_post",
    "https://www.instagram.com/p/CODE/": "needs_account_page",
    "https://www.facebook.com/watch/?v=1": "needs_page",
    "https://a.example/x https://b.example/y": "several",
    "r/": "not_understood",
    "r/fig+": "not_understood",
    "vbscript:x": "not_understood",
    "data:text/html,<script>": "not_understood",
    "https://": "bad_address",
    "http://[::1": "bad_address",
    "....": "not_understood",
    "a..b": "not_understood",
    "\u200b\u200b": "not_understood",
    "x" * 5_000: "not_understood",
}


@pytest.mark.parametrize("pasted", REFUSED)
def test_what_cannot_be_followed_is_told_truly(pasted: str) -> None:
    with pytest.raises(NotUnderstood) as raised:
        identify(pasted)
    assert raised.value.code == REFUSED[pasted]
    assert raised.value.code in MESSAGES


SEVERAL = {
    "https://a.example/1\nhttps://b.example/2": ["https://a.example/1", "https://b.example/2"],
    "https://a.example/1 https://b.example/2": ["https://a.example/1", "https://b.example/2"],
    "https://a.example/1,https://b.example/2;https://c.example/?x=1,2": [
        "https://a.example/1",
        "https://b.example/2",
        "https://c.example/?x=1,2",
    ],
    "https://a.example/1https://b.example/2": ["https://a.example/1", "https://b.example/2"],
    "r/fig, r/olive+lemon; u/tom #figs": ["r/fig", "r/olive+lemon", "u/tom", "#figs"],
    "- r/fig\n* @lea@garden.example\n3. !figs@lemmy.example": ["r/fig", "@lea@garden.example", "!figs@lemmy.example"],
    "Voir https://a.example/1 (le blog), puis r/fig. Merci !": ["https://a.example/1", "r/fig"],
    "see garden.example/blog and www.fig.example": ["garden.example/blog", "www.fig.example"],
    "[One](https://a.example/1) and [two](https://b.example/2)": ["https://a.example/1", "https://b.example/2"],
    "https://a.example/1 htps://b.example/2": ["https://a.example/1", "htps://b.example/2"],
    "hn: figs, olives and lemons": ["hn: figs, olives and lemons"],
    "hn: figs\nreddit: olive trees": ["hn: figs", "reddit: olive trees"],
    "https://www.reddit.com/search?q=fig tree": ["https://www.reddit.com/search?q=fig tree"],
    "https://web.archive.example/web/2020/https://a.example/": [
        "https://web.archive.example/web/2020/https://a.example/"
    ],
    "https://a.example/1\nhttps://a.example/1": ["https://a.example/1"],
    "what people say of us": ["what people say of us"],
    "": [],
    " \n\t\n": [],
}


@pytest.mark.parametrize("text", SEVERAL)
def test_several_things_are_taken_apart(text: str) -> None:
    assert list(things_in(text).things) == SEVERAL[text]


def test_at_most_fifty_are_taken_and_the_rest_is_told() -> None:
    several = things_in("\n".join(f"https://a{n}.example/" for n in range(63)))
    assert (len(several.things), several.left_out) == (MOST_THINGS, 13)


def _told(thing: str) -> bool:
    """Whether it is something, or refused with words."""
    try:
        return all(candidate.address for candidate in identify(thing))
    except NotUnderstood as error:
        return error.code in MESSAGES


@given(st.text(max_size=300))
def test_no_text_breaks_the_box(text: str) -> None:
    for thing in things_in(text).things:
        assert _told(thing)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40, unique=True), st.sampled_from(["\n", " ", ", ", ";"]))
def test_whatever_joins_addresses_each_is_found(numbers: list[int], joint: str) -> None:
    addresses = [f"https://site{n}.example/feed?x={n}&y=(a)" for n in numbers]
    assert list(things_in(joint.join(addresses)).things) == addresses


@given(st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F), min_size=1, max_size=20))
def test_a_tidied_thing_stays_as_it_is(word: str) -> None:
    url = f"https://fig.example/{quote(word)}"
    assert tidy(tidy(f"({url}),")) == url == tidy(escape(url))


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("reddit", "r/fig/new"),
        ("reddit", "r/fig+olive/comments"),
        ("reddit", "r/fig/top"),
        ("reddit", "r/fig/search:two words"),
        ("reddit", "search:c++"),
        ("reddit", "comments/1abc2d"),
        ("reddit", "user/tom"),
        ("youtube", f"channel:{UC}"),
        ("youtube", "playlist:PL1234"),
        ("bluesky", "author:lea.example"),
        ("github", "releases:acme/tool"),
        ("stackexchange", "stackoverflow:tag:c++"),
        ("stackexchange", "es.stackoverflow:tag:c#;.net"),
        ("hackernews", "front_page"),
    ],
)
def test_the_feed_of_a_place_is_that_place_again(kind: str, address: str) -> None:
    first = identify(feed_of(Source(1, kind, address)))[0]
    assert (first.kind, first.address) == (kind, address)
