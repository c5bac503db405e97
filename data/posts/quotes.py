"""The one way from a stored text to a quote in any output: byte for byte what the author wrote, cuts marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from data.models import Post, web_link

CUT = "[…]"


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of a post with what must stand beside them. `edited`: the post changed since it was chosen;
    `erased`: its author's posts were erased, and these words with them. `translation` stands under the original."""

    text: str
    cut_before: bool
    cut_after: bool
    author: str
    place: str
    published_at: datetime
    lang: str
    url: str
    post: int
    is_demo: bool = False
    id: int = 0  # in the basket
    tags: tuple[str, ...] = ()
    edited: bool = False
    erased: bool = False
    translation: str = ""

    @property
    def shown(self) -> str:
        """The words, with a mark where something was left out."""
        return _marked(self.text, self.cut_before, self.cut_after)


def quote_of(post: Post, start: int = 0, stop: int | None = None, *, author: str | None = None) -> Quote:
    """A post, or a part of it, as a quote: the one way from a stored text to a quote in any output. `author` is the
    name to show in place of the post's own."""
    end = len(post.plain) if stop is None else min(stop, len(post.plain))
    return Quote(
        text=post.plain[start:end],
        cut_before=bool(post.plain[:start].strip()),
        cut_after=bool(post.plain[end:].strip()),
        author=post.author if author is None else author,
        place=post.community or post.source_title,
        published_at=post.published_at,
        lang=post.lang,
        url=web_link(post.url),
        post=post.id,
        is_demo=post.is_demo,
    )


def cut_at(text: str, most: int) -> int:
    """Where to cut a text to at most so many characters: after a sentence, else after a word."""
    if len(text) <= most:
        return len(text)
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s)", text[: most + 1])]
    if ends and ends[-1] >= most // 2:
        return ends[-1]
    spaces = [match.start() for match in re.finditer(r"\s", text[: most + 1])]
    return spaces[-1] if spaces and spaces[-1] >= most // 2 else most


def passage(text: str, start: int = 0, stop: int | None = None) -> str:
    """A part of a text exactly as it stands there, with a mark where something was left out."""
    end = len(text) if stop is None else stop
    return _marked(text[start:end], start > 0, end < len(text))


def _marked(text: str, before: bool, after: bool) -> str:
    return f"{CUT + ' ' if before else ''}{text}{' ' + CUT if after else ''}"


_RUNS = re.compile(r"'*[=+\-@\t\r\n]")


def guarded(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula: one apostrophe more in front, the usual guard.
    `unguarded` gives the text back."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
