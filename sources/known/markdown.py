"""Markdown as blocks: headings and paragraphs, without its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sources.known.passages import HEADING, Block, blocks_of

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_FRONT = re.compile(r"\A---\r?\n.{0,20000}?\r?\n---\r?\n", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,500})\]\(\s*<?(https?://[^)\s>]{1,2000})>?[^)\n]{0,200}\)")
_OTHER_LINK = re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,2000}?)(?<=\S)\1")
_SLANTED = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1(?![\w*])")
_TAG = re.compile(r"<!--.{0,5000}?-->|</?[a-zA-Z][^<>\n]{0,300}>", re.DOTALL)


def plain(line: str) -> str:
    """A line as it is read: links as their words with the address behind, no marks of emphasis, no tags."""
    line = _IMAGE.sub(r"\1", _TAG.sub("", line))
    line = _OTHER_LINK.sub(r"\1", _LINK.sub(r"\1 (\2)", line))
    line = _SLANTED.sub(r"\2", _STRONG.sub(r"\2", line))
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|>-])", r"\1", line.replace("`", ""))


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text; its front matter is left out, code stays as text."""
    front = _FRONT.match(text)
    skipped = text[: front.end()].count("\n") if front else 0
    held: list[tuple[str, str]] = []
    fence = ""
    lines = text[front.end() if front else 0 :].splitlines()
    for number, line in enumerate(lines, start=skipped + 1):
        place = f"line {number}"
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        heading = None if fence else _HEADING.match(line)
        under = None if fence else _UNDERLINE.match(line)
        if heading:
            yield from blocks_of(held)
            held.clear()
            yield Block(HEADING, plain(heading[2]), place, len(heading[1]))
        elif under and held and held[-1][0].strip():
            title, where = held.pop()
            yield from blocks_of(held)
            held.clear()
            yield Block(HEADING, title, where, 1 if under[1][0] == "=" else 2)
        else:
            held.append((line if fence else plain(line.lstrip("> ") if line.startswith(">") else line), place))
    yield from blocks_of(held)


def is_markdown(text: str) -> bool:
    """Whether a text without a name has a heading of Markdown."""
    return any(_HEADING.match(line) for line in text.splitlines()[:2_000])
