"""Lists of feeds: addresses stay whole, folders stay folders, what cannot be followed is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from data.credentials import credentials_path
from data.settings import ROOT, Settings
from data.source_list import add_source, all_sources
from data.store import Store
from sources.errors import MESSAGES, ContentError
from sources.opml import MAX_FEEDS, Outline, _of_tree, _scanned, add_list, read_opml, write_opml

UC = "UC" + "d" * 22


def one(outline: str, around: str = "{}") -> Outline:
    (read,) = read_opml(("<opml version='2.0'><body>" + around.format(outline) + "</body></opml>").encode())
    return read


URL = "https://a.example/feed?x=1&y=2&copy=3"
TITLES = {
    'text="Figs &amp;amp; olives"': "Figs & olives",
    'text="Figs &amp; olives"': "Figs & olives",
    'text="Caf&amp;eacute; &amp;#8211; news"': "Café – news",
    'text="&lt;b&gt;Bold&lt;/b&gt; figs"': "Bold figs",
    'text="List&lt;String&gt; of figs"': "List<String> of figs",
    'text="1 &lt; 2"': "1 < 2",
    'title="Named" text="Said"': "Named",
}


@pytest.mark.parametrize("attributes", TITLES)
def test_titles_are_decoded_once(attributes: str) -> None:
    assert one(f'<outline {attributes} xmlUrl="https://a.example/f"/>').title == TITLES[attributes]


DAMAGED = {
    "raw ampersands": f'<outline text="Figs & olives" xmlUrl="{URL}" htmlUrl="https://a.example/?a&b"/>',
    "quotes in a title": f'<outline text="The "best" figs" type="rss" xmlUrl="{URL}"/>',
    "a quote too many": f'<outline text="Figs"" xmlUrl="{URL}"/>',
    "a quote too few": f'<outline text="Figs xmlUrl="{URL}" type="rss"/>',
    "an address never closed": f'<outline text="Figs" xmlUrl="{URL} htmlUrl="https://a.example/"/>',
    "an address never closed, last": f'<outline text="Figs" xmlUrl="{URL}/>',
    "signs in a title": f'<outline text="a < b > c <x>" xmlUrl="{URL}"/>',
    "an HTML entity": f'<outline text="Figs &eacute; &nbsp;" xmlUrl="{URL}"/>',
    "never closed": f'<outline text="Figs" xmlUrl="{URL}">',
    "single quotes": f"<outline text='It's figs' xmlUrl='{URL}'/>",
    "no quotes": f"<outline text=Figs xmlUrl={URL} />",
    "capitals": f'<OUTLINE TEXT="Figs & olives" XMLURL="{URL}"/>',
    "a control character": f'<outline text="Fi\x0bgs" xmlUrl="{URL}"/>',
    "twice escaped": f'<outline text="a &" xmlUrl="{URL.replace("&", "&amp;amp;")}"/>',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_of_one_outline_costs_no_address(name: str) -> None:
    before, after = (
        '<outline text="First" xmlUrl="https://b.example/f"/>',
        '<outline text="Last" xmlUrl="https://c.example/f"/>',
    )
    text = f'<opml><body><outline text="Trees">{before}{DAMAGED[name]}{after}</outline></body></opml>'
    read = read_opml(text.encode())
    assert [line.address for line in read] == ["https://b.example/f", URL, "https://c.example/f"]
    assert [line.folder for line in read] == ["Trees"] * 3
    assert [read[0].title, read[2].title] == ["First", "Last"]


FOLLOWED = {
    "https://www.reddit.com/r/fig/.rss": ("reddit", "r/fig/new"),
    "https://old.reddit.com/r/fig+olive/new.rss": ("reddit", "r/fig+olive/new"),
    "https://www.reddit.com/user/tom.rss": ("reddit", "user/tom"),
    f"https://www.youtube.com/feeds/videos.xml?channel_id={UC}": ("youtube", f"channel:{UC}"),
    "https://www.youtube.com/feeds/videos.xml?user=figs": (
        "feed",
        "https://www.youtube.com/feeds/videos.xml?user=figs",
    ),
    "https://github.com/acme/tool/releases.atom": ("github", "releases:acme/tool"),
    "https://github.com/acme/tool/commits/main.atom": ("feed", "https://github.com/acme/tool/commits/main.atom"),
    "https://stackoverflow.com/feeds/tag/c%2b%2b": ("stackexchange", "stackoverflow:tag:c++"),
    "https://bsky.app/profile/lea.example/rss": ("bluesky", "author:lea.example"),
    "https://piaille.example/@lea.rss": ("feed", "https://piaille.example/@lea.rss"),
    "feed://b.example/rss": ("feed", "http://b.example/rss"),
    "feed:https://b.example/rss": ("feed", "https://b.example/rss"),
    "b.example/rss.xml": ("feed", "https://b.example/rss.xml"),
    "https://b.example/f?q=%22a%22": ("feed", "https://b.example/f?q=%22a%22"),
}


@pytest.mark.parametrize("url", FOLLOWED)
def test_a_feed_of_a_network_is_the_place_itself(url: str) -> None:
    read = one(f'<outline type="rss" text="x" xmlUrl="{url}"/>')
    assert (read.kind, read.address, read.problem) == (*FOLLOWED[url], "")


NAMED = {
    '<outline text="x" type="link" url="https://b.example/"/>': "a_bookmark",
    '<outline text="x" type="include" url="https://b.example/list.opml"/>': "list_elsewhere",
    '<outline text="x" type="JSON+DotNotation" xmlUrl="https://b.example/api"/>': "other_form",
    '<outline text="x" xmlUrl="javascript:alert(1)"/>': "bad_address",
    '<outline text="x" xmlUrl="file:///etc/passwd"/>': "bad_address",
    '<outline text="x" xmlUrl="nothing"/>': "bad_address",
    '<outline text="x" xmlUrl="https://tom:secret@b.example/"/>': "",
}


@pytest.mark.parametrize("outline", NAMED)
def test_what_is_no_feed_is_named_with_its_reason(outline: str) -> None:
    read = one(outline)
    assert read.problem == NAMED[outline]
    assert not read.problem or read.problem in MESSAGES


def test_a_page_that_another_reader_made_a_feed_of_is_watched() -> None:
    read = one('<outline text="x" type="HTML+XPath" xmlUrl="https://b.example/news"/>')
    assert (read.kind, read.address) == ("web", "https://b.example/news")


def test_folders_and_repeats() -> None:
    text = """<opml><body><outline text="Trees"><outline text="Figs &amp; more"><outline text="a" xmlUrl="https://a.example/f"/>
      </outline><outline text="b" xmlUrl="https://b.example/f"/></outline><outline text="c" xmlUrl="https://c.example/f"/>
      <outline text="again" xmlUrl="https://a.example/f"/><outline text="d" category="/Trees/Nuts,/Else" xmlURL="https://d.example/f"/>
      </body></opml>"""
    assert [(line.title, line.folder) for line in read_opml(text.encode())] == [
        ("a", "Trees / Figs & more"),
        ("b", "Trees"),
        ("c", ""),
        ("d", "Trees / Nuts"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "cp1252"])
def test_encodings(encoding: str) -> None:
    said = "" if encoding == "utf-16" else f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = f'{said}<opml><body><outline text="Été" xmlUrl="https://a.example/f"/></body></opml>'
    assert read_opml(text.encode(encoding))[0].title == "Été"


def test_a_list_cannot_grow_or_take_long() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert read_opml(f'{bomb}<opml><body><outline text="&b;" xmlUrl="https://a.example/f"/></body></opml>'.encode())
    many = "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(MAX_FEEDS + 5))
    read = read_opml(f"<opml><body>{many}</body></opml>".encode())
    assert [line.problem for line in read[-6:]] == ["", *["too_many_feeds"] * 5]
    assert read_opml(("<opml><body>" + '<outline text="x">' * 3_000 + many[:300]).encode())
    with pytest.raises(ContentError, match="limit"):
        read_opml(b"<opml>" + b" " * 20_000_001)


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=30)


@given(st.lists(st.tuples(WORDS, WORDS, st.integers(0, 99)), min_size=1, max_size=8))
def test_outlines_are_read_alike_by_the_xml_and_one_by_one(rows: list[tuple[str, str, int]]) -> None:
    root = etree.Element("opml")
    folder = etree.SubElement(etree.SubElement(root, "body"), "outline", text="Trees")
    for title, asked, number in rows:
        etree.SubElement(folder, "outline", text=title, xmlUrl=f"https://a.example/{number}?q={asked}&z")
    text = etree.tostring(root, encoding="unicode")
    assert [(dict(v), f) for v, f in _scanned(text)] == [(dict(v), f) for v, f in _of_tree(root)]


@given(st.lists(st.integers(0, 9_999), min_size=2, max_size=9, unique=True), st.data())
def test_one_damaged_sign_costs_one_outline_at_most(numbers: list[int], data: st.DataObject) -> None:
    lines = [f'<outline text="Figs {n}" xmlUrl="https://a.example/{n}?x=1&amp;y=2"/>' for n in numbers]
    hurt = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(1, len(lines[hurt]) - 3))
    sign = data.draw(st.sampled_from(['"', "&", "<", "\x01", "é", "'", "&nope;"]))
    lines[hurt] = lines[hurt][:place] + sign + lines[hurt][place + 1 :]
    read = {line.address for line in read_opml(("<opml><body>" + "\n".join(lines) + "</body></opml>").encode())}
    assert {f"https://a.example/{n}?x=1&y=2" for k, n in enumerate(numbers) if k != hurt} <= read


def test_a_list_is_followed_in_its_folders_and_written_again(store: Store, settings: Settings, now: datetime) -> None:
    with store.write() as connection:
        add_source(connection, "feed", "https://a.example/f", now)
        add_source(connection, "web", "https://page.example/", now)
    text = """<opml><body><outline text="Trees"><outline text="Figs">
      <outline text="a" xmlUrl="https://a.example/f"/></outline><outline text="sub" xmlUrl="https://www.reddit.com/r/fig/.rss"/></outline>
      <outline text="bad" xmlUrl="javascript:x"/><outline text="private" xmlUrl="https://b.example/f?token=0123456789abcdef"/></body></opml>"""
    added = add_list(store, settings, read_opml(text.encode()), now)
    assert (len(added.new), added.known, [line.title for line in added.left_out]) == (2, 1, ["bad"])
    assert "0123456789abcdef" in credentials_path(settings).read_text()
    with store.read() as connection:
        held = {(s.kind, s.address): s.folder for s in all_sources(connection)}
        written = write_opml(all_sources(connection))
    assert held[("feed", "https://a.example/f")] == "Trees / Figs"
    assert held[("reddit", "r/fig/new")] == "Trees"
    assert not any("0123456789abcdef" in address for _kind, address in held)
    assert {(line.kind, line.address): line.folder for line in read_opml(written)} == {
        ("feed", "https://a.example/f"): "Trees / Figs",
        ("reddit", "r/fig/new"): "Trees",
    }
    assert add_list(store, settings, read_opml(written), now).new == ()


def test_a_list_of_another_reader(corpora: Path) -> None:
    path = ROOT.parent / "shared" / "cases" / "files" / "22_freshrss.opml"
    if not path.is_file():
        pytest.skip("the shared cases are not on this machine")
    read = read_opml(path.read_bytes())
    assert sum(not line.problem for line in read) == 6
    assert (read[0].title, read[0].folder) == ("Feed A & B", "Pumps / Deep")
    assert {line.title for line in read if line.problem} == {"Dot notation", "No xmlUrl but a link"}
    assert ("reddit", "r/pumps/new") in {(line.kind, line.address) for line in read}
