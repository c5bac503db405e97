"""Drafts of replies: templates that people can change, and the passage of ours that answers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, delete, insert, select

from data.actor import needs
from data.changes import check_seen, note_change
from data.facts.facts import Fact
from data.inbox.tone import USUAL, HouseTone
from data.models import Post, web_link
from data.schema import reply_template
from data.settings import REFERENCE
from data.store import Store

KINDS = ("fact", "fact_complaint", "answer", "question", "complaint", "bug", "idea", "praise")
BUILT = (
    "fact",
    "fact_complaint",
    "answer",
)  # what a reply is built on, where it is built on something; the others are what it answers
TONES = ("warm", "plain", "calm")
LANGS = ("en", "fr", "fr_tu")  # of templates: French that says vous, and French that says tu
PASSAGE = 280  # characters of our answer that are quoted
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*\s*")
_WORD = re.compile(r"\w{3,}")
# Forms that are of nothing else: not "ton" (a tone) nor "ta".
_SAYS_TU = re.compile(r"\b(?:tu|toi)\b|\bt['’](?:as|es|aurais|avais|étais)\b", re.IGNORECASE)
_SAYS_VOUS = re.compile(r"\b(?:vous|votre|vos|vôtres?)\b", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Basis:
    """What a reply quotes: exact words, the address where they stand ("" for none), and the day of which they are, as
    the language of the reply writes it. `kind`: fact or answer."""

    kind: str
    quote: str
    link: str = ""
    day: str = ""


def basis_of_answer(post: Post, answer: Post) -> Basis:
    """An answer of ours, as far as it answers a post."""
    return Basis("answer", passage(answer.plain, f"{post.title} {post.plain}"), web_link(answer.url))


def basis_of_fact(one: Fact, day: str) -> Basis:
    """A fact, all of it as it was written, with its source where that can be opened."""
    return Basis("fact", one.text, web_link(one.source), day)


def language_of(post: Post, house: HouseTone = USUAL) -> str:
    """The language of the template for a post: the one it is written in, in the house's form of address; where that is
    the asker's, tu to who says tu and never vous, and vous to all others."""
    if post.lang != "fr":
        return "en"
    if house.address == "asker":
        words = f"{post.title} {post.plain}"
        return "fr_tu" if _SAYS_TU.search(words) and not _SAYS_VOUS.search(words) else "fr"
    return "fr_tu" if house.address == "tu" else "fr"


def template_kind(kind: str, basis: Basis | None) -> str:
    """The kind of the template that answers a post of `kind`: who complains is not thanked for asking."""
    if basis is None:
        return kind
    return "fact_complaint" if basis.kind == "fact" and kind in {"complaint", "bug"} else basis.kind


def draft(
    post: Post,
    kind: str,
    tone: str,
    templates: dict[tuple[str, str, str], str],
    basis: Basis | None = None,
    house: HouseTone = USUAL,
) -> str:
    """A reply in the post's language: with a basis, one that quotes it; else a holding reply for its kind. Signed as
    the house signs."""
    lang = language_of(post, house)
    text = templates[(template_kind(kind, basis), tone, lang)]
    if not post.author:
        text = text.replace(" {name}", "")
    quote, link, day = (basis.quote, basis.link, basis.day) if basis is not None else ("", "", "")
    if not link:
        text = re.sub(r"[ ]*\{link\}[ ]*", " ", text)
    # In one pass: what stands in a name or a quote is never read as a slot.
    values = {"name": post.author, "quote": quote, "link": link, "date": day}
    signature = house.signature_in(lang[:2])
    parts = [re.sub(r"\{(name|quote|link|date)\}", lambda slot: values[slot[1]], text).strip(), signature]
    return "\n\n".join(part for part in parts if part)
