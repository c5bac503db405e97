"""Drafts of replies: templates that people can change, and the passage of ours that answers."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from sqlalchemy import Connection, delete, insert, select

from data.actor import needs
from data.changes import check_seen, note_change
from data.models import Post, web_link
from data.schema import reply_template
from data.settings import REFERENCE
from data.store import Store

KINDS = ("answer", "question", "complaint", "bug", "idea", "praise")
TONES = ("warm", "plain")
LANGS = ("en", "fr")
PASSAGE = 280  # characters of our answer that are quoted
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*\s*")
_WORD = re.compile(r"\w{3,}")


@lru_cache(maxsize=1)
def shipped_templates() -> dict[tuple[str, str, str], str]:
    """(kind, tone, language) -> text."""
    kinds = tomllib.loads((REFERENCE / "reply_templates.toml").read_text(encoding="utf-8"))
    return {
        (kind, tone, lang): text
        for kind, tones in kinds.items()
        for tone, langs in tones.items()
        for lang, text in langs.items()
    }


def templates(connection: Connection) -> dict[tuple[str, str, str], str]:
    """Those that ship, under those that people changed."""
    own = connection.execute(select(reply_template))
    return shipped_templates() | {(row.kind, row.tone, row.lang): row.text for row in own}


@needs("editor")
def set_template(store: Store, kind: str, tone: str, lang: str, text: str, seen: str | None = None) -> None:
    """Change a template; an empty text goes back to the one that ships. `seen` is it as its author read it.

    Raises ValueError for an unknown one, StaleError where somebody changed it meanwhile.
    """
    if (kind, tone, lang) not in shipped_templates():
        raise ValueError(f"There is no template for {kind}, {tone}, {lang}.")
    chosen = (reply_template.c.kind == kind, reply_template.c.tone == tone, reply_template.c.lang == lang)
    with store.write() as connection:
        about = f"{kind}, {tone}, {lang}"
        before = templates(connection)[kind, tone, lang]
        after = text[:4_000] if text.strip() else shipped_templates()[kind, tone, lang]
        check_seen(connection, about, "text", seen, before, after)
        if before != after:
            note_change(connection, "reply.template", about, before, after)
        connection.execute(delete(reply_template).where(*chosen))
        if text.strip():
            connection.execute(insert(reply_template).values(kind=kind, tone=tone, lang=lang, text=after))


def passage(answer: str, question: str) -> str:
    """The exact part of an answer to quote: all of a short one, else the sentences around the one that shares most
    words with the question."""
    text = answer.strip()
    if len(text) <= PASSAGE:
        return text
    spans = [sentence.span() for sentence in _SENTENCE.finditer(text)]
    asked = {word.lower() for word in _WORD.findall(question)}
    shared = [len(asked & {w.lower() for w in _WORD.findall(text[a:b])}) for a, b in spans]
    best = max(range(len(spans)), key=lambda i: (shared[i], -i))
    start, stop = spans[best]
    for _, end in spans[best + 1 :]:
        if end - start > PASSAGE:
            break
        stop = end
    return text[start : min(stop, start + PASSAGE)].strip()


def draft(
    post: Post, kind: str, tone: str, templates: dict[tuple[str, str, str], str], answer: Post | None = None
) -> str:
    """A reply in the post's language: with `answer`, one that quotes it; else a holding reply for its kind."""
    lang = post.lang if post.lang in LANGS else "en"
    text = templates[("answer" if answer is not None else kind, tone, lang)]
    quote = passage(answer.plain, f"{post.title} {post.plain}") if answer is not None else ""
    link = web_link(answer.url) if answer is not None else ""
    if not post.author:
        text = text.replace(" {name}", "")
    # In one pass: what stands in a name or a quote is never read as a slot.
    values = {"name": post.author, "quote": quote, "link": link}
    return re.sub(r"\{(name|quote|link)\}", lambda slot: values[slot[1]], text).strip()
