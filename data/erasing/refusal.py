"""What was erased is refused when it comes again, and its name is taken out of what others write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from data.erasing.remembered import ANY, FILE, ErasureList, digest, list_of
from data.models import NewPost
from data.posts.known import UNTRUSTED, marks_of, stored_id
from data.posts.pseudonyms import pseudonym

HANDLE = re.compile(r"\w[\w.-]{2,}")
_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
MOST_WORDS = 6  # of a name that is looked for in what others write
OPAQUE = "erased-"


def opaque(key: bytes, kind: str, native_id: str) -> str:
    """What stands for an erased post in the threads of others."""
    return OPAQUE + digest(key, "thread", kind, native_id).hex()[:24]


def name_of(name: str) -> str:
    """A name as it is remembered: however it is spaced and closed and in whatever capitals."""
    return " ".join(name.split()).strip(".,'’- ").casefold()


def first_word(name: str) -> str:
    """The word that a name begins with, as it is looked for in what others write; "" for a name without words."""
    found = _WORD.search(name)
    return found[0].casefold() if found else ""


def author_digests(key: bytes, kind: str, author: str) -> list[bytes]:
    """All that a person of this kind of source may be remembered as."""
    return [digest(key, "author", k, author) for k in dict.fromkeys((kind, ANY))] if author else []


def post_digests(key: bytes, kind: str, native_id: str, link: int = 0, said: int = 0) -> list[bytes]:
    """A post by its id, and where ids cannot be trusted by its page and words."""
    by_page = [digest(key, "page", kind, f"{link}:{said}")] if link and said else []
    return [digest(key, "post", kind, native_id), *by_page]


def kinds_of(kind: str) -> tuple[str, ...]:
    """Where a person of one kind of source is refused: there, and in files."""
    return tuple(dict.fromkeys((kind, FILE)))


def not_erased(connection: Connection, posts: Sequence[NewPost], salt: str) -> list[NewPost]:
    """The posts that were not erased, nor their authors. `salt` makes the pseudonyms of this record, "" for none."""
    held = list_of(connection)
    key = held.key()
    if key is None:
        return list(posts)
    asked = [_of(key, item, salt) for item in posts]
    above = {i: digest(key, "post", p.source_kind, i) for p in posts for i in (p.root_id, p.parent_id) if i}
    there = held.among({d for digests in asked for d in digests} | set(above.values()))
    kept = [item for item, digests in zip(posts, asked, strict=True) if not there.intersection(digests)]
    gone = {i for i, d in above.items() if d in there}
    return _unnamed(key, held, [_unthreaded(key, item, gone) for item in kept])


def _of(key: bytes, item: NewPost, salt: str) -> list[bytes]:
    names = [item.author, pseudonym(item.author, salt)] if salt and item.author else [item.author]
    link, said = marks_of(item) if item.source_kind in UNTRUSTED else (0, 0)
    digests = post_digests(key, item.source_kind, stored_id(item), link, said)
    return digests + [d for name in names for d in author_digests(key, item.source_kind, name)]


def _unthreaded(key: bytes, item: NewPost, gone: set[str]) -> NewPost:
    if not gone & {item.root_id, item.parent_id}:
        return item
    root, parent = (opaque(key, item.source_kind, i) if i in gone else i for i in (item.root_id, item.parent_id))
    return replace(item, root_id=root, parent_id=parent)


def _unnamed(key: bytes, held: ErasureList, posts: list[NewPost]) -> list[NewPost]:
    """Names of erased people in others' words become stars, as many as letters: positions in texts stay."""
    names = held.of("name")
    if not names:
        return posts
    firsts = held.of("first")
    known: dict[str, bool] = {}
    begins: dict[str, bool] = {}

    def begins_a_name(word: str) -> bool:
        if word not in begins:
            begins[word] = digest(key, "first", "", word.casefold()) in firsts
        return begins[word]

    def is_name(words: str) -> bool:
        return digest(key, "name", "", name_of(words)) in names

    def star(found: re.Match[str]) -> str:
        word = found[0]
        if word not in known:
            known[word] = digest(key, "name", "", word.casefold()) in names
        if known[word]:
            return "*" * len(word)
        bare = word.rstrip(".-")
        if bare != word and bare not in known:
            known[bare] = digest(key, "name", "", bare.casefold()) in names
        return "*" * len(bare) + word[len(bare) :] if known.get(bare) and bare != word else word

    def clean(words: str) -> str:
        return HANDLE.sub(star, _starred(words, begins_a_name, is_name) if firsts else words)

    return [
        replace(
            item,
            title=clean(item.title),
            text=clean(item.text),
            plain=None if item.plain is None else clean(item.plain),
            url=clean(item.url),
        )
        for item in posts
    ]


def _starred(text: str, begins_a_name: Callable[[str], bool], is_name: Callable[[str], bool]) -> str:
    """A text whose names of several words are stars."""
    found = list(_WORD.finditer(text))
    done, parts = 0, []
    for place, word in enumerate(found):
        if word.start() < done or not begins_a_name(word[0]):
            continue
        for last in found[min(place + MOST_WORDS, len(found)) - 1 : place : -1]:
            if is_name(text[word.start() : last.end()]):
                parts += [text[done : word.start()], "*" * (last.end() - word.start())]
                done = last.end()
                break
    return "".join([*parts, text[done:]])
