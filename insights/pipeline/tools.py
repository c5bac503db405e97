"""New tools in the store: names in new posts, what they add to what was known, what each tool's story is by now.

Cost follows the new posts: names are read once; only the tools that new posts name are told anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data.models import OTHER_LANGUAGE, READ_LANGUAGES, Brand
from data.schema import IDS_PER_DAY
from data.store import Store
from data.tools.namings import (
    add_candidate,
    add_namings,
    drop_tool,
    forget_namings,
    keys_of_tools,
    named_before,
    namings_of,
    posts_with,
    record_begins,
    save_tool,
    tools_of_keys,
)
from data.tools.story import Naming
from insights.language import detect_languages
from insights.reading.sentiment import default_model
from insights.tools.known import key_of
from insights.tools.names import LEAST, MAX_CHARACTERS, SHOWN, Sighting, sightings
from insights.tools.spread import (
    OLD_DAYS,
    evidence_of,
    is_ordinary,
    is_surname,
    occurrences,
    says_new,
    sentence_with,
    stage_of,
    story_of,
)

BATCH = 50  # tools in one write
SURE_TONE = 0.75
NAMED = "named"  # the cue of a post that only names a tool
WARM_UP = 14  # first days of a record, in which only what is said to be new is taken for new
_TAG = re.compile(r"#(\w{3,40})")


def keys_of_brands(brands: Iterable[Brand]) -> frozenset[str]:
    """Names of the brands that are followed: they are known here."""
    return frozenset(key_of(name) for brand in brands for name in (brand.name, *brand.aliases))


@dataclass(frozen=True, slots=True)
class _Named:
    """A post with the names in it, and the keys of its tags."""

    post: int
    text: str
    lang: str
    sightings: Sequence[Sighting]
    tags: frozenset[str]

    @property
    def keys(self) -> set[str]:
        return {sighting.key for sighting in self.sightings}


def note_names(
    connection: Connection, ids: Sequence[int], texts: Sequence[str], langs: Sequence[str], others: Collection[str]
) -> set[int]:
    """Write which tools posts name, new candidates among them; gives the tools that this touches."""
    touched = set(forget_namings(connection, ids))
    posts = [
        _Named(post_id, text, lang, sightings(text, others), _tags(text))
        for post_id, text, lang in zip(ids, texts, langs, strict=True)
    ]
    known = _known_tools(connection, {key for post in posts for key in post.keys | post.tags})
    rows: list[tuple[int, int, str, float]] = []
    told: list[tuple[str, str]] = []  # the sentence that names it, and its language
    for post in posts:
        for sighting in post.sightings:
            if sighting.key not in known:
                if sighting.evidence < LEAST:
                    continue
                known[sighting.key] = add_candidate(connection, sighting.key, sighting.name, post.post)
            rows.append((known[sighting.key], post.post, sighting.cue or NAMED, sighting.evidence))
            told.append((sentence_with(post.text, sighting.start, sighting.stop), post.lang))
        for key in sorted(post.tags - post.keys):
            if key in known:
                rows.append((known[key], post.post, NAMED, 0.0))
                told.append((post.text, post.lang))
    add_namings(connection, [(*row, tone) for row, tone in zip(rows, _tones(told), strict=True)])
    return touched | {row[0] for row in rows}


def _tags(text: str) -> frozenset[str]:
    return frozenset(key_of(tag) for tag in _TAG.findall(text[:MAX_CHARACTERS]))


def _known_tools(connection: Connection, keys: set[str]) -> dict[str, int]:
    """Key -> the tool that is known by it, or by the name in it where it is a domain."""
    known = {key: tool_id for key, (tool_id, _) in tools_of_keys(connection, keys).items()}
    bare = tools_of_keys(connection, {_bare(key) for key in keys} - {""})
    return known | {key: bare[_bare(key)][0] for key in keys if key not in known and _bare(key) in bare}


def _bare(key: str) -> str:
    """The name in a domain ("kanvio" of "kanvioapp"), "" for none: an address of a tool names that tool."""
    found = re.fullmatch(r"(\w{4,})(?:app|dev|net|com|org|chat|tools|cloud|team|club|io|ai|fr)", key)
    return found[1] if found else ""


def _tones(told: Sequence[tuple[str, str]]) -> list[str]:
    if not told:
        return []
    scored = default_model().score([text for text, _ in told], [lang for _, lang in told])
    # What is said of a new thing is mostly plain: a tone counts only where the model is sure of it.
    return [
        OTHER_LANGUAGE
        if lang not in READ_LANGUAGES
        else label
        if label == "neutral" or float(max(row)) >= SURE_TONE
        else "unsure"
        for (_, lang), label, row in zip(told, scored.labels, scored.probabilities, strict=True)
    ]


def tell_tools(store: Store, tool_ids: Collection[int], others: Collection[str]) -> int:
    """Work out again where these tools stand; how many of them are shown."""
    with store.read() as connection:
        waiting = keys_of_tools(connection, tool_ids)
    shown = 0
    for start in range(0, len(waiting), BATCH):
        with store.write() as connection:
            for tool_id, key, state in waiting[start : start + BATCH]:
                shown += _tell_anew(connection, tool_id, key, state, others) == "shown"
    return shown


def _tell_anew(connection: Connection, tool_id: int, key: str, state: str, others: Collection[str]) -> str:
    """Work out again where a tool stands, and write it; gives its state."""
    namings = namings_of(connection, tool_id)
    if not namings:
        drop_tool(connection, tool_id)
        return ""
    evidence, noticed = evidence_of(namings)
    if state == "candidate" and evidence >= SHOWN:
        state, earlier = _judge(connection, key, namings, noticed)
        if earlier:
            tones = _tones(_with_lang(earlier, key))
            add_namings(
                connection, [(tool_id, i, NAMED, 0.0, tone) for (i, _), tone in zip(earlier, tones, strict=True)]
            )
            namings = namings_of(connection, tool_id)
    values: dict[str, Any] = {
        "state": state,
        "evidence": evidence,
        "first_post": namings[0].post,
        "last_post": namings[-1].post,
        "posts": len(namings),
    }
    story = None
    if state == "shown":
        name, story = story_of(namings, key, others)
        if name:
            values["name"] = name
        values |= {"stage": stage_of(namings, story.users), "noticed_post": noticed or namings[0].post}
    save_tool(connection, tool_id, values, story)
    return state


def _with_lang(posts: Sequence[tuple[int, str]], key: str) -> list[tuple[str, str]]:
    """(the sentence that names a tool, its language) of posts."""
    texts = [text for _, text in posts]
    spans = [occurrences(text, key)[:1] or [(0, len(text))] for text in texts]
    parts = [sentence_with(text, *found[0]) for text, found in zip(texts, spans, strict=True)]
    return list(zip(parts, detect_languages(texts, [""] * len(texts)), strict=True))


def _judge(
    connection: Connection, key: str, namings: Sequence[Naming], noticed: int
) -> tuple[str, list[tuple[int, str]]]:
    """(shown, or known: it was there before; (post, text) of those that named it before it was noticed)."""
    at = next(n for n in namings if n.post == noticed)
    spans = occurrences(at.text, key)
    name = at.text[slice(*spans[0])] if spans else key
    if is_ordinary(name, texts := posts_with(connection, name)) or is_surname(name, texts):
        return "known", []
    have = {n.post for n in namings}
    before = named_before(connection, name, namings[0].post)
    earlier = [(i, text) for i, text in before if i not in have and _named(text, key)]
    first = min([namings[0].post, *(i for i, _ in earlier)])
    if earlier and noticed // IDS_PER_DAY - first // IDS_PER_DAY > OLD_DAYS:
        return "known", []
    if first // IDS_PER_DAY - record_begins(connection) < WARM_UP and not says_new(namings):
        return "known", []
    return "shown", earlier


def _named(text: str, key: str) -> bool:
    """Whether a text holds the name written as one, not as ordinary words."""
    return any(s.key == key for s in sightings(text))
