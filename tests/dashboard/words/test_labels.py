"""A text of unknown origin in a label: no markup, no address, no icon, and nothing of it lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.words.labels import BREAK, escape

# What Streamlit 1.67 turns into something else within one run of text, after Markdown was read. From its front end.
TURNED = {
    "a link": re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE | re.ASCII),
    "a mail": re.compile(r"[-.\w+]+@[-\w]+(?:\.[-\w]+)+", re.ASCII),
    "an icon": re.compile(r":material_(\w+):|:streamlit:", re.ASCII),
    "an emoji": re.compile(r":\+1:|:-1:|:[\w-]+:", re.ASCII),
    "a sign": re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
}
PIECES = st.sampled_from(
    [
        *("https://", "http://", "HTTPS://", "www.", "WWW.", "x.org", "me@", "@", ":", ":material/home:", "![x](", ")"),
        *(":material_home:", ":streamlit:", ":smile:", ":+1:", ":red[", "]", "[x](", "->", "<-", "<->", "--", ">="),
        *(
            "<=",
            "~=",
            "$x$",
            "`",
            "**",
            "__",
            "~~",
            "<b>",
            "&amp;",
            "\\",
            "#",
            ">",
            "-",
            "1.",
            "|",
            ":color[]",
            "12:30",
        ),
        *("a", "b", "é", "的", "\u202e", "\u200d", " ", "\n", "    "),
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join)


def runs(label: str) -> list[str]:
    """The runs of text that Markdown makes of a label in which every mark is taken back."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()<>#+\-.!|:$~&\"'^=@/]", label.replace(BREAK, "")), label
    return [re.sub(r"\\(.)", r"\1", run, flags=re.DOTALL) for run in label.split(BREAK)]


@given(HOSTILE)
def test_nothing_of_a_text_is_markup_and_nothing_is_lost(text: str) -> None:
    shown = runs(escape(text))
    assert "".join(shown) == re.sub(r"\s+", lambda blank: blank[0] if blank[0] in "\xa0\u202f" else " ", text.strip())
    for run in shown:
        assert [what for what, pattern in TURNED.items() if pattern.search(run)] == [], run


@given(HOSTILE)
def test_a_colon_of_the_app_after_a_text_makes_no_icon(text: str) -> None:
    last = runs(escape(text))[-1]
    assert not re.search(r":(?!\d\d:$)[\w+-]+:$", f"{last}:", re.ASCII), last


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("", ""),
        ("Café Brimelo, 14:05", "Café Brimelo, 14\\:05"),
        ("a *b* [c](d)\n<e> :red[f] $g$", "a \\*b\\* \\[c\\]\\(d\\) \\<e\\> \\:red\\[f\\] \\$g\\$"),
        ("www.x.org", "www:color[]\\.x\\.org"),
        ("https://x.org", "https\\::color[]\\/\\/x\\.org"),
        ("@me@x.org", "\\@me\\@:color[]x\\.org"),
        (":material/home:", "\\:material\\/home\\:"),
        (":material_home:", "\\::color[]material\\_home\\:"),
        ("a -> b", "a \\-:color[]\\> b"),
    ],
)
def test_a_label_is_cut_only_where_it_must_be(text: str, label: str) -> None:
    assert escape(text) == label


def test_a_space_that_no_line_breaks_at_stays() -> None:
    assert escape(" « Ana »  et\n Bo ") == "« Ana » et Bo"
    assert escape("«\xa0Ana\xa0» 50\u202f%") == "«\xa0Ana\xa0» 50\u202f%"
    assert escape("a\xa0\xa0b\xa0") == "a b"  # two of them are one plain space
